from odoo.tests import tagged

from .test_call import SESSION, CallCase


@tagged("post_install", "-at_install")
class TestCallWindows(CallCase):
    """What several windows leave in one protocol."""

    def test_the_same_window_again(self):
        """A window that reads its call anew, as after a lost line, notes no interruption; another one does."""
        call = self._start_call()
        self._say(call, self._event("next", "hello"))
        call.open_screen(SESSION)
        self.assertEqual(call.line_ids.mapped("kind"), ["next"])
        call.open_screen("window-2")
        self.assertEqual(call.line_ids.mapped("kind"), ["next", "resume"])
        self.assertEqual(call.session, "window-2")

    def test_a_stray_answer_counts_for_nothing(self):
        """What an abandoned window has sent is read in the protocol, but answers, writes and counts nothing."""
        call = self._start_call()
        self._say(call, self._event("next", "hello"), self._event("answer", "interest", answer="yes"))
        call.open_screen("window-2")
        self._say(call, self._event("value", "budget", value=777))
        stray = call.line_ids.filtered(lambda line: line.kind == "stray")
        self.assertEqual((stray.value_number, stray.is_taken_back, stray.to_node_id.id), (777, True, False))
        self.assertFalse(call.prepare_finish("window-2", self.outcomes["success"].id)["writes"])
        self.assertFalse(
            self.env["crm.call.answer.report"].search([("call_id", "=", call.id), ("value_number", "=", 777)])
        )
        self.assertEqual((call.node_id, call.is_completed), (self.nodes["budget"], False))

    def test_what_was_taken_back_writes_nothing(self):
        call = self._start_call()
        self._agree(call)
        self._say(call, self._event("back", "agreed"), self._event("back", "budget"))
        self._say(call, self._event("answer", "interest", answer="no"))
        self.assertFalse(call.prepare_finish(SESSION, self.outcomes["refusal"].id)["writes"])
        self._finish(call, "refusal", lost_reason_id=self.reason_price.id, writes=["budget"])
        self.assertEqual(self.deal_dnipro.expected_revenue, 0)
