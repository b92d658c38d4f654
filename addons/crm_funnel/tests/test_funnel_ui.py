from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from odoo.addons.crm_clients.tests.hoot import HootCase

from .common import FunnelCast


@tagged("post_install", "-at_install")
class TestFunnelWidgets(HootCase):
    @no_retry
    def test_widgets(self):
        self._run_hoot("@crm_funnel")


@tagged("post_install", "-at_install")
class TestFunnelWidgetsOnPhone(TestFunnelWidgets):
    browser_size = "375x667"
    touch_enabled = True

    @no_retry
    def test_widgets(self):
        self._run_hoot("@crm_funnel", preset="mobile")


@tagged("post_install", "-at_install")
class TestFunnelTours(FunnelCast, HttpCase):
    """Journeys through the funnel, as those with the fewest rights that must be able to do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be pressed
        (cls.head | cls.olena).odoobot_state = "disabled"

    def _start(self, record, tour, user):
        path = "contacts" if record._name == "res.partner" else "crm"
        self.start_tour(f"/odoo/{path}/{record.id}", tour, login=user.login)
        record.invalidate_recordset()

    def _start_kanban(self, tour, user):
        self.start_tour(
            f"/odoo/action-crm.crm_lead_action_pipeline?default_team_id={self.channel.id}", tour, login=user.login
        )
        self.env.invalidate_all()

    def test_from_start_to_won_by_buttons_alone(self):
        self._start(self.dnipro, "crm_funnel_to_won", self.olena)
        deal = self.deal_dnipro
        self.assertEqual((deal.won_status, deal.stage_id), ("won", self.stage_won))
        self.assertEqual(self._results(deal).mapped("kind"), ["start", "progress", "progress", "progress", "won"])
        self.assertEqual(self._results(deal).user_id, self.olena)

    def test_refusal_with_reason_on_the_card(self):
        self._start_kanban("crm_funnel_refusal_on_card", self.olena)
        deal = self.deal_dnipro
        self.assertEqual((deal.won_status, deal.lost_reason_id), ("lost", self.reason_price))
        self.assertEqual(self._results(deal).mapped("kind"), ["start", "neutral", "refusal"])

    def test_revoke_and_quick_task(self):
        self._start(self.deal_dnipro, "crm_funnel_revoke_and_quick_task", self.olena)
        self.assertEqual(self._results(self.deal_dnipro).mapped("kind")[:2], ["progress", "revoke"])
        self.assertIn("Ask about the budget", self.deal_dnipro.activity_ids.mapped("summary"))

    def test_task_finished_with_a_result(self):
        self.deal_dnipro.with_user(self.olena).action_start_sale()
        task = self.deal_dnipro.activity_ids
        self._start(self.deal_dnipro, "crm_funnel_task_with_result", self.olena)
        self.assertFalse(task.active)
        last = self.deal_dnipro.last_result_id
        self.assertEqual(
            (last.step_id, last.activity_id, last.comment), (self.step_call, task, "He will call the director")
        )

    def test_drag_asks_for_what_the_step_demands(self):
        self._start_kanban("crm_funnel_drag_that_asks", self.olena)
        self.assertEqual(self.deal_dnipro.stage_id, self.stage_meeting)
        self.assertEqual(self.deal_dnipro.last_result_id.comment, "We have met")
        self.assertEqual(len(self._results(self.deal_dnipro)), 1)

    def test_head_deletes_a_column_and_takes_it_back(self):
        self.deal_dnipro.user_id = self.head
        self._start_kanban("crm_funnel_delete_column", self.head)
        self.assertTrue(self.stage_new.active)
        self.assertEqual((self.deal_dnipro | self.deal_karpaty).stage_id, self.stage_new)

    def test_salesperson_archives_his_deals_only(self):
        self._start_kanban("crm_funnel_salesperson_column", self.olena)
        self.assertTrue(self.deal_dnipro.active)
        self.assertTrue(self.deal_karpaty.active)
