from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_call_script import ScriptCase


@tagged("post_install", "-at_install")
class TestScriptViews(ScriptCase):
    def test_author_makes_a_script(self):
        form = Form(self.env["crm.call.script"].with_user(self.author))
        form.name = "By the form"
        script = form.save()
        action = script.action_edit()
        self.assertEqual((action["tag"], action["params"]), ("crm_call_builder", {"version_id": script.draft_id.id}))
        self.assertTrue(script.has_draft)

    def test_author_mends_a_draft(self):
        draft = self._edit()
        with Form(draft.with_user(self.author)) as form, form.node_ids.edit(0) as node:
            node.text = "Mended"
        self.assertEqual(draft.node_ids[0].text, "Mended")
        with Form(draft.with_user(self.author)) as form, form.node_ids.new() as node:
            node.name, node.kind, node.text = "Added", "end", "Good bye"
        added = draft.node_ids.filtered(lambda one: one.name == "Added")
        self.assertTrue(added.key)
        self.assertIn("Nothing leads to “Added”", draft.problems)

    def test_manager_reads(self):
        self._edit()
        self.env.invalidate_all()
        script = self.script.with_user(self.olena)
        self.assertEqual(Form(script).name, "Test script")
        self.assertEqual(script.version_ids, self.version)
        view = self.env["crm.call.script"].with_user(self.olena).get_views([(False, "form"), (False, "list")])
        arch = view["views"]["form"]["arch"]
        self.assertNotIn("action_edit", arch)
        self.assertNotIn("action_export", arch)
        self.assertEqual(Form(self.version.with_user(self.olena)).problems, False)

    def test_figures(self):
        self.assertEqual((self.script.call_count, self.version.call_count), (0, 0))
        self.deal_dnipro.with_user(self.olena).action_start_call()
        self.env.invalidate_all()
        self.assertEqual((self.own_script.call_count, self.version.with_user(self.author).call_count), (1, 1))
        action = self.own_script.action_view_calls()
        self.assertTrue(self.env["crm.call"].search(action["domain"]))

    def test_search_drafts(self):
        draft = self._edit()
        scripts = self.env["crm.call.script"].with_user(self.author)
        self.assertIn(draft.script_id, scripts.search([("has_draft", "=", True)]))
        self.assertNotIn(draft.script_id, scripts.search([("has_draft", "=", False)]))

    def test_outcomes(self):
        outcome = self.env["crm.call.outcome"].with_user(self.author).create({"name": "Sent on", "kind": "later"})
        outcome.step_ids = self.step_call_back
        self.assertIn(outcome, self.step_call_back.call_outcome_ids)
        with self.assertRaises(AccessError):
            outcome.with_user(self.olena).name = "Mine"

    def test_written_label(self):
        node = self.nodes["budget"].with_user(self.olena)
        self.assertEqual(node.written_label, "Deal: Expected Revenue")
        self.assertFalse(self.nodes["hello"].written_label)
