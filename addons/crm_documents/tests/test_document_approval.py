from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DocumentCommon


@tagged("post_install", "-at_install")
class TestDocumentApproval(DocumentCommon):
    """A proposal is agreed before it goes out: asked, approved or refused with a reason."""

    def setUp(self):
        super().setUp()
        self.proposal = self._create_document(self.type_proposal, lead_id=self.deal_dnipro.id, amount=1000)

    def test_nothing_goes_out_without_approval(self):
        with self.assertRaisesRegex(UserError, "Leader"):
            self.proposal.action_change_state(self._state("proposal_agreed").id)
        self.assertTrue(self.proposal.state_buttons[0]["needs_approval"])

    def test_approval_cannot_be_written(self):
        for vals in ({"approval_state": "approved"}, {"approval_user_id": self.head.id}):
            with self.assertRaises(AccessError):
                self.proposal.write(vals)
        with self.assertRaises(AccessError):
            self._create_document(self.type_proposal, approval_state="approved")

    def test_approval_is_not_gone_around_by_creation(self):
        with self.assertRaisesRegex(UserError, "begins as"):
            self._create_document(self.type_proposal, state_id=self._state("proposal_sent").id)
        document = self._create_document(self.type_proposal, self.head, state_id=self._state("proposal_sent").id)
        self.assertEqual(document.state_id, self._state("proposal_sent"))

    def test_asked_and_approved(self):
        self.proposal.action_request_approval()
        self.assertEqual(self.proposal.approval_state, "requested")
        tasks = self._tasks(self.proposal, "approval")
        self.assertEqual(tasks.user_id & (self.leader | self.head), self.leader | self.head)
        self.assertFalse(tasks.user_id & (self.olena | self.taras))
        waiting = self.env["crm.document"].with_user(self.leader).search([("can_approve", "=", True)])
        self.assertEqual(waiting, self.proposal)
        self.assertFalse(self.env["crm.document"].with_user(self.olena).search([("can_approve", "=", True)]))
        self.proposal.with_user(self.leader).action_approve()
        self.assertEqual(self.proposal.approval_state, "approved")
        self.assertEqual(self.proposal.approval_user_id, self.leader)
        self.assertEqual(self.proposal.state_id, self._state("proposal_agreed"), "the only change that waited is made")
        self.assertFalse(self._tasks(self.proposal, "approval"))
        self.proposal.action_change_state(self._state("proposal_sent").id)
        self.assertEqual(self.proposal.state_category, "to_sign")

    def test_refused_with_a_reason(self):
        self.proposal.action_request_approval()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.proposal.with_user(self.leader).action_refuse("")
        self.proposal.with_user(self.leader).action_refuse("Too cheap")
        self.assertEqual(self.proposal.approval_state, "refused")
        self.assertEqual(self.proposal.approval_reason, "Too cheap")
        rework = self._tasks(self.proposal, "rework")
        self.assertEqual(rework.user_id, self.olena)
        self.assertIn("Too cheap", rework.note)
        self.proposal.action_request_approval()
        self.assertEqual(self.proposal.approval_state, "requested")

    def test_only_approvers_decide(self):
        self.proposal.action_request_approval()
        for method in ("action_approve", "action_refuse"):
            with self.assertRaisesRegex(UserError, "Leader"):
                getattr(self.proposal, method)(*(["No"] if method == "action_refuse" else []))
        with self.assertRaises(AccessError):
            self.proposal.with_user(self.taras).action_approve()

    def test_an_approver_who_moves_it_has_approved(self):
        self.proposal.with_user(self.head).state_id = self._state("proposal_agreed")
        self.assertEqual(self.proposal.approval_state, "approved")
        self.assertEqual(self.proposal.approval_user_id, self.head)
        self.assertEqual(self._events(self.proposal).mapped("event"), ["created", "approved", "state"])

    def test_another_amount_is_another_proposal(self):
        self.proposal.with_user(self.leader).action_approve()
        self.proposal.subject = "Website"
        self.assertEqual(self.proposal.approval_state, "approved")
        self.proposal.amount = 5
        self.assertEqual(self.proposal.approval_state, "none")
        with self.assertRaisesRegex(UserError, "approved"):
            self.proposal.action_change_state(self._state("proposal_sent").id)
        self.assertEqual(self._events(self.proposal)[-1].event, "withdrawn")

    def test_back_to_the_beginning_is_not_approved(self):
        self.proposal.with_user(self.leader).action_approve()
        self.proposal.action_change_state(self._state("proposal_draft").id)
        self.assertEqual(self.proposal.approval_state, "none")

    def test_what_needs_no_approval_is_not_asked(self):
        contract = self._create_document(self.type_contract)
        with self.assertRaisesRegex(UserError, "needs no approval"):
            contract.action_request_approval()

    def test_named_users(self):
        with self.assertRaises(ValidationError):
            self.type_proposal.with_user(self.head).approval = "users"
        self.type_proposal.with_user(self.head).write({"approval": "users", "approver_ids": [(6, 0, self.leader.ids)]})
        with self.assertRaises(UserError):
            self.proposal.with_user(self.head).action_approve()
        self.proposal.with_user(self.leader).action_approve()
        self.assertEqual(self.proposal.approval_state, "approved")

    def test_an_approver_who_cannot_read_is_not_asked(self):
        self.type_proposal.write({"approval": "users", "approver_ids": [(6, 0, self.taras.ids)]})
        with self.assertRaisesRegex(UserError, "Nobody may approve"):
            self.proposal.action_request_approval()
