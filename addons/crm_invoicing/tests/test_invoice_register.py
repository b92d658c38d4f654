from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import InvoicingCommon
from .test_invoice_entry import EntryCommon


class TestInvoiceRegister(EntryCommon):
    """Each issued invoice has its document, which follows what happens in the accounts."""

    def _document(self, move, kind="invoice"):
        documents = self.env["crm.document"].with_context(active_test=False)
        return documents.search([("move_id", "=", move.id), ("kind", "=", kind)])

    def _commit(self):
        """What follows at the end of a transaction."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def _assert_state(self, move, state):
        self._commit()
        self.assertEqual(
            self._document(move).state_id, self.env.ref(f"crm_documents.crm_document_state_invoice_{state}")
        )

    def test_document_of_an_entered_invoice(self):
        contract = self._create_contract(self.dnipro, self.olena)
        move = self._issue(self._enter(self.deal_dnipro))
        document = self._document(move)
        self.assertRecordValues(
            document,
            [
                {
                    "name": move.name,
                    "partner_id": self.dnipro.id,
                    "lead_id": self.deal_dnipro.id,
                    "parent_id": contract.id,
                    "amount": 1200.0,
                    "currency_id": move.currency_id.id,
                    "date": move.invoice_date,
                    "date_deadline": move.invoice_date_due,
                    "user_id": self.olena.id,
                    "state_id": self.env.ref("crm_documents.crm_document_state_invoice_issued").id,
                }
            ],
        )
        self.assertTrue(document.with_user(self.olena).has_access("read"))
        self.assertFalse(document.with_user(self.taras).has_access("read"))

    def test_document_of_the_order(self):
        order = self._create_order(self.dnipro, self.olena, opportunity_id=self.deal_dnipro.id)
        document = self._document(self._issue(self._enter(order)))
        self.assertEqual(document.order_id, order)
        self.assertEqual(document.lead_id, self.deal_dnipro)

    def test_invoice_of_the_accountant(self):
        move = self._create_invoice(self.dnipro, self.olena, post=False)
        move.with_user(self.accountant).action_post()
        self.assertEqual(self._document(move).user_id, self.olena)

    def test_who_is_no_client_is_not_registered(self):
        stranger = self.env["res.partner"].create({"name": "Passer-by"})
        self.assertFalse(self._document(self._create_invoice(stranger, self.olena)))

    def test_archived_type_turns_it_off(self):
        self.env.ref("crm_documents.crm_document_type_invoice").active = False
        self.assertFalse(self._document(self._create_invoice(self.dnipro, self.olena)))

    def test_paid(self):
        move = self._create_invoice(self.dnipro, self.olena)
        self._pay(move, 500)
        self._assert_state(move, "issued")
        self._pay(move)
        self._assert_state(move, "paid")

    def test_payment_taken_back(self):
        move = self._create_invoice(self.dnipro, self.olena)
        self._pay(move)
        self._assert_state(move, "paid")
        move.line_ids.remove_move_reconcile()
        self._assert_state(move, "issued")

    def test_reversed(self):
        move = self._create_invoice(self.dnipro, self.olena)
        move._reverse_moves(cancel=True)
        self._assert_state(move, "cancelled")

    def test_cancelled_and_posted_again(self):
        move = self._create_invoice(self.dnipro, self.olena)
        move.button_cancel()
        self._assert_state(move, "cancelled")
        move.button_draft()
        move.action_post()
        self._assert_state(move, "issued")
        self.assertEqual(len(self._document(move)), 1)

    def test_changed_and_posted_again(self):
        move = self._create_invoice(self.dnipro, self.olena)
        move.button_draft()
        due = fields.Date.today() + timedelta(days=30)
        move.write({"invoice_payment_term_id": False, "invoice_date_due": due})
        move.invoice_line_ids.price_unit = 2000
        move.action_post()
        self.assertEqual(self._document(move).amount, 2400.0)
        self.assertEqual(self._document(move).date_deadline, due)

    def test_deleted(self):
        move = self._create_invoice(self.dnipro, self.olena)
        document = self._document(move)
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.assertEqual(document.state_category, "rejected")

    def test_registered_by_hand_before(self):
        """The invoice with the number that somebody had entered is that document, not a second one."""
        first = self._create_invoice(self.dnipro, self.olena)
        move = self._create_invoice(self.dnipro, self.olena, post=False)
        number = first.name[:-1] + str(int(first.name[-1]) + 1)
        document = self.env["crm.document"].create(
            {
                "type_id": self.env.ref("crm_documents.crm_document_type_invoice").id,
                "name": number,
                "partner_id": self.dnipro.id,
            }
        )
        move.action_post()
        self.assertEqual(move.name, number)
        self.assertEqual(self._document(move), document)
        self.assertEqual(document.amount, 1200.0)
        self._assert_state(move, "issued")

    def test_overdue(self):
        old = fields.Date.today() - timedelta(days=40)
        move = self._create_invoice(
            self.dnipro,
            self.olena,
            invoice_date=old,
            invoice_payment_term_id=False,
            invoice_date_due=old + timedelta(days=5),
        )
        self.assertTrue(self._document(move).is_overdue)
        self._pay(move)
        self._commit()
        self.assertFalse(self._document(move).is_overdue)

    def test_many_at_once(self):
        """Payments of many invoices find their documents in one query, whether there are any or not."""
        moves = self.env["account.move"]
        for _number in range(6):
            moves |= self._create_invoice(self.dnipro, self.olena, post=False)
        moves.action_post()
        self.assertEqual(self.env["crm.document"].search_count([("move_id", "in", moves.ids)]), 6)
        self._commit()
        counts = [self._count_queries_to_follow(moves[:number]) for number in (1, 6)]
        self.assertEqual(counts[0], counts[1])

    def _count_queries_to_follow(self, moves):
        """Return how many queries the end of a transaction takes in which nothing was paid after all."""
        self.env.cr.precommit.data["crm_invoicing.followed_moves"] = set(moves.ids)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["account.move"]._follow_payments()
        return self.env.cr.sql_log_count - before

    def test_by_hand(self):
        """Nobody marks an invoice as paid that was not paid; one without an invoice in the accounts is moved by hand."""
        document = self._document(self._create_invoice(self.dnipro, self.olena)).with_user(self.olena)
        paid = self.env.ref("crm_documents.crm_document_state_invoice_paid")
        self.assertFalse(document.state_buttons)
        with self.assertRaisesRegex(UserError, "in the accounts"):
            document.action_change_state(paid.id)
        by_hand = (
            self.env["crm.document"]
            .with_user(self.olena)
            .create({"type_id": document.type_id.id, "partner_id": self.dnipro.id, "name": "17"})
        )
        self.assertTrue(by_hand.state_buttons)
        by_hand.action_change_state(self.env.ref("crm_documents.crm_document_state_invoice_issued").id)
        by_hand.action_change_state(paid.id)

    def test_figures_of_the_invoice_are_not_written_by_hand(self):
        move = self._issue(self._enter(self.dnipro))
        document = self._document(move).with_user(self.olena)
        for vals in ({"amount": 1.0}, {"name": "7"}, {"date": "2020-01-01"}, {"move_id": False}):
            with self.assertRaisesRegex(UserError, "follows the invoice"):
                document.write(vals)
        document.write({"subject": "Paid in two parts", "date_deadline": move.invoice_date_due + timedelta(days=3)})
        self.assertEqual(document.subject, "Paid in two parts")

    def test_letter_is_in_the_history(self):
        move = self._create_invoice(self.dnipro, self.olena)
        letter = self.env["crm.invoice.letter"].create(
            {"move_id": move.id, "contact_id": self.petro.id, "subject": "Invoice", "email_to": self.petro.email}
        )
        move._on_letter_sent(letter)
        log = self._document(move).log_ids.filtered(lambda row: row.event == "sent")
        self.assertEqual(log.note, "petro@dnipro.example")


class TestActs(InvoicingCommon):
    """Acts and waybills are registered with a button, to be signed, once."""

    def _documents(self, kind, **record):
        domain = [(name, "=", value.id) for name, value in record.items()]
        return self.env["crm.document"].search([("kind", "=", kind), *domain])

    def test_act_of_an_invoice(self):
        contract = self._create_contract(self.dnipro, self.olena)
        move = self._create_invoice(self.dnipro, self.olena, contract_id=contract.id)
        action = move.with_user(self.olena).action_make_act()
        self.assertEqual(action["type"], "ir.actions.report")
        act = self._documents("act", move_id=move)
        self.assertEqual(act.state_category, "to_sign")
        self.assertEqual(act.parent_id, contract)
        self.assertEqual(act.amount, 1200.0)
        self.assertTrue(act.name, "it has a number of its own")

    def test_amounts_are_those_of_the_papers(self):
        """Works and goods on one invoice: the act is of the works, the waybill of the goods."""
        lines = [(self.promotion, 1, 1000.0), (self.paper, 10, 50.0)]
        move = self._create_invoice(self.dnipro, self.olena, lines)
        order = self._create_order(self.dnipro, self.olena, [(self.promotion, 1), (self.paper, 10)])
        order.action_confirm()
        for record, link in ((move, "move_id"), (order, "order_id")):
            record.with_user(self.olena).action_make_act()
            record.with_user(self.olena).action_make_waybill()
            self.assertEqual(self._documents("act", **{link: record}).amount, 1200.0)
            self.assertEqual(self._documents("waybill", **{link: record}).amount, 600.0)

    def test_act_once(self):
        move = self._create_invoice(self.dnipro, self.olena)
        for _press in range(3):
            move.with_user(self.olena).action_make_act()
        self.assertEqual(len(self._documents("act", move_id=move)), 1)

    def test_rejected_act_is_made_anew(self):
        move = self._create_invoice(self.dnipro, self.olena)
        move.with_user(self.olena).action_make_act()
        self._documents("act", move_id=move)._set_category_state("rejected", "Wrong date")
        move.with_user(self.olena).action_make_act()
        self.assertEqual(len(self._documents("act", move_id=move)), 2)

    def test_act_of_the_order_is_that_of_its_invoice(self):
        order = self._create_order(self.dnipro, self.olena)
        order.action_confirm()
        order.with_user(self.olena).action_make_act()
        move = order._create_invoices()
        move.action_post()
        move.with_user(self.olena).action_make_act()
        self.assertEqual(len(self._documents("act", order_id=order)), 1)

    def test_waybill_of_an_order(self):
        order = self._create_order(self.dnipro, self.olena, [(self.paper, 2)])
        order.action_confirm()
        order.with_user(self.olena).action_make_waybill()
        waybill = self._documents("waybill", order_id=order)
        self.assertEqual(waybill.amount, 120.0)
        self.assertEqual(waybill.state_category, "to_sign")


@tagged("post_install", "-at_install")
class TestParents(InvoicingCommon):
    def test_order_comes_from_the_parent(self):
        order = self._create_order(self.dnipro, self.olena)
        contract = self._create_contract(self.dnipro, self.olena, order_id=order.id)
        addendum = self.env["crm.document"].create(
            {
                "type_id": self.env.ref("crm_documents.crm_document_type_addendum").id,
                "partner_id": self.dnipro.id,
                "parent_id": contract.id,
            }
        )
        self.assertEqual(addendum.order_id, order)
