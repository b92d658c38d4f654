from odoo import api, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """Services and products offered for an invoice: those ticked on the client's card first."""

    _inherit = "product.product"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        client_id = self.env.context.get("ticked_first_of")
        if not client_id:
            return super().name_search(name, domain, operator, limit)
        plain = self.with_context(ticked_first_of=False)
        ticked = Domain("product_tmpl_id", "in", self.env["res.partner"].browse(client_id).client_service_ids.ids)
        others = Domain(domain or Domain.TRUE)
        first = plain.name_search(name, others & ticked, operator, limit)
        if limit and len(first) >= limit:
            return first
        return first + plain.name_search(name, others & ~ticked, operator, limit and limit - len(first))
