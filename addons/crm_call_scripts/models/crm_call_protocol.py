from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.conversation import ANSWERING
from ..tools.placeholders import fill


class CrmCall(models.Model):
    """The protocol of a finished call, as a note on the client and the deal."""

    _inherit = "crm.call"

    def _post_protocol(self):
        """Put the protocol into the history of the client and of the deal."""
        body = self.env["ir.qweb"]._render("crm_call_scripts.call_protocol", self._prepare_protocol())
        client, contact, deal = self._get_visible()
        for record in (client or contact, deal):
            if record:
                record.message_post(
                    body=body,
                    subject=self._get_protocol_subject(),
                    message_type="notification",
                    subtype_xmlid="crm_call_scripts.mt_protocol",
                )

    def _withdraw_protocol(self):
        """Delete the notes of a finished call that is taken back itself, because nothing was said in it.

        They were written in one transaction with the end of the call, so they bear its very moment.
        """
        call = self.sudo()  # sudo: nobody else may delete a protocol
        targets = [record for record in self._get_targets(call) if record]
        call.env["mail.message"].search(
            Domain("subtype_id", "=", self.env.ref("crm_call_scripts.mt_protocol").id)
            & Domain("create_date", "=", call.write_date)
            & Domain.OR(Domain("model", "=", one._name) & Domain("res_id", "=", one.id) for one in targets)
        ).unlink()

    def _get_protocol_subject(self):
        call = self.sudo()  # sudo: see _prepare_protocol
        return ": ".join(filter(None, (self.env._("Call"), call.script_id.name, call.outcome_id.name)))

    def _prepare_protocol(self):
        """Return what the template of the protocol shows; every text in it is plain text."""
        call = self.sudo()  # sudo: the texts of the script and the lines belong to the call
        lines = call.line_ids.sorted("number")
        return {
            "headline": self._get_protocol_headline(),
            "answers": self._prepare_protocol_answers(lines),
            "notes": self._get_notes(lines),
            "strays": [line._get_text() for line in lines if line.kind == "stray"],
            "written": call.written or [],
        }

    def _get_notes(self, lines):
        """Return the notes as they were last: a window sends the whole text again whenever something is added."""
        call = self.sudo()  # sudo: see _prepare_protocol
        saved = [line.value_text for line in lines if line.kind == "note"]
        return [call.note or saved[-1]] if call.note or saved else []

    def _get_protocol_headline(self):
        """Return outcome, recorded result and length in one line."""
        call = self.sudo()  # sudo: see _prepare_protocol
        length = f"{call.seconds // 60}:{call.seconds % 60:02}"
        if not call.result_id:
            return f"{call.outcome_id.name} ({length})"
        return self.env._(
            "%(outcome)s, recorded as “%(result)s” (%(length)s)",
            outcome=call.outcome_id.name,
            result=call.result_id.display_name,
            length=length,
        )

    def _prepare_protocol_answers(self, lines):
        """Return [(question, answer)] of the answers that count, and of the objections, as they came."""
        texts = {node["id"]: node["text"] for node in (self._get_graph() or {"nodes": []})["nodes"]}
        values = self._get_placeholders()
        rows = []
        for line in lines:
            if line.is_taken_back or line.kind not in (*ANSWERING, "objection"):
                continue
            is_objection = line.kind == "objection"
            node = line.to_node_id if is_objection else line.node_id
            question = node.name if is_objection else fill(texts.get(node.id) or "", values) or node.name
            rows.append(
                {
                    "question": question,
                    "answer": "" if is_objection else line._get_text(),
                    "is_objection": is_objection,
                }
            )
        return rows


class CrmCallLine(models.Model):
    _inherit = "crm.call.line"

    def _get_text(self):
        """Return what was answered, entered or noted, as people read it, in the language of the call."""
        self.ensure_one()
        line = self.with_context(lang=self.call_id.lang)
        if line.answer_id:
            return line.answer_id.name
        if line.answer_ids:
            return ", ".join(line.answer_ids.mapped("name"))
        if line.node_id.kind == "number" and line.has_value and not line.value_text:
            return f"{line.value_number:g}"
        if line.value_date:
            return format_date(self.env, line.value_date)
        return line.value_text or ""
