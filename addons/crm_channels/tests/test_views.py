from ast import literal_eval

from lxml import etree

from odoo.tests import Form, tagged, users
from odoo.tools.safe_eval import safe_eval

from .common import ChannelCommon


@tagged("post_install", "-at_install")
class TestViews(ChannelCommon):
    """What the forms offer in channels with and without quotations, in the words of the sales department."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["crm.team"].create({"name": "Shop", "use_quotations": False, "company_id": False})

    def arch(self, model, xmlid=False, view_type="form"):
        view = self.env.ref(xmlid) if xmlid else self.env["ir.ui.view"]
        return etree.fromstring(self.env[model].get_view(view.id or None, view_type)["arch"])

    def is_shown(self, node, values):
        """Whether the web client shows the node: its condition is Python over the record's values."""
        return not safe_eval(node.get("invisible") or "False", dict(values))

    def visible_buttons(self, record, arch, names):
        """Texts of the buttons with these names that the form shows for the record."""
        values = {
            name: record[name].id if record._fields[name].type == "many2one" else record[name]
            for name in ("use_quotations", "state", "type", "probability", "active", "quotation_count", "invoice_count")
            if name in record._fields
        }
        shown = []
        for name in names:
            for button in arch.xpath(f"//button[@name='{name}']"):
                if button.get("groups") or button.xpath("ancestor::*[@column_invisible]"):
                    continue
                if self.is_shown(button, values):
                    shown.append(button.get("string") or button.findtext(".//field"))
        return shown

    @users("channel_leader")
    def test_order_form_offers_one_step_without_quotations(self):
        arch = self.arch("sale.order", "sale.view_order_form")
        names = ("action_quotation_send", "action_confirm")
        quotation = self._new_order().with_env(self.env)
        self.assertEqual(sorted(self.visible_buttons(quotation, arch, names)), ["Confirm", "Send"])
        order = self._new_order(team_id=self.shop.id).with_env(self.env)
        self.assertEqual(self.visible_buttons(order, arch, names), ["Confirm"])
        order.action_confirm()
        self.assertEqual(self.visible_buttons(order, arch, names), ["Send"])

    @users("channel_leader")
    def test_exactly_one_confirm_button_is_primary(self):
        arch = self.arch("sale.order", "sale.view_order_form")
        for channel, state in ((self.website, "draft"), (self.website, "sent"), (self.shop, "draft")):
            values = {"use_quotations": channel.use_quotations, "state": state}
            shown = [
                button
                for button in arch.xpath("//header/button[@name='action_confirm']")
                if self.is_shown(button, values)
            ]
            self.assertEqual(len(shown), 1, f"{channel.name} {state}")

    @users("channel_leader")
    def test_deal_form_offers_an_order_without_quotations(self):
        arch = self.arch("crm.lead", "crm.crm_lead_view_form")
        names = ("action_sale_quotations_new",)
        deal = self._new_deal().with_env(self.env)
        self.assertEqual(self.visible_buttons(deal, arch, names), ["New Quotation"])
        direct = self._new_deal(team_id=self.shop.id).with_env(self.env)
        self.assertEqual(self.visible_buttons(direct, arch, names), ["New Order"])

    @users("channel_leader")
    def test_status_bar_shows_no_quotation_steps_without_quotations(self):
        arch = self.arch("sale.order", "sale.view_order_form")
        bars = arch.xpath("//header/field[@name='state']")
        for use_quotations, state, expected in (
            (True, "draft", ["draft,sent,sale"]),
            (True, "sale", ["draft,sent,sale"]),
            (False, "draft", []),
            (False, "sale", ["sale"]),
        ):
            values = {"use_quotations": use_quotations, "state": state}
            shown = [bar.get("statusbar_visible") for bar in bars if self.is_shown(bar, values)]
            self.assertEqual(shown, expected)

    def test_screens_say_channel(self):
        for model, field in (
            ("crm.lead", "team_id"),
            ("sale.order", "team_id"),
            ("account.move", "team_id"),
            ("sale.report", "team_id"),
            ("crm.team", "name"),
            ("crm.team.member", "crm_team_id"),
            ("crm.lead2opportunity.partner", "team_id"),
            ("crm.lead2opportunity.partner.mass", "team_id"),
            ("crm.merge.opportunity", "team_id"),
        ):
            label = self.env[model].fields_get([field], ["string"])[field]["string"]
            self.assertEqual(label, "Sales Channel", f"{model}.{field}")
        arch = self.arch("crm.team", "sales_team.crm_team_view_form")
        texts = " ".join(text for node in arch.iter() for text in (node.get("string"), node.text) if text)
        self.assertNotIn("Sales Team", texts)

    @users("channel_head")
    def test_form_of_a_channel_has_one_target_in_the_currency_of_its_card(self):
        arch = self.arch("crm.team", "sales_team.crm_team_view_form")
        targets = arch.xpath("//field[@name='invoiced_target']")
        self.assertEqual(len(targets), 1)
        self.assertIn("dashboard_currency_id", targets[0].get("options"))
        self.assertTrue(targets[0].xpath("ancestor::page[@name='dashboard']"))

    @users("channel_head")
    def test_channel_is_made_in_the_form_with_the_name_alone(self):
        with Form(self.env["crm.team"]) as form:
            form.name = "Fairs"
        self.assertTrue(form.record.use_quotations)
        self.assertTrue(form.record.use_opportunities)
        self.assertFalse(form.record.use_leads)
        self.assertEqual(form.record.company_id, self.env["res.company"])

    @users("channel_head")
    def test_members_and_leader_are_set_in_the_form(self):
        with Form(self.partners.with_env(self.env)) as form:
            form.user_id = self.leader
            form.member_ids.add(self.manager)
        self.assertEqual(self.partners.user_id, self.leader)
        self.assertIn(self.manager, self.partners.member_ids)
        self.assertNotIn(self.manager, self.website.member_ids, "Odoo's default: one channel for each member")

    @users("channel_leader")
    def test_my_orders_show_confirmed_ones_and_those_that_need_no_quotation(self):
        quotation = self._new_order()
        direct = self._new_order(team_id=self.shop.id)
        confirmed = self._new_order()
        confirmed.action_confirm()
        action = self.env["ir.actions.actions"]._for_xml_id("crm_channels.sale_order_action_my")
        orders = self.env["sale.order"].search(literal_eval(action["domain"]))
        self.assertIn(direct, orders)
        self.assertIn(confirmed, orders)
        self.assertNotIn(quotation, orders)
