from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.crm_funnel.tests.test_purchase_levels import PurchaseCommon


@tagged("post_install", "-at_install")
class TestPurchaseOrders(PurchaseCommon):
    """With orders the orders of a client are his purchases, and a won deal is not counted beside its order."""

    def _order(self, partner, *days_ago, state="sale", **vals):
        orders = self.env["sale.order"].create([{"partner_id": partner.id, **vals} for _days in days_ago])
        self.env.flush_all()
        for order, days in zip(orders, days_ago, strict=True):
            self.env.cr.execute(
                "UPDATE sale_order SET state = %s, date_order = %s WHERE id = %s",
                [state, self.now - timedelta(days=days), order.id],
            )
        self.env.invalidate_all()
        return orders

    def test_confirmed_orders_count(self):
        self._order(self.buyer, 30, 20, 10)
        self.assertEqual(self._due(self.buyer), ("regular", 10))

    def test_quotations_do_not(self):
        self._order(self.buyer, 30, 20, state="sent")
        self._order(self.buyer, 10, state="cancel")
        self.assertIsNone(self._due(self.buyer))

    def test_deals_without_orders_still_count(self):
        self._buy(self.buyer, 30, 20, 10)
        self.assertEqual(self._due(self.buyer), ("regular", 10))

    def test_deal_and_its_order_are_one_purchase(self):
        deals = self._buy(self.buyer, 30, 10)
        self._order(self.buyer, 29, opportunity_id=deals[0].id)
        self._order(self.buyer, 9, opportunity_id=deals[1].id)
        self.assertEqual(self._due(self.buyer), ("one_time", 29), "two purchases are not regular yet")

    def test_deal_without_link_to_its_order(self):
        self._order(self.buyer, 30, 10)
        self._buy(self.buyer, 30, 10)
        self.assertEqual(self._due(self.buyer), ("one_time", 30))

    def test_deals_before_the_first_order(self):
        self._buy(self.buyer, 60, 50)
        self._order(self.buyer, 10)
        self.assertEqual(self._due(self.buyer), ("regular", 10))

    def test_orders_of_contact_persons(self):
        person = self.env["res.partner"].create({"name": "Buyer's person", "parent_id": self.buyer.id})
        self._order(person, 10)
        self.assertEqual(self._due(self.buyer), ("one_time", 10))

    def test_lost_by_orders(self):
        self._order(self.buyer, 250)
        self.assertEqual(self._due(self.buyer), ("lost", 50))
