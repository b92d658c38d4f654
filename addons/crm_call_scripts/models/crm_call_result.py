from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CrmCall(models.Model):
    """What follows from the end of a call: the result of the process, the task that is done, the next one."""

    _inherit = "crm.call"

    def finish(self, session, events, values):
        """Finish the call: all of it, or nothing. Sent again after a lost line it changes nothing.

        :param str session: name of the window
        :param list events: what has not been saved yet, see `save_lines`
        :param dict values: ``outcome_id``, ``step_id`` (result to record, or False), ``last_result_id`` (of `prepare_finish`),
            ``note``, ``comment``, ``lost_reason_id``, ``amount`` (company currency of the deal), ``closing_date``,
            ``task_date``, ``task`` (dict of the next task or False), ``writes`` (keys of the fields to write),
            ``file_ids`` (files of the result, uploaded for a deal without its id)
        :return: dict with ``next_activity_id``, ``message`` and ``is_moved`` (another window has taken over, nothing is
            finished)
        :raises UserError: if something demanded is missing, or somebody has changed the deal meanwhile
        :raises AccessError: if the user may not do one of these things
        """
        self._check_mine()
        saved = self.save_lines(session, events)
        if saved.get("is_done"):
            return self._get_finish_answer()
        if saved["is_moved"]:
            return {"next_activity_id": False, "message": "", "is_moved": True}
        self._conclude(self._clean_finish(values))
        return self._get_finish_answer()

    def _get_finish_answer(self):
        call = self.sudo()  # sudo: what has just been planned may be for a colleague
        return {
            "next_activity_id": call.next_activity_id.id,
            "message": self._describe_next_task(call.next_activity_id),
            "is_moved": False,
        }

    def _describe_next_task(self, task):
        if not task:
            return self.env._("The protocol is saved.")
        return self.env._(
            "The protocol is saved. Next: %(task)s, %(day)s.",
            task=task.summary or task.activity_type_id.name,
            day=format_date(self.env, task.date_deadline),
        )

    def _conclude(self, given):
        """Let everything follow from the end of the call.

        :param dict given: of `_clean_finish`
        """
        written = self._write_answers(given["writes"])
        result = self._record_call_result(given)
        self._finish_task(given)
        task = self._plan_next_task(given, result)
        # sudo: the call writes itself
        self.sudo().write(
            {
                "state": "done",
                "end": fields.Datetime.now(),
                "outcome_id": given["outcome"].id,
                "result_id": result.id,
                "next_activity_id": task.id,
                "note": given["note"],
                "written": written,
            }
        )
        self._post_protocol()

    # ------------------------------------------------------------
    # RESULT AND TASKS
    # ------------------------------------------------------------

    def _record_call_result(self, given):
        """Record the chosen step on the deal; return the `crm.process.result`, maybe empty."""
        lead, step = self._get_own_deal(), given["step"]
        if not step:
            return self.env["crm.process.result"]
        if not lead:
            raise UserError(self.env._("The deal is closed by now: finish the call without a result of the process."))
        if not step.has_button and given["outcome"] not in step.call_outcome_ids:
            raise UserError(self.env._("“%(step)s” is no result that this call can have.", step=step.name))
        activity = self._get_open_task()
        return lead._record_result(
            step,
            last_result_id=given["last_result_id"],
            comment=given["comment"] or given["note"],
            lost_reason=given["lost_reason"],
            amount=given["amount"],
            closing_date=given["closing_date"],
            task_date=given["task_date"] or given["task"].get("date_deadline"),
            attachments=given["files"],
            activity=activity if activity.res_model == lead._name and activity.res_id == lead.id else None,
            origin="call",
            by_hand=step.has_button,
        )

    def _get_open_task(self):
        """Return the task from which the call was begun, if it is still open."""
        # sudo: the task may be a colleague's, who gave the call away
        return self.sudo().activity_id.filtered("active").with_env(self.env)

    def _finish_task(self, given):
        """Close the task of the call with its outcome, unless the result has done so."""
        task = self._get_open_task()
        if task:
            text = ". ".join(filter(None, (given["outcome"].name, given["comment"] or given["note"])))
            # sudo: see _get_open_task
            task.sudo()._action_done(feedback=text)

    def _plan_next_task(self, given, result):
        """Plan the task that the user asked for, or let the one that the process has planned be as he wants it."""
        planned = result.sudo().next_activity_id.with_env(self.env)  # sudo: it may be for a colleague
        wanted = {name: value for name, value in given["task"].items() if value}
        if planned:
            if wanted:
                # sudo: whoever records the result may say when and by whom the next step is done
                planned.sudo().write({name: value for name, value in wanted.items() if name != "activity_type_id"})
        elif wanted.get("activity_type_id"):
            planned = self._create_task(wanted)
        if given["outcome"].kind == "no_answer" and not wanted.get("call_start"):
            self._put_back(planned)
        return planned

    def _create_task(self, wanted):
        target = self._get_own_deal() or self.sudo().lead_id or self.sudo().partner_id  # sudo: only to know where
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(target._name),
                "res_id": target.id,
                "call_script_id": self.sudo().script_id.id,  # sudo: the script of a call is open to who holds it
                "automated": False,
                **wanted,
            }
        )

    def _put_back(self, task):
        """Let a call that nobody answered wait for the client's next free hours on its new day."""
        if task.activity_category != "phonecall" or not task.date_deadline:
            return
        after = max(fields.Datetime.now(), fields.Datetime.to_datetime(task.date_deadline))
        minutes = task.call_minutes or 15
        partner = task.contact_id
        slots = self.env["crm.free.time"].get_slots(
            task.user_id.id, partner.id, minutes, after=fields.Datetime.to_string(after), limit=1
        )
        if slots:
            # sudo: see _plan_next_task
            task.sudo().call_start = slots[0]["start"]

    # ------------------------------------------------------------
    # NO ANSWER
    # ------------------------------------------------------------

    @api.model
    def _record_no_answer(self, activity):
        """Record that nobody answered a planned call: by the process of the deal, else the task is put back.

        :param activity: `mail.activity` of the planned call
        :return: the finished `crm.call`
        :raises UserError: if the task is done, or there is no outcome for it
        """
        activity.ensure_one()
        targets = activity._get_call_targets()
        call = self._start(**targets)
        call._check_mine()
        # sudo: see _finish_task
        if call.sudo().line_ids.filtered(lambda line: line.kind != "resume"):
            raise UserError(self.env._("Something has been recorded in this call already. Finish it with its outcome."))
        outcome = self.env["crm.call.outcome"].search([("kind", "=", "no_answer")], limit=1)
        if not outcome:
            raise UserError(self.env._("There is no outcome “No answer” any more. An author of scripts adds one."))
        step = call._get_step(outcome)
        proposal = call._prepare_next_task(outcome, step)
        names = ("activity_type_id", "summary", "date_deadline", "user_id")
        task = {name: proposal[name] for name in names} if proposal and not step else {}
        nothing = dict.fromkeys(("note", "comment", "amount", "closing_date", "task_date"), False)
        call._conclude(
            {
                **nothing,
                "outcome": outcome,
                "step": step,
                "last_result_id": None,
                "lost_reason": self.env["crm.lost.reason"],
                "files": self.env["ir.attachment"],
                "task": task,
                "writes": set(),
            }
        )
        return call
