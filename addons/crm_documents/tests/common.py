from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase

from odoo.addons.crm_funnel.tests.common import FunnelCast


class DocumentCast(FunnelCast):
    """The cast of the funnel with the shipped types of documents. The leader of the channel sees everything."""

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        for kind in ("proposal", "contract", "addendum", "invoice", "act"):
            setattr(cls, f"type_{kind}", cls.env.ref(f"crm_documents.crm_document_type_{kind}"))
        cls.step_offer.write({"trigger": "document", "document_state_ids": [(6, 0, cls._state("proposal_sent").ids)]})
        cls.step_won.write({"trigger": "document", "document_state_ids": [(6, 0, cls._state("contract_signed").ids)]})
        cls.leader = new_test_user(
            cls.env,
            "dc_leader",
            "base.group_user,sales_team.group_sale_salesman_all_leads,crm_clients.crm_clients_group_all",
            name="Leader",
        )
        cls.channel.user_id = cls.leader
        cls.today = fields.Date.context_today(cls.env.user)

    @classmethod
    def _state(cls, name):
        """A shipped state by the end of its XML id, as `contract_signed`."""
        return cls.env.ref(f"crm_documents.crm_document_state_{name}")

    @classmethod
    def _create_document(cls, document_type, user=None, **vals):
        """A document of olena on her client and deal, created by herself or by `user`."""
        user = user or cls.olena
        return (
            cls.env["crm.document"]
            .with_user(user)
            .create({"type_id": document_type.id, "partner_id": cls.dnipro.id, "user_id": user.id, **vals})
        )

    def _days(self, days):
        return self.today + timedelta(days=days)

    def _tasks(self, document, kind=None):
        tasks = self.env["mail.activity"].search([("document_id", "=", document.id)])
        return tasks.filtered(lambda task: task.document_task == kind) if kind else tasks

    def _events(self, document):
        """The history of a document, the oldest first."""
        return self.env["crm.document.log"].search([("document_id", "=", document.id)], order="id")


class DocumentCommon(DocumentCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
