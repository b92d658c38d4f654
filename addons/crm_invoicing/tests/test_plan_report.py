import random
from collections import defaultdict
from datetime import date, timedelta

from odoo.tests import tagged

from .plan_common import PlanCommon

SEED = 19
FIRST = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestPlanReport(PlanCommon):
    """Plan against fact over random plans and payments, beside sums kept in plain Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(SEED)
        cls.third = cls._create_client("Lviv LLC", cls.olena)
        cls.clients = cls.dnipro | cls.karpaty | cls.third
        cls.expected = {name: defaultdict(float) for name in ("plan_amount", "fact_amount", "forecast_amount")}
        cls.planned_moves = cls.env["account.move"]
        cls._set_up_rates()
        for number in range(24):
            cls._set_up_payments(number)
        for _number in range(20):
            cls._set_up_line()
        cls._set_up_deals()
        # whom nobody keeps in the directory is no business of the plan
        stranger = cls.env["res.partner"].create({"name": "Passer-by"})
        cls._pay(cls._create_invoice(stranger, cls.olena, [(cls.design, 1, 999)]))

    @classmethod
    def _set_up_rates(cls):
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.foreign.id,
                    "company_id": cls.company.id,
                    "name": f"2026-{month:02}-01",
                    "rate": rate,
                }
                for month, rate in ((2, 2.5), (4, 4.0), (6, 1.6))
            ]
        )

    @classmethod
    def _day(cls):
        return FIRST + timedelta(days=cls.random.randrange(180))

    @classmethod
    def _count(cls, measure, day, client, amount):
        cls.expected[measure][day.replace(day=1), client] += amount

    @classmethod
    def _set_up_payments(cls, number):
        """One invoice: paid in parts, in full, not at all, or credited; sometimes cancelled or freed afterwards."""
        client, currency = cls.random.choice(cls.clients), cls.random.choice([cls.company.currency_id, cls.foreign])
        amount = cls.random.randrange(100, 9000) / 4
        invoice = cls._invoice(client, amount, day=str(cls._day()), currency_id=currency.id)
        receipts = []
        for _part in range(number % 3):
            day, part = cls._day(), amount // 2 if number % 3 == 2 else amount
            payment = cls._pay(invoice, part, day)
            receipts.append((payment, day, part))
        if number % 8 == 7 and receipts:
            payment, _day, _part = receipts.pop()
            payment.move_id.line_ids.remove_move_reconcile()
        if number % 8 == 5:
            receipts = []
            invoice.button_draft()
            invoice.button_cancel()
        if number % 4 == 0:
            cls.planned_moves |= invoice.filtered(lambda move: move.state == "posted")
        for _payment, day, part in receipts:
            cls._count("fact_amount", day, client, currency._convert(part, cls.company.currency_id, cls.company, day))

    @classmethod
    def _set_up_line(cls):
        """A line: with an invoice whose payments count anyway, with results by hand, or with nothing."""
        client, day, amount = cls.random.choice(cls.clients), cls._day(), cls.random.randrange(1, 5000) / 2
        moves = cls.planned_moves.filtered(lambda move: move.partner_id == client)[:1]
        currency = moves.currency_id or cls.company.currency_id
        line = cls._plan(client, amount, str(day), moves=moves, currency_id=currency.id)
        today = cls.env.cr.now().date()
        cls._count("plan_amount", day, client, currency._convert(amount, cls.company.currency_id, cls.company, today))
        if not moves:
            fact_day, fact = cls._day(), cls.random.randrange(1, 900) / 4
            cls._enter(line, fact, str(fact_day))
            cls._count("fact_amount", fact_day, client, fact)

    @classmethod
    def _set_up_deals(cls):
        for client in cls.clients:
            day = cls._day()
            cls._create_deal(
                "Forecast", client, client.user_id, expected_revenue=500, probability=30, date_deadline=day
            )
            cls._count("forecast_amount", day, client, 150)
            cls._create_deal(
                "Lost", client, client.user_id, expected_revenue=500, probability=30, date_deadline=day
            ).action_set_lost()

    def _sum(self, measure, key=lambda month, client: None):
        sums = defaultdict(float)
        for (month, client), amount in self.expected[measure].items():
            sums[key(month, client)] += amount
        return sums

    def _assert_sums(self, shown, expected):
        filled = {key for key, amount in expected.items() if amount}
        self.assertEqual({key for key, amount in shown.items() if amount}, filled)
        for key in filled:
            self.assertAlmostEqual(shown[key], expected[key], 1, key)

    def test_by_month_and_client(self):
        mine = [("client_id", "in", self.clients.ids)]
        for measure in self.expected:
            with self.subTest(measure=measure):
                self._assert_sums(
                    self._report(domain=mine, groupby=["date:month", "client_id"], measure=measure),
                    self._sum(measure, lambda month, client: (month, client)),
                )

    def test_by_manager(self):
        mine = [("client_id", "in", self.clients.ids)]
        for measure in ("plan_amount", "fact_amount"):
            with self.subTest(measure=measure):
                self._assert_sums(
                    self._report(domain=mine, groupby=["user_id"], measure=measure),
                    self._sum(measure, lambda month, client: client.user_id),
                )

    def test_what_each_sees(self):
        mine = [("client_id", "in", self.clients.ids)]
        by_manager = self._sum("fact_amount", lambda month, client: client.user_id)
        for user in (self.olena, self.taras):
            self.assertAlmostEqual(self._report(user, mine), by_manager[user], 1)
        self.assertAlmostEqual(self._report(self.head, mine), sum(by_manager.values()), 1)

    def test_difference_and_fulfilment(self):
        mine = [("client_id", "=", self.dnipro.id)]
        plan, fact = (
            self._sum(name, lambda month, client: client)[self.dnipro] for name in ("plan_amount", "fact_amount")
        )
        self.assertAlmostEqual(self._report(domain=mine, measure="difference"), fact - plan, 1)
        [(percent,)] = self.env["crm.plan.report"].with_user(self.head)._read_group(mine, [], ["fulfilment:avg"])
        self.assertAlmostEqual(float(percent), 100 * fact / plan, 1)

    def test_lines_add_up_to_the_report(self):
        """What the lines show of their invoices is the money of those invoices: no cent twice, none lost."""
        lines = self.env["crm.plan.line"].search([("partner_id", "in", self.clients.ids)])
        for moves in lines.move_ids:
            tied = moves.plan_line_ids
            if tied.move_ids == moves and moves.currency_id == self.company.currency_id:
                with self.subTest(invoice=moves.name):
                    total = self._report(domain=[("move_id", "=", moves.id)]) or 0
                    self.assertAlmostEqual(sum(tied.mapped("fact_amount")), total, 2)

    def test_rows_have_ids_of_their_own(self):
        rows = self.env["crm.plan.report"].with_user(self.head).search([("client_id", "in", self.clients.ids)])
        self.assertEqual(len(set(rows.ids)), len(rows))
        self.assertEqual(len(rows.read(["kind", "date", "plan_amount"])), len(rows))

    def test_not_planned(self):
        invoice = self._invoice(self.third, 77)
        self._pay(invoice)
        row = self.env["crm.plan.report"].with_user(self.head).search([("move_id", "=", invoice.id)])
        self.assertRecordValues(row, [{"kind": "payment", "is_planned": False, "fact_amount": 77}])
        self._plan(self.third, 77, moves=invoice)
        row.invalidate_recordset()
        self.env.flush_all()
        self.assertTrue(row.is_planned)

    def test_contract_and_service_of_money(self):
        """Those of the plan line; without one the contract of the invoice and the service of its largest line."""
        contract, other = (self._create_contract(self.third, self.olena, name) for name in ("A-1", "A-2"))
        lines = [(self.design, 1, 10), (self.promotion, 1, 90)]
        invoice = self._create_invoice(self.third, self.olena, lines, contract_id=contract.id)
        self._pay(invoice)
        rows = self.env["crm.plan.report"].with_user(self.head)
        row = rows.search([("move_id", "=", invoice.id)])
        self.assertEqual((row.contract_id, row.service_id), (contract, self.promotion.product_tmpl_id))
        design = self.design.product_tmpl_id
        line = self._plan(self.third, 50, moves=invoice, contract_id=other.id, service_id=design.id)
        self.env.flush_all()
        rows.invalidate_model()
        self.assertEqual((row.contract_id, row.service_id, row.line_id), (other, design, line))
        self.assertEqual(self._report(domain=[("contract_id", "=", other.id)]), invoice.amount_total)

    def test_a_filter_on_the_kind_leaves_other_tables_alone(self):
        """Constants in the query: whoever asks for the plan does not wait for the payments."""
        Report = self.env["crm.plan.report"].with_user(self.head)
        self.env.flush_all()
        query = Report._search([("kind", "=", "plan")])
        plan = self.env.execute_query(query.select("count(*)").__class__("EXPLAIN %s", query.select("count(*)")))
        text = "\n".join(line for (line,) in plan)
        self.assertIn("crm_plan_line", text)
        for table in ("account_partial_reconcile", "crm_lead", "crm_plan_fact"):
            self.assertNotIn(table, text)

    def test_payments_without_a_manager(self):
        client = self._create_client("Nobody's LLC", self.env["res.users"])
        self._pay(self._invoice(client, 10, self.head))
        self.assertEqual(self._report(domain=[("client_id", "=", client.id)]), 10)
        self.assertFalse(self._report(self.olena, [("client_id", "=", client.id)]))
