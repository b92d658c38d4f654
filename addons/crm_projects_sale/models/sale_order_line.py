from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _sells_service(self):
        """Return whether the line sells what is delivered as a work.

        Sections, down payments, re-invoiced expenses, delivery charges, discounts and options not taken do not.
        """
        self.ensure_one()
        if self.display_type or self.is_downpayment or self.is_expense or self._is_delivery():
            return False
        is_service = self.product_id.type == "service" or self.product_id.is_client_service
        return is_service and self.product_uom_qty > 0 and self.price_unit >= 0
