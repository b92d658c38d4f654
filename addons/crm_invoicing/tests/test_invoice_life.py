from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .test_invoice_entry import EntryCommon


class LifeCommon(EntryCommon):
    def _document(self, move, kind="invoice"):
        """Return the documents of an invoice after what follows at the end of the transaction."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        return self.env["crm.document"].search([("move_id", "=", move.id), ("kind", "=", kind)])

    def _assert_states(self, move, *names):
        expected = [self.env.ref(f"crm_documents.crm_document_state_invoice_{name}") for name in names]
        self.assertEqual(list(self._document(move).state_id), expected)

    def _refund(self, move, amount):
        """Post a credit note of an amount with tax and reconcile it with the invoice."""
        refund = self._create_invoice(
            move.partner_id, self.olena, [(self.design, 1, amount)], move_type="out_refund", reversed_entry_id=move.id
        )
        lines = (move | refund).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        # Odoo reconciles by itself what fits exactly
        lines.filtered(lambda line: not line.reconciled).reconcile()
        return refund


class TestInvoiceLife(LifeCommon):
    """What the accountant does, who is no salesperson, and what the register says of it."""

    def _accounts(self, move):
        return move.with_user(self.accountant)

    def test_two_payments(self):
        move = self._create_invoice(self.dnipro, self.olena)
        for amount, paid, state in ((700.10, 700.10, "issued"), (499.90, 1200.0, "paid")):
            self._pay(self._accounts(move), amount)
            self._assert_states(move, state)
            self.assertAlmostEqual(move.paid_amount, paid)
            self.assertAlmostEqual(move.paid_amount + move.amount_residual, 1200.0)

    def test_refunded_in_part_and_paid(self):
        move = self._create_invoice(self.dnipro, self.olena)
        refund = self._refund(move, 500)
        self._assert_states(move, "issued")
        self.assertFalse(self._document(refund), "a credit note is no invoice of the register")
        self._pay(self._accounts(move))
        self._assert_states(move, "paid")

    def test_refunded_by_two_credit_notes(self):
        move = self._create_invoice(self.dnipro, self.olena)
        self._refund(move, 500)
        self._refund(move, 700)
        self.assertEqual(move.payment_state, "reversed")
        self._assert_states(move, "cancelled")

    def test_paid_then_cancelled(self):
        """The table of the shipped type leads from paid to cancelled through issued."""
        move = self._create_invoice(self.dnipro, self.olena)
        self._pay(move)
        self._assert_states(move, "paid")
        self._accounts(move).button_draft()
        self._accounts(move).button_cancel()
        self._assert_states(move, "cancelled")
        note = self._document(move).log_ids.filtered(lambda row: row.event == "state").sorted("id")[-1:].note
        self.assertIn("cancelled in the accounts", note)

    def test_paid_then_reversed(self):
        move = self._create_invoice(self.dnipro, self.olena)
        self._pay(move)
        self._assert_states(move, "paid")
        move.line_ids.remove_move_reconcile()
        self._refund(move, 1200)
        self._assert_states(move, "cancelled")

    def test_cancelled_and_posted_and_paid_in_one_transaction(self):
        move = self._create_invoice(self.dnipro, self.olena)
        move.button_cancel()
        self._assert_states(move, "cancelled")
        move.button_draft()
        move.action_post()
        self._pay(move)
        self._assert_states(move, "paid")

    def test_type_archived_later(self):
        """No new documents; those that are there go on following."""
        move = self._create_invoice(self.dnipro, self.olena)
        self.env.ref("crm_documents.crm_document_type_invoice").active = False
        self._pay(move)
        self._assert_states(move, "paid")
        self.assertFalse(self._document(self._create_invoice(self.dnipro, self.olena)))

    def test_person_and_responsible(self):
        """Invoiced to a person by ivan: the client's card, the person, and ivan before the client's manager."""
        document = self._document(self._create_invoice(self.petro, self.ivan))
        self.assertEqual((document.partner_id, document.contact_id), (self.dnipro, self.petro))
        self.assertEqual(document.user_id, self.ivan)
        self.assertFalse(self._document(self._create_invoice(self.dnipro, self.ivan)).contact_id)

    def test_salesperson_who_has_left(self):
        move = self._create_invoice(self.dnipro, self.ivan, post=False)
        self.ivan.active = False
        move.action_post()
        self.assertEqual(self._document(move).user_id, self.olena)

    def test_number_by_hand_of_another_client(self):
        """The same number at another client is another paper."""
        first = self._create_invoice(self.dnipro, self.olena)
        move = self._create_invoice(self.dnipro, self.olena, post=False)
        document_type = self.env.ref("crm_documents.crm_document_type_invoice")
        foreign = self.env["crm.document"].create(
            {
                "type_id": document_type.id,
                "name": first.name[:-1] + str(int(first.name[-1]) + 1),
                "partner_id": self.karpaty.id,
            }
        )
        move.action_post()
        self.assertEqual(move.name, foreign.name)
        self.assertFalse(foreign.move_id)
        self.assertEqual(self._document(move).partner_id, self.dnipro)

    def test_contract_of_another_company_stops_no_invoice(self):
        other = self.env["res.company"].create({"name": "Second company"})
        contract = self._create_contract(self.dnipro, self.env["res.users"], company_id=other.id)
        move = self._create_invoice(self.dnipro, self.olena, contract_id=contract.id)
        self.assertEqual(self._document(move).company_id, self.company)
        self.assertFalse(self._document(move).parent_id)

    def test_person_of_the_order(self):
        """The letter goes to the person of the order before any other of the client."""
        ira = self.env["res.partner"].create(
            {"name": "Ira", "parent_id": self.dnipro.id, "email": "ira@dnipro.example"}
        )
        self.assertEqual(self._enter(self._create_order(ira, self.olena)).contact_id, ira)

    def test_last_day_of_the_terms(self):
        lines = [Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (10, 45)]
        self.dnipro.property_payment_term_id = self.env["account.payment.term"].create(
            {"name": "In halves", "line_ids": lines}
        )
        entry = self._enter(self.dnipro)
        self.assertEqual(entry.date_due, entry.invoice_date + timedelta(days=45))

    def test_to_be_paid_on_the_day(self):
        entry = self._enter(self.dnipro, date_due=fields.Date.today())
        self.assertEqual(self._issue(entry).invoice_date_due, fields.Date.today())

    def test_description_in_the_clients_language(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.promotion.with_context(lang="uk_UA").name = "Просування за місяць"
        self.dnipro.lang = "uk_UA"
        self.assertIn("Просування", self._enter(self.dnipro).line_ids.name)

    def test_orders_with_nothing_to_invoice_now(self):
        """A cancelled order offers no invoice; a quotation offers no line that is invoiced by what was delivered."""
        cancelled = self._create_order(self.dnipro, self.olena)
        self.assertTrue(cancelled.has_entry_lines)
        cancelled.action_cancel()
        self.assertFalse(cancelled.has_entry_lines)
        self.paper.invoice_policy = "delivery"
        order = self._create_order(self.dnipro, self.olena, [(self.paper, 2), (self.design, 1)])
        self.assertEqual(self._enter(order).line_ids.product_id, self.design)

    def test_order_of_a_colleague_gets_no_act(self):
        order = self._create_order(self.dnipro, self.ivan)
        for call in ("action_make_act", "action_make_waybill"):
            with self.subTest(call=call), self.assertRaises(AccessError):
                getattr(order.with_user(self.taras), call)()

    def test_source_of_the_deal(self):
        campaign = self.env["utm.campaign"].create({"name": "Autumn"})
        self.deal_dnipro.campaign_id = campaign
        move = self._issue(self._enter(self.deal_dnipro))
        self.assertEqual((move.campaign_id, move.team_id), (campaign, self.channel))

    # ------------------------------------------------------------
    # ANOTHER CLIENT, ANOTHER MANAGER
    # ------------------------------------------------------------

    def test_merged_client(self):
        twin = self._create_client("Dnipro", self.olena)
        move = self._create_invoice(twin, self.olena)
        document = self._document(move)
        self._create_invoice(self.dnipro, self.olena)
        wizard = self.env["crm.client.merge"].with_user(self.olena)
        wizard = wizard.with_context(active_model="res.partner", active_ids=(self.dnipro | twin).ids).create({})
        wizard.destination_id = self.dnipro
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(document.partner_id, self.dnipro)
        card = self.dnipro.with_user(self.olena)
        self.assertEqual((card.issued_invoice_count, card.issued_total), (2, 2400))
        self._pay(move)
        self._assert_states(move, "paid")

    def test_handed_over(self):
        """The new manager opens the document, makes the act and writes the letter; the old one does none of it."""
        move = self._create_invoice(self.karpaty, self.taras)
        self.karpaty.user_id = self.olena
        self.env.flush_all()
        move.with_user(self.olena).action_make_act()
        self.assertEqual(self._document(move, "act").with_user(self.olena).state_category, "to_sign")
        for call in ("action_make_act", "action_make_waybill", "action_send_issued"):
            with self.subTest(call=call), self.assertRaises(AccessError):
                getattr(move.with_user(self.taras), call)()
        self.assertFalse(self._document(move).with_user(self.taras).has_access("read"))

    # ------------------------------------------------------------
    # ACTS AND WAYBILLS
    # ------------------------------------------------------------

    def test_one_act_whoever_presses(self):
        move = self._create_invoice(self.dnipro, self.olena)
        for user in (self.olena, self.head, self.olena):
            move.with_user(user).action_make_act()
            move.with_user(user).action_make_waybill()
        self.assertEqual([len(self._document(move, kind)) for kind in ("act", "waybill")], [1, 1])

    def test_two_invoices_of_an_order_have_two_acts(self):
        order = self._create_order(self.dnipro, self.olena, [(self.promotion, 2)])
        moves = self.env["account.move"]
        for quantity in (1, 1):
            entry = self._enter(order)
            entry.line_ids.quantity = quantity
            moves |= self._issue(entry)
        for move in moves:
            move.with_user(self.olena).action_make_act()
            self.assertEqual(self._document(move, "act").amount, 1200.0)

    def test_act_is_no_payment(self):
        """The act of an invoice is moved by hand and does not follow the payments."""
        move = self._create_invoice(self.dnipro, self.olena)
        move.with_user(self.olena).action_make_act()
        act = self._document(move, "act").with_user(self.olena)
        self._pay(move)
        self.assertEqual(self._document(move, "act").state_category, "to_sign")
        self.assertTrue(act.state_buttons)
        act.action_change_state(act.state_buttons[0]["id"], "Signed today")

    # ------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------

    def test_analysis(self):
        """The sums of invoices by client, as each user reads them, against plain sums."""
        for client, salesperson, number in ((self.dnipro, self.olena, 2), (self.karpaty, self.taras, 3)):
            for _number in range(number):
                self._create_invoice(client, salesperson)
        self.env.flush_all()
        both = {self.dnipro: 2000.0, self.karpaty: 3000.0}
        auditor = new_test_user(self.env, "iv_auditor", "base.group_user,account.group_account_readonly")
        domain = [("partner_id", "in", (self.dnipro | self.karpaty).ids), ("state", "=", "posted")]
        for user, expected in (
            (self.olena, {self.dnipro: 2000.0}),
            (self.taras, {self.karpaty: 3000.0}),
            (self.ivan, {}),
            (self.head, both),
            (self.accountant, both),
            (auditor, both),
        ):
            with self.subTest(user=user.name):
                moves = self.env["account.move"].with_user(user)
                sums = dict(moves._read_group(domain, ["partner_id"], ["amount_untaxed_signed:sum"]))
                self.assertEqual(sums, expected)
                self.assertEqual(moves.search_count(domain), sum(expected.values()) / 1000)
                reports = self.env["account.invoice.report"].with_user(user)
                if not user.has_group("sales_team.group_sale_salesman"):
                    self.assertEqual(
                        dict(reports._read_group(domain, ["partner_id"], ["price_subtotal:sum"])), expected
                    )
                else:
                    self.assertFalse(reports.has_access("read"), "Odoo gives the analysis to the accounts only")

    def test_overdue_is_that_of_posted_invoices(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        vals = {"invoice_date": yesterday, "invoice_payment_term_id": False, "invoice_date_due": yesterday}
        draft = self._create_invoice(self.dnipro, self.olena, post=False, **vals)
        partly = self._create_invoice(self.dnipro, self.olena, **vals)
        refund = self._create_invoice(self.dnipro, self.olena, move_type="out_refund", **vals)
        self._pay(partly, 200)
        self.assertEqual((draft | partly | refund).mapped("is_payment_overdue"), [False, True, False])
        self.assertEqual(draft.paid_amount, 0.0)
        domain = [("id", "in", (draft | partly | refund).ids), ("is_payment_overdue", "=", True)]
        self.assertEqual(self.env["account.move"].with_user(self.olena).search(domain), partly)

    def test_company_switched_off(self):
        """Invoices and documents of a company that is not chosen are neither listed nor counted."""
        other = self.env["res.company"].create({"name": "Second company"})
        self._set_up_accounts(other)
        (self.head | self.olena).company_ids += other
        move = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.dnipro.id,
                    "invoice_user_id": self.olena.id,
                    "invoice_line_ids": [Command.create({"name": "Work", "price_unit": 100, "tax_ids": False})],
                }
            )
        )
        move.action_post()
        document = self._document(move)
        self.assertEqual((document.company_id, document.user_id), (other, self.olena))
        for companies, count in ((self.company, 0), (other, 1), (self.company | other, 1)):
            card = self.dnipro.with_user(self.olena).with_context(allowed_company_ids=companies.ids)
            self.assertEqual((card.issued_invoice_count, len(card.issued_invoice_ids)), (count, count))
            self.assertEqual(card.env["crm.document"].search_count([("id", "=", document.id)]), count)
