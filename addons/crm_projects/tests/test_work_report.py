from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import WorkCommon


@tagged("post_install", "-at_install")
class TestWorkReport(WorkCommon):
    """A tab per ticked service; a seller starts works, delivery changes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = fields.Date.context_today(cls.env.user) + timedelta(days=20)

    def _open(self, record, user):
        action = record.with_user(user).action_work_report()
        return self.env[action["res_model"]].with_user(user).browse(action["res_id"])

    def _line(self, report, service):
        return report.line_ids.filtered(lambda line: line.service_id == service)

    def _works(self, client, service=None):
        service = service or self.other_service
        return self.env["crm.work.starter"]._find_open_works(client, service)

    # ------------------------------------------------------------
    # OPENING
    # ------------------------------------------------------------

    def test_a_tab_per_ticked_service(self):
        report = self._open(self.dnipro, self.olena)
        self.assertEqual(report.line_ids.service_id, self.service | self.other_service)
        line = self._line(report, self.service)
        self.assertEqual(line.work_id.id, self.work_dnipro.id)
        self.assertTrue(line.is_under_way)
        self.assertEqual(line.user_ids, self.executor)
        self.assertFalse(line.is_editable, "the work belongs to delivery")
        new = self._line(report, self.other_service)
        self.assertFalse(new.work_id)
        self.assertTrue(new.is_editable)
        self.assertTrue(self._line(self._open(self.dnipro, self.executor), self.service).is_editable)

    def test_two_works_of_one_service_are_two_tabs_and_done_ones_are_none(self):
        starter = self.env["crm.work.starter"]
        starter._create_work(self.dnipro, self.service, self.project_dnipro, {"name": "Second region"})
        starter._create_work(self.dnipro, self.other_service, self.project_dnipro, {"state": "1_done"})
        self.env.flush_all()
        report = self._open(self.dnipro, self.olena)
        names = self._line(report, self.service).mapped("name")
        self.assertEqual(names, ["Promotion of Dnipro LLC", "Second region"], "each tab says which of them it is")
        self.assertEqual(self._line(report, self.other_service).name, "Web design")
        self.assertFalse(self._line(report, self.other_service).work_id)

    def test_without_a_ticked_service_it_says_why(self):
        self.dnipro.client_service_ids = False
        with self.assertRaisesRegex(UserError, "Tick the services"):
            self._open(self.dnipro, self.olena)
        panel = self.dnipro.with_user(self.olena).get_client_projects()
        self.assertFalse(panel["may_report"])
        self.assertIn("Tick the services", panel["refusal"])

    def test_a_foreign_client_is_refused(self):
        for user in (self.taras, self.clerk):
            with self.assertRaises(UserError):
                self._open(self.dnipro, user)
        with self.assertRaises(AccessError):
            self.env["crm.client.work.report"].with_user(self.taras).create({"client_id": self.dnipro.id}).action_save()

    def test_of_a_contact_person_and_of_a_deal(self):
        self.assertEqual(self._open(self.petro, self.olena).client_id, self.dnipro)
        report = self._open(self.deal_dnipro, self.olena)
        self.assertEqual((report.client_id, report.deal_id), (self.dnipro, self.deal_dnipro))

    # ------------------------------------------------------------
    # STARTING
    # ------------------------------------------------------------

    def test_a_seller_starts_a_work(self):
        report = self._open(self.deal_dnipro, self.olena)
        self._line(report, self.other_service).write(
            {"is_under_way": True, "date_deadline": self.day, "user_ids": self.executor.ids, "note": "<b>Blue</b>"}
        )
        report.action_save()
        work = self._works(self.dnipro)
        self.assertEqual(work.project_id, self.project_dnipro)
        self.assertIn(self.other_service, self.project_dnipro.work_service_ids)
        self.assertEqual((work.crm_deal_id, work.user_ids), (self.deal_dnipro, self.executor))
        self.assertTrue(work.is_work_under_way)
        self.assertEqual(self.env["crm.work.starter"]._to_date(work.date_deadline), self.day)
        self.assertIn("&lt;b&gt;Blue", "".join(work.message_ids.mapped("body")))
        self.assertNotIn(self.olena.partner_id, work.message_partner_ids, "she is not to get what is said there")
        self.assertEqual(self._row(work, self.olena).status, "under_way")

    def test_without_a_project_one_is_created(self):
        client = self._create_client("New LLC", self.olena, client_service_ids=[(6, 0, self.service.ids)])
        report = self._open(client, self.olena)
        report.line_ids.write({"is_under_way": True, "date_deadline": self.day})
        report.action_save()
        project = self._works(client, self.service).project_id
        self.assertEqual((project.partner_id, project.name), (client, "New LLC"))
        self.assertTrue(project.type_ids, "its tasks have columns")
        self.assertFalse(project.user_id, "a seller does not manage it")
        self.assertNotIn(self.olena.partner_id, project.message_partner_ids)
        self.assertEqual(self._works(client, self.service).stage_id, project.type_ids[:1])

    def test_a_deal_of_its_own_gets_a_project_of_its_own(self):
        self.project_dnipro.crm_deal_id = self._create_deal("Former deal", self.dnipro, self.olena)
        report = self._open(self.deal_dnipro, self.olena)
        self._line(report, self.other_service).date_deadline = self.day
        report.action_save()
        project = self._works(self.dnipro).project_id
        self.assertNotEqual(project, self.project_dnipro)
        self.assertEqual(project.crm_deal_id, self.deal_dnipro)

    def test_an_untouched_tab_starts_nothing(self):
        self._open(self.dnipro, self.olena).action_save()
        self.assertFalse(self._works(self.dnipro))

    def test_what_is_missing_is_said_and_nothing_is_half_done(self):
        cases = [
            ({"is_under_way": True}, "By when"),
            ({"date_deadline": self.day - timedelta(days=60)}, "in the past"),
            ({"progress": 150, "date_deadline": self.day}, "between 0 and 100"),
        ]
        for vals, message in cases:
            report = self._open(self.dnipro, self.olena)
            self._line(report, self.other_service).write(vals)
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                report.action_save()
            self.assertFalse(self._works(self.dnipro))

    def test_what_a_colleague_began_meanwhile_is_not_begun_twice(self):
        report, second = (self._open(self.dnipro, user) for user in (self.olena, self.head))
        for one in (report, second):
            self._line(one, self.other_service).date_deadline = self.day
        report.action_save()
        self.env.flush_all()
        # both in one transaction, which has one time for everything
        self.env.cr.execute("UPDATE project_task SET create_date = create_date + INTERVAL '1 second'")
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Olena has begun"):
            second.action_save()
        self.assertEqual(len(self._works(self.dnipro)), 1)

    # ------------------------------------------------------------
    # CHANGING
    # ------------------------------------------------------------

    def test_delivery_changes_a_work(self):
        report = self._open(self.dnipro, self.executor)
        self._line(report, self.service).write({"progress": 60, "note": "Half of it", "user_ids": self.delivery.ids})
        report.action_save()
        self.assertEqual((self.work_dnipro.work_progress, self.work_dnipro.user_ids), (60, self.delivery))
        self.assertIn("Half of it", "".join(self.work_dnipro.message_ids.mapped("body")))

    def test_a_seller_changes_none(self):
        for vals in ({"progress": 60}, {"is_under_way": False}, {"note": "Faster!"}):
            report = self._open(self.dnipro, self.olena)
            self._line(report, self.service).write(vals)
            with self.assertRaises(AccessError), self.cr.savepoint():
                report.action_save()
        self.assertEqual(self.work_dnipro.work_progress, 0)

    def test_a_seller_with_rights_in_project_changes_them(self):
        self.olena.group_ids |= self.env.ref("project.group_project_user")
        report = self._open(self.dnipro, self.olena)
        self._line(report, self.service).progress = 30
        report.action_save()
        self.assertEqual(self.work_dnipro.work_progress, 30)

    def test_a_moved_deadline_needs_its_reason(self):
        report = self._open(self.dnipro, self.executor)
        line = self._line(report, self.service)
        self.assertFalse(line.is_deadline_moved)
        line.date_deadline = self.day
        self.assertTrue(line.is_deadline_moved)
        with self.assertRaises(UserError), self.cr.savepoint():
            report.action_save()
        line.reason = "Waiting for texts"
        report.action_save()
        self.assertEqual(self.work_dnipro.work_move_ids.reason, "Waiting for texts")

    def test_a_work_that_is_under_way_no_more_asks_what_becomes_of_it(self):
        for decision, state in (("plan", "01_in_progress"), ("cancel", "1_canceled")):
            self.work_dnipro.is_work_under_way = True
            self.env.flush_all()
            self.env.invalidate_all()
            report = self._open(self.dnipro, self.executor)
            line = self._line(report, self.service)
            self.assertFalse(line.is_stopped)
            line.is_under_way = False
            self.assertTrue(line.is_stopped)
            with self.assertRaisesRegex(UserError, "say what becomes of it"), self.cr.savepoint():
                report.action_save()
            self.assertTrue(self.work_dnipro.is_work_under_way)
            line.stop_decision = decision
            report.action_save()
            self.assertFalse(self.work_dnipro.is_work_under_way)
            self.assertEqual(self.work_dnipro.state, state)
            self.assertFalse(self._row(self.work_dnipro, self.olena).is_under_way)

    def test_the_day_is_kept_with_its_time(self):
        before = self.work_dnipro.date_deadline
        report = self._open(self.dnipro, self.executor)
        self._line(report, self.service).progress = 10
        report.action_save()
        self.assertEqual(self.work_dnipro.date_deadline, before)
