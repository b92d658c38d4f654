from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users

from .common import ChannelCommon


@tagged("post_install", "-at_install")
class TestPipelineSwitch(ChannelCommon):
    def test_channel_without_pipeline_takes_no_deal(self):
        self.partners.use_opportunities = False
        deal = self._new_deal()
        with self.assertRaisesRegex(ValidationError, "Partners"):
            deal.team_id = self.partners
        with self.assertRaises(ValidationError):
            self._new_deal(team_id=self.partners.id)

    def test_lost_deal_cannot_come_back_into_a_channel_without_pipeline(self):
        deal = self._new_deal()
        deal.action_set_lost()
        self.website.use_opportunities = False
        self.assertEqual(deal.team_id, self.website, "history stays where it was")
        with self.assertRaises(ValidationError):
            deal.action_restore()
        deal.team_id = self.partners
        deal.action_restore()
        self.assertTrue(deal.active)

    def test_won_deals_stay_and_can_be_edited_when_the_pipeline_goes(self):
        deal = self._new_deal()
        deal.action_set_won()
        self.website.use_opportunities = False
        self.assertEqual(deal.team_id, self.website)
        deal.name = "Renamed"
        self.assertEqual(deal.name, "Renamed")

    def test_open_deals_move_to_another_channel_of_their_salesperson(self):
        second = self.env["crm.team"].create({"name": "Fairs", "user_id": self.manager.id, "company_id": False})
        mine = self._new_deal("mine")
        unassigned = self._new_deal("nobody's", user_id=False)
        self.website.use_opportunities = False
        self.assertEqual(mine.team_id, second)
        self.assertFalse(unassigned.team_id)

    def test_deals_move_only_to_channels_with_pipeline_of_their_company(self):
        other_company = self.env["res.company"].create({"name": "Other"})
        self.env["crm.team"].create({"name": "No pipeline", "user_id": self.manager.id, "use_opportunities": False})
        self.manager.company_ids += other_company
        foreign = self.env["crm.team"].create({"name": "Abroad", "company_id": other_company.id})
        foreign.user_id = self.manager
        deal = self._new_deal(company_id=self.env.company.id)
        self.website.use_opportunities = False
        self.assertFalse(deal.team_id)

    def test_moving_is_written_into_the_history_of_the_channel(self):
        self._new_deal()
        self.website.use_opportunities = False
        self.assertIn("no channel: 1", self.website.message_ids[0].body)

    @users("channel_head")
    def test_form_says_first_what_will_happen(self):
        self._new_deal()
        channel = self.website.with_env(self.env)
        with self.assertLogs("odoo.tests.form", level="WARNING") as logs, Form(channel) as form:
            form.use_opportunities = False
        self.assertIn("1 are left without a channel", "".join(logs.output))

    @users("channel_head")
    def test_form_is_silent_when_nothing_is_in_flight(self):
        channel = self.partners.with_env(self.env)
        with self.assertNoLogs("odoo.tests.form", level="WARNING"), Form(channel) as form:
            form.use_opportunities = False
        self.assertFalse(channel.use_opportunities)

    @users("channel_manager")
    def test_manager_may_not_switch(self):
        with self.assertRaises(AccessError):
            self.website.with_env(self.env).use_opportunities = False


@tagged("post_install", "-at_install")
class TestLeadsSwitch(ChannelCommon):
    def test_inquiry_in_a_channel_without_leads_is_a_deal_at_once(self):
        inquiry = self.env["crm.lead"].create({"name": "Inquiry", "type": "lead", "team_id": self.partners.id})
        self.assertEqual(inquiry.type, "opportunity")
        self.assertTrue(inquiry.date_conversion)
        lead = self.env["crm.lead"].create({"name": "Inquiry", "type": "lead", "team_id": self.website.id})
        self.assertEqual(lead.type, "lead")
        lead.team_id = self.partners
        self.assertEqual(lead.type, "opportunity")

    def test_channel_with_neither_leads_nor_pipeline_takes_none(self):
        self.partners.use_opportunities = False
        with self.assertRaisesRegex(ValidationError, "neither leads nor deals"):
            self.env["crm.lead"].create({"name": "Inquiry", "type": "lead", "team_id": self.partners.id})

    def test_leads_become_deals_when_the_switch_goes_off(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "with customer", "type": "lead", "team_id": self.website.id, "partner_id": self.customer.id},
                {"name": "without", "type": "lead", "team_id": self.website.id, "user_id": False},
            ]
        )
        self.website.use_leads = False
        self.assertEqual(set(leads.mapped("type")), {"opportunity"})
        self.assertEqual(leads.team_id, self.website)
        self.assertTrue(all(leads.mapped("stage_id")))

    def test_leads_leave_a_channel_that_has_no_pipeline_either(self):
        self.website.use_opportunities = False
        lead = self.env["crm.lead"].create({"name": "Inquiry", "type": "lead", "team_id": self.website.id})
        self.website.use_leads = False
        self.assertEqual(lead.type, "lead")
        self.assertFalse(lead.team_id)

    def test_lead_menu_comes_with_the_first_channel_that_qualifies_leads(self):
        group_user = self.env.ref("base.group_user")
        group_user._remove_group(self.env.ref("crm.group_use_lead"))
        self.website.use_leads = False
        self.assertFalse(self.manager.has_group("crm.group_use_lead"))
        self.partners.with_user(self.head).use_leads = True
        self.assertTrue(self.manager.has_group("crm.group_use_lead"))

    def test_conversion_proposes_a_channel_with_pipeline(self):
        inbox = self.env["crm.team"].create(
            {"name": "Inbox", "sequence": 0, "use_leads": True, "use_opportunities": False, "user_id": self.manager.id}
        )
        lead = self.env["crm.lead"].create(
            {"name": "Inquiry", "type": "lead", "team_id": inbox.id, "user_id": self.manager.id}
        )
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_context(active_model="crm.lead", active_id=lead.id, active_ids=lead.ids)
            .create({})
        )
        self.assertEqual(wizard.team_id, self.website)
        wizard.action_apply()
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.team_id, self.website)

    def test_mass_conversion_proposes_a_channel_with_pipeline(self):
        self.website.use_opportunities = False
        leads = self.env["crm.lead"].create(
            [{"name": f"Inquiry {number}", "type": "lead", "team_id": self.website.id} for number in range(2)]
        )
        self.partners.member_ids += self.manager
        wizard = (
            self.env["crm.lead2opportunity.partner.mass"]
            .with_context(active_model="crm.lead", active_ids=leads.ids)
            .create({"user_ids": [Command.set(self.manager.ids)], "action": "each_exist_or_create"})
        )
        wizard.team_id = self.partners
        wizard.action_mass_convert()
        self.assertEqual(set(leads.mapped("type")), {"opportunity"})
        self.assertEqual(leads.team_id, self.partners)

    def test_merging_takes_the_channel_of_the_deal(self):
        lead = self.env["crm.lead"].create({"name": "Again", "type": "lead", "team_id": self.website.id})
        deal = self._new_deal("First", team_id=self.partners.id)
        merged = (lead | deal).merge_opportunity()
        self.assertEqual(merged.type, "opportunity")
        self.assertTrue(merged.team_id.use_opportunities)

    def test_settings_say_what_turning_leads_off_for_all_does(self):
        self.env["crm.lead"].create({"name": "Inquiry", "type": "lead", "team_id": self.website.id})
        settings = self.env["res.config.settings"].new({"group_use_lead": False})
        warning = settings._onchange_group_use_lead()["warning"]
        self.assertIn("Website", warning["message"])
        self.assertIn("1", warning["message"])
        self.assertIsNone(self.env["res.config.settings"].new({"group_use_lead": True})._onchange_group_use_lead())


@tagged("post_install", "-at_install")
class TestQuotationsSwitch(ChannelCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["crm.team"].create(
            {"name": "Shop", "use_quotations": False, "company_id": False, "member_ids": [Command.set(cls.rival.ids)]}
        )

    def test_order_is_confirmed_directly(self):
        order = self._new_order(team_id=self.shop.id, user_id=self.rival.id)
        self.assertEqual(order.type_name, "Order")
        order.with_user(self.rival).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_order_waits_for_no_signature_payment_or_expiry(self):
        self.env.company.write({"portal_confirmation_sign": True, "portal_confirmation_pay": True})
        order = self._new_order(team_id=self.shop.id)
        self.assertFalse(order.require_signature)
        self.assertFalse(order.require_payment)
        self.assertFalse(order.validity_date)
        quotation = self._new_order()
        self.assertTrue(quotation.require_signature)
        self.assertEqual(quotation.type_name, "Quotation")

    def test_quotation_step_is_refused(self):
        order = self._new_order(team_id=self.shop.id)
        for step in ("action_quotation_send", "action_quotation_sent"):
            with self.assertRaisesRegex(UserError, "Shop"):
                getattr(order, step)()
        with self.assertRaises(ValidationError):
            order.state = "sent"

    def test_sent_quotation_cannot_move_into_such_a_channel(self):
        quotation = self._new_order()
        quotation.action_quotation_sent()
        with self.assertRaises(ValidationError):
            quotation.team_id = self.shop

    def test_confirmed_order_is_sent_as_ever(self):
        order = self._new_order(team_id=self.shop.id)
        order.action_confirm()
        self.assertEqual(order.action_quotation_send()["res_model"], "mail.compose.message")

    def test_sent_quotations_survive_the_switch(self):
        quotation = self._new_order()
        quotation.action_quotation_sent()
        self.assertIn("1", self.website._get_switch_off_effect("use_quotations"))
        self.website.use_quotations = False
        quotation.note = "still open"
        quotation.action_confirm()
        self.assertEqual(quotation.state, "sale")

    def test_deal_offers_an_order_instead_of_a_quotation(self):
        self.assertTrue(self._new_deal().use_quotations)
        self.assertFalse(self._new_deal(team_id=self.shop.id).use_quotations)
        self.assertTrue(self._new_deal(user_id=False, team_id=False).use_quotations)
