from odoo import api, fields, models
from odoo.fields import Domain

from .account_move import ISSUED_TYPES

# so many invoices are listed on the card; the button shows all of them
LISTED_INVOICES = 40
ISSUED_ORDER = "invoice_date DESC, name DESC, id DESC"


class ResPartner(models.Model):
    """The invoices issued to a client, on the client's card: those that the user may see."""

    _inherit = "res.partner"

    issued_invoice_ids = fields.Many2many(
        "account.move",
        string="Last Issued Invoices",
        compute="_compute_issued_invoice_ids",
        groups="sales_team.group_sale_salesman,account.group_account_readonly,account.group_account_invoice",
    )
    issued_invoice_count = fields.Integer("Issued Invoices", compute="_compute_issued_invoice_count")
    issued_overdue_count = fields.Integer("Overdue Invoices", compute="_compute_issued_invoice_count")
    issued_currency_id = fields.Many2one("res.currency", compute="_compute_issued_invoice_count")
    issued_total = fields.Monetary(
        "Invoiced",
        compute="_compute_issued_invoice_count",
        currency_field="issued_currency_id",
        help="With taxes, less credit notes, in the currency of the company.",
    )
    issued_paid = fields.Monetary(
        "Paid by the Client", compute="_compute_issued_invoice_count", currency_field="issued_currency_id"
    )
    issued_left = fields.Monetary(
        "Left to Pay", compute="_compute_issued_invoice_count", currency_field="issued_currency_id"
    )
    issued_overdue = fields.Monetary(
        "Overdue Amount", compute="_compute_issued_invoice_count", currency_field="issued_currency_id"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_issued_invoice_ids(self):
        """The newest invoices of the whole client; the number is limited so that the card opens at once."""
        moves = self.env["account.move"]
        for partner in self:
            partner.issued_invoice_ids = (
                moves.search(partner._get_issued_domain(), limit=LISTED_INVOICES, order=ISSUED_ORDER)
                if partner._origin
                else moves
            )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_issued_invoice_count(self):
        self.issued_currency_id = self.env.company.currency_id
        for partner in self:
            count, total, left = partner._get_issued_sums(Domain.TRUE)
            overdue = self.env["account.move"]._get_overdue_domain()
            overdue_count, _total, overdue_left = partner._get_issued_sums(overdue) if left else (0, 0.0, 0.0)
            partner.issued_invoice_count = count
            partner.issued_total = total
            partner.issued_left = left
            partner.issued_paid = total - left
            partner.issued_overdue_count = overdue_count
            partner.issued_overdue = overdue_left

    def _get_issued_sums(self, domain):
        """Return (number, total with taxes, left to pay) of the client's issued invoices, in one query.

        :param domain: which of them
        :return: amounts in the currency of the current company, those of other companies at today's rate; credit notes
            are negative
        """
        moves = self.env["account.move"]
        sums = [0, 0.0, 0.0]
        if not self._origin or not moves.has_access("read"):
            return sums
        for company, count, *amounts in moves._read_group(
            self._get_issued_domain() & Domain("state", "=", "posted") & domain,
            ["company_id"],
            ["__count", "amount_total_signed:sum", "amount_residual_signed:sum"],
        ):
            total, left = (self._convert_issued(company, amount or 0.0) for amount in amounts)
            sums = [sums[0] + count, sums[1] + total, sums[2] + left]
        return sums

    def _convert_issued(self, company, amount):
        """Return an amount of a company in the currency of the current one."""
        own = self.env.company
        return company.currency_id._convert(amount, own.currency_id, own, fields.Date.context_today(self))

    def _get_issued_domain(self):
        """Return the domain of the invoices and credit notes of the client that the partner is or belongs to.

        The partners are named, not asked for in the same query: so the index of the invoices by partner is used.
        """
        client = self.client_id or self
        # sudo: which of the invoices the user sees is decided by the rules of invoices
        family = self.sudo().with_context(active_test=False).search([("client_id", "=", client._origin.id)])
        return Domain("partner_id", "in", (family | client._origin).ids) & Domain("move_type", "in", ISSUED_TYPES)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_enter_invoice(self):
        """Return the action of the dialog that issues an invoice to the client."""
        self.ensure_one()
        return self.env["crm.invoice.entry"]._open_for(self)

    def action_view_issued_invoices(self):
        """Return the action that shows all invoices issued to the client."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.account_move_action_issued")
        action["domain"] = list(self._get_issued_domain())
        action["context"] = {"create": False, "default_move_type": "out_invoice"}
        return action
