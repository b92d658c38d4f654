from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

# how many entries of the client's history the screen of a call shows
HISTORY_LIMIT = 10
HISTORY_TEXT = 280


class CrmCall(models.Model):
    """What the screen of a call shows."""

    _inherit = "crm.call"

    def open_screen(self, session, script_id=False):
        """Return everything the screen of a call shows, and let this window write it unless somebody else does.

        Another window of the same user is left behind; another manager's call has to be taken over, see `take_over`.

        :param str session: name that the window has given itself
        :param int script_id: script to hold the call by; only before the first answer
        :return: dict with ``call``, ``who``, ``history``, ``placeholders``, ``graph`` (of the script or False), ``scripts``
            (that may be chosen), ``lines``, ``outcomes``, ``session_ok`` and, if not, ``holder`` and ``since``
        :raises AccessError: if the user may not see the call, or not work with its deal or client
        """
        self.check_access("read")
        if self.state == "open":
            self._open_session(self._to_key(session), script_id)
        return self._prepare_screen(session)

    def peek(self, session):
        """Return what `open_screen` returns, without taking the call: another window or manager goes on with it.

        :param str session: name of the window
        :raises AccessError: if the user may not see the call
        """
        self.check_access("read")
        return self._prepare_screen(session)

    def _prepare_screen(self, session):
        call = self.sudo()  # sudo: the script may be archived; client and deal are asked for with the user's own rights
        is_mine = call.state == "open" and call.session == session and call.user_id == self.env.user
        return {
            "call": self._prepare_screen_call(),
            "who": self._prepare_who(),
            "history": self._prepare_history(),
            "placeholders": self._get_placeholders(),
            "graph": self._get_graph(),
            "scripts": self._prepare_scripts(),
            "lines": [self._prepare_screen_line(line) for line in call.line_ids.sorted("number")],
            "outcomes": self._prepare_outcomes(),
            "session_ok": is_mine or call.state == "done",
            "holder": call.user_id.name,
            "since": self._to_text(call.last_date or call.start),
        }

    def _open_session(self, session, script_id):
        self._check_mine()
        self._take_turn()
        call = self.sudo()  # sudo: the call writes itself, `_check_mine` has asked
        if call.state != "open" or (call.session and call.user_id != self.env.user):
            return
        self._begin_session(session)
        if script_id:
            self._set_script(script_id)

    def set_script(self, session, script_id):
        """Hold the call by another script; possible before the first answer.

        :param str session: name of the window
        :param script_id: id of a `crm.call.script`, or False for a call without one
        :return: what `open_screen` returns
        :raises UserError: if the conversation has begun
        """
        self._check_mine()
        self._take_turn()
        self._check_open()
        self._set_script(script_id)
        return self.open_screen(session)

    def _set_script(self, script_id):
        call = self.sudo()  # sudo: the call writes itself
        scripts = self.env["crm.call.script"].search([("id", "=", self._to_sent_id(script_id) or 0)])
        script = scripts.filtered("published_id")
        if script_id and not script:
            raise UserError(self.env._("This script is not in use any more. Choose another one."))
        if script == call.script_id:
            return
        if call.line_ids.filtered(lambda line: line.kind not in ("note", "resume", "stray")):
            raise UserError(self.env._("The conversation has begun. Finish this call before you take another script."))
        version = script.published_id
        call.write({"script_id": script.id, "version_id": version.id, "node_id": version.start_node_id.id})

    def discard(self, session):
        """Forget a call that was begun by mistake.

        :param str session: name of the window
        :return: True
        :raises UserError: if something was said already
        """
        self._check_mine()
        self._take_turn()
        self._check_open()
        call = self.sudo()  # sudo: the call deletes itself, nothing was said in it
        if call.line_ids.filtered(lambda line: line.kind != "resume"):
            raise UserError(self.env._("Something has been recorded in this call already. Finish it with its outcome."))
        call.unlink()
        return True

    # ------------------------------------------------------------
    # PARTS OF THE SCREEN
    # ------------------------------------------------------------

    def _to_text(self, moment):
        return moment and moment.strftime("%Y-%m-%d %H:%M:%S")

    def _prepare_screen_call(self):
        call = self.sudo()  # sudo: see open_screen
        return {
            "id": call.id,
            "state": call.state,
            "start": self._to_text(call.start),
            "user": [call.user_id.id, call.user_id.name],
            "is_mine": call.user_id == self.env.user,
            "script_id": call.script_id.id,
            "version_id": call.version_id.id,
            "lang": call.lang,
            "seconds": call.seconds,
            "outcome_id": call.outcome_id.id,
            "note": call.note or "",
        }

    def _get_visible(self):
        """Return client, contact person and deal of the call, as far as the user may see them."""
        call = self.sudo()  # sudo: each of them is asked for with the user's rights
        visible = (record.with_env(self.env)._filtered_access("read") for record in self._get_targets(call))
        return tuple(visible)

    def _get_targets(self, call):
        return call.client_id, call.partner_id, call.lead_id

    def _prepare_who(self):
        client, contact, deal = self._get_visible()
        card = contact or client
        return {
            "client": _to_link(client),
            "contact": _to_link(contact if contact != client else contact.browse()),
            "deal": _to_link(deal),
            "name": contact.name or deal.contact_name or client.name or "",
            "function": contact.function or deal.function or "",
            "phone": deal.phone or contact.phone or client.phone or "",
            "email": deal.email_from or contact.email or client.email or "",
            "level": client.client_level_id.name or "",
            "do_not_call": bool(card.do_not_call or client.do_not_call),
            "last_result": deal.last_result_id.display_name or "",
            "task": self._get_task_text(),
            **card._get_call_hours_info(),
        }

    def _get_task_text(self):
        """Return what is to be done by the task from which the call was begun."""
        task = self.sudo().activity_id  # sudo: the task may be a colleague's, its text is why one calls
        text = html2plaintext(task.note or "").strip()
        return "\n".join(filter(None, (task.summary, text)))

    def _prepare_history(self):
        """Return the last entries of the history of the client and the deal, the newest first."""
        targets = [record for record in self._get_visible() if record]
        if not targets:
            return []
        messages = self.env["mail.message"].search(
            Domain.OR(Domain("model", "=", one._name) & Domain("res_id", "=", one.id) for one in targets)
            & (
                Domain("message_type", "in", ("comment", "email", "email_outgoing", "sms"))
                | Domain("mail_activity_type_id", "!=", False)
                | Domain("subtype_id", "=", self.env.ref("crm_call_scripts.mt_protocol").id)
            ),
            limit=HISTORY_LIMIT,
            order="id DESC",
        )
        return [self._prepare_history_entry(message) for message in messages]

    def _prepare_history_entry(self, message):
        text = html2plaintext(message.body or "").strip()
        return {
            "id": message.id,
            "date": self._to_text(message.date),
            "author": message.author_id.sudo().name or message.email_from or "",  # sudo: a name of a colleague
            "title": message.subject or message.mail_activity_type_id.name or "",
            "text": text if len(text) <= HISTORY_TEXT else f"{text[:HISTORY_TEXT]}…",
        }

    def _prepare_scripts(self):
        _client, contact, deal = self._get_visible()
        scripts = self.env["crm.call.script"]._get_for(deal, contact)
        return [{"id": script.id, "name": script.name} for script in scripts]

    def _prepare_screen_line(self, line):
        return {
            "key": line.key,
            "number": line.number,
            "kind": line.kind,
            "date": self._to_text(line.date),
            "user": line.user_id.name,
            "node_id": line.node_id.id,
            "to_node_id": line.to_node_id.id,
            "answer_id": line.answer_id.id,
            "answer_ids": line.answer_ids.ids,
            "value": line._get_value(),
            "seconds": line.seconds,
            "is_taken_back": line.is_taken_back,
        }

    def _prepare_outcomes(self):
        outcomes = self.env["crm.call.outcome"].search([], order="sequence, id")  # pylint: disable=no-search-all
        return [
            {"id": outcome.id, "name": outcome.name, "kind": outcome.kind, "sequence": outcome.sequence}
            for outcome in outcomes
        ]

    def _get_placeholders(self):
        """Return what stands for the placeholders of the script, in the language of the call: {name: text}."""
        client, contact, deal = self._get_visible()
        return (
            self.env["crm.call.script"]
            .with_context(lang=self.sudo().lang)  # sudo: see open_screen
            ._get_placeholder_values(client=client, contact=contact, deal=deal, manager=self.sudo().user_id)
        )


def _to_link(record):
    return {"id": record.id, "name": record.display_name} if record else False
