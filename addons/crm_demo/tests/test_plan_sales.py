import random
from collections import Counter
from datetime import date, datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..department import tables, tables_process
from ..department.dates import months
from ..department.plan import Invoice, Line, Plan
from ..department.plan_clients import plan_clients
from ..department.plan_sales import CURRENT_MONTH_SALES, INQUIRIES, LOST_DEALS, OPEN_DEALS, SalesPlanner, _revenue
from ..department.planning import build_plan

TODAY = date(2026, 11, 18)


@tagged("post_install", "-at_install")
class TestPlanSales(BaseCase):
    def setUp(self):
        super().setUp()
        self.plan = Plan(TODAY, first_day=months(TODAY, tables.MONTHS)[0][0])
        self.plan.clients = plan_clients(random.Random("clients"))
        self.planner = SalesPlanner(self.plan, random.Random("sales"))

    def invoice_of(self, terms, day):
        """An invoice to a client with these terms."""
        client = next(position for position, client in enumerate(self.plan.clients) if client.terms == terms)
        moment = datetime.combine(day, datetime.min.time())
        self.planner._add_order("website", client, [], "sale", moment, moment, None)
        return Invoice(len(self.plan.orders) - 1, day)

    def test_revenue_is_the_list_price_less_discounts(self):
        self.assertEqual(_revenue([Line("LP-420", 2, 0)]), 29800.0)
        self.assertEqual(_revenue([Line("LP-420", 2, 10)]), 26800.0)
        self.assertEqual(_revenue([Line("SV-SUP", 1, 0), Line("TL-100", 10, 5)]), 47900.0)
        self.assertEqual(_revenue([]), 0.0)

    def test_sales_grow(self):
        for channel in tables.CHANNELS:
            first = sum(self.planner._sales_of_month(channel, 0) for _serial in range(40))
            last = sum(self.planner._sales_of_month(channel, tables.MONTHS - 2) for _serial in range(40))
            self.assertGreater(last, first, channel)

    def test_running_month_has_a_minimum(self):
        self.plan.today = date(2026, 11, 1)
        for channel in tables.CHANNELS:
            self.assertEqual(self.planner._sales_of_month(channel, tables.MONTHS - 1), CURRENT_MONTH_SALES)

    def test_numbers_of_deals(self):
        self.planner.run()
        found = Counter((deal.channel, deal.type, deal.outcome) for deal in self.plan.deals)
        for channel in tables.CHANNELS:
            self.assertEqual(found[channel, "opportunity", "open"], OPEN_DEALS[channel])
            self.assertEqual(found[channel, "opportunity", "lost"], LOST_DEALS[channel])
            leads = found[channel, "lead", "open"] + found[channel, "lead", "lost"]
            self.assertEqual(leads, INQUIRIES.get(channel, 0))

    def test_open_deals_are_dealt_out_among_the_managers(self):
        self.planner.run()
        for channel in tables.CHANNELS:
            found = Counter(
                self.plan.clients[deal.client].manager
                for deal in self.plan.deals
                if deal.channel == channel and deal.type == "opportunity" and deal.outcome == "open"
            )
            self.assertLessEqual(max(found.values()) - min(found.values()), 1, found)

    def test_every_source_sells(self):
        """Sources of won deals are dealt out in turn, so that none has cost money for nothing."""
        self.planner.run()
        for channel, sources in tables.SOURCES.items():
            won = Counter(d.source for d in self.plan.deals if d.channel == channel and d.outcome == "won")
            self.assertEqual(set(won), set(sources))
            self.assertLessEqual(max(won.values()) - min(won.values()), 1)

    def test_some_clients_are_keener(self):
        positions = list(range(10))
        drawn = [self.planner._draw_keen_client(positions, 2) for _serial in range(500)]
        self.assertLessEqual(set(drawn), set(positions))
        self.assertGreater(sum(n < 5 for n in drawn), 300)

    def test_who_loses_early(self):
        """The fourth manager loses more of his deals before anybody knows who decides."""
        shares = {}
        for manager in ("manager1", "manager4"):
            client = next(n for n, client in enumerate(self.plan.clients) if client.manager == manager)
            drawn = Counter(self.planner._draw_last_step(client) for _serial in range(500))
            self.assertEqual(set(drawn), set(tables_process.LOST_AFTER))
            shares[manager] = sum(drawn[step] for step in tables_process.EARLY) / 500
        self.assertGreater(shares["manager4"], shares["manager1"] + 0.1)

    def test_who_takes_longer(self):
        spans = {}
        for manager in ("manager1", "manager4"):
            client = next(n for n, client in enumerate(self.plan.clients) if client.manager == manager)
            drawn = [self.planner._draw_span(client, (10, 20)).days for _serial in range(50)]
            pace, _early, _late = tables_process.MANNERS[manager]
            self.assertTrue(round(10 * pace) <= min(drawn) <= max(drawn) <= round(20 * pace))
            spans[manager] = sum(drawn)
        self.assertGreater(spans["manager4"], spans["manager1"])

    def test_probability_by_hand_is_an_exception(self):
        drawn = Counter(self.planner._draw_probability("offer") for _serial in range(500))
        self.assertEqual(set(drawn), {None, *tables_process.PROBABILITIES["offer"]})
        self.assertGreater(drawn[None], 400)

    def test_who_could_not_be_reached_has_not_passed_a_step(self):
        for _serial in range(100):
            self.assertIn(self.planner._draw_lost_reason("call"), tables.LOST_REASONS)
        drawn = {self.planner._draw_lost_reason("start") for _serial in range(100)}
        self.assertEqual(drawn, {*tables.LOST_REASONS, tables_process.UNREACHABLE})

    def test_paid_at_once(self):
        invoice = self.invoice_of(30, TODAY)
        self.planner._settle(invoice, at_once=True)
        self.assertEqual((invoice.outcome, invoice.settled), ("paid", TODAY))

    def test_old_invoices_are_paid(self):
        for terms in (0, 15, 30):
            for _serial in range(20):
                invoice = self.invoice_of(terms, TODAY - timedelta(days=250))
                self.planner._settle(invoice, at_once=False)
                self.assertEqual(invoice.outcome, "paid")
                self.assertGreaterEqual(invoice.settled, invoice.day)
                self.assertIn(invoice.settled.day, (15, 28))

    def test_what_would_be_paid_later_is_open(self):
        for _serial in range(20):
            invoice = self.invoice_of(30, TODAY)
            self.planner._settle(invoice, at_once=False)
            self.assertEqual((invoice.outcome, invoice.settled), ("open", None))

    def test_overdue_are_left(self):
        invoices = [self.invoice_of(15, TODAY - timedelta(days=days)) for days in (120, 90, 60, 10, 0)]
        for invoice in invoices:
            invoice.outcome, invoice.settled = "paid", TODAY
        self.planner._leave_overdue(invoices)
        self.assertEqual([invoice.outcome for invoice in invoices], ["paid", "open", "open", "paid", "paid"])

    def test_one_is_credited(self):
        invoices = [self.invoice_of(15, TODAY - timedelta(days=days)) for days in (120, 90, 60)]
        self.planner._credit_one(invoices)
        self.assertEqual([invoice.outcome for invoice in invoices], ["open", "credited", "open"])
        self.assertGreaterEqual(invoices[1].settled, invoices[1].day)

    def test_assignment_is_between_creation_and_end(self):
        created = datetime(2026, 10, 1, 9, 0)
        for _serial in range(50):
            self.assertGreaterEqual(self.planner._draw_assignment(created, None), created)
            closed = created + timedelta(hours=2)
            self.assertLessEqual(self.planner._draw_assignment(created, closed), closed)
        late = datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=9)
        self.assertEqual(self.planner._draw_assignment(late, None), late)

    def test_tags_say_what_and_where(self):
        for position, client in enumerate(self.plan.clients):
            tags = self.planner._draw_tags(position, [Line("SV-SUP", 1, 0)])
            self.assertEqual(tags[0], "Services")
            self.assertEqual("Export" in tags, client.country != "UA")
            self.assertLessEqual(set(tags), set(tables.TAGS))
        self.assertEqual(self.planner._draw_tags(0, [Line("SV-SUP", 1, 0), Line("LP-420", 1, 0)])[0], "Equipment")

    def test_a_year_of_days(self):
        """No day of the year breaks the plan or leaves a channel without sales this month."""
        for offset in range(0, 366, 17):
            day = date(2027, 1, 1) + timedelta(days=offset)
            plan = build_plan(day)
            with self.subTest(today=day):
                sold = Counter(
                    order.channel
                    for order in plan.orders
                    if order.state == "sale" and order.ordered.date() >= day.replace(day=1)
                )
                self.assertEqual(set(sold), set(tables.CHANNELS))
                self.assertGreaterEqual(min(sold.values()), CURRENT_MONTH_SALES)
