from odoo import fields, models


class CrmLead2opportunityPartner(models.TransientModel):
    _inherit = "crm.lead2opportunity.partner"

    team_id = fields.Many2one(string="Sales Channel", domain=[("use_opportunities", "=", True)])

    def _compute_team_id(self):
        """Propose only a channel with a pipeline: the lead becomes a deal."""
        result = super()._compute_team_id()
        for convert in self:
            if convert.team_id and not convert.team_id.use_opportunities:
                convert.team_id = self.env["crm.team"]._get_default_channel_taking("opportunity", convert.user_id)
        return result
