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
        (cls.olena | cls.delivery).odoobot_state = "disabled"

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
