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
        direct = self.env["crm.team"]._get_ids_without_quotations()
        for lead in self:
            lead.use_quotations = lead.team_id.id not in direct

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
        """Open deals need a channel with pipeline; open leads one with leads, or a pipeline to become deals in."""
        for lead in self:
            channel = lead.team_id
            if not lead.active or not channel or channel._takes_lead_type(lead.type):
                continue
            names = {"channel": channel.name, "record": lead.name}
            if lead.type == "opportunity":
                raise ValidationError(
                    self.env._(
                        "The channel “%(channel)s” has no pipeline, so the deal “%(record)s” cannot be in it. "
                        "Choose another channel, or switch the pipeline on in this one.",
                        **names,
                    )
                )
            raise ValidationError(
                self.env._(
                    "The channel “%(channel)s” takes neither leads nor deals, so “%(record)s” cannot be in it. "
                    "Choose another channel, or switch leads on in this one.",
                    **names,
                )
            )

    # ------------------------------------------------------------
    # CREATE, WRITE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._skip_qualification()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if not {"team_id", "type", "active"}.isdisjoint(vals):
            self._skip_qualification()
        return result

    # ------------------------------------------------------------
    # CHANNEL
    # ------------------------------------------------------------

    def _skip_qualification(self):
        """Inquiries in a channel that does not qualify leads are deals at once."""
        direct = self.filtered(
            lambda lead: (
                lead.type == "lead" and lead.active and lead.team_id.use_opportunities and not lead.team_id.use_leads
            )
        )
        for customer, leads in direct.grouped("partner_id").items():
            leads.convert_opportunity(customer)
