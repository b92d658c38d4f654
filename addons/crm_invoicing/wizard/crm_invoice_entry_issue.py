import base64

from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare, format_date


class CrmInvoiceEntry(models.TransientModel):
    """How an entry becomes an issued invoice: all of it or nothing, and once only."""

    _inherit = "crm.invoice.entry"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_generate(self):
        """Issue the invoice.

        :return: action that opens it
        """
        return self._issue()._get_issued_action()

    def action_generate_and_send(self):
        """Issue the invoice.

        :return: action of the dialog with the letter to the contact person
        """
        move = self._issue()
        return move._get_letter_action(self.contact_id)

    def action_preview(self):
        """Print the invoice as it would be, as a draft and without facsimile, and leave nothing in the accounts.

        :return: action that shows the PDF
        """
        self.ensure_one()
        self._check_may_invoice()
        self._check_lines()
        with self.env.cr.savepoint() as savepoint:
            move = self._create_invoice(is_stamped=False)
            content = move._render_issued_form()
            # the draft was made to be printed only
            savepoint.rollback()
        self.preview = base64.b64encode(content)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/preview/{self.env._('Preview')}.pdf",
            "target": "new",
        }

    def action_open_client(self):
        """Return the action that opens the client's card, to fill in what the form lacks."""
        return (self.client_id or self.partner_id).get_formview_action()

    def action_open_own_requisites(self):
        """Return the action that opens the own requisites, or the list of them if there are none."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.crm_requisites_action")
        if self.requisites_id:
            return {**action, "views": [(False, "form")], "res_id": self.requisites_id.id}
        return action

    # ------------------------------------------------------------
    # ISSUE
    # ------------------------------------------------------------

    def _issue(self):
        """Return the posted invoice of the entry, made now or by an earlier press of the button.

        :raises UserError: naming what is missing; then nothing is made
        """
        self.ensure_one()
        self._lock()
        if not self.move_id:
            self._check_may_invoice()
            self._confirm_quotation()
            self._check_lines()
            self._check_accounts()
            move = self._create_invoice(is_stamped=self.is_stamped)
            move.with_context(crm_invoice_lead_id=self.lead_id.id).action_post()
            self.move_id = move
        return self.move_id

    def _lock(self):
        """Let a second press, or a second tab on the same order, wait: it is retried by Odoo and finds what was made."""
        self.flush_recordset()
        self.env.cr.execute(SQL("UPDATE crm_invoice_entry SET write_date = write_date WHERE id = %s", self.id))
        if self.order_id:
            self.env.cr.execute(SQL("UPDATE sale_order SET write_date = write_date WHERE id = %s", self.order_id.id))

    def _create_invoice(self, is_stamped):
        """Return the draft invoice of the entry."""
        # sudo: a salesperson issues invoices to his clients without rights in the accounts; what he may invoice, and
        # to whom, was checked as himself
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        return moves.with_context(default_move_type="out_invoice").create(
            {**self._prepare_invoice(), "is_stamped": is_stamped}
        )

    def _confirm_quotation(self):
        """Confirm the order as the user: an invoice makes a quotation an order."""
        if self.is_quotation:
            self.order_id.action_confirm()

    def _prepare_invoice(self):
        vals = {
            **(self.order_id._prepare_invoice() if self.order_id else self._prepare_source()),
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": self._get_invoice_partner().id,
            "invoice_user_id": self._get_salesperson().id,
            "currency_id": self.currency_id.id,
            "fiscal_position_id": self.fiscal_position_id.id,
            "invoice_date": self.invoice_date,
            "contract_id": self.contract_id.id,
            "requisites_id": self.requisites_id.id,
            "invoice_line_ids": [Command.create(line._prepare_invoice_line()) for line in self.line_ids],
        }
        if self.payment_term_id:
            return {**vals, "invoice_payment_term_id": self.payment_term_id.id}
        return {**vals, "invoice_payment_term_id": False, "invoice_date_due": self.date_due or self.invoice_date}

    def _prepare_source(self):
        """Return where the invoice comes from, as the deal knows it."""
        lead = self.lead_id
        return {
            "team_id": lead.team_id.id or self._get_salesperson().sale_team_id.id,
            "campaign_id": lead.campaign_id.id,
            "medium_id": lead.medium_id.id,
            "source_id": lead.source_id.id,
            "invoice_origin": lead.name,
        }

    def _get_salesperson(self):
        """Return whose sale it is: the order's, deal's or client's manager; whoever sees only own sales has his own."""
        if not self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            return self.env.user
        client = self.partner_id.client_id or self.partner_id
        return self.order_id.user_id or self.lead_id.user_id or client.user_id or self.env.user

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check_client(self, partner):
        """Check that the user may work with a client.

        :raises AccessError: if he may not
        :raises UserError: if there is none
        """
        if not partner:
            raise UserError(self.env._("Choose the client first: an invoice is issued to somebody."))
        partner.check_access("write")

    def _check_may_invoice(self):
        """Check, as the user, everything the invoice refers to."""
        self._check_client(self.partner_id)
        (self.lead_id | self.order_id.opportunity_id).check_access("read")
        self.order_id.check_access("write")
        self.contract_id.check_access("read")
        self.line_ids.product_id.check_access("read")
        self._check_company_of_session()
        if self.is_stamped:
            self.requisites_id._check_may_stamp()

    def _check_company_of_session(self):
        if self.company_id not in self.env.companies:
            raise UserError(
                self.env._("Switch to the company %(company)s first.", company=self.company_id.display_name)
            )
        contract = self.contract_id
        if contract and (
            contract.company_id != self.company_id or contract.partner_id != (self.client_id or self.partner_id)
        ):
            raise UserError(
                self.env._("%(contract)s is not a contract with this client.", contract=contract.display_name)
            )
        if self.requisites_id and self.requisites_id.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(requisites)s are the requisites of another company.", requisites=self.requisites_id.display_name
                )
            )

    def _check_lines(self):
        if self.date_due and self.date_due < self.invoice_date:
            raise UserError(self.env._("The invoice is to be paid before it is issued. Check the dates."))
        lines = self.line_ids.filtered(lambda line: not line.display_type)
        if not lines:
            raise UserError(self.env._("Choose at least one service or product."))
        for line in lines:
            line._check_complete()
        if self.currency_id.compare_amounts(self.tax_totals["total_amount_currency"], 0) <= 0:
            raise UserError(self.env._("The invoice comes to nothing. Check the prices and discounts."))

    def _check_accounts(self):
        """Check what the company needs for the invoice, in words a salesperson can pass on to the accountant."""
        # sudo: settings of the accounts, of which he learns only what is missing
        entry = self.sudo().with_company(self.company_id)
        journal = entry._get_journal()
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s has no sales journal yet. Ask the accountant to set up invoicing.",
                    company=self.company_id.name,
                )
            )
        entry._check_income_accounts(journal)
        entry._check_currency_rate()
        entry._check_lock_dates(journal)

    def _get_journal(self):
        journals = self.env["account.journal"]
        domain = [*journals._check_company_domain(self.company_id), ("type", "=", "sale")]
        return journals.search(domain, limit=1)

    def _check_income_accounts(self, journal):
        for product in self.line_ids.product_id.with_company(self.company_id):
            if not product.product_tmpl_id.get_product_accounts()["income"] and not journal.default_account_id:
                raise UserError(
                    self.env._(
                        "No income account is known for “%(product)s”. Ask the accountant to set it.",
                        product=product.display_name,
                    )
                )

    def _check_currency_rate(self):
        company = self.company_id
        if self.currency_id == company.currency_id:
            return
        rates = self.env["res.currency.rate"]
        if not self.currency_id.active or not rates.search_count(
            [("currency_id", "=", self.currency_id.id), ("company_id", "in", (False, company.root_id.id))], limit=1
        ):
            raise UserError(
                self.env._(
                    "There is no exchange rate of %(currency)s yet. Ask the accountant to enter it.",
                    currency=self.currency_id.name,
                )
            )

    def _check_lock_dates(self, journal):
        locks = self.company_id._get_violated_lock_dates(self.invoice_date, bool(self.line_ids.tax_ids), journal)
        if locks:
            raise UserError(
                self.env._(
                    "The accounts are closed until %(date)s. Choose a later date of the invoice.",
                    date=format_date(self.env, max(lock[0] for lock in locks)),
                )
            )

    def _get_missing_requisites(self):
        """Return the sentences that name what the printed invoice will lack."""
        # sudo: a draft in memory only, of which the user reads what is missing on his own form
        paper = (
            self.env["account.move"]
            .sudo()
            .new(
                {
                    "move_type": "out_invoice",
                    "company_id": self.company_id.id,
                    "partner_id": self._get_invoice_partner().id,
                    "currency_id": self.currency_id.id,
                    "requisites_id": self.requisites_id.id,
                }
            )
        )
        return paper._get_missing_requisites("invoice")


class CrmInvoiceEntryLine(models.TransientModel):
    _inherit = "crm.invoice.entry.line"

    def _check_complete(self):
        """Check one line that is to be paid for.

        :raises UserError: naming what is wrong
        """
        self.ensure_one()
        if not self.product_id and not self.sale_line_id:
            raise UserError(self.env._("Choose a service or product in each line, or remove the line."))
        names = {"product": self.product_id.display_name or self.name}
        if self.product_id and not self.product_id.active:
            raise UserError(self.env._("“%(product)s” is archived. Choose another service or product.", **names))
        if not (self.name or "").strip():
            raise UserError(self.env._("Say what “%(product)s” is: its description is empty.", **names))
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if float_compare(self.quantity, 0, precision_digits=digits) <= 0:
            raise UserError(self.env._("The quantity of “%(product)s” has to be more than zero.", **names))
        if not 0 <= self.discount <= 100:
            raise UserError(self.env._("The discount on “%(product)s” is a percentage from 0 to 100.", **names))
        self._check_left_to_invoice(digits, names)

    def _check_left_to_invoice(self, digits, names):
        """Check that no more of a line of an order is invoiced than is left, whoever invoiced it meanwhile."""
        order_line = self.sale_line_id
        if not order_line:
            return
        if order_line.order_id != self.entry_id.order_id:
            raise UserError(self.env._("“%(product)s” is a line of another order.", **names))
        order_line.invalidate_recordset(["qty_to_invoice", "qty_invoiced"])
        left = order_line.qty_to_invoice if order_line.state == "sale" else order_line.product_uom_qty
        if float_compare(self.quantity, left, precision_digits=digits) > 0:
            raise UserError(
                self.env._(
                    "Only %(left)s of “%(product)s” is left to invoice on the order %(order)s.",
                    left=f"{left:g}",
                    order=order_line.order_id.name,
                    **names,
                )
            )
