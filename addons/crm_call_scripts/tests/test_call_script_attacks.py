from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_call import SESSION, CallCase

AUTHOR = "base.group_user,crm_call_scripts.crm_call_scripts_group_author"


@tagged("post_install", "-at_install")
class TestScriptAttacks(CallCase):
    """A published version never changes, whoever tries and by whatever way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author = new_test_user(cls.env, "call_author", AUTHOR, name="Author")
        cls.other = cls.script.copy({"name": "Other script"})
        cls.draft = cls.other.draft_id

    def _snapshot(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return self.version.read(), self.version.node_ids.read(), self.version.node_ids.answer_ids.read()

    def _assert_unchanged(self, user, ways):
        before = self._snapshot()
        for name, function, args in ways:
            with self.subTest(user=user.name, way=name):
                with self.assertRaises(UserError):
                    function(*args)
                    self.env.flush_all()
                self.assertEqual(self._snapshot(), before)

    def _get_ways(self, user):
        version, hello = self.version.with_user(user), self.nodes["hello"].with_user(user)
        answer, script = self.answers["yes"].with_user(user), self.script.with_user(user)
        draft, foreign = self.draft.with_user(user), self.draft.node_ids.with_user(user)[0]
        own = {"version_id": version.id, "kind": "say", "name": "x", "key": "x"}
        return [
            ("name of a node", hello.write, [{"name": "x"}]),
            ("way of a node", hello.write, [{"next_node_id": self.nodes["refused"].id}]),
            ("place of a node", hello.write, [{"x": 7}]),
            ("version of a node", hello.write, [{"version_id": draft.id}]),
            ("node of a draft moves in", foreign.write, [{"version_id": version.id}]),
            ("web_save", hello.web_save, [{"text": "x"}, {}]),
            ("node is deleted", hello.unlink, []),
            ("node is copied", hello.copy, [{"key": "x"}]),
            ("node is made", hello.create, [own]),
            ("node is made by its name", hello.with_context(default_version_id=version.id).name_create, ["x"]),
            ("answer", answer.write, [{"name": "x"}]),
            ("way of an answer", answer.write, [{"next_node_id": False}]),
            ("answer moves out", answer.write, [{"node_id": foreign.id}]),
            ("answer moves in", answer.create, [{"node_id": hello.id, "name": "x", "key": "x"}]),
            ("answer is deleted", answer.unlink, []),
            ("answers of a node", hello.write, [{"answer_ids": [Command.create({"name": "x"})]}]),
            ("translation", hello.update_field_translations, ["name", {"en_US": "x"}]),
            ("translation of an answer", answer.update_field_translations, ["name", {"en_US": "x"}]),
            ("start", version.write, [{"start_node_id": self.nodes["refused"].id}]),
            ("state", version.write, [{"state": "draft"}]),
            ("script of a version", version.write, [{"script_id": self.other.id}]),
            ("note of a version", version.write, [{"note": "x"}]),
            ("nodes of a version", version.write, [{"node_ids": [Command.delete(hello.id)]}]),
            ("node by its version", version.write, [{"node_ids": [Command.update(hello.id, {"text": "x"})]}]),
            ("version is copied", version.copy, [{"number": 9}]),
            ("version is made", version.create, [{"script_id": script.id, "number": 9, "state": "published"}]),
            (
                "version by its script",
                script.write,
                [{"version_ids": [Command.update(version.id, {"state": "draft"})]}],
            ),
            ("new version by its script", script.write, [{"version_ids": [Command.create({"number": 9})]}]),
            ("versions of another", script.write, [{"version_ids": [Command.link(draft.id)]}]),
            ("another version in use", script.write, [{"published_id": draft.id}]),
            ("another draft", script.write, [{"draft_id": version.id}]),
            ("published once more", version.action_publish, []),
            ("discarded", version.action_discard_draft, []),
        ]

    def test_author(self):
        self._assert_unchanged(self.author, self._get_ways(self.author))

    def test_salesman(self):
        self._assert_unchanged(self.olena, self._get_ways(self.olena))
        for name, args in (("action_edit", []), ("copy", []), ("unlink", []), ("write", [{"name": "x"}])):
            with self.subTest(method=name), self.assertRaises(AccessError):
                getattr(self.script.with_user(self.olena), name)(*args)

    def test_version_with_calls_stays(self):
        self._start_call()
        for record in (self.version, self.script):
            with self.subTest(record=record), self.assertRaises(UserError):
                record.with_user(self.head).unlink()

    def test_defaults_publish_nothing(self):
        """A draft is a draft, whatever the context of the request says."""
        context = {"default_state": "published", "default_published_date": "2020-01-01 00:00:00", "default_revision": 9}
        script = self.env["crm.call.script"].with_user(self.author).create({"name": "Empty"})
        script.with_context(**context).action_edit()
        self.assertEqual((script.draft_id.state, script.draft_id.published_date), ("draft", False))
        copied = self.script.with_user(self.author).with_context(**context).copy({"name": "Copied"})
        self.assertEqual(copied.draft_id.state, "draft")

    def test_defaults_change_no_text(self):
        """Defaults of the context come into no copy of a text."""
        context = {"default_hint": "forged", "default_is_objection": True, "default_write_value": "forged"}
        self.script.with_user(self.author).with_context(**context).action_edit()
        draft = self.script.draft_id
        self.assertNotIn("forged", draft.node_ids.mapped("hint") + draft.node_ids.answer_ids.mapped("write_value"))
        self.assertEqual(
            draft.node_ids.filtered("is_objection").mapped("key"),
            self.version.node_ids.filtered("is_objection").mapped("key"),
        )

    def test_fields_an_answer_never_writes(self):
        """A node that asks for a guarded field writes nothing, even if it came into a published version."""
        for record, name in (
            ("deal", "user_id"),
            ("deal", "stage_id"),
            ("deal", "probability"),
            ("deal", "active"),
            ("deal", "team_id"),
            ("deal", "partner_id"),
            ("deal", "company_id"),
            ("deal", "won_status"),
            ("client", "user_id"),
            ("client", "client_access"),
            ("client", "client_type_id"),
            ("client", "parent_id"),
            ("client", "company_id"),
            ("client", "do_not_call"),
            ("client", "signup_type"),
            ("client", "create_date"),
        ):
            model = "crm.lead" if record == "deal" else "res.partner"
            field = self.env["ir.model.fields"]._get(model, name)
            if not field:
                continue
            self.nodes["budget"].write({"write_record": record, "write_field_id": field.id})
            self.env.registry.clear_cache()
            call = self._start_call()
            self._say(
                call,
                self._event("next", "hello"),
                self._event("answer", "interest", answer="yes"),
                self._event("value", "budget", value=1),
            )
            with self.subTest(field=f"{model}.{name}"):
                rows = call.prepare_finish(SESSION, self.outcomes["success"].id)["writes"]
                self.assertFalse([row for row in rows if row["is_allowed"]])
                with self.assertRaises(UserError):
                    self._finish(call, writes=["budget"])
            call.sudo().line_ids.unlink()
            call.sudo().unlink()
