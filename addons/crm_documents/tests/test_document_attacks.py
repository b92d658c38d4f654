import base64
import json

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DocumentCast

SECRET = "TOP-7731"


@tagged("post_install", "-at_install")
class TestDocumentAttacks(DocumentCast, HttpCase):
    """What a user with a script can do with the addresses of the web client: no more than with its buttons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.attackers = {
            "taras": cls.taras,
            "internal": new_test_user(cls.env, "da_internal", "base.group_user"),
            "portal": new_test_user(cls.env, "da_portal", "base.group_portal"),
        }
        for user in (cls.olena, *cls.attackers.values()):
            user.password = user.login * 2
        cls.document = cls._create_document(
            cls.type_proposal, lead_id=cls.deal_dnipro.id, name=SECRET, subject=SECRET, amount=7731
        )
        cls.file = (
            cls.env["crm.document.file"]
            .with_user(cls.olena)
            .create({"document_id": cls.document.id, "filename": SECRET, "content": base64.b64encode(SECRET.encode())})
        )
        cls.note = cls.document.message_post(body=SECRET, attachments=[(SECRET, SECRET.encode())])
        cls.task = cls.document.activity_schedule(summary=SECRET, user_id=cls.olena.id)
        cls.env.flush_all()

    # ------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------

    def _login(self, user):
        self.authenticate(user.login, user.login * 2)

    def _call(self, model, method, *args, context=None, **kwargs):
        """One call as the web client makes it.

        :return: (result, name of the error class or None)
        """
        params = {"model": model, "method": method, "args": args, "kwargs": {"context": context or {}, **kwargs}}
        with mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        error = answer.get("error")
        return answer.get("result"), error and error["data"]["name"].rsplit(".", 1)[-1]

    def _assert_refused(self, model, method, *args, **kwargs):
        result, error = self._call(model, method, *args, **kwargs)
        self.assertIn(error, ("AccessError", "UserError", "ValidationError"), f"{model}.{method}{args}: {result}")
        self.assertNotIn(SECRET, json.dumps(result))

    def _assert_nothing_shown(self, model, method, *args, **kwargs):
        """Refused or empty, but the secret is not in the answer."""
        result, error = self._call(model, method, *args, **kwargs)
        self.assertNotIn(SECRET, json.dumps(result), f"{model}.{method}{args}")
        self.assertIn(error, (None, "AccessError", "UserError", "MissingError"), f"{model}.{method}{args}")
        return result

    # ------------------------------------------------------------
    # ONE'S OWN DOCUMENT
    # ------------------------------------------------------------

    def test_kept_fields_of_an_own_document(self):
        """What the document keeps is not written, by no field name and no context."""
        self._login(self.olena)
        before = self.document.read(["approval_state", "state_id", "state_category", "state_date", "client_access"])
        for vals in (
            {"approval_state": "approved"},
            {"approval_state": "none"},
            {"approval_user_id": self.olena.id},
            {"approval_reason": "x"},
            {"state_date": "2020-01-01 00:00:00"},
            {"state_category": "signed"},
            {"client_access": 0},
            {"state_id": self._state("proposal_sent").id},
            {"state_id": self._state("proposal_sent").id, "type_id": self.type_proposal.id},
            {"state_id": self._state("contract_signed").id, "type_id": self.type_contract.id},
        ):
            for context in ({}, {"su": True, "tracking_disable": True, "install_mode": True, "import_file": True}):
                with self.subTest(vals=vals, context=context):
                    self._assert_refused("crm.document", "write", self.document.ids, vals, context=context)
                    self._assert_refused("crm.document", "web_save", self.document.ids, vals, {}, context=context)
        after = self.document.read(["approval_state", "state_id", "state_category", "state_date", "client_access"])
        self.assertEqual(after, before)

    def test_defaults_do_not_replace_what_the_document_keeps(self):
        self._login(self.olena)
        context = {
            "default_approval_state": "approved",
            "default_approval_user_id": self.head.id,
            "default_state_category": "signed",
            "default_state_date": "2020-01-01 00:00:00",
            "default_client_access": 0,
        }
        vals = {"type_id": self.type_proposal.id, "partner_id": self.dnipro.id}
        [document_id], error = self._call("crm.document", "create", [vals], context=context)
        self.assertFalse(error)
        document = self.env["crm.document"].browse(document_id)
        self.assertEqual(document.approval_state, "none")
        self.assertFalse(document.approval_user_id)
        self.assertEqual(document.state_category, "planned")
        self.assertEqual(document.state_date.date(), self.today)
        self.assertEqual(document.client_access, self.olena.id)
        for name in ("approval_state", "state_category"):
            self._call("ir.default", "set", "crm.document", name, "approved", True)
        [document_id], error = self._call("crm.document", "create", [vals])
        self.assertEqual(self.env["crm.document"].browse(document_id).approval_state, "none")

    def test_defaults_tie_to_nothing_foreign(self):
        """A foreign deal would get the result of a paper that is none of its own."""
        self._login(self.olena)
        foreign = self._create_document(self.type_contract, self.taras, partner_id=self.karpaty.id)
        vals = {"type_id": self.type_contract.id}
        own = {**vals, "partner_id": self.dnipro.id}
        for name, record in (
            ("partner_id", self.karpaty),
            ("contact_id", self.oksana),
            ("lead_id", self.deal_karpaty),
            ("parent_id", foreign),
        ):
            given = vals if name == "partner_id" else own
            with self.subTest(name):
                self._assert_refused("crm.document", "create", [given], context={f"default_{name}": record.id})
                self._assert_refused("crm.document", "create", [{**given, name: record.id}])
                self._assert_refused("crm.document", "write", self.document.ids, {name: record.id})
                self._assert_refused("crm.document", "copy", self.document.ids, {name: record.id})

    def test_begin_behind_the_approval(self):
        self._login(self.olena)
        sent = self._state("proposal_sent").id
        vals = {"type_id": self.type_proposal.id, "partner_id": self.dnipro.id}
        self._assert_refused("crm.document", "create", [{**vals, "state_id": sent}])
        self._assert_refused("crm.document", "create", [vals], context={"default_state_id": sent})
        self._assert_refused("crm.document", "copy", self.document.ids, {"state_id": sent})
        self._assert_refused("crm.document", "copy", self.document.ids, {"approval_state": "approved"})
        copied, error = self._call("crm.document", "copy", self.document.ids)
        self.assertFalse(error)
        self.assertEqual(self.env["crm.document"].browse(copied).approval_state, "none")

    def test_nobody_approves_his_own(self):
        """Neither as the responsible, nor on a deal without a channel, nor with a channel of his own."""
        self._login(self.olena)
        for vals in ({"user_id": self.olena.id}, {"lead_id": False}, {"user_id": False}):
            self._call("crm.document", "write", self.document.ids, vals)
            self._assert_refused("crm.document", "action_approve", self.document.ids)
            self._assert_refused("crm.document", "action_refuse", self.document.ids, "No")
        self._assert_refused("crm.team", "create", [{"name": "Mine", "user_id": self.olena.id}])
        self._assert_refused("crm.document.type", "write", self.type_proposal.ids, {"approval": "none"})
        self._assert_refused(
            "crm.document.transition", "write", self.type_proposal.transition_ids.ids, {"needs_approval": False}
        )
        for method in ("_approve", "_enter_state", "_add_log", "_set_category_state"):
            self.assertTrue(self._call("crm.document", method, self.document.ids)[1], method)
        self.assertEqual(self.document.approval_state, "none")

    def test_history_and_versions_are_not_forged(self):
        self._login(self.olena)
        row = self.document.log_ids[0]
        forged = {"document_id": self.document.id, "event": "approved", "user_id": self.head.id}
        self._assert_refused("crm.document.log", "create", [forged])
        self._assert_refused("crm.document.log", "write", row.ids, {"note": "x"})
        self._assert_refused("crm.document.log", "unlink", row.ids)
        for command in ([0, 0, forged], [1, row.id, {"note": "x"}], [2, row.id], [3, row.id], [5], [6, 0, []]):
            with self.subTest(log=command):
                self._assert_refused("crm.document", "write", self.document.ids, {"log_ids": [command]})
        for command in ([1, self.file.id, {"comment": "x"}], [2, self.file.id], [3, self.file.id], [5], [6, 0, []]):
            with self.subTest(file=command):
                self._assert_refused("crm.document", "write", self.document.ids, {"file_ids": [command]})
        vals = {"filename": "b.txt", "content": "b25l", "number": 77, "user_id": self.head.id, "date": "2020-01-01"}
        [file_id], error = self._call(
            "crm.document.file",
            "create",
            [vals],
            context={"default_document_id": self.document.id, "default_number": 5, "default_user_id": self.head.id},
        )
        self.assertFalse(error)
        file = self.env["crm.document.file"].browse(file_id)
        self.assertEqual((file.number, file.user_id, file.date.date()), (2, self.olena, self.today))
        self._assert_refused("crm.document.file", "create", [{"filename": "c.txt", "content": "b25l"}])
        self.assertEqual(self.document.log_ids.filtered(lambda log: log.event == "file").user_id, self.olena)

    def test_content_of_a_version_stays(self):
        """A version is an attachment of Odoo: that way it is not overwritten either."""
        self._login(self.olena)
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", "crm.document.file"), ("res_field", "!=", False)])
        )
        self.assertEqual(len(attachment), 1)
        self._assert_refused("ir.attachment", "write", attachment.ids, {"datas": "b25l"})
        self._assert_refused("ir.attachment", "unlink", attachment.ids)
        forged = {"res_model": "crm.document.file", "res_id": self.file.id, "res_field": "content", "name": "content"}
        self._assert_refused("ir.attachment", "create", [{**forged, "datas": "b25l"}])
        self.file.invalidate_recordset()
        self.assertEqual(base64.b64decode(self.file.content), SECRET.encode())

    def test_a_task_is_not_tied_by_hand(self):
        self._login(self.taras)
        vals = {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.deal_karpaty.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
        }
        kept = {"document_id": self.document.id, "document_task": "approval"}
        [task_id], error = self._call("mail.activity", "create", [{**vals, **kept}])
        self.assertFalse(error)
        self._call("mail.activity", "write", [task_id], kept)
        [row] = self._assert_nothing_shown("mail.activity", "read", [task_id], ["document_id", "document_task"])
        self.assertEqual((row["document_id"], row["document_task"]), (False, False))
        [task_id], error = self._call(
            "mail.activity", "create", [vals], context={f"default_{name}": value for name, value in kept.items()}
        )
        [row] = self._assert_nothing_shown("mail.activity", "read", [task_id], ["document_id", "document_task"])
        self.assertEqual((row["document_id"], row["document_task"]), (False, False))

    # ------------------------------------------------------------
    # FOREIGN DOCUMENTS
    # ------------------------------------------------------------

    def test_nothing_of_a_foreign_document_is_shown(self):
        """By reading, searching, grouping, exporting, and by way of everything that hangs on it."""
        document, file, row = self.document, self.file, self.document.log_ids[0]
        fields = ["name", "subject", "amount", "display_name"]
        for name, user in self.attackers.items():
            self._login(user)
            with self.subTest(user=name):
                for model, records in (
                    ("crm.document", document),
                    ("crm.document.file", file),
                    ("crm.document.log", row),
                ):
                    names = fields if model == "crm.document" else ["display_name", "document_id"]
                    self._assert_refused(model, "read", records.ids, names)
                    self._assert_nothing_shown(model, "web_read", records.ids, {name: {} for name in names})
                    self._assert_nothing_shown(model, "export_data", records.ids, names)
                    self._assert_nothing_shown(model, "search_read", [], names)
                    self._assert_nothing_shown(model, "name_search", SECRET)
                self._assert_nothing_shown("crm.document", "name_search", "", [["id", "=", document.id]])
                for groupby in ("name", "subject", "partner_id", "lead_id", "state_id"):
                    self._assert_nothing_shown("crm.document", "web_read_group", [], [groupby], ["amount:sum"])
                for domain in (
                    [["document_id.name", "=", SECRET]],
                    [["document_id.partner_id.name", "ilike", "Dnipro"]],
                    [["document_id.lead_id.name", "ilike", "Dnipro"]],
                ):
                    for model in ("crm.document.file", "crm.document.log"):
                        self.assertFalse(self._call(model, "search_count", domain)[0], (model, domain))
                for model, domain in (
                    ("crm.lead", [["document_ids.name", "=", SECRET]]),
                    ("res.partner", [["document_ids.amount", "=", 7731]]),
                    ("crm.document", [["child_ids.name", "=", SECRET]]),
                    ("mail.activity", [["document_id.name", "=", SECRET]]),
                ):
                    self.assertFalse(self._call(model, "search_count", domain)[0], (model, domain))

    def test_nothing_that_hangs_on_a_foreign_document_is_shown(self):
        attachments = self.note.attachment_ids.ids
        for name, user in self.attackers.items():
            self._login(user)
            with self.subTest(user=name):
                for model, ids, names in (
                    ("mail.message", self.note.ids, ["body", "record_name"]),
                    ("mail.activity", self.task.ids, ["summary", "res_name", "document_id"]),
                    ("ir.attachment", attachments, ["name", "datas"]),
                ):
                    self._assert_refused(model, "read", ids, names)
                    self._assert_nothing_shown(model, "search_read", [["id", "in", ids]], names)
                for method, args in (
                    ("copy", []),
                    ("unlink", []),
                    ("write", [{"subject": "x"}]),
                    ("action_change_state", [self._state("proposal_rejected").id, "x"]),
                    ("action_request_approval", []),
                    ("action_approve", []),
                    ("action_refuse", ["x"]),
                    ("action_receive_original", []),
                    ("action_sign_immediately", []),
                    ("message_post", []),
                    ("activity_schedule", []),
                ):
                    self._assert_refused("crm.document", method, self.document.ids, *args)
                self._assert_refused(
                    "crm.document.file",
                    "create",
                    [{"document_id": self.document.id, "filename": "x", "content": "b25l"}],
                )
                self._assert_refused(
                    "mail.activity",
                    "create",
                    [
                        {
                            "res_model_id": self.env["ir.model"]._get_id("crm.document"),
                            "res_id": self.document.id,
                            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                        }
                    ],
                )
                self._call("crm.document", "message_subscribe", self.document.ids, user.partner_id.ids)
                self.assertNotIn(user.partner_id, self.document.message_partner_ids)
        self.assertEqual(self.document.state_id, self._state("proposal_draft"))

    def test_no_address_gives_a_foreign_file(self):
        attachment = self.note.attachment_ids
        field = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", "crm.document.file"), ("res_field", "!=", False)])
        )
        addresses = [
            *(f"/web/{kind}/crm.document.file/{self.file.id}/content" for kind in ("content", "image")),
            *(f"/web/{kind}/{record.id}" for kind in ("content", "image") for record in (attachment, field)),
            f"/web/content?model=crm.document.file&id={self.file.id}&field=content&access_token=x",
            f"/mail/view?model=crm.document&res_id={self.document.id}&access_token=x",
        ]
        for user in self.attackers.values():
            self._login(user)
            for address in addresses:
                self.assertNotIn(SECRET, self.url_open(address).text, (user.name, address))
        self._login(self.olena)
        self.assertIn(SECRET, self.url_open(addresses[0]).text, "whoever sees the document gets it")

    def test_wizard_moves_no_foreign_document(self):
        for user in self.attackers.values():
            self._login(user)
            vals = {"document_ids": [[6, 0, self.document.ids]], "reason": "x"}
            result, error = self._call(
                "crm.document.reason", "create", [{**vals, "state_id": self._state("proposal_rejected").id}]
            )
            if not error:
                self._assert_refused("crm.document.reason", "action_change_state", result)
        self.assertEqual(self.document.state_id, self._state("proposal_draft"))
