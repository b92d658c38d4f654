from odoo import api, fields, models
from odoo.exceptions import ValidationError



class CrmLead(models.Model):
    _inherit = "crm.lead"

    team_id = fields.Many2one(
        string="Sales Channel",
        domain="[('use_leads', '=', True)] if type == 'lead' else [('use_opportunities', '=', True)]",
    )
    use_quotations = fields.Boolean("Channel Uses Quotations", compute="_compute_use_quotations")

    _team_id_date_deadline_idx = models.Index("(team_id, date_deadline) WHERE active IS TRUE AND type = 'opportunity'")

    @api.depends("team_id")
    def _compute_use_quotations(self):
        for lead in self:
            lead.use_quotations = not lead.team_id or lead.team_id.use_quotations

    def _compute_team_id(self):
        """Odoo falls back on any channel of the salesperson; take only one that lets this type in."""
        result = super()._compute_team_id()
        for lead in self:
            channel = lead.team_id
            if channel and not channel._takes_lead_type(lead.type):
                lead.team_id = self.env["crm.team"]._get_default_channel_taking(lead.type, lead.user_id)
        return result

    @api.constrains("team_id", "type", "active")
    def _check_channel_takes_lead(self):
        """A channel holds open leads and deals only if its switch for them is on."""
        for lead in self:
            if not lead.active or not lead.team_id or lead.team_id._takes_lead_type(lead.type):
                continue
            names = {"channel": lead.team_id.name, "record": lead.name}
            if lead.type == "lead":
                raise ValidationError(
                    self.env._(
                        "The channel “%(channel)s” takes no leads, so “%(record)s” cannot be one of its leads. "
                        "Choose another channel, or switch leads on in this one.",
                        **names,
                    )
                )
            raise ValidationError(
                self.env._(
                    "The channel “%(channel)s” has no pipeline, so the deal “%(record)s” cannot be in it. "
                    "Choose another channel, or switch the pipeline on in this one.",
                    **names,
                )
            )
