import json

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CallCast

REFUSED = "odoo.exceptions.AccessError"


@tagged("post_install", "-at_install")
class TestRpcAttacks(CallCast, HttpCase):
    """What the web client could send, sent by people who have read its code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.portal = new_test_user(cls.env, "call_portal", "base.group_portal")

    def _post(self, path, params):
        """Return (result, name of the error) of a request."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        with mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_model"):
            answer = self.url_open(path, data=body, headers={"Content-Type": "application/json"}).json()
        return answer.get("result"), answer.get("error", {}).get("data", {}).get("name")

    def _call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _begin(self):
        """Olena's call on her deal, with one answer."""
        self.authenticate("cl_olena", "cl_olena")
        action, error = self._call("crm.lead", "action_start_call", [self.deal_dnipro.id])
        self.assertFalse(error)
        call_id = action["params"]["call_id"]
        self._call("crm.call", "open_screen", [call_id], "olena")
        event = {"key": "one", "kind": "next", "node_id": self.nodes["hello"].id, "seconds": 1}
        saved, error = self._call("crm.call", "save_lines", [call_id], "olena", [event])
        self.assertEqual((saved["saved"], error), (["one"], None))
        return self.env["crm.call"].browse(call_id)

    def test_a_call_by_http(self):
        """The way of a window from start to protocol, for the least of the managers."""
        call = self._begin()
        values = {"outcome_id": self.outcomes["call_back"].id, "note": "By HTTP"}
        answer, error = self._call("crm.call", "finish", [call.id], "olena", [], values)
        self.assertFalse(error)
        self.assertFalse(answer["is_moved"])
        self.env.invalidate_all()
        self.assertEqual((call.state, call.note, call.user_id), ("done", "By HTTP", self.olena))

    def test_what_is_private_stays_private(self):
        """No method that trusts its caller can be called from outside."""
        call = self._begin()
        outcome = {"outcome": self.outcomes["success"].id}
        for model, record_id, method, args in (
            ("crm.call", call.id, "_conclude", [outcome]),
            ("crm.call", call.id, "_append_lines", [[{"key": "x", "kind": "note"}]]),
            ("crm.call", call.id, "_begin_session", ["x"]),
            ("crm.call", call.id, "_create_call", [False, False, False, False]),
            ("crm.call", call.id, "_start", []),
            ("crm.call", call.id, "_record_no_answer", [1]),
            ("crm.call", call.id, "_write_answers", [["budget"]]),
            ("crm.call", call.id, "sudo", []),
            ("crm.call", call.id, "with_user", [1]),
            ("crm.call.line", 1, "_get_text", []),
            ("crm.call.script.version", self.version.id, "_make_graph", []),
            ("crm.call.script.version", self.version.id, "_copy_content", [self.version.id]),
        ):
            with self.subTest(method=method):
                result, error = self._call(model, method, [record_id], *args)
                self.assertEqual((result, error), (None, REFUSED))

    def test_strangers(self):
        """Neither a colleague with other clients, nor a clerk, nor a customer gets at the call."""
        call = self._begin()
        task = self.deal_dnipro.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        outcome = {"outcome_id": self.outcomes["success"].id}
        for login in ("cl_taras", "cl_clerk", "call_portal"):
            self.authenticate(login, login)
            for model, record_id, method, args in (
                ("crm.call", call.id, "open_screen", ["x"]),
                ("crm.call", call.id, "take_over", ["x"]),
                ("crm.call", call.id, "save_lines", ["olena", [{"key": "two", "kind": "note", "value": "x"}]]),
                ("crm.call", call.id, "finish", ["olena", [], outcome]),
                ("crm.call", call.id, "discard", ["olena"]),
                ("crm.call", call.id, "web_read", [{"note": {}}]),
                ("crm.call", call.id, "web_save", [{"note": "x"}, {}]),
                ("crm.call.line", call.line_ids.ids[0], "web_read", [{"value_text": {}}]),
                ("crm.lead", self.deal_dnipro.id, "action_start_call", []),
                ("mail.activity", task.id, "action_start_call", []),
            ):
                with self.subTest(login=login, method=f"{model}.{method}"):
                    result, error = self._call(model, method, [record_id], *args)
                    self.assertEqual((result, error), (None, REFUSED))
        self.env.invalidate_all()
        self.assertEqual((call.state, call.user_id, len(call.line_ids)), ("open", self.olena, 1))

    def test_protocol_by_the_routes_of_the_chatter(self):
        call = self._begin()
        self._call("crm.call", "finish", [call.id], "olena", [], {"outcome_id": self.outcomes["call_back"].id})
        protocol = self.env.ref("crm_call_scripts.mt_protocol")
        self.env.invalidate_all()
        message = self.dnipro.message_ids.filtered(lambda one: one.subtype_id == protocol)
        body = message.body
        for login in ("cl_olena", "cl_head", "cl_taras"):
            self.authenticate(login, login)
            with self.subTest(login=login):
                update = {"message_id": message.id, "update_data": {"body": "x", "attachment_ids": []}}
                self.assertTrue(self._post("/mail/message/update_content", update)[1])
                self.assertEqual(self._call("mail.message", "unlink", [message.id])[1], REFUSED)
                self.assertEqual(self._call("mail.message", "web_save", [message.id], {"body": "x"}, {})[1], REFUSED)
        self.env.invalidate_all()
        self.assertEqual(message.body, body)
