from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestResultCorners(FunnelCommon):
    """What befalls deals that are moved about, merged, lost, or looked at by a colleague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.deal_dnipro.with_user(cls.olena)

    def _open_tasks(self):
        return self.env["mail.activity"].search([("lead_id", "=", self.deal.id), ("automated", "=", True)])

    def test_merge_into_a_deal_with_two_results(self):
        other = self._create_deal("Second", self.dnipro, self.taras)
        self._press(self.deal, self.step_offer)
        self._press(self.deal, self.step_no_answer)
        merged = (self.deal_dnipro | other).with_user(self.head)
        self._press(other, self.step_call)
        merged = merged.merge_opportunity(user_id=self.olena.id)
        rows = self._results(merged)
        self.assertEqual([row.previous_id.id for row in rows], [False, *rows.ids][: len(rows)])

    def test_drag_backwards_then_press(self):
        self._press(self.deal, self.step_offer)
        self.deal.stage_id = self.stage_new
        self._press(self.deal, self.step_call)
        self.assertEqual(len(self._open_tasks()), 1)

    def test_lost_restored_then_press(self):
        self._press(self.deal, self.step_offer)
        self.deal.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal.action_restore()
        self._press(self.deal, self.step_no_answer)
        self.assertEqual(len(self._open_tasks()), 1)

    def test_mass_edit_then_press(self):
        self._press(self.deal, self.step_call)
        (self.deal_dnipro | self.deal_karpaty).with_user(self.head).write({"stage_id": self.stage_offer.id})
        self._press(self.deal, self.step_no_answer)
        self.assertEqual(len(self._open_tasks()), 1)

    def test_won_through_odoo_in_bulk_leaves_the_task(self):
        self._press(self.deal, self.step_call)
        self.deal.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertFalse(self._open_tasks(), "a lost deal has no planned task, as after the button Refused")

    def test_wizards_of_a_colleague(self):
        entry = self.env["crm.process.result.entry"].with_user(self.taras)
        entry = entry.create({"lead_id": self.deal_karpaty.id, "pressed_step_id": self.step_meeting.id})
        quick = self.env["crm.quick.task"].with_user(self.taras)
        quick = quick.create({"lead_id": self.deal_karpaty.id, "date_deadline": "2030-01-01"})
        task = self.deal_karpaty.activity_schedule(activity_type_id=self.call_type.id, user_id=self.taras.id)
        change = self.env["crm.task.change"].with_user(self.taras).create({"task_ids": [(6, 0, task.ids)]})
        for record in (entry, quick, change):
            with self.subTest(model=record._name):
                self.assertFalse(record.with_user(self.olena).has_access("read"))

    def test_name_of_a_hidden_deal_through_the_wizard(self):
        quick = self.env["crm.quick.task"].with_user(self.taras)
        quick = quick.create({"lead_id": self.deal_karpaty.id, "date_deadline": "2030-01-01"})
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            quick.with_user(self.olena).web_read({"lead_id": {"fields": {"display_name": {}}}, "note": {}})

    def test_quick_task_without_date_by_rpc(self):
        self.env["crm.quick.task"].with_user(self.olena).create({"lead_id": self.deal.id}).action_plan()

    def test_name_of_a_result_in_two_languages(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.step_call.with_context(lang="uk_UA").name = "Подзвонили"
        result = self._press(self.deal, self.step_call)
        self.assertEqual(result.with_context(lang="en_US").display_name, "Called")
        self.assertEqual(result.with_context(lang="uk_UA").display_name, "Подзвонили")

    @freeze_time("2026-01-09 18:00:00")
    def test_working_days_far_west(self):
        """A Friday; UTC midnight is 16:00 in Los Angeles, so its Friday afternoon counts as the Saturday."""
        self.env.company.resource_calendar_id.tz = "America/Los_Angeles"
        self.step_call.write({"activity_delay": 1, "activity_delay_unit": "working_days"})
        self.assertEqual(self._press(self.deal, self.step_call).next_activity_id.date_deadline, date(2026, 1, 12))

    def test_lost_deal_moved(self):
        """A lost deal that is only put into another column gets no task and no progress."""
        self.deal.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal.stage_id = self.stage_offer
        self.assertEqual(self.deal.won_status, "lost")
        self.assertFalse(self._open_tasks())
        self.assertNotEqual(self.deal.last_result_id.kind, "progress")

    def test_revoke_after_the_client_has_changed(self):
        """The level of the client who has left the deal is brought back."""
        result = self._press(self.deal, self.step_call)
        self.deal.partner_id = self.env["res.partner"]
        self.deal.action_revoke_result(result.id)
        self.assertNotEqual(self.dnipro.client_level_id, self.level_possible)

    def test_step_archived_then_revoked(self):
        result = self._press(self.deal, self.step_call)
        self.step_offer.active = False
        self.deal.action_revoke_result(result.id)
        self.assertFalse(self.deal.process_step_id)

    def test_merged_deals_of_two_salespeople(self):
        other = self._create_deal("Second", self.dnipro, self.taras)
        other_head = other.with_user(self.head)
        self._press(self.deal, self.step_call)
        self._press(other_head, self.step_offer)
        self._press(self.deal, self.step_no_answer)
        self._press(other_head, self.step_no_answer)
        merged = (self.deal_dnipro | other).with_user(self.head).merge_opportunity(user_id=self.olena.id)
        rows = self._results(merged)
        self.assertEqual(rows[:4].mapped("kind"), ["progress", "progress", "neutral", "neutral"])
        self.assertEqual([row.salesperson_id for row in rows[:4]], [self.olena, self.taras, self.olena, self.taras])
        self.assertEqual([row.user_id for row in rows[:4]], [self.olena, self.head, self.olena, self.head])
        self._assert_merged_chain(merged, rows)
        seen = self.env["crm.process.result"].with_user(self.olena).search([("lead_id", "=", merged.id)])
        self.assertEqual(seen, rows.sorted("id", reverse=True), "who has the deal now sees all of its log")
        self._press(merged.with_user(self.olena), self.step_meeting, comment="One deal now")
        self.assertEqual(merged.stage_id, self.stage_meeting)

    def _assert_merged_chain(self, merged, rows):
        self.assertEqual([row.previous_id.id for row in rows], [False, *rows.ids][: len(rows)])
        self.assertEqual(merged.last_result_id, rows[-1])
        self.assertEqual(merged.process_step_id, self.step_offer, "the furthest of both")
