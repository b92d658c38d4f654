from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_call_planning import PlanningCommon


@tagged("post_install", "-at_install")
class TestCallList(PlanningCommon):
    """The list of calls that were planned together: how far it is, who sees it, taking it back."""

    def _answer(self, task, outcome, **values):
        """Hold the planned call; return the `crm.call`."""
        user = task.user_id
        call_id = task.with_user(user).action_start_call()["params"]["call_id"]
        call = self.env["crm.call"].with_user(user).browse(call_id)
        call.finish("window", [], {"outcome_id": self.outcomes[outcome].id, **values})
        return call

    def test_progress(self):
        """Clients are counted, each once, however often he was called."""
        call_list = self._plan(self.olena, self.clients[:6])
        first, second, third = self._tasks(call_list)[:3]
        self._answer(first, "success")
        self._answer(second, "refusal")
        again = (
            self.env["crm.call"].with_user(self.olena)._record_no_answer(third.with_user(self.olena)).next_activity_id
        )
        self.assertEqual(again.call_list_id, call_list)
        counts = ("planned_count", "open_count", "called_count", "reached_count", "success_count", "state")
        self.assertEqual([call_list[name] for name in counts], [6, 4, 3, 2, 1, "active"])
        self.assertAlmostEqual(call_list.progress, 100 / 3)
        again = (
            self.env["crm.call"].with_user(self.olena)._record_no_answer(again.with_user(self.olena)).next_activity_id
        )
        self._answer(again, "success")
        call_list.invalidate_recordset()
        self.assertEqual([call_list[name] for name in counts], [6, 3, 3, 3, 2, "active"])

    def test_completed(self):
        call_list = self._plan(self.olena, self.clients[:1])
        self._answer(self._tasks(call_list), "success")
        self.assertEqual((call_list.state, call_list.progress), ("done", 100))

    def test_who_sees_it(self):
        """Whoever planned it, whoever has calls of it, and leaders; with numbers that do not depend on who looks."""
        call_list = self._plan(self.head)
        for user, seen in ((self.head, 1), (self.olena, 1), (self.taras, 1), (self.ivan, 0)):
            self.assertEqual(
                self.env["crm.call.list"].with_user(user).search_count([("id", "=", call_list.id)]), seen, user.name
            )
        self.assertEqual(call_list.with_user(self.taras).open_count, 10)
        with self.assertRaises(AccessError):
            call_list.with_user(self.clerk).read(["name"])

    def test_nobody_writes_it(self):
        call_list = self._plan(self.head)
        with self.assertRaises(AccessError):
            call_list.write({"planned_count": 1})
        with self.assertRaises(AccessError):
            call_list.unlink()
        with self.assertRaises(AccessError):
            call_list.create({"name": "x", "date_from": "2026-05-13", "date_to": "2026-05-13"})

    def test_take_back(self):
        """One click; what was held, begun, or put back after a try stays."""
        call_list = self._plan(self.head)
        tasks = self._tasks(call_list)
        held, begun, tried = tasks[0], tasks[1], tasks[2]
        self._answer(held, "success")
        begun.with_user(begun.user_id).action_start_call()
        user = tried.user_id
        again = self.env["crm.call"].with_user(user)._record_no_answer(tried.with_user(user)).next_activity_id
        call_list.action_take_back()
        self.assertEqual(self._tasks(call_list).filtered("active"), begun | again)
        self.assertEqual((call_list.taken_back_count, call_list.open_count), (7, 2))
        self.assertEqual(len(call_list.sudo().call_ids), 3)
        with self.assertRaises(UserError):
            call_list.action_take_back()

    def test_taken_back_at_once(self):
        call_list = self._plan(self.olena, self.clients[:6])
        call_list.action_take_back()
        self.assertFalse(self.clients.activity_ids)
        self.assertEqual((call_list.state, call_list.progress), ("taken_back", 0))
        self.assertEqual(len(self._preview(self.olena, self.clients[:6]).line_ids), 6)

    def test_who_takes_back(self):
        call_list = self._plan(self.head)
        with self.assertRaises(UserError):
            call_list.with_user(self.olena).action_take_back()
        with self.assertRaises(AccessError):
            call_list.with_user(self.ivan).action_take_back()
        own = self._plan(self.olena, self._create_clients(self.olena, 1))
        own.with_user(self.olena).action_take_back()

    def test_task_cannot_be_put_on_a_list(self):
        """Over RPC: nobody's counts are changed by a task of somebody else."""
        call_list = self._plan(self.head)
        task = self.deal_karpaty.activity_schedule("mail.mail_activity_data_call", user_id=self.taras.id)
        with self.assertRaises(AccessError):
            task.with_user(self.taras).call_list_id = call_list
        with self.assertRaises(AccessError):
            self.env["mail.activity"].with_user(self.taras).create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": self.deal_karpaty.id,
                    "activity_type_id": self.call_type.id,
                    "call_list_id": call_list.id,
                }
            )

    def test_actions(self):
        call_list = self._plan(self.head)
        action = call_list.action_view_tasks()
        self.assertEqual(self.env["mail.activity"].with_user(self.head).search_count(action["domain"]), 10)
        self._answer(self._tasks(call_list)[0], "success")
        action = call_list.action_view_calls()
        self.assertEqual(self.env["crm.call"].with_user(self.head).search_count(action["domain"]), 1)

    def test_list_survives_its_script(self):
        script = self.env["crm.call.script"].create({"name": "Short-lived"})
        call_list = self._plan(self.head, script_id=script.id)
        script.unlink()
        self.assertFalse(call_list.script_id)
        self.assertEqual(call_list.open_count, 10)
