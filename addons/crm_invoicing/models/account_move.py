from odoo import api, fields, models
from odoo.fields import Domain

# what is issued to clients, and how it stands when money is still expected
ISSUED_TYPES = ("out_invoice", "out_refund")
UNPAID_STATES = ("not_paid", "partial")


class AccountMove(models.Model):
    """Issued invoices as salespeople see them: paid and left, overdue, sent when and to whom."""

    _name = "account.move"
    _inherit = ["account.move", "crm.printed.paper"]

    paid_amount = fields.Monetary("Paid", compute="_compute_paid_amount", help="In the currency of the invoice.")
    is_payment_overdue = fields.Boolean(
        "Payment Overdue", compute="_compute_is_payment_overdue", search="_search_is_payment_overdue"
    )
    last_letter_id = fields.Many2one("crm.invoice.letter", compute="_compute_last_letter_id")
    letter_date = fields.Datetime("Letter Sent on", compute="_compute_last_letter_id")
    letter_to = fields.Char("Letter Sent to", compute="_compute_last_letter_id")
    register_document_count = fields.Integer("In the Register", compute="_compute_register_document_count")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("amount_total", "amount_residual", "state")
    def _compute_paid_amount(self):
        for move in self:
            move.paid_amount = move.amount_total - move.amount_residual if move.state == "posted" else 0.0

    @api.depends("state", "payment_state", "invoice_date_due", "move_type")
    def _compute_is_payment_overdue(self):
        today = fields.Date.context_today(self)
        for move in self:
            move.is_payment_overdue = (
                move.move_type == "out_invoice"
                and move.state == "posted"
                and move.payment_state in UNPAID_STATES
                and bool(move.invoice_date_due)
                and move.invoice_date_due < today
            )

    def _search_is_payment_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = self._get_overdue_domain()
        return overdue if True in value else ~overdue

    @api.model
    def _get_overdue_domain(self):
        """Return the domain of the issued invoices that should have been paid before today."""
        return Domain(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", UNPAID_STATES),
                ("invoice_date_due", "<", fields.Date.context_today(self)),
            ]
        )

    def _compute_last_letter_id(self):
        """The last letter that was sent with each invoice."""
        letters = self.env["crm.invoice.letter"].search(
            [("move_id", "in", self.ids), ("state", "=", "sent")], order="id"
        )
        last = {letter.move_id: letter for letter in letters}
        for move in self:
            letter = last.get(move._origin, letters.browse())
            move.last_letter_id = letter
            move.letter_date = letter.sent_date
            move.letter_to = letter.contact_id.name or letter.email_to

    def _compute_register_document_count(self):
        documents = self.env["crm.document"]
        counts = dict(documents._read_group([("move_id", "in", self.ids)], ["move_id"], ["__count"]))
        for move in self:
            move.register_document_count = counts.get(move._origin, 0)

    def _compute_payment_count(self):
        """Whoever may not see payments opens the invoice all the same: Odoo's form counts them for everybody."""
        if self.env["account.payment"].has_access("read"):
            return super()._compute_payment_count()
        self.payment_count = 0
        return None

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_issued(self):
        """Return the action that opens the invoice."""
        self.ensure_one()
        return self._get_issued_action()

    def action_print_issued(self):
        """Return the action that prints these invoices on the company's form."""
        return self.env.ref("crm_invoicing.account_move_report_invoice").report_action(self)

    def action_send_issued(self):
        """Return the action of the letter that waits as it was left, or of a new one to whom the last one went."""
        self.ensure_one()
        letter = self.env["crm.invoice.letter"]._get_waiting(self)
        if letter:
            return letter.action_open()
        return self._get_letter_action(self.last_letter_id.contact_id.filtered("active"))

    def action_view_register_documents(self):
        """Return the action that shows the documents of the invoice in the register."""
        self.ensure_one()
        return self.env["crm.document"]._get_register_action([("move_id", "=", self.id)])

    def _get_issued_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("account.view_move_form").id, "form")],
            "context": {"create": False},
        }

    def _get_letter_action(self, contact):
        """Return the action of the dialog with a letter of the current user.

        :param contact: `res.partner` who gets it, or nothing
        """
        self.ensure_one()
        return self.env["crm.invoice.letter"]._prepare_for(self, contact).action_open()

    def _render_issued_form(self):
        """Return the invoice as PDF, in bytes."""
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        return report._render_qweb_pdf("crm_invoicing.account_move_report_invoice", self.ids)[0]
