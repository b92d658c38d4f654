from collections import Counter

from odoo.tests import tagged

from ..department import tables
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestOrders(DepartmentCase):
    def confirmed(self):
        return self.orders.filtered(lambda order: order.state == "sale")

    def test_states_are_those_of_the_plan(self):
        self.assertEqual(Counter(self.orders.mapped("state")), Counter(order.state for order in self.plan.orders))
        self.assertEqual(set(self.orders.mapped("state")), {"draft", "sent", "sale", "cancel"})

    def test_dates_are_in_the_history(self):
        for order in self.orders:
            self.assertTrue(self.within_history(order.date_order), order.name)
            self.assertTrue(self.within_history(order.create_date), order.name)
            self.assertLessEqual(order.create_date, order.date_order, order.name)

    def test_every_channel_sells_every_month(self):
        for key, team in self.channels.items():
            orders = self.confirmed().filtered(lambda order, team=team: order.team_id == team)
            for month in self.months:
                sold = sum(self.in_month(orders, "date_order", month).mapped("amount_untaxed"))
                self.assertGreater(sold, 0, f"{key} {month[0]}")

    def test_currencies(self):
        currencies = Counter(order.currency_id.name for order in self.orders)
        for code in ("UAH", "EUR", "PLN", "KZT"):
            self.assertGreaterEqual(currencies[code], 10, code)

    def test_prices_are_converted_at_the_rate_of_the_day(self):
        """An order line in a foreign currency costs the list price at that day's rate, within the rounding."""
        rounding = {"UAH": 10, "EUR": 1, "PLN": 1, "KZT": 100}
        for line in self.confirmed().order_line:
            order = line.order_id
            price = self.company.currency_id._convert(
                line.product_id.list_price, order.currency_id, self.company, order.create_date.date(), round=False
            )
            tolerance = rounding[order.currency_id.name] + price * 0.03
            self.assertAlmostEqual(line.price_unit, price, delta=tolerance, msg=f"{order.name} {line.name}")

    def test_quantities_and_discounts_are_those_of_the_plan(self):
        planned = Counter(
            (line.product, line.quantity, line.discount) for order in self.plan.orders for line in order.lines
        )
        found = Counter(
            (line.product_id.default_code, int(line.product_uom_qty), int(line.discount))
            for line in self.orders.order_line
        )
        self.assertEqual(found, planned)

    def test_linked_deals_agree(self):
        outcomes = {"sale": "won", "cancel": "lost", "draft": "pending", "sent": "pending"}
        linked = self.orders.filtered("opportunity_id")
        self.assertGreater(len(linked), len(self.orders) / 3)
        for order in linked:
            deal = order.opportunity_id
            self.assertEqual(deal.won_status, outcomes[order.state], order.name)
            self.assertEqual(order.partner_id, deal.partner_id.commercial_partner_id)
            self.assertEqual((order.team_id, order.user_id), (deal.team_id, deal.user_id))

    def test_won_on_the_day_of_the_order(self):
        for order in self.confirmed().filtered("opportunity_id"):
            self.assertEqual(order.date_order, order.opportunity_id.date_closed)

    def test_channel_without_quotations_has_none(self):
        for order in self.orders:
            if not order.team_id.use_quotations:
                self.assertIn(order.state, ("sale", "cancel"))

    def test_channels_with_quotations_have_some(self):
        for key, team in self.channels.items():
            quotations = self.orders.filtered(
                lambda order, team=team: order.team_id == team and order.state in ("draft", "sent")
            )
            self.assertEqual(bool(quotations), tables.CHANNELS[key]["switches"]["use_quotations"], key)

    def test_every_channel_has_something_to_invoice(self):
        for key, team in self.channels.items():
            waiting = self.orders.filtered(
                lambda order, team=team: order.team_id == team and order.invoice_status == "to invoice"
            )
            self.assertGreaterEqual(len(waiting), 2, key)

    def test_old_offers_have_run_out(self):
        for order in self.orders:
            self.assertEqual((order.validity_date - order.create_date.date()).days, 30)
