from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .plan_common import PlanCommon

YEAR = {"month": "2026-01-01", "months": 12}


@tagged("post_install", "-at_install")
class TestPlanGrid(PlanCommon):
    """The plan by months: what it shows, and what typing into it does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Grid = cls.env["crm.plan.line"].with_user(cls.olena)
        cls.contract = cls._create_contract(cls.dnipro, cls.olena, "C-17")

    def _row(self, client=None, **vals):
        client = client or self.dnipro
        return {
            "user_id": client.user_id.id,
            "partner_id": client.id,
            "contract_id": False,
            "service_id": False,
            "currency_id": self.company.currency_id.id,
            **vals,
        }

    def _lines(self, client=None):
        return self.env["crm.plan.line"].search([("partner_id", "=", (client or self.dnipro).id)], order="date, id")

    def _mine(self, grid):
        return [row for row in grid["rows"] if row["partner_id"][0] in (self.dnipro | self.karpaty).ids]

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def test_rows_and_cells(self):
        may = self._plan(self.dnipro, 100, "2026-05-10")
        self._plan(self.dnipro, 50, "2026-05-31")
        self._plan(self.dnipro, 70, "2026-06-30", service_id=self.design.product_tmpl_id.id)
        self._plan(self.dnipro, 900, "2027-01-01")
        self._enter(may, 30)
        grid = self.Grid.get_plan_grid(YEAR)
        self.assertEqual((len(grid["months"]), grid["months"][4], grid["can_edit"]), (12, "2026-05-01", True))
        plain, service = self._mine(grid)
        self.assertEqual(plain["partner_id"], [self.dnipro.id, "Dnipro LLC"])
        self.assertEqual(plain["user_id"], [self.olena.id, "Olena"])
        cell = plain["cells"]["2026-05-01"]
        self.assertEqual((cell["plan"], cell["fact"], cell["count"]), (150, 30, 2))
        self.assertEqual(service["service_id"][0], self.design.product_tmpl_id.id)
        self.assertEqual(list(service["cells"]), ["2026-06-01"])

    def test_overdue_cells(self):
        today = fields.Date.today()
        late = fields.Date.subtract(today, months=1)
        self._plan(self.dnipro, 100, late)
        self._plan(self.dnipro, 100, fields.Date.add(today, months=1))
        options = {"month": str(fields.Date.subtract(today, months=2)), "months": 4}
        [row] = self._mine(self.Grid.get_plan_grid(options))
        overdue = {month for month, cell in row["cells"].items() if cell["is_overdue"]}
        self.assertEqual(overdue, {str(late.replace(day=1))})
        [row] = self._mine(self.Grid.get_plan_grid({**options, "is_overdue": True}))
        self.assertEqual(set(row["cells"]), overdue)

    def test_own_rows_and_those_of_a_manager(self):
        self._plan(self.dnipro, 100, "2026-05-10")
        self._plan(self.karpaty, 200, "2026-05-10")
        self.assertEqual([row["partner_id"][1] for row in self._mine(self.Grid.get_plan_grid(YEAR))], ["Dnipro LLC"])
        Head = self.Grid.with_user(self.head)
        names = [row["user_id"][1] for row in self._mine(Head.get_plan_grid(YEAR))]
        self.assertEqual(names, ["Olena", "Taras"])
        [row] = Head.get_plan_grid({**YEAR, "user_id": self.taras.id})["rows"]
        self.assertEqual(row["cells"]["2026-05-01"]["plan"], 200)
        [row] = Head.get_plan_grid({**YEAR, "client_id": self.dnipro.id})["rows"]
        self.assertEqual(row["cells"]["2026-05-01"]["plan"], 100)

    def test_totals(self):
        """Foreign plans are converted; money that nobody planned and the forecast stand on their own."""
        self._plan(self.dnipro, 100, "2026-05-10")
        self._plan(self.dnipro, 100, "2026-05-10", currency_id=self.foreign.id)
        invoice = self._invoice(self.dnipro, 40)
        self._pay(invoice, date=fields.Date.to_date("2026-05-12"))
        self.deal_dnipro.write({"expected_revenue": 1000, "probability": 20, "date_deadline": "2026-05-20"})
        totals = self.Grid.get_plan_grid({**YEAR, "client_id": self.dnipro.id})["totals"]["2026-05-01"]
        self.assertEqual(totals, {"plan": 150, "fact": 0, "received": 40, "forecast": 200})

    def test_wrong_period(self):
        for options in (
            {},
            {"month": "soon"},
            {"month": "2026-01-01", "months": 13},
            {"month": "2026-01-01", "months": 0},
        ):
            with self.subTest(options=options), self.assertRaisesRegex(UserError, "one to twelve months"):
                self.Grid.get_plan_grid(options)

    def test_another_company_is_another_grid(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.head.company_ids |= other
        self._plan(self.dnipro, 100, "2026-05-10", company_id=other.id)
        Head = self.Grid.with_user(self.head).with_context(allowed_company_ids=(self.company | other).ids)
        self.assertFalse(self._mine(Head.get_plan_grid(YEAR)))
        self.assertTrue(self._mine(Head.with_company(other).get_plan_grid(YEAR)))

    def test_queries_do_not_grow_with_rows(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Grid.get_plan_grid(YEAR)
            return self.env.cr.sql_log_count - before

        self._plan(self.dnipro, 1, "2026-05-10", contract_id=self.contract.id)
        count()
        few = count()
        for number in range(20):
            client = self._create_client(f"Client {number}", self.olena)
            contract = self._create_contract(client, self.olena, f"N-{number}")
            self._plan(client, 1, "2026-05-10", contract_id=contract.id)
        self.assertLessEqual(count(), few + 2)

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    def test_an_empty_cell_gets_a_line(self):
        row = self._row(contract_id=self.contract.id, service_id=self.design.product_tmpl_id.id)
        undo = self.Grid.set_plan_cell(row, "2026-02-01", 120.456)
        line = self._lines()
        self.assertRecordValues(
            line,
            [
                {
                    "date": fields.Date.to_date("2026-02-28"),
                    "amount": 120.46,
                    "user_id": self.olena.id,
                    "contract_id": self.contract.id,
                    "service_id": self.design.product_tmpl_id.id,
                }
            ],
        )
        self.Grid.undo_plan_cells(undo)
        self.assertFalse(line.exists())

    def test_zero_in_an_empty_cell_is_nothing(self):
        undo = self.Grid.set_plan_cell(self._row(), "2026-02-01", 0)
        self.assertFalse(self._lines())
        self.Grid.undo_plan_cells(undo)

    def test_one_line_changes(self):
        line = self._plan(self.dnipro, 100, "2026-05-10")
        undo = self.Grid.set_plan_cell(self._row(), "2026-05-01", 80, shown=100)
        self.assertEqual((line.amount, str(line.date)), (80, "2026-05-10"))
        self.Grid.undo_plan_cells(undo)
        self.assertEqual(line.amount, 100)

    def test_several_lines(self):
        """More goes to the last one, less is taken from the last one, then from the one before."""
        for day, amount in (("2026-05-10", 100), ("2026-05-20", 50), ("2026-05-25", 30)):
            self._plan(self.dnipro, amount, day)
        for amount, expected in ((200, [100, 50, 50]), (110, [100, 10, 0]), (0, [0, 0, 0]), (5, [0, 0, 5])):
            with self.subTest(amount=amount):
                undo = self.Grid.set_plan_cell(self._row(), "2026-05-01", amount)
                self.assertEqual(self._lines().mapped("amount"), expected)
        self.Grid.undo_plan_cells(undo)
        self.assertEqual(self._lines().mapped("amount"), [0, 0, 0])

    def test_other_rows_stay(self):
        other = self._plan(self.dnipro, 100, "2026-05-10", contract_id=self.contract.id)
        self.Grid.set_plan_cell(self._row(), "2026-05-01", 7)
        self.assertEqual(other.amount, 100)
        self.assertEqual(len(self._lines()), 2)

    def test_a_block_is_set_at_once_or_not_at_all(self):
        changes = [{"row": self._row(), "month": f"2026-{month:02}-01", "amount": 10 * month} for month in range(1, 13)]
        undo = self.Grid.set_plan_cells(changes)
        self.assertEqual(self._lines().mapped("amount"), [10 * month for month in range(1, 13)])
        self.Grid.undo_plan_cells(undo)
        self.assertFalse(self._lines())
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.Grid.set_plan_cells([*changes, {"row": self._row(), "month": "2026-01-01", "amount": -1}])
        self.assertFalse(self._lines())

    def test_a_colleague_was_faster(self):
        line = self._plan(self.dnipro, 100, "2026-05-10")
        line.amount = 130
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            self.Grid.set_plan_cell(self._row(), "2026-05-01", 80, shown=100)
        self.assertEqual(line.amount, 130)

    def test_no_amounts(self):
        for amount in (-1, float("nan"), float("inf"), "12", None):
            with self.subTest(amount=amount), self.assertRaisesRegex(UserError, "zero or more"):
                self.Grid.set_plan_cell(self._row(), "2026-05-01", amount)

    def test_clients_of_others(self):
        line = self._plan(self.karpaty, 100, "2026-05-10")
        with self.assertRaises(AccessError):
            self.Grid.set_plan_cell(self._row(self.karpaty), "2026-05-01", 80)
        with self.assertRaises(AccessError):
            self.Grid.undo_plan_cells([{"created": False, "amounts": [(line.id, 1)]}])
        with self.assertRaises(AccessError):
            self.Grid.undo_plan_cells([{"created": line.id, "amounts": []}])
        self.assertEqual(line.amount, 100)

    def test_lines_behind_a_cell(self):
        line = self._plan(self.dnipro, 100, "2026-05-10")
        self._plan(self.dnipro, 100, "2026-06-10")
        action = self.Grid.get_plan_cell_action(self._row(), "2026-05-01")
        self.assertEqual(self.Grid.search(action["domain"]), line)

    # ------------------------------------------------------------
    # THE CARD, THE CONTRACT AND THE DEAL
    # ------------------------------------------------------------

    def test_buttons(self):
        line = self._plan(self.dnipro, 100, "2026-05-10", contract_id=self.contract.id, lead_id=self.deal_dnipro.id)
        for record in (self.dnipro, self.contract, self.deal_dnipro):
            with self.subTest(model=record._name):
                record = record.with_user(self.olena)
                self.assertEqual(record.plan_line_count, 1)
                action = record.action_view_plan()
                self.assertEqual(self.Grid.search(action["domain"]), line)
                new = self.Grid.with_context(**action["context"]).new()
                self.assertEqual(new.partner_id._origin or new.partner_id, self.dnipro)
        self.assertFalse(
            self.contract.with_user(self.taras).sudo(False).env["crm.plan.line"].search([("id", "=", line.id)])
        )
