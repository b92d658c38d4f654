from odoo import models

from ..tools.form_format import format_long_date, join_texts


class CrmPrintedPaper(models.AbstractModel):
    """The words of a printed form: its title, what it belongs to, how it is to be paid."""

    _inherit = "crm.printed.paper"

    # ------------------------------------------------------------
    # TITLE
    # ------------------------------------------------------------

    def _get_form_heading(self, form, values):
        """Return the title with number and date, the mark of a draft, the place, and what the paper belongs to."""
        title = self._get_form_title(form)
        number, date = self._get_numbering(form)
        date = self._format_form_date(date)
        mark = self._get_form_mark(form)
        return {
            "title": title,
            "number": number or "",
            "date": date,
            "heading": self._get_titled_text(title, number, date),
            "mark": mark and self._get_mark_text(mark),
            "place": values["signing"]["place"] or self._get_own_partner().city or "",
            "references": self._get_all_references(form),
        }

    def _get_form_file_name(self, form):
        """Return the name of the printed file, without extension, in the user's language."""
        self.ensure_one()
        title = self._get_form_title(form)
        number, _date = self._get_numbering(form)
        name = number or self._get_mark_text("draft")
        return f"{title} {name}".replace("/", "-")

    def _get_form_title(self, form):
        is_refund = self._is_form_refund()
        titles = {
            "invoice": self.env._("Credit note") if is_refund else self.env._("Invoice for payment"),
            "act": self.env._("Correction of the act of completed work (services rendered)")
            if is_refund
            else self.env._("Act of completed work (services rendered)"),
            "waybill": self.env._("Waybill for returned goods") if is_refund else self._get_waybill_title(),
        }
        return titles[form]

    def _get_waybill_title(self):
        if self._get_form_layout() == "kz":
            return self.env._("Waybill for stock released to a third party")
        return self.env._("Waybill (delivery note)")

    def _get_numbering(self, form):
        """Return number and date of the form: an act and a waybill have their own once they are in the register."""
        # sudo: the number of a paper is on it whoever keeps the register's entry
        documents = self.sudo()._get_form_register_documents()
        document = documents.filtered(lambda entry: entry.kind == form and entry.state_category != "rejected")[:1]
        if form == "invoice" or not document:
            return self._get_form_number(), self._get_form_date()
        return document.name or self._get_form_number(), document.date

    def _get_titled_text(self, title, number, date):
        if not number:
            return self.env._("%(title)s of %(date)s", title=title, date=date)
        return self.env._("%(title)s No. %(number)s of %(date)s", title=title, number=number, date=date)

    def _get_mark_text(self, mark):
        return {"draft": self.env._("DRAFT"), "cancelled": self.env._("CANCELLED")}[mark]

    def _format_form_date(self, date):
        return format_long_date(self.env, date)

    # ------------------------------------------------------------
    # REFERENCES
    # ------------------------------------------------------------

    def _get_all_references(self, form):
        """Return (label, text) of contract, order and invoice that stand above the table."""
        references = self._get_form_references()
        if contract := self._get_contract_text():
            references.insert(0, (self.env._("Contract"), contract))
        return references

    def _get_contract_text(self):
        # sudo: the paper names its contract for whoever may read the paper
        contract = self.contract_id.sudo()
        if not contract:
            return ""
        title = contract.subject or contract.type_id.name
        return self._get_titled_text(title, contract.name, self._format_form_date(contract.date))

    # ------------------------------------------------------------
    # PAYMENT
    # ------------------------------------------------------------

    def _get_form_payment(self, values):
        """Return until when to pay and the purpose of the payment for the client's bank; nothing but on invoices."""
        if values["form"] != "invoice" or self._is_form_refund():
            return {"due_date": "", "purpose": ""}
        due_date = self._get_form_due_date()
        return {
            "due_date": self._format_form_date(due_date),
            "purpose": self._get_payment_purpose(values),
        }

    def _get_payment_purpose(self, values):
        """Return what the client's accountant writes into the payment: for what, by which paper, with which VAT.

        A paper without a number cannot be paid yet.
        """
        if not values["number"]:
            return ""
        invoice = self.env._("Payment by invoice No. %(number)s of %(date)s", **values)
        contract = self._get_contract_text()
        vat = values["vat_text"]
        return join_texts(invoice, contract, vat[:1].lower() + vat[1:])
