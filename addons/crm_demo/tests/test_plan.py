from collections import Counter
from datetime import date, timedelta

from odoo.tests import tagged

from ..department import tables
from ..department.dates import months
from ..department.planning import build_plan
from .common import PlanCase


@tagged("post_install", "-at_install")
class TestPlan(PlanCase):
    """The history before it is written, for days on which careless arithmetic breaks."""

    # the middle, the first and the last day of a month, a leap day, a Sunday that is the first, New Year
    days = [
        date(2026, 11, 18),
        date(2026, 12, 1),
        date(2026, 8, 31),
        date(2028, 2, 29),
        date(2026, 11, 1),
        date(2027, 1, 1),
    ]

    def test_same_day_same_department(self):
        for plan in self.each_plan():
            self.assertEqual(plan, build_plan(plan.today))

    def test_another_seed_another_department(self):
        other = build_plan(self.days[0], seed=1)
        self.assertNotEqual(other.clients, self.plans[0].clients)
        self.assertNotEqual(other.deals, self.plans[0].deals)
        self.assertEqual(len(other.clients), len(self.plans[0].clients))

    def test_clients_do_not_depend_on_the_day(self):
        for plan in self.each_plan():
            self.assertEqual(plan.clients, self.plans[0].clients)

    def test_sizes(self):
        for plan in self.each_plan():
            self.assertEqual(len(plan.clients), 200)
            self.assertAlmostEqual(len(plan.deals), 650, delta=25)
            self.assertAlmostEqual(len(plan.orders), 240, delta=15)
            self.assertAlmostEqual(len(plan.invoices), 172, delta=20)
            self.assertAlmostEqual(len(plan.results), 2950, delta=250)
            self.assertAlmostEqual(sum(not activity.done for activity in plan.activities), 180, delta=25)
            self.assertAlmostEqual(sum(bool(activity.done) for activity in plan.activities), 2600, delta=250)

    def test_nothing_happened_before_the_history_or_after_today(self):
        for plan in self.each_plan():
            moments = [order.ordered for order in plan.orders] + [order.created for order in plan.orders]
            moments += [result.moment for result in plan.results]
            moments += [activity.done for activity in plan.activities if activity.done]
            for deal in plan.deals:
                moments += [moment for moment in (deal.created, deal.assigned, deal.closed) if moment]
            days = {moment.date() for moment in moments}
            days |= {invoice.day for invoice in plan.invoices}
            days |= {invoice.settled for invoice in plan.invoices if invoice.settled}
            self.assertGreaterEqual(min(days), plan.first_day)
            self.assertLessEqual(max(days), plan.today)

    def test_events_are_in_order(self):
        for plan in self.each_plan():
            for deal in plan.deals:
                self.assertLessEqual(deal.created, deal.assigned or deal.created)
                self.assertLessEqual(deal.assigned or deal.created, deal.closed or deal.assigned or deal.created)
            for order in plan.orders:
                self.assertLessEqual(order.created, order.ordered)
            for invoice in plan.invoices:
                self.assertLessEqual(plan.orders[invoice.order].ordered.date(), invoice.day)
                self.assertLessEqual(invoice.day, invoice.settled or invoice.day)

    def test_every_channel_sells_and_invoices_every_month(self):
        for plan in self.each_plan():
            for first, last in months(plan.today, tables.MONTHS):
                sold = Counter(
                    order.channel
                    for order in plan.orders
                    if order.state == "sale" and first <= order.ordered.date() <= last
                )
                invoiced = Counter(
                    plan.orders[invoice.order].channel for invoice in plan.invoices if first <= invoice.day <= last
                )
                for channel in tables.CHANNELS:
                    self.assertGreaterEqual(sold[channel], 2, (channel, first))
                    self.assertGreaterEqual(invoiced[channel], 1, (channel, first))

    def test_the_running_month_has_paid_and_uninvoiced_sales(self):
        for plan in self.each_plan():
            first = plan.today.replace(day=1)
            for channel in tables.CHANNELS:
                paid = [
                    invoice
                    for invoice in plan.invoices
                    if plan.orders[invoice.order].channel == channel
                    and invoice.outcome == "paid"
                    and invoice.day >= first
                ]
                self.assertTrue(paid, channel)
                sales = sum(order.channel == channel and order.state == "sale" for order in plan.orders)
                invoiced = sum(plan.orders[invoice.order].channel == channel for invoice in plan.invoices)
                self.assertGreaterEqual(sales - invoiced, 2, channel)

    def test_every_channel_has_overdue_invoices(self):
        for plan in self.each_plan():
            overdue = Counter()
            for invoice in plan.invoices:
                order = plan.orders[invoice.order]
                due = invoice.day + timedelta(days=plan.clients[order.client].terms)
                overdue[order.channel] += invoice.outcome == "open" and due < plan.today
            for channel in tables.CHANNELS:
                self.assertGreaterEqual(overdue[channel], 1, channel)

    def test_channels_hold_only_what_they_may(self):
        for plan in self.each_plan():
            for deal in plan.deals:
                switch = "use_leads" if deal.type == "lead" else "use_opportunities"
                self.assertTrue(tables.CHANNELS[deal.channel]["switches"][switch], deal)
            for order in plan.orders:
                quotations = tables.CHANNELS[order.channel]["switches"]["use_quotations"]
                self.assertTrue(quotations or order.state in ("sale", "cancel"), order)

    def test_managers_work_in_their_channel(self):
        for plan in self.each_plan():
            for record in [*plan.clients, *plan.deals, *plan.orders]:
                if record.manager:
                    self.assertEqual(tables.USERS[record.manager][2], record.channel)

    def test_orders_follow_their_deal(self):
        outcomes = {"sale": "won", "cancel": "lost", "sent": "open", "draft": "open"}
        for plan in self.each_plan():
            for order in plan.orders:
                if order.deal is not None:
                    deal = plan.deals[order.deal]
                    self.assertEqual(deal.outcome, outcomes[order.state])
                    self.assertEqual((deal.client, deal.channel), (order.client, order.channel))

    def test_names_and_numbers_are_unique(self):
        clients = self.plans[0].clients
        for attribute in ("name", "email"):
            values = [getattr(client, attribute) for client in clients]
            self.assertEqual(len(values), len(set(values)), attribute)
        numbers = [client.vat or client.registry for client in clients]
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_every_manager_has_something_overdue_due_and_ahead(self):
        for plan in self.each_plan():
            for login, (_name, _tz, channel, _groups) in tables.USERS.items():
                days = [
                    (activity.deadline - plan.today).days
                    for activity in plan.activities
                    if activity.manager == login and not activity.done
                ]
                if channel:
                    self.assertTrue(min(days) < 0 < max(days), login)
                    self.assertIn(0, days, login)

    def test_open_deals_close_on_both_sides_of_today(self):
        for plan in self.each_plan():
            for channel in tables.CHANNELS:
                days = [
                    (deal.deadline - plan.today).days
                    for deal in plan.deals
                    if deal.channel == channel and deal.type == "opportunity" and deal.outcome == "open"
                ]
                self.assertTrue(any(day < 0 for day in days), channel)
                self.assertTrue(any(0 <= day <= 6 for day in days), channel)
                self.assertTrue(any(day > 31 for day in days), channel)
