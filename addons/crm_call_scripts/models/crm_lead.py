from odoo import fields, models


class CrmLead(models.Model):
    """The calls about a deal."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.call.owner"]
    _call_field = "lead_id"

    call_ids = fields.One2many("crm.call", "lead_id", "Calls")

    def _get_call_targets(self):
        return {"partner": self.partner_id, "lead": self}

    def _merge_dependences(self, opportunities):
        # sudo: whoever may merge the deals, merges all that hangs on them
        self.env["crm.call"].sudo().search([("lead_id", "in", opportunities.ids)]).lead_id = self
        return super()._merge_dependences(opportunities)
