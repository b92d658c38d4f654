from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from .common import ChannelCast

HOOT_URL = "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}"


def hoot_id(name):
    """Identifier that hoot gives to a suite or test of this name, as in `web/tests/test_js.py`."""
    result = 0
    for char in name:
        result = (result << 5) - result + ord(char) & 0xFFFFFFFF
    return f"{result:08x}"


@tagged("post_install", "-at_install")
class TestDashboardWidgets(HttpCase):
    @no_retry
    def test_widgets(self):
        self.browser_js(
            HOOT_URL.format(suite=hoot_id("@crm_channels")),
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )


@tagged("post_install", "-at_install")
class TestChannelTours(ChannelCast, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be clicked
        (cls.head | cls.leader | cls.manager).odoobot_state = "disabled"
        today = fields.Date.context_today(cls.website)
        stage = cls.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        values = {"expected_revenue": 1000.0, "probability": 50.0, "stage_id": stage.id}
        cls._new_deal(
            "Closing soon",
            date_deadline=today + relativedelta(days=2),
            tag_ids=[Command.create({"name": "Industry"})],
            **values,
        )
        cls._new_deal("Closing next week", date_deadline=today + relativedelta(days=9), **values)
        cls._new_deal("Some day", **values)

    def test_administrator_creates_a_channel_with_each_content(self):
        self.start_tour("/odoo", "crm_channels_create", login=self.head.login)
        channels = self.env["crm.team"].search([("name", "in", ["Social networks", "Web shop", "Dealers"])])
        self.assertEqual(
            {channel.name: channel.dashboard_content for channel in channels},
            {"Social networks": "pipeline", "Web shop": "sales", "Dealers": "invoices"},
        )

    def test_manager_opens_what_is_counted(self):
        self.start_tour("/odoo", "crm_channels_click_through", login=self.manager.login)

    def test_leader_sets_a_target_on_the_card(self):
        self.website.write({"dashboard_content": "invoices", "dashboard_period": "year", "dashboard_group": "month"})
        self.start_tour("/odoo", "crm_channels_set_target", login=self.leader.login)
        self.assertEqual(self.website.invoiced_target, 5000)

    def test_pipeline_filtered_by_tag(self):
        self.start_tour("/odoo", "crm_channels_filter_by_tag", login=self.manager.login)

    def test_lost_deals_grouped_by_reason(self):
        reason = self.env["crm.lost.reason"].create({"name": "Bought from a neighbour"})
        self._new_deal("Gone").action_set_lost(lost_reason_id=reason.id)
        self.start_tour("/odoo", "crm_channels_lost_by_reason", login=self.manager.login)
