from datetime import date, datetime

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged, users

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import ChannelCast

NOW = datetime(2026, 3, 18, 10, 0)
TODAY = NOW.date()
TIME = ("day", "week", "month")


class ChannelFiguresCommon(ChannelCast, AccountTestInvoicingCommon):
    """Records with known amounts and dates around a fixed today, a Wednesday."""

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        return groups | cls.quick_ref("sales_team.group_sale_manager") | cls.quick_ref("base.group_system")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls._set_up_cast()
        cls.eur = cls.env.ref("base.EUR")
        cls.company = cls.env.company
        cls.currency = cls.company.currency_id

    @classmethod
    def _confirmed_order(cls, when, price, **values):
        order = cls._new_order(price, **values)
        order.action_confirm()
        order.date_order = when
        return order

    @classmethod
    def _invoice(cls, when, price, move_type="out_invoice", post=True, **values):
        invoice = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": cls.customer.id,
                "invoice_date": when,
                "invoice_user_id": cls.manager.id,
                "team_id": cls.website.id,
                "invoice_line_ids": [
                    Command.create({"product_id": cls.product.id, "price_unit": price, "tax_ids": [Command.clear()]})
                ],
                **values,
            }
        )
        invoice.team_id = values.get("team_id", cls.website.id)
        if post:
            invoice.action_post()
        return invoice

    def show(self, content, period, group, channel=None):
        """Set the channel's dashboard and return its graph as the current user sees it."""
        channel = channel or self.website
        channel.sudo().write({"dashboard_content": content, "dashboard_period": period, "dashboard_group": group})
        channel.invalidate_recordset()
        return channel.dashboard_graph

    def bars(self, graph):
        return {label: value for label, value in zip(graph["labels"], graph["values"], strict=True) if value}

    def assertOpensWhatItCounts(self, channel, amount_field):
        """Every bar, of both periods, opens records that add up to it."""
        graph = channel.dashboard_graph
        for name, previous in (("values", False), ("previous", True)):
            for key, value in zip(graph["keys"], graph[name], strict=True):
                action = channel.action_open_dashboard_bar(key, previous=previous)
                records = self.env[action["res_model"]].search(action["domain"])
                self.assertAlmostEqual(sum(records.mapped(amount_field)), value, 2, f"{key} {name}")


@tagged("post_install", "-at_install")
class TestPipelineFigures(ChannelFiguresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.stage"].search([]).write({"team_ids": [Command.clear()]})
        cls.stages = cls.env["crm.stage"].search([])
        for revenue, probability, deadline, stage in (
            (1000, 10, date(2026, 3, 18), 0),
            (2000, 50, date(2026, 3, 20), 1),
            (3000, 33.33, date(2026, 4, 18), 1),
            (4000, 90, date(2026, 4, 19), 2),  # a day after the month's end
            (500, 50, date(2026, 3, 17), 0),  # yesterday
            (700, 50, False, 0),  # no expected closing
        ):
            cls._new_deal(
                expected_revenue=revenue,
                probability=probability,
                date_deadline=deadline,
                stage_id=cls.stages[stage].id,
            )
        cls._new_deal("won", expected_revenue=100, date_deadline=date(2026, 3, 21)).action_set_won()
        cls._new_deal("lost", expected_revenue=9999, date_deadline=date(2026, 3, 22)).action_set_lost()
        cls.env["crm.lead"].create(
            {
                "name": "lead",
                "type": "lead",
                "team_id": cls.website.id,
                "expected_revenue": 9999,
                "date_deadline": TODAY,
            }
        )
        cls._new_deal("elsewhere", team_id=cls.partners.id, expected_revenue=40, probability=100, date_deadline=TODAY)

    def test_weighted_by_probability_in_stage_order(self):
        graph = self.show("pipeline", "month", "stage")
        self.assertEqual(graph["labels"], self.stages.mapped("name"))
        self.assertEqual(graph["values"][:2], [100, 1000 + 999.9])
        self.assertEqual(graph["total"], 100 + 1000 + 999.9 + 100, "the won deal counts in full, lost ones do not")
        self.assertEqual(graph["type"], "bar")
        self.assertOpensWhatItCounts(self.website, "prorated_revenue")

    def test_undefined_stage_comes_first(self):
        deal = self._new_deal(expected_revenue=10, probability=100, date_deadline=TODAY)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET stage_id = NULL WHERE id = %s", deal.ids)
        self.env.invalidate_all()
        graph = self.show("pipeline", "month", "stage")
        self.assertEqual(graph["labels"][0], "Undefined")
        self.assertEqual(graph["values"][0], 10)
        self.assertOpensWhatItCounts(self.website, "prorated_revenue")

    def test_stages_of_other_channels_are_not_shown(self):
        own = self.env["crm.stage"].create({"name": "Partners only", "team_ids": [Command.set(self.partners.ids)]})
        self.assertNotIn(own.name, self.show("pipeline", "month", "stage")["labels"])
        self.assertIn(own.name, self.show("pipeline", "month", "stage", self.partners)["labels"])

    def test_days_are_filled_and_drawn_as_a_line(self):
        graph = self.show("pipeline", "week", "day")
        self.assertEqual(graph["type"], "line")
        self.assertEqual(graph["labels"][0], "18 Mar")
        self.assertEqual(len(graph["labels"]), 8)
        self.assertEqual(self.bars(graph), {"18 Mar": 100, "20 Mar": 1000, "21 Mar": 100})
        self.assertEqual(graph["previous"][6], 250, "17 March is a week before 24 March")

    def test_weeks_are_whole(self):
        graph = self.show("pipeline", "month", "week")
        self.assertEqual(graph["labels"][:3], ["16-22 Mar", "23-29 Mar", "30 Mar-5 Apr"])
        self.assertEqual(graph["values"][0], 100 + 1000 + 100 + 250)
        self.assertOpensWhatItCounts(self.website, "prorated_revenue")

    def test_months(self):
        graph = self.show("pipeline", "month", "month")
        self.assertEqual(graph["labels"], ["Mar", "Apr"])
        self.assertEqual(graph["values"], [1450, 999.9 + 3600])

    def test_salespeople_best_first(self):
        self._new_deal("leader's", user_id=self.leader.id, expected_revenue=9000, probability=100, date_deadline=TODAY)
        self._new_deal("nobody's", user_id=False, expected_revenue=5, probability=100, date_deadline=TODAY)
        graph = self.show("pipeline", "month", "user")
        self.assertEqual(graph["labels"], ["Leader", "Manager", "Unassigned"])
        self.assertEqual(graph["values"][0], 9000)
        self.assertOpensWhatItCounts(self.website, "prorated_revenue")

    def test_every_grouping_opens_what_it_counts(self):
        for period in ("week", "month", "year"):
            for group in (*TIME, "user", "stage"):
                with self.subTest(period=period, group=group):
                    self.show("pipeline", period, group)
                    self.assertOpensWhatItCounts(self.website, "prorated_revenue")

    def test_counters(self):
        self._new_deal("nobody's", user_id=False, expected_revenue=5, probability=100)
        counters = {item["name"]: item for item in self.website.dashboard_counters["items"]}
        self.assertEqual(counters["unassigned"]["count"], 1)
        self.assertEqual(counters["deals"]["count"], 7)
        self.assertEqual(counters["deals"]["amount"], 100 + 1000 + 999.9 + 3600 + 250 + 350 + 5)
        self.assertEqual((counters["overdue"]["count"], counters["overdue"]["amount"]), (1, 250))
        for name, item in counters.items():
            action = self.website.action_open_dashboard_counter(name)
            self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), item["count"], name)

    def test_cards_with_the_same_content_share_one_scale(self):
        channels = self.website | self.partners
        channels.write({"dashboard_content": "pipeline", "dashboard_period": "month", "dashboard_group": "stage"})
        channels.invalidate_recordset()
        scales = {channel.dashboard_graph["scale_max"] for channel in channels}
        self.assertEqual(scales, {1999.9})
        self.partners.dashboard_group = "user"
        channels.invalidate_recordset()
        self.assertEqual(self.partners.dashboard_graph["scale_max"], 40)


@tagged("post_install", "-at_install")
class TestSalesFigures(ChannelFiguresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._confirmed_order(datetime(2026, 3, 11, 9), 110)
        cls._confirmed_order(datetime(2026, 3, 18, 9), 220)
        cls._confirmed_order(datetime(2026, 3, 10, 9), 55, user_id=cls.leader.id)
        cls._confirmed_order(datetime(2025, 3, 5, 9), 77)
        cls._new_order(1000)  # a quotation
        cls._new_order(2000).action_cancel()
        cls.taxed = cls._confirmed_order(datetime(2026, 2, 2, 9), 100)
        cls.taxed.order_line.tax_ids = cls.company_data["default_tax_sale"]

    def test_confirmed_orders_untaxed_by_confirmation_date(self):
        graph = self.show("sales", "week", "day")
        self.assertEqual(graph["labels"][0], "11 Mar")
        self.assertEqual(self.bars(graph), {"11 Mar": 110, "18 Mar": 220})
        self.assertEqual(graph["previous"][-2], 55, "10 March is a week before 17 March")
        graph = self.show("sales", "year", "month")
        self.assertEqual((graph["labels"][0], len(graph["labels"])), ("Mar", 13))
        self.assertEqual(graph["values"][-2], 100, "untaxed")
        self.assertEqual(graph["values"][0], 77)
        self.assertEqual(graph["previous"][-1], 77, "March a year before stands beside March")

    def test_every_grouping_opens_what_it_counts(self):
        for period in ("week", "month", "year"):
            for group in (*TIME, "user"):
                with self.subTest(period=period, group=group):
                    self.show("sales", period, group)
                    self.assertOpensWhatItCounts(self.website, "amount_untaxed")

    @users("channel_head")
    def test_midnight_is_the_viewers(self):
        """23:30 UTC on 17 March is the 18th in Almaty."""
        self._confirmed_order(datetime(2026, 3, 17, 23, 30), 5)
        channel = self.website.with_env(self.env)
        self.assertEqual(self.bars(self.show("sales", "week", "day", channel))["17 Mar"], 5)
        almaty = channel.with_context(tz="Asia/Almaty")
        self.assertEqual(self.bars(self.show("sales", "week", "day", almaty)).get("17 Mar"), None)
        self.assertEqual(self.bars(almaty.dashboard_graph)["18 Mar"], 225)
        self.assertOpensWhatItCounts(almaty, "amount_untaxed")

    def test_order_in_a_foreign_currency_counts_at_its_own_rate(self):
        self.env["res.currency.rate"].search([("currency_id", "=", self.eur.id)]).unlink()
        self.eur.rate_ids = [
            Command.create({"name": "2026-03-01", "rate": 0.5, "company_id": self.company.id}),
            Command.create({"name": "2026-03-16", "rate": 0.25, "company_id": self.company.id}),
        ]
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": self.eur.id})
        order = self._new_order(100, pricelist_id=pricelist.id, team_id=self.partners.id)
        order.action_confirm()
        order.date_order = datetime(2026, 3, 12, 9)
        self.assertEqual(order.currency_id, self.eur)
        self.assertEqual(self.show("sales", "week", "day", self.partners)["total"], 200)

    def test_counters(self):
        counters = {item["name"]: item for item in self.website.dashboard_counters["items"]}
        self.assertEqual((counters["quotations"]["count"], counters["quotations"]["amount"]), (1, 1000))
        self.assertEqual(counters["to_invoice"]["count"], 5)
        self.assertEqual(counters["to_invoice"]["amount"], 110 + 220 + 55 + 77 + 100)
        self.taxed._create_invoices().action_post()
        self.website.invalidate_recordset()
        counters = {item["name"]: item for item in self.website.dashboard_counters["items"]}
        self.assertEqual((counters["to_invoice"]["count"], counters["to_invoice"]["amount"]), (4, 462))
        for name in ("quotations", "to_invoice"):
            domain = self.website.action_open_dashboard_counter(name)["domain"]
            self.assertEqual(self.env["sale.order"].search_count(domain), counters[name]["count"])

    def test_channel_without_quotations_counts_orders_to_confirm(self):
        self.website.use_quotations = False
        labels = {item["name"]: item["label"] for item in self.website.dashboard_counters["items"]}
        self.assertEqual(labels["quotations"], "To confirm")


@tagged("post_install", "-at_install")
class TestInvoiceFigures(ChannelFiguresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(date(2026, 3, 2), 300)
        cls._invoice(date(2026, 3, 18), 200)
        cls._invoice(date(2026, 3, 17), 50, move_type="out_refund")
        cls._invoice(date(2026, 2, 20), 80)
        cls._invoice(date(2026, 3, 18), 7777, post=False)
        cls.env["account.move"].create({"move_type": "in_invoice", "partner_id": cls.customer.id})

    def test_posted_invoices_less_credit_notes(self):
        graph = self.show("invoices", "month", "month")
        self.assertEqual(self.bars(graph), {"Feb": 80, "Mar": 450})
        graph = self.show("invoices", "week", "day")
        self.assertEqual(self.bars(graph), {"17 Mar": -50, "18 Mar": 200})
        self.assertOpensWhatItCounts(self.website, "amount_untaxed_signed")

    def test_every_grouping_opens_what_it_counts(self):
        for period in ("week", "month", "year"):
            for group in (*TIME, "user"):
                with self.subTest(period=period, group=group):
                    self.show("invoices", period, group)
                    self.assertOpensWhatItCounts(self.website, "amount_untaxed_signed")

    def test_target_is_a_line_beside_months_of_invoices_only(self):
        self.website.invoiced_target = 1000
        self.assertEqual(self.show("invoices", "year", "month")["target"], 1000)
        self.assertEqual(self.website.dashboard_graph["scale_max"], 1000)
        self.assertIsNone(self.show("invoices", "year", "week")["target"])
        self.assertIsNone(self.show("sales", "year", "month")["target"])

    def test_progress_is_what_was_invoiced_this_month(self):
        self.website.invoiced_target = 900
        progress = self.website.dashboard_counters["progress"]
        self.assertEqual((progress["invoiced"], progress["paid"], progress["target"]), (450, 0, 900))
        domain = self.website.action_open_dashboard_invoiced()["domain"]
        self.assertEqual(sum(self.env["account.move"].search(domain).mapped("amount_untaxed_signed")), 450)

    def test_paid_part_of_the_progress(self):
        invoice = self._invoice(date(2026, 3, 5), 60)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        ).action_create_payments()
        self.assertIn(invoice.payment_state, ("in_payment", "paid"))
        progress = self.website.dashboard_counters["progress"]
        self.assertEqual((progress["invoiced"], progress["paid"]), (510, 60))

    @users("channel_manager")
    def test_salesman_sees_his_own_invoices(self):
        self._invoice(date(2026, 3, 18), 1, invoice_user_id=self.rival.id)
        graph = self.show("invoices", "month", "month", self.website.with_env(self.env))
        self.assertEqual(graph["values"][-1], 450)

    def test_figures_of_companies_with_other_currencies_are_converted_at_their_date(self):
        abroad = self.setup_other_company(name="Abroad", currency_id=self.eur.id)["company"]
        self.env["res.currency.rate"].search([]).unlink()
        # one EUR is 4 in the company's currency up to 10 March, 2 afterwards
        self.env.user.company_ids |= abroad
        for company, currency, rates in ((self.company, self.eur, (0.25, 0.5)), (abroad, self.currency, (4.0, 2.0))):
            for day, rate in zip((date(2026, 1, 1), date(2026, 3, 10)), rates, strict=True):
                self.env["res.currency.rate"].create(
                    {"name": day, "rate": rate, "currency_id": currency.id, "company_id": company.id}
                )
        both = (
            self.env["crm.team"].with_context(allowed_company_ids=(self.company | abroad).ids).browse(self.partners.id)
        )
        deals = self.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {company.name} {day}",
                    "type": "opportunity",
                    "team_id": both.id,
                    "company_id": company.id,
                    "user_id": False,
                    "expected_revenue": 100,
                    "probability": 100,
                    "date_deadline": day,
                }
                for company, day in (
                    (self.company, date(2026, 3, 20)),
                    (abroad, date(2026, 3, 20)),
                    (abroad, date(2026, 3, 5)),
                )
            ]
        )
        self.assertEqual(deals.company_id, self.company | abroad)
        graph = self.show("pipeline", "month", "month", both)
        self.assertEqual(graph["values"][0], 100 + 200 + 400)
        self.assertEqual(graph["currency_id"], self.currency.id)
        counters = {item["name"]: item for item in both.dashboard_counters["items"]}
        self.assertEqual(counters["deals"]["amount"], 700)
        only = self.partners.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(self.show("pipeline", "month", "month", only)["values"][0], 100)


@tagged("post_install", "-at_install")
class TestDashboardQueries(ChannelFiguresCommon):
    def count_queries(self, channels, name):
        """Queries that a fresh request needs for a field of these channels."""
        self.env.invalidate_all()
        count = self.cr.sql_log_count
        channels.mapped(name)
        return self.cr.sql_log_count - count

    def test_queries_do_not_grow_with_the_number_of_channels(self):
        many = self.env["crm.team"].create([{"name": f"Channel {number}"} for number in range(30)])
        users = self.head | self.leader | self.manager | self.rival
        for number, channel in enumerate(many):
            self._new_deal(
                team_id=channel.id,
                user_id=users[number % len(users)].id,
                expected_revenue=10,
                probability=50,
                date_deadline=fields.Date.today(),
            )
        for content, group in (("pipeline", "stage"), ("pipeline", "user"), ("pipeline", "day"), ("invoices", "month")):
            many.write({"dashboard_content": content, "dashboard_group": group})
            self.env.flush_all()
            for name in ("dashboard_graph", "dashboard_counters"):
                self.count_queries(many, name)  # warm up
                with self.subTest(content=content, group=group, field=name):
                    self.assertEqual(self.count_queries(many, name), self.count_queries(many[0], name))

    def test_deals_and_orders_learn_without_a_query_whether_quotations_are_sent(self):
        self.website.use_quotations = False
        deals = self._new_deal() | self._new_deal(team_id=self.partners.id)
        self.assertEqual(deals.mapped("use_quotations"), [False, True])
        self.env.flush_all()
        deals.invalidate_recordset(["use_quotations"])
        with self.assertQueryCount(0):
            deals.mapped("use_quotations")
