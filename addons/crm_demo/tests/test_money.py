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
