from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestResultDemands(FunnelCommon):
    """What a step demands, and the form that asks for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.deal_dnipro.with_user(cls.olena)

    def _open(self, step, **press):
        action = self.deal.action_record_result(step.id, self.deal.last_result_id.id, **press)
        self.assertEqual(action["res_model"], "crm.process.result.entry")
        return Form(self.env["crm.process.result.entry"].with_user(self.olena).with_context(**action["context"]))

    def test_comment(self):
        form = self._open(self.step_meeting)
        self.assertFalse(self.deal.last_result_id, "nothing is recorded before the form is sent")
        form.comment = "They like it"
        form.save().action_record()
        self.assertEqual(self.deal.last_result_id.comment, "They like it")
        self.assertEqual(self.deal.stage_id, self.stage_meeting)

    def test_comment_written_beside_the_button_is_enough(self):
        self.assertFalse(self.deal.action_record_result(self.step_meeting.id, False, comment="They like it"))
        self.assertEqual(self.deal.last_result_id.comment, "They like it")

    def test_form_keeps_the_comment_written_beside_the_button(self):
        form = self._open(self.step_refusal, comment="Too dear")
        self.assertEqual(form.comment, "Too dear")
        form.lost_reason_id = self.reason_price
        form.save().action_record()
        self.assertEqual(self.deal.last_result_id.comment, "Too dear")

    def test_refusal_asks_why(self):
        form = self._open(self.step_refusal)
        with self.assertRaises(AssertionError, msg="the reason is required"):
            form.save()
        form.lost_reason_id = self.reason_price
        form.save().action_record()
        self.assertEqual(self.deal.lost_reason_id, self.reason_price)

    def test_refusal_with_a_reason_of_its_own_asks_nothing(self):
        self.step_refusal.lost_reason_id = self.reason_price
        self.assertFalse(self.deal.action_record_result(self.step_refusal.id, False))
        self.assertEqual(self.deal.lost_reason_id, self.reason_price)

    def test_task_date(self):
        form = self._open(self.step_call_back)
        form.task_date = date(2031, 5, 5)
        form.save().action_record()
        self.assertEqual(self.deal.last_result_id.next_activity_id.date_deadline, date(2031, 5, 5))

    def test_amount_is_asked_only_if_the_deal_has_none(self):
        self.step_offer.demands_amount = True
        form = self._open(self.step_offer)
        form.amount = 1200
        form.save().action_record()
        self.assertEqual(self.deal.expected_revenue, 1200)
        self.step_won.demands_amount = True
        self.assertFalse(self.deal.action_record_result(self.step_won.id, self.deal.last_result_id.id))

    def test_closing_date(self):
        self.step_offer.demands_closing_date = True
        form = self._open(self.step_offer)
        form.closing_date = date(2031, 6, 1)
        form.save().action_record()
        self.assertEqual(self.deal.date_deadline, date(2031, 6, 1))

    def test_file(self):
        self.step_offer.demands_file = True
        entry_file = self.env["ir.attachment"].with_user(self.olena).create({"name": "offer.txt", "raw": b"offer"})
        form = self._open(self.step_offer)
        with self.assertRaisesRegex(ValidationError, "needs also: File"):
            form.save().action_record()
        form = self._open(self.step_offer)
        form.attachment_ids.add(entry_file)
        form.save().action_record()
        self.assertEqual(self.deal.last_result_id.attachment_ids, entry_file)
        message = self.deal.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids, entry_file, "the file is in the history of the deal")
        self.assertEqual((entry_file.res_model, entry_file.res_id), ("crm.lead", self.deal.id))

    def test_what_is_missing_is_named(self):
        self.step_meeting.write({"demands_amount": True, "demands_closing_date": True})
        with self.assertRaisesRegex(ValidationError, "needs also: Comment, Amount, Expected Closing"):
            self._press(self.deal, self.step_meeting)
        self.assertFalse(self.deal.last_result_id)
        self.assertEqual(self.deal.stage_id, self.stage_new, "nothing is half done")

    def test_repetition_asks_what_the_other_step_demands(self):
        self.step_unreachable.write({"lost_reason_id": False, "demands_lost_reason": True})
        for _time in range(2):
            self._press(self.deal, self.step_no_answer)
        form = self._open(self.step_no_answer)
        self.assertIn("Unreachable", form.hint)
        form.lost_reason_id = self.reason_price
        form.save().action_record()
        self.assertEqual(self.deal.last_result_id.step_id, self.step_unreachable)

    def test_form_is_refused_when_somebody_was_quicker(self):
        form = self._open(self.step_meeting)
        self._press(self.deal_dnipro.with_user(self.head), self.step_call)
        form.comment = "Late"
        with self.assertRaisesRegex(UserError, "Head has just recorded"):
            form.save().action_record()

    def test_form_does_not_open_a_foreign_deal(self):
        Entry = self.env["crm.process.result.entry"].with_user(self.olena)
        with self.assertRaises(AccessError):
            Entry.create(
                {
                    "lead_id": self.deal_karpaty.id,
                    "pressed_step_id": self.step_call.id,
                    "attachment_ids": [Command.clear()],
                }
            ).action_record()
        self.assertFalse(self._results(self.deal_karpaty))
