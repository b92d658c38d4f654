import json
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestResult(FunnelCommon):
    """One press of a result button, as the salesperson of the deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.deal_dnipro.with_user(cls.olena)

    def _names(self, deal=None):
        return [button["name"] for button in (deal or self.deal).get_result_buttons()["buttons"]]

    # ------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------

    def test_buttons_of_a_new_deal(self):
        self.assertEqual(
            self._names(),
            ["Called", "Offer sent", "Meeting held", "Contract signed", "No answer", "Call back", "Refused"],
        )
        buttons = self.deal.get_result_buttons()
        self.assertTrue(buttons["can_start"])
        self.assertFalse(buttons["last_result_id"])
        self.assertFalse(buttons["revoke"])
        asking = [button["name"] for button in buttons["buttons"] if button["asks"]]
        self.assertEqual(asking, ["Meeting held", "Call back", "Refused"])

    def test_steps_behind_have_no_button(self):
        self._press(self.deal, self.step_offer)
        self.assertEqual(self._names(), ["Meeting held", "Contract signed", "No answer", "Call back", "Refused"])

    def test_card_has_the_same_as_the_form(self):
        """Cards share what they have in common: every one still says what its own form says."""
        deals = self.deal_dnipro
        for number in range(6):
            deals |= self._create_deal(f"Deal {number}", self.dnipro, self.olena, expected_revenue=100 * (number % 2))
        deals = deals.with_user(self.olena)
        self.step_won.demands_amount = True
        self._press(deals[1], self.step_offer)
        self._press(deals[2], self.step_no_answer)
        self._press(deals[3], self.step_no_answer)
        self._press(deals[3], self.step_no_answer)
        self._press(deals[4], self.step_won)
        deals[5].action_revoke_result(self._press(deals[5], self.step_offer).id)
        deals.invalidate_recordset()
        for deal in deals:
            self.assertEqual(json.loads(deal.result_card), deal.get_result_buttons())
            self.assertEqual(json.loads(deal.result_card), deal.result_buttons)

    def test_inquiry_has_no_card(self):
        inquiry = self._create_deal("Asks", self.dnipro, self.olena, type="lead")
        self.assertFalse(inquiry.result_card)

    def test_only_after(self):
        self.step_meeting.only_after_ids = self.step_offer
        self.assertNotIn("Meeting held", self._names())
        self._press(self.deal, self.step_offer)
        self.assertIn("Meeting held", self._names())
        # what brings no progress does not stand between
        self._press(self.deal, self.step_no_answer)
        self.assertIn("Meeting held", self._names())

    def test_closed_deal_has_no_buttons(self):
        self._press(self.deal, self.step_won)
        self.assertEqual(self._names(), [])
        self.deal_karpaty.action_set_lost()
        self.assertEqual(self._names(self.deal_karpaty), [])

    def test_buttons_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.step_call.with_context(lang="uk_UA").name = "Подзвонили"
        self.assertIn("Подзвонили", self._names(self.deal.with_context(lang="uk_UA")))
        self.assertIn("Called", self._names(self.deal.with_context(lang="en_US")))

    # ------------------------------------------------------------
    # ONE PRESS
    # ------------------------------------------------------------

    def test_press_does_all_in_one(self):
        with freeze_time("2026-03-02 10:00:00"):
            self.deal_dnipro.action_start_sale()
        task = self.deal.last_result_id.next_activity_id
        with freeze_time("2026-03-04 10:00:00"):
            self.assertFalse(self.deal.action_record_result(self.step_call.id, self.deal.last_result_id.id))
        result = self.deal.last_result_id
        self.assertRecordValues(
            result,
            [
                {
                    "step_id": self.step_call.id,
                    "kind": "progress",
                    "user_id": self.olena.id,
                    "salesperson_id": self.olena.id,
                    "client_id": self.dnipro.id,
                    "team_id": self.channel.id,
                    "process_id": self.process.id,
                    "stage_before_id": self.stage_new.id,
                    "stage_id": self.stage_call.id,
                    "step_before_id": False,
                    "step_after_id": self.step_call.id,
                    "activity_id": task.id,
                    "level_id": self.level_possible.id,
                    "wait_days": 2.0,
                    "is_backward": False,
                    "origin": "button",
                }
            ],
        )
        self.assertEqual(self.deal.stage_id, self.stage_call)
        self.assertEqual(self.deal.process_step_id, self.step_call)
        self.assertEqual(self.dnipro.client_level_id, self.level_possible)
        self.assertFalse(task.active)
        self.assertEqual(task.feedback, "Called")
        self.assertEqual(result.next_activity_id.date_deadline, date(2026, 3, 5))
        self.assertEqual(result.next_activity_id.user_id, self.olena)
        self.assertIn("Result: Called", self.dnipro.client_level_change_ids[0].reason)

    def test_won_step(self):
        self._press(self.deal, self.step_won)
        self.assertEqual(self.deal.won_status, "won")
        self.assertEqual(self.deal.probability, 100)
        self.assertEqual(self.deal.last_result_id.kind, "won")
        self.assertFalse(self.deal.last_result_id.next_activity_id)

    def test_refusal(self):
        self._press(self.deal, self.step_call)
        self._press(self.deal, self.step_refusal, lost_reason=self.reason_price)
        self.assertEqual(self.deal.won_status, "lost")
        self.assertEqual(self.deal.probability, 0)
        self.assertEqual(self.deal.lost_reason_id, self.reason_price)
        self.assertEqual(self.deal.last_result_id.lost_reason_id, self.reason_price)
        self.assertEqual(self.deal.process_step_id, self.step_call, "lost deals count where they got to")
        self.assertEqual(self.dnipro.client_level_id, self.level_uninterested)
        self.assertFalse(self.deal.activity_ids)

    def test_neutral_result_keeps_the_deal_where_it_is(self):
        self._press(self.deal, self.step_call)
        self._press(self.deal, self.step_no_answer)
        self.assertEqual(self.deal.stage_id, self.stage_call)
        self.assertEqual(self.deal.process_step_id, self.step_call)
        self.assertEqual(self.deal.last_result_id.next_activity_id.summary, "Call again")
        self.assertEqual(len(self.deal.activity_ids), 1, "the task planned before is finished")

    def test_third_no_answer_does_something_else(self):
        for number in (1, 2):
            self._press(self.deal, self.step_no_answer)
            self.assertEqual(self.deal.last_result_id.repeat_number, number)
        button = next(b for b in self.deal.get_result_buttons()["buttons"] if b["name"] == "No answer")
        self.assertIn("Unreachable", button["hint"])
        self._press(self.deal, self.step_no_answer)
        self.assertEqual(self.deal.last_result_id.step_id, self.step_unreachable)
        self.assertEqual(self.deal.last_result_id.pressed_step_id, self.step_no_answer)
        self.assertEqual(self.deal.won_status, "lost")
        self.assertEqual(self.deal.lost_reason_id, self.reason_unreachable)

    def test_another_result_between_starts_counting_again(self):
        self._press(self.deal, self.step_no_answer)
        self._press(self.deal, self.step_no_answer)
        self._press(self.deal, self.step_call_back, task_date=date(2030, 1, 1))
        self._press(self.deal, self.step_no_answer)
        self.assertEqual(self.deal.last_result_id.repeat_number, 1)
        self.assertEqual(self.deal.won_status, "pending")

    def test_skipped_steps_are_allowed(self):
        self._press(self.deal, self.step_meeting, comment="They want a contract")
        self.assertEqual(self.deal.process_step_id, self.step_meeting)
        self.assertEqual(self.deal.stage_id, self.stage_meeting)

    def test_result_is_in_the_history(self):
        self._press(self.deal, self.step_offer, comment="By mail & by post")
        bodies = " ".join(self.deal.message_ids.mapped(lambda message: str(message.body)))
        self.assertIn("Offer sent. By mail &amp; by post", bodies)
        self.assertTrue(self.dnipro.client_last_contact)

    def test_given_task_is_finished(self):
        self.deal.action_start_sale()
        other = self.deal.activity_schedule("mail.mail_activity_data_todo", summary="Look up", user_id=self.olena.id)
        self.deal.action_record_result(
            self.step_call.id, self.deal.last_result_id.id, comment="They are glad", activity_id=other.id
        )
        self.assertFalse(other.active)
        self.assertEqual(other.feedback, "Called. They are glad")
        self.assertEqual(self.deal.last_result_id.comment, "They are glad")

    def test_task_of_another_deal_is_refused(self):
        foreign = self.deal_karpaty.activity_schedule("mail.mail_activity_data_todo", user_id=self.olena.id)
        with self.assertRaisesRegex(UserError, "not one of this deal"):
            self.deal.action_record_result(self.step_call.id, False, activity_id=foreign.id)
        self.assertFalse(self.deal.last_result_id)

    # ------------------------------------------------------------
    # ONCE
    # ------------------------------------------------------------

    def test_same_press_twice_is_one_result(self):
        for _press in range(2):
            self.deal.action_record_result(self.step_call.id, False)
        self.assertEqual(len(self._results(self.deal)), 1)
        self.assertEqual(len(self.deal.activity_ids), 1)

    def test_same_press_of_an_asking_step_twice_opens_no_form(self):
        self._press(self.deal, self.step_meeting, comment="Agreed")
        self.assertFalse(self.deal.action_record_result(self.step_meeting.id, False))
        self.assertEqual(len(self._results(self.deal)), 1)

    def test_another_press_after_the_same_result_is_told(self):
        self.deal.action_record_result(self.step_call.id, False)
        with self.assertRaisesRegex(UserError, "Olena has just recorded “Called”"):
            self.deal_dnipro.with_user(self.head).action_record_result(self.step_call.id, False)
        with self.assertRaisesRegex(UserError, "Olena has just recorded “Called”"):
            self.deal.action_record_result(self.step_offer.id, False)
        self.assertEqual(len(self._results(self.deal)), 1)

    @mute_logger("odoo.sql_db")
    def test_database_lets_no_two_results_follow_one(self):
        result = self._press(self.deal, self.step_call)
        with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017
            result.sudo().copy({"previous_id": False})
            self.env.flush_all()

    def test_impossible_step_is_refused(self):
        self._press(self.deal, self.step_offer)
        for step in (self.step_call, self.step_unreachable):
            with self.assertRaisesRegex(UserError, "is not possible"):
                self._press(self.deal, step)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def test_foreign_deal_is_refused(self):
        deal = self.deal_karpaty.with_user(self.olena)
        with self.assertRaises(AccessError):
            deal.action_record_result(self.step_call.id, False)
        with self.assertRaises(AccessError):
            deal.get_result_buttons()
        self.assertFalse(self._results(self.deal_karpaty))

    def test_log_is_seen_by_who_sees_the_deal(self):
        self._press(self.deal, self.step_call)
        self._press(self.deal_karpaty.with_user(self.taras), self.step_call)
        Result = self.env["crm.process.result"]
        mine = [("lead_id", "in", (self.deal_dnipro | self.deal_karpaty).ids)]
        self.assertEqual(Result.with_user(self.olena).search(mine).lead_id, self.deal_dnipro)
        self.assertEqual(len(Result.with_user(self.head).search(mine)), 2)

    def test_nobody_writes_the_log_by_hand(self):
        result = self._press(self.deal, self.step_call)
        for user in (self.olena, self.head, self.env.ref("base.user_admin")):
            row = result.with_user(user)
            for change in (
                lambda row=row: row.write({"date": fields.Datetime.now()}),
                row.unlink,
                lambda row=row: row.create({"lead_id": self.deal.id, "kind": "won", "user_id": row.env.uid}),
            ):
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                    change()

    def test_task_for_whom(self):
        for choice, user in (("leader", self.ivan), ("author", self.head), ("salesperson", self.olena)):
            self.step_no_answer.activity_for = choice
            result = self._press(self.deal_dnipro.with_user(self.head), self.step_no_answer)
            if result.step_id == self.step_no_answer:
                self.assertEqual(result.next_activity_id.user_id, user)
        self.step_call.write({"activity_for": "user", "activity_user_id": self.taras.id})
        deal = self._create_deal("For Taras", self.dnipro, self.olena)
        self.assertEqual(self._press(deal, self.step_call).next_activity_id.user_id, self.taras)
        self.taras.active = False
        deal = self._create_deal("Taras has left", self.dnipro, self.olena)
        self.assertEqual(self._press(deal, self.step_call).next_activity_id.user_id, self.olena)

    # ------------------------------------------------------------
    # WHEN
    # ------------------------------------------------------------

    @freeze_time("2026-03-06 10:00:00")
    def test_working_days_skip_the_weekend(self):
        self.assertEqual(date(2026, 3, 6).weekday(), 4, "a Friday")
        self.step_call.write({"activity_delay": 1, "activity_delay_unit": "working_days"})
        result = self._press(self.deal, self.step_call)
        self.assertEqual(result.next_activity_id.date_deadline, date(2026, 3, 9))

    @freeze_time("2026-03-06 23:30:00")
    def test_days_are_counted_on_the_clock_of_the_user(self):
        self.olena.tz = "Europe/Kyiv"
        self.step_call.activity_delay = 0
        result = self._press(self.deal_dnipro.with_user(self.olena), self.step_call)
        self.assertEqual(result.next_activity_id.date_deadline, date(2026, 3, 7))

    def test_lateness_by_the_expected_days_of_the_next_step(self):
        with freeze_time("2026-03-02 10:00:00"):
            self._press(self.deal, self.step_call)
        for days, lateness in ((3, "in_time"), (4, "late"), (6, "late"), (7, "very_late")):
            with freeze_time(fields.Datetime.to_datetime("2026-03-02 11:00:00") + timedelta(days=days)):
                self.deal.invalidate_recordset()
                self.assertEqual((self.deal.result_silent_days, self.deal.result_lateness), (days, lateness))

    def test_query_count_of_a_result(self):
        """Everything that a result is, with a finished and a planned task, in a server that has recorded one before."""
        warm = self._create_deal("Warm", self.dnipro, self.olena).with_user(self.olena)
        for deal in (warm, self.deal):
            deal.action_start_sale()
        warm.action_record_result(self.step_call.id, warm.last_result_id.id)
        last_id = self.deal.last_result_id.id
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(80):
            self.deal.action_record_result(self.step_offer.id, last_id)
            self.env.flush_all()
