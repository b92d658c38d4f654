from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CallCommon

SESSION = "window-of-the-test"


@tagged("post_install", "-at_install")
class TestCallFinishStep(CallCommon):
    """The end of a call with another result than the one of its outcome."""

    def _start(self, user=None):
        deal = self.deal_dnipro.with_user(user or self.olena)
        call = self.env["crm.call"].with_user(user or self.olena)
        call = call.browse(deal.action_start_call()["params"]["call_id"])
        call.open_screen(SESSION)
        return call

    def _prepare(self, call, *step):
        return call.prepare_finish(SESSION, self.outcomes["success"].id, *step)

    def _finish(self, call, step, **values):
        prepared = self._prepare(call, step.id)
        values.update(
            outcome_id=self.outcomes["success"].id, step_id=step.id, last_result_id=prepared["last_result_id"]
        )
        return call.finish(SESSION, [], values)

    def test_demands_of_the_chosen_result(self):
        """The other result is asked for what it demands itself, the outcome's own stays among the others."""
        self.step_refusal.demands_comment = True
        call = self._start()
        own = self._prepare(call)
        self.assertEqual(own["step"]["step_id"], self.step_call.id)
        chosen = self._prepare(call, self.step_refusal.id)
        self.assertEqual(chosen["step"]["step_id"], self.step_refusal.id)
        self.assertIn("comment", chosen["step"]["asks"])
        others = [button["step_id"] for button in chosen["buttons"]]
        self.assertIn(self.step_call.id, others)
        self.assertNotIn(self.step_refusal.id, others)
        self.assertEqual(chosen["last_result_id"], own["last_result_id"])

    def test_task_of_the_chosen_result(self):
        """What follows is what the chosen result plans."""
        call_type = self.env.ref("mail.mail_activity_data_call")
        self.step_call_back.write({"activity_type_id": call_type.id, "activity_summary": "Once more"})
        self.step_call.activity_type_id = False
        call = self._start()
        self.assertFalse(self._prepare(call)["next_task"])
        task = self._prepare(call, self.step_call_back.id)["next_task"]
        self.assertEqual((task["summary"], task["is_call"]), ("Once more", True))
        self.assertTrue(task["is_planned_by_process"])

    def test_no_result(self):
        """A call may end without a result: then the process plans nothing."""
        call = self._start()
        nothing = self._prepare(call, False)
        self.assertFalse(nothing["step"])
        self.assertFalse(nothing["next_task"])
        self.assertIn(self.step_call.id, [button["step_id"] for button in nothing["buttons"]])

    def test_finished_with_it(self):
        """What was shown is what is recorded."""
        call = self._start()
        self._finish(call, self.step_call_back, comment="On Friday", task_date=str(fields.Date.today()))
        self.assertEqual(call.state, "done")
        self.assertEqual(call.result_id.step_id, self.step_call_back)

    def _upload(self, user, **vals):
        """A file as the upload of the panel makes it."""
        vals = {"name": "offer.txt", "raw": b"Offer", "res_model": "crm.lead", "res_id": 0, **vals}
        return self.env["ir.attachment"].with_user(user).create(vals)

    def test_a_result_that_takes_files(self):
        self.step_call.demands_file = True
        call = self._start()
        self.assertEqual(self._prepare(call, self.step_call.id)["step"]["asks"], ["file"])
        with self.assertRaises(UserError), self.cr.savepoint():
            self._finish(call, self.step_call, file_ids=[])
        self.assertEqual(call.state, "open")
        file = self._upload(self.olena)
        self._finish(call, self.step_call, file_ids=file.ids)
        self.assertEqual(call.result_id.attachment_ids, file)
        self.assertEqual((file.res_model, file.res_id), ("crm.lead", self.deal_dnipro.id))

    def test_no_other_files_go_with_a_result(self):
        """Whoever reads the result reads its files: nobody lets a foreign one into it."""
        self.step_call.demands_file = True
        call = self._start()
        foreign = (
            self._upload(self.taras),
            self._upload(self.head, res_id=self.deal_karpaty.id),
            self._upload(self.olena, res_model="res.partner", res_id=self.dnipro.id),
            self._upload(self.olena, res_id=self.deal_dnipro.id),
        )
        for file in foreign:
            with self.assertRaises(AccessError), self.cr.savepoint():
                self._finish(call, self.step_call, file_ids=file.ids)
        for nonsense in ("x", [True, "y", 0, -1, 2**40], {"a": 1}):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._finish(call, self.step_call, file_ids=nonsense)
        self.assertEqual(call.state, "open")

    def test_impossible_result(self):
        """A result of another process is refused before anything is entered for it."""
        call = self._start()
        foreign = self.step_call.copy({"process_id": self.step_call.process_id.copy().id})
        with self.assertRaisesRegex(UserError, "no result that this call can have"):
            self._prepare(call, foreign.id)

    def test_nonsense(self):
        """What is no id is no result; a step that is gone neither."""
        call = self._start()
        gone = self.step_offer.copy()
        gone_id = gone.id
        gone.unlink()
        for value in ("1; DROP", [1], {"id": 1}, -5, True, 2**40, 1.5, gone_id):
            with self.subTest(value=value):
                self.assertFalse(self._prepare(call, value)["step"])

    def test_foreign_manager(self):
        """Taras, who has no rights on the client, learns nothing of the results."""
        call = self._start()
        with self.assertRaises(AccessError):
            self._prepare(call.with_user(self.taras), self.step_refusal.id)

    def test_closed_deal(self):
        """On a deal that was closed meanwhile no result is possible."""
        call = self._start()
        self.deal_dnipro.sudo().action_set_won()
        with self.assertRaises(UserError):
            self._prepare(call, self.step_refusal.id)
        self.assertFalse(self._prepare(call, False)["buttons"])


@tagged("post_install", "-at_install")
class TestCallLineText(CallCommon):
    """The protocol in one column, whatever kind of answer a line holds."""

    def _hold(self, events):
        call = self.env["crm.call"].with_user(self.olena)
        call = call.browse(self.deal_dnipro.with_user(self.olena).action_start_call()["params"]["call_id"])
        call.open_screen(SESSION)
        keyed = [{"key": f"k{number}", "seconds": 1, **event} for number, event in enumerate(events)]
        call.save_lines(SESSION, keyed)
        return call

    def test_kinds(self):
        nodes, answers = self.nodes, self.answers
        call = self._hold(
            [
                {"kind": "next", "node_id": nodes["hello"].id},
                {"kind": "answer", "node_id": nodes["interest"].id, "answer_id": answers["yes"].id},
                {"kind": "value", "node_id": nodes["budget"].id, "value": 7500.5},
                {"kind": "note", "node_id": nodes["agreed"].id, "value": "<b>call</b> the son"},
            ]
        )
        said = {line.kind: line.said for line in call.line_ids}
        self.assertEqual(said["next"], "")
        self.assertEqual(said["answer"], "Yes")
        self.assertEqual(said["value"], "7500.5")
        self.assertEqual(said["note"], "<b>call</b> the son")

    def test_zero_and_day(self):
        nodes, answers = self.nodes, self.answers
        call = self._hold(
            [
                {"kind": "next", "node_id": nodes["hello"].id},
                {"kind": "answer", "node_id": nodes["interest"].id, "answer_id": answers["yes"].id},
                {"kind": "value", "node_id": nodes["budget"].id, "value": 0},
                {"kind": "back", "node_id": nodes["agreed"].id},
                {"kind": "back", "node_id": nodes["budget"].id},
                {"kind": "answer", "node_id": nodes["interest"].id, "answer_id": answers["later"].id},
                {"kind": "value", "node_id": nodes["when"].id, "value": "2026-06-01"},
            ]
        )
        values = call.line_ids.filtered(lambda line: line.kind == "value").sorted("number")
        self.assertEqual(values.mapped("said"), ["0", "06/01/2026"])
        self.assertEqual(values.mapped("is_taken_back"), [True, False])

    def test_form(self):
        """The form of a held call says in a word what was taken back."""
        arch = self.env["crm.call"].with_user(self.olena).get_view(view_type="form")["arch"]
        self.assertIn('widget="call_taken_back"', arch)
        self.assertIn('name="said"', arch)

    def test_archived_script(self):
        """A protocol is read, and a call resumed, although the script was put away meanwhile."""
        call = self._hold([{"kind": "next", "node_id": self.nodes["hello"].id}])
        self.script.active = False
        call.invalidate_recordset()
        screen = call.open_screen("another window")
        self.assertEqual(screen["graph"]["script_id"], self.script.id)
        self.assertTrue(screen["session_ok"])
        answer = {
            "key": "a",
            "kind": "answer",
            "node_id": self.nodes["interest"].id,
            "answer_id": self.answers["no"].id,
        }
        saved = call.save_lines("another window", [answer])
        self.assertEqual(saved["saved"], ["a"])
        self.assertEqual(call.line_ids.sorted("number")[-1].said, "No")
        again = self.deal_dnipro.with_user(self.olena).action_start_call()
        self.assertEqual(again["params"]["call_id"], call.id)
