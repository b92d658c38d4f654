import random
from collections import defaultdict
from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from .plan_common import PlanCommon

SEEDS = (6, 2026)
GROUPS = ("client_id", "user_id", "contract_id", "service_id", "team_id", "company_id", "date:month")
FIRST = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestPlanDimensions(PlanCommon):
    """Random plans and payments in two companies and two currencies; every sum of the report beside plain Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second company"})
        cls._set_up_accounts(cls.second)
        # the chart brings a currency of its own
        cls.second.currency_id = cls.foreign
        cls.companies = cls.company | cls.second
        for user in cls.olena | cls.head:
            user.company_ids = [Command.link(cls.second.id)]
        cls.third = cls._create_client("Lviv LLC", cls.olena)
        cls.clients = cls.dnipro | cls.karpaty | cls.third
        cls.channels = cls.env["crm.team"].create([{"name": "By phone"}, {"name": "Fairs"}])
        cls.contracts = {
            (client, company): cls._create_contract(
                client, cls.head, f"{client.id}-{company.id}", company_id=company.id
            )
            for client in cls.clients
            for company in cls.companies
        }
        cls.services = (cls.promotion | cls.design).product_tmpl_id

    def _choose(self, records):
        return self.random.choice([*records, records.browse()])

    def _day(self):
        return FIRST + timedelta(days=self.random.randrange(170))

    def _in_own(self, amount, company):
        """Half a unit of the first company's currency is one of the second's, on every day."""
        return amount if company == self.company else amount / 2

    def _fill(self, seed):
        """Enter plans, half with a paid invoice; keep what each row of the report should be."""
        self.random, self.rows = random.Random(seed), []
        for number in range(24):
            client, company = self.random.choice(self.clients), self.random.choice(self.companies)
            manager = client.user_id if company in client.user_id.company_ids else self.env.user
            keys = {
                "client_id": client,
                "company_id": company,
                "contract_id": self._choose(self.contracts[client, company]),
                "service_id": self._choose(self.services),
                "team_id": self.random.choice(self.channels),
            }
            planned, came, day, paid = (
                self.random.randrange(1, 900),
                self.random.randrange(1, 400),
                self._day(),
                self._day(),
            )
            line = self._plan_for(keys, planned, day)
            self.assertEqual(line.user_id, manager)
            self._note(keys, day, manager, "plan_amount", self._in_own(planned, company))
            if number % 2:
                self._tie(line, came, paid, number % 3)
                manager = client.user_id
            else:
                self._enter(line, came, str(paid))
            self._note(keys, paid, manager, "fact_amount", self._in_own(came, company))

    def _plan_for(self, keys, amount, day):
        vals = {name: record.id for name, record in keys.items() if name not in ("client_id", "company_id")}
        company = keys["company_id"]
        lines = self.env["crm.plan.line"].with_company(company)
        vals |= {"partner_id": keys["client_id"].id, "company_id": company.id, "currency_id": company.currency_id.id}
        return lines.create({**vals, "amount": amount, "date": day})

    def _tie(self, line, came, day, parts):
        """Tie an invoice of the line's channel, and pay it in one to three parts."""
        invoice = (
            self.env["account.move"]
            .with_company(line.company_id)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": line.partner_id.id,
                    "invoice_date": FIRST,
                    "team_id": line.team_id.id,
                    "currency_id": line.currency_id.id,
                    "invoice_line_ids": [
                        Command.create({"name": "Work", "price_unit": 1000, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        invoice.action_post()
        line.move_ids = invoice
        for part in range(parts + 1):
            amount = came - parts * (came // 4) if not part else came // 4
            if amount:
                self._pay(invoice, amount, day)

    def _note(self, keys, day, manager, measure, amount):
        row = {**keys, "date:month": day.replace(day=1), "user_id": manager}
        self.rows.append((row, measure, amount))

    def _sum(self, group, measure, companies, clients):
        sums = defaultdict(float)
        for row, name, amount in self.rows:
            if name == measure and row["company_id"] in companies and row["client_id"] in clients:
                sums[row[group]] += amount
        return {key: round(amount, 2) for key, amount in sums.items() if round(amount, 2)}

    def _assert_report(self, user, companies, clients):
        self.env.flush_all()
        report = self.env["crm.plan.report"].with_user(user).with_context(allowed_company_ids=companies.ids)
        for group in GROUPS:
            for measure in ("plan_amount", "fact_amount"):
                with self.subTest(user=user.name, companies=len(companies), group=group, measure=measure):
                    domain = [("client_id", "in", self.clients.ids)]
                    rows = report._read_group(domain, [group], [f"{measure}:sum"])
                    shown = {key: round(float(amount), 2) for key, amount in rows if round(float(amount), 2)}
                    self.assertEqual(shown, self._sum(group, measure, companies, clients))

    def test_all_sums(self):
        """The head sees all; olena, by every group, only the money of her two clients: in both companies or in one."""
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._fill(seed)
                for companies in (self.companies, self.company):
                    self._assert_report(self.head, companies, self.clients)
                    self._assert_report(self.olena, companies, self.dnipro | self.third)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_in_the_currency_of_the_other_company(self):
        """Whoever works in the second company reads the same money in its currency: twice the figures."""
        self._fill(SEEDS[0])
        self.env.flush_all()
        report = self.env["crm.plan.report"].with_user(self.head)
        report = report.with_context(allowed_company_ids=(self.second | self.company).ids)
        domain = [("client_id", "in", self.clients.ids)]
        self.assertEqual(report.search(domain, limit=1).currency_id, self.foreign)
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.company.currency_id.id,
                "company_id": self.second.id,
                "name": "2020-01-01",
                "rate": 0.5,
            }
        )
        for measure in ("plan_amount", "fact_amount"):
            [(amount,)] = report._read_group(domain, [], [f"{measure}:sum"])
            expected = self._sum("company_id", measure, self.companies, self.clients)
            self.assertAlmostEqual(float(amount), 2 * sum(expected.values()), 2)
