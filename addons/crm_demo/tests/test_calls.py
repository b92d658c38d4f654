from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_call_scripts.tools.conversation import Conversation

from ..department import tables_calls
from .common import DepartmentCase


class CallsCase(DepartmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calls = cls.env["crm.call"].search([("company_id", "=", cls.company.id)], order="id")
        cls.done = cls.calls.filtered(lambda call: call.state == "done")


@tagged("post_install", "-at_install")
class TestHeldCalls(CallsCase):
    def test_every_planned_call_is_there(self):
        self.assertEqual(len(self.calls), len(self.plan.calls))
        for purpose in ("prospect", "feedback"):
            mine = self.calls.filtered(lambda call, purpose=purpose: call.script_id.purpose == purpose)
            self.assertEqual(len(mine), sum(call.purpose == purpose for call in self.plan.calls))

    def test_results_are_those_of_the_log(self):
        linked = self.calls.result_id
        self.assertEqual(len(linked), sum(call.result is not None for call in self.plan.calls))
        for call in self.calls.filtered("result_id"):
            result = call.result_id
            self.assertEqual((call.lead_id, call.user_id), (result.lead_id, result.user_id))
            self.assertEqual(call.activity_id, result.activity_id)
            self.assertEqual(call.end, result.date)
            step = result.step_id.get_external_id()[result.step_id.id].rpartition("_step_")[2]
            self.assertEqual(tables_calls.OUTCOMES[step], call.outcome_kind)

    def test_log_is_as_it_was(self):
        """No result was recorded by the calls."""
        self.assertEqual(len(self.results), len(self.plan.results))

    def test_protocols_follow_the_script(self):
        for call in self.done[:150]:
            talk = Conversation(call.version_id._get_graph())
            for line in call.line_ids.sorted("number"):
                event = {name: line[name].id for name in ("node_id", "to_node_id", "answer_id")}
                value = {"answer_ids": line.answer_ids.ids} if line.answer_ids else {"value": line._get_value()}
                talk.apply({"key": line.key, "kind": line.kind, **event, **(value if line.kind == "value" else {})})
            self.assertEqual((talk.node_id, talk.is_completed), (call.node_id.id, call.is_completed))
            self.assertEqual(talk.taken_back, set(call.line_ids.filtered("is_taken_back").mapped("key")))

    def test_nobody_speaks_where_nobody_answers(self):
        silent = self.done.filtered(lambda call: call.outcome_kind == "no_answer")
        self.assertGreater(len(silent), 100)
        self.assertFalse(silent.line_ids)

    def test_versions_can_be_compared(self):
        sales = self.done.filtered(lambda call: call.script_id.purpose == "prospect" and call.line_ids)
        former, current = sales.version_id.sorted("number")
        self.assertEqual((former.state, current.state), ("retired", "published"))
        shares = {
            version: sum(call.is_completed for call in calls) / len(calls)
            for version, calls in sales.grouped("version_id").items()
        }
        self.assertGreater(shares[current], shares[former])
        self.assertTrue(sales.line_ids.filtered(lambda line: line.kind == "objection"))

    def test_interviews_have_free_texts_in_the_language_of_the_clients(self):
        feedback = self.done.filtered(lambda call: call.script_id.purpose == "feedback")
        texts = set(feedback.line_ids.filtered(lambda line: line.node_id.kind == "text").mapped("value_text"))
        self.assertTrue(texts)
        self.assertLessEqual(texts, set(tables_calls.TEXTS["feedback"]))

    def test_protocols_are_in_the_history(self):
        subtype = self.env.ref("crm_call_scripts.mt_protocol")
        count = self.env["mail.message"]._read_group(
            [("subtype_id", "=", subtype.id), ("model", "in", ("crm.lead", "res.partner"))], ["model"], ["__count"]
        )
        self.assertEqual(dict(count), {"crm.lead": len(self.done), "res.partner": len(self.done)})

    def test_one_call_can_be_gone_on_with(self):
        opened = self.calls - self.done
        self.assertEqual(opened.user_id, self.users["manager1"])
        self.assertTrue(opened.activity_id.active)
        self.assertFalse(opened.is_completed)
        action = opened.activity_id.with_user(self.users["manager1"]).action_start_call()
        self.assertEqual(action["params"]["call_id"], opened.id)

    def test_managers_see_their_own(self):
        mine = self.env["crm.call"].with_user(self.users["manager1"]).search([])
        self.assertGreater(len(mine), 50)
        self.assertEqual(mine.with_env(self.env).user_id, self.users["manager1"])


@tagged("post_install", "-at_install")
class TestPlannedCalls(CallsCase):
    def test_hours_are_on_the_day_of_the_task(self):
        tasks = self.env["mail.activity"].search([("call_start", "!=", False), ("lead_id", "in", self.leads.ids)])
        self.assertGreater(len(tasks), 60)
        for task in tasks:
            local = fields.Datetime.context_timestamp(task.with_context(tz=task.user_id.tz), task.call_start)
            self.assertEqual(local.date(), task.date_deadline)
            self.assertIn(local.hour, tables_calls.CALL_HOURS)
        self.assertTrue(tasks.filtered("is_call_promised"))

    def test_list_of_interviews_is_under_way(self):
        call_list = self.env["crm.call.list"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(call_list), 1)
        self.assertEqual(call_list.open_count, len(self.plan.call_list))
        self.assertEqual(len(call_list.call_ids), sum(call.is_listed for call in self.plan.calls))
        for task in call_list.activity_ids:
            self.assertEqual(task.call_script_id.purpose, "feedback")
            self.assertFalse(task.client_id.do_not_call)

    def test_nobody_silent_is_to_be_called(self):
        silent = self.clients.filtered("do_not_call")
        self.assertEqual(len(silent), sum(bool(one.silent_reason) for one in self.plan.reachable))
        self.assertTrue(all(silent.mapped("do_not_call_reason")))
        tasks = self.env["mail.activity"].search([("client_id", "in", silent.ids)])
        self.assertNotIn("phonecall", tasks.mapped("activity_category"))

    def test_clients_have_hours(self):
        hours = self.env["crm.call.hours"].search([("partner_id", "in", self.clients.ids)])
        self.assertEqual(len(hours), sum(len(one.hours) for one in self.plan.reachable))


@tagged("post_install", "-at_install")
class TestMeetings(CallsCase):
    def test_what_is_over_is_recorded_or_missed(self):
        meetings = self.env["calendar.event"].search([("opportunity_id", "in", self.leads.ids)])
        self.assertEqual(len(meetings), len(self.plan.meetings))
        over = meetings.filtered(lambda meeting: meeting.stop.date() < self.day)
        self.assertTrue(over.filtered(lambda meeting: meeting.meeting_state == "held" and meeting.meeting_note))
        missing = over.filtered("is_result_missing")
        self.assertTrue(missing)
        self.assertTrue(all(missing.activity_ids.mapped("active")), "it stands in the day of its manager")
        coming = meetings.filtered(lambda meeting: meeting.start.date() > self.day)
        self.assertEqual(set(coming.mapped("meeting_state")), {"planned"})
        for meeting in meetings:
            self.assertEqual(meeting.client_id, meeting.opportunity_id.partner_id.client_id)
