from odoo import Command
from odoo.exceptions import AccessError, UserError

from .test_invoice_entry import EntryCommon


class TestEntryFromOrder(EntryCommon):
    """From an order: what is left to invoice, tied to it, never twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(
            cls.dnipro, cls.olena, [(cls.promotion, 3), (cls.design, 2)], opportunity_id=cls.deal_dnipro.id
        )

    def test_lines_are_tied_to_the_order(self):
        self.order.action_confirm()
        entry = self._enter(self.order)
        self.assertEqual(entry.line_ids.mapped("quantity"), [3.0, 2.0])
        self.assertEqual(entry.lead_id, self.deal_dnipro)
        move = self._issue(entry)
        self.assertEqual(move.amount_total, self.order.amount_total)
        self.assertEqual(self.order.order_line.mapped("qty_invoiced"), [3.0, 2.0])
        self.assertEqual(self.order.invoice_status, "invoiced")
        self.assertEqual(self.order.invoice_ids, move)

    def test_part_of_the_order(self):
        self.order.action_confirm()
        entry = self._enter(self.order)
        entry.line_ids[0].quantity = 1
        entry.line_ids[1].unlink()
        self._issue(entry)
        self.assertEqual(self.order.order_line.mapped("qty_invoiced"), [1.0, 0.0])
        rest = self._enter(self.order)
        self.assertEqual(rest.line_ids.mapped("quantity"), [2.0, 2.0])

    def test_two_tabs(self):
        self.order.action_confirm()
        first, second = self._enter(self.order), self._enter(self.order)
        self._issue(first)
        with self.assertRaisesRegex(UserError, "Only 0 of"):
            second.action_generate()
        self.assertEqual(len(self.order.invoice_ids), 1)

    def test_more_than_left(self):
        self.order.action_confirm()
        entry = self._enter(self.order)
        entry.line_ids[0].quantity = 4
        with self.assertRaisesRegex(UserError, "Only 3 of"):
            entry.action_generate()

    def test_nothing_left(self):
        self.order.action_confirm()
        self._issue(self._enter(self.order))
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self._enter(self.order)
        self.assertFalse(self.order.has_entry_lines)

    def test_quotation_is_confirmed_on_the_way(self):
        entry = self._enter(self.order)
        self.assertTrue(entry.is_quotation)
        self._issue(entry)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.invoice_status, "invoiced")

    def test_refused_quotation_leaves_nothing(self):
        entry = self._enter(self.order)
        self.order.order_line[0].product_id = False
        with self.assertRaises(UserError), self.env.cr.savepoint():
            entry.action_generate()
        self.assertEqual(self.order.state, "draft")
        self.assertFalse(self.order.invoice_ids)

    def test_delivered_quantities_wait(self):
        self.design.invoice_policy = "delivery"
        self.order.action_confirm()
        self.assertEqual(self._enter(self.order).line_ids.product_id, self.promotion)

    def test_sections_and_notes(self):
        self.order.order_line = [
            Command.create({"display_type": "line_section", "name": "Works", "sequence": 1}),
            Command.create({"display_type": "line_note", "name": "Thank you", "sequence": 99}),
        ]
        move = self._issue(self._enter(self.order))
        kinds = move.invoice_line_ids.sorted("sequence").mapped("display_type")
        self.assertEqual(kinds, ["line_section", "product", "product", "line_note"])

    def test_down_payment_is_left_to_odoo(self):
        self.order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=self.order.ids)
        wizard.create({"advance_payment_method": "percentage", "amount": 50}).create_invoices()
        with self.assertRaisesRegex(UserError, "down payment"):
            self._enter(self.order)

    def test_order_of_a_colleague(self):
        order = self._create_order(self.karpaty, self.taras)
        with self.assertRaises(AccessError):
            self._enter(order)

    def test_terms_of_the_order(self):
        contract = self._create_contract(self.dnipro, self.olena)
        self._create_contract(self.dnipro, self.olena, name="C-2")
        self.order.contract_id = contract
        self.order.client_order_ref = "PO-7"
        entry = self._enter(self.order)
        self.assertEqual(entry.contract_id, contract)
        self.assertEqual(self._issue(entry).ref, "PO-7")

    def test_prices_of_the_order_stay(self):
        self.order.order_line[0].write({"price_unit": 700, "discount": 10})
        move = self._issue(self._enter(self.order))
        line = move.invoice_line_ids.filtered(lambda line: line.product_id == self.promotion)
        self.assertEqual((line.price_unit, line.discount), (700.0, 10.0))


class TestEntryFromDeal(EntryCommon):
    def test_without_order(self):
        entry = self._enter(self.deal_dnipro)
        self.assertEqual(entry.line_ids.product_id, self.promotion, "the services ticked on the client's card")
        move = self._issue(entry)
        self.assertEqual(move.partner_id, self.dnipro)
        self.assertEqual(move.team_id, self.channel)

    def test_confirmed_order_before_a_quotation(self):
        confirmed = self._create_order(self.dnipro, self.olena, opportunity_id=self.deal_dnipro.id)
        confirmed.action_confirm()
        self._create_order(self.dnipro, self.olena, opportunity_id=self.deal_dnipro.id)
        self.assertEqual(self._enter(self.deal_dnipro).order_id, confirmed)

    def test_invoiced_order_is_passed_over(self):
        first = self._create_order(self.dnipro, self.olena, opportunity_id=self.deal_dnipro.id)
        self._issue(self._enter(first))
        second = self._create_order(self.dnipro, self.olena, opportunity_id=self.deal_dnipro.id)
        self.assertEqual(self._enter(self.deal_dnipro).order_id, second)

    def test_deal_of_a_colleague(self):
        with self.assertRaises(AccessError):
            self._enter(self.deal_karpaty)
