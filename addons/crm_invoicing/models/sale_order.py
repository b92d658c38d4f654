from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class SaleOrder(models.Model):
    """Orders as invoices, acts and proposals come from them."""

    _name = "sale.order"
    _inherit = ["sale.order", "crm.printed.paper"]

    register_document_count = fields.Integer("In the Register", compute="_compute_register_document_count")
    has_entry_lines = fields.Boolean(compute="_compute_has_entry_lines", export_string_translation=False)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_register_document_count(self):
        documents = self.env["crm.document"]
        if not documents.has_access("read"):
            self.register_document_count = 0
            return
        counts = dict(documents._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"]))
        for order in self:
            order.register_document_count = counts.get(order._origin, 0)

    @api.depends("state", "order_line.qty_to_invoice", "order_line.product_uom_qty")
    def _compute_has_entry_lines(self):
        """Whether there is something that can be invoiced, so that the button is shown."""
        for order in self:
            order.has_entry_lines = order.state != "cancel" and any(
                line._get_left_to_invoice() > 0 for line in order.order_line
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_enter_invoice(self):
        """Return the action of the dialog that issues an invoice of what is left to invoice."""
        self.ensure_one()
        return self.env["crm.invoice.entry"]._open_for(self.partner_id, order=self)

    def action_make_act(self):
        """Register the act to the order, if that was not done, and print it.

        :return: action that prints
        """
        return self._make_paper("act")

    def action_make_waybill(self):
        """Register the waybill to the order, if that was not done, and print it.

        :return: action that prints
        """
        return self._make_paper("waybill")

    def action_view_register_documents(self):
        """Return the action that shows the documents of the order in the register."""
        self.ensure_one()
        return self.env["crm.document"]._get_register_action(
            [("order_id", "=", self.id)],
            order_id=self.id,
            partner_id=(self.partner_id.client_id or self.partner_id).id,
            lead_id=self.opportunity_id.id,
        )

    def _make_paper(self, kind):
        self.ensure_one()
        self.check_access("write")
        self.env.cr.execute(SQL("UPDATE sale_order SET write_date = write_date WHERE id = %s", self.id))
        vals = {"parent_id": self.contract_id.id, "amount": self._get_form_total(kind)}
        self.env["crm.document"]._register_paper(
            kind, Domain("order_id", "=", self.id), {**self._prepare_document(), **vals}
        )
        return self.env.ref(f"crm_invoicing.sale_order_report_{kind}").report_action(self)

    def _prepare_document(self):
        """Return the values of a document that belongs to the order."""
        client = self.partner_id.client_id or self.partner_id
        responsible = self.env["crm.document"]._get_responsible(
            self.company_id, self.user_id | client.user_id | self.env.user
        )
        return {
            "company_id": self.company_id.id,
            "partner_id": client.id,
            "contact_id": self.partner_id.id if self.partner_id != client else False,
            "lead_id": self.opportunity_id.id,
            "order_id": self.id,
            "user_id": responsible.id,
            "date": fields.Date.context_today(self),
            "amount": self.amount_total,
            "currency_id": self.currency_id.id,
        }

    # ------------------------------------------------------------
    # INVOICE ENTRY
    # ------------------------------------------------------------

    def _prepare_entry_lines(self):
        """Return the values of the lines of `crm.invoice.entry`: what is left to invoice, with its sections and notes.

        :raises UserError: if nothing is left
        """
        self.ensure_one()
        if any(line.is_downpayment for line in self.order_line):
            raise UserError(
                self.env._(
                    "%(order)s has a down payment. Use “Create Invoice” on the order: it deducts the down payment.",
                    order=self.name,
                )
            )
        lines = self.order_line.filtered(lambda line: line.display_type or line._get_left_to_invoice() > 0)
        if not any(not line.display_type for line in lines):
            raise UserError(self.env._("Nothing is left to invoice on %(order)s.", order=self.name))
        return [line._prepare_entry_line(sequence) for sequence, line in enumerate(lines, 1)]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_left_to_invoice(self):
        """Return the quantity, in the unit of the line, that an invoice made now may have.

        A quotation is confirmed by its invoice, so all that it invoices by the order counts.
        """
        if self.display_type or self.is_downpayment:
            return 0.0
        if self.state in ("draft", "sent"):
            by_order = self.product_id.invoice_policy == "order"
            return self.product_uom_qty if by_order else 0.0
        return self.qty_to_invoice

    def _prepare_entry_line(self, sequence):
        """Return the values of the line in `crm.invoice.entry.line`."""
        return {
            "sale_line_id": self.id,
            "sequence": sequence,
            "display_type": self.display_type,
            "product_id": self.product_id.id,
            "quantity": self._get_left_to_invoice(),
            "discount": self.discount,
        }
