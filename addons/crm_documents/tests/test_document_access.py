from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DocumentCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
USERS = ("own", "other", "all clients", "all documents", "head", "internal", "portal")
# what each of USERS may do with the records of a document of “own” on a client of his
RIGHTS = {
    "crm.document.type": ("r", "r", "r", "r", "rwcu", "r", ""),
    "crm.document.state": ("r", "r", "r", "r", "rwcu", "r", ""),
    "crm.document.transition": ("r", "r", "r", "r", "rwcu", "r", ""),
    "crm.document": ("rwc", "", "", "rwc", "rwcu", "", ""),
    "crm.document.file": ("rc", "", "", "rc", "rc", "", ""),
    "crm.document.log": ("r", "", "", "r", "r", "", ""),
}


@tagged("post_install", "-at_install")
class TestDocumentAccess(DocumentCommon):
    """Who may do what with each model of the addon, as a table; and clients of others stay hidden."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        salesman_all = "base.group_user,sales_team.group_sale_salesman_all_leads"
        cls.users = {
            "own": cls.olena,
            "other": cls.taras,
            "all clients": cls.ivan,
            "all documents": new_test_user(cls.env, "dc_all", f"{salesman_all},crm_clients.crm_clients_group_all"),
            "head": cls.head,
            "internal": new_test_user(cls.env, "dc_internal", "base.group_user"),
            "portal": new_test_user(cls.env, "dc_portal", "base.group_portal"),
        }
        cls.document = cls._create_document(cls.type_contract)
        cls.file = cls.env["crm.document.file"].create(
            {"document_id": cls.document.id, "filename": "a.txt", "content": b"b25l"}
        )

    def _get_records(self):
        return {
            "crm.document.type": self.type_contract,
            "crm.document.state": self._state("contract_draft"),
            "crm.document.transition": self.type_contract.transition_ids[:1],
            "crm.document": self.document,
            "crm.document.file": self.file,
            "crm.document.log": self.document.log_ids[:1],
        }

    def test_every_model_is_in_the_table(self):
        models = self.env["ir.model"].search([("model", "=like", "crm.document%")])
        own = models.filtered(lambda model: "crm_documents" in (model.modules or "") and self.env[model.model]._auto)
        own -= own.filtered("transient")
        self.assertEqual(set(own.mapped("model")), set(RIGHTS))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_rights(self):
        for model, record in self._get_records().items():
            for name, allowed in zip(USERS, RIGHTS[model], strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, user=name, operation=operation):
                        may = record.with_user(self.users[name]).has_access(operation)
                        self.assertEqual(may, letter in allowed)

    def test_foreign_documents_are_not_found(self):
        documents = self.env["crm.document"].with_user(self.taras)
        self.assertFalse(documents.search([("id", "=", self.document.id)]))
        self.assertFalse(documents.name_search(self.document.name))
        self.assertFalse(documents.env["crm.document.log"].search([("document_id", "=", self.document.id)]))
        self.assertFalse(documents.env["crm.document.file"].search([("document_id", "=", self.document.id)]))
        self.assertFalse(documents.search([("partner_id.name", "ilike", "Dnipro")]))

    def test_own_document_on_a_foreign_client_stays_hidden(self):
        """Who sees own clients only, sees no paper of others, though he is named responsible."""
        document = self._create_document(self.type_contract, self.head, partner_id=self.karpaty.id)
        document.user_id = self.olena
        with self.assertRaises(AccessError):
            document.with_user(self.olena).read(["name"])
        self.assertEqual(document.with_user(self.taras).partner_id, self.karpaty)

    def test_nobody_gives_a_document_to_a_foreign_client(self):
        with self.assertRaises(AccessError):
            self.document.with_user(self.olena).partner_id = self.karpaty

    def test_another_company_is_hidden(self):
        company = self.env["res.company"].create({"name": "Second"})
        user = new_test_user(
            self.env,
            "dc_two_companies",
            "base.group_user,sales_team.group_sale_salesman",
            company_ids=[Command.set((self.env.company | company).ids)],
        )
        client = self._create_client("Client of both", user)
        documents = self.env["crm.document"].with_user(user)
        document = documents.with_context(allowed_company_ids=company.ids).create(
            {"type_id": self.type_contract.id, "partner_id": client.id}
        )
        self.assertEqual(document.company_id, company)
        for companies, found in ((self.env.company, False), (self.env.company | company, True)):
            seen = documents.with_context(allowed_company_ids=companies.ids).search([("id", "=", document.id)])
            self.assertEqual(bool(seen), found)
