from freezegun import freeze_time

from odoo.tests import Form, tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestMovement(FunnelCommon):
    """Deals that move without a button: the figures stay right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.deal_dnipro.with_user(cls.olena)

    def _rows(self, deal=None):
        return [
            (row.kind, row.step_id.name or "", row.is_backward, row.origin) for row in self._results(deal or self.deal)
        ]

    def test_drag_forward_records_the_matching_result(self):
        self.deal.stage_id = self.stage_offer
        self.assertEqual(self._rows(), [("progress", "Offer sent", False, "move")])
        result = self.deal.last_result_id
        self.assertEqual(self.deal.process_step_id, self.step_offer)
        self.assertEqual(result.user_id, self.olena)
        self.assertEqual(result.stage_before_id, self.stage_new)
        self.assertEqual(self.dnipro.client_level_id, self.level_potential)
        self.assertEqual(result.next_activity_id.user_id, self.olena, "the process goes on")

    def test_drag_finishes_the_planned_task(self):
        self.deal.action_start_sale()
        task = self.deal.last_result_id.next_activity_id
        self.deal.stage_id = self.stage_call
        self.assertFalse(task.active)
        self.assertEqual(len(self.deal.activity_ids), 1)

    def test_drag_backwards_is_recorded(self):
        self._press(self.deal, self.step_meeting, comment="Met")
        self.deal.stage_id = self.stage_call
        self.assertEqual(self._rows()[-1], ("progress", "Called", True, "move"))
        self.assertEqual(self.deal.process_step_id, self.step_call)
        self.deal.stage_id = self.stage_new
        self.assertEqual(self._rows()[-1], ("move", "", True, "move"))
        self.assertFalse(self.deal.process_step_id)

    def test_stage_of_several_steps(self):
        second = self._create_steps({"name": "Called again", "stage_id": self.stage_call.id})
        second.sequence = self.step_call.sequence + 1
        self.deal.stage_id = self.stage_call
        self.assertEqual(self.deal.process_step_id, self.step_call, "forward: the step that claims least")
        self.deal.stage_id = self.stage_meeting
        self.deal.stage_id = self.stage_call
        self.assertEqual(self.deal.process_step_id, second, "backwards: the last step of the stage was passed")

    def test_same_stage_again_is_nothing(self):
        self.deal.write({"stage_id": self.deal.stage_id.id, "priority": "2"})
        self.deal.probability = 33
        self.assertEqual(self._rows(), [])

    def test_form(self):
        with Form(self.deal) as form:
            form.stage_id = self.stage_call
        self.assertEqual(self._rows(), [("progress", "Called", False, "move")])

    def test_mass_edit_records_each_and_leaves_the_rest_to_the_night(self):
        deals = self.deal_dnipro | self.deal_karpaty
        deals.with_user(self.head).write({"stage_id": self.stage_offer.id})
        for deal in deals:
            self.assertEqual(self._rows(deal), [("progress", "Offer sent", False, "move")])
            self.assertTrue(deal.last_result_id.is_level_pending)
            self.assertFalse(deal.activity_ids)

    def test_import_plans_no_tasks(self):
        self.deal.with_context(import_file=True).write({"stage_id": self.stage_offer.id})
        self.assertEqual(self._rows(), [("progress", "Offer sent", False, "move")])
        self.assertFalse(self.deal.activity_ids)

    def test_won_and_back(self):
        self.deal.action_set_won()
        self.assertEqual(self._rows(), [("won", "Contract signed", False, "move")])
        self.assertEqual(self.deal.stage_id, self.stage_won)
        self.deal.stage_id = self.stage_meeting
        self.assertEqual(self._rows()[-1][0], "reopen")
        self.assertEqual(self.deal.process_step_id, self.step_meeting)

    def test_lost_with_the_reason_of_a_step(self):
        self.deal.action_set_lost(lost_reason_id=self.reason_unreachable.id)
        self.assertEqual(self._rows(), [("refusal", "Unreachable", False, "move")])
        self.deal.action_restore()
        self.assertEqual(self._rows()[-1][0], "reopen")
        self.assertEqual(self.deal.won_status, "pending")

    def test_lost_with_the_wizard_of_odoo(self):
        wizard = self.env["crm.lead.lost"].with_user(self.olena)
        wizard.create({"lead_ids": self.deal.ids, "lost_reason_id": self.reason_price.id}).action_lost_reason_apply()
        row = self.deal.last_result_id
        self.assertEqual((row.kind, row.lost_reason_id), ("refusal", self.reason_price))

    def test_archive_and_back_is_no_result(self):
        self.deal.probability = 30
        self.deal.action_archive()
        self.deal.action_unarchive()
        self.assertEqual(self._rows(), [])

    def test_new_deal_in_a_later_stage_stands_at_its_step(self):
        deal = self._create_deal("Met at the fair", self.dnipro, self.olena, stage_id=self.stage_meeting.id)
        self.assertEqual(deal.process_step_id, self.step_meeting)
        self.assertFalse(self._results(deal))

    def test_merge_keeps_both_logs_in_order(self):
        other = self._create_deal("Second", self.dnipro, self.olena)
        self._press(self.deal, self.step_call)
        self._press(other, self.step_offer)
        self._press(self.deal, self.step_no_answer)
        merged = (self.deal_dnipro | other).with_user(self.head).merge_opportunity()
        rows = self._results(merged)
        self.assertEqual([row.step_id for row in rows[:3]], [self.step_call, self.step_offer, self.step_no_answer])
        self.assertEqual(merged.process_step_id, self.step_offer, "the furthest of both")
        self._press(merged, self.step_meeting, comment="Goes on")

    def test_deal_without_process_is_moved_without_step(self):
        self.process.action_back_to_draft()
        team = self.env["crm.team"].create({"name": "Free channel"})
        self.env["crm.process"].search([("state", "=", "running")]).action_back_to_draft()
        stages = self.env["crm.stage"].create([{"name": "Free 1"}, {"name": "Free 2"}])
        deal = self._create_deal("Free", self.dnipro, self.olena, team_id=team.id, stage_id=stages[0].id)
        deal.stage_id = stages[1]
        self.assertFalse(deal.process_id)
        self.assertEqual(self._rows(deal), [("move", "", False, "move")])

    def test_a_lost_deal_in_another_column_was_lost_when_it_was(self):
        """The reports find it by the day on which it was closed."""
        with freeze_time("2026-03-02 10:00:00"):
            self.deal.action_set_lost(lost_reason_id=self.reason_price.id)
        lost_on = self.deal.date_closed
        self.assertTrue(lost_on)
        self.deal.stage_id = self.stage_offer
        self.assertEqual((self.deal.won_status, self.deal.date_closed), ("lost", lost_on))
