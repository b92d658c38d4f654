from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _get_sold_services(self):
        """What the confirmed orders of the deal sell is what is delivered; without any, what was asked for."""
        self.check_access("read")
        # sudo: who may read the deal may know what it sells, also from the order of a colleague
        orders = self.sudo().order_ids.filtered(lambda order: order.state == "sale")
        if not orders:
            return super()._get_sold_services()
        lines = orders.order_line.filtered(lambda line: line._sells_service())
        return lines.product_template_id.with_env(self.env)
