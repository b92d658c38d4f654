from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmMeetingResult(models.TransientModel):
    """How a meeting went, where no result button says so, and what is next."""

    _name = "crm.meeting.result"
    _description = "Result of a Meeting"

    event_id = fields.Many2one("calendar.event", "Meeting", required=True, readonly=True, ondelete="cascade")
    is_invited = fields.Boolean(related="event_id.is_invited")
    outcome = fields.Selection(
        [("held", "Was Held"), ("no_show", "Did Not Take Place"), ("cancelled", "Is Called Off")],
        default="held",
        required=True,
    )
    note = fields.Text("What Was Said")
    held_minutes = fields.Integer(
        "Minutes It Took",
        compute="_compute_held_minutes",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    # the next step, if no process plans it
    activity_type_id = fields.Many2one(
        "mail.activity.type", "Next Task", domain=[("res_model", "in", [False, "crm.lead"])], ondelete="cascade"
    )
    summary = fields.Char("Text of the Task")
    date_deadline = fields.Date("Due", default=lambda self: fields.Date.add(fields.Date.context_today(self), days=1))

    @api.depends("event_id")
    def _compute_held_minutes(self):
        for entry in self:
            entry.held_minutes = entry.event_id._get_planned_minutes() if entry.event_id else 0

    def action_record(self):
        """Record how the meeting went, and plan the next task.

        :raises ValidationError: if the length makes no sense
        :raises UserError: if it is recorded already, or has not begun
        :raises AccessError: if the user may not work with its deal or client
        """
        self.ensure_one()
        if self.held_minutes < 0:
            raise ValidationError(self.env._("A meeting cannot last less than no time."))
        event = self.event_id
        event._check_recordable()
        event._check_begun(self.outcome)
        if self.outcome == "cancelled":
            event._tell_guests_of_cancelling()
        event._record_meeting(self.outcome, self.note, self.held_minutes)
        self._plan_next_task()
        return {"type": "ir.actions.act_window_close"}

    def action_record_and_plan(self):
        """Record how the meeting went, and return the form that plans the next one."""
        self.action_record()
        event = self.event_id
        partner = event.partner_ids.filtered("partner_share")[:1] or event.client_id
        return self.env["crm.meeting.planning"]._get_action(partner=partner, lead=event.opportunity_id)

    def _plan_next_task(self):
        if not self.activity_type_id:
            return
        target = self.event_id.opportunity_id or self.event_id.client_id
        target.activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=self.summary,
            date_deadline=self.date_deadline,
            user_id=self.env.uid,
        )
