from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CallCommon

AUTHOR_GROUPS = "base.group_user,crm_call_scripts.crm_call_scripts_group_author"


class ScriptCase(CallCommon):
    """An author, and helpers to change a draft as the builder does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author = new_test_user(cls.env, "script-author", groups=AUTHOR_GROUPS, lang="en_US")
        cls.own_script = cls.script.with_user(cls.author)

    def _edit(self):
        """Return the draft of the test script, made by the author."""
        self.own_script.action_edit()
        return self.own_script.draft_id

    def _load(self, version):
        loaded = version.load_graph()
        nodes = {node["key"]: node for node in loaded["graph"]["nodes"]}
        return loaded["revision"], loaded["graph"], nodes

    def _new_node(self, key, kind="say", **vals):
        return {"id": f"new-{key}", "key": key, "kind": kind, "name": key, "text": f"Text {key}", "answers": [], **vals}


@tagged("post_install", "-at_install")
class TestVersions(ScriptCase):
    def test_edit_copies_what_is_published(self):
        draft = self._edit()
        self.assertEqual((draft.number, draft.state), (2, "draft"))
        self.assertNotEqual(draft, self.version)
        self.assertEqual(draft.node_ids.mapped("key"), self.version.node_ids.mapped("key"))
        self.assertEqual(_shape(draft._get_graph()), _shape(self.version._get_graph()))

    def test_edit_twice_is_one_draft(self):
        self.assertEqual(self._edit(), self._edit())
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["crm.call.script.version"].create({"script_id": self.script.id, "number": 9})

    def test_edit_copies_all_languages(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.nodes["hello"].with_context(lang="uk_UA").text = "Добрий день"
        self.answers["yes"].with_context(lang="uk_UA").name = "Так"
        nodes = self._edit().with_context(lang="uk_UA").node_ids
        self.assertEqual(nodes.filtered(lambda node: node.key == "hello").text, "Добрий день")
        self.assertIn("Так", nodes.answer_ids.mapped("name"))

    def test_publish(self):
        draft = self._edit()
        self.assertTrue(draft.action_publish())
        self.assertEqual((draft.state, self.version.state), ("published", "retired"))
        self.assertEqual((self.script.published_id, self.script.draft_id.id), (draft, False))
        self.assertEqual((draft.published_by_id, bool(draft.published_date)), (self.author, True))
        with self.assertRaises(UserError):
            draft.action_publish()

    def test_publish_refuses_errors(self):
        draft = self._edit()
        draft.start_node_id = False
        with self.assertRaisesRegex(UserError, "begins with"):
            self.own_script.action_publish()
        self.assertEqual(draft.state, "draft")

    def test_publish_nothing(self):
        with self.assertRaises(UserError):
            self.own_script.action_publish()

    def test_discard(self):
        draft = self._edit()
        draft.action_discard_draft()
        self.assertFalse(draft.exists())
        self.assertFalse(self.script.draft_id)
        with self.assertRaises(UserError):
            self.version.with_user(self.author).action_discard_draft()

    def test_revert(self):
        draft = self._edit()
        draft.node_ids[0].text = "Something else"
        with self.assertRaises(UserError):
            self.version.with_user(self.author).action_revert()
        draft.action_publish()
        self.version.with_user(self.author).action_revert()
        reverted = self.script.draft_id
        self.assertEqual(reverted.number, 3)
        self.assertEqual(_shape(reverted._get_graph()), _shape(self.version._get_graph()))

    def test_copy_of_a_script(self):
        duplicate = self.own_script.copy()
        self.assertEqual(duplicate.name, "Test script (copy)")
        self.assertFalse(duplicate.published_id)
        self.assertEqual(_shape(duplicate.draft_id._get_graph()), _shape(self.version._get_graph()))

    def test_script_with_calls_stays(self):
        self.deal_dnipro.with_user(self.olena).action_start_call()
        with self.assertRaises(UserError):
            self.own_script.unlink()
        self.own_script.active = False
        with self.assertRaises(UserError):
            self.version.unlink()


@tagged("post_install", "-at_install")
class TestGuard(ScriptCase):
    def test_published_never_changes(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        version = self.version.with_user(self.author)
        node, answer = self.nodes["hello"].with_user(self.author), self.answers["yes"].with_user(self.author)
        for change in (
            lambda: node.write({"text": "Changed"}),
            lambda: answer.write({"name": "Changed"}),
            lambda: version.write({"note": "Changed"}),
            lambda: version.write({"node_ids": [(1, node.id, {"text": "Changed"})]}),
            lambda: node.update_field_translations("text", {"uk_UA": "Змінено"}),
            lambda: answer.update_field_translations("name", {"uk_UA": "Змінено"}),
            lambda: node.with_context(lang="uk_UA").write({"text": "Змінено"}),
            lambda: node.create({"version_id": version.id, "name": "More"}),
            lambda: answer.create({"node_id": node.id, "name": "More"}),
            node.unlink,
            answer.unlink,
            version.unlink,
        ):
            with self.subTest(change=change), self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.assertNotEqual(self.nodes["hello"].text, "Changed")

    def test_kept_fields(self):
        draft = self._edit()
        node = draft.node_ids[0]
        for change in (
            lambda: draft.write({"state": "published"}),
            lambda: draft.write({"number": 7}),
            lambda: draft.write({"published_by_id": self.author.id}),
            lambda: draft.create({"script_id": self.script.id, "number": 7}),
            lambda: self.own_script.write({"published_id": draft.id}),
            lambda: self.own_script.write({"draft_id": False}),
            lambda: self.own_script.create({"name": "New", "published_id": self.version.id}),
            lambda: node.write({"version_id": self.version.id}),
            lambda: node.write({"key": "another"}),
        ):
            with self.subTest(change=change), self.assertRaises(AccessError), self.env.cr.savepoint():
                change()
        script = self.own_script.with_context(default_published_id=self.version.id).create({"name": "New"})
        self.assertFalse(script.published_id)

    def test_links_stay_in_the_version(self):
        draft = self._edit()
        for change in (
            lambda: draft.write({"start_node_id": self.nodes["hello"].id}),
            lambda: draft.node_ids[0].write({"next_node_id": self.nodes["interest"].id}),
            lambda: draft.node_ids.answer_ids[0].write({"next_node_id": self.nodes["interest"].id}),
        ):
            with self.subTest(change=change), self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_manager_is_refused(self):
        draft = self._edit()
        theirs = draft.with_user(self.olena)
        graph = draft.load_graph()["graph"]
        for act in (
            lambda: self.script.with_user(self.olena).action_edit(),
            lambda: self.script.with_user(self.olena).write({"name": "Mine"}),
            theirs.action_publish,
            theirs.action_discard_draft,
            theirs.load_graph,
            theirs.get_problems,
            lambda: theirs.save_graph(draft.revision, graph),
            lambda: self.version.with_user(self.olena).action_revert(),
        ):
            with self.subTest(act=act), self.assertRaises(AccessError):
                act()

    def test_manager_reads_what_is_published(self):
        self._edit()
        unpublished = self.env["crm.call.script"].create({"name": "In the making"})
        visible = self.env["crm.call.script"].with_user(self.olena).search([])
        self.assertIn(self.script, visible)
        self.assertNotIn(unpublished, visible)
        loaded = self.version.with_user(self.olena).load_graph()
        self.assertEqual((loaded["can_edit"], loaded["state"]), (False, "published"))

    def test_foreign_company(self):
        self.script.company_id = self.env["res.company"].create({"name": "Foreign"})
        with self.assertRaises(AccessError):
            self.own_script.action_edit()
        with self.assertRaises(AccessError):
            self.version.with_user(self.author).load_graph()


def _shape(graph):
    """Return what a graph says, without ids."""
    keys = {node["id"]: node["key"] for node in graph["nodes"]}
    keys[False] = False
    return keys[graph["start"]], [
        {
            **{name: value for name, value in node.items() if name not in ("id", "next_id", "answers")},
            "next": keys[node["next_id"]],
            "answers": [(one["key"], one["name"], keys[one["next_id"]], one["writes"]) for one in node["answers"]],
        }
        for node in graph["nodes"]
    ]
