import random

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_call_scripts.tools.conversation import Conversation

from ..department.talk import Talk

KINDS = {1: "success", 2: "refusal", 3: "later"}


def node(number, kind, next_id=False, answers=(), outcome_id=False, is_objection=False):
    return {
        "id": number,
        "kind": kind,
        "next_id": next_id,
        "answers": [{"id": 100 * number + n, "next_id": target} for n, target in enumerate(answers)],
        "outcome_id": outcome_id,
        "is_objection": is_objection,
        "is_required": False,
    }


GRAPH = {
    "start": 1,
    "nodes": [
        node(1, "say", 2),
        node(2, "question", answers=(3, 4, 2)),
        node(3, "number", 5),
        node(4, "question", answers=(6, 3)),
        node(5, "end", outcome_id=1),
        node(6, "end", outcome_id=2),
        node(7, "question", answers=(False, 6), is_objection=True),
    ],
}


@tagged("post_install", "-at_install")
class TestTalk(BaseCase):
    """What is said follows from the script and the seed, and comes to the end that is wanted."""

    def talk(self, seed, wanted, is_broken_off=False):
        talk = Talk(GRAPH, KINDS, random.Random(seed), wanted, lambda _node: {"value": 7})
        return talk, talk.run(is_broken_off)

    def test_it_comes_to_the_wanted_end(self):
        for wanted, end in (("success", 5), ("refusal", 6)):
            reached = [self.talk(seed, wanted)[0].talk.node_id for seed in range(60)]
            self.assertEqual(set(reached), {end})

    def test_what_is_cut_short_comes_to_no_end(self):
        for seed in range(60):
            talk, events = self.talk(seed, "success", is_broken_off=True)
            self.assertFalse(talk.talk.is_completed)
            self.assertLess(len(events), 5)

    def test_without_such_an_end_it_stops_on_the_way(self):
        for seed in range(60):
            _talk, events = self.talk(seed, "later")
            self.assertLessEqual(len(events), 6)
            self.assertTrue(events)

    def test_the_screen_could_have_sent_it(self):
        for seed in range(60):
            talk, events = self.talk(seed, "success")
            again = Conversation(GRAPH)
            for event in events:
                again.apply(event)
                self.assertEqual(again.node_id, event["to_node_id"])
            self.assertEqual((again.node_id, again.taken_back), (talk.talk.node_id, talk.talk.taken_back))

    def test_some_object_once(self):
        objections = [
            sum(event["kind"] == "objection" for event in self.talk(seed, "success")[1]) for seed in range(100)
        ]
        self.assertEqual(set(objections), {0, 1})

    def test_the_same_seed_says_the_same(self):
        self.assertEqual(self.talk(5, "success")[1], self.talk(5, "success")[1])
        ways = {tuple(event["node_id"] for event in self.talk(seed, "success")[1]) for seed in range(30)}
        self.assertGreater(len(ways), 3)
