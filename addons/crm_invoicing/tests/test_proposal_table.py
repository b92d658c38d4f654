from odoo.exceptions import UserError

from .common import InvoicingCommon

ORDER_STATES = ("draft", "sent", "sale", "cancel")
# the table of the shipped type
MOVES = {
    "draft": ("agreed", "rejected"),
    "agreed": ("sent", "draft", "rejected"),
    "sent": ("accepted", "rejected", "draft"),
    "accepted": (),
    "rejected": ("draft",),
}
# what becomes of an order, by its state, when the proposal enters a state; what is not named stays as it is
ORDER_FOLLOWS = {
    "draft": {"sent": "draft", "cancel": "draft"},
    "agreed": {"sent": "draft", "cancel": "draft"},
    "sent": {"draft": "sent"},
    "accepted": {"draft": "sale", "sent": "sale"},
    "rejected": {"draft": "cancel", "sent": "cancel"},
}
# button of the order, the states it is pressed in, and what becomes of the proposal; others stay as they are
BUTTONS = (
    ("action_quotation_sent", ("draft",), {"agreed": "sent"}),
    ("action_confirm", ("draft", "sent"), {"agreed": "accepted", "sent": "accepted"}),
    ("action_cancel", ("draft", "sent", "sale"), dict.fromkeys(("draft", "agreed", "sent"), "rejected")),
    ("action_draft", ("sent", "cancel"), {"sent": "draft", "rejected": "draft"}),
)


class TestProposalTable(InvoicingCommon):
    """A proposal and its order in every pair of states, moved by the manager and by the head."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(cls.dnipro, cls.olena)
        cls.document = cls.order._register_proposal()

    def _state(self, name):
        return self.env.ref(f"crm_documents.crm_document_state_proposal_{name}")

    def _name_of(self, document):
        return next(name for name in MOVES if self._state(name) == document.state_id)

    def _set_up_pair(self, order_state, document_state):
        """Return the order and its proposal, put where they would not come together."""
        order, document = self.order, self.document
        self.env.flush_all()
        state = self._state(document_state)
        approval = "approved" if document_state in ("agreed", "sent", "accepted") else "none"
        document.sudo()._write({"state_id": state.id, "state_category": state.category, "approval_state": approval})
        order.sudo()._write({"state": order_state})
        self.env.invalidate_all()
        return order, document

    def _list_pairs(self):
        """Yield user, state of the order, state of the proposal."""
        for user in (self.olena, self.head):
            for order_state in ORDER_STATES:
                for document_state in MOVES:
                    yield user, order_state, document_state

    def test_order_follows_the_proposal(self):
        for user, order_state, document_state in self._list_pairs():
            for target in MOVES[document_state]:
                if user == self.olena and target == "agreed":
                    continue
                with self.subTest(user=user.name, order=order_state, proposal=document_state, target=target):
                    order, document = self._set_up_pair(order_state, document_state)
                    document.with_user(user).action_change_state(self._state(target).id, "Because")
                    self.assertEqual(self._name_of(document), target)
                    self.assertEqual(order.state, ORDER_FOLLOWS[target].get(order_state, order_state))

    def test_proposal_follows_the_order(self):
        for user, order_state, document_state in self._list_pairs():
            for button, pressed_in, follows in BUTTONS:
                if order_state not in pressed_in:
                    continue
                with self.subTest(user=user.name, order=order_state, proposal=document_state, button=button):
                    order, document = self._set_up_pair(order_state, document_state)
                    getattr(order.with_user(user), button)()
                    self.assertEqual(self._name_of(document), follows.get(document_state, document_state))

    def test_what_the_table_does_not_allow_touches_neither(self):
        for document_state, targets in MOVES.items():
            for target in MOVES.keys() - {document_state, *targets}:
                order, document = self._set_up_pair("draft", document_state)
                with self.subTest(proposal=document_state, target=target):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        document.with_user(self.head).action_change_state(self._state(target).id, "Because")
                    self.assertEqual((order.state, self._name_of(document)), ("draft", document_state))

    def test_manager_does_not_agree_by_himself(self):
        for order_state in ORDER_STATES:
            order, document = self._set_up_pair(order_state, "draft")
            with self.assertRaisesRegex(UserError, "has to be approved"), self.env.cr.savepoint():
                document.with_user(self.olena).action_change_state(self._state("agreed").id)
            self.assertEqual((order.state, self._name_of(document)), (order_state, "draft"))

    def test_completed_proposal_confirms_too(self):
        """An administrator may let the life of proposals end with *completed* instead of *signed*."""
        self._state("accepted").category = "completed"
        order, document = self._set_up_pair("sent", "sent")
        document.with_user(self.olena).action_change_state(self._state("accepted").id)
        self.assertEqual(order.state, "sale")

    def test_colleague_may_not_register_it(self):
        order = self._create_order(self.dnipro, self.head)
        with self.assertRaises(UserError):
            order.with_user(self.taras).action_register_proposal()
