from odoo import fields, models


class AccountMove(models.Model):
    """An invoice or a credit note as a printed form."""

    _inherit = "account.move"

    form_document_ids = fields.One2many("crm.document", "move_id", "Papers of the Invoice")

    def _is_printed_paper(self):
        return self.is_sale_document()

    def _is_form_refund(self):
        return self.move_type == "out_refund"

    def _get_form_mark(self, form):
        return {"draft": "draft", "cancel": "cancelled"}.get(self.state)

    def _get_form_date(self):
        return self.invoice_date or fields.Date.context_today(self)

    def _get_form_due_date(self):
        return self.invoice_date_due

    def _get_form_register_documents(self):
        return self.form_document_ids

    def _fetch_form_lines(self):
        self.line_ids.fetch(["tax_ids", "tax_tag_ids"])

    def _get_form_lines(self):
        return self.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))

    def _get_form_base_lines(self):
        return self._get_rounded_base_and_tax_lines()[0]

    def _get_form_references(self):
        """Name the invoice that is corrected, the order, and the client's own number of it."""
        references = []
        if origin := self.reversed_entry_id:
            date = self._format_form_date(origin.invoice_date)
            references.append((self.env._("To the invoice"), self._get_numbered_text(origin.name, date)))
        if self.invoice_origin and not origin:
            references.append((self.env._("Order"), self.invoice_origin))
        if self.ref and not origin:
            references.append((self.env._("Client's number"), self.ref))
        return references

    def _get_numbered_text(self, number, date):
        return self.env._("No. %(number)s of %(date)s", number=number, date=date)
