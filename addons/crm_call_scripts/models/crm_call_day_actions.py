from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

# a press of "No Answer" can be taken back for so long, in minutes
UNDO_MINUTES = 10
# length of a call that has none, in minutes
DEFAULT_MINUTES = 15
LATER_SLOTS = 6


class CrmCallDay(models.AbstractModel):
    """What can be done with a call from the list of the day, besides making it."""

    _inherit = "crm.call.day"

    @api.model
    def record_no_answer(self, activity_id):
        """Record that nobody answered, and put the call back by the rule of the deal's step.

        :param int activity_id: the planned call
        :return: dict with ``call_id`` (for `undo_no_answer`) and ``message`` (what happens next)
        :raises UserError: if the task is done already
        :raises AccessError: if the user may not work with the deal or client
        """
        task = self._get_task(activity_id)
        call = self.env["crm.call"]._record_no_answer(task)
        # sudo: the next task may be for a colleague, its day is what the process says
        return {"call_id": call.id, "message": self._describe_return(call.sudo().next_activity_id)}

    def _describe_return(self, task):
        if not task:
            return self.env._("No answer recorded. Nothing further is planned.")
        when = task.call_start and format_datetime(self.env, task.call_start, dt_format="short")
        return self.env._(
            "No answer recorded. Next: %(task)s, %(when)s.",
            task=task.summary or task.activity_type_id.name,
            when=when or format_date(self.env, task.date_deadline),
        )

    @api.model
    def undo_no_answer(self, call_id):
        """Take back a *No Answer* that was pressed by mistake: the planned call is as it was before.

        :param int call_id: of `record_no_answer`
        :return: True
        :raises UserError: if it was not the user's own press, or is too long ago, or something followed
        """
        call = self._get_own_call(call_id)
        call._withdraw_protocol()
        if call.result_id:
            call.lead_id.with_env(self.env).action_revoke_result(call.result_id.id)
            call.invalidate_recordset(["next_activity_id"])
        # the result has finished a task of its deal only, not one on the client's card
        if not call.activity_id.active:
            self._reopen_task(call)
        # nothing was said in it: it would only count as an attempt
        call.unlink()
        return True

    def _get_own_call(self, call_id):
        # sudo: the call is the user's own press, which is asked right here
        call = self.env["crm.call"].sudo().browse(call_id if type(call_id) is int else []).exists()
        limit = fields.Datetime.now() - timedelta(minutes=UNDO_MINUTES)
        is_press = call.state == "done" and call.outcome_kind == "no_answer" and not call.line_ids
        if not is_press or call.user_id != self.env.user or call.end < limit:
            raise UserError(self.env._("This cannot be taken back any more."))
        return call

    def _reopen_task(self, call):
        following = call.next_activity_id
        if following and not following.active:
            raise UserError(self.env._("The next task is done already, so this cannot be taken back any more."))
        following.unlink()
        call.activity_id.write({"active": True, "feedback": False, "date_done": False})

    @api.model
    @api.readonly
    def get_later_slots(self, activity_id):
        """Return the next times to which a planned call can be put, see `crm.free.time.get_slots`.

        :param int activity_id: the planned call
        :raises UserError: if it is done already
        :raises AccessError: if the user may not change the task
        """
        task = self._get_task(activity_id)
        partner = (task.contact_id or task.client_id)._filtered_access("read")
        return self.env["crm.free.time"].get_slots(
            task.user_id.id, partner.id, task.call_minutes or DEFAULT_MINUTES, limit=LATER_SLOTS
        )

    @api.model
    def postpone(self, activity_id, start):
        """Put a planned call to another time.

        :param int activity_id: the planned call
        :param str start: the new time, in UTC, as "YYYY-MM-DD HH:MM:SS"
        :return: message for the user
        :raises UserError: if the time is none, or over
        :raises AccessError: if the user may not change the task
        """
        task = self._get_task(activity_id)
        moment = self._to_moment(start)
        day = fields.Datetime.context_timestamp(
            self.with_context(tz=task.user_id.tz or self.env.user.tz), moment
        ).date()
        task.write({"call_start": moment, "date_deadline": day})
        return self.env._("Put to %(when)s.", when=format_datetime(self.env, moment, dt_format="short"))

    def _get_task(self, activity_id):
        """Return the open planned call, one that the user may work on."""
        task = self.env["mail.activity"].browse(activity_id if type(activity_id) is int else []).exists()
        if not task or not task.active or task.activity_category != "phonecall":
            raise UserError(self.env._("This call is done or planned anew already. Look at the list again."))
        task.check_access("write")
        return task

    def _to_moment(self, text):
        try:
            moment = fields.Datetime.to_datetime(text)
        except (ValueError, TypeError) as error:
            raise UserError(self.env._("“%(text)s” is no time.", text=str(text)[:40])) from error
        if not moment or moment < fields.Datetime.now():
            raise UserError(self.env._("This time is over. Choose a later one."))
        return moment
