import random
from collections import defaultdict
from datetime import date, datetime, timedelta

from pytz import timezone, utc

from odoo import models
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClientCommon

MEASURES = ("inquiries", "qualified", "won", "revenue", "cost", "profit")
RATIOS = ("qualified_rate", "conversion_rate", "cost_per_inquiry", "cost_per_client", "return_rate")
AGGREGATES = [f"{name}:sum" for name in MEASURES] + [f"{name}:avg" for name in RATIOS]

FIRST_DAY = date(2026, 1, 15)
DAYS = 75
EURO_RATE, FRANC_RATE = 0.8, 0.25


class SourceReportCommon(ClientCommon):
    """Random inquiries and costs of two companies in three currencies, and what the statistics are to say of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(20260301)
        cls.env["crm.lead"].search([("is_inquiry", "=", True)]).is_inquiry = False
        cls.report = cls.env["crm.source.report"]
        cls._set_up_companies()
        cls.sources = cls.source | cls.env["utm.source"].create([{"name": "Search engine"}, {"name": "Flyers"}])
        cls.teams = cls.env["crm.team"].create(
            [{"name": "North", "company_id": False}, {"name": "South", "company_id": False}]
        )
        cls.purposes = cls.env["crm.inquiry.purpose"].search([], limit=3)
        cls.products = cls.service | cls.other_service
        cls.facts = [cls._create_random_inquiry(number) for number in range(160)]
        for _number in range(12):
            cls.facts += cls._create_random_cost()
        cls.env.flush_all()

    @classmethod
    def _set_up_companies(cls):
        cls.euro, cls.franc = cls.env.ref("base.EUR"), cls.env.ref("base.CHF")
        (cls.euro | cls.franc).active = True
        cls.company = cls.env["res.company"].create({"name": "Main", "currency_id": cls.env.ref("base.UAH").id})
        cls.branch = cls.env["res.company"].create({"name": "Branch", "currency_id": cls.euro.id})
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "rate": rate, "company_id": cls.company.id, "name": day}
                for currency, rates in ((cls.euro, (EURO_RATE, 9)), (cls.franc, (FRANC_RATE, 7)))
                # an older rate, which is not to be used
                for rate, day in zip(rates, ("2026-02-01", "2025-01-01"), strict=True)
            ]
        )
        cls.companies = cls.company | cls.branch
        for user in cls.head | cls.olena | cls.taras | cls.ivan:
            user.write({"company_ids": [Command.set(cls.companies.ids)], "company_id": cls.company.id})

    @classmethod
    def _create_random_inquiry(cls, number):
        choose = cls.random.choice
        moment = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(minutes=cls.random.randrange(DAYS * 1440))
        lead = cls.env["crm.lead"].create(
            {
                "name": f"Inquiry {number}",
                "type": "lead",
                "inquiry_date": moment,
                "source_id": choose([*cls.sources.ids, False]),
                "inquiry_purpose_id": choose([*cls.purposes.ids, False]),
                "inquiry_service_ids": [Command.set(cls.random.sample(cls.products.ids, choose((0, 1, 2))))],
                "team_id": choose([*cls.teams.ids, False]),
                "user_id": choose([*(cls.olena | cls.taras | cls.head).ids, False]),
                "expected_revenue": cls.random.randrange(1, 900000) / 100,
            }
        )
        lead.company_id = choose([*cls.companies.ids, False])
        fate = cls.random.random()
        if fate < 0.6:
            lead.convert_opportunity(choose([cls.env["res.partner"], cls.petro, cls.oksana]))
        if fate < 0.3:
            lead.action_set_won()
        elif fate > 0.75:
            lead.action_set_lost()
        return cls._describe_inquiry(lead)

    @classmethod
    def _describe_inquiry(cls, lead):
        is_won = lead.stage_id.is_won and lead.probability == 100
        factor = 1 / EURO_RATE if lead.company_id == cls.branch else 1
        revenue = lead.expected_revenue * factor if is_won else 0
        return {
            "lead": lead,
            "moment": lead.inquiry_date,
            "source_id": lead.source_id,
            "purpose_id": lead.inquiry_purpose_id,
            "product_ids": lead.inquiry_service_ids,
            "team_id": lead.team_id,
            "user_id": lead.user_id,
            "company_id": lead.company_id,
            "inquiries": 1,
            "qualified": int(lead.type == "opportunity"),
            "won": int(is_won),
            "revenue": revenue,
            "cost": 0,
            "profit": revenue,
        }

    @classmethod
    def _create_random_cost(cls):
        """Return the facts of one cost, a fact per day."""
        first = FIRST_DAY + timedelta(days=cls.random.randrange(-20, DAYS))
        days = cls.random.choice((1, 2, 28, 31, 59))
        currency, factor = cls.random.choice(
            ((cls.company.currency_id, 1), (cls.euro, 1 / EURO_RATE), (cls.franc, 1 / FRANC_RATE))
        )
        cost = cls.env["crm.source.cost"].create(
            {
                "source_id": cls.random.choice(cls.sources.ids),
                "team_id": cls.random.choice([*cls.teams.ids, False]),
                "company_id": cls.random.choice(cls.companies.ids),
                "date_from": first,
                "date_to": first + timedelta(days=days - 1),
                "amount": cls.random.randrange(1, 5000),
                "currency_id": currency.id,
            }
        )
        nothing = {name: cost.env["crm.source.report"][name] for name in ("purpose_id", "product_ids", "user_id")}
        daily = cost.amount * factor / days
        return [
            {
                **nothing,
                "cost_record": cost,
                "day": first + timedelta(days=number),
                "source_id": cost.source_id,
                "team_id": cost.team_id,
                "company_id": cost.company_id,
                "inquiries": 0,
                "qualified": 0,
                "won": 0,
                "revenue": 0,
                "cost": daily,
                "profit": -daily,
            }
            for number in range(days)
        ]

    # ------------------------------------------------------------
    # EXPECTATIONS
    # ------------------------------------------------------------

    def _get_day(self, fact, tz):
        if "day" in fact:
            return fact["day"]
        return utc.localize(fact["moment"]).astimezone(timezone(tz)).date()

    def _group_facts(self, facts, names, tz):
        """Return {key: facts}; a fact with several products stands under each of them."""
        groups = defaultdict(list)
        for fact in facts:
            keys = [()]
            for name in names:
                if name == "date:month":
                    values = [self._get_day(fact, tz).replace(day=1)]
                elif name == "product_ids":
                    values = list(fact[name]) or [fact[name]]
                else:
                    values = [fact[name]]
                keys = [(*key, value) for key in keys for value in values]
            for key in keys:
                groups[key].append(fact)
        return groups

    def _get_expected(self, facts):
        sums = {name: sum(fact[name] for fact in facts) for name in MEASURES}

        def divide(numerator, denominator, factor):
            return factor * numerator / denominator if denominator else None

        return [
            *sums.values(),
            divide(sums["qualified"], sums["inquiries"], 100),
            divide(sums["won"], sums["inquiries"], 100),
            divide(sums["cost"], sums["inquiries"], 1) or None,
            divide(sums["cost"], sums["won"], 1) or None,
            divide(sums["profit"], sums["cost"], 100),
        ]

    def _get_report(self, user, tz="UTC", companies=None):
        return self.report.with_user(user).with_context(tz=tz, allowed_company_ids=(companies or self.companies).ids)

    def _get_key(self, values):
        return tuple(tuple(value.ids) if isinstance(value, models.BaseModel) else value for value in values)

    def assertStatistics(self, facts, groupby, user=None, tz="UTC", domain=(), companies=None):
        report = self._get_report(user or self.head, tz, companies)
        found = {
            self._get_key(row[: len(groupby)]): row[len(groupby) :]
            for row in report._read_group(list(domain), groupby, AGGREGATES)
        }
        expected = {
            self._get_key(key): self._get_expected(group)
            for key, group in self._group_facts(facts, groupby, tz).items()
        }
        self.assertEqual(set(found), set(expected))
        for key, values in expected.items():
            for name, value, figure in zip(AGGREGATES, values, found[key], strict=True):
                self.assertAlmostEqual(figure or 0, value or 0, places=4, msg=f"{key} {name}")


@tagged("post_install", "-at_install")
class TestSourceReport(SourceReportCommon):
    """The statistics against the same figures counted in plain Python."""

    def test_every_grouping(self):
        for groupby in (
            [],
            ["source_id"],
            ["purpose_id"],
            ["product_ids"],
            ["team_id"],
            ["user_id"],
            ["company_id"],
            ["date:month"],
            ["source_id", "product_ids"],
            ["source_id", "date:month"],
            ["product_ids", "purpose_id", "team_id"],
        ):
            with self.subTest(groupby):
                self.assertStatistics(self.facts, groupby)

    def test_totals_count_an_inquiry_once_though_it_has_two_products(self):
        totals, by_product = self._get_report(self.head)._read_grouping_sets(
            [], [[], ["product_ids"]], ["inquiries:sum"]
        )
        inquiries = [fact for fact in self.facts if "lead" in fact]
        self.assertEqual(totals, [(len(inquiries),)])
        self.assertGreater(sum(row[-1] for row in by_product), len(inquiries))

    def test_periods_cut_costs_to_the_day(self):
        for first, last in (
            (date(2026, 2, 1), date(2026, 2, 28)),
            (date(2026, 1, 31), date(2026, 2, 1)),
            (date(2026, 3, 3), date(2026, 3, 3)),
        ):
            facts = [fact for fact in self.facts if first <= self._get_day(fact, "UTC") <= last]
            with self.subTest(f"{first} {last}"):
                domain = [("date", ">=", first), ("date", "<=", last)]
                self.assertStatistics(facts, [], domain=domain)
                self.assertStatistics(facts, ["source_id"], domain=domain)

    def test_months_end_where_the_reader_is(self):
        for tz in ("Pacific/Auckland", "America/Los_Angeles", "Europe/Kyiv"):
            with self.subTest(tz):
                self.assertStatistics(self.facts, ["date:month"], tz=tz)
        late = self.env["crm.lead"].create(
            {"name": "New Year", "type": "lead", "inquiry_date": "2026-12-31 23:30:00", "user_id": self.head.id}
        )
        domain = [("lead_id", "=", late.id)]
        self.assertEqual(self._get_report(self.head, "UTC").search(domain).date, date(2026, 12, 31))
        self.env.invalidate_all()  # a reader has one time zone per request
        self.assertEqual(self._get_report(self.head, "Europe/Kyiv").search(domain).date, date(2027, 1, 1))

    def test_filters_on_products(self):
        facts = [fact for fact in self.facts if self.service in fact["product_ids"]]
        self.assertTrue(facts)
        self.assertStatistics(facts, ["source_id"], domain=[("product_ids", "in", self.service.ids)])

    def test_lost_inquiries_count(self):
        lost = [fact for fact in self.facts if "lead" in fact and not fact["lead"].active]
        self.assertTrue(lost)
        self.assertStatistics(lost, ["source_id"], domain=[("won_status", "=", "lost")])

    def test_currency_of_the_current_company(self):
        report = self._get_report(self.head, companies=self.branch | self.company)
        [(revenue, cost)] = self._get_report(self.head)._read_group([], [], ["revenue:sum", "cost:sum"])
        self.env["res.currency.rate"].create(
            {"currency_id": self.company.currency_id.id, "rate": 5, "company_id": self.branch.id, "name": "2026-01-01"}
        )
        rate = report.env["res.currency"]._get_conversion_rate(
            self.company.currency_id, self.euro, self.branch, date.today()
        )
        self.assertNotEqual(rate, EURO_RATE)
        [row] = report._read_group([("company_id", "=", self.company.id)], ["currency_id"], ["revenue:sum"])
        [(in_hryvnia,)] = self._get_report(self.head)._read_group(
            [("company_id", "=", self.company.id)], [], ["revenue:sum"]
        )
        self.assertEqual(row[0].id, self.euro.id)
        self.assertAlmostEqual(row[1], in_hryvnia * rate, places=3)
        self.assertTrue(revenue and cost)

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    def test_one_company(self):
        facts = [fact for fact in self.facts if fact["company_id"] in (self.company, self.company.browse())]
        self.assertStatistics(facts, ["source_id"], companies=self.company)

    def test_manager_counts_what_he_may_open_and_no_costs(self):
        for user in self.olena | self.taras | self.ivan:
            leads = self.env["crm.lead"].with_user(user).with_context(active_test=False)
            visible = leads.with_context(allowed_company_ids=self.companies.ids).search([("is_inquiry", "=", True)])
            facts = [fact for fact in self.facts if "lead" in fact and fact["lead"].id in visible.ids]
            with self.subTest(user.name):
                self.assertTrue(0 < len(facts) < len(self.facts))
                self.assertStatistics(facts, ["source_id"], user=user)
                self.assertFalse(self._get_report(user).search([("cost_id", "!=", False)]))

    def test_foreign_clients_inquiries_are_not_counted(self):
        hidden = [
            fact["lead"]
            for fact in self.facts
            if "lead" in fact and fact["lead"].partner_id == self.oksana and fact["user_id"] == self.olena
        ]
        self.assertTrue(hidden)
        rows = self._get_report(self.olena).search([("lead_id", "in", [lead.id for lead in hidden])])
        self.assertFalse(rows)

    # ------------------------------------------------------------
    # RECORDS BEHIND THE NUMBERS
    # ------------------------------------------------------------

    def test_rows_open_their_records(self):
        report = self._get_report(self.head)
        rows = report.search([])
        self.assertEqual(len(rows), len(self.facts))
        self.assertEqual(len(set(rows.ids)), len(rows))
        inquiry = report.search([("lead_id", "!=", False)], limit=1)
        action = inquiry.action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", inquiry.lead_id.id))
        cost = report.search([("cost_id", "!=", False)], limit=1)
        action = cost.action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.source.cost", cost.cost_id.id))

    def test_products_of_a_row(self):
        report = self._get_report(self.head)
        for fact in self.facts[:20]:
            products = report.browse(fact["lead"].id).product_ids
            self.assertEqual(set(products.ids), set(fact["product_ids"].ids))

    def test_number_of_queries_does_not_grow(self):
        report = self._get_report(self.head)
        report._read_group([], ["source_id"], AGGREGATES)
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            report._read_group([], ["source_id"], AGGREGATES)
