from datetime import date

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanFact(PlanCommon):
    """What counts as fact of a plan line."""

    def test_payment_of_the_tied_invoice(self):
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 300, moves=invoice)
        self.assertRecordValues(line, [{"fact_amount": 0, "state": "planned", "left_amount": 300, "fact_percent": 0}])
        self._pay(invoice, 100, date(2026, 5, 10))
        self.assertRecordValues(line, [{"fact_amount": 100, "state": "partly", "left_amount": 200}])
        self.assertEqual(line.fact_percent, 33.3)
        self._pay(invoice, date=date(2026, 5, 12))
        self.assertRecordValues(line, [{"fact_amount": 300, "state": "done", "left_amount": 0, "fact_percent": 100}])

    def test_unreconciled_later(self):
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 300, moves=invoice)
        payment = self._pay(invoice)
        self.assertEqual(line.state, "done")
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertRecordValues(line, [{"fact_amount": 0, "state": "planned"}])

    def test_cancelled_invoice_and_payment(self):
        invoice, other = self._invoice(self.dnipro, 300), self._invoice(self.dnipro, 50)
        line = self._plan(self.dnipro, 350, moves=invoice | other)
        self._pay(invoice)
        payment = self._pay(other)
        self.assertEqual(line.fact_amount, 350)
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(line.fact_amount, 50)
        payment.action_draft()
        self.assertEqual(line.fact_amount, 0)
        payment.action_post()
        self.assertEqual(line.fact_amount, 50)
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(line.fact_amount, 0)

    def test_credit_note_is_no_money(self):
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 300, moves=invoice)
        self._pay(invoice, 100)
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        refund.invoice_line_ids.price_unit = 200
        refund.action_post()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertRecordValues(line, [{"fact_amount": 100, "state": "partly"}])

    def test_credit_note_that_is_paid_back(self):
        invoice = self._invoice(self.dnipro, 300)
        refund = self._invoice(self.dnipro, 120, move_type="out_refund")
        line = self._plan(self.dnipro, 300, moves=invoice | refund)
        self._pay(invoice)
        self._pay(refund, date=date(2026, 5, 25))
        self.assertRecordValues(line, [{"fact_amount": 180, "state": "partly"}])

    def test_overpayment(self):
        """More than the invoice: what is reconciled with it counts, the rest is nobody's yet."""
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 250, moves=invoice)
        self._pay(invoice, 500)
        self.assertRecordValues(line, [{"fact_amount": 300, "state": "done", "left_amount": 0}])

    def test_early_payment_discount_is_no_money(self):
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 300, moves=invoice)
        account = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        values = {"amount": 285, "payment_difference_handling": "reconcile", "writeoff_account_id": account.id}
        wizard.create(values)._create_payments()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertRecordValues(line, [{"fact_amount": 285, "state": "partly"}])

    def test_netting_is_no_money(self):
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 300, moves=invoice)
        receivable = invoice.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "partner_id": self.dnipro.id, "balance": balance})
                    for account, balance in (
                        (receivable.account_id, -300),
                        (journal.default_account_id or receivable.account_id, 300),
                    )
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids.filtered(lambda item: item.balance < 0)).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(line.fact_amount, 0)

    def test_money_for_an_entry_that_names_the_client_on_its_line_only(self):
        receivable = self._invoice(self.dnipro, 1).line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        income = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)], limit=1
        )
        lines = [
            {"account_id": receivable.account_id.id, "partner_id": self.dnipro.id, "balance": 200},
            {"account_id": income.id, "balance": -200},
        ]
        entry = self.env["account.move"].create(
            {"journal_id": journal.id, "line_ids": [Command.create(vals) for vals in lines]}
        )
        entry.action_post()
        payment = self.env["account.payment"].create(
            {"partner_id": self.dnipro.id, "amount": 200, "payment_type": "inbound", "partner_type": "customer"}
        )
        payment.action_post()
        items = (entry | payment.move_id).line_ids
        items.filtered(lambda item: item.account_id == receivable.account_id).reconcile()
        self.assertFalse(entry.partner_id)
        domain = [("client_id", "=", self.dnipro.id), ("kind", "=", "payment")]
        Report = self.env["crm.plan.report"]
        for user, amount in ((self.head, 200), (self.olena, 200), (self.taras, 0)):
            self.assertEqual(sum(Report.with_user(user).search(domain).mapped("fact_amount")), amount, user.name)

    # ------------------------------------------------------------
    # CURRENCIES
    # ------------------------------------------------------------

    def _set_rate(self, day, rate):
        self.env["res.currency.rate"].create(
            {"currency_id": self.foreign.id, "company_id": self.company.id, "name": day, "rate": rate}
        )

    def test_foreign_invoice_paid_at_another_rate(self):
        """Booked at 2.0 per unit, paid at 4.0: the fact in the company's currency is what the payment is worth."""
        self._set_rate("2026-05-15", 4.0)
        invoice = self._invoice(self.dnipro, 100, currency_id=self.foreign.id)
        foreign = self._plan(self.dnipro, 100, moves=invoice, currency_id=self.foreign.id)
        self._pay(invoice, date=date(2026, 5, 20))
        self.assertRecordValues(foreign, [{"fact_amount": 100, "state": "done"}])
        self.assertEqual(self._report(domain=[("move_id", "=", invoice.id)]), 25)

        foreign.move_ids = False
        own = self._plan(self.dnipro, 50, moves=invoice)
        self.assertRecordValues(own, [{"fact_amount": 25, "state": "partly"}])

    def test_foreign_invoice_paid_in_own_currency(self):
        self._set_rate("2026-05-15", 4.0)
        invoice = self._invoice(self.dnipro, 100, currency_id=self.foreign.id)
        line = self._plan(self.dnipro, 100, moves=invoice, currency_id=self.foreign.id)
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        currency = self.company.currency_id
        wizard.create({"payment_date": "2026-05-20", "currency_id": currency.id})._create_payments()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertRecordValues(line, [{"fact_amount": 100, "state": "done"}])
        self.assertEqual(self._report(domain=[("client_id", "=", self.dnipro.id)]), 25)

    def test_plan_in_a_third_currency(self):
        """Neither the invoice's nor the payment's: converted on the day of the payment."""
        third = self.env["res.currency"].create({"name": "XTH", "symbol": "X"})
        self.env["res.currency.rate"].create(
            [
                {"currency_id": third.id, "company_id": self.company.id, "name": day, "rate": rate}
                for day, rate in (("2020-01-01", 10.0), ("2026-05-15", 20.0), ("2026-06-01", 30.0))
            ]
        )
        invoice = self._invoice(self.dnipro, 100)
        line = self._plan(self.dnipro, 2000, moves=invoice, currency_id=third.id)
        self._pay(invoice, date=date(2026, 5, 20))
        self.assertRecordValues(line, [{"fact_amount": 2000, "state": "done"}])

    # ------------------------------------------------------------
    # SHARING, RESULTS BY HAND
    # ------------------------------------------------------------

    def test_invoice_of_two_lines(self):
        """Prepayment and rest of one invoice: the earlier line is filled first, whichever was entered first."""
        invoice = self._invoice(self.dnipro, 300)
        rest = self._plan(self.dnipro, 200, "2026-06-30", moves=invoice)
        first = self._plan(self.dnipro, 100, "2026-05-10", moves=invoice)
        self._pay(invoice, 150)
        self.assertEqual((first.fact_amount, rest.fact_amount), (100, 50))
        rest.date = "2026-05-01"
        self.assertEqual((first.fact_amount, rest.fact_amount), (0, 150))
        rest.amount = 120
        self.assertEqual((first.fact_amount, rest.fact_amount), (30, 120))
        rest.move_ids = False
        self.assertEqual((first.fact_amount, rest.fact_amount), (150, 0))

    def test_lines_that_hang_together_through_others(self):
        """may and june share an invoice, june and july another one: what july needs decides about may."""
        one, two = self._invoice(self.dnipro, 100), self._invoice(self.dnipro, 100)
        june = self._plan(self.dnipro, 100, "2026-06-30", moves=one | two)
        may = self._plan(self.dnipro, 60, "2026-05-31", moves=one)
        july = self._plan(self.dnipro, 60, "2026-07-31", moves=two)
        self._pay(one, date=date(2026, 5, 1))
        self._pay(two, date=date(2026, 5, 2))
        lines = may | june | july
        self.assertEqual(lines.mapped("fact_amount"), [60, 100, 40])
        may.amount = 100
        self.assertEqual(lines.mapped("fact_amount"), [100, 100, 0])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(lines.mapped("fact_amount"), [100, 100, 0])
        self.assertEqual(lines.mapped("state"), ["done", "done", "planned"])

    def test_by_hand(self):
        line = self._plan(self.dnipro, 300, user=self.olena)
        fact = self._enter(line, 100, user=self.olena)
        self.assertEqual(fact.user_id, self.olena)
        self.assertRecordValues(line, [{"fact_amount": 100, "state": "partly"}])
        self._enter(line, 250, user=self.olena)
        self._enter(line, -50, user=self.olena)
        self.assertRecordValues(line, [{"fact_amount": 300, "state": "done"}])
        fact.with_user(self.olena).amount = 90
        self.assertRecordValues(line, [{"fact_amount": 290, "state": "partly"}])

    def test_with_an_invoice_only_payments_count(self):
        line = self._plan(self.dnipro, 300)
        self._enter(line, 300)
        self.assertEqual(self._report(domain=[("client_id", "=", self.dnipro.id)]), 300)
        invoice = self._invoice(self.dnipro, 300)
        line.move_ids = invoice
        self.assertRecordValues(line, [{"fact_amount": 0, "state": "planned"}])
        self._pay(invoice, 120)
        self.assertEqual(line.fact_amount, 120)
        self.assertEqual(self._report(domain=[("client_id", "=", self.dnipro.id)]), 120)
        with self.assertRaisesRegex(ValidationError, "so their payments count"):
            self._enter(line, 10)

    def test_by_hand_not_ahead(self):
        line = self._plan(self.dnipro, 300)
        with self.assertRaisesRegex(ValidationError, "day to come"):
            self._enter(line, 10, fields.Date.add(fields.Date.today(), days=2))

    # ------------------------------------------------------------
    # OVERDUE, REFUSALS
    # ------------------------------------------------------------

    def test_overdue(self):
        today = fields.Date.today()
        late, due, paid, nothing, soon = (
            self._plan(self.dnipro, amount, fields.Date.add(today, days=days))
            for amount, days in ((10, -1), (10, 0), (10, -1), (0, -1), (10, 1))
        )
        self._enter(paid, 10)
        lines = late | due | paid | nothing | soon
        self.assertEqual(lines.filtered("is_overdue"), late)
        mine = [("id", "in", lines.ids)]
        Line = self.env["crm.plan.line"]
        self.assertEqual(Line.search([*mine, ("is_overdue", "=", True)]), late)
        self.assertEqual(Line.search([*mine, ("is_overdue", "=", False)]), lines - late)
        self.assertEqual(self.dnipro.with_user(self.olena).plan_overdue_count, 1)
        self.assertEqual(self.dnipro.with_user(self.olena).plan_line_count, 3)

    def test_foreign_papers_are_refused(self):
        contract = self._create_contract(self.karpaty, self.taras)
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            self._plan(self.dnipro, 10, contract_id=contract.id)
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            self._plan(self.dnipro, 10, lead_id=self.deal_karpaty.id)
        with self.assertRaisesRegex(ValidationError, "Only invoices of Dnipro"):
            self._plan(self.dnipro, 10, moves=self._invoice(self.karpaty, 10))
        with self.assertRaisesRegex(ValidationError, "client directory"):
            self._plan(self.petro, 10)

    def test_one_currency_for_a_shared_invoice(self):
        invoice = self._invoice(self.dnipro, 10)
        self._plan(self.dnipro, 10, moves=invoice)
        with self.assertRaisesRegex(ValidationError, "one currency"):
            self._plan(self.dnipro, 10, moves=invoice, currency_id=self.foreign.id)

    def test_invoice_to_a_contact_person(self):
        invoice = self._create_invoice(self.petro, self.olena, [(self.design, 1, 80)])
        line = self._plan(self.dnipro, 80, moves=invoice)
        self._pay(invoice)
        self.assertEqual(line.state, "done")
        self.assertEqual(self._report(domain=[("client_id", "=", self.dnipro.id)]), 80)

    def test_executed_lines_stay(self):
        line = self._plan(self.dnipro, 10)
        fact = self._enter(line, 5)
        with self.assertRaisesRegex(UserError, "Set the amount to zero"):
            line.unlink()
        fact.unlink()
        line.unlink()
        self.assertFalse(line.exists())

    def test_manager_and_channel(self):
        line = self._plan(self.karpaty, 10, lead_id=self.deal_karpaty.id)
        self.assertEqual(line.user_id, self.taras)
        self.assertEqual(line.team_id, self.channel)

    def test_handed_over(self):
        """What is awaited goes to the new manager; what has come stays with who brought it."""
        awaited, paid = self._plan(self.dnipro, 10), self._plan(self.dnipro, 10)
        self._enter(paid, 10)
        self.dnipro.with_user(self.head).user_id = self.taras
        self.assertEqual((awaited.user_id, paid.user_id), (self.taras, self.olena))
