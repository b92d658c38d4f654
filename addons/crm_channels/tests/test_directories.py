from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged, users

from .common import ChannelCommon


@tagged("post_install", "-at_install")
class TestDirectories(ChannelCommon):
    """BJ-6 to BJ-8: activity types, tags and lost reasons."""

    def schedule(self, record, activity_type, user=None):
        """Schedule an activity as users do, in the dialog that the record opens."""
        context = {"active_model": record._name, "active_id": record.id, "active_ids": record.ids}
        with Form(self.env["mail.activity.schedule"].with_context(**context)) as form:
            form.activity_type_id = activity_type
            if user:
                form.activity_user_id = user
        form.record.action_schedule_activities()
        return record.activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)

    def test_default_activity_types(self):
        for xmlid in ("email", "call", "meeting", "todo"):
            self.assertTrue(self.env.ref(f"mail.mail_activity_data_{xmlid}").active)

    @users("channel_head")
    def test_head_defines_an_activity_type(self):
        call = self.env.ref("mail.mail_activity_data_call")
        with Form(self.env["mail.activity.type"].with_context(default_res_model="crm.lead")) as form:
            form.name = "Send samples"
            form.category = "default"
            form.summary = "Samples with price list"
            form.delay_count = 3
            form.suggested_next_type_ids.add(call)
        activity_type = form.record
        deal = self._new_deal().with_env(self.env)
        activity = self.schedule(deal, activity_type, self.manager)
        self.assertEqual(activity.summary, "Samples with price list")
        self.assertEqual(activity.date_deadline, fields.Date.context_today(activity) + timedelta(days=3))
        self.assertIn(activity, self.manager.with_user(self.manager).env["mail.activity"].search([]))
        self.assertEqual(activity_type.suggested_next_type_ids, call)

    @users("channel_manager")
    def test_activity_can_be_scheduled_from_deal_order_and_customer(self):
        order = self._new_order().with_env(self.env)
        for record in (self._new_deal().with_env(self.env), order, self.customer.with_env(self.env)):
            activity = self.schedule(record, self.env.ref("mail.mail_activity_data_call"))
            self.assertEqual(activity.user_id, self.env.user)
        groups = {group["model"]: group for group in self.env["res.users"]._get_activity_groups()}
        self.assertGreaterEqual(groups["crm.lead"]["planned_count"], 1)

    @users("channel_manager")
    def test_manager_may_not_define_activity_types(self):
        with self.assertRaises(AccessError):
            self.env["mail.activity.type"].create({"name": "Mine"})

    @users("channel_manager")
    def test_pipeline_is_filtered_by_tag(self):
        tag = self.env["crm.tag"].create({"name": "Wholesale"})
        tagged_deal = self._new_deal("tagged", tag_ids=[Command.link(tag.id)])
        self._new_deal("plain")
        found = self.env["crm.lead"].search([("tag_ids", "in", tag.ids)])
        self.assertEqual(found, tagged_deal.with_env(self.env))

    def test_there_is_a_useful_list_of_lost_reasons(self):
        ours = self.env["ir.model.data"].search([("module", "=", "crm_channels"), ("model", "=", "crm.lost.reason")])
        self.assertGreaterEqual(len(ours), 8)
        names = self.env["crm.lost.reason"].browse(ours.mapped("res_id")).mapped("name")
        self.assertEqual(len(set(names)), len(names))

    @users("channel_head")
    def test_head_adds_and_edits_a_lost_reason(self):
        reason = self.env["crm.lost.reason"].create({"name": "Moved away"})
        reason.name = "Moved abroad"
        self.assertEqual(reason.name, "Moved abroad")

    @users("channel_manager")
    def test_manager_uses_lost_reasons_but_does_not_write_them(self):
        reason = self.env.ref("crm_channels.crm_lost_reason_competitor")
        deal = self._new_deal().with_env(self.env)
        deal.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(deal.won_status, "lost")
        with self.assertRaises(AccessError):
            reason.name = "mine"

    @users("channel_manager")
    def test_lost_deals_are_grouped_by_reason(self):
        reason = self.env.ref("crm_channels.crm_lost_reason_no_budget")
        self._new_deal("lost one").action_set_lost(lost_reason_id=reason.id)
        self._new_deal("open one")
        lost = [("won_status", "=", "lost"), ("active", "=", False), ("team_id", "=", self.website.id)]
        groups = self.env["crm.lead"].with_context(active_test=False)._read_group(lost, ["lost_reason_id"], ["__count"])
        self.assertEqual(groups, [(reason, 1)])
