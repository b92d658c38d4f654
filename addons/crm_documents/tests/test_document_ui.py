from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from odoo.addons.crm_clients.tests.hoot import HootCase

from .common import DocumentCast


@tagged("post_install", "-at_install")
class TestDocumentWidgets(HootCase):
    @no_retry
    def test_widgets(self):
        self._run_hoot("@crm_documents")


@tagged("post_install", "-at_install")
class TestDocumentTours(DocumentCast, HttpCase):
    """Journeys through the register, as those with the fewest rights that must be able to do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be pressed
        (cls.head | cls.olena).odoobot_state = "disabled"

    def _start(self, path, tour, user):
        self.start_tour(f"/odoo/{path}", tour, login=user.login, timeout=120)
        self.env.invalidate_all()

    def test_from_the_client_card_to_the_signed_contract(self):
        self._start(f"contacts/{self.dnipro.id}", "crm_documents_contract", self.olena)
        contract = self.env["crm.document"].search([("partner_id", "=", self.dnipro.id)])
        self.assertEqual((contract.type_id, contract.state_category), (self.type_contract, "signed"))
        self.assertTrue(contract.name)
        self.assertEqual(contract.file_ids.mapped("filename"), ["contract.txt"])
        self.assertEqual(contract.file_ids.comment, "As agreed by phone")
        self.assertEqual(contract.log_ids.user_id, self.olena)

    def test_head_has_it_signed_immediately(self):
        late = self._create_document(self.type_contract, date_deadline=self._days(-3))
        closed = self._create_document(self.type_contract)
        for name in ("to_sign", "signed"):
            closed.with_user(self.olena).action_change_state(self._state(f"contract_{name}").id)
        self._start("documents-register", "crm_documents_sign_immediately", self.head)
        self.assertEqual(self._tasks(late, "urge").user_id, self.olena)
        self.assertFalse(self._tasks(closed, "urge"))

    def test_a_dragged_card_waits_for_the_reason(self):
        proposal = self._create_document(self.type_proposal)
        self._start("documents-by-type", "crm_documents_drag_with_reason", self.olena)
        self.assertEqual(proposal.state_id, self._state("proposal_rejected"))
        self.assertEqual(self._events(proposal)[-1].note, "They chose another supplier")

    def test_head_allows_a_change_in_the_table(self):
        self._start(f"document-types/{self.type_contract.id}", "crm_documents_transition_table", self.head)
        draft, signed = self._state("contract_draft"), self._state("contract_signed")
        change = self.type_contract.transition_ids.filtered(
            lambda row: (row.from_state_id, row.to_state_id) == (draft, signed)
        )
        self.assertTrue(change.needs_reason)
        self.assertFalse(change.needs_approval)
