from odoo.tests import BaseCase, tagged

from ..tools.placeholders import fill, find_placeholders, find_stray_braces
from ..tools.script_check import find_problems
from .test_call_script import ScriptCase


def make_node(node_id, kind="say", next_id=False, answers=(), **vals):
    """Return a complete node of a graph; ``answers`` are where they lead."""
    return {
        "id": node_id,
        "key": node_id,
        "kind": kind,
        "name": node_id.title(),
        "text": "Something",
        "hint": "",
        "is_objection": False,
        "is_required": False,
        "next_id": next_id,
        "answers": [
            {"id": f"{node_id}{n}", "key": f"a{n}", "name": f"Answer {n}", "next_id": target, "writes": False}
            for n, target in enumerate(answers)
        ],
        "outcome_id": kind == "end" and 1,
        "field": False,
        "x": 0,
        "y": 0,
        **vals,
    }


class TestScriptCheck(BaseCase):
    def _find(self, *nodes, start="a"):
        return [(one.code, one.node) for one in find_problems({"start": start, "nodes": list(nodes)})]

    def test_nothing_wrong(self):
        self.assertEqual(
            self._find(
                make_node("a", next_id="b"),
                make_node("b", "question", answers=["c", "a"]),
                make_node("c", "end"),
                make_node("o", "question", answers=[False, "p"], is_objection=True),
                make_node("p"),
            ),
            [],
        )

    def test_start(self):
        self.assertIn(("start", False), self._find(make_node("a", "end"), start=False))
        self.assertIn(("start", False), self._find(start="gone"))
        self.assertIn(("start_objection", "a"), self._find(make_node("a", is_objection=True)))

    def test_dead_ends(self):
        end = make_node("z", "end")
        self.assertIn(("dead_end", "a"), self._find(make_node("a"), end))
        for kind in ("text", "number", "date"):
            self.assertIn(("dead_end", "a"), self._find(make_node("a", kind), end))
        self.assertIn(("dead_end", "a"), self._find(make_node("a", next_id="gone"), end))
        self.assertIn(("no_answers", "a"), self._find(make_node("a", "question"), end))
        self.assertIn(("answer_dead_end", "a"), self._find(make_node("a", "question", answers=["z", False]), end))
        self.assertIn(("no_answers", "a"), self._find(make_node("a", "choice", next_id="z"), end))

    def test_objection_leads_back(self):
        objection = make_node("o", next_id="p", is_objection=True)
        self.assertEqual(self._find(make_node("a", next_id="z"), make_node("z", "end"), objection, make_node("p")), [])
        # what the conversation itself comes through as well, must lead on
        both = make_node("a", next_id="p"), make_node("z", "end"), objection, make_node("p")
        self.assertIn(("dead_end", "p"), self._find(*both))

    def test_reach(self):
        nodes = make_node("a", next_id="z"), make_node("z", "end"), make_node("b", next_id="z")
        self.assertEqual(self._find(*nodes), [("out_of_reach", "b")])

    def test_ends(self):
        self.assertIn(("no_end", False), self._find(make_node("a", "question", answers=["a"])))
        nodes = (
            make_node("a", "question", answers=["b", "z"]),
            make_node("b", "question", answers=["b"]),
            make_node("z", "end"),
        )
        self.assertEqual(self._find(*nodes), [("no_way_out", "b")])
        self.assertIn(("no_outcome", "a"), self._find(make_node("a", "end", outcome_id=False)))
        self.assertIn(("end_objection", "a"), self._find(make_node("a", "end", is_objection=True)))

    def test_loops(self):
        circle = make_node("a", next_id="b"), make_node("b", "text", next_id="c"), make_node("c", next_id="b")
        codes = self._find(*circle, make_node("z", "end"))
        self.assertIn(("loop", "b"), codes)
        self.assertEqual(len([code for code, _node in codes if code == "loop"]), 1)
        self.assertIn(("loop", "a"), self._find(make_node("a", next_id="a")))

    def test_texts(self):
        end = make_node("a", "end", name=" ", text="", hint="{price}")
        self.assertEqual(
            self._find(end), [("no_name", "a"), ("placeholder", "a"), ("no_text", "a")], "the errors come first"
        )
        self.assertIn(("brace", "a"), self._find(make_node("a", "end", text="Good day, {client")))
        twice = make_node("a", "choice", next_id="z", answers=[False, False])
        twice["answers"][1]["name"] = "answer 0 "
        self.assertEqual(self._find(twice, make_node("z", "end")), [("same_answers", "a")])
        twice["answers"][1]["name"] = " "
        self.assertEqual(self._find(twice, make_node("z", "end")), [("no_answer_name", "a")])
        many = make_node("a", "choice", next_id="z", answers=[False] * 10)
        self.assertEqual(self._find(many, make_node("z", "end")), [("many_answers", "a")])

    def test_large_graph(self):
        """A long chain costs neither recursion nor squared time."""
        chain = [make_node(f"n{n}", next_id=f"n{n + 1}") for n in range(5000)]
        self.assertEqual(self._find(*chain, make_node("n5000", "end"), start="n0"), [])


class TestPlaceholders(BaseCase):
    def test_fill(self):
        values = {"client": "Dnipro {manager}", "contact": "", "manager": "Olena"}
        self.assertEqual(fill("{manager} to {client}", values), "Olena to Dnipro {manager}", "nothing is filled twice")
        self.assertEqual(fill("{contact|colleague}, {contact}", values), "colleague, …")
        self.assertEqual(fill("{x} {} {0} {client.name} %s ${7*7}", values), "{x} {} {0} {client.name} %s ${7*7}")

    def test_find(self):
        self.assertEqual(find_placeholders("{client} {x|y} {client}"), ["client", "x", "client"])
        self.assertEqual(find_stray_braces("{client} {contact|dear}"), [])
        self.assertEqual(find_stray_braces("say { client } and }"), ["{ client", "} and", "}"])


@tagged("post_install", "-at_install")
class TestProblems(ScriptCase):
    def _texts(self, version, key):
        return " ".join(one["text"] for one in version.get_problems() if one["node_key"] == key)

    def test_messages(self):
        draft = self._edit()
        self.assertEqual(draft.get_problems(), [])
        nodes = {node.key: node for node in draft.node_ids}
        nodes["hello"].write({"next_node_id": False, "text": "Hello {price}"})
        nodes["agreed"].outcome_id = False
        self.assertIn("leads nowhere", self._texts(draft, "hello"))
        self.assertIn("{price}", self._texts(draft, "hello"))
        self.assertIn("has no outcome", self._texts(draft, "agreed"))
        self.assertIn("Nothing leads to", self._texts(draft, "interest"))
        self.assertIn("has no outcome", draft.problems)

    def test_every_problem_has_a_message(self):
        texts = self.version._get_problem_texts("Node", "detail")
        codes = {
            *("start", "start_objection", "no_name", "no_text", "placeholder", "brace", "dead_end", "no_outcome"),
            *("end_objection", "no_answers", "many_answers", "same_answers", "no_answer_name", "answer_dead_end"),
            *("out_of_reach", "no_end", "no_way_out", "loop"),
        }
        self.assertEqual(set(texts), codes)

    def test_fields(self):
        draft = self._edit()
        nodes = {node.key: node for node in draft.node_ids}
        probability = self.env["ir.model.fields"]._get("crm.lead", "probability")
        nodes["budget"].write_field_id = probability
        self.assertIn("cannot be written", self._texts(draft, "budget"))
        self.assertFalse(draft._get_graph()["nodes"][2]["field"])
        nodes["budget"].write_field_id = self.env["ir.model.fields"]._get("crm.lead", "priority")
        self.assertIn("takes no answers of this kind", self._texts(draft, "budget"))
        priority = self.env["ir.model.fields"]._get("crm.lead", "priority")
        nodes["interest"].write({"write_record": "deal", "write_field_id": priority.id})
        self.assertIn("“Yes” does not fit", self._texts(draft, "interest"))
        for answer, value in zip(nodes["interest"].answer_ids, ("3", "Low", "0"), strict=True):
            answer.write_value = value
        self.assertEqual(self._texts(draft, "interest"), "")

    def test_examples(self):
        for name, objections in (("cold_call", 4), ("satisfaction", 2)):
            version = self.env.ref(f"crm_call_scripts.crm_call_script_{name}_version")
            with self.subTest(name=name):
                self.assertEqual(version.get_problems(), [])
                self.assertGreaterEqual(len(version.node_ids.filtered("is_objection")), objections)
                self.assertTrue(version.start_node_id)

    def test_example_is_published_once(self):
        script = self.env.ref("crm_call_scripts.crm_call_script_cold_call")
        self.assertEqual(script.published_id.state, "published")
        published = script.published_id
        self.env["crm.call.script"]._publish_shipped("crm_call_script_cold_call", "crm_call_node_cold_call_moment")
        self.assertEqual((script.published_id, published.start_node_id.key), (published, "hello"))
        self.env["crm.call.script"]._publish_shipped("deleted", "deleted")
