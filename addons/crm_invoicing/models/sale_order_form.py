from odoo import fields, models


class SaleOrder(models.Model):
    """An order or a quotation as a printed form."""

    _inherit = "sale.order"

    form_document_ids = fields.One2many("crm.document", "order_id", "Papers of the Order")

    def _get_form_mark(self, form):
        """An invoice is sent with a quotation, to be paid in advance; an act and a waybill need an order."""
        if self.state == "cancel":
            return "cancelled"
        return "draft" if form != "invoice" and self.state != "sale" else False

    def _get_form_date(self):
        return fields.Datetime.context_timestamp(self, self.date_order or fields.Datetime.now()).date()

    def _get_form_due_date(self):
        """An order is paid until it expires, while it is a quotation."""
        return self.validity_date if self.state in ("draft", "sent") else False

    def _get_form_register_documents(self):
        return self.form_document_ids

    def _fetch_form_lines(self):
        self.order_line.fetch(["tax_ids"])

    def _get_form_lines(self):
        """Leave the down payments out: they are on invoices of their own."""
        lines = self.order_line.filtered(lambda line: not line.is_downpayment)
        return lines.sorted(lambda line: (line.sequence, line.id))

    def _get_form_base_lines(self):
        AccountTax = self.env["account.tax"]
        base_lines = [
            line._prepare_base_line_for_taxes_computation()
            for line in self._get_priced_lines()
            if not line.is_downpayment
        ]
        base_lines += self._add_base_lines_for_early_payment_discount()
        AccountTax._add_tax_details_in_base_lines(base_lines, self.company_id)
        AccountTax._round_base_lines_tax_details(base_lines, self.company_id)
        return base_lines

    def _get_form_references(self):
        if self.client_order_ref:
            return [(self.env._("Client's number"), self.client_order_ref)]
        return []
