import json

from odoo.tests.common import BaseCase, tagged
from odoo.tools.misc import file_open

from ..tools.conversation import Conversation, ConversationError

CASES = "crm_call_scripts/static/tests/conversation_cases.json"


@tagged("post_install", "-at_install")
class TestConversation(BaseCase):
    """The rules of a conversation; the screen of a call is held to the same cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(CASES) as file:
            cls.cases = json.load(file)

    def _walk(self, events):
        talk = Conversation(self.cases["graph"])
        for event in events:
            talk.apply(event)
        return talk

    def test_cases(self):
        for case in self.cases["cases"]:
            with self.subTest(case["name"]):
                talk = self._walk(case["events"])
                self.assertEqual(
                    [talk.node_id, list(talk.stack), sorted(talk.taken_back), talk.is_completed],
                    [case["node_id"], case["stack"], case["taken_back"], case["is_completed"]],
                )

    def test_refused(self):
        """What does not fit is refused with its reason, and the conversation stays where it is."""
        for case in self.cases["refused"]:
            with self.subTest(case["name"]):
                *before, last = case["events"]
                talk = self._walk(before)
                state = (talk.node_id, talk.stack, list(talk.path), set(talk.taken_back), dict(talk.given))
                with self.assertRaises(ConversationError) as refusal:
                    talk.apply(last)
                self.assertEqual(refusal.exception.reason, case["reason"])
                self.assertEqual(state, (talk.node_id, talk.stack, talk.path, talk.taken_back, talk.given))

    def test_without_script(self):
        talk = Conversation(False)
        talk.apply({"key": "n", "kind": "note", "value": "He will think about it."})
        self.assertFalse(talk.is_completed)
        with self.assertRaises(ConversationError):
            talk.apply({"key": "x", "kind": "next", "node_id": False})
