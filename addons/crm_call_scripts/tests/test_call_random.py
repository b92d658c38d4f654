import random
from collections import Counter
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..tools.conversation import Conversation, ConversationError
from .test_call import SESSION, CallCase

ENTERED = ("text", "number", "date", "choice")
MOVING = ("next", "answer", "value", "objection", "jump")


class Log:
    """A second model of a conversation, as plain as can be: what was said, and everything else counted anew from it."""

    def __init__(self, graph):
        self.nodes = {node["id"]: node for node in graph["nodes"]}
        self.start = graph["start"]
        self.said = []

    def where(self):
        """Walk from the start along all that was not undone; return (node, objections that are open)."""
        node, stack = self.start, []
        for event in self.said:
            if event["undone"]:
                continue
            target = self.target_of(event, node)
            if event["kind"] == "objection":
                stack = [*stack, node]
            elif event["kind"] == "jump":
                stack = []
            elif not target:
                target, stack = (stack[-1], stack[:-1]) if stack else (self.start, [])
            node = target
        return node, stack

    def target_of(self, event, node):
        if event["kind"] in ("objection", "jump"):
            return event["to_node_id"]
        if event["kind"] == "answer":
            [target] = [one["next_id"] for one in self.nodes[node]["answers"] if one["id"] == event["answer_id"]]
            return target
        return self.nodes[node]["next_id"]

    def say(self, event):
        if event["kind"] == "back":
            last = [one for one in self.said if not one["undone"]][-1]
            last["undone"] = True
            return
        if event["kind"] in ("answer", "value"):
            for one in self.said:
                if one["kind"] in ("answer", "value") and one["node_id"] == event["node_id"]:
                    one["old"] = True
        self.said.append({**event, "undone": False, "old": False})

    def taken_back(self):
        return {one["key"] for one in self.said if one["undone"] or one["old"]}

    def is_possible(self, event):
        """Whether the rules allow an event now."""
        here = self.where()[0]
        node, kind = self.nodes[here], event["kind"]
        if event["node_id"] != here:
            return False
        if kind == "back":
            return any(not one["undone"] for one in self.said)
        if kind in ("objection", "jump"):
            target = self.nodes.get(event["to_node_id"])
            return bool(target) and target["is_objection"] == (kind == "objection")
        if kind == "answer":
            return node["kind"] == "question" and event["answer_id"] in [one["id"] for one in node["answers"]]
        if kind == "value":
            return node["kind"] in ENTERED and (bool(event["value"]) or not node["is_required"])
        return node["kind"] == "say"


def make_graph(chance):
    """A graph of up to a dozen nodes that lead anywhere, sensible or not."""
    ids = list(range(1, chance.randint(3, 12)))
    nodes = []
    for node_id in ids:
        kind = chance.choice(("say", "question", "question", "text", "end"))
        answers = chance.randint(1, 3) if kind == "question" else 0
        nodes.append(
            {
                "id": node_id,
                "kind": kind,
                "is_objection": chance.random() < 0.25,
                "is_required": chance.random() < 0.3,
                "next_id": chance.choice([*ids, False]),
                "answers": [
                    {"id": 100 * node_id + number, "next_id": chance.choice([*ids, False])} for number in range(answers)
                ],
            }
        )
    return {"start": chance.choice(ids), "nodes": nodes}


def make_event(chance, log, number):
    """An event that is mostly one of those which the rules allow."""
    here = log.where()[0]
    event = {"key": f"k{number}", "node_id": here if chance.random() < 0.95 else chance.choice(list(log.nodes))}
    kinds = {"say": "next", "question": "answer"}
    event["kind"] = chance.choice([kinds.get(log.nodes[here]["kind"], "value")] * 4 + [*MOVING, "back"])
    answers = [one["id"] for one in log.nodes[here]["answers"]] or [7]
    event["answer_id"] = chance.choice([*answers, 7]) if event["kind"] == "answer" else False
    event["value"] = chance.choice(["a", ""]) if event["kind"] == "value" else False
    event["to_node_id"] = chance.choice([*log.nodes, 999]) if event["kind"] in ("objection", "jump") else False
    return event


class TestRandomConversations(BaseCase):
    def test_two_models_agree(self):
        """Whatever the script and the events: the same are refused, and the conversation is at the same place."""
        counts = Counter()
        for seed in range(300):
            chance = random.Random(seed)
            graph = make_graph(chance)
            talk, log = Conversation(graph), Log(graph)
            for number in range(40):
                event = make_event(chance, log, number)
                possible = log.is_possible(event)
                counts[event["kind"], possible] += 1
                if possible:
                    talk.apply(event)
                    log.say(event)
                else:
                    with self.assertRaises(ConversationError, msg=(seed, event)):
                        talk.apply(event)
                here, stack = log.where()
                self.assertEqual(
                    (talk.node_id, list(talk.stack), talk.taken_back), (here, stack, log.taken_back()), (seed, event)
                )
        for kind in (*MOVING, "back"):
            self.assertGreater(counts[kind, True], 100, kind)
            self.assertGreater(counts[kind, False], 20, kind)

    def test_replay_leads_to_the_same_place(self):
        """Saved lines, played again in any number of portions, lead where the conversation was."""
        for seed in range(100):
            chance = random.Random(seed)
            graph = make_graph(chance)
            talk, log = Conversation(graph), Log(graph)
            events = []
            for number in range(30):
                event = make_event(chance, log, number)
                if log.is_possible(event):
                    talk.apply(event)
                    log.say(event)
                    events.append(event)
            again = Conversation(graph)
            cut = chance.randint(0, len(events))
            for portion in (events[:cut], events[cut:]):
                again.replay({**event, "value": False} for event in portion)
            self.assertEqual((again.node_id, again.stack), (talk.node_id, talk.stack), seed)
            self.assertEqual((again.taken_back, again.path), (talk.taken_back, talk.path), seed)


@tagged("post_install", "-at_install")
class TestRandomCalls(CallCase):
    def _make_walk(self, chance, graph, length):
        """Events along the real script, with detours, that the rules allow."""
        log, events = Log(graph), []
        while len(events) < length:
            number = len(events)
            here = log.nodes[log.where()[0]]
            event = make_event(chance, log, number)
            if event["kind"] == "answer" and here["kind"] == "question":
                event["answer_id"] = chance.choice(here["answers"])["id"]
            if event["kind"] == "value":
                event["value"] = {"number": number + 0.5, "date": "2026-05-07"}.get(here["kind"], "text")
            if chance.random() < 0.1:
                event.update(kind="note", value=f"Note {number}", answer_id=False, to_node_id=False, node_id=here["id"])
                events.append(event)
            elif log.is_possible(event):
                log.say(event)
                events.append(event)
        return events, log

    def _read_protocol(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        names = [
            "number",
            "key",
            "kind",
            "node_id",
            "to_node_id",
            "answer_id",
            "value_text",
            "value_number",
            "value_date",
        ]
        call = call.sudo()
        return call.line_ids.read([*names, "is_taken_back"], load=None), call.node_id.id, call.is_completed

    def _send(self, chance, call, events, crashes):
        """Send the events as a window does: what was not confirmed goes again with what came since."""
        confirmed = 0
        while confirmed < len(events):
            until = min(len(events), confirmed + chance.randint(1, 4))
            first = max(0, confirmed - chance.randint(0, 2))
            savepoint = self.env.cr.savepoint()
            call.save_lines(SESSION, [{**event, "seconds": 1} for event in events[first:until]])
            self.env.flush_all()
            if crashes and chance.random() < 0.3:
                savepoint.rollback()
                self.env.invalidate_all()
            else:
                confirmed = until
            savepoint.close(rollback=False)

    def test_crashes_change_nothing(self):
        """The protocol of a call whose server died again and again is that of a call without a fault."""
        graph = self.version._get_graph()
        for seed in range(12):
            chance = random.Random(seed)
            events, log = self._make_walk(chance, graph, 25)
            protocols = []
            for crashes in (False, True):
                call = self._start_call()
                self._send(chance, call, events, crashes)
                protocols.append(self._read_protocol(call))
                call.sudo().state = "done"
            for protocol in protocols:
                for row in protocol[0]:
                    del row["id"]
            self.assertEqual(protocols[0], protocols[1], seed)
            rows, node_id, is_completed = protocols[0]
            self.assertEqual([row["key"] for row in rows], [event["key"] for event in events])
            self.assertEqual([row["number"] for row in rows], list(range(1, len(events) + 1)))
            self.assertEqual({row["key"] for row in rows if row["is_taken_back"]}, log.taken_back(), seed)
            self.assertEqual((node_id, is_completed), (log.where()[0], log.nodes[node_id]["kind"] == "end"))

    def test_days_of_calls_nobody_answers(self):
        """Calls through some weeks: each has a protocol and a result, what is put back lies in the client's hours."""
        chance = random.Random(7)
        deals = [
            self._create_deal(f"Deal {number}", self._make_client(chance, number), self.olena) for number in range(8)
        ]
        tasks = {deal: self._plan_call(deal) for deal in deals}
        held, missed = Counter(), Counter()
        for _number in range(60):
            deal = chance.choice([deal for deal in deals if tasks[deal]] or [False])
            if not deal:
                break
            task = tasks[deal].with_user(self.olena)
            if chance.random() < 0.75:
                call = self.env["crm.call"].with_user(self.olena)._record_no_answer(task)
                missed[deal] += 1
            else:
                call = self._start_call(record=task)
                self._finish(
                    call, "call_back", task_date=str(fields.Date.today() + timedelta(days=chance.randint(1, 9)))
                )
                missed[deal] = 0
            held[deal] += 1
            tasks[deal] = self._check_next(deal, task, call, missed[deal])
        self.assertGreater(sum(held.values()), 20)
        for deal in deals:
            self.assertEqual(len(self._protocols(deal)), held[deal])
            self.assertEqual(len(self._results(deal)), held[deal])
            self.assertEqual(len(deal.call_ids), held[deal])

    def _make_client(self, chance, number):
        client = self._create_client(f"Client {number}", self.olena, tz="Europe/Kyiv")
        hour = chance.randint(8, 14)
        days = chance.sample(range(5), chance.randint(1, 5))
        self.env["crm.call.hours"].create(
            [{"partner_id": client.id, "weekday": str(day), "hour_from": hour, "hour_to": hour + 3} for day in days]
        )
        return client

    def _check_next(self, deal, task, call, missed):
        """Check what a call has left behind; return the next task, empty when the deal is closed."""
        self.assertFalse(task.active)
        self.assertEqual(call.state, "done")
        self.assertEqual(call.result_id, deal.last_result_id)
        if missed >= 3:
            self.assertEqual(call.result_id.step_id, self.step_unreachable)
            self.assertFalse(deal.active)
            return self.env["mail.activity"]
        following = call.next_activity_id
        self.assertEqual((following.active, following.res_id), (True, deal.id))
        if following.call_start:
            local = fields.Datetime.context_timestamp(following.with_context(tz="Europe/Kyiv"), following.call_start)
            hours = deal.partner_id.call_hours_ids.filtered(lambda one: one.weekday == str(local.weekday()))
            self.assertTrue(hours.filtered(lambda one: one.hour_from <= local.hour + local.minute / 60 < one.hour_to))
        else:
            self.assertFalse(missed, "an unanswered call waits for the client's hours")
        return following
