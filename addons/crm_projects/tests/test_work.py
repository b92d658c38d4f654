from datetime import datetime

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import WorkCommon


@tagged("post_install", "-at_install")
class TestWork(WorkCommon):
    """What is a work, whose it is, and what the status of works says of it."""

    def test_a_task_with_service_and_client_is_a_work(self):
        row = self._row(self.work_dnipro)
        self.assertEqual(row.client_id, self.dnipro)
        self.assertEqual(row.service_id, self.service)
        self.assertEqual(row.seller_id, self.olena)
        self.assertEqual(row.executor_ids, self.executor)
        self.assertEqual(row.client_project_id.name, "Delivery to Dnipro LLC")

    def test_a_task_without_service_is_none(self):
        self.work_dnipro.work_service_id = False
        self.assertFalse(self._row(self.work_dnipro))

    def test_the_client_of_a_contact_person_is_the_company(self):
        self.work_dnipro.partner_id = self.petro
        self.assertEqual(self._row(self.work_dnipro).client_id, self.dnipro)

    def test_without_a_customer_the_work_is_for_the_client_of_its_project(self):
        self.work_dnipro.partner_id = False
        self.assertEqual(self._row(self.work_dnipro).client_id, self.dnipro)

    def test_a_customer_outside_the_directory_has_works_too(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.work_dnipro.partner_id = stranger
        row = self._row(self.work_dnipro)
        self.assertEqual(row.client_id, stranger)
        self.assertFalse(row.seller_id)

    def test_templates_are_no_works(self):
        self.project_dnipro.is_template = True
        self.assertFalse(self._row(self.work_dnipro))
        self.assertFalse(
            self.env["crm.client.project"].with_context(active_test=False).search([("id", "=", self.project_dnipro.id)])
        )
        self.work_karpaty.is_template = True
        self.assertFalse(self._row(self.work_karpaty))

    def test_a_handed_over_client_takes_his_works_along(self):
        self.dnipro.user_id = self.taras
        self.assertEqual(self._row(self.work_dnipro).seller_id, self.taras)
        self.assertTrue(self._row(self.work_dnipro, self.taras))
        self.assertFalse(self._row(self.work_dnipro, self.olena))

    # ------------------------------------------------------------
    # STATUS
    # ------------------------------------------------------------

    @freeze_time("2026-11-18 10:00:00")  # a Wednesday
    def test_status(self):
        cases = [
            ({"date_deadline": datetime(2026, 11, 18, 9, 59)}, "late"),
            ({"date_deadline": datetime(2026, 11, 18, 10, 1)}, "this_week"),
            ({"date_deadline": datetime(2026, 11, 22, 21, 59)}, "this_week"),
            ({"date_deadline": datetime(2026, 11, 22, 22, 0)}, "under_way"),
            ({"date_deadline": False}, "under_way"),
            ({"is_work_under_way": False}, "planned"),
            ({"state": "1_canceled"}, "cancelled"),
            ({"state": "1_done"}, "done"),
        ]
        self._set_first_day("1")
        for vals, status in cases:
            self.work_dnipro.write(vals)
            with self.subTest(vals=vals):
                row = self._row(self.work_dnipro).with_context(tz="Europe/Kyiv")
                self.assertEqual(row.status, status)
                self.assertEqual(row.is_late, status == "late")

    @freeze_time("2026-11-22 10:00:00")  # a Sunday
    def test_the_week_begins_as_in_the_language_of_the_user(self):
        self.work_dnipro.date_deadline = datetime(2026, 11, 25, 10, 0)
        for first_day, status in (("1", "under_way"), ("7", "this_week")):
            self._set_first_day(first_day)
            self.assertEqual(self._row(self.work_dnipro).status, status)

    def _set_first_day(self, day):
        self.env["res.lang"].search([("code", "=", "en_US")]).week_start = day

    def test_the_day_of_the_deadline_is_that_of_who_looks(self):
        self.work_dnipro.date_deadline = datetime(2026, 11, 18, 21, 59, 59)
        for zone, day in (("Europe/Kyiv", "2026-11-18"), ("Asia/Almaty", "2026-11-19")):
            row = self._row(self.work_dnipro).with_context(tz=zone)
            row.invalidate_recordset()
            self.assertEqual(fields.Date.to_string(row.deadline_day), day)

    def test_days_late(self):
        with freeze_time("2026-11-10 12:00:00"):
            self.work_dnipro.date_deadline = datetime(2026, 11, 12, 12, 0)
        for now, days in (("2026-11-12 11:00:00", 0), ("2026-11-13 11:59:00", 0), ("2026-11-15 12:00:00", 3)):
            with freeze_time(now):
                self.env.invalidate_all()
                self.assertEqual(self._row(self.work_dnipro).days_late, days)
        with freeze_time("2026-11-16 12:00:00"):
            self.work_dnipro.state = "1_done"
            self.env.flush_all()
        with freeze_time("2026-12-16 12:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self._row(self.work_dnipro).days_late, 4, "it was delivered then")
            self.assertEqual(self._row(self.work_dnipro).date_closed, datetime(2026, 11, 16, 12, 0))

    def test_a_done_work_is_complete_whatever_its_progress(self):
        self.work_dnipro.work_progress = 40
        self.assertEqual(self._row(self.work_dnipro).progress, 40)
        self.work_dnipro.state = "1_done"
        self.assertEqual(self._row(self.work_dnipro).progress, 100)
        self.work_dnipro.state = "01_in_progress"
        row = self._row(self.work_dnipro)
        self.assertEqual(row.progress, 40)
        self.assertFalse(row.date_closed, "a work that is opened again is not delivered")

    def test_progress_is_a_percentage(self):
        for progress in (-1, 101):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.work_dnipro.work_progress = progress

    # ------------------------------------------------------------
    # PROJECTS
    # ------------------------------------------------------------

    def test_figures_of_a_project(self):
        starter = self.env["crm.work.starter"]
        late, done, cancelled = (
            starter._create_work(self.dnipro, self.other_service, self.project_dnipro, vals)
            for vals in (
                {"date_deadline": self._days(-3), "work_progress": 20},
                {"date_deadline": self._days(-9), "state": "1_done"},
                {"state": "1_canceled"},
            )
        )
        self.env.flush_all()
        project = self.env["crm.client.project"].with_user(self.olena).browse(self.project_dnipro.id)
        self.assertEqual((project.work_count, project.open_work_count, project.late_work_count), (4, 2, 1))
        self.assertEqual(project.progress, 40, "of 0, 20 and 100; what is cancelled does not count")
        self.assertEqual(project.status, "late")
        self.assertEqual(project.date_deadline, late.date_deadline)
        self.assertEqual(project.service_ids, self.service | self.other_service)
        (late | done | cancelled | self.work_dnipro).unlink()
        self.env.invalidate_all()
        self.assertEqual((project.work_count, project.progress, project.status), (0, 0, False))

    def test_the_status_costs_the_same_number_of_queries_for_any_number_of_works(self):
        self._row(self.work_dnipro)
        rows = self.env["crm.work"].with_user(self.head)
        names = ["name", "client_id", "service_id", "status", "progress", "date_deadline", "executor_ids"]
        spec = {name: {"fields": {"display_name": {}}} if name.endswith(("_id", "_ids")) else {} for name in names}
        self.env.invalidate_all()
        rows.web_search_read([], spec)
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            rows.web_search_read([], spec)

    def test_counts_of_a_card(self):
        self._create_delivery(self.dnipro, date_deadline=self._days(-2))
        self.env.flush_all()
        self.env.invalidate_all()
        clients = (self.dnipro | self.karpaty).with_user(self.head)
        clients.mapped("name")
        self.env["crm.work"].with_user(self.head).has_access("read")
        counts = [(client.client_project_count, client.work_count, client.late_work_count) for client in clients]
        self.assertEqual(counts, [(2, 2, 1), (1, 1, 0)])
        self.assertEqual(self.dnipro.with_user(self.clerk).work_count, 0, "who sees no works, sees none counted")

    def test_the_day_of_a_deadline_is_the_users(self):
        starter = self.env["crm.work.starter"].with_context(tz="Europe/Kyiv")
        day = fields.Date.to_date("2026-11-18")
        self.assertEqual(starter._to_deadline(day), datetime(2026, 11, 18, 21, 59, 59))
        self.assertEqual(starter._to_date(datetime(2026, 11, 18, 22, 0)), fields.Date.to_date("2026-11-19"))
        self.assertFalse(starter._to_deadline(False))
        self.assertFalse(starter._to_date(False))
