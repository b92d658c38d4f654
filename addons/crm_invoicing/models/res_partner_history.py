from odoo import models
from odoo.fields import Domain

INVOICE_TYPES = ("out_invoice", "out_refund", "out_receipt")


class ResPartner(models.Model):
    """The letters about invoices, and the answers, belong to the history of the client."""

    _inherit = "res.partner"

    def action_view_client_history(self):
        action = super().action_view_client_history()
        moves = self._get_visible_invoices()
        on_invoices = Domain("model", "=", "account.move") & Domain("res_id", "in", moves.ids)
        action["domain"] = list(Domain(action["domain"]) | on_invoices)
        return action

    def _get_visible_invoices(self):
        """Return the invoices of the whole client that the user may see."""
        Move = self.env["account.move"]
        if not Move.has_access("read"):
            return Move
        client = self.client_id or self
        family = self.with_context(active_test=False).search([("client_id", "=", client.id)]) | self
        return Move.search([("partner_id", "in", family.ids), ("move_type", "in", INVOICE_TYPES)])
