from collections import Counter

from odoo.tests import tagged

from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestInvoices(DepartmentCase):
    def of_channel(self, team):
        return self.invoices.filtered(lambda invoice: invoice.team_id == team)

    def test_number(self):
        self.assertEqual(len(self.invoices), len(self.plan.invoices))
        self.assertAlmostEqual(len(self.invoices), 180, delta=15)

    def test_all_are_posted(self):
        self.assertEqual(set((self.invoices | self.refunds).mapped("state")), {"posted"})

    def test_payment_states_are_those_of_the_plan(self):
        names = {"paid": "paid", "not_paid": "open", "reversed": "credited"}
        found = Counter(names[invoice.payment_state] for invoice in self.invoices)
        self.assertEqual(found, Counter(invoice.outcome for invoice in self.plan.invoices))

    def test_dates_are_in_the_history(self):
        for move in self.invoices | self.refunds:
            self.assertTrue(self.within_history(move.invoice_date), move.name)
            self.assertEqual(move.date, move.invoice_date, move.name)

    def test_every_channel_invoices_every_month(self):
        for key, team in self.channels.items():
            for month in self.months:
                moves = self.in_month(self.of_channel(team), "invoice_date", month)
                self.assertGreater(sum(moves.mapped("amount_untaxed_signed")), 0, f"{key} {month[0]}")

    def test_every_channel_has_paid_invoices_this_month(self):
        """Odoo's progress to the target counts the paid invoices of the running month."""
        for key, team in self.channels.items():
            moves = self.in_month(self.of_channel(team), "invoice_date", self.months[-1])
            self.assertTrue(moves.filtered(lambda move: move.payment_state == "paid"), key)

    def test_every_channel_has_overdue_invoices(self):
        for key, team in self.channels.items():
            overdue = self.of_channel(team).filtered(
                lambda move: move.payment_state == "not_paid" and move.invoice_date_due < self.day
            )
            self.assertTrue(overdue, key)
            self.assertGreater(sum(overdue.mapped("amount_residual_signed")), 0, key)

    def test_invoices_cover_their_order(self):
        for invoice in self.invoices:
            order = invoice.line_ids.sale_line_ids.order_id
            self.assertEqual(len(order), 1)
            self.assertEqual(invoice.team_id, order.team_id)
            self.assertEqual(invoice.invoice_user_id, order.user_id)
            self.assertEqual(invoice.currency_id, order.currency_id)
            self.assertAlmostEqual(invoice.amount_total, order.amount_total, places=2)
            self.assertGreaterEqual(invoice.invoice_date, order.date_order.date())

    def test_entries_balance(self):
        for move in self.invoices | self.refunds:
            self.assertAlmostEqual(sum(move.line_ids.mapped("balance")), 0.0, places=2)
            self.assertGreater(move.amount_total, 0)

    def test_numbers_follow_the_dates(self):
        """Numbers have no gaps within a year, and a later date never has a smaller number."""
        for moves in self.invoices.grouped(lambda move: move.invoice_date.year).values():
            ordered = moves.sorted(lambda move: (move.invoice_date, move.sequence_number))
            numbers = ordered.mapped("sequence_number")
            self.assertEqual(numbers, sorted(numbers))
            self.assertEqual(len(set(numbers)), len(numbers))

    def test_payments_are_registered(self):
        payments = self.env["account.payment"].search([("company_id", "=", self.company.id)])
        paid = self.invoices.filtered(lambda move: move.payment_state == "paid")
        self.assertEqual(len(payments), len(paid))
        self.assertEqual(payments.reconciled_invoice_ids, paid)
        self.assertNotIn("draft", payments.mapped("state"))
        for payment in payments:
            self.assertTrue(self.within_history(payment.date))

    def test_payments_come_on_the_planned_days(self):
        found = Counter(self.env["account.payment"].search([("company_id", "=", self.company.id)]).mapped("date"))
        planned = Counter(invoice.settled for invoice in self.plan.invoices if invoice.outcome == "paid")
        self.assertEqual(found, planned)

    def test_credit_notes(self):
        self.assertEqual(len(self.refunds), 2)
        for refund in self.refunds:
            self.assertEqual(refund.reversed_entry_id.payment_state, "reversed")
            self.assertGreaterEqual(refund.invoice_date, refund.reversed_entry_id.invoice_date)
            self.assertAlmostEqual(refund.amount_total, refund.reversed_entry_id.amount_total, places=2)
            self.assertTrue(refund.team_id)

    def test_targets_are_within_reach(self):
        """A month of the last year brings between a third and three times its channel's target."""
        for key, team in self.channels.items():
            moves = self.of_channel(team)
            months = [
                sum(self.in_month(moves, "invoice_date", month).mapped("amount_untaxed_signed"))
                for month in self.months
            ]
            average = sum(months[1:-1]) / len(months[1:-1])
            self.assertBetween(average, team.invoiced_target / 3, team.invoiced_target * 3, key)
