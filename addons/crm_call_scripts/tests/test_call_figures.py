import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests.common import TransactionCase

from ..report.crm_call_figures_nodes import SAID
from .figures_common import FiguresCast


class FiguresCommon(FiguresCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()


class TestHeadline(FiguresCommon):
    def test_what_counts(self):
        self._hold_agreed()
        self._hold_refused()
        self._hold_broken_off()
        self._hold(outcome="no_answer")
        # interrupted before and after something was said, and one that is under way
        self._hold(days_ago=2)
        self._hold([{"kind": "next", "node": "hello", "seconds": 5}], at="interest", days_ago=2)
        self._hold([{"kind": "next", "node": "hello", "seconds": 5}], at="interest", days_ago=0)
        totals = self._get_figures()["sides"][0]["totals"]
        self.assertEqual((totals["calls"], totals["reached"]), (6, 4))
        self.assertEqual((totals["completed"], totals["success"]), (2, 1))
        self.assertEqual((totals["completed_rate"], totals["success_rate"]), (50, 25))
        self.assertAlmostEqual(totals["seconds"], (80 + 30 + 10 + 5) / 4)
        # Wilson's range of 1 of 4
        self.assertAlmostEqual(totals["success_low"], 4.56, 2)
        self.assertAlmostEqual(totals["success_high"], 69.94, 2)

    def test_nothing_is_no_zero(self):
        totals = self._get_figures()["sides"][0]["totals"]
        self.assertEqual(totals["calls"], 0)
        for name in ("completed_rate", "success_rate", "success_low", "success_high", "forward_rate", "seconds"):
            self.assertIs(totals[name], False, name)

    def test_moved_the_deal(self):
        deal = self.deal_dnipro
        forward = self._press(deal, self.step_call)
        self._hold_agreed(lead_id=deal.id, result_id=forward.id)
        self._hold_refused(lead_id=deal.id, result_id=self._press(deal, self.step_no_answer).id)
        self._hold_agreed()
        totals = self._get_figures()["sides"][0]["totals"]
        self.assertEqual((totals["deals"], totals["forward"], totals["forward_rate"]), (2, 1, 50))
        self._assert_calls(1, figure="forward")
        self._assert_calls(2, figure="deals")

    def test_a_revoked_result_has_moved_nothing(self):
        result = self._press(self.deal_dnipro, self.step_call)
        self._hold_agreed(lead_id=self.deal_dnipro.id, result_id=result.id)
        result.sudo().is_revoked = True
        self.assertEqual(self._get_figures()["sides"][0]["totals"]["forward"], 0)
        self._assert_calls(0, figure="forward")

    def test_period_in_the_time_zone_of_the_reader(self):
        self.head.tz = "Asia/Tokyo"
        call = self._hold_agreed()
        call.sudo().start = "2026-03-10 20:00:00"  # the 11th in Tokyo
        for day, expected in (("2026-03-10", 0), ("2026-03-11", 1)):
            figures = self._get_figures(date_from=day, date_to=day)
            self.assertEqual(figures["sides"][0]["totals"]["calls"], expected, day)

    def test_managers_and_channels(self):
        self._hold_agreed()
        self._hold_refused()
        self._hold_refused(user=self.taras, team_id=False)
        users = self._get_figures()["users"]
        self.assertEqual([user["name"] for user in users], ["Olena", "Taras"])
        self.assertEqual([user["totals"]["success_rate"] for user in users], [50, 0])
        get_calls = lambda **options: self._get_figures(**options)["sides"][0]["totals"]["calls"]  # noqa: E731
        self.assertEqual(get_calls(user_ids=self.taras.ids), 1)
        self.assertEqual(get_calls(team_ids=self.channel.ids), 2)
        self.assertEqual(get_calls(team_ids=[0]), 1)

    def test_options_that_make_no_sense(self):
        for options in (
            {"script_id": 10**6},
            {"version_id": 10**6},
            {"version_id": self.version.id, "compare_id": "x"},
            {"user_ids": "all"},
            {"user_ids": [[1]]},
            {"date_from": "yesterday"},
            {"date_from": "2026-02-01", "date_to": "2026-01-01"},
        ):
            with self.subTest(options=options), self.assertRaises(UserError):
                self._get_figures(**options)
        for filters in ({"side": 7}, {"side": "x"}, {"figure": "secret"}, {"user_id": "1"}, {"user_id": [1]}):
            with self.subTest(filters=filters), self.assertRaises(UserError):
                self.env["crm.call.figures"].get_calls_action({"script_id": self.script.id}, filters)

    def test_choices(self):
        draft = self.env["crm.call.script"].create({"name": "In the making"})
        self.env["crm.call.script.version"].create({"script_id": draft.id})
        scripts = self.env["crm.call.figures"].with_user(self.olena).get_choices()["scripts"]
        self.assertNotIn(draft.id, [script["id"] for script in scripts])
        mine = next(script for script in scripts if script["id"] == self.script.id)
        self.assertEqual(mine["versions"], [{"id": self.version.id, "number": 1, "is_published": True}])
        self.script.active = False
        last = self.env["crm.call.figures"].get_choices()["scripts"][-1]
        self.assertEqual(last["id"], self.script.id)

    def _assert_calls(self, expected, **filters):
        options = {"script_id": self.script.id}
        action = self.env["crm.call.figures"].with_user(self.head).get_calls_action(options, filters)
        self.assertEqual(self.env["crm.call"].with_user(self.head).search_count(action["domain"]), expected, filters)


class TestNodes(FiguresCommon):
    def _get_side(self, key, **options):
        return self._find(self._get_figures(**options)["nodes"], key)["sides"][0]

    def test_order_of_the_script(self):
        keys = [node["key"] for node in self._get_figures()["nodes"]]
        self.assertEqual(keys, ["hello", "interest", "budget", "agreed", "refused", "when", "later", "expensive"])

    def test_came_here_and_left_here(self):
        self._hold_agreed()
        self._hold_refused()
        self._hold_broken_off()
        self._hold(outcome="no_answer")
        hello, interest = self._get_side("hello"), self._get_side("interest")
        self.assertEqual((hello["reached"], hello["left"], hello["seconds"]), (3, 0, 10))
        self.assertEqual((interest["reached"], interest["left"]), (3, 1))
        self.assertAlmostEqual(interest["left_rate"], 100 / 3)
        self.assertAlmostEqual(interest["seconds"], 50 / 3)
        # an end is where a conversation ends, not where it breaks off
        self.assertEqual((self._get_side("agreed")["reached"], self._get_side("agreed")["left"]), (1, 0))
        self.assertEqual(self._get_side("expensive")["reached"], 0)

    def test_what_was_taken_back_does_not_count(self):
        steps = [
            {"kind": "next", "node": "hello"},
            {"kind": "answer", "node": "interest", "answer": "later", "is_taken_back": True},
            {"kind": "back", "node": "when"},
            {"kind": "answer", "node": "interest", "answer": "no"},
        ]
        self._hold(steps, "refusal", at="refused")
        self.assertEqual(self._get_side("when")["reached"], 0)
        counts = {answer["key"]: answer["count"] for answer in self._get_side("interest")["answers"]}
        self.assertEqual(counts, {"yes": 0, "no": 1, "later": 0})

    def test_an_objection_visits_a_question_once_per_call(self):
        steps = [
            {"kind": "next", "node": "hello", "seconds": 1},
            {"kind": "objection", "node": "interest", "seconds": 2},
            {"kind": "answer", "node": "expensive", "answer": "fine", "seconds": 3},
            {"kind": "objection", "node": "interest", "seconds": 4},
            {"kind": "answer", "node": "expensive", "answer": "never", "seconds": 5},
        ]
        self._hold(steps, "refusal", at="refused")
        interest = self._get_side("interest")
        self.assertEqual((interest["reached"], interest["seconds"], interest["passed"]), (1, 6, 0))
        self.assertEqual(self._get_side("expensive")["reached"], 1)

    def test_notes_and_strays_move_nothing(self):
        steps = [
            {"kind": "note", "node": "budget", "value_text": "x", "has_value": True},
            {"kind": "stray", "node": "when", "is_taken_back": True},
        ]
        self._hold(steps, "refusal", at="hello")
        self.assertEqual(self._get_side("budget")["reached"], 0)
        self.assertEqual(self._get_side("when")["reached"], 0)
        self.assertEqual(self._get_side("hello")["left"], 1)

    def test_answers_and_what_followed(self):
        for __ in range(3):
            self._hold_agreed()
        self._hold_refused()
        rows = self._get_side("interest")["answers"]
        yes, no, later = rows
        self.assertEqual((yes["count"], yes["rate"], yes["success_rate"]), (3, 75, 100))
        self.assertEqual((no["count"], no["rate"], no["success_rate"]), (1, 25, 0))
        self.assertEqual((later["count"], later["success_rate"]), (0, False))

    def test_worst_place_in_a_sentence(self):
        self.assertIs(self._get_figures()["worst"], False)
        for __ in range(8):
            self._hold_agreed()
        for __ in range(4):
            self._hold_broken_off()
        worst = self._get_figures()["worst"]
        self.assertEqual(worst["key"], "interest")
        self.assertEqual(worst["text"], "Interest: 33 % of 12 conversations end here.")

    def test_few_conversations_make_no_worst_place(self):
        for __ in range(9):
            self._hold_broken_off()
        self.assertIs(self._get_figures()["worst"], False)

    def test_a_third_of_many_is_worse_than_half_of_few(self):
        for __ in range(100):
            self._hold_agreed()
        for __ in range(50):
            self._hold_broken_off()
        for index in range(10):
            steps = [{"kind": "next", "node": "hello"}, {"kind": "answer", "node": "interest", "answer": "later"}]
            self._hold(steps, "refusal" if index < 4 else "call_back", at="when" if index < 4 else "later")
        self.assertEqual(self._get_figures()["worst"]["key"], "interest")

    def test_as_many_queries_for_many_versions(self):
        self._hold_agreed()
        alone = self._count_queries(version_id=0)
        for number in (2, 3, 4):
            self._add_version(number)
            self._hold_agreed()
        self.assertEqual(self._get_figures(version_id=0)["sides"][0]["totals"]["calls"], 4)
        self.assertLessEqual(self._count_queries(version_id=0), alone)

    def _count_queries(self, **options):
        self._get_figures(**options)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._get_figures(**options)
        return self.cr.sql_log_count - before

    def test_every_number_opens_its_calls(self):
        self._hold_agreed()
        self._hold_refused()
        self._hold_broken_off()
        self._hold(outcome="no_answer")
        interest = self._get_side("interest")
        answer = self._find(interest["answers"], "yes")
        totals = self._get_figures()["sides"][0]["totals"]
        cases = [({"figure": name}, totals[name]) for name in ("calls", "reached", "completed", "success", "deals")]
        cases += [
            ({"node_key": "interest"}, interest["reached"]),
            ({"left_key": "interest"}, interest["left"]),
            ({"node_key": "interest", "answer_key": "yes"}, answer["count"]),
            ({"user_id": self.olena.id, "figure": "calls"}, 4),
            ({"user_id": self.taras.id}, 0),
        ]
        for filters, expected in cases:
            action = (
                self.env["crm.call.figures"]
                .with_user(self.head)
                .get_calls_action({"script_id": self.script.id}, filters)
            )
            calls = self.env["crm.call"].with_user(self.head).search(action["domain"])
            self.assertEqual(len(calls), expected, filters)


class TestVersions(FiguresCommon):
    def _hold_many(self, successes, refusals):
        for __ in range(successes):
            self._hold_agreed()
        for __ in range(refusals):
            self._hold_broken_off()

    def _set_up_versions(self, old, new):
        self._hold_many(*old)
        self._add_version()
        self._hold_many(*new)
        figures = self._get_figures(version_id=self.version.id, compare_id=self.old_version.id)
        return figures, {row["name"]: row for row in figures["comparison"]}

    def test_version_in_use_by_default(self):
        self._hold_agreed()
        self._add_version()
        self._hold_refused_by_hand()
        figures = self._get_figures()
        self.assertEqual(figures["sides"][0]["name"], "Version 2")
        self.assertEqual(figures["sides"][0]["totals"]["calls"], 1)
        self.assertIs(figures["comparison"], False)

    def _hold_refused_by_hand(self):
        self._hold([{"kind": "next", "node": "hello"}], "refusal", at="interest")

    def test_better_for_certain(self):
        figures, rows = self._set_up_versions((5, 35), (25, 15))
        self.assertEqual([side["name"] for side in figures["sides"]], ["Version 2", "Version 1"])
        row = rows["success"]
        self.assertEqual((row["difference"], row["verdict"]), (50, "better"))
        self.assertTrue(0 < row["low"] < 50 < row["high"])
        self.assertEqual(
            row["text"],
            f"Version 2 succeeds more often than Version 1: by {round(row['low'])} to {round(row['high'])} points.",
        )

    def test_worse_for_certain(self):
        __, rows = self._set_up_versions((25, 15), (5, 35))
        row = rows["completed"]
        self.assertEqual((row["difference"], row["verdict"]), (-50, "worse"))
        self.assertIn("Version 1 leads to the end more often than Version 2: by", row["text"])

    def test_not_yet_known(self):
        __, rows = self._set_up_versions((10, 20), (14, 16))
        self.assertEqual(rows["success"]["verdict"], "unknown")
        # 33 % against 47 %: 211 of each are needed, 30 are there
        self.assertIn("about 181 more conversations", rows["success"]["text"])

    def test_nothing_to_tell(self):
        __, rows = self._set_up_versions((10, 10), (10, 10))
        self.assertIn("No difference can be told, and", rows["success"]["text"])

    def test_one_without_conversations(self):
        __, rows = self._set_up_versions((10, 10), (0, 0))
        self.assertIs(rows["success"]["difference"], False)
        self.assertIn("no conversations", rows["success"]["text"])

    def test_nodes_are_matched_by_key(self):
        figures, __ = self._set_up_versions((1, 1), (2, 0))
        sides = {node["key"]: node["sides"] for node in figures["nodes"]}
        self.assertEqual([side["reached"] for side in sides["budget"]], [2, 1])
        self.assertIs(sides["refused"][0], False)
        self.assertEqual(sides["refused"][1]["reached"], 0)

    def test_all_versions_together(self):
        self._set_up_versions((1, 1), (2, 0))
        figures = self._get_figures(version_id=0)
        self.assertEqual(figures["sides"][0]["name"], "All versions")
        self.assertEqual(figures["sides"][0]["totals"]["calls"], 4)
        interest = self._find(figures["nodes"], "interest")["sides"][0]
        self.assertEqual((interest["reached"], interest["left"]), (4, 1))
        self.assertEqual(self._find(interest["answers"], "yes")["count"], 3)

    def test_calls_of_the_other_side(self):
        self._set_up_versions((1, 2), (4, 0))
        options = {"script_id": self.script.id, "version_id": self.version.id, "compare_id": self.old_version.id}
        for side, expected in ((0, 4), (1, 3)):
            action = self.env["crm.call.figures"].get_calls_action(options, {"side": side})
            self.assertEqual(self.env["crm.call"].search_count(action["domain"]), expected)


class TestRandomCalls(FiguresCommon):
    """The figures of calls by chance, against a count in plain Python."""

    def test_against_plain_python(self):
        for seed in range(3):
            with self.subTest(seed=seed):
                self._check(random.Random(seed))

    def _check(self, rng):
        self.env["crm.call"].sudo().search([]).unlink()
        calls = [self._hold_by_chance(rng) for __ in range(60)]
        talks = [call for call in calls if self._is_counted(call) and self._is_talk(call)]
        figures = self._get_figures()
        totals = figures["sides"][0]["totals"]
        self.assertEqual(totals["calls"], sum(map(self._is_counted, calls)))
        self.assertEqual(totals["reached"], len(talks))
        self.assertEqual(totals["completed"], sum(call.is_completed for call in talks))
        self.assertEqual(totals["success"], sum(call.outcome_kind == "success" for call in talks))
        for node in figures["nodes"]:
            self._check_node(self.nodes[node["key"]], node["sides"][0], talks)

    def _check_node(self, node, side, talks):
        came = [call for call in talks if node == call.node_id or node in self._get_lines(call, SAID).node_id]
        self.assertEqual(side["reached"], len(came), node.key)
        left = [call for call in talks if call.node_id == node and not call.is_completed]
        self.assertEqual(side["left"], len(left), node.key)
        seconds = sum(line.seconds for call in talks for line in self._get_lines(call, SAID) if line.node_id == node)
        self.assertEqual(side["seconds"], seconds / len(came) if came else False, node.key)
        for answer in side["answers"]:
            record = self.answers[answer["key"]]
            gave = [call for call in talks if record in self._get_lines(call, ["answer"]).answer_id]
            self.assertEqual(answer["count"], len(gave), answer["key"])
            wins = [call for call in gave if call.outcome_kind == "success"]
            self.assertEqual(answer["success_rate"], 100 * len(wins) / len(gave) if gave else False)

    def _hold_by_chance(self, rng):
        steps, answered = [], set()
        for __ in range(rng.randrange(7)):
            key = rng.choice(list(self.nodes))
            kind = rng.choice(["next", "answer", "objection", "jump", "back", "note", "resume"])
            step = {"kind": kind, "node": key, "seconds": rng.randrange(30)}
            step["is_taken_back"] = rng.random() < 0.3
            answers = self.nodes[key].answer_ids
            if kind == "answer":
                if not answers or key in answered:
                    continue
                answered.add(key)
                step["answer"] = rng.choice(answers).key
            steps.append(step)
        outcome = rng.choice([None, *self.outcomes])
        return self._hold(steps, outcome, at=rng.choice(list(self.nodes)), days_ago=rng.choice([0, 0, 2, 9]))

    def _is_counted(self, call):
        last = call.last_date or call.start
        return call.state == "done" or last < fields.Datetime.now() - timedelta(days=1)

    def _is_talk(self, call):
        return call.outcome_kind != "no_answer" if call.outcome_id else bool(call.last_date)

    def _get_lines(self, call, kinds):
        return call.line_ids.filtered(lambda line: line.kind in kinds and not line.is_taken_back)
