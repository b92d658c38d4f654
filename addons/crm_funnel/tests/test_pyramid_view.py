from urllib.parse import quote

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import FunnelCast, FunnelCommon


@tagged("post_install", "-at_install")
class TestPyramidView(FunnelCommon):
    """The type of view, and what the menu of the pyramid opens."""

    def _create_view(self, arch, model="crm.lead"):
        return self.env["ir.ui.view"].create({"name": "My pyramid", "model": model, "arch": arch})

    def _assert_refused(self, message, arch, model="crm.lead"):
        with self.assertRaisesRegex(ValidationError, message):
            self._create_view(arch, model)

    def test_type_is_known(self):
        self.assertEqual(self._create_view("<pyramid/>").type, "pyramid")
        info = self.env["ir.ui.view"].get_view_info()["pyramid"]
        self.assertTrue(info["multi_record"])
        self.assertTrue(info["icon"])

    def test_every_default_may_be_given(self):
        view = self._create_view('<pyramid string="Mine" basis="results" period="last_month" measure="amount"/>')
        arch = etree.fromstring(self.env["crm.lead"].get_view(view.id, "pyramid")["arch"])
        self.assertEqual(
            (arch.get("basis"), arch.get("period"), arch.get("measure")), ("results", "last_month", "amount")
        )

    def test_nonsense_is_refused(self):
        self._assert_refused("no attribute “colour”", '<pyramid colour="red"/>')
        self._assert_refused("“closed” is no basis", '<pyramid basis="closed"/>')
        self._assert_refused("“custom” is no period", '<pyramid period="custom"/>')
        self._assert_refused("“margin” is no measure", '<pyramid measure="margin"/>')
        self._assert_refused("holds nothing", '<pyramid><field name="name"/></pyramid>')

    def test_other_models_have_no_pyramid(self):
        self._assert_refused("res.partner has no pyramid", "<pyramid/>", "res.partner")

    def test_inherited_view_may_change_a_default(self):
        view = self.env.ref("crm_funnel.crm_lead_view_pyramid")
        self.env["ir.ui.view"].create(
            {
                "name": "Amounts first",
                "model": "crm.lead",
                "inherit_id": view.id,
                "arch": '<pyramid position="attributes"><attribute name="measure">amount</attribute></pyramid>',
            }
        )
        arch = etree.fromstring(self.env["crm.lead"].get_view(view.id, "pyramid")["arch"])
        self.assertEqual(arch.get("measure"), "amount")

    def test_action_opens_the_pyramid_first(self):
        action = (
            self.env["ir.actions.act_window"].with_user(self.olena)._for_xml_id("crm_funnel.crm_lead_action_pyramid")
        )
        self.assertEqual((action["path"], action["mobile_view_mode"]), ("sales-pyramid", "pyramid"))
        self.assertEqual(
            [mode for _id, mode in action["views"]], ["pyramid", "list", "kanban", "graph", "pivot", "form"]
        )
        loaded = (
            self.env["crm.lead"]
            .with_user(self.olena)
            .get_views([*action["views"], (action["search_view_id"][0], "search")], {"load_filters": True})
        )
        search = etree.fromstring(loaded["views"]["search"]["arch"])
        panel = search.find("searchpanel")
        self.assertEqual([field.get("name") for field in panel], ["user_id", "team_id"])
        self.assertIn("pyramid", panel.get("view_types").split(","))
        names = {field.get("name") for field in search.iterchildren("field")}
        self.assertGreaterEqual(names, {"user_id", "team_id", "source_id", "tag_ids", "process_id"})

    def test_menu_stands_in_the_bar_of_the_app(self):
        menu = self.env.ref("crm_funnel.crm_lead_menu_pyramid")
        self.assertEqual(menu.parent_id, self.env.ref("crm.crm_menu_root"))
        visible = self.env["ir.ui.menu"].with_user(self.olena)._visible_menu_ids()
        self.assertIn(menu.id, visible)
        self.assertNotIn(menu.id, self.env["ir.ui.menu"].with_user(self.clerk)._visible_menu_ids())

    def test_panel_offers_whose_deals_one_sees(self):
        def get_managers(user):
            offered = self.env["crm.lead"].with_user(user).search_panel_select_range("user_id")["values"]
            return {value["id"] for value in offered}

        self.assertGreaterEqual(get_managers(self.head), {self.olena.id, self.taras.id})
        self.assertEqual(get_managers(self.olena), {self.olena.id})


@tagged("post_install", "-at_install")
class TestPyramidTours(FunnelCast, HttpCase):
    """Journeys: the menu, the picture, the list behind a row, a link to a colleague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be pressed
        (cls.head | cls.olena).odoobot_state = "disabled"
        # the only process, whatever the database holds beside the cast
        cls.env["crm.process"].search([("id", "!=", cls.process.id)]).write({"state": "draft"})
        cls._press(cls, cls.deal_dnipro, cls.step_call)
        cls._press(cls, cls.deal_karpaty, cls.step_call)

    def test_head(self):
        self.start_tour("/odoo/crm", "crm_funnel_pyramid_head", login=self.head.login)

    def test_salesperson_sees_his_own(self):
        self.start_tour("/odoo/sales-pyramid", "crm_funnel_pyramid_salesperson", login=self.olena.login)

    def _start_link(self, tour, link):
        self.start_tour(f"/odoo/sales-pyramid?pyramid={quote(link)}", tour, login=self.head.login)

    def test_link_opens_the_same_pyramid(self):
        link = '{"b":"results","m":"amount","p":{"preset":"this_year"},"f":[["Dnipro",[["name","ilike","dnipro"]]]]}'
        self._start_link("crm_funnel_pyramid_link", link)

    @mute_logger("odoo.http")
    def test_rubbish_link(self):
        link = '{"f":[["Old",[["no_such_field","=",1]]]]}'
        self._start_link("crm_funnel_pyramid_rubbish", link)
