from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL, plaintext2html

# context: the write belongs to a result that is being recorded, and is no movement of its own
RECORDING = "crm_result_recording"
SECONDS_PER_DAY = 24 * 3600


class CrmLead(models.Model):
    """Recording a result: one press, one transaction, one row of the log, in one place."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_record_result(self, step_id, last_result_id=False, comment=None, activity_id=None):
        """Record the result of a button, or open the form for what the step demands.

        :param int step_id: the step whose button was pressed
        :param last_result_id: ``last_result_id`` of the buttons that the user saw (id or False)
        :param str comment: what the user wrote beside the button
        :param int activity_id: the task of the deal that the result finishes
        :return: action of the form if something demanded is missing, else False
        :raises UserError: if the button is not possible any more, or somebody was quicker
        """
        self.ensure_one()
        step = self.env["crm.process.step"].browse(step_id)
        activity = self.env["mail.activity"].browse(activity_id or [])
        given = {"comment": comment} if comment else {}
        if self._get_missing_demands(self._get_effective_step(step), given) and not self._find_same_press(
            step, last_result_id
        ):
            return self._get_result_form(step, last_result_id, given, activity)
        self._record_result(step, last_result_id=last_result_id, activity=activity, **given)
        return False

    def _get_result_form(self, step, last_result_id, given, activity):
        return {
            "type": "ir.actions.act_window",
            "name": step.name,
            "res_model": "crm.process.result.entry",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_lead_id": self.id,
                "default_pressed_step_id": step.id,
                "default_last_result_number": last_result_id or 0,
                "default_comment": given.get("comment"),
                "default_activity_id": activity.id,
            },
        }

    # ------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------

    def _record_result(
        self,
        step,
        *,
        last_result_id=None,
        comment=None,
        lost_reason=None,
        amount=None,
        closing_date=None,
        task_date=None,
        attachments=None,
        activity=None,
        origin="button",
        by_hand=True,
    ):
        """Record one result of the business process, with everything that follows from it.

        The log row, the finished task, stage and probability, the relationship level, the next task and the refusal
        are one transaction. The same press twice (same step and user after the same result) records one.

        :param step: `crm.process.step` whose button was pressed
        :param last_result_id: the result after which it was pressed: id, False for none, None for whatever is last
        :param str comment: what was said
        :param lost_reason: `crm.lost.reason` of a refusal
        :param float amount: expected revenue in the deal's currency
        :param date closing_date: expected closing
        :param date task_date: due date of the next task
        :param attachments: `ir.attachment` records
        :param activity: the `mail.activity` that the result finishes; by default the one the last result planned
        :param str origin: one of the values of `crm.process.result.origin`
        :param bool by_hand: whether somebody presses a button; what happens by itself needs none and demands nothing
        :return: the `crm.process.result`
        :raises UserError: if the step is not possible now, or another result came between
        :raises ValidationError: if something that the step demands is missing
        """
        self.ensure_one()
        self.check_access("write")
        step = step.with_env(self.env)
        self._lock_for_result()
        same = self._find_same_press(step, last_result_id)
        if same:
            return same
        self._check_result_possible(step, last_result_id, by_hand)
        given = {
            "comment": comment,
            "lost_reason": lost_reason,
            "amount": amount,
            "closing_date": closing_date,
            "task_date": task_date,
            "file": attachments,
        }
        effective = self._get_effective_step(step)
        if by_hand:
            self._check_demands(effective, given)
        return self._apply_result(effective, step, given, activity, origin)

    def _lock_for_result(self):
        """Let one press through at a time. Waiting is meant: the second press is retried by Odoo and finds the first."""
        self.flush_recordset()
        self.env.execute_query(SQL("SELECT id FROM crm_lead WHERE id IN %s FOR NO KEY UPDATE", tuple(self.ids)))

    def _find_same_press(self, step, last_result_id):
        """Return the result that this very press has recorded already: a double click, or a retry after a lost line."""
        if last_result_id is None:
            return self.env["crm.process.result"]
        return self.env["crm.process.result"].search(
            [
                ("lead_id", "=", self.id),
                ("previous_id", "=", last_result_id or False),
                ("user_id", "=", self.env.uid),
                ("pressed_step_id", "=", step.id),
            ]
        )

    def _check_result_possible(self, step, last_result_id, by_hand=True):
        last = self.last_result_id
        if last_result_id is not None and last.id != (last_result_id or False):
            raise UserError(
                self.env._(
                    "%(user)s has just recorded “%(result)s” on this deal. Look at it first, then record yours.",
                    user=last.user_id.name,
                    result=last.display_name,
                )
            )
        if step not in (self._get_possible_steps() if by_hand else self._get_offered_steps()):
            raise UserError(
                self.env._(
                    "“%(step)s” is not possible on the deal “%(deal)s” now. Reload the page to see which results are.",
                    step=step.name,
                    deal=self.name,
                )
            )

    def _get_missing_demands(self, step, given=None):
        """Return what the step demands and neither ``given`` nor the deal has.

        :param dict given: value by name of `DEMANDS`
        :return: list of names of `DEMANDS`
        """
        given = given or {}
        known = {"amount": self.expected_revenue, "lost_reason": step.lost_reason_id}
        return [name for name in step._get_demands() if not given.get(name) and not known.get(name)]

    def _check_demands(self, step, given):
        missing = self._get_missing_demands(step, given)
        if missing:
            labels = [self.env["crm.process.step"]._fields[f"demands_{name}"] for name in missing]
            raise ValidationError(
                self.env._(
                    "“%(step)s” needs also: %(missing)s.",
                    step=step.name,
                    missing=", ".join(field._description_string(self.env) for field in labels),
                )
            )

    # ------------------------------------------------------------
    # WHAT FOLLOWS
    # ------------------------------------------------------------

    def _apply_result(self, step, pressed, given, activity, origin):
        before = self._get_state_before()
        row = self._prepare_result(step.kind, origin, step=step)
        finished = self._get_finished_activity(activity)
        attachments = given["file"] or self.env["ir.attachment"]
        row.update(
            pressed_step_id=pressed.id,
            repeat_number=self._get_repeat_number(pressed),
            comment=given["comment"],
            attachment_ids=[Command.set(attachments.ids)],
            activity_id=finished[:1].id,
            before=before,
        )
        self._tell_result(step, given["comment"], attachments, finished)
        self.with_context(**{RECORDING: True})._write_result_values(step, given)
        if step.kind == "refusal":
            row["lost_reason_id"] = self.lost_reason_id.id
        row.update(self._follow_result(step, given["task_date"]))
        row["stage_id"] = self.stage_id.id
        return self._append_results([row])

    def _prepare_result(self, kind, origin, step=None):
        """Return the values of a log row that every kind of result has; the deal is as it was before."""
        now = fields.Datetime.now()
        since = self.last_result_date or self.create_date or now
        current = self.process_step_id
        forward = step and step._is_forward()
        return {
            "lead_id": self.id,
            "previous_id": self.last_result_id.id,
            "client_id": self.partner_id.client_id.id,
            "team_id": self.team_id.id,
            "process_id": self.process_id.id,
            "step_id": step.id if step else False,
            "kind": kind,
            "origin": origin,
            "date": now,
            "user_id": self.env.uid,
            "salesperson_id": self.user_id.id,
            "wait_days": max((now - since).total_seconds(), 0) / SECONDS_PER_DAY,
            "step_before_id": current.id,
            "step_after_id": step.id if forward else current.id,
            "is_backward": bool(forward and current and current._comes_after(step)),
            "stage_before_id": self.stage_id.id,
            "stage_id": self.stage_id.id,
        }

    def _append_results(self, rows):
        """Append rows to the log, and let the deals follow it."""
        # sudo: nobody may write the log by hand, it is written by this model alone; the deal may be another's by now
        leads = self.sudo().browse([row["lead_id"] for row in rows])
        for row, lead in zip(rows, leads, strict=True):
            row.update(lead._prepare_standing(row))
        return leads.env["crm.process.result"].create(rows).with_env(self.env)

    def _prepare_standing(self, row):
        """Return since when the deal stands where ``row`` leaves it, how long it stood before, and what it is by now.

        :param dict row: values of a log row that is going to follow the last one
        """
        last = self.last_result_id
        since = last.step_date or self.create_date or row["date"]
        moves = row["kind"] == "reopen" or row["step_after_id"] != row["step_before_id"]
        step_date = row["date"] if moves else since
        if row["kind"] == "revoke":
            step_date = last.previous_id.step_date or self.create_date
        return {
            "step_date": step_date,
            "step_days": max((row["date"] - since).total_seconds(), 0) / SECONDS_PER_DAY,
            "won_status_before": last.won_status or "pending",
            "won_status": self.won_status,
        }

    def _get_finished_activity(self, activity):
        """Return the open tasks that the result finishes: the given one, else what the process has planned.

        :raises UserError: if the given task is not one of the deal's
        """
        if activity:
            if activity.res_model != self._name or activity.res_id != self.id:
                raise UserError(self.env._("The task “%(task)s” is not one of this deal.", task=activity.display_name))
            return activity.filtered("active")
        return self._get_planned_tasks()

    def _get_planned_tasks(self):
        """Return the open tasks that results of the deal have planned: one, unless the deal was moved about."""
        # sudo: whoever may write the deal finishes its tasks, a colleague's too
        planned = self.sudo().result_ids.next_activity_id
        return planned.filtered(lambda task: task.active and task.res_id == self.id).with_env(self.env)

    def _tell_result(self, step, comment, attachments, finished):
        """Finish the task with the result as its feedback, or else note the result in the history."""
        text = f"{step.name}. {comment}" if comment else step.name
        # the form uploads its files before it knows where they belong
        attachments.filtered(lambda file: not file.res_id).write({"res_model": self._name, "res_id": self.id})
        if finished:
            finished.with_context(**{RECORDING: True})._action_done(feedback=text, attachment_ids=attachments.ids)
        else:
            self.message_post(
                body=plaintext2html(text),
                attachment_ids=attachments.ids,
                message_type="comment",
                subtype_xmlid="crm_funnel.mt_result",
            )

    def _write_result_values(self, step, given):
        values = {}
        if given["amount"]:
            values["expected_revenue"] = given["amount"]
        if given["closing_date"]:
            values["date_deadline"] = given["closing_date"]
        if step._is_forward() and step.stage_id != self.stage_id:
            values["stage_id"] = step.stage_id.id
        if values:
            self.write(values)
        if step.kind == "refusal":
            self.action_set_lost(lost_reason_id=(given["lost_reason"] or step.lost_reason_id).id)

    def _follow_result(self, step, task_date=None):
        """Plan the next task and set the relationship level that follow from ``step``; return it for the log row."""
        values = {"next_activity_id": step._plan_task(self, task_date).id}
        client, level = self.partner_id.client_id, step.level_id
        if client and level and client.client_level_id != level:
            values.update(level_before_id=client.client_level_id.id, level_id=level.id)
            client._set_client_level(level, self.env._("Result: %(result)s", result=step.name))
        return values

    def _get_state_before(self):
        """Return what revoking the result brings back, as plain values."""
        names = (
            "stage_id",
            "active",
            "probability",
            "automated_probability",
            "lost_reason_id",
            "expected_revenue",
            "date_deadline",
            "date_closed",
        )
        return {name: self._fields[name].convert_to_write(self[name], self) for name in names}
