from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .plan_common import PlanCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
USERS = ("own", "other", "all clients", "whole plan", "head", "internal", "accountant", "portal")
# what each of USERS may do with the records of “own”, which concern a client of his
RIGHTS = {
    "crm.requisites": ("r", "r", "r", "r", "rwcu", "r", "r", ""),
    "crm.signatory": ("r", "r", "r", "r", "rwcu", "r", "r", ""),
    "crm.facsimile": ("r", "", "", "", "rwcu", "", "", ""),
    "crm.facsimile.use": ("r", "", "", "", "r", "", "", ""),
    "crm.invoice.letter": ("rwcu", "", "", "r", "rwcu", "", "r", ""),
    "crm.mailbox": ("rwc", "", "", "", "", "", "", ""),
    "crm.invoice.entry": ("rwcu", "", "", "", "", "", "", ""),
    "crm.invoice.entry.line": ("rwcu", "", "", "", "", "", "", ""),
    "crm.plan.line": ("rwcu", "", "", "rwcu", "rwcu", "", "", ""),
    "crm.plan.fact": ("rwc", "", "", "rc", "rwcu", "", "", ""),
    "crm.plan.report": ("r", "", "", "r", "r", "", "", ""),
    "crm.plan.import": ("rwcu", "", "", "", "", "", "", ""),
    "crm.plan.import.row": ("rwcu", "", "", "", "", "", "", ""),
}


@tagged("post_install", "-at_install")
class TestInvoicingAccess(PlanCommon):
    """Who may do what with each model of the addon, as a table; what is of a client stays with those who see him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        all_leads = "base.group_user,sales_team.group_sale_salesman_all_leads,crm_clients.crm_clients_group_all"
        cls.users = {
            "own": cls.olena,
            "other": cls.taras,
            "all clients": cls.ivan,
            "whole plan": new_test_user(cls.env, "ia_all", all_leads),
            "head": cls.head,
            "internal": new_test_user(cls.env, "ia_internal", "base.group_user"),
            "accountant": cls.accountant,
            "portal": new_test_user(cls.env, "ia_portal", "base.group_portal"),
        }
        cls.records = {record._name: record for record in (*cls._create_papers(), *cls._create_dialogs())}

    @classmethod
    def _create_papers(cls):
        """Return records that are kept."""
        invoice = cls._invoice(cls.dnipro, 300, cls.olena)
        line = cls._plan(cls.dnipro, 100, user=cls.olena)
        facsimile = cls.env["crm.facsimile"].create({"name": "Hand", "user_ids": cls.olena.ids})
        signatory = cls.env["crm.signatory"].create({"name": "O. Kovalenko", "position": "Director"})
        use = (
            cls.env["crm.facsimile.use"]
            .with_user(cls.olena)
            .sudo()
            .create({"facsimile_id": facsimile.id, "event": "stamped", "company_id": cls.company.id})
        )
        letter = cls.env["crm.invoice.letter"].with_user(cls.olena)._prepare_for(invoice, cls.petro)
        fact = cls._enter(line, 10, user=cls.olena)
        cls.env.flush_all()
        row = cls.env["crm.plan.report"].search([("line_id", "=", line.id), ("kind", "=", "plan")])
        return cls.requisites, signatory, facsimile, use, letter, line, fact, row

    @classmethod
    def _create_dialogs(cls):
        """Return records of dialogs, which are nobody else's."""
        env = cls.env(user=cls.olena)
        mailbox = env["crm.mailbox"].create({"address": "olena@company.example", "host": "127.0.0.1"})
        entry = env["crm.invoice.entry"].browse(cls.dnipro.with_user(cls.olena).action_enter_invoice()["res_id"])
        plan_import = env["crm.plan.import"].create({"file": b"eA=="})
        row = env["crm.plan.import.row"].create({"import_id": plan_import.id})
        return mailbox, entry, entry.line_ids[:1], plan_import, row

    def test_every_model_is_in_the_table(self):
        """A new model of the addon fails here until somebody has thought about who may do what with it."""
        own = {name for name, model in self.registry.items() if model._original_module == "crm_invoicing"}
        self.assertEqual({name for name in own if not self.registry[name]._abstract}, set(RIGHTS))
        self.assertEqual(set(self.records), set(RIGHTS))
        for record in self.records.values():
            self.assertEqual(len(record), 1, record._name)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_rights(self):
        for model, rights in RIGHTS.items():
            for name, allowed in zip(USERS, rights, strict=True):
                record = self.records[model].with_user(self.users[name])
                may = "".join(letter for letter, operation in OPERATIONS.items() if record.has_access(operation))
                with self.subTest(model=model, user=name):
                    self.assertEqual(may, allowed)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_what_is_not_allowed_is_not_found(self):
        """The search keeps to the same rules as reading one record by its id."""
        for model, rights in RIGHTS.items():
            for name, allowed in zip(USERS, rights, strict=True):
                records = self.env[model].with_user(self.users[name])
                with self.subTest(model=model, user=name):
                    if not records.has_access("read"):
                        with self.assertRaises(AccessError):
                            records.search([], limit=1).read(["id"])
                    else:
                        found = records.search([("id", "=", self.records[model].id)])
                        self.assertEqual(bool(found), "r" in allowed)

    def test_another_company_is_hidden(self):
        """What belongs to a company is not there for a head of sales who works in another one."""
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env, "ia_stranger", "base.group_user,sales_team.group_sale_manager", company_id=other.id
        )
        stranger.company_ids = other
        self.assertFalse(stranger.env["crm.requisites"].with_user(stranger).search([]) & self.requisites)
        for model, record in self.records.items():
            with self.subTest(model=model), mute_logger("odoo.addons.base.models.ir_rule"):
                self.assertFalse(record.with_user(stranger).has_access("read"))
                self.assertFalse(self.env[model].with_user(stranger).search([("id", "=", record.id)]))
