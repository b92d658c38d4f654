from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_call import SESSION, CallCase

HUGE = 10**30
EVIL = "<img src=x onerror=alert(1)> {{ object.name }} <t t-out='1+1'/> ${7*7} {{client}}"


class AttackCase(CallCase):
    """A call of Olena's that is finished, and what people who are up to something try with it."""

    def _hold_call(self, **values):
        call = self._start_call()
        self._agree(call)
        self._finish(call, **values)
        return call

    def _snapshot(self, call):
        """Everything that a protocol consists of."""
        call = call.sudo()
        self.env.flush_all()
        self.env.invalidate_all()
        fields = ("partner_id", "lead_id", "state", "start", "outcome_id", "note", "seconds", "user_id", "version_id")
        return call.read(fields), call.line_ids.read(), self._protocols(self.dnipro).mapped("body")


@tagged("post_install", "-at_install")
class TestProtocolAttacks(AttackCase):
    """Calls, their lines and their protocols are written by the call alone."""

    def _assert_refused(self, function, *args, **kwargs):
        with self.assertRaises(UserError):
            function(*args, **kwargs)

    def test_writing_by_every_way(self):
        call = self._hold_call(note="As it was")
        before = self._snapshot(call)
        line = call.line_ids[0]
        for user in (self.olena, self.head, self.taras, self.clerk):
            mine, mine_line = call.with_user(user), line.with_user(user)
            for name, function, args in (
                ("write", mine.write, [{"note": "x"}]),
                ("state", mine.write, [{"state": "open"}]),
                ("web_save", mine.web_save, [{"note": "x"}, {"note": {}}]),
                ("copy", mine.copy, []),
                ("unlink", mine.unlink, []),
                ("lines of a call", mine.write, [{"line_ids": [Command.clear()]}]),
                ("line", mine_line.write, [{"value_text": "x"}]),
                ("line is deleted", mine_line.unlink, []),
                ("line is copied", mine_line.copy, [{"number": 99, "key": "x"}]),
                ("line by web_save", mine_line.web_save, [{"is_taken_back": True}, {}]),
                ("create", mine.create, [{"user_id": user.id, "company_id": user.company_id.id}]),
                ("line is made", mine_line.create, [{"call_id": call.id, "number": 99, "key": "x", "kind": "note"}]),
            ):
                with self.subTest(user=user.name, way=name):
                    self._assert_refused(function, *args)
        self.assertEqual(self._snapshot(call), before)

    def test_writing_through_other_records(self):
        """x2many commands of the client, the deal, the script and the version lead to the same refusal."""
        call = self._hold_call()
        before = self._snapshot(call)
        line, message = call.line_ids[0], self._protocols(self.dnipro)
        for user in (self.olena, self.head):
            for name, record, vals in (
                ("client's call", self.dnipro, {"call_ids": [Command.update(call.id, {"note": "x"})]}),
                ("client's call is deleted", self.dnipro, {"call_ids": [Command.delete(call.id)]}),
                ("client's calls are emptied", self.dnipro, {"call_ids": [Command.clear()]}),
                ("client's new call", self.dnipro, {"call_ids": [Command.create({"note": "x"})]}),
                ("another's call is taken", self.karpaty, {"call_ids": [Command.link(call.id)]}),
                ("deal's call", self.deal_dnipro, {"call_ids": [Command.update(call.id, {"state": "open"})]}),
                ("deal's call is unlinked", self.deal_dnipro, {"call_ids": [Command.unlink(call.id)]}),
                ("line of a call", call, {"line_ids": [Command.update(line.id, {"value_text": "x"})]}),
                ("message of the client", self.dnipro, {"message_ids": [Command.update(message.id, {"body": "x"})]}),
                ("message is deleted", self.dnipro, {"message_ids": [Command.delete(message.id)]}),
            ):
                with self.subTest(user=user.name, way=name):
                    self._assert_refused(record.with_user(user).write, vals)
        self.assertEqual(self._snapshot(call), before)

    def test_import(self):
        call = self._hold_call()
        before = self._snapshot(call)
        for model, fields, row in (
            ("crm.call", [".id", "note"], [str(call.id), "x"]),
            ("crm.call.line", [".id", "value_text"], [str(call.line_ids[0].id), "x"]),
            ("mail.message", [".id", "body"], [str(self._protocols(self.dnipro).id), "x"]),
            ("crm.call.script.version", [".id", "note"], [str(self.version.id), "x"]),
            ("crm.call.node", [".id", "name"], [str(self.nodes["hello"].id), "x"]),
        ):
            with self.subTest(model=model):
                try:
                    result = self.env[model].with_user(self.head).load(fields, [row])
                except UserError:
                    continue
                self.assertFalse(result["ids"])
        self.assertEqual(self._snapshot(call), before)
        self.assertFalse(self.version.note)

    def test_defaults_forge_nothing(self):
        """Whatever a window puts into the context: a call begins as a call, and its lines are what happened."""
        context = {
            "default_state": "done",
            "default_outcome_id": self.outcomes["success"].id,
            "default_seconds": 999,
            "default_note": "forged",
            "default_start": "2020-01-01 00:00:00",
            "default_end": "2020-01-01 00:00:00",
            "default_session": "forged",
            "default_is_completed": True,
            "default_written": [{"record": "deal", "label": "x", "old": "", "new": "forged"}],
            "default_is_taken_back": True,
            "default_date": "2020-01-01 00:00:00",
            "default_value_text": "forged",
            "default_value_number": 7,
        }
        deal = self.deal_dnipro.with_user(self.olena).with_context(**context)
        call = self.env["crm.call"].browse(deal.action_start_call()["params"]["call_id"])
        self.assertEqual(
            (call.state, call.outcome_id.id, call.seconds, call.note, call.end, call.is_completed, call.written),
            ("open", False, 0, False, False, False, False),
        )
        self.assertEqual(call.start.year, self.env.cr.now().year)
        call = call.with_user(self.olena).with_context(**context)
        self._say(call, self._event("next", "hello"))
        line = call.sudo().line_ids
        self.assertEqual(line.date.year, self.env.cr.now().year)
        self.assertEqual((line.is_taken_back, line.value_text, line.value_number), (False, False, 0))

    def test_protocol_message(self):
        call = self._hold_call()
        before = self._snapshot(call)
        message = self._protocols(self.dnipro)
        for user in (self.olena, self.head, self.taras, self.clerk):
            mine = message.with_user(user)
            for name, vals in (
                ("body", {"body": "x"}),
                ("subject", {"subject": "x"}),
                ("moved", {"res_id": self.karpaty.id}),
                ("kind", {"subtype_id": self.env.ref("mail.mt_note").id}),
                ("date", {"date": "2020-01-01 00:00:00"}),
                ("file", {"attachment_ids": [Command.create({"name": "x", "raw": b"x"})]}),
            ):
                with self.subTest(user=user.name, way=name):
                    self._assert_refused(mine.write, vals)
            with self.subTest(user=user.name, way="unlink"):
                self._assert_refused(mine.unlink)
            with self.subTest(user=user.name, way="update"):
                self._assert_refused(self.dnipro.with_user(user)._message_update_content, mine, body="x")
        self.assertEqual(self._snapshot(call), before)
        self.assertTrue(message.subtype_id.internal, "no customer who follows his card is written to")

    def test_foreign_protocols_are_not_read(self):
        """Nothing of a foreign call comes out: search, groups, export, names, fields of linked records."""
        call = self._hold_call(note="Secret note")
        portal = new_test_user(self.env, "call_portal", "base.group_portal")
        for user in (self.taras, self.clerk, portal):
            for model in ("crm.call", "crm.call.line", "crm.call.report", "crm.call.answer.report"):
                records = self.env[model].with_user(user)
                with self.subTest(user=user.login, model=model):
                    try:
                        self.assertFalse(records.search([]))
                        self.assertFalse(records.name_search(""))
                        self.assertEqual(records.search_count([]), 0)
                        self.assertFalse(
                            [row for row in records.formatted_read_group([], [], ["__count"]) if row["__count"]]
                        )
                    except AccessError:
                        continue
            for name in ("read", "web_read", "check_access"):
                args = {"read": [["note"]], "web_read": [{"note": {}}], "check_access": ["read"]}
                with self.subTest(user=user.login, method=name), self.assertRaises(AccessError):
                    getattr(call.with_user(user), name)(*args[name])
        found = self.env["res.partner"].with_user(self.taras).search([("call_ids.note", "ilike", "Secret")])
        self.assertFalse(found)

    def test_every_method_needs_rights(self):
        call = self._start_call()
        self._say(call, self._event("next", "hello"))
        before = self._snapshot(call)
        portal = new_test_user(self.env, "call_portal", "base.group_portal")
        outcome = self.outcomes["success"].id
        for user in (self.taras, self.clerk, portal):
            for name, args in (
                ("open_screen", ["x"]),
                ("take_over", ["x"]),
                ("save_lines", ["x", [self._event("note", value="x")]]),
                ("set_script", ["x", False]),
                ("discard", ["x"]),
                ("prepare_finish", ["x", outcome]),
                ("finish", ["x", [], {"outcome_id": outcome}]),
                ("action_open_call", []),
            ):
                with self.subTest(user=user.login, method=name), self.assertRaises(AccessError):
                    getattr(call.with_user(user), name)(*args)
            for record in (self.dnipro, self.petro, self.deal_dnipro):
                with self.subTest(user=user.login, record=record), self.assertRaises(AccessError):
                    record.with_user(user).action_start_call()
        self.assertEqual(self._snapshot(call), before)


@tagged("post_install", "-at_install")
class TestEventAttacks(AttackCase):
    """What a window sends is believed in nothing."""

    def setUp(self):
        super().setUp()
        other = self.script.copy({"name": "Other script"})
        self.foreign_node = other.draft_id.node_ids[0]
        self.foreign_answer = other.draft_id.node_ids.answer_ids[0]
        self.call = self._start_call()

    def _assert_nothing_saved(self, events, session=SESSION):
        with self.assertRaises(UserError):
            self.call.save_lines(session, events)
            self.env.flush_all()
        self.assertFalse(self.call.sudo().line_ids)

    def test_foreign_ids(self):
        hello = self._event("next", "hello")
        interest = self.nodes["interest"].id
        for name, event in (
            ("node of another script", {"kind": "next", "node_id": self.foreign_node.id}),
            ("no such node", {"kind": "next", "node_id": 2**31 - 2}),
            ("no id of the database", {"kind": "next", "node_id": HUGE}),
            ("jump into another script", {"kind": "jump", "node_id": interest, "to_node_id": self.foreign_node.id}),
            ("objection of another", {"kind": "objection", "node_id": interest, "to_node_id": self.foreign_node.id}),
            ("answer of another", {"kind": "answer", "node_id": interest, "answer_id": self.foreign_answer.id}),
            ("answer of the objection", {"kind": "answer", "node_id": interest, "answer_id": self.answers["fine"].id}),
            ("no such answer", {"kind": "answer", "node_id": interest, "answer_id": HUGE}),
        ):
            with self.subTest(name):
                self._assert_nothing_saved([hello, {"key": "attack", "seconds": 1, **event}])

    def test_nonsense(self):
        node = self.nodes["hello"].id
        event = {"key": "a", "kind": "next", "node_id": node}
        for name, events in (
            ("no list", "abc"),
            ("nothing", None),
            ("a dict", {"a": event}),
            ("a number", 7),
            ("no dicts", [1, "a", None, []]),
            ("too many", [dict(event, kind="note", value="x", key=str(number)) for number in range(501)]),
            ("no key", [{"kind": "next", "node_id": node}]),
            ("key is a list", [dict(event, key=["a"])]),
            ("key is empty", [dict(event, key="")]),
            ("key is long", [dict(event, key="a" * 65)]),
            ("key with a zero", [dict(event, key="a\0b")]),
            ("kind is made up", [dict(event, kind="__class__")]),
            ("kind is a list", [dict(event, kind=["next"])]),
            ("kind of the call itself", [dict(event, kind="resume")]),
            ("stray", [dict(event, kind="stray")]),
            ("node is a text", [dict(event, node_id="1")]),
            ("node is true", [dict(event, node_id=True)]),
            ("node is a float", [dict(event, node_id=float(node))]),
            ("node is a list", [dict(event, node_id=[node])]),
            ("target is a dict", [dict(event, kind="jump", to_node_id={})]),
            ("answer is negative", [dict(event, kind="answer", answer_id=-1)]),
            ("answers are a text", [dict(event, kind="value", answer_ids="12")]),
            ("answers are nonsense", [dict(event, kind="value", answer_ids=[None, "x"])]),
            ("value is a list", [dict(event, kind="value", value=["a"])]),
            ("value is endless", [dict(event, kind="value", value=float("inf"))]),
            ("value is no number", [dict(event, kind="value", value=float("nan"))]),
            ("note is a number", [dict(event, kind="note", value=7)]),
            ("note is huge", [dict(event, kind="note", value="a" * 1_000_001)]),
        ):
            with self.subTest(name):
                self._assert_nothing_saved(events)
        for session in (None, 1, "", "a" * 65, ["a"], {"a": 1}, True, "a\0b"):
            with self.subTest(session=session):
                self._assert_nothing_saved([event], session=session)

    def test_nonsense_values(self):
        self._say(self.call, self._event("next", "hello"), self._event("answer", "interest", answer="yes"))
        for value in ("12", True, "a" * 100_000, [1], {"a": 1}, float("nan")):
            with self.subTest(value=repr(value)[:20]), self.assertRaises(UserError):
                self._say(self.call, self._event("value", "budget", value=value))
        self.assertEqual(len(self.call.line_ids), 2)
        for seconds in (-5, "x", None, 10**12, float("nan"), float("inf"), [1], True):
            with self.subTest(seconds=seconds):
                event = {**self._event("note", value="x"), "seconds": seconds}
                self._say(self.call, event)
        self.assertLessEqual(self.call.seconds, 12)

    def test_same_key_twice_in_a_batch(self):
        event = self._event("next", "hello")
        self._say(self.call, event, dict(event), {**self._event("note", value="x"), "key": event["key"]})
        self.assertEqual(len(self.call.line_ids), 1)

    def test_archived_outcome(self):
        """An outcome that was archived during the call is still what this call came to."""
        self._agree(self.call)
        self.outcomes["success"].active = False
        self.assertNotIn("Success", [outcome["name"] for outcome in self.call.open_screen(SESSION)["outcomes"]])
        self._finish(self.call)
        self.assertEqual(self.call.outcome_id, self.outcomes["success"])

    def test_start_on_foreign_records(self):
        task = self._plan_call(self.deal_karpaty, user=self.taras)
        for record in (self.karpaty, self.oksana, self.deal_karpaty, task):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(self.olena).action_start_call()
        self.assertFalse(self.env["crm.call"].search([("client_id", "=", self.karpaty.id)]))


@tagged("post_install", "-at_install")
class TestTextAttacks(AttackCase):
    """Code in texts is text."""

    def test_everywhere(self):
        self.script.name = f"Script {EVIL}"
        for node in self.nodes.values():
            node.write({"name": f"Name {EVIL}", "text": f"Text {EVIL} {{client}}", "hint": f"Hint {EVIL}"})
        for answer in self.answers.values():
            answer.name = f"Answer {EVIL}"
        self.dnipro.name = f"Client {EVIL} {{manager}}"
        self.deal_dnipro.name = f"Deal {EVIL}"
        call = self._start_call()
        screen = call.open_screen(SESSION)
        self.assertEqual({type(node["text"]) for node in screen["graph"]["nodes"]}, {str})
        self.assertEqual(screen["graph"]["nodes"][0]["text"], f"Text {EVIL} {{client}}")
        self._agree(call)
        self._say(call, self._event("note", value=f"Note {EVIL}"))
        self._finish(call, note=f"Last {EVIL}", comment=f"Comment {EVIL}")
        for record in (self.dnipro, self.deal_dnipro):
            for message in record.message_ids:
                with self.subTest(record=record, message=message.id):
                    body = str(message.body)
                    for code in ("<img", "<t ", "t-out='1+1'/>", "49", "Olena deal"):
                        self.assertNotIn(code, body)
            body = str(self._protocols(record).body)
            self.assertEqual(body.count("&lt;img"), body.count("{{ object.name }}"))
            self.assertIn("${7*7}", body)
            self.assertIn("Client &lt;img", body)
            self.assertIn("{manager}", body, "a name is not filled once more")

    def test_placeholders_of_python(self):
        """Format strings of Python are no placeholders."""
        text = "{client.__class__} {0} {client!r} {manager:>9999999999} %(client)s {__import__} {contact|{client}}"
        self.nodes["hello"].text = text
        self.env.registry.clear_cache()
        call = self._start_call()
        self.assertEqual(call.open_screen(SESSION)["graph"]["nodes"][0]["text"], text)
