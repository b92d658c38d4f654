from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DocumentCommon


@tagged("post_install", "-at_install")
class TestDocumentGuard(DocumentCommon):
    """Ways around the table and the approval that have been open once."""

    def setUp(self):
        super().setUp()
        self.proposal = self._create_document(self.type_proposal, lead_id=self.deal_dnipro.id, amount=1000)

    def test_the_type_beside_the_state_is_no_way_around(self):
        for name, document_type in (("proposal_sent", self.type_proposal), ("contract_signed", self.type_contract)):
            with self.assertRaises(UserError):
                self.proposal.write({"state_id": self._state(name).id, "type_id": document_type.id})
        self.proposal.write({"type_id": self.type_contract.id, "state_id": self._state("contract_draft").id})
        self.assertEqual(self.proposal.state_id, self._state("contract_draft"))

    def test_kept_fields_are_kept(self):
        for vals in ({"state_category": "signed"}, {"client_access": 0}, {"state_date": "2020-01-01"}):
            with self.assertRaises(AccessError):
                self.proposal.write(vals)
            with self.assertRaises(AccessError):
                self._create_document(self.type_proposal, **vals)
        defaults = {"default_approval_state": "approved", "default_state_category": "signed"}
        document = (
            self.env["crm.document"]
            .with_user(self.olena)
            .with_context(**defaults)
            .create({"type_id": self.type_proposal.id, "partner_id": self.dnipro.id})
        )
        self.assertEqual((document.approval_state, document.state_category), ("none", "planned"))

    def test_a_default_ties_to_no_foreign_deal(self):
        documents = self.env["crm.document"].with_user(self.olena)
        with self.assertRaises(AccessError):
            documents.with_context(default_lead_id=self.deal_karpaty.id).create(
                {"type_id": self.type_contract.id, "partner_id": self.dnipro.id}
            )

    def test_approving_sends_nothing(self):
        """Who agrees to a changed proposal does not say that it went out."""
        self.proposal.with_user(self.leader).action_approve()
        self.proposal.amount = 5
        self.proposal.action_request_approval()
        self.proposal.with_user(self.leader).action_approve()
        self.assertEqual(self.proposal.state_id, self._state("proposal_agreed"))
        self.proposal.with_user(self.head).action_approve()
        self.assertEqual(self._events(self.proposal).mapped("event").count("approved"), 2, "a second click adds none")

    def test_a_request_ends_with_the_document(self):
        self.proposal.action_request_approval()
        self.proposal.action_change_state(self._state("proposal_rejected").id, "Chose another")
        self.assertEqual(self.proposal.approval_state, "none")
        self.assertFalse(self._tasks(self.proposal, "approval"))
        for method, arguments in (("action_approve", []), ("action_refuse", ["No"])):
            with self.assertRaisesRegex(UserError, "needs no approval"):
                getattr(self.proposal.with_user(self.head), method)(*arguments)

    def test_asking_again_asks_once(self):
        self.proposal.action_request_approval()
        tasks = self._tasks(self.proposal, "approval")
        self.proposal.action_request_approval()
        self.assertEqual(len(self._tasks(self.proposal, "approval")), len(tasks))

    def test_another_amount_before_the_signature(self):
        """The amount counts as long as something has to be approved, whatever the category is called."""
        row = self.type_contract.transition_ids.filtered(
            lambda change: (
                change.to_state_id == self._state("contract_signed")
                and change.from_state_id == self._state("contract_to_sign")
            )
        )
        row.needs_approval = True
        contract = self._create_document(self.type_contract, amount=10)
        contract.action_change_state(self._state("contract_to_sign").id)
        contract.action_request_approval()
        contract.with_user(self.head).action_approve()
        self.assertEqual(contract.state_category, "to_sign", "who approves does not sign")
        contract.amount = 99
        with self.assertRaisesRegex(UserError, "approved"):
            contract.action_change_state(self._state("contract_signed").id)

    def test_those_that_stand_there_keep_their_day(self):
        first, second = (self._create_document(self.type_contract) for _ in range(2))
        first.action_change_state(self._state("contract_to_sign").id)
        first.date_deadline = self._days(2)
        since = first.state_date
        (first | second).action_change_state(self._state("contract_to_sign").id)
        self.assertEqual(second.date_deadline, self._days(14))
        self.assertEqual((first.date_deadline, first.state_date), (self._days(2), since))
        self.assertEqual(self._events(first).mapped("event").count("state"), 1)

    def test_written_partner_and_original(self):
        contract = self._create_document(self.type_contract)
        contract.partner_id = self.petro
        self.assertEqual((contract.partner_id, contract.contact_id), (self.dnipro, self.petro))
        contract.write({"state_id": self._state("contract_to_sign").id, "is_original_received": True})
        self.assertEqual(self._events(contract).mapped("event"), ["created", "original", "state"])

    def test_reading_the_next_number_writes_nothing(self):
        document_type = self.env["crm.document.type"].create({"name": "Memo", "number_prefix": "M-"})
        self.assertEqual(document_type.number_next, 1)
        self.assertFalse(document_type.number_sequence_id.date_range_ids)

    def test_archived_heads_are_not_named(self):
        self.head.active = False
        self.assertNotIn("Head", self.proposal.with_user(self.olena)._get_approver_names().split(", "))
        self.type_proposal.write({"approval": "users", "approver_ids": [Command.set(self.leader.ids)]})
        self.assertEqual(self.proposal._get_approver_names(), "Leader")
