from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The calls with a client and his contact persons."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.call.owner"]
    _call_field = "client_id"

    def _get_call_targets(self):
        """The only open deal of the client is what the call is about; of several the manager chooses one himself."""
        deals = self.env["crm.lead"].search(
            Domain("partner_id", "child_of", (self.client_id or self).id)
            & Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending"),
            limit=2,
        )
        deals = deals._filtered_access("write")
        return {"partner": self, "lead": deals if len(deals) == 1 else deals.browse()}
