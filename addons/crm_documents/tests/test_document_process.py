from odoo.tests import tagged

from .common import DocumentCommon


@tagged("post_install", "-at_install")
class TestDocumentProcess(DocumentCommon):
    """BY-7: a document that reaches a state records a step of the business process."""

    def _send(self, proposal):
        proposal.with_user(self.leader).action_approve()
        proposal.action_change_state(self._state("proposal_sent").id)

    def test_proposal_sent_and_contract_signed(self):
        deal = self.deal_dnipro
        self._press(deal.with_user(self.olena), self.step_call)
        self._send(self._create_document(self.type_proposal, lead_id=deal.id))
        self.assertEqual(deal.process_step_id, self.step_offer)
        self.assertEqual(deal.stage_id, self.stage_offer)
        result = deal.last_result_id
        self.assertEqual((result.origin, result.user_id), ("document", self.olena))
        contract = self._create_document(self.type_contract, lead_id=deal.id)
        for name in ("to_sign", "signed"):
            contract.action_change_state(self._state(f"contract_{name}").id)
        self.assertEqual(deal.won_status, "won")
        self.assertEqual(deal.last_result_id.step_id, self.step_won)

    def test_other_states_record_nothing(self):
        contract = self._create_document(self.type_contract, lead_id=self.deal_dnipro.id)
        before = self._results(self.deal_dnipro)
        contract.state_id = self._state("contract_to_sign")
        self.assertEqual(self._results(self.deal_dnipro), before)

    def test_a_step_back_or_a_second_contract_records_nothing_new(self):
        deal = self.deal_dnipro
        for _ in range(2):
            contract = self._create_document(self.type_contract, lead_id=deal.id)
            for name in ("to_sign", "signed"):
                contract.action_change_state(self._state(f"contract_{name}").id)
        won = self._results(deal).filtered(lambda row: row.step_id == self.step_won)
        self.assertEqual(len(won), 1)

    def test_the_deal_of_a_colleague_follows_too(self):
        """olena signs for taras, who is ill: the contract is hers, the deal is his."""
        deal = self._create_deal("Dnipro by taras", self.dnipro, self.taras)
        deal.process_id = self.process
        contract = self._create_document(self.type_contract)
        contract.sudo().lead_id = deal
        for name in ("to_sign", "signed"):
            contract.action_change_state(self._state(f"contract_{name}").id)
        self.assertEqual(deal.won_status, "won")
        self.assertEqual(deal.last_result_id.user_id, self.olena)

    def test_choosing_the_step_on_the_state_makes_it_wait(self):
        self.step_meeting.trigger = False
        self._state("contract_to_sign").with_user(self.head).step_ids = self.step_meeting
        self.assertEqual(self.step_meeting.trigger, "document")
        contract = self._create_document(self.type_contract, lead_id=self.deal_dnipro.id)
        contract.state_id = self._state("contract_to_sign")
        self.assertEqual(self.deal_dnipro.process_step_id, self.step_meeting)

    def test_the_shipped_process_follows_the_shipped_documents(self):
        offer = self.env.ref("crm_funnel.crm_process_step_offer")
        self.assertEqual(offer.document_state_ids, self._state("proposal_sent"))
        self.assertEqual(offer.trigger, "document")
        contract = self.env.ref("crm_funnel.crm_process_step_contract")
        self.assertEqual(contract.document_state_ids, self._state("contract_signed"))
