from odoo.exceptions import UserError

from .common import InvoicingCommon


class TestProposal(InvoicingCommon):
    """A commercial proposal and its order go together, in both directions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proposal_type = cls.env.ref("crm_documents.crm_document_type_proposal")
        cls.order = cls._create_order(cls.dnipro, cls.olena, opportunity_id=cls.deal_dnipro.id)

    def _state(self, name):
        return self.env.ref(f"crm_documents.crm_document_state_proposal_{name}")

    def _propose(self, deal=None):
        action = (deal or self.deal_dnipro).with_user(self.olena).action_new_document("proposal")
        return self.env["crm.document"].browse(action["res_id"])

    def _send(self, document):
        """Bring a proposal to the client: the head agrees, the manager sends it."""
        document.with_user(self.head).action_change_state(self._state("agreed").id)
        document.with_user(self.olena).action_change_state(self._state("sent").id)

    # ------------------------------------------------------------
    # BEGIN
    # ------------------------------------------------------------

    def test_with_the_quotation_of_the_deal(self):
        document = self._propose()
        self.assertRecordValues(
            document,
            [
                {
                    "kind": "proposal",
                    "order_id": self.order.id,
                    "lead_id": self.deal_dnipro.id,
                    "partner_id": self.dnipro.id,
                    "amount": 1200.0,
                    "user_id": self.olena.id,
                    "state_id": self._state("draft").id,
                }
            ],
        )
        self.assertEqual(self._propose(), document, "a second press opens the same proposal")

    def test_begins_with_a_new_quotation(self):
        self.order.action_cancel()
        action = self.deal_dnipro.with_user(self.olena).action_new_document("proposal")
        self.assertEqual(action["res_model"], "sale.order")
        orders = self.env["sale.order"].with_user(self.olena).with_context(**action["context"])
        order = orders.create({"partner_id": self.dnipro.id, "order_line": [(0, 0, {"product_id": self.design.id})]})
        document = self.env["crm.document"].search([("order_id", "=", order.id)])
        self.assertEqual(document.type_id, self.proposal_type)
        self.assertEqual(document.lead_id, self.deal_dnipro)
        order.copy()
        self.assertEqual(self.env["crm.document"].search_count([("lead_id", "=", self.deal_dnipro.id)]), 2)

    def test_deal_without_client(self):
        deal = self.env["crm.lead"].create({"name": "Nobody", "type": "opportunity", "user_id": self.olena.id})
        with self.assertRaisesRegex(UserError, "client of the deal"):
            deal.with_user(self.olena).action_new_document("proposal")

    def test_other_kinds_are_as_ever(self):
        action = self.deal_dnipro.with_user(self.olena).action_new_document("contract")
        self.assertEqual(action["res_model"], "crm.document")

    def test_amount_follows_while_it_is_open(self):
        document = self._propose()
        self.order.order_line.product_uom_qty = 2
        self._commit()
        self.assertEqual(document.amount, 2400.0)
        self._send(document)
        document.with_user(self.olena).action_change_state(self._state("accepted").id)
        self.order.order_line.product_uom_qty = 3
        self._commit()
        self.assertEqual(document.amount, 2400.0, "what was accepted stays")

    def _commit(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_client_follows_while_it_is_open(self):
        document = self._propose()
        document.with_user(self.head).action_change_state(self._state("agreed").id)
        client = self.dnipro.copy({"name": "Dnipro Trade"})
        person = self.env["res.partner"].create({"name": "Halyna", "parent_id": client.id})
        self.order.with_user(self.olena).partner_id = person
        self.assertRecordValues(document, [{"partner_id": client.id, "contact_id": person.id}])
        self.assertEqual(document.approval_state, "none", "it was agreed for another client")
        self.order.partner_id = client
        document.with_user(self.olena).action_change_state(self._state("rejected").id, "Too dear")
        self.order.partner_id = self.dnipro
        self.assertEqual(document.partner_id, client)

    def test_changed_amount_has_to_be_approved_anew(self):
        document = self._propose()
        document.with_user(self.head).action_change_state(self._state("agreed").id)
        self.assertEqual(document.approval_state, "approved")
        self.order.order_line.product_uom_qty = 5
        self._commit()
        self.assertEqual(document.approval_state, "none")

    # ------------------------------------------------------------
    # THE ORDER FOLLOWS
    # ------------------------------------------------------------

    def test_sent_and_accepted(self):
        document = self._propose()
        self._send(document)
        self.assertEqual(self.order.state, "sent")
        document.with_user(self.olena).action_change_state(self._state("accepted").id)
        self.assertEqual(self.order.state, "sale")

    def test_rejected(self):
        document = self._propose()
        document.with_user(self.olena).action_change_state(self._state("rejected").id, "Too dear")
        self.assertEqual(self.order.state, "cancel")
        document.with_user(self.olena).action_change_state(self._state("draft").id, "A new price")
        self.assertEqual(self.order.state, "draft")

    def test_refused_by_odoo(self):
        """What Odoo refuses leaves the proposal where it was, too."""
        document = self._propose()
        self._send(document)
        self.order.order_line.product_id = False
        with self.assertRaisesRegex(UserError, "missing a product"), self.env.cr.savepoint():
            document.with_user(self.olena).action_change_state(self._state("accepted").id)
        self.env.invalidate_all()
        self.assertEqual(document.state_id, self._state("sent"))
        self.assertEqual(self.order.state, "sent")

    def test_order_of_a_colleague(self):
        document = self._propose()
        self._send(document)
        self.order.user_id = self.taras
        with self.assertRaises(UserError), self.env.cr.savepoint():
            document.with_user(self.olena).action_change_state(self._state("accepted").id)

    def test_confirmed_order_is_not_cancelled(self):
        document = self._propose()
        self.order.with_context(crm_invoicing_together=True).action_confirm()
        document.with_user(self.olena).action_change_state(self._state("rejected").id, "Withdrawn")
        self.assertEqual(self.order.state, "sale")

    # ------------------------------------------------------------
    # THE PROPOSAL FOLLOWS
    # ------------------------------------------------------------

    def test_order_confirmed_in_odoo(self):
        document = self._propose()
        self._send(document)
        self.order.with_user(self.olena).action_confirm()
        self.assertEqual(document.state_id, self._state("accepted"))

    def test_agreed_and_ordered_at_once(self):
        """What is sold does not wait in the register to be sent, and nobody is asked to send it."""
        document = self._propose()
        document.with_user(self.head).action_change_state(self._state("agreed").id)
        self.assertTrue(document.activity_ids)
        self.order.with_user(self.olena).action_confirm()
        self.assertEqual(document.state_id, self._state("accepted"))
        self.assertFalse(document.activity_ids)
        self.assertEqual(self.order.state, "sale")

    def test_order_cancelled_in_odoo(self):
        document = self._propose()
        self.order.with_user(self.olena).action_cancel()
        self.assertEqual(document.state_id, self._state("rejected"))
        self.order.with_user(self.olena).action_draft()
        self.assertEqual(document.state_id, self._state("draft"))

    def test_approval_is_not_bypassed(self):
        """The order is confirmed though nobody agreed to the proposal: the table does not lead there from the draft."""
        document = self._propose()
        self.order.with_user(self.olena).action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(document.state_id, self._state("draft"))

    def test_steps_of_the_process(self):
        """Sending the proposal records the step that waits for it on the deal, once."""
        self.step_offer.write({"trigger": "document", "document_state_ids": [(6, 0, self._state("sent").ids)]})
        self._press(self.deal_dnipro, self.step_call)
        self._send(self._propose())
        self.assertEqual(self.deal_dnipro.last_result_id.step_id, self.step_offer)
        self.assertEqual(len(self._results(self.deal_dnipro)), 2)
