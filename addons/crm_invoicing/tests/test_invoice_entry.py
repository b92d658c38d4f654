import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import InvoicingCommon


class EntryCommon(InvoicingCommon):
    def _enter(self, record, user=None, **vals):
        """Open the dialog from a card, a deal or an order as a user; return the entry."""
        action = record.with_user(user or self.olena).action_enter_invoice()
        entry = self.env["crm.invoice.entry"].with_user(user or self.olena).browse(action["res_id"])
        if vals:
            entry.write(vals)
        return entry

    def _issue(self, entry):
        entry.action_generate()
        return entry.move_id


class TestEntryFromCard(EntryCommon):
    """From the client's card, by a salesperson who has no rights in the accounts."""

    def test_ticked_services_are_proposed(self):
        self.dnipro.client_service_ids = (self.promotion | self.design).product_tmpl_id
        entry = self._enter(self.dnipro)
        self.assertEqual(entry.line_ids.product_id, self.promotion | self.design)
        self.assertEqual(entry.line_ids.mapped("quantity"), [1.0, 1.0])
        self.assertEqual(entry.tax_totals["total_amount_currency"], 1500.0)

    def test_archived_and_foreign_services_are_not_proposed(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.design.product_tmpl_id.company_id = other
        self.promotion.product_tmpl_id.active = False
        self.dnipro.client_service_ids = (self.promotion | self.design).product_tmpl_id
        self.assertFalse(self._enter(self.dnipro).line_ids)

    def test_issue_without_rights_in_the_accounts(self):
        self.assertFalse(self.env["account.move"].with_user(self.olena).has_access("create"))
        move = self._issue(self._enter(self.dnipro))
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.partner_id, self.dnipro)
        self.assertEqual(move.invoice_user_id, self.olena)
        self.assertEqual(move.amount_total, 1200.0)
        self.assertEqual(move.requisites_id, self.requisites)
        self.assertEqual(move.invoice_line_ids.tax_ids, self.vat)
        self.assertTrue(move.with_user(self.olena).has_access("read"))

    def test_generate_opens_the_invoice(self):
        action = self._enter(self.dnipro).action_generate()
        self.assertEqual(action["res_model"], "account.move")
        self.assertTrue(self.env["account.move"].browse(action["res_id"]).name)

    def test_generate_and_send_opens_the_letter(self):
        entry = self._enter(self.dnipro)
        self.assertEqual(entry.contact_id, self.petro)
        action = entry.action_generate_and_send()
        letter = self.env["crm.invoice.letter"].browse(action["res_id"])
        self.assertEqual(letter.move_id, entry.move_id)
        self.assertEqual(letter.email_to, "petro@dnipro.example")
        self.assertEqual(letter.user_id, self.olena)

    def test_second_press_makes_no_second_invoice(self):
        entry = self._enter(self.dnipro)
        first = self._issue(entry)
        entry.action_generate_and_send()
        entry.action_generate()
        self.assertEqual(entry.move_id, first)
        self.assertEqual(self.env["account.move"].search_count([("partner_id", "=", self.dnipro.id)]), 1)

    def test_address_for_invoices(self):
        accounts = self.env["res.partner"].create(
            {"name": "Accounts", "parent_id": self.dnipro.id, "type": "invoice", "email": "accounts@dnipro.example"}
        )
        entry = self._enter(self.dnipro)
        self.assertEqual(entry.contact_id, accounts, "who is there for invoices comes first")
        self.assertEqual(self._issue(entry).partner_id, accounts)

    def test_from_a_contact_person(self):
        entry = self._enter(self.petro)
        self.assertEqual(entry.contact_id, self.petro)
        self.assertEqual(self._issue(entry).partner_id, self.dnipro)

    def test_last_addressee_comes_first(self):
        iryna = self.env["res.partner"].create(
            {"name": "Iryna", "parent_id": self.dnipro.id, "email": "iryna@dnipro.example"}
        )
        move = self._create_invoice(self.dnipro, self.olena)
        self.env["crm.invoice.letter"].create(
            {"move_id": move.id, "contact_id": iryna.id, "subject": "Invoice", "user_id": self.olena.id}
        ).write({"state": "sent"})
        self.assertEqual(self._enter(self.dnipro).contact_id, iryna)

    def test_single_signed_contract_is_taken(self):
        contract = self._create_contract(self.dnipro, self.olena)
        self._create_contract(self.dnipro, self.olena, name="C-2", state="draft")
        entry = self._enter(self.dnipro)
        self.assertEqual(entry.contract_id, contract)
        self.assertEqual(self._issue(entry).contract_id, contract)

    def test_several_signed_contracts_are_a_choice(self):
        self._create_contract(self.dnipro, self.olena)
        self._create_contract(self.dnipro, self.olena, name="C-2")
        self.assertFalse(self._enter(self.dnipro).contract_id)

    def test_contract_of_another_client(self):
        contract = self._create_contract(self.karpaty, self.olena)
        entry = self._enter(self.dnipro)
        entry.contract_id = contract
        with self.assertRaises(UserError):
            entry.action_generate()

    def test_due_date(self):
        today = fields.Date.context_today(self.env.user)
        entry = self._enter(self.dnipro)
        self.assertEqual(entry.date_due, today + timedelta(days=7))
        chosen = today + timedelta(days=3)
        entry.date_due = chosen
        self.assertEqual(self._issue(entry).invoice_date_due, chosen)

    def test_payment_terms(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "In 45 days",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 45})],
            }
        )
        self.dnipro.property_payment_term_id = term
        entry = self._enter(self.dnipro)
        due = entry.invoice_date + timedelta(days=45)
        self.assertEqual(entry.date_due, due)
        self.assertEqual(self._issue(entry).invoice_date_due, due)

    def test_dialog(self):
        """In the dialog itself: a product brings its price, taxes and description; the totals follow."""
        entry = self._enter(self.dnipro)
        with Form(entry, view="crm_invoicing.crm_invoice_entry_view_form") as form:
            with form.line_ids.new() as line:
                line.product_id = self.paper
                line.quantity = 10
                self.assertEqual(line.price_unit, 50.0)
                line.discount = 10
                self.assertEqual(line.price_subtotal, 450.0)
            self.assertEqual(form.tax_totals["total_amount_currency"], 1200.0 + 540.0)
        move = self._issue(entry)
        self.assertEqual(move.amount_total, 1740.0)
        self.assertEqual(move.invoice_line_ids.mapped("discount"), [0.0, 10.0])

    def test_archived_client(self):
        """A client who was archived is invoiced what is still due."""
        self.dnipro.action_archive()
        self.assertEqual(self._issue(self._enter(self.dnipro)).partner_id, self.dnipro)

    def test_ticked_products_are_offered_first(self):
        self.dnipro.client_service_ids = self.paper.product_tmpl_id
        products = self.env["product.product"].with_user(self.olena)
        names = products.with_context(ticked_first_of=self.dnipro.id).name_search("p", limit=20)
        self.assertEqual(names[0][0], self.paper.id)
        self.assertIn(self.promotion.id, [product_id for product_id, _name in names])
        limited = products.with_context(ticked_first_of=self.dnipro.id).name_search("p", limit=1)
        self.assertEqual([product_id for product_id, _name in limited], [self.paper.id])


class TestEntryChecks(EntryCommon):
    """What cannot be invoiced is said, and nothing is left half done."""

    def _assert_refused(self, entry, text):
        before = self.env["account.move"].search_count([])
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            entry.action_generate()
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertFalse(entry.move_id)

    def test_no_lines(self):
        entry = self._enter(self.dnipro)
        entry.line_ids.unlink()
        self._assert_refused(entry, "at least one")

    def test_line_without_product(self):
        entry = self._enter(self.dnipro)
        entry.line_ids = [Command.create({"quantity": 1})]
        self._assert_refused(entry, "in each line")

    def test_quantities(self):
        entry = self._enter(self.dnipro)
        for quantity in (0, -1):
            entry.line_ids.quantity = quantity
            self._assert_refused(entry, "more than zero")

    def test_discount(self):
        entry = self._enter(self.dnipro)
        for discount in (-5, 101):
            entry.line_ids.discount = discount
            self._assert_refused(entry, "percentage")
        entry.line_ids.discount = 100
        self._assert_refused(entry, "comes to nothing")

    def test_archived_product(self):
        entry = self._enter(self.dnipro)
        self.promotion.active = False
        self._assert_refused(entry, "archived")

    def test_empty_description(self):
        entry = self._enter(self.dnipro)
        entry.line_ids.name = " "
        self._assert_refused(entry, "description is empty")

    def test_no_journal(self):
        entry = self._enter(self.dnipro)
        self.env["account.journal"].search([("type", "=", "sale")]).active = False
        self._assert_refused(entry, "no sales journal")

    def test_no_income_account(self):
        entry = self._enter(self.dnipro)
        self.promotion.categ_id = False
        accounts = "odoo.addons.account.models.product.ProductTemplate.get_product_accounts"
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        journals.default_account_id = False
        with patch(accounts, return_value={"income": self.env["account.account"]}):
            self._assert_refused(entry, "No income account")

    def test_currency_without_rate(self):
        entry = self._enter(self.dnipro)
        self.foreign.rate_ids.unlink()
        entry.currency_id = self.foreign
        self._assert_refused(entry, "no exchange rate")

    def test_closed_accounts(self):
        entry = self._enter(self.dnipro)
        self.company.sale_lock_date = fields.Date.today() - timedelta(days=10)
        entry.invoice_date = fields.Date.today() - timedelta(days=20)
        self._assert_refused(entry, "closed until")

    def test_client_of_a_colleague(self):
        with self.assertRaises(AccessError):
            self._enter(self.dnipro, self.taras)

    def test_entry_of_a_colleague(self):
        entry = self._enter(self.dnipro)
        with self.assertRaises(AccessError):
            entry.with_user(self.taras).read(["partner_id"])
        with self.assertRaises(AccessError):
            entry.with_user(self.ivan).action_generate()

    def test_entry_on_a_foreign_client_by_rpc(self):
        """Whoever makes the entry by hand gets no further than with the button."""
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            entry = self.env["crm.invoice.entry"].with_user(self.taras).create({"partner_id": self.dnipro.id})
            entry.line_ids = [Command.create({"product_id": self.promotion.id})]
            entry.action_generate()

    def test_lost_client(self):
        """The client was handed over while the dialog was open."""
        entry = self._enter(self.dnipro)
        self.dnipro.user_id = self.taras
        with self.assertRaises(AccessError):
            entry.action_generate()

    def test_who_may_not_sell(self):
        clerk = new_test_user(self.env, "iv_clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self._enter(self.dnipro, clerk)
        with self.assertRaises(AccessError):
            self._enter(self.dnipro, self.accountant)

    def test_stamp_needs_the_right(self):
        entry = self._enter(self.dnipro)
        self.assertFalse(entry.can_stamp)
        entry.is_stamped = True
        with self.assertRaises(UserError):
            entry.action_generate()

    def test_requisites_of_another_company(self):
        other = self.env["res.company"].create({"name": "Fourth company"})
        _bank, requisites = self._create_requisites(other, "UA903052992990004149123456788")
        entry = self._enter(self.dnipro)
        entry.sudo().requisites_id = requisites
        with self.assertRaises(UserError), self.env.cr.savepoint():
            entry.action_generate()
        with self.assertRaisesRegex(UserError, "another company"):
            entry.sudo()._check_company_of_session()

    def test_due_before_the_invoice(self):
        entry = self._enter(self.dnipro)
        entry.date_due = entry.invoice_date - timedelta(days=1)
        self._assert_refused(entry, "before it is issued")

    def test_line_of_another_order(self):
        """Lines of orders are invoiced on their own order only, whatever was sent over RPC."""
        order = self._create_order(self.dnipro, self.olena)
        order.action_confirm()
        entry = self._enter(self.dnipro)
        entry.line_ids.sale_line_id = order.order_line
        self._assert_refused(entry, "another order")

    def test_deal_without_client(self):
        deal = self.deal_dnipro.copy({"partner_id": False, "user_id": self.olena.id})
        with self.assertRaisesRegex(UserError, "client first"):
            self._enter(deal)


class TestEntryMoney(EntryCommon):
    """Currencies, prices, taxes and companies."""

    def test_foreign_currency(self):
        entry = self._enter(self.dnipro)
        entry.currency_id = self.foreign
        self.assertEqual(entry.line_ids.price_unit, 2000.0, "the price is converted")
        move = self._issue(entry)
        self.assertEqual(move.currency_id, self.foreign)
        self.assertEqual(move.requisites_id, self.requisites, "there are none in this currency")
        self.assertEqual(move.amount_total, 2400.0)
        self.assertEqual(move.amount_total_signed, 1200.0)

    def test_pricelist_of_the_client(self):
        self.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Half",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 50, "applied_on": "3_global"})
                ],
            }
        )
        self.dnipro.property_product_pricelist = pricelist
        self.assertEqual(self._enter(self.dnipro).line_ids.price_unit, 500.0)

    def test_fiscal_position(self):
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        zero = self.env["account.tax"].create(
            {
                "name": "Export 0 %",
                "amount": 0,
                "type_tax_use": "sale",
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.vat.ids)],
            }
        )
        self.dnipro.property_account_position_id = position
        entry = self._enter(self.dnipro)
        self.assertEqual(entry.line_ids.tax_ids, zero)
        move = self._issue(entry)
        self.assertEqual(move.fiscal_position_id, position)
        self.assertEqual(move.amount_total, 1000.0)

    def test_tax_included_in_the_price(self):
        self.vat.price_include_override = "tax_included"
        entry = self._enter(self.dnipro)
        self.assertAlmostEqual(entry.line_ids.price_subtotal, 833.33, 2)
        self.assertEqual(self._issue(entry).amount_total, 1000.0)

    def test_second_company(self):
        other = self.env["res.company"].create({"name": "Second company"})
        self._set_up_accounts(other)
        _bank, requisites = self._create_requisites(other, "UA903052992990004149123456789")
        self.olena.write({"company_ids": [Command.link(other.id)]})
        deal = self.env["crm.lead"].create(
            {
                "name": "Deal of the second company",
                "type": "opportunity",
                "partner_id": self.dnipro.id,
                "user_id": self.olena.id,
                "company_id": other.id,
                "team_id": False,
            }
        )
        companies = (self.company | other).ids
        action = deal.with_user(self.olena).with_context(allowed_company_ids=companies).action_enter_invoice()
        entries = self.env["crm.invoice.entry"].with_user(self.olena).with_context(allowed_company_ids=companies)
        entry = entries.browse(action["res_id"])
        self.assertEqual(entry.company_id, other)
        self.assertEqual(entry.requisites_id, requisites)
        self.assertFalse(entry.line_ids.tax_ids & self.vat, "taxes of the other company stay there")
        move = self._issue(entry)
        self.assertEqual(move.company_id, other)
        self.assertEqual(move.journal_id.company_id, other)

    def test_company_not_chosen(self):
        entry = self._enter(self.dnipro)
        entry.sudo().company_id = self.env["res.company"].create({"name": "Third company"})
        with self.assertRaises(UserError):
            entry.action_generate()

    def test_salesperson(self):
        """The invoice belongs to the manager of the client, if the head issues it for him."""
        self.assertEqual(self._issue(self._enter(self.dnipro, self.head)).invoice_user_id, self.olena)
        self.assertEqual(self._issue(self._enter(self.dnipro, self.ivan)).invoice_user_id, self.ivan)


class TestPreview(EntryCommon):
    def test_preview_leaves_nothing(self):
        entry = self._enter(self.dnipro)
        before = self.env["account.move"].search_count([])
        action = entry.action_preview()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertTrue(entry.preview)
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertFalse(entry.move_id)
        self.assertEqual(self._issue(entry).state, "posted", "the invoice can be issued afterwards")

    def test_preview_is_a_pdf_of_a_draft(self):
        entry = self._enter(self.dnipro)
        entry.action_preview()
        self.assertTrue(base64.b64decode(entry.preview).startswith(b"%PDF"))

    def test_preview_is_refused_like_the_invoice(self):
        entry = self._enter(self.dnipro)
        entry.line_ids.quantity = 0
        with self.assertRaisesRegex(UserError, "more than zero"):
            entry.action_preview()
