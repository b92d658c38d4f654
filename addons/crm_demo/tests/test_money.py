from odoo.tests import tagged

from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestMoney(DepartmentCase):
    """The financial plan of the department."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines = cls.env["crm.plan.line"].search([("company_id", "=", cls.company.id)])

    def test_there_is_something_of_every_kind(self):
        self.assertTrue(self.lines.filtered("is_overdue"))
        self.assertTrue(self.lines.filtered(lambda line: line.state == "done" and line.move_ids))
        self.assertTrue(self.lines.filtered(lambda line: line.state == "done" and line.fact_ids))
        self.assertTrue(self.lines.filtered(lambda line: line.date > self.day))

    def test_what_was_paid_is_the_fact(self):
        for line in self.lines.filtered("move_ids"):
            paid = line.move_ids.payment_state == "paid"
            self.assertAlmostEqual(line.fact_amount, line.amount if paid else 0, places=2)

    def test_lines_are_of_the_client_and_his_manager(self):
        for line in self.lines:
            self.assertTrue(line.partner_id.client_type_id)
            self.assertTrue(line.user_id)
            if line.contract_id:
                self.assertEqual(line.contract_id.partner_id, line.partner_id)

    def test_the_report_tells_money_of_every_month(self):
        report = self.env["crm.plan.report"].with_user(self.users["head"])
        for first, last in self.months[:-1]:
            rows = report.search([("date", ">=", first), ("date", "<=", last)], limit=1)
            self.assertTrue(rows, first)

    def test_a_manager_sees_the_plan_of_his_clients(self):
        user = self.users["manager1"]
        mine = self.lines.with_user(user).search([])
        self.assertTrue(mine)
        self.assertLess(len(mine), len(self.lines))
        self.assertTrue(all(line.client_access in (0, user.id) for line in mine))
