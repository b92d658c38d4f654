from odoo.fields import Command
from odoo.tests import Form, tagged, users

from .common import ChannelCommon


@tagged("post_install", "-at_install")
class TestDefaultChannel(ChannelCommon):
    """BJ-3: a member's leads, deals and orders get his channel by themselves."""

    @users("channel_manager")
    def test_deal_of_a_member(self):
        with Form(self.env["crm.lead"].with_context(default_type="opportunity")) as form:
            form.name = "Typed in by hand"
        self.assertEqual(form.record.team_id, self.website)

    @users("channel_manager")
    def test_lead_of_a_member(self):
        lead = self.env["crm.lead"].create({"name": "Inquiry", "type": "lead"})
        self.assertEqual(lead.team_id, self.website)

    @users("channel_rival")
    def test_lead_of_a_member_whose_channel_qualifies_none_is_a_deal(self):
        lead = self.env["crm.lead"].create({"name": "Inquiry", "type": "lead"})
        self.assertEqual(lead.team_id, self.partners)
        self.assertEqual(lead.type, "opportunity")

    @users("channel_manager")
    def test_order_of_a_member(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(order.team_id, self.website)

    @users("channel_manager")
    def test_order_from_a_deal_takes_the_channel_of_the_deal(self):
        deal = self._new_deal(user_id=self.manager.id).with_env(self.env)
        self.website.member_ids = [Command.clear()]
        action = deal.action_new_quotation()
        order = self.env["sale.order"].with_context(**action["context"]).create({})
        self.assertEqual(order.team_id, self.website)
        self.assertEqual(order.opportunity_id, deal)

    def test_invoice_of_an_order_takes_its_channel(self):
        order = self._new_order(team_id=self.partners.id)
        order.action_confirm()
        invoice = order._create_invoices()
        self.assertEqual(invoice.team_id, self.partners)

    def test_change_of_salesperson_changes_the_channel(self):
        deal = self._new_deal()
        deal.user_id = self.rival
        self.assertEqual(deal.team_id, self.partners)
        deal.user_id = False
        self.assertEqual(deal.team_id, self.partners, "an unassigned deal stays in its channel")

    def test_leader_keeps_the_channel_he_leads(self):
        deal = self._new_deal()
        deal.user_id = self.leader
        self.assertEqual(deal.team_id, self.website)

    def test_member_of_several_channels_gets_the_one_that_takes_the_record(self):
        inbox = self.env["crm.team"].create(
            {"name": "Inbox", "sequence": 0, "use_opportunities": False, "use_leads": True, "user_id": self.rival.id}
        )
        lead = self.env["crm.lead"].create({"name": "L", "type": "lead", "user_id": self.rival.id})
        deal = self.env["crm.lead"].create({"name": "D", "type": "opportunity", "user_id": self.rival.id})
        self.assertEqual(lead.team_id, inbox)
        self.assertEqual(deal.team_id, self.partners)

    def test_deal_without_suitable_channel_has_none(self):
        (self.website | self.partners).use_opportunities = False
        deal = self.env["crm.lead"].create({"name": "D", "type": "opportunity", "user_id": self.rival.id})
        self.assertFalse(deal.team_id)

    def test_archived_channel_is_not_proposed(self):
        self.website.active = False
        deal = self.env["crm.lead"].create({"name": "D", "type": "opportunity", "user_id": self.manager.id})
        self.assertNotEqual(deal.team_id, self.website)

    def test_only_suitable_channels_are_offered(self):
        domain = self.env["crm.lead"]._fields["team_id"]._description_domain(self.env)
        self.assertIn("use_leads", domain)
        self.assertIn("use_opportunities", domain)
