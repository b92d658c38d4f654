from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry
from odoo.tools import mute_logger

from odoo.addons.crm_clients.tests.hoot import HootCase

from .common import WorkCast


@tagged("post_install", "-at_install")
class TestWorkWidgets(HootCase):
    @no_retry
    def test_widgets(self):
        self._run_hoot("@crm_projects")


@tagged("post_install", "-at_install")
class TestWorkTours(WorkCast, HttpCase):
    """From the client's card to the work that is delivered, as those with the fewest rights that must be able to do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be pressed
        (cls.olena | cls.head | cls.delivery | cls.executor).odoobot_state = "disabled"

    def _start(self, path, tour, user):
        self.start_tour(f"/odoo/{path}", tour, login=user.login, timeout=120)
        self.env.invalidate_all()

    def _works(self, service):
        return self.env["crm.work.starter"]._find_open_works(self.dnipro, service)

    def test_a_seller_starts_a_work_from_the_card(self):
        self._start(f"contacts/{self.dnipro.id}", "crm_projects_work_report", self.olena)
        work = self._works(self.other_service)
        self.assertEqual(len(work), 1)
        self.assertTrue(work.is_work_under_way)
        self.assertEqual(work.user_ids, self.executor)
        self.assertIn("Blue, as their logo", "".join(work.message_ids.mapped("body")))
        self.assertFalse(self._works(self.service).work_move_ids, "she changed nothing of what is with delivery")

    def test_delivery_reports_and_says_why_it_moves(self):
        self._start(f"contacts/{self.dnipro.id}", "crm_projects_delivery_report", self.delivery)
        self.assertEqual(self.work_dnipro.work_progress, 60)
        self.assertEqual(self.work_dnipro.work_move_ids.reason, "Their texts came late")

    def test_a_won_deal_is_handed_over(self):
        self.deal_dnipro.inquiry_service_ids = self.other_service
        self.deal_dnipro.action_set_won()
        before = self.deal_dnipro.read(["active", "stage_id", "user_id", "expected_revenue"])
        self._start(f"crm/{self.deal_dnipro.id}", "crm_projects_won_deal", self.olena)
        work = self._works(self.other_service)
        self.assertEqual((work.crm_deal_id, work.user_ids), (self.deal_dnipro, self.delivery))
        self.assertEqual(self.deal_dnipro.read(["active", "stage_id", "user_id", "expected_revenue"]), before)

    # the question comes as an error of the request
    @mute_logger("odoo.http")
    def test_unticking_asks(self):
        self._start(f"contacts/{self.dnipro.id}", "crm_projects_untick", self.olena)
        self.assertEqual(self.dnipro.client_service_ids, self.other_service)
        self.assertTrue(self.work_dnipro.is_work_under_way, "it goes on")

    # ------------------------------------------------------------
    # LISTS
    # ------------------------------------------------------------

    def _create_works(self):
        """A work of Dnipro in each status; the one of the cast is under way."""
        works = self.env["crm.work"].with_user(self.olena).with_context(lang=self.olena.lang)
        week_ends = works._get_next_week(fields.Datetime.now()) - timedelta(seconds=1)
        self._create_design("Late design", date_deadline=self._days(-0.001), is_work_under_way=True)
        self._create_design("Design of the week", date_deadline=week_ends)
        self._create_design("Planned design")
        self._create_design("Delivered design", date_deadline=week_ends).state = "1_done"
        self.work_dnipro.with_context(work_move_reason="Test").date_deadline = self._days(20)

    def _create_design(self, name, **vals):
        starter = self.env["crm.work.starter"]
        vals = {"name": name, "user_ids": False, **vals}
        return starter._create_work(self.dnipro, self.other_service, self.project_dnipro, vals)

    def test_filters(self):
        self._create_works()
        self._start("works", "crm_projects_filters", self.olena)

    def test_projects_of_clients(self):
        self.env["crm.work.starter"]._create_project(self.dnipro, {"name": "Nothing to deliver"})
        self.work_dnipro.with_context(work_move_reason="Test").date_deadline = self._days(-3)
        self._start("client-projects", "crm_projects_client_projects", self.head)

    def test_deadlines_of_several_works_are_moved_at_once(self):
        works = self.work_dnipro | self.work_karpaty
        self._start("works", "crm_projects_move_many", self.executor)
        self.assertEqual(works.work_move_ids.mapped("reason"), ["The printer is broken"] * 2)
        self.assertEqual(len(set(works.mapped("date_deadline"))), 1, "both to the end of one day")
        for client in self.dnipro | self.karpaty:
            self.assertIn("The printer is broken", client.message_ids[0].body, "the manager is told")
