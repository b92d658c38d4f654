from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestRevoke(FunnelCommon):
    """The author takes the last result back; the log keeps both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.deal_dnipro.with_user(cls.olena)

    def _revoke(self, deal=None):
        deal = deal or self.deal
        deal.action_revoke_result(deal.last_result_id.id)

    def test_everything_is_as_before(self):
        self.deal.action_start_sale()
        task = self.deal.last_result_id.next_activity_id
        self.deal.expected_revenue = 100
        level = self.dnipro.client_level_id
        probability = self.deal.probability
        result = self._press(self.deal, self.step_offer)
        planned = result.next_activity_id
        self._revoke()
        self.assertEqual(self.deal.stage_id, self.stage_new)
        self.assertFalse(self.deal.process_step_id)
        self.assertEqual(self.deal.probability, probability)
        self.assertEqual(self.dnipro.client_level_id, level)
        self.assertFalse(planned.exists(), "the planned task is dropped")
        self.assertTrue(task.active, "the finished task is open again")
        self.assertFalse(task.feedback)
        self.assertEqual(self._results(self.deal).mapped("kind"), ["start", "progress", "revoke"])
        self.assertTrue(result.is_revoked)
        self.assertEqual(self.deal.last_result_id.revoked_id, result)

    def test_the_next_result_finishes_the_task_that_is_open_again(self):
        self.deal.action_start_sale()
        task = self.deal.last_result_id.next_activity_id
        self._press(self.deal, self.step_offer)
        self._revoke()
        self._press(self.deal, self.step_call)
        self.assertFalse(task.active)

    def test_won_and_refusal_are_taken_back(self):
        probability = self.deal.probability
        self._press(self.deal, self.step_won)
        self._revoke()
        self.assertEqual((self.deal.won_status, self.deal.stage_id), ("pending", self.stage_new))
        self.assertEqual(self.deal.probability, probability)
        self.assertFalse(self.deal.date_closed)
        self._press(self.deal, self.step_refusal, lost_reason=self.reason_price)
        self._revoke()
        self.assertTrue(self.deal.active)
        self.assertEqual((self.deal.won_status, self.deal.probability), ("pending", probability))
        self.assertFalse(self.deal.lost_reason_id)

    def test_amount_comes_back(self):
        self.deal.expected_revenue = 100
        self._press(self.deal, self.step_offer, amount=500)
        self.assertEqual(self.deal.expected_revenue, 500)
        self._revoke()
        self.assertEqual(self.deal.expected_revenue, 100)

    def test_level_set_by_hand_since_then_stays(self):
        self._press(self.deal, self.step_offer)
        self.dnipro.client_level_id = self.level_regular
        self._revoke()
        self.assertEqual(self.dnipro.client_level_id, self.level_regular)

    def test_repetition_counts_again_from_before(self):
        self._press(self.deal, self.step_no_answer)
        self._press(self.deal, self.step_no_answer)
        self._revoke()
        self._press(self.deal, self.step_no_answer)
        self.assertEqual(self.deal.last_result_id.repeat_number, 2)
        self.assertEqual(self.deal.won_status, "pending")

    def test_same_press_again_changes_nothing(self):
        result = self._press(self.deal, self.step_offer)
        self.deal.action_revoke_result(result.id)
        self.deal.action_revoke_result(result.id)
        self.assertEqual(len(self._results(self.deal)), 2)

    # ------------------------------------------------------------
    # REFUSED
    # ------------------------------------------------------------

    def test_only_the_author(self):
        self._press(self.deal, self.step_offer)
        deal = self.deal_dnipro.with_user(self.head)
        self.assertFalse(deal.get_result_buttons()["revoke"])
        with self.assertRaisesRegex(UserError, "Only Olena"):
            self._revoke(deal)
        self.assertTrue(self.deal.get_result_buttons()["revoke"])

    def test_foreign_deal(self):
        result = self._press(self.deal_karpaty.with_user(self.taras), self.step_offer)
        with self.assertRaises(AccessError):
            self.deal_karpaty.with_user(self.olena).action_revoke_result(result.id)

    def test_time_set_by_the_administrator(self):
        self.env["ir.config_parameter"].set_param("crm_funnel.revoke_minutes", "10")
        self._press(self.deal, self.step_offer)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            self.deal.invalidate_recordset()
            self.assertFalse(self.deal.get_result_buttons()["revoke"])
            with self.assertRaisesRegex(UserError, "within 10 minutes"):
                self._revoke()

    def test_only_the_last_one(self):
        first = self._press(self.deal, self.step_call)
        self._press(self.deal, self.step_offer)
        with self.assertRaisesRegex(UserError, "Another result came after it"):
            self.deal.action_revoke_result(first.id)

    def test_revocation_and_movement_cannot_be_revoked(self):
        self._press(self.deal, self.step_call)
        self._revoke()
        with self.assertRaisesRegex(UserError, "recorded with a button"):
            self._revoke()
        self.deal.stage_id = self.stage_offer
        with self.assertRaisesRegex(UserError, "recorded with a button"):
            self._revoke()
