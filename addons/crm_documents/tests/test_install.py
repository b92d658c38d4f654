import base64
from collections import deque
from unittest.mock import patch

from lxml import etree

from odoo.tests import tagged
from odoo.tools.sql import column_exists

from odoo.addons.crm_documents.hooks import post_init_hook, uninstall_hook

from .common import DocumentCommon

COLUMNS = ("document_id", "document_state_id", "document_task")


@tagged("post_install", "-at_install")
class TestDocumentInstallation(DocumentCommon):
    """What installing does to a database that has a million tasks already: next to nothing."""

    def test_columns_of_tasks_come_empty(self):
        task = self.deal_dnipro.activity_schedule(summary="Call")
        self.env.flush_all()
        for column in COLUMNS:
            self.env.cr.execute(f'ALTER TABLE mail_activity DROP COLUMN "{column}" CASCADE')
        self.env.invalidate_all()
        with (
            patch.object(self.registry, "_post_init_queue", deque(), create=True),
            patch.object(self.registry, "_foreign_keys", {}, create=True),
        ):
            self.env["mail.activity"]._auto_init()
        for column in COLUMNS:
            self.assertTrue(column_exists(self.env.cr, "mail_activity", column), column)
        self.assertFalse(self.env.transaction.tocompute.get(task._fields["document_id"]), "nothing is left to compute")
        self.assertFalse(task.document_id)

    def test_hook_twice(self):
        offer = self.env.ref("crm_funnel.crm_process_step_offer")
        post_init_hook(self.env)
        self.assertEqual(offer.document_state_ids, self._state("proposal_sent"))

    def test_hook_respects_another_trigger(self):
        offer = self.env.ref("crm_funnel.crm_process_step_offer")
        offer.write({"trigger": False, "document_state_ids": [(5,)]})
        post_init_hook(self.env)
        self.assertEqual(offer.trigger, "document")
        self.assertEqual(offer.document_state_ids, self._state("proposal_sent"))

    def test_lists_have_their_indexes(self):
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename IN ('crm_document', 'mail_activity', 'crm_document_log')"
        )
        found = {name for [name] in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "crm_document_deadline_idx",
                "crm_document_list_idx",
                "crm_document__client_access_index",
                "crm_document__user_id_index",
                "crm_document__partner_id_index",
                "crm_document_log__document_id_index",
                "mail_activity_document_idx",
            },
            found,
        )


@tagged("post_install", "-at_install")
class TestDocumentUninstallation(DocumentCommon):
    """What is feasible within a test: documents let go of the data, and no view that stays needs what goes."""

    def test_documents_go_before_their_types(self):
        contract = self._create_document(self.type_contract, lead_id=self.deal_dnipro.id)
        addendum = self._create_document(self.type_addendum, parent_id=contract.id)
        addendum.parent_id = contract
        file = self.env["crm.document.file"].create(
            {"document_id": contract.id, "filename": "a.txt", "content": base64.b64encode(b"one")}
        )
        own = self.env["crm.document.type"].create({"name": "Own", "active": False})
        own.number_prefix = "OWN-"
        sequences = self.env["crm.document.type"].with_context(active_test=False).search([]).number_sequence_id
        self.assertIn(own.number_sequence_id, sequences)
        tasks = self._tasks(contract)
        self.assertTrue(tasks)
        uninstall_hook(self.env)
        for records in (contract | addendum, file, own, sequences, tasks):
            self.assertFalse(records.exists(), records)
        self.assertTrue(self.deal_dnipro.exists())

    def test_views_of_odoo_without_those_of_the_addon(self):
        data = self.env["ir.model.data"].search([("module", "=", "crm_documents"), ("model", "=", "ir.ui.view")])
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        roots = views.inherit_id - views
        self.assertTrue(roots)
        dependent = self.env["ir.ui.view"].search([("inherit_id", "in", views.ids), ("id", "not in", views.ids)])
        (views | dependent).active = False
        for view in roots:
            arch = etree.fromstring(self.env[view.model].get_view(view.id, view.type)["arch"])
            self.assertNotIn("document_", " ".join(arch.xpath("//field/@name")), view.name)

    def test_rules_go_with_the_addon(self):
        rules = self.env["ir.rule"].search([("model_id.model", "=like", "crm.document%")])
        names = rules.get_external_id()
        modules = {names[rule.id].split(".")[0] for rule in rules}
        self.assertLessEqual(modules, {"crm_documents", "crm_invoicing"})

    def test_rules_hold_while_the_code_is_not_loaded(self):
        for rule in self.env["ir.rule"].search([("domain_force", "like", "_has_own_clients_only")]):
            self.assertIn("'client_access_level' in user._fields and", rule.domain_force, rule.name)
