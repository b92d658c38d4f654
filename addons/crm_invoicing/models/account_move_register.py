from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# key of the moves whose documents follow when the transaction is committed
FOLLOWED = "crm_invoicing.followed_moves"


class AccountMove(models.Model):
    """Issued invoices in the register: each has its document, which follows the payments.

    Whoever posts an invoice, here or in the accounts, registers it, if it is to a client of the directory. Archiving
    the document type *Invoice* turns this off.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._register_invoices()
        return posted

    def unlink(self):
        """The document of an invoice that is deleted stays in the register, as a cancelled one."""
        # sudo: whoever may delete the invoice cancels its document
        documents = self.env["crm.document"].sudo().search([("move_id", "in", self.ids)])
        for document in documents:
            document._follow_to("rejected", self.env._("The invoice was deleted in the accounts."))
        return super().unlink()

    def _compute_payment_state(self):
        """Remember whose payments changed: their documents follow at the end of the transaction, all at once."""
        result = super()._compute_payment_state()
        precommit = self.env.cr.precommit
        issued = self.filtered(lambda move: move.move_type == "out_invoice" and move._origin)
        if issued:
            if FOLLOWED not in precommit.data:
                precommit.data[FOLLOWED] = set()
                precommit.add(self.env["account.move"]._follow_payments)
            precommit.data[FOLLOWED].update(issued._origin.ids)
        return result

    # ------------------------------------------------------------
    # THE DOCUMENT OF AN INVOICE
    # ------------------------------------------------------------

    def _register_invoices(self):
        """Give each posted invoice to a client its document, or bring the one it has up to date."""
        document_type = self.env["crm.document.type"]._get_by_kind("invoice")
        invoices = self.filtered(lambda move: move.move_type == "out_invoice" and move.partner_id.client_id)
        if not document_type or not invoices:
            return
        # sudo: whoever posts invoices, registers them, though he does not work in sales
        invoices = invoices.sudo()
        documents = invoices._find_invoice_documents(document_type)
        for move, document in documents.items():
            document.write(move._prepare_invoice_document())
        issued = document_type.state_ids.filtered(lambda state: state.category == "to_sign")[:1]
        state_vals = {"state_id": issued.id} if issued else {}
        self.env["crm.document"].sudo().create(  # sudo: as above
            [
                {
                    **move._prepare_invoice_document(),
                    **move._prepare_document_origin(),
                    **state_vals,
                    "type_id": document_type.id,
                    "move_id": move.id,
                }
                for move in invoices
                if move not in documents
            ]
        )

    def _find_invoice_documents(self, document_type):
        """Return {invoice: its document}; one that was registered by hand under the same number becomes its document."""
        documents = self.env["crm.document"].with_context(active_test=False)
        found = documents.search([("move_id", "in", self.ids), ("type_id.kind", "=", "invoice")])
        result = {document.move_id: document for document in found}
        by_hand = documents.search(
            [("move_id", "=", False), ("type_id", "=", document_type.id), ("name", "in", self.mapped("name"))]
        )
        keys = {(document.partner_id, document.company_id, document.name): document for document in by_hand}
        for move in self.filtered(lambda move: move not in result):
            document = keys.get((move.partner_id.client_id, move.company_id, move.name))
            if document:
                document.move_id = move
                result[move] = document
        return result

    def _prepare_invoice_document(self):
        """Return what the document repeats of the invoice, now and whenever it is posted again."""
        return {
            "name": self.name,
            "date": self.invoice_date or self.date,
            "amount": self.amount_total,
            "currency_id": self.currency_id.id,
            "date_deadline": self.invoice_date_due,
        }

    def _prepare_document_origin(self):
        """Return whose the document is and where it comes from; nothing of another company, which would stop the invoice."""
        order = self._get_source_order()
        lead = self.env["crm.lead"].browse(self.env.context.get("crm_invoice_lead_id")) or order.opportunity_id
        client = self.partner_id.client_id
        responsible = self.env["crm.document"]._get_responsible(self.company_id, self.invoice_user_id | client.user_id)
        return {
            "company_id": self.company_id.id,
            "partner_id": client.id,
            "contact_id": self.partner_id.id if self.partner_id != client else False,
            "lead_id": lead.id if lead.company_id <= self.company_id else False,
            "order_id": order.id,
            "parent_id": self.contract_id.id if self.contract_id.company_id == self.company_id else False,
            "user_id": responsible.id,
        }

    def _get_source_order(self):
        """Return the order the invoice was made from, the first of several."""
        return self.line_ids.sale_line_ids.order_id[:1]

    # ------------------------------------------------------------
    # PAYMENTS
    # ------------------------------------------------------------

    @api.model
    def _follow_payments(self):
        """Let the documents of the invoices whose payments changed in this transaction follow."""
        move_ids = self.env.cr.precommit.data.pop(FOLLOWED, ())
        # sudo: a payment is a fact, whoever entered it
        documents = (
            self.env["crm.document"]
            .sudo()
            .search([("move_id", "in", list(move_ids)), ("type_id.kind", "=", "invoice")])
        )
        for document in documents:
            category, reason = document.move_id._get_document_category()
            if category:
                document._follow_to(category, reason)

    def _get_document_category(self):
        """Return (category, reason) of the document of the invoice; no category while it is a draft again."""
        if self.state == "cancel":
            return "rejected", self.env._("The invoice was cancelled in the accounts.")
        if self.state != "posted":
            return None, None
        if self.payment_state == "reversed":
            return "rejected", self.env._("The invoice was reversed by a credit note.")
        if self.payment_state in ("paid", "in_payment"):
            return "completed", self.env._("The invoice was paid.")
        return "to_sign", self.env._("The invoice is not paid any more.")

    def _on_letter_sent(self, letter):
        """Note in the history of the document to whom the invoice went."""
        result = super()._on_letter_sent(letter)
        # sudo: the letter has left, whoever may write the document
        documents = self.env["crm.document"].sudo().search([("move_id", "=", self.id)])
        documents.filtered(lambda document: document.kind == "invoice")._add_log("sent", letter.email_to)
        return result

    # ------------------------------------------------------------
    # ACTS AND WAYBILLS
    # ------------------------------------------------------------

    def action_make_act(self):
        """Register the act to the invoice, if that was not done, and print it.

        :return: action that prints
        """
        return self._make_paper("act")

    def action_make_waybill(self):
        """Register the waybill to the invoice, if that was not done, and print it.

        :return: action that prints
        """
        return self._make_paper("waybill")

    def _make_paper(self, kind):
        self.ensure_one()
        self.check_access("read")
        self.env.cr.execute(SQL("UPDATE account_move SET write_date = write_date WHERE id = %s", self.id))
        # sudo: whoever reads the invoice has its act, though the order is a colleague's
        move = self.sudo()
        order = self._get_source_order()
        of_order = Domain("order_id", "=", order.id) & Domain("move_id", "=", False) if order else Domain.FALSE
        self.env["crm.document"]._register_paper(
            kind,
            Domain("move_id", "=", self.id) | of_order,
            {
                **move._prepare_document_origin(),
                "move_id": self.id,
                "date": fields.Date.context_today(self),
                "amount": move._get_form_total(kind),
                "currency_id": self.currency_id.id,
            },
        )
        return self.env.ref(f"crm_invoicing.account_move_report_{kind}").report_action(self)
