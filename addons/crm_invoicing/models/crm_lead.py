from odoo import models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Invoices and proposals of a deal."""

    _inherit = "crm.lead"

    def action_enter_invoice(self):
        """Return the action of the dialog that issues an invoice: of the deal's order, or else of services."""
        self.ensure_one()
        return self.env["crm.invoice.entry"]._open_for(self.partner_id, lead=self, order=self._get_order_to_invoice())

    def action_new_proposal(self):
        """Return the action of the proposal with the quotation of the deal, or of the quotation it begins with."""
        return self.action_new_document("proposal")

    def action_new_document(self, kind=None):
        """A proposal begins with the quotation of the deal: the one that is there, or a new one."""
        if kind == "proposal":
            return self._get_new_proposal_action()
        return super().action_new_document(kind)

    def _get_order_to_invoice(self):
        """Return the newest order of the deal with something left to invoice: confirmed ones before quotations."""
        orders = self.order_ids.filtered("has_entry_lines").sorted("id", reverse=True)
        return (orders.filtered(lambda order: order.state == "sale") or orders)[:1]

    def _get_new_proposal_action(self):
        self.ensure_one()
        quotation = self.order_ids.filtered(lambda order: order.state in ("draft", "sent")).sorted("id")[-1:]
        if quotation:
            return quotation.action_register_proposal()
        if not self.partner_id:
            raise UserError(self.env._("Choose the client of the deal first: a proposal is made to somebody."))
        action = self.action_new_quotation()
        action["context"]["crm_new_proposal"] = True
        return action
