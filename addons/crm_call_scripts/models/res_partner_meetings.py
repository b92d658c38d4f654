from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The meetings with a client."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.meeting.owner"]

    next_meeting_date = fields.Datetime("Next Meeting", compute="_compute_next_meeting_date")
    missing_result_count = fields.Integer("Meetings without a Result", compute="_compute_next_meeting_date")

    @api.depends("client_id")
    @api.depends_context("uid")
    def _compute_next_meeting_date(self):
        Event = self.env["calendar.event"]
        ours = Domain("client_id", "in", self.client_id.ids)
        coming = ours & Domain("start", ">=", fields.Datetime.now()) & Domain("meeting_state", "=", "planned")
        next_dates = dict(Event._read_group(coming, ["client_id"], ["start:min"]))
        missing = ours & Domain("is_result_missing", "=", True)
        counts = dict(Event._read_group(missing, ["client_id"], ["__count"]))
        for partner in self:
            partner.next_meeting_date = next_dates.get(partner.client_id)
            partner.missing_result_count = counts.get(partner.client_id, 0)

    def _get_meeting_targets(self):
        """The only open deal of the client is what the meeting is about, as for a call."""
        return self._get_call_targets()

    def action_view_meetings(self):
        """Return the action of the meetings with the client, those without a result first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_call_scripts.calendar_event_action_meetings")
        action["domain"] = [("client_id", "=", self.client_id.id)]
        action["context"] = {"search_default_result_missing": 1, "search_default_coming": 1}
        return action
