from odoo import models


class CrmMeetingOwner(models.AbstractModel):
    """Whatever a meeting can be planned from: a client, a contact person, a deal, a call."""

    _name = "crm.meeting.owner"
    _description = "Owner of Meetings"

    def action_plan_meeting(self):
        """Return the action of the form that finds a time and puts the meeting into the calendar.

        :raises AccessError: if the user may not work with the deal, or the client where there is none
        """
        self.ensure_one()
        return self.env["crm.meeting.planning"]._get_action(**self._get_meeting_targets())

    def _get_meeting_targets(self):
        """Return the arguments of `crm.meeting.planning._get_action` for a meeting from here."""
        raise NotImplementedError


class CrmCall(models.Model):
    """A call may end with a meeting."""

    _name = "crm.call"
    _inherit = ["crm.call", "crm.meeting.owner"]

    def _get_meeting_targets(self):
        self.check_access("read")
        return {"partner": self.partner_id, "lead": self.lead_id}
