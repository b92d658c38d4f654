from odoo.tests import Form, tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestClientDeal(FunnelCommon):
    """The leading deal on the client's card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.dnipro.with_user(cls.olena)

    def test_furthest_open_deal_leads(self):
        self.assertEqual(self.client.client_deal_id, self.deal_dnipro)
        newer = self._create_deal("Newer", self.petro, self.olena)
        self.client.invalidate_recordset()
        self.assertEqual(self.client.client_deal_id, newer, "the newest of equals")
        self.deal_dnipro.stage_id = self.stage_offer
        self.client.invalidate_recordset()
        self.assertEqual(self.client.client_deal_id, self.deal_dnipro)
        self.assertEqual(self.client.client_deal_count, 2)
        self.deal_dnipro.action_set_lost()
        self.client.invalidate_recordset()
        self.assertEqual(self.client.client_deal_id, newer)

    def test_deal_of_a_colleague_does_not_lead_what_one_sees(self):
        self._create_deal("Of Ivan", self.dnipro, self.ivan, stage_id=self.stage_meeting.id)
        self.assertEqual(self.client.client_deal_id, self.deal_dnipro)

    def test_new_client_stands_at_the_first_stage(self):
        client = self._create_client("Fresh LLC", self.olena).with_user(self.olena)
        self.assertEqual(client.client_stage_id, self.stage_new)
        self.assertFalse(client.client_deal_id)

    def test_client_with_closed_deals_only_stands_nowhere(self):
        self.deal_dnipro.action_set_lost()
        self.client.invalidate_recordset()
        self.assertFalse(self.client.client_stage_id)

    def test_stage_is_changed_on_the_card(self):
        self.client.client_stage_id = self.stage_offer
        self.assertEqual(self.deal_dnipro.stage_id, self.stage_offer)
        result = self.deal_dnipro.last_result_id
        self.assertEqual((result.step_id, result.user_id), (self.step_offer, self.olena))

    def test_stage_of_a_client_without_deal_makes_one(self):
        client = self._create_client("Fresh LLC", self.olena).with_user(self.olena)
        client.client_stage_id = self.stage_call
        self.assertEqual(client.client_deal_id.stage_id, self.stage_call)
        self.assertEqual(client.client_deal_id.user_id, self.olena)

    def test_saving_the_card_makes_no_deal(self):
        client = self._create_client("Fresh LLC", self.olena).with_user(self.olena)
        with Form(client, "base.view_partner_form") as form:
            form.phone = "+380 44 111 2233"
        self.assertFalse(client.client_deal_id)

    def test_buttons_are_those_of_the_leading_deal(self):
        self.assertEqual(self.client.client_result_buttons, self.deal_dnipro.with_user(self.olena).get_result_buttons())
        self.assertFalse(self._create_client("Fresh LLC", self.olena).with_user(self.olena).client_result_buttons)

    def test_user_without_crm_reads_the_card(self):
        self.assertFalse(self.dnipro.with_user(self.clerk).client_deal_id)
        self.assertFalse(self.dnipro.with_user(self.clerk).client_stage_id)

    def test_open_deals_are_opened(self):
        self.assertEqual(self.client.action_view_open_deals()["res_id"], self.deal_dnipro.id)
        second = self._create_deal("Second", self.petro, self.olena)
        self.client.invalidate_recordset()
        action = self.client.action_view_open_deals()
        self.assertEqual(set(action["domain"][0][2]), {self.deal_dnipro.id, second.id})
