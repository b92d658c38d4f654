from odoo import api, models

# context key: the order and its proposal are moving together, neither asks the other again
TOGETHER = "crm_invoicing_together"
# key of the orders whose proposals take their amount when the transaction is committed
REPRICED = "crm_invoicing.repriced_orders"
# in which category a proposal stands, by the state of its order
CATEGORY_BY_STATE = {"draft": "planned", "sent": "to_sign", "sale": "signed", "cancel": "rejected"}


class SaleOrder(models.Model):
    """The order of a proposal: what happens to one of them in Odoo happens to the other."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        """A quotation that was begun with *Proposal* on a deal gets its entry in the register at once."""
        orders = super().create(vals_list)
        if self.env.context.get("crm_new_proposal"):
            for order in orders.with_context(crm_new_proposal=False).filtered("opportunity_id"):
                order._register_proposal()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self._follow_client()
        if "state" in vals and not self.env.context.get(TOGETHER):
            self._move_proposals()
        return result

    def _compute_amounts(self):
        """Remember whose amount changed: their proposals follow at the end of the transaction."""
        result = super()._compute_amounts()
        orders = self._origin
        if orders:
            precommit = self.env.cr.precommit
            if REPRICED not in precommit.data:
                precommit.data[REPRICED] = set()
                precommit.add(self.env["sale.order"]._follow_amounts)
            precommit.data[REPRICED].update(orders.ids)
        return result

    # ------------------------------------------------------------
    # PROPOSALS
    # ------------------------------------------------------------

    def action_register_proposal(self):
        """Register the quotation as a commercial proposal, if that was not done.

        :return: action that opens the proposal
        """
        self.ensure_one()
        self.check_access("write")
        return self._register_proposal().get_formview_action()

    def _register_proposal(self):
        """Return the open proposal of the quotation, or a new one."""
        self.ensure_one()
        alive = self._get_proposals().filtered(lambda document: document.state_category != "rejected")
        if alive:
            return alive[:1]
        document_type = self.env["crm.document.type"]._get_by_kind("proposal")
        return self.env["crm.document"].create({**self._prepare_document(), "type_id": document_type.id})

    def _get_proposals(self):
        """Return the proposals of these orders, also those that the user would not see himself."""
        # sudo: what happens to an order happens to its proposal, whoever is responsible for that
        documents = self.env["crm.document"].sudo()
        found = documents.search([("order_id", "in", self.ids), ("type_id.kind", "=", "proposal")])
        return found.with_env(self.env)

    def _move_proposals(self):
        """Let the proposals follow where their table allows it; the order is not kept from anything by them."""
        for document in self._get_proposals():
            if not document.has_access("write"):
                document = document.sudo()  # sudo: as in `_get_proposals`
            category = CATEGORY_BY_STATE.get(document.order_id.state)
            if category and document.state_category != category:
                reason = self.env._("The order %(order)s was changed.", order=document.order_id.name)
                document.with_context(**{TOGETHER: True})._follow_order(category, reason)

    def _follow_client(self):
        """Give the open proposals of these orders the client, and the person, that the orders have now."""
        for document in self._get_proposals().sudo():  # sudo: as there
            partner = document.order_id.partner_id
            client = partner.client_id or partner
            if document.state_category in ("planned", "to_sign") and document.partner_id != client:
                document.write({"partner_id": client.id, "contact_id": (partner - client).id})

    @api.model
    def _follow_amounts(self):
        """Give the open proposals of the orders that were changed in this transaction their new amounts."""
        order_ids = self.env.cr.precommit.data.pop(REPRICED, ())
        for document in self.browse(order_ids).exists()._get_proposals().sudo():  # sudo: as there
            order = document.order_id
            if document.state_category in ("planned", "to_sign") and (
                document.currency_id != order.currency_id
                or document.currency_id.compare_amounts(document.amount, order.amount_total)
            ):
                document.write({"amount": order.amount_total, "currency_id": order.currency_id.id})
