from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import DocumentCommon


@tagged("post_install", "-at_install")
class TestDocumentReason(DocumentCommon):
    """Several documents of one type are moved together, from the list."""

    def setUp(self):
        super().setUp()
        self.documents = self._create_document(self.type_contract) | self._create_document(self.type_contract)

    def _open(self, documents, user=None):
        context = {"active_model": "crm.document", "active_ids": documents.ids}
        return Form(self.env["crm.document.reason"].with_user(user or self.olena).with_context(**context))

    def _create(self, documents, **vals):
        context = {"active_model": "crm.document", "active_ids": documents.ids}
        return self.env["crm.document.reason"].with_user(self.olena).with_context(**context).create(vals)

    def test_moved_together(self):
        form = self._open(self.documents)
        self.assertEqual(form.document_count, 2)
        form.state_id = self._state("contract_to_sign")
        self.assertFalse(form.needs_reason)
        form.save().action_change_state()
        self.assertEqual(self.documents.state_id, self._state("contract_to_sign"))

    def test_one_reason_for_all(self):
        form = self._open(self.documents)
        form.state_id = self._state("contract_rejected")
        self.assertTrue(form.needs_reason)
        form.reason = "The client is bankrupt"
        form.save().action_change_state()
        for document in self.documents:
            self.assertEqual(self._events(document)[-1].note, "The client is bankrupt")

    def test_only_states_to_which_all_may_go(self):
        self.documents[0].with_user(self.olena).action_change_state(self._state("contract_to_sign").id)
        self.assertEqual(self._create(self.documents).allowed_state_ids, self._state("contract_rejected"))
        self.documents[1].with_user(self.olena).action_change_state(self._state("contract_rejected").id, "Bankrupt")
        nowhere = self._open(self.documents)
        self.assertFalse(nowhere.allowed_state_ids[:] & self._state("contract_rejected"))

    def test_all_of_them_or_none(self):
        self.documents[0].with_user(self.olena).action_change_state(self._state("contract_to_sign").id)
        wizard = self._create(self.documents)
        with self.assertRaisesRegex(UserError, "Choose"):
            wizard.action_change_state()
        wizard.state_id = self._state("contract_signed")
        with self.assertRaisesRegex(UserError, "cannot go"), self.env.cr.savepoint():
            wizard.action_change_state()
        self.assertEqual(self.documents[0].state_category, "to_sign")

    def test_of_one_type(self):
        other = self._create_document(self.type_proposal)
        with self.assertRaisesRegex(UserError, "Commercial proposal"):
            self._open(self.documents | other)

    def test_not_of_others(self):
        foreign = self._create_document(self.type_contract, self.taras, partner_id=self.karpaty.id)
        with self.assertRaises(AccessError):
            self._open(foreign)
        with self.assertRaises(AccessError):
            self._open(self.documents, self.clerk)
        wizard = self._create(self.documents)
        with self.assertRaises(AccessError):
            wizard.with_user(self.taras).read(["reason"])

    def test_archived_too(self):
        self.documents[0].active = False
        form = self._open(self.documents[0])
        form.state_id = self._state("contract_to_sign")
        form.save().action_change_state()
        self.assertEqual(self.documents[0].state_category, "to_sign")
