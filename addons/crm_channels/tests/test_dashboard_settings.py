from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged, users

from .common import ChannelCommon


@tagged("post_install", "-at_install")
class TestDashboardSettings(ChannelCommon):
    """BJ-4: content, window and grouping of each channel's dashboard."""

    def settings(self, channel):
        return (channel.dashboard_content, channel.dashboard_period, channel.dashboard_group)

    def test_new_channel_shows_its_pipeline(self):
        self.assertEqual(self.settings(self.partners), ("pipeline", "month", "stage"))

    def test_new_channel_without_pipeline_shows_its_sales(self):
        shop = self.env["crm.team"].create({"name": "Shop", "use_opportunities": False})
        self.assertEqual(self.settings(shop), ("sales", "year", "month"))

    def test_chosen_settings_are_kept_at_creation(self):
        channel = self.env["crm.team"].create(
            {"name": "Fairs", "dashboard_content": "invoices", "dashboard_period": "week", "dashboard_group": "day"}
        )
        self.assertEqual(self.settings(channel), ("invoices", "week", "day"))

    @users("channel_head")
    def test_content_brings_sensible_defaults_and_back(self):
        with Form(self.partners.with_env(self.env)) as form:
            form.dashboard_group = "user"
        with Form(self.partners.with_env(self.env)) as form:
            form.dashboard_content = "invoices"
            self.assertEqual((form.dashboard_period, form.dashboard_group), ("year", "month"))
            form.dashboard_content = "pipeline"
            self.assertEqual((form.dashboard_period, form.dashboard_group), ("month", "user"), "what was saved")

    @users("channel_head")
    def test_preview_follows_the_form(self):
        with Form(self.partners.with_env(self.env)) as form:
            self.assertEqual(form.dashboard_graph["content"], "pipeline")
            form.dashboard_content = "sales"
            form.dashboard_period = "week"
            form.dashboard_group = "day"
            self.assertEqual(form.dashboard_graph["content"], "sales")
            self.assertEqual(form.dashboard_graph["type"], "line")
            self.assertEqual(len(form.dashboard_graph["labels"]), 8)

    @users("channel_head")
    def test_preview_of_a_new_channel_is_empty_but_there(self):
        with Form(self.env["crm.team"]) as form:
            form.name = "Fairs"
            self.assertTrue(form.dashboard_graph["empty"])
        self.assertTrue(form.record.dashboard_graph["labels"])

    def test_stage_groups_the_pipeline_only(self):
        with self.assertRaisesRegex(ValidationError, "by stage"):
            self.partners.write({"dashboard_content": "sales", "dashboard_group": "stage"})

    def test_content_without_valid_grouping_takes_the_default_one(self):
        self.partners.dashboard_content = "sales"
        self.assertEqual(self.settings(self.partners), ("sales", "year", "month"))
        self.partners.dashboard_group = "user"
        self.partners.dashboard_content = "invoices"
        self.assertEqual(self.settings(self.partners), ("invoices", "year", "user"), "a valid choice is kept")

    def test_content_pipeline_needs_a_pipeline(self):
        with self.assertRaisesRegex(ValidationError, "no pipeline"):
            self.partners.write({"use_opportunities": False, "dashboard_content": "pipeline"})
        self.partners.use_opportunities = False
        self.assertEqual(self.settings(self.partners), ("sales", "year", "month"))

    def test_target_is_not_negative(self):
        with self.assertRaisesRegex(ValidationError, "negative"):
            self.partners.invoiced_target = -1

    def test_several_channels_are_changed_at_once(self):
        (self.website | self.partners).write({"dashboard_content": "invoices", "dashboard_group": "user"})
        self.assertEqual(self.settings(self.website), ("invoices", "month", "user"))
        self.assertEqual(self.settings(self.partners), ("invoices", "month", "user"))
