from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import WorkCommon


@tagged("post_install", "-at_install")
class TestWorkTimesheets(WorkCommon):
    """Hours and costs of a work are not the seller's, where Odoo's timesheets are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "timesheet_ids" not in cls.env["project.task"]._fields:
            return
        cls.executor.group_ids |= cls.env.ref("hr_timesheet.group_hr_timesheet_user")
        cls.project_dnipro.allow_timesheets = True
        employee = cls.env["hr.employee"].create({"name": "Executor", "user_id": cls.executor.id, "hourly_cost": 40})
        cls.hours = cls.env["account.analytic.line"].create(
            {
                "name": "Texts",
                "unit_amount": 3,
                "employee_id": employee.id,
                "task_id": cls.work_dnipro.id,
                "project_id": cls.project_dnipro.id,
            }
        )

    def setUp(self):
        super().setUp()
        if not hasattr(self, "hours"):
            self.skipTest("Timesheets are not installed.")

    def _find(self, user):
        try:
            return self.env["account.analytic.line"].with_user(user).search([("id", "=", self.hours.id)])
        except AccessError:
            return self.hours.browse()

    def test_the_hours_are_not_the_sellers(self):
        self.assertEqual(self._find(self.executor), self.hours)
        for user in (self.olena, self.taras, self.head):
            self.assertFalse(self._find(user), user.name)
            with self.assertRaises(AccessError):
                self.work_dnipro.with_user(user).timesheet_ids.mapped("amount")

    def test_who_reports_hours_of_his_own_sees_no_others(self):
        """A salesperson may fill in timesheets of his own without learning those of his client's works."""
        seller = new_test_user(
            self.env,
            "cp_hours",
            "sales_team.group_sale_salesman,hr_timesheet.group_hr_timesheet_user",
            tz="Europe/Kyiv",
        )
        self.dnipro.user_id = seller
        self.assertFalse(self._find(seller))
        self.assertEqual(self._row(self.work_dnipro, seller).name, self.work_dnipro.name)
