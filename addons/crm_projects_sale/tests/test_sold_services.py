from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestSoldServices(OrderCommon):
    """What a won deal proposes to deliver, with the orders of the deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.audit, cls.desk = cls.env["product.template"].create(
            [{"name": "Audit", "type": "service"}, {"name": "Desk", "type": "consu"}]
        )
        cls.deal = cls.deal_dnipro

    def _sold(self, user=None):
        return self.deal.with_user(user or self.olena)._get_sold_services()

    def test_confirmed_orders_say_what_was_sold(self):
        self._confirm(self.audit, self.desk, deal=self.deal)
        self._confirm(self.other_service, deal=self.deal)
        self.assertEqual(self._sold(), self.audit | self.other_service)

    def test_quotations_and_cancelled_orders_do_not(self):
        self._create_order(self.audit, deal=self.deal)
        self._confirm(self.audit, deal=self.deal)._action_cancel()
        self.assertEqual(self._sold(), self.service | self.other_service, "what is ticked for the client")

    def test_orders_of_other_deals_do_not(self):
        self._confirm(self.audit)
        self._confirm(self.audit, deal=self.deal_karpaty, client=self.karpaty, user=self.taras)
        self.assertNotIn(self.audit, self._sold())

    def test_goods_that_clients_are_offered_count(self):
        self.desk.is_client_service = True
        self._confirm(self.desk, deal=self.deal)
        self.assertEqual(self._sold(), self.desk)

    def test_what_is_no_service_sold(self):
        lines = [
            {"display_type": "line_section", "name": "Works"},
            self._prepare_line(self.audit, is_downpayment=True),
            self._prepare_line(self.audit, is_expense=True),
            self._prepare_line(self.audit, product_uom_qty=0),
            self._prepare_line(self.audit, price_unit=-10),
            self._prepare_line(self.service),
        ]
        self._confirm(deal=self.deal, order_line=[Command.create(line) for line in lines])
        self.assertEqual(self._sold(), self.service)

    def test_the_proposal_of_a_won_deal(self):
        self._confirm(self.audit, self.service, deal=self.deal)
        deal = self.deal.with_user(self.olena)
        self.assertFalse(deal.proposed_service_ids, "it is not won")
        deal.action_set_won()
        deal.invalidate_recordset()
        self.assertEqual(deal.proposed_service_ids, self.audit, "the other one is under way")
        self.assertEqual(deal.action_start_works()["context"]["default_service_ids"], self.audit.ids)

    def test_the_order_of_a_colleague(self):
        self._confirm(self.audit, deal=self.deal, user=self.head)
        order = self.deal.order_ids.with_user(self.olena)
        self.assertFalse(order.has_access("read"))
        self.assertEqual(self._sold(), self.audit)

    def test_a_foreign_deal_tells_nothing(self):
        self._confirm(self.audit, deal=self.deal)
        with self.assertRaises(AccessError):
            self._sold(self.taras)
        with self.assertRaises(AccessError):
            Form(
                self.env["crm.project.add"]
                .with_user(self.taras)
                .with_context(default_client_id=self.karpaty.id, default_deal_id=self.deal.id)
            )
        with self.assertRaises(AccessError):
            self.env["crm.project.add"].with_user(self.taras).onchange(
                {"client_id": self.karpaty.id, "deal_id": self.deal.id}, ["deal_id"], {"service_ids": {}, "deal_id": {}}
            )
