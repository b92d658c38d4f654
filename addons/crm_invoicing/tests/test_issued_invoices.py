from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import Form

from .common import InvoicingCommon


class TestIssuedInvoices(InvoicingCommon):
    """The invoices of a client on the card, and who sees them."""

    def _card(self, user, client=None):
        return (client or self.dnipro).with_user(user)

    def _letter(self, move, contact, state="sent"):
        letter = self.env["crm.invoice.letter"].create(
            {"move_id": move.id, "contact_id": contact.id, "subject": "Invoice", "user_id": self.olena.id}
        )
        letter.sudo().write({"state": state, "sent_date": fields.Datetime.now()})
        return letter

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def test_figures(self):
        old = fields.Date.today() - timedelta(days=60)
        first = self._create_invoice(self.dnipro, self.olena)
        self._create_invoice(self.petro, self.olena)
        self._create_invoice(
            self.dnipro, self.olena, invoice_date=old, invoice_payment_term_id=False, invoice_date_due=old
        )
        self._create_invoice(self.dnipro, self.olena, post=False)
        self._create_invoice(self.dnipro, self.olena, move_type="out_refund")
        self._pay(first, 200)
        card = self._card(self.olena)
        self.assertEqual(len(card.issued_invoice_ids), 5, "the contact person's is the client's; drafts are listed")
        self.assertEqual(card.issued_invoice_count, 4, "drafts are not counted")
        self.assertEqual(card.issued_total, 3 * 1200 - 1200)
        self.assertEqual(card.issued_paid, 200)
        self.assertEqual(card.issued_left, 2200)
        self.assertEqual((card.issued_overdue_count, card.issued_overdue), (1, 1200))

    def test_two_currencies(self):
        self._create_invoice(self.dnipro, self.olena, currency_id=self.foreign.id)
        card = self._card(self.olena)
        self.assertEqual(card.issued_total, 600, "1200 of a currency of which two make one")
        self.assertEqual(card.issued_invoice_ids.amount_total, 1200)

    def test_two_companies(self):
        """Amounts of a company with another currency are converted, not added as they are."""
        other = self.env["res.company"].create({"name": "Company abroad", "currency_id": self.foreign.id})
        self._set_up_accounts(other)
        other.currency_id = self.foreign
        self._create_invoice(self.dnipro, self.head)
        abroad = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.dnipro.id,
                    "invoice_line_ids": [Command.create({"name": "Work", "price_unit": 1000, "tax_ids": False})],
                }
            )
        )
        abroad.action_post()
        document = self.env["crm.document"].search([("move_id", "=", abroad.id)])
        self.assertFalse(document.user_id, "the manager does not work in that company, which is no hindrance")
        self.head.company_ids += other
        card = self._card(self.head).with_context(allowed_company_ids=(self.company | other).ids)
        self.assertEqual(card.issued_invoice_count, 2)
        self.assertEqual(card.issued_total, 1200 + 500)
        self.assertEqual(self._card(self.head).with_context(allowed_company_ids=self.company.ids).issued_total, 1200)

    def test_paid_and_left_of_a_row(self):
        move = self._create_invoice(self.dnipro, self.olena)
        self._pay(move, 300)
        self.assertEqual((move.paid_amount, move.amount_residual), (300, 900))

    def test_overdue(self):
        today = fields.Date.today()
        for due, expected in ((today, False), (today - timedelta(days=1), True)):
            move = self._create_invoice(
                self.dnipro,
                self.olena,
                invoice_date=today - timedelta(days=5),
                invoice_payment_term_id=False,
                invoice_date_due=due,
            )
            self.assertEqual(move.is_payment_overdue, expected)
            found = self.env["account.move"].search([("is_payment_overdue", "=", True), ("id", "=", move.id)])
            self.assertEqual(bool(found), expected)
            others = self.env["account.move"].search([("is_payment_overdue", "=", False), ("id", "=", move.id)])
            self.assertEqual(bool(others), not expected)
        self._pay(move)
        self.assertFalse(move.is_payment_overdue)

    def test_sent_when_and_to_whom(self):
        move = self._create_invoice(self.dnipro, self.olena)
        self.assertFalse(move.letter_date)
        self._letter(move, self.petro, state="failed")
        self.env.invalidate_all()
        self.assertFalse(move.letter_date)
        self._letter(move, self.dnipro)
        last = self._letter(move, self.petro)
        self.env.invalidate_all()
        self.assertEqual(move.last_letter_id, last)
        self.assertEqual(move.letter_to, "Petro")
        action = move.with_user(self.olena).action_send_issued()
        letter = self.env["crm.invoice.letter"].browse(action["res_id"])
        self.assertEqual(letter.contact_id, self.petro, "again to whom the last one went")
        self.assertNotEqual(letter, last)

    def test_queries_do_not_grow(self):
        """The card lists the last 40; its figures are two grouped queries for any number."""
        for _number in range(3):
            self._create_invoice(self.dnipro, self.olena)
        names = ["issued_invoice_ids", "issued_total", "issued_overdue_count"]
        counts = []
        for _round in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            self._card(self.olena).read(names)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._card(self.olena).read(names)
            counts.append(self.env.cr.sql_log_count - before)
            for _number in range(8):
                self._create_invoice(self.dnipro, self.olena)
        self.assertEqual(counts[0], counts[1])

    def test_list_of_the_last(self):
        for _number in range(3):
            self._create_invoice(self.dnipro, self.olena)
        with patch("odoo.addons.crm_invoicing.models.res_partner.LISTED_INVOICES", 2):
            self.assertEqual(len(self._card(self.olena).issued_invoice_ids), 2)
        self.assertEqual(self._card(self.olena).issued_invoice_count, 3)

    # ------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------

    def _assert_sees(self, user, move, expected):
        moves = self.env["account.move"].with_user(user)
        lines = self.env["account.move.line"].with_user(user)
        self.assertEqual(bool(moves.search([("id", "=", move.id)])), expected, user.name)
        self.assertEqual(bool(lines.search([("move_id", "=", move.id)])), expected, user.name)

    def test_own_and_foreign_clients(self):
        move = self._create_invoice(self.dnipro, self.olena)
        for user, expected in (
            (self.olena, True),
            (self.taras, False),
            (self.head, True),
            (self.accountant, True),
        ):
            self._assert_sees(user, move, expected)

    def test_own_clients_invoice_made_by_a_colleague(self):
        self._assert_sees(self.olena, self._create_invoice(self.dnipro, self.ivan), True)

    def test_own_invoice_to_a_client_handed_over(self):
        """Odoo's rule would let taras go on reading what he invoiced; the client is not his any more."""
        move = self._create_invoice(self.karpaty, self.taras)
        self._assert_sees(self.taras, move, True)
        self.karpaty.user_id = self.olena
        self._assert_sees(self.taras, move, False)
        self._assert_sees(self.olena, move, True)

    def test_nobodys_invoice_to_a_foreign_client(self):
        move = self._create_invoice(self.dnipro, self.env["res.users"])
        move.invoice_user_id = False
        self._assert_sees(self.taras, move, False)

    def test_bills_stay_hidden_from_salespeople(self):
        bill = self._create_invoice(self.dnipro, self.olena, move_type="in_invoice", post=False)
        self._assert_sees(self.olena, bill, False)
        self._assert_sees(self.accountant, bill, True)

    def test_salesperson_who_does_the_accounts(self):
        move = self._create_invoice(self.dnipro, self.olena)
        self.taras.group_ids += self.env.ref("account.group_account_invoice")
        self._assert_sees(self.taras, move, True)
        entry = self.env["account.move"].create({"move_type": "entry"})
        self._assert_sees_move(self.taras, entry)

    def _assert_sees_move(self, user, move):
        self.assertTrue(self.env["account.move"].with_user(user).search([("id", "=", move.id)]))

    def test_figures_of_a_colleagues_client(self):
        """Who sees all clients, but only his own sales, sees in the figures what he may open."""
        self._create_invoice(self.dnipro, self.olena)
        self.assertEqual(self._card(self.ivan).issued_invoice_count, 0)
        self.assertEqual(self._card(self.head).issued_invoice_count, 1)

    def test_salesperson_may_not_change(self):
        move = self._create_invoice(self.dnipro, self.olena).with_user(self.olena)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(move.has_access(operation))

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    def test_views(self):
        """Each user of sales opens the card, the invoice, the order, the deal and the document, in three languages."""
        move = self._create_invoice(self.dnipro, self.olena)
        order = self._create_order(self.dnipro, self.olena, opportunity_id=self.deal_dnipro.id)
        document = self.env["crm.document"].search([("move_id", "=", move.id)])
        for code in ("en_US", "uk_UA", "ru_RU"):
            self.env["res.lang"]._activate_lang(code)
            for user in (self.olena, self.head):
                for record in (move, order, document, self.dnipro, self.deal_dnipro):
                    Form(record.with_user(user).with_context(lang=code))

    def test_lists(self):
        self._create_invoice(self.dnipro, self.olena)
        action = self._card(self.olena).action_view_issued_invoices()
        moves = self.env["account.move"].with_user(self.olena)
        views = moves.get_views([(view_id, mode) for view_id, mode in action["views"]] + [(False, "search")])
        fields_spec = {name: {} for name in views["models"]["account.move"]["fields"] if name in moves._fields}
        names = ("name", "paid_amount", "letter_date", "letter_to", "is_payment_overdue", "status_in_payment")
        self.assertTrue(set(names) <= fields_spec.keys())
        found = moves.web_search_read(action["domain"], {name: {} for name in names})
        self.assertEqual(found["length"], 1)

    def test_accountant_opens_an_invoice(self):
        Form(self._create_invoice(self.dnipro, self.olena).with_user(self.accountant))

    def test_salesperson_sends_from_his_own_mailbox_only(self):
        """Odoo's button would send another form from another address; those who do the accounts keep it."""
        for user, has_stock, has_own in ((self.olena, False, True), (self.accountant, True, False)):
            moves = self.env["account.move"].with_user(user)
            arch = moves.get_view(self.env.ref("account.view_move_form").id, "form")["arch"]
            self.assertEqual('name="action_invoice_sent"' in arch, has_stock)
            self.assertEqual('name="action_send_issued"' in arch, has_own)
