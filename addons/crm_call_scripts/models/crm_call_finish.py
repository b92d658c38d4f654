from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, formatLang

from ..tools.conversation import ANSWERING


class CrmCall(models.Model):
    """The end of a call: outcome, fields, result of the process, next task and protocol, in one transaction."""

    _inherit = "crm.call"

    # ------------------------------------------------------------
    # WHAT WILL HAPPEN
    # ------------------------------------------------------------

    def prepare_finish(self, session, outcome_id, step_id=None):
        """Return what the end of the call with an outcome will do, before it does it.

        :param str session: name of the window
        :param int outcome_id: id of a `crm.call.outcome`
        :param step_id: id of the `crm.process.step` that the user records instead of the outcome's own one, False for no
            result at all
        :return: dict with ``step`` (result button that will be pressed: ``step_id``, ``name``, ``kind``, ``asks`` (names of
            `DEMANDS` still missing), or False), ``buttons`` (the other results that are possible), ``last_result_id``,
            ``writes`` (fields that answers write: ``key``, ``record``, ``record_name``, ``label``, ``old``, ``new``,
            ``is_allowed``, ``problem``), ``next_task`` (what the process plans, or a proposal, or False) and
            ``lost_reasons``
        :raises UserError: if the call is finished, or cannot have this result
        :raises AccessError: if the user may not hold the call
        """
        self._check_mine()
        self._check_open()
        outcome = self._browse_sent("crm.call.outcome", outcome_id)
        lead = self._get_own_deal()
        step = self._get_step(outcome) if step_id is None else self._get_chosen_step(outcome, step_id)
        return {
            "step": self._prepare_step(lead, step),
            "buttons": [self._prepare_step(lead, one) for one in lead._get_possible_steps() - step] if lead else [],
            "last_result_id": lead.last_result_id.id,
            "writes": self._prepare_writes(),
            "next_task": self._prepare_next_task(outcome, step),
            "lost_reasons": self._prepare_lost_reasons(),
        }

    def _get_own_deal(self):
        """Return the deal of the call if the user may record a result on it and it is open, else no deal."""
        # sudo: whether the user may write the deal is asked right here
        lead = self.sudo().lead_id.with_env(self.env)._filtered_access("write")
        return lead.filtered(lambda deal: deal._is_open_deal())

    def _get_step(self, outcome):
        """Return the step of the deal's process that the outcome records, maybe none."""
        offered = self._get_own_deal()._get_offered_steps()
        return offered.filtered(lambda step: outcome in step.call_outcome_ids)[:1]

    def _get_chosen_step(self, outcome, step_id):
        """Return the step that the user has chosen himself, maybe none.

        :raises UserError: if the call cannot have this result
        """
        step, lead = self._browse_sent("crm.process.step", step_id), self._get_own_deal()
        if step and not (lead and step in self._get_step(outcome) | lead._get_possible_steps()):
            raise UserError(self.env._("“%(step)s” is no result that this call can have.", step=step.name))
        return step

    def _prepare_step(self, lead, step):
        if not step:
            return False
        effective = lead._get_effective_step(step)
        asks = lead._get_missing_demands(effective) if step.has_button else []
        return {"step_id": step.id, "name": effective.name, "kind": effective.kind, "asks": asks}

    def _prepare_next_task(self, outcome, step):
        lead = self._get_own_deal()
        effective = lead._get_effective_step(step) if step else step
        if effective.activity_type_id.active:
            deadline = effective._get_task_deadline(lead)
            user = effective._get_task_user(lead)
            kind, summary = effective.activity_type_id, effective.activity_summary
        elif outcome.kind in ("later", "no_answer") and not step:
            deadline, user = fields.Date.add(fields.Date.context_today(self), days=1), self.env.user
            kind, summary = self._get_call_type(), self.sudo().activity_id.summary  # sudo: see _get_task_text
        else:
            return False
        return {
            "activity_type_id": kind.id,
            "type_name": kind.name,
            "is_call": kind.category == "phonecall",
            "summary": summary or kind.summary or "",
            "date_deadline": fields.Date.to_string(deadline),
            "user_id": user.id,
            "user_name": user.name,
            "is_planned_by_process": bool(step),
        }

    def _get_call_type(self):
        """Return the type of activity of a planned call: that of the call's task, else the first one of calls."""
        of_task = self.sudo().activity_id.activity_type_id  # sudo: see _get_task_text
        if of_task.category == "phonecall":
            return of_task.with_env(self.env)
        domain = [("category", "=", "phonecall"), ("res_model", "in", [False, "crm.lead", "res.partner"])]
        return self.env["mail.activity.type"].search(domain, limit=1)

    def _prepare_lost_reasons(self):
        reasons = self.env["crm.lost.reason"].search([])  # pylint: disable=no-search-all
        return [{"id": reason.id, "name": reason.name} for reason in reasons]

    # ------------------------------------------------------------
    # FIELDS THAT ANSWERS WRITE
    # ------------------------------------------------------------

    def _get_written_lines(self):
        """Return the lines whose answers write a field: of those that count, the last of each record and field."""
        lines = {}
        for line in self.sudo().line_ids.sorted("number"):  # sudo: the protocol is the call's own
            node = line.node_id
            if line.kind in ANSWERING and not line.is_taken_back and node.write_record and node.write_field_id:
                lines[(node.write_record, node.write_field_id)] = line
        return list(lines.values())

    def _get_written_records(self):
        """Return the records that answers may write, with the user's own rights: {client, contact, deal: record}."""
        client, contact, deal = (record.with_env(self.env) for record in self._get_targets(self.sudo()))
        return {"client": client, "contact": contact, "deal": deal}

    def _prepare_writes(self):
        records = self._get_written_records()
        rows = [self._prepare_write(line, records[line.node_id.write_record]) for line in self._get_written_lines()]
        return [row for row in rows if row]

    def _prepare_write(self, line, record):
        """Return what a line is going to write; None if there is nothing to write."""
        node = line.node_id
        field = record._fields.get(node.write_field_id.name)
        if not record or not field:
            return None
        row = {
            "key": node.key,
            "record": node.write_record,
            "record_name": record.sudo().display_name,  # sudo: the call is with this client and about this deal
            "field": field.name,
            "label": field._description_string(self.env),
            "old": "",
            "is_allowed": False,
            "problem": "",
        }
        try:
            value = node._get_written_value(line)
        except ValueError as error:
            return {**row, "new": line._get_text(), "problem": str(error)}
        row.update(value=value, new=self._describe_value(record, field, value))
        if not record.has_access("write") or not record._has_field_access(field, "write"):
            return {**row, "problem": self.env._("You may not change this field.")}
        old = record[field.name]
        row["old"] = self._describe_value(record, field, field.convert_to_write(old, record))
        return {**row, "is_allowed": True} if row["old"] != row["new"] else None

    def _describe_value(self, record, field, value):
        """Return a value as people read it."""
        if value is False or value is None:
            return self.env._("No") if field.type == "boolean" else ""
        if field.type == "boolean":
            return self.env._("Yes")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(value).display_name
        if field.type == "date":
            return format_date(self.env, value)
        if field.type in ("float", "monetary"):
            return formatLang(self.env, value)
        return str(value)

    def _write_answers(self, keys):
        """Write the fields that the user has accepted.

        :param list keys: ``key`` of `prepare_finish`'s ``writes``
        :return: what was written, for the protocol: list of dicts
        :raises UserError: if one of them cannot be written
        """
        records = self._get_written_records()
        written = []
        for line in self._get_written_lines():
            record = records[line.node_id.write_record]
            row = self._prepare_write(line, record) if line.node_id.key in keys else None
            if not row:
                continue
            if row["problem"]:
                raise UserError(
                    self.env._(
                        "%(record)s, %(field)s: %(problem)s",
                        record=row["record_name"],
                        field=row["label"],
                        problem=row["problem"],
                    )
                )
            record.write({row["field"]: row["value"]})
            written.append({name: row[name] for name in ("record", "record_name", "label", "old", "new")})
        return written

    # ------------------------------------------------------------
    # WHAT A WINDOW SENDS
    # ------------------------------------------------------------

    def _clean_finish(self, values):
        """Return the values of `finish` with records for ids, each of which the user may read.

        :raises UserError: if something is not what it should be
        """
        values = values if isinstance(values, dict) else {}
        outcome = self._browse_sent("crm.call.outcome", values.get("outcome_id"))
        if not outcome:
            raise UserError(self.env._("What has the call come to? Choose an outcome."))
        keys = values.get("writes")
        return {
            "outcome": outcome,
            "step": self._browse_sent("crm.process.step", values.get("step_id")),
            "last_result_id": self._to_sent_id(values.get("last_result_id")),
            "note": self._to_sent_text(values.get("note")),
            "comment": self._to_sent_text(values.get("comment")),
            "lost_reason": self._browse_sent("crm.lost.reason", values.get("lost_reason_id")),
            "amount": self._to_sent_number(values.get("amount")),
            "closing_date": self._to_sent_date(values.get("closing_date")),
            "task_date": self._to_sent_date(values.get("task_date")),
            "task": self._clean_task(values.get("task")),
            "files": self._browse_files(values.get("file_ids")),
            "writes": {key for key in keys if isinstance(key, str)} if isinstance(keys, list) else set(),
        }

    def _clean_task(self, task):
        if not isinstance(task, dict):
            return {}
        kind = self._browse_sent("mail.activity.type", task.get("activity_type_id"))
        user = self._browse_sent("res.users", task.get("user_id"))
        if user:
            self.env["mail.activity"]._check_new_user(user)
        return {
            "activity_type_id": kind.id,
            "user_id": (user or self.env.user).id,
            "summary": self._to_sent_text(task.get("summary")),
            "date_deadline": self._to_sent_date(task.get("date_deadline")),
            "call_start": self._to_sent_moment(task.get("call_start")),
        }

    def _to_sent_id(self, record_id):
        """Return what was sent for an id: an id that the database can hold, False for none, or None if nothing was."""
        is_id = isinstance(record_id, int) and not isinstance(record_id, bool) and 0 < record_id < 2**31
        return record_id if is_id or record_id is None else False

    def _browse_sent(self, model, record_id):
        record = self.env[model].browse(self._to_sent_id(record_id) or False).exists()
        record.check_access("read")
        return record

    def _browse_files(self, ids):
        """Return the files that the user has uploaded for the result: whoever reads the result reads them, too.

        :raises AccessError: if one of them is anything else
        """
        sent = [one for one in ids if self._to_sent_id(one)] if isinstance(ids, list) else []
        files = self.env["ir.attachment"].browse(sent).exists()
        files.check_access("read")
        fresh = [("create_uid", "=", self.env.uid), ("res_model", "=", "crm.lead"), ("res_id", "=", 0)]
        if files.filtered_domain([*fresh, ("res_field", "=", False)]) != files:
            raise AccessError(self.env._("A result takes only files that were uploaded for it."))
        return files

    def _to_sent_text(self, text):
        return text.strip()[:10_000] if isinstance(text, str) else False

    def _to_sent_number(self, number):
        return number if isinstance(number, int | float) and not isinstance(number, bool) else 0

    def _to_sent_date(self, text):
        return self._to_sent_moment(text, fields.Date)

    def _to_sent_moment(self, text, field=fields.Datetime):
        """Return a date or moment of a text that came from a window, False for none.

        :raises UserError: if it is none
        """
        if not text:
            return False
        try:
            return field.to_string(getattr(field, "to_date" if field is fields.Date else "to_datetime")(text))
        except (ValueError, TypeError) as error:
            raise UserError(self.env._("“%(text)s” is no date.", text=str(text)[:40])) from error
