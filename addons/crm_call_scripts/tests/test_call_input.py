import contextlib

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_call import SESSION, CallCase

HUGE = 10**30


@tagged("post_install", "-at_install")
class TestCallInput(CallCase):
    """What moves nothing, and arguments of any type: nothing foreign comes in, and every refusal is a message."""

    def setUp(self):
        super().setUp()
        other = self.script.copy({"name": "Other script"})
        self.foreign_node = other.draft_id.node_ids[0]
        self.foreign_answer = other.draft_id.node_ids.answer_ids[0]
        self.call = self._start_call()

    def test_foreign_ids_beside_the_way(self):
        """What moves nothing, and what a kind of node does not take, brings no foreign record into the protocol."""
        self._say(self.call, self._event("next", "hello"), self._event("answer", "interest", answer="yes"))
        for number, event in enumerate(
            (
                {"kind": "note", "value": "x", "node_id": self.foreign_node.id},
                {"kind": "note", "value": "x", "node_id": 2**31 - 2},
                {"kind": "note", "value": "x", "node_id": HUGE},
                {"kind": "value", "value": 1, "node_id": self.nodes["budget"].id, "answer_id": self.foreign_answer.id},
                {"kind": "value", "value": 1, "node_id": self.nodes["budget"].id, "answer_id": HUGE},
                {
                    "kind": "value",
                    "value": 1,
                    "node_id": self.nodes["budget"].id,
                    "answer_ids": self.foreign_answer.ids,
                },
                {"kind": "value", "value": 1, "node_id": self.nodes["budget"].id, "answer_ids": [HUGE]},
            )
        ):
            with self.subTest(event=event):
                with contextlib.suppress(UserError), self.env.cr.savepoint():
                    self.call.save_lines(SESSION, [{"key": f"attack-{number}", "seconds": 1, **event}])
                    self.env.flush_all()
                lines = self.call.sudo().line_ids
                self.assertLessEqual((lines.node_id | lines.to_node_id).version_id, self.version)
                self.assertLessEqual((lines.answer_id | lines.answer_ids).node_id.version_id, self.version)
                if self.call.node_id != self.nodes["budget"]:
                    self._say(self.call, self._event("back", self.call.node_id.key))

    def test_nonsense_arguments(self):
        """Whatever type an argument has, the answer is a message and not a trace."""
        nonsense = (None, "x", "1", [1], {"a": 1}, -1, 0, HUGE, 1.5, True, [["id", ">", 0]], 2**31)
        good = {"outcome_id": self.outcomes["success"].id}
        for value in nonsense:
            for name, args in (
                ("open_screen", [SESSION, value]),
                ("set_script", [SESSION, value]),
                ("prepare_finish", [SESSION, value]),
                ("finish", [SESSION, [], value]),
                ("finish", [SESSION, [], {"outcome_id": value}]),
                ("finish", [SESSION, [], {**good, "step_id": value}]),
                ("finish", [SESSION, [], {**good, "step_id": self.step_call.id, "last_result_id": value}]),
                ("finish", [SESSION, [], {**good, "task": {"user_id": value, "activity_type_id": value}}]),
                ("finish", [SESSION, [], {**good, "task": {"date_deadline": value, "call_start": value}}]),
                ("finish", [SESSION, [], {**good, "lost_reason_id": value, "task": value, "amount": value}]),
                ("finish", [SESSION, [], {**good, "writes": value, "note": value, "comment": value}]),
                ("finish", [SESSION, [], {**good, "task_date": value, "closing_date": value}]),
            ):
                with self.subTest(method=name, args=repr(args[1:])[:90]), self.env.cr.savepoint() as savepoint:
                    with contextlib.suppress(UserError):
                        getattr(self.call, name)(*args)
                        self.env.flush_all()
                    savepoint.rollback()
                    self.env.invalidate_all()
        self.assertEqual(self.call.state, "open")

    def test_step_of_another_process(self):
        other = self.process.copy({"name": "Other process"})
        other.action_start_using()
        for step in (other.step_ids[0], self.step_unreachable):
            with self.subTest(step=step.name), self.assertRaises(UserError):
                self._finish(self.call, step_id=step.id)
        self.assertEqual(self.call.state, "open")

    def test_endless_numbers(self):
        self._say(self.call, self._event("next", "hello"), self._event("answer", "interest", answer="yes"))
        with self.assertRaises(UserError):
            self._say(self.call, self._event("value", "budget", value=HUGE**20))
        self.assertEqual(len(self.call.line_ids), 2)

    def test_no_answer_in_the_middle_of_a_call(self):
        """A call in which somebody has answered is not put back as one that nobody answered, by whomever."""
        task = self._plan_call(self.deal_dnipro)
        call = self._start_call(record=task)
        self._say(call, self._event("next", "hello"), self._event("answer", "interest", answer="yes"))
        for user in (self.olena, self.head):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.env["crm.call"].with_user(user)._record_no_answer(task.with_user(user))
        self.assertEqual((call.state, task.active), ("open", True))
