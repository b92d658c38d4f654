from odoo import models

# context: id of the meeting from which a result button was pressed
MEETING = "crm_meeting_id"


class CrmLead(models.Model):
    """A result of the deal that is recorded from a meeting, or that finishes its task, is the result of the meeting."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.meeting.owner"]

    def _get_meeting_targets(self):
        return {"partner": self.partner_id, "lead": self}

    def _get_result_form(self, step, last_result_id, given, activity):
        action = super()._get_result_form(step, last_result_id, given, activity)
        meeting = self._get_pressed_meeting()
        return {**action, "context": {**action["context"], MEETING: meeting.id}} if meeting else action

    def _apply_result(self, step, pressed, given, activity, origin):
        meeting = self._get_pressed_meeting() or (activity or self.env["mail.activity"]).sudo().calendar_event_id
        if meeting and origin in ("button", "activity"):
            origin = "meeting"
        if meeting and not activity:
            # sudo: whoever may record a result on the deal finishes the meeting's task, a colleague's too
            tasks = meeting.sudo().activity_ids.with_env(self.env)
            activity = tasks.filtered(lambda task: task.active and task.lead_id == self)[:1]
        result = super()._apply_result(step, pressed, given, activity, origin)
        # sudo: the task of a meeting may be a colleague's; the meeting takes nothing but the result
        (meeting | result.sudo().activity_id.calendar_event_id).with_env(self.env)._take_result(result)
        return result

    def _get_pressed_meeting(self):
        """Return the meeting of this deal from which the button was pressed, maybe none."""
        number = self.env.context.get(MEETING)
        # sudo: a meeting of the deal, which the user may write
        meetings = self.env["calendar.event"].sudo()
        if not isinstance(number, int):
            return meetings.with_env(self.env)
        return meetings.browse(number).exists().filtered(lambda event: event.opportunity_id == self).with_env(self.env)
