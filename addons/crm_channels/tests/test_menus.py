from odoo.tests import tagged, users

from ..models.ir_ui_menu import REPLACED_MENUS
from .common import ChannelCommon


@tagged("post_install", "-at_install")
class TestMenus(ChannelCommon):
    def visible(self, xmlid):
        self.env.registry.clear_cache()
        return self.env.ref(xmlid).id in self.env["ir.ui.menu"].load_menus(False)

    @users("channel_head")
    def test_head_finds_every_directory_under_configuration(self):
        menus = (
            "mail_activity_type_menu_config",
            "crm_tag_menu_config",
            "crm_lost_reason_menu_config",
        )
        for menu in menus:
            self.assertTrue(self.visible(f"crm_channels.{menu}"), menu)
            self.assertEqual(self.env.ref(f"crm_channels.{menu}").sudo().parent_id, self.env.ref("crm.crm_menu_config"))
        for menu in (*REPLACED_MENUS, "crm.menu_crm_config_lead"):
            self.assertFalse(self.visible(menu), menu)

    @users("channel_head")
    def test_channels_take_the_place_of_teams(self):
        self.env.registry.clear_cache()
        menus = self.env["ir.ui.menu"].load_menus(False)
        entry = menus[self.env.ref("crm.crm_team_config").id]
        self.assertEqual(entry["name"], "Sales Channels")
        self.assertEqual(entry["action_id"], self.env.ref("crm_channels.crm_team_action").id)
        self.assertEqual(entry["xmlid"], "crm.crm_team_config")
        ours = self.env.ref("crm_channels.crm_team_menu_config").id
        self.assertNotIn(ours, menus)
        self.assertFalse([menu for menu in menus.values() if ours in menu["children"]])
        with self.assertQueryCount(0):
            self.env["ir.ui.menu"].load_menus(False)

    @users("channel_head")
    def test_heading_with_an_entry_of_another_addon_stays(self):
        heading = self.env.ref("crm.menu_crm_config_lead")
        action = f"ir.actions.act_window,{self.env.ref('crm.crm_stage_action').id}"
        self.env["ir.ui.menu"].sudo().create({"name": "Theirs", "parent_id": heading.id, "action": action})
        self.assertTrue(self.visible("crm.menu_crm_config_lead"))

    @users("channel_manager")
    def test_manager_finds_the_dashboard_but_no_configuration(self):
        self.assertTrue(self.visible("crm_channels.crm_team_menu_report"))
        self.assertFalse(self.visible("crm.crm_team_config"))

    @users("channel_outsider")
    def test_outsider_sees_nothing_of_it(self):
        self.assertFalse(self.visible("crm_channels.crm_team_menu_report"))

    @users("channel_manager")
    def test_menus_follow_the_switches(self):
        self.assertTrue(self.visible("crm.menu_crm_opportunities"))
        self.assertTrue(self.visible("sale_crm.sale_order_menu_quotations_crm"))
        self.assertFalse(self.visible("crm_channels.sale_order_menu_my"))
        (self.website | self.partners).write({"use_quotations": False})
        self.assertFalse(self.visible("sale_crm.sale_order_menu_quotations_crm"))
        self.assertTrue(self.visible("crm_channels.sale_order_menu_my"))
        (self.website | self.partners).write({"use_opportunities": False})
        self.assertFalse(self.visible("crm.menu_crm_opportunities"))

    @users("channel_manager")
    def test_lead_menu_stays_as_long_as_there_are_open_leads(self):
        self.assertTrue(self.visible("crm.crm_menu_leads"))
        self.website.use_leads = False
        self.assertFalse(self.visible("crm.crm_menu_leads"))
        self.env["crm.lead"].create(
            {"name": "Without channel", "type": "lead", "team_id": False, "user_id": self.env.uid}
        )
        self.assertTrue(self.visible("crm.crm_menu_leads"))
