import base64
import copy
import json
import random

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..tools.script_file import FORMAT, MAX_BYTES
from ..tools.script_input import KINDS
from .test_call_script import AUTHOR_GROUPS, ScriptCase, _shape

SEED = 7


class FileCase(ScriptCase):
    def _import(self, content, user=None):
        """Return the script that the wizard makes of a file."""
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        wizard = self.env["crm.call.script.import"].with_user(user or self.author)
        action = wizard.create({"file": base64.b64encode(content), "file_name": "script.json"}).action_import()
        return self.env["crm.call.script"].browse(action["res_id"])

    def _export(self, script):
        return json.loads(script.with_user(self.author)._export_script())


@tagged("post_install", "-at_install")
class TestScriptFile(FileCase):
    def test_round_trip(self):
        imported = self._import(self._export(self.script))
        self.assertEqual((imported.name, imported.purpose, imported.minutes), ("Test script", "prospect", 15))
        self.assertFalse(imported.published_id)
        graph = imported.draft_id._get_graph()
        self.assertEqual(_shape(graph), _shape(self.version._get_graph()))
        self.assertEqual(imported.draft_id.with_user(self.author).get_problems(), [])
        imported.with_user(self.author).action_publish()

    def test_languages(self):
        for lang, hello, yes in (("uk_UA", "Добрий день", "Так"), ("ru_RU", "Добрый день", "Да")):
            self.env["res.lang"]._activate_lang(lang)
            self.nodes["hello"].with_context(lang=lang).text = hello
            self.answers["yes"].with_context(lang=lang).name = yes
        self.script.with_context(lang="uk_UA").name = "Сценарій"
        author = new_test_user(self.env, "author-uk", groups=AUTHOR_GROUPS, lang="uk_UA")
        exported = self._export(self.script)
        self.assertEqual(exported["name"], {"en_US": "Test script", "uk_UA": "Сценарій"})
        imported = self._import(exported, author)
        for lang in ("en_US", "uk_UA", "ru_RU"):
            with self.subTest(lang=lang):
                self.assertEqual(
                    _shape(imported.draft_id.with_context(lang=lang)._get_graph()),
                    _shape(self.version.with_context(lang=lang)._get_graph()),
                )
        self.assertEqual(imported.with_context(lang="uk_UA").name, "Сценарій")

    def test_language_that_is_not_there(self):
        exported = self._export(self.script)
        exported["name"] = {"pl_PL": "Skrypt"}
        wizard = self.env["crm.call.script.import"].with_user(self.author)
        preview = wizard.create({"file": base64.b64encode(json.dumps(exported).encode())})
        self.assertIn("pl_PL", preview.summary)
        self.assertEqual(self._import(exported).with_context(lang="en_US").name, "Skrypt")

    def test_examples(self):
        for name in ("cold_call", "satisfaction"):
            script = self.env.ref(f"crm_call_scripts.crm_call_script_{name}")
            with self.subTest(name=name):
                imported = self._import(self._export(script))
                self.assertEqual(_shape(imported.draft_id._get_graph()), _shape(script.published_id._get_graph()))

    def test_outcomes(self):
        exported = self._export(self.script)
        count = self.env["crm.call.outcome"].search_count([])
        self._import(exported)
        self.assertEqual(self.env["crm.call.outcome"].search_count([]), count, "known ones are found")
        for node in exported["nodes"]:
            if node["key"] == "agreed":
                node["outcome"] = {"name": {"en_US": "Order placed"}, "kind": "success"}
        wizard = self.env["crm.call.script.import"].with_user(self.author)
        preview = wizard.create({"file": base64.b64encode(json.dumps(exported).encode())})
        self.assertIn("Order placed", preview.summary)
        agreed = self._import(exported).draft_id.node_ids.filtered(lambda node: node.key == "agreed")
        self.assertEqual((agreed.outcome_id.name, agreed.outcome_id.kind), ("Order placed", "success"))

    def test_preview(self):
        exported = self._export(self.script)
        exported["nodes"][0]["text"] = {"en_US": "Hello {price}"}
        form = Form(self.env["crm.call.script.import"].with_user(self.author))
        form.file = base64.b64encode(json.dumps(exported).encode())
        self.assertIn("Test script", form.summary)
        self.assertIn("8", form.summary)
        self.assertIn("{price}", form.problems)
        self.assertFalse(form.refusal)
        form.file = base64.b64encode(b"{")
        self.assertTrue(form.refusal)
        self.assertFalse(form.summary)

    def test_bad_files(self):
        good = self._export(self.script)
        count = self.env["crm.call.script"].with_context(active_test=False).search_count([])
        for content in (
            b"",
            b"\xff\xfe\x00",
            b"<html>",
            b"[]",
            b"null",
            b"[" * 200_000,
            b'{"format": "%s"}' % FORMAT.encode(),
            b" " * (MAX_BYTES + 1),
            *({**good, **change} for change in self._get_bad_changes(good)),
            *({**good, "nodes": [_change_node(good["nodes"][0], change)]} for change in self._get_bad_node_changes()),
        ):
            with self.subTest(content=str(content)[:60]), self.assertRaises(UserError), self.env.cr.savepoint():
                self._import(content)
        self.assertEqual(self.env["crm.call.script"].with_context(active_test=False).search_count([]), count)

    def _get_bad_changes(self, good):
        return (
            {"format": "other"},
            {"version": 2},
            {"version": True},
            {"version": "1"},
            {"name": {}},
            {"name": "Text"},
            {"name": {"en_US": 5}},
            {"name": {"../etc": "x"}},
            {"purpose": "spam"},
            {"purpose": ["prospect"]},
            {"minutes": 0},
            {"minutes": 10**9},
            {"minutes": True},
            {"minutes": "15"},
            {"nodes": None},
            {"nodes": {}},
            {"nodes": [None]},
            {"nodes": good["nodes"] * 2},
            {"nodes": good["nodes"] * 100},
            {"start": "nowhere"},
            {"start": {"a": 1}},
        )

    def _get_bad_node_changes(self):
        return (
            {"kind": "code"},
            {"key": None},
            {"next": "nowhere"},
            {"text": {"en_US": "x" * 20_000}},
            {"text": ["x"]},
            {"outcome": "success"},
            {"outcome": {"name": {"en_US": "x"}, "kind": "other"}},
            {"outcome": {"kind": "success"}},
            {"field": "name"},
            {"field": {"record": "user", "name": "name"}},
            {"answers": "x"},
            {"answers": [{"key": "a", "name": "x"}]},
            {"answers": [{"key": "a", "next": "nowhere"}]},
            {"x": float("nan")},
            {"is_objection": "yes"},
        )

    def test_huge_upload(self):
        wizard = self.env["crm.call.script.import"].with_user(self.author)
        form = wizard.new({"file": b"A" * 50_000_000})
        self.assertIn("too large", form.refusal)

    def test_html_stays_text(self):
        exported = self._export(self.script)
        text = "<img src=x onerror=alert(1)> {{object}} <t t-out='1'/>"
        exported["nodes"][0]["text"] = {"en_US": text}
        self.assertEqual(self._import(exported).draft_id.node_ids[0].text, text)

    def test_unknown_field(self):
        exported = self._export(self.script)
        exported["nodes"][2]["field"] = {"record": "deal", "name": "no_such_field"}
        imported = self._import(exported)
        self.assertFalse(imported.draft_id.node_ids[2].write_field_id)

    def test_manager_is_refused(self):
        exported = json.dumps(self._export(self.script)).encode()
        with self.assertRaises(AccessError):
            self.script.with_user(self.olena).action_export()
        with self.assertRaises(AccessError):
            self._import(exported, self.olena)
        parsed = self.env["crm.call.script"]._read_script_file(exported)
        with self.assertRaises(AccessError):
            self.env["crm.call.script"].with_user(self.olena)._import_script(parsed)


@tagged("post_install", "-at_install")
class TestRandomScripts(FileCase):
    """Scripts by chance: what is saved, edited, exported and imported says the same."""

    def test_round_trips(self):
        chance = random.Random(SEED)
        for number in range(12):
            graph = self._make_random(chance)
            script = self.own_script.create({"name": f"Random {number}"})
            script.action_edit()
            draft = script.draft_id
            draft.save_graph(0, copy.deepcopy(graph))
            saved = _shape(draft._get_graph())
            with self.subTest(seed=SEED, number=number):
                self.assertEqual([node["key"] for node in saved[1]], [node["key"] for node in graph["nodes"]])
                self._assert_same(graph, draft._get_graph())
                draft.save_graph(draft.revision, draft.load_graph()["graph"])
                self.assertEqual(_shape(draft._get_graph()), saved)
                self.assertEqual(_shape(self._import(self._export(script)).draft_id._get_graph()), saved)
                self.assertEqual(_shape(script.copy().draft_id._get_graph()), saved)
                draft.get_problems()

    def _assert_same(self, graph, saved):
        """Compare where everything leads, by keys."""
        keys = {node["id"]: node["key"] for node in saved["nodes"]}
        keys[False] = False
        self.assertEqual(keys[saved["start"]], graph["start"])
        for node, one in zip(graph["nodes"], saved["nodes"], strict=True):
            self.assertEqual(keys[one["next_id"]], node["next_id"])
            self.assertEqual(
                [(answer["key"], keys[answer["next_id"]]) for answer in one["answers"]],
                [(answer["key"], answer["next_id"]) for answer in node["answers"]],
            )

    def _make_random(self, chance):
        keys = [f"n{number}" for number in range(chance.randint(1, 14))]
        return {
            "start": chance.choice([*keys, False]),
            "nodes": [self._make_random_node(chance, key, [*keys, False]) for key in keys],
        }

    def _make_random_node(self, chance, key, targets):
        words = ("Привіт", "<b>", "{client}", "{x", "a\nb", "'\"\\", "")
        return {
            "key": key,
            "kind": chance.choice(KINDS),
            "name": f"Node {key}",
            "text": " ".join(chance.choices(words, k=3)),
            "is_objection": chance.random() < 0.2,
            "is_required": chance.random() < 0.5,
            "next_id": chance.choice(targets),
            "outcome_id": chance.choice([False, self.outcomes["success"].id, self.outcomes["refusal"].id]),
            "write_record": chance.choice([False, "deal"]),
            "write_field": chance.choice([False, "priority", "expected_revenue"]),
            "x": chance.randint(-500, 500),
            "y": chance.uniform(-500, 500),
            "answers": [
                {"key": f"a{number}", "name": f"Answer {number}", "next_id": chance.choice(targets), "write_value": "1"}
                for number in range(chance.randint(0, 4))
            ],
        }


@tagged("post_install", "-at_install")
class TestScriptRoute(HttpCase):
    def test_export(self):
        script = self.env.ref("crm_call_scripts.crm_call_script_satisfaction")
        new_test_user(self.env, "script-author", groups=AUTHOR_GROUPS)
        new_test_user(self.env, "script-seller", groups="sales_team.group_sale_salesman")
        url = f"/crm_call_scripts/script/{script.id}/export"
        self.authenticate("script-author", "script-author")
        response = self.url_open(url)
        self.assertEqual(response.json()["format"], FORMAT)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(self.url_open("/crm_call_scripts/script/999999999/export").status_code, 404)
        self.authenticate("script-seller", "script-seller")
        self.assertEqual(self.url_open(url).status_code, 403)


def _change_node(node, change):
    return {**node, "next": False, **change}
