from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CallCommon

SESSION = "window-1"


class CallCase(CallCommon):
    """Helpers to hold a call as a window does: events by the keys of the test script."""

    def setUp(self):
        super().setUp()
        self.sent = 0

    def _start_call(self, user=None, record=None):
        record = (record or self.deal_dnipro).with_user(user or self.olena)
        action = record.action_start_call()
        call = self.env["crm.call"].with_user(user or self.olena).browse(action["params"]["call_id"])
        call.open_screen(SESSION)
        return call

    def _event(self, kind, node=None, **vals):
        self.sent += 1
        node_id = self.nodes[node].id if node else False
        if "answer" in vals:
            vals["answer_id"] = self.answers[vals.pop("answer")].id
        if "to" in vals:
            vals["to_node_id"] = self.nodes[vals.pop("to")].id
        return {"key": f"event-{self.sent}", "kind": kind, "node_id": node_id, "seconds": 5, **vals}

    def _say(self, call, *events):
        return call.save_lines(SESSION, list(events))

    def _agree(self, call):
        """Lead the conversation to its successful end."""
        return self._say(
            call,
            self._event("next", "hello"),
            self._event("answer", "interest", answer="yes"),
            self._event("value", "budget", value=5000),
        )

    def _finish(self, call, outcome="success", events=(), **values):
        prepared = call.prepare_finish(SESSION, self.outcomes[outcome].id)
        step = prepared["step"]
        return call.finish(
            SESSION,
            list(events),
            {
                "outcome_id": self.outcomes[outcome].id,
                "step_id": step and step["step_id"],
                "last_result_id": prepared["last_result_id"],
                "writes": [row["key"] for row in prepared["writes"] if row["is_allowed"]],
                **values,
            },
        )

    def _plan_call(self, record, user=None, days=0, **vals):
        """A planned call on a deal or client."""
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": self.call_type.id,
                "summary": "Call them",
                "user_id": (user or self.olena).id,
                "date_deadline": fields.Date.context_today(record) + timedelta(days=days),
                **vals,
            }
        )

    def _protocols(self, record):
        return record.message_ids.filtered(
            lambda message: message.subtype_id == self.env.ref("crm_call_scripts.mt_protocol")
        )


@tagged("post_install", "-at_install")
class TestCallStart(CallCase):
    def test_from_everywhere(self):
        """From the deal, the client, the contact person and the task: who it is and what about is known."""
        task = self._plan_call(self.deal_dnipro)
        for record, lead in (
            (self.deal_dnipro, self.deal_dnipro),
            (self.dnipro, self.deal_dnipro),
            (self.petro, self.deal_dnipro),
            (task, self.deal_dnipro),
        ):
            with self.subTest(record=record):
                call = self._start_call(record=record)
                self.assertEqual((call.client_id, call.lead_id, call.user_id), (self.dnipro, lead, self.olena))
                self.assertEqual((call.script_id, call.node_id), (self.script, self.nodes["hello"]))

    def test_task_on_a_card(self):
        """A planned call on the client's card is about his only open deal, as a call from the card is."""
        task = self._plan_call(self.dnipro)
        self.assertEqual(self._start_call(record=task).lead_id, self.deal_dnipro)

    def test_two_deals_are_not_guessed(self):
        self._create_deal("Another deal", self.dnipro, self.olena)
        self.assertFalse(self._start_call(record=self.dnipro).lead_id)

    def test_interrupted_call_is_resumed(self):
        task = self._plan_call(self.deal_dnipro)
        call = self._start_call(record=task)
        self._say(call, self._event("next", "hello"))
        again = self._start_call(record=task)
        self.assertEqual(again, call)
        self.assertEqual(again.open_screen("window-2")["lines"][0]["kind"], "next")
        self.assertEqual(
            self._start_call(record=self.deal_dnipro).search_count([("lead_id", "=", self.deal_dnipro.id)]), 2
        )

    def test_do_not_call(self):
        self.dnipro.write({"do_not_call": True, "do_not_call_reason": "They write letters only."})
        for record in (self.dnipro, self.petro, self.deal_dnipro):
            with self.subTest(record=record), self.assertRaisesRegex(UserError, "They write letters only"):
                record.with_user(self.olena).action_start_call()

    def test_foreign_client(self):
        """A client that the user may not see cannot be called, neither by the deal nor by a task."""
        task = self._plan_call(self.deal_karpaty, user=self.olena)
        for record in (self.deal_karpaty, self.karpaty, self.oksana, task):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(self.olena).action_start_call()

    def test_done_task(self):
        task = self._plan_call(self.deal_dnipro)
        task.action_feedback()
        with self.assertRaisesRegex(UserError, "done already"):
            task.with_user(self.olena).action_start_call()

    def test_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.nodes["hello"].with_context(lang="uk_UA").name = "Привіт"
        self.dnipro.lang = "uk_UA"
        call = self._start_call()
        screen = call.open_screen(SESSION)
        self.assertEqual(call.lang, "uk_UA")
        self.assertEqual(screen["graph"]["nodes"][0]["name"], "Привіт")

    def test_script_of_the_step(self):
        """A task that the process plans has the script of its step."""
        other = self.script.copy({"name": "Other"})
        self.step_call.call_script_id = other
        result = self._press(self.deal_dnipro, self.step_call)
        self.assertEqual(result.next_activity_id.call_script_id, other)


@tagged("post_install", "-at_install")
class TestCallScreen(CallCase):
    def test_screen(self):
        self.dnipro.message_post(body=Markup("They like <b>green</b>."), message_type="comment")
        self.dnipro.client_level_id = self.level_possible
        task = self._plan_call(self.deal_dnipro, note="<p>Ask for Petro</p>")
        screen = self._start_call(record=task).open_screen(SESSION)
        self.assertEqual(screen["who"]["client"], {"id": self.dnipro.id, "name": "Dnipro LLC"})
        self.assertEqual(screen["who"]["phone"], self.dnipro.phone)
        self.assertEqual(screen["who"]["level"], self.level_possible.name)
        self.assertEqual(screen["who"]["task"], "Call them\nAsk for Petro")
        self.assertIn("They like *green*.", [entry["text"] for entry in screen["history"]])
        self.assertEqual(screen["placeholders"]["client"], "Dnipro LLC")
        self.assertEqual(screen["placeholders"]["manager"], "Olena")
        self.assertTrue(screen["session_ok"])
        self.assertIn({"id": self.script.id, "name": "Test script"}, screen["scripts"])

    def test_another_script(self):
        other = self.script.copy({"name": "Other"})
        other.draft_id.action_publish()
        call = self._start_call()
        screen = call.set_script(SESSION, other.id)
        self.assertEqual(screen["call"]["version_id"], other.published_id.id)
        self.assertFalse(call.set_script(SESSION, False)["graph"])
        call.set_script(SESSION, self.script.id)
        self._say(call, self._event("next", "hello"))
        with self.assertRaisesRegex(UserError, "has begun"):
            call.set_script(SESSION, other.id)

    def test_discard(self):
        call = self._start_call()
        call.discard(SESSION)
        self.assertFalse(call.exists())
        call = self._start_call()
        self._say(call, self._event("note", value="He was rude."))
        with self.assertRaisesRegex(UserError, "recorded"):
            call.discard(SESSION)

    def test_finished_call_is_read(self):
        call = self._start_call()
        self._agree(call)
        self._finish(call)
        screen = call.open_screen("window-2")
        self.assertEqual((screen["call"]["state"], len(screen["lines"])), ("done", 3))
        self.assertFalse(call.sudo().session == "window-2")


@tagged("post_install", "-at_install")
class TestCallLines(CallCase):
    def test_each_answer_is_saved(self):
        call = self._start_call()
        self._say(call, self._event("next", "hello"))
        self.assertEqual(call.node_id, self.nodes["interest"])
        saved = self._say(call, self._event("answer", "interest", answer="yes"))
        self.assertEqual((saved["saved"], saved["count"], saved["is_moved"]), (["event-2"], 2, False))
        self._say(call, self._event("value", "budget", value=5000.5))
        lines = call.line_ids
        self.assertEqual(lines.mapped("kind"), ["next", "answer", "value"])
        self.assertEqual(lines[1].answer_id, self.answers["yes"])
        self.assertEqual((lines[2].value_number, lines[2].to_node_id), (5000.5, self.nodes["agreed"]))
        self.assertEqual((call.is_completed, call.seconds), (True, 15))

    def test_sent_twice(self):
        call = self._start_call()
        event = self._event("next", "hello")
        for _time in range(2):
            self.assertEqual(self._say(call, event)["count"], 1)
        self.assertEqual(self._say(call, event, self._event("answer", "interest", answer="no"))["count"], 2)

    def test_back_and_anew(self):
        call = self._start_call()
        self._say(
            call,
            self._event("next", "hello"),
            self._event("answer", "interest", answer="no"),
            self._event("back", "refused"),
        )
        self._say(call, self._event("answer", "interest", answer="later"))
        self._say(call, self._event("value", "when", value="2026-03-05"))
        self.assertEqual(call.line_ids.mapped("is_taken_back"), [False, True, False, False, False])
        self.assertEqual(str(call.line_ids[-1].value_date), "2026-03-05")
        self.assertEqual(call.node_id, self.nodes["later"])

    def test_wrong_event(self):
        """What does not fit is refused with all that came with it."""
        call = self._start_call()
        with self.assertRaisesRegex(UserError, "cannot be passed"):
            self._say(
                call,
                self._event("next", "hello"),
                self._event("answer", "interest", answer="later"),
                self._event("value", "when", value=""),
            )
        self.assertFalse(call.line_ids)

    def test_second_window(self):
        """The newer window of the user writes; what the older one sends is kept beside and moves nothing."""
        call = self._start_call()
        self._say(call, self._event("next", "hello"))
        call.open_screen("window-2")
        stray = self._say(call, self._event("answer", "interest", answer="no"))
        self.assertTrue(stray["is_moved"])
        self.assertEqual(call.node_id, self.nodes["interest"])
        call.save_lines("window-2", [self._event("answer", "interest", answer="yes")])
        self.assertEqual(call.node_id, self.nodes["budget"])
        self.assertEqual(call.line_ids.mapped("kind"), ["next", "resume", "stray", "answer"])

    def test_another_manager(self):
        """Another manager sees who is on the call, and goes on with it only if he takes it over."""
        task = self._plan_call(self.deal_dnipro)
        call = self._start_call(record=task)
        self._say(call, self._event("next", "hello"))
        other = self._start_call(user=self.head, record=task)
        self.assertEqual(other, call)
        screen = other.open_screen("window-head")
        self.assertEqual((screen["session_ok"], screen["holder"]), (False, "Olena"))
        self.assertTrue(other.save_lines("window-head", [self._event("note", value="Hello?")])["is_moved"])
        self.assertEqual(call.user_id, self.olena)
        self.assertTrue(other.take_over("window-head")["session_ok"])
        self.assertEqual(call.user_id, self.head)
        self.assertTrue(self._say(call, self._event("answer", "interest", answer="yes"))["is_moved"])

    def test_foreign_manager(self):
        call = self._start_call()
        foreign = call.with_user(self.taras)
        for name, args in (
            ("open_screen", ["x"]),
            ("take_over", ["x"]),
            ("save_lines", ["x", []]),
            ("set_script", ["x", False]),
            ("discard", ["x"]),
            ("prepare_finish", ["x", self.outcomes["success"].id]),
            ("finish", ["x", [], {"outcome_id": self.outcomes["success"].id}]),
        ):
            with self.subTest(method=name), self.assertRaises(AccessError):
                getattr(foreign, name)(*args)

    def test_query_count(self):
        """Saving an answer costs the same, whatever was said before."""
        call = self._start_call()
        for value in (1, 2, 3):
            self._say(call, self._event("next", "hello"), self._event("answer", "interest", answer="yes"))
            event = self._event("value", "budget", value=value)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(8):
                self._say(call, event)
                self.env.flush_all()
            self._say(call, self._event("jump", "agreed", to="hello"))


@tagged("post_install", "-at_install")
class TestCallFinish(CallCase):
    def test_success(self):
        """Outcome, field, result of the process, task done, next task and protocol, by one press."""
        task = self._plan_call(self.deal_dnipro)
        call = self._start_call(record=task)
        self._agree(call)
        prepared = call.prepare_finish(SESSION, self.outcomes["success"].id)
        self.assertEqual(prepared["step"]["name"], "Called")
        self.assertEqual(
            [(row["label"], row["is_allowed"]) for row in prepared["writes"]], [("Expected Revenue", True)]
        )
        self.assertEqual(self.deal_dnipro.expected_revenue, 0)
        answer = self._finish(call, note="He likes green.")
        self.assertEqual((call.state, call.outcome_kind, call.is_completed), ("done", "success", True))
        self.assertEqual(self.deal_dnipro.expected_revenue, 5000)
        result = self.deal_dnipro.last_result_id
        self.assertEqual((result, result.step_id, result.origin), (call.result_id, self.step_call, "call"))
        self.assertEqual((result.activity_id, task.active), (task, False))
        self.assertEqual(answer["next_activity_id"], result.next_activity_id.id)
        self.assertEqual(len(self._protocols(self.deal_dnipro)), 1)
        protocol = self._protocols(self.dnipro)
        for text in ("Would Dnipro deal be of use to you?", "Yes", "5000", "He likes green.", "Expected Revenue"):
            self.assertIn(text, protocol.body)
        self.assertEqual(protocol.author_id, self.olena.partner_id)

    def test_twice(self):
        call = self._start_call()
        self._agree(call)
        first = self._finish(call)
        again = call.finish(SESSION, [], {"outcome_id": self.outcomes["refusal"].id})
        self.assertEqual(again["next_activity_id"], first["next_activity_id"])
        self.assertEqual(call.outcome_id, self.outcomes["success"])
        self.assertEqual(len(self._results(self.deal_dnipro)), 1)

    def test_refusal_asks_why(self):
        call = self._start_call()
        self.assertEqual(call.prepare_finish(SESSION, self.outcomes["refusal"].id)["step"]["asks"], ["lost_reason"])
        with self.assertRaisesRegex(UserError, "Lost Reason"):
            self._finish(call, "refusal")
        self.assertEqual((call.state, self.deal_dnipro.active), ("open", True))
        self._finish(call, "refusal", lost_reason_id=self.reason_price.id)
        self.assertEqual((self.deal_dnipro.active, self.deal_dnipro.lost_reason_id), (False, self.reason_price))

    def test_unticked_field_is_not_written(self):
        call = self._start_call()
        self._agree(call)
        self._finish(call, writes=[])
        self.assertEqual(self.deal_dnipro.expected_revenue, 0)
        self.assertNotIn("Expected Revenue", self._protocols(self.dnipro).body)

    def test_field_the_user_may_not_write(self):
        self.nodes["budget"].write_field_id = False
        website = self.env["ir.model.fields"]._get("res.partner", "website")
        self.nodes["interest"].write({"write_record": "client", "write_field_id": website.id})
        self.answers["yes"].write_value = "https://dnipro.example"
        self.env.registry.clear_cache()
        call = self._start_call()
        self._agree(call)
        self.env["ir.rule"].create(
            {
                "name": "Nobody writes clients",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('id', '=', user.partner_id.id)]",
                "perm_read": False,
                "perm_create": False,
                "perm_unlink": False,
            }
        )
        row = call.prepare_finish(SESSION, self.outcomes["success"].id)["writes"][0]
        self.assertFalse(row["is_allowed"])
        with self.assertRaisesRegex(UserError, "may not change"):
            self._finish(call, writes=[row["key"]])

    def test_somebody_was_quicker(self):
        call = self._start_call()
        prepared = call.prepare_finish(SESSION, self.outcomes["success"].id)
        self._press(self.deal_dnipro.with_user(self.head), self.step_no_answer)
        with self.assertRaisesRegex(UserError, "Head"):
            call.finish(
                SESSION,
                [],
                {
                    "outcome_id": self.outcomes["success"].id,
                    "step_id": prepared["step"]["step_id"],
                    "last_result_id": prepared["last_result_id"],
                },
            )
        self.assertEqual(call.state, "open")

    def test_own_next_task(self):
        """The manager's day and time stand in place of those of the process."""
        call = self._start_call()
        day = fields.Date.context_today(call) + timedelta(days=10)
        moment = f"{day} 09:30:00"
        task = {"summary": "Send roses", "date_deadline": str(day), "call_start": moment, "user_id": self.ivan.id}
        self._finish(call, task=task)
        planned = call.next_activity_id
        self.assertEqual(planned, call.result_id.next_activity_id)
        self.assertEqual((planned.summary, planned.user_id), ("Send roses", self.ivan))
        self.assertEqual((planned.date_deadline, str(planned.call_start)), (day, moment))

    def test_without_deal(self):
        self.deal_dnipro.active = False
        task = self._plan_call(self.dnipro)
        call = self._start_call(record=task)
        prepared = call.prepare_finish(SESSION, self.outcomes["call_back"].id)
        self.assertFalse(prepared["step"])
        proposal = prepared["next_task"]
        self._finish(call, "call_back", task=proposal)
        self.assertFalse(task.active)
        self.assertEqual((call.next_activity_id.res_id, call.next_activity_id.user_id), (self.dnipro.id, self.olena))
        self.assertEqual(len(self._protocols(self.dnipro)), 1)

    def test_no_answer(self):
        """Nobody answered: the step's rule puts the call back, into the client's free hours; the third time it ends."""
        self.env["crm.call.hours"].create(
            [{"partner_id": self.dnipro.id, "weekday": str(day), "hour_from": 14, "hour_to": 16} for day in range(5)]
        )
        self.dnipro.tz = "Europe/Kyiv"
        task = self._plan_call(self.deal_dnipro)
        for number in (1, 2):
            call = self.env["crm.call"].with_user(self.olena)._record_no_answer(task.with_user(self.olena))
            self.assertEqual((call.outcome_kind, call.result_id.repeat_number), ("no_answer", number))
            self.assertFalse(task.active)
            task = call.next_activity_id
            local = fields.Datetime.context_timestamp(task.with_context(tz="Europe/Kyiv"), task.call_start)
            self.assertIn(local.hour, (14, 15))
            self.assertLess(local.weekday(), 5)
        call = self.env["crm.call"].with_user(self.olena)._record_no_answer(task.with_user(self.olena))
        self.assertEqual(call.result_id.step_id, self.step_unreachable)
        self.assertFalse(self.deal_dnipro.active)

    def test_no_answer_without_deal(self):
        self.deal_dnipro.active = False
        task = self._plan_call(self.dnipro)
        call = self.env["crm.call"].with_user(self.olena)._record_no_answer(task.with_user(self.olena))
        again = call.next_activity_id
        self.assertEqual((again.summary, again.res_id), ("Call them", self.dnipro.id))
        self.assertGreater(again.date_deadline, fields.Date.context_today(call))

    def test_task_for_nobody(self):
        """The next task is for a colleague who works here, and keeps the type that the process gave it."""
        call = self._start_call()
        portal = new_test_user(self.env, "call_portal", "base.group_portal")
        for user in (portal, self.env.ref("base.public_user")):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self._finish(call, task={"user_id": user.id, "summary": "x"})
        other_type = self.env.ref("mail.mail_activity_data_email")
        self._finish(call, task={"user_id": self.ivan.id, "activity_type_id": other_type.id})
        self.assertEqual(
            (call.next_activity_id.user_id, call.next_activity_id.activity_type_id), (self.ivan, self.call_type)
        )

    def test_deal_of_a_colleague(self):
        """A deal that went to a colleague during the call gets no result from whoever may not write it any more."""
        call = self._start_call()
        self._agree(call)
        self.deal_dnipro.user_id = self.taras
        prepared = call.prepare_finish(SESSION, self.outcomes["success"].id)
        self.assertEqual((prepared["step"], prepared["buttons"]), (False, []))
        self.assertFalse([row for row in prepared["writes"] if row["is_allowed"]])
        with self.assertRaises(UserError):
            self._finish(call, step_id=self.step_call.id)
        self._finish(call)
        self.assertFalse(call.result_id)
        self.assertFalse(self._protocols(self.deal_dnipro))
        self.assertEqual(len(self._protocols(self.dnipro)), 1)

    def test_time_of_a_call_put_back(self):
        """A time that the manager chooses himself stands, also after no answer."""
        call = self._start_call()
        day = fields.Date.context_today(call) + timedelta(days=7)
        self._finish(call, "no_answer", task={"date_deadline": str(day), "call_start": f"{day} 08:15:00"})
        self.assertEqual(str(call.next_activity_id.call_start), f"{day} 08:15:00")

    def test_deal_lost_meanwhile(self):
        call = self._start_call()
        self._agree(call)
        self.deal_dnipro.action_set_lost(lost_reason_id=self.reason_price.id)
        prepared = call.prepare_finish(SESSION, self.outcomes["success"].id)
        self.assertEqual((prepared["step"], prepared["buttons"]), (False, []))
        self._finish(call)
        self.assertEqual((call.state, call.result_id.id), ("done", False))

    def test_task_done_meanwhile(self):
        task = self._plan_call(self.deal_dnipro)
        call = self._start_call(record=task)
        task.action_feedback(feedback="Done elsewhere")
        self._finish(call)
        self.assertEqual((call.state, task.feedback), ("done", "Done elsewhere"))


@tagged("post_install", "-at_install")
class TestCallProtocol(CallCase):
    def test_texts_are_texts(self):
        """Whatever looks like HTML or a template, in script, names, answers and notes, is shown as it was typed."""
        evil = "<img src=x onerror=alert(1)> {{ object }} <t t-out='1+1'/> ${7*7}"
        self.dnipro.name = f"Dnipro {evil}"
        self.nodes["interest"].text = f"{evil} {{client}}?"
        self.answers["yes"].name = f"Yes {evil}"
        self.env.registry.clear_cache()
        call = self._start_call()
        self._agree(call)
        self._finish(call, note=evil)
        for record in (self.dnipro, self.deal_dnipro):
            body = str(self._protocols(record).body)
            self.assertNotIn("<img", body)
            self.assertEqual(body.count("&lt;img"), 4)
            self.assertEqual(body.count("{{ object }}"), 4)

    def test_notes_once(self):
        """A window sends its notes whole whenever they grow; the protocol has them as they were last."""
        call = self._start_call()
        self._say(call, self._event("note", value="Likes"), self._event("note", value="Likes green"))
        self._finish(call)
        body = self._protocols(self.dnipro).body
        self.assertEqual(body.count("Likes"), 1)
        self.assertIn("Likes green", body)

    def test_cannot_be_altered(self):
        call = self._start_call()
        self._agree(call)
        self._finish(call)
        protocol = self._protocols(self.dnipro)
        for user in (self.olena, self.head):
            with self.subTest(user=user.name):
                message = protocol.with_user(user)
                for vals in ({"body": "<p>x</p>"}, {"subtype_id": False}, {"author_id": user.partner_id.id}):
                    with self.assertRaises(AccessError):
                        message.write(vals)
                with self.assertRaises(AccessError):
                    message.unlink()
                with self.assertRaises(UserError):
                    self.dnipro.with_user(user)._message_update_content(message, body="x")
                with self.assertRaises(AccessError):
                    call.with_user(user).sudo(False).write({"note": "x"})
                with self.assertRaises(AccessError):
                    call.line_ids.with_user(user).sudo(False).unlink()
        self.assertTrue(protocol.exists())

    def test_late_answers_of_a_finished_call(self):
        call = self._start_call()
        self._agree(call)
        self._finish(call)
        answer = self._say(call, self._event("note", value="Too late"))
        self.assertTrue(answer["is_done"])
        self.assertEqual(len(call.line_ids), 3)

    def test_goes_with_the_deal(self):
        """A deal that is deleted takes its own copy of the protocol along; the client keeps his."""
        call = self._start_call()
        self._agree(call)
        self._finish(call)
        self.deal_dnipro.with_user(self.head).unlink()
        self.assertEqual(len(self._protocols(self.dnipro)), 1)
        self.assertFalse(call.lead_id)

    def test_merged_deals(self):
        other = self._create_deal("Another deal", self.dnipro, self.olena)
        call = self._start_call(record=other)
        self._agree(call)
        self._finish(call)
        (self.deal_dnipro | other).with_user(self.head).merge_opportunity()
        self.assertTrue(call.lead_id.exists())
        self.assertEqual(len(call.lead_id.call_ids), 1)
