import copy

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_call_script import ScriptCase, _shape


@tagged("post_install", "-at_install")
class TestGraph(ScriptCase):
    def test_contract(self):
        graph = self.version._get_graph()
        self.assertEqual(
            (graph["version_id"], graph["script_id"], graph["name"], graph["number"], graph["start"]),
            (self.version.id, self.script.id, "Test script", 1, self.nodes["hello"].id),
        )
        nodes = {node["key"]: node for node in graph["nodes"]}
        self.assertEqual(nodes["hello"]["next_id"], self.nodes["interest"].id)
        self.assertIn("{manager}", nodes["hello"]["text"])
        self.assertEqual(
            nodes["budget"]["field"],
            {"record": "deal", "name": "expected_revenue", "label": "Expected Revenue", "type": "monetary"},
        )
        self.assertEqual((nodes["agreed"]["next_id"], nodes["hello"]["field"]), (False, False))
        self.assertEqual([one["key"] for one in nodes["interest"]["answers"]], ["yes", "no", "later"])

    def test_cache_cannot_be_spoilt(self):
        self.version._get_graph()["nodes"].clear()
        with self.assertQueryCount(0):
            self.version._get_graph()
        self.assertTrue(self.version._get_graph()["nodes"])

    def test_cache_follows_script(self):
        self.version._get_graph()
        self.own_script.name = "Another name"
        self.assertEqual(self.version._get_graph()["name"], "Another name")
        self.nodes["hello"].text = "Mended by an administrator"
        self.assertEqual(self.version._get_graph()["nodes"][0]["text"], "Mended by an administrator")

    def test_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.version._get_graph()
        self.nodes["hello"].update_field_translations("text", {"ru_RU": "Добрый день"})
        self.assertEqual(self.version.with_context(lang="ru_RU")._get_graph()["nodes"][0]["text"], "Добрый день")
        self.assertIn("Good day", self.version.with_context(lang="en_US")._get_graph()["nodes"][0]["text"])


@tagged("post_install", "-at_install")
class TestSave(ScriptCase):
    def test_load(self):
        loaded = self._edit().load_graph()
        self.assertEqual((loaded["state"], loaded["can_edit"], loaded["problems"]), ("draft", True, []))
        fields = {one["name"]: one for one in loaded["fields"]["deal"]}
        self.assertEqual(fields["expected_revenue"]["type"], "monetary")
        self.assertNotIn("user_id", fields)
        nodes = {node["key"]: node for node in loaded["graph"]["nodes"]}
        self.assertEqual(
            (nodes["budget"]["write_record"], nodes["budget"]["write_field"]), ("deal", "expected_revenue")
        )
        self.assertEqual([one["name"] for one in loaded["placeholders"]][:2], ["client", "contact"])

    def test_save_unchanged(self):
        draft = self._edit()
        before = _shape(draft._get_graph())
        revision, graph, _nodes = self._load(draft)
        saved = draft.save_graph(revision, graph)
        self.assertEqual((saved["ids"], saved["problems"]), ({}, []))
        self.assertEqual(_shape(draft._get_graph()), before)
        self.assertEqual(draft.save_graph(saved["revision"], graph)["ids"], {})

    def test_save_changes(self):
        draft = self._edit()
        revision, graph, nodes = self._load(draft)
        answer = {"id": "new-a", "key": "maybe", "name": "Maybe", "next_id": "new-more", "write_value": ""}
        nodes["interest"]["answers"] = [answer, *nodes["interest"]["answers"][:2]]
        graph["nodes"] = [node for node in graph["nodes"] if node["key"] not in ("when", "later")]
        graph["nodes"].append(self._new_node("more", next_id=nodes["agreed"]["id"], x=40, y=-20))
        nodes["hello"]["text"] = "Hello, {contact|colleague}"
        saved = draft.save_graph(revision, graph)
        more = draft.node_ids.filtered(lambda node: node.key == "more")
        maybe = draft.node_ids.answer_ids.filtered(lambda one: one.key == "maybe")
        self.assertEqual(saved["ids"], {"more": more.id, "new-more": more.id, "maybe": maybe.id, "new-a": maybe.id})
        self.assertEqual((more.next_node_id.key, more.x, more.y, maybe.next_node_id), ("agreed", 40, -20, more))
        self.assertEqual(draft.start_node_id.text, "Hello, {contact|colleague}")
        interest = draft.node_ids.filtered(lambda node: node.key == "interest")
        self.assertEqual(interest.answer_ids.mapped("key"), ["maybe", "yes", "no"])
        self.assertNotIn("when", draft.node_ids.mapped("key"))
        self.assertEqual(saved["problems"], [])
        self.assertEqual(len(self.version.node_ids), 8, "the published version is as it was")

    def test_older_revision(self):
        draft = self._edit()
        revision, graph, _nodes = self._load(draft)
        draft.save_graph(revision, graph)
        for old in (revision, None, True, "1", revision + 5):
            with self.subTest(old=old), self.assertRaisesRegex(UserError, "^script-author"):
                draft.with_user(self.head).save_graph(old, graph)
        self.assertTrue(draft.with_user(self.head).save_graph(draft.revision, graph))

    def test_mend_in_the_form_counts(self):
        draft = self._edit()
        revision, graph, _nodes = self._load(draft)
        draft.node_ids[0].text = "Mended in the form"
        with self.assertRaises(UserError):
            draft.save_graph(revision, graph)

    def test_hostile(self):
        draft = self._edit()
        revision, graph, _nodes = self._load(draft)
        for path, values in (
            (("nodes",), ("text", {}, 7, [1], [None], graph["nodes"] * 2, graph["nodes"] * 100)),
            (("start",), ({}, [1], "nowhere", 10**12, True)),
            (("nodes", 0, "key"), (None, "", 5, "a b", "x" * 65, "<b>", "interest")),
            (("nodes", 0, "kind"), (None, [], "code", 5, True)),
            (("nodes", 0, "name"), (5, [], {}, "x" * 300)),
            (("nodes", 0, "text"), (5, "x" * 20_000)),
            (("nodes", 0, "is_objection"), ("yes", 1, [])),
            (("nodes", 0, "next_id"), ("nowhere", [], 1.5, True, self.nodes["interest"].id)),
            (("nodes", 0, "outcome_id"), ("x", True, 10**12, -1, 999_999)),
            (("nodes", 0, "write_record"), ("user", ["deal"], 5)),
            (("nodes", 0, "x"), ("10", float("nan"), float("inf"), 10**9, True)),
            (("nodes", 1, "answers"), ("x", [5], [{}], [{"key": "a", "name": []}])),
        ):
            for value in values:
                changed = copy.deepcopy(graph)
                _put(changed, path, value)
                with (
                    self.subTest(path=path, value=str(value)[:40]),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    draft.save_graph(revision, changed)
        for value in (None, 5, "x", []):
            with self.subTest(graph=value), self.assertRaises(UserError):
                draft.save_graph(revision, value)
        self.assertTrue(draft.save_graph(revision, graph), "none of them has counted")

    def test_html_is_text(self):
        draft = self._edit()
        revision, graph, _nodes = self._load(draft)
        text = "<script>alert(1)</script> <t t-out='1'/> ${object} %s\x00"
        graph["nodes"][0]["text"] = text
        draft.save_graph(revision, graph)
        self.assertEqual(draft._get_graph()["nodes"][0]["text"], text.replace("\x00", ""))


def _put(target, path, value):
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
