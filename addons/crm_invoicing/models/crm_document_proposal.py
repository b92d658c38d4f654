from odoo import models

from .sale_order_proposal import TOGETHER


class CrmDocument(models.Model):
    """The proposal and its order: sent, accepted and rejected together."""

    _inherit = "crm.document"

    def _enter_state(self, old_state, reason=None):
        """Let the order follow, as the user: where Odoo refuses, the proposal stays where it was, too."""
        result = super()._enter_state(old_state, reason)
        if self.kind == "proposal" and self.order_id and not self.env.context.get(TOGETHER):
            self.order_id.with_context(**{TOGETHER: True})._follow_proposal(self.state_category)
        return result

    def _follow_order(self, category, reason):
        """Move where the order went, if the table leads there. What was agreed and then ordered need not be sent first.

        :param str category: one of `crm.document.state.category`
        :param str reason: why, for the history
        """
        is_moved = self._set_category_state(category, reason)
        if not is_moved and category == "signed" and self.approval_state == "approved":
            self._follow_to(category, reason)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _follow_proposal(self, category):
        """Send, confirm, cancel or reopen the quotation. A confirmed order is not touched any more.

        :param str category: one of `crm.document.state.category`
        """
        self.ensure_one()
        if category == "to_sign" and self.state == "draft":
            self.action_quotation_sent()
        elif category in ("signed", "completed") and self.state in ("draft", "sent"):
            self.action_confirm()
        elif category == "rejected" and self.state in ("draft", "sent"):
            self.action_cancel()
        elif category == "planned" and self.state in ("sent", "cancel"):
            self.action_draft()
