from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import ChannelCommon


@tagged("post_install", "-at_install")
class TestDashboardAccess(ChannelCommon):
    """Figures show what the viewer may see, and only those entitled change a target."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website.write({"dashboard_group": "user"})
        for user, revenue in ((cls.manager, 1000), (cls.leader, 500), (False, 50)):
            cls._new_deal(
                user_id=user and user.id,
                expected_revenue=revenue,
                probability=50,
                date_deadline=cls.env.cr.now().date(),
            )

    def card(self):
        channel = self.website.with_env(self.env)
        channel.invalidate_recordset()
        counters = {item["name"]: item for item in channel.dashboard_counters["items"]}
        return channel.dashboard_graph, counters

    @users("channel_head")
    def test_head_sees_all(self):
        graph, counters = self.card()
        self.assertEqual(graph["total"], 775)
        self.assertEqual((counters["deals"]["count"], counters["deals"]["amount"]), (3, 775))
        self.assertEqual(counters["unassigned"]["count"], 1)

    @users("channel_manager")
    def test_manager_sees_his_own_and_what_is_nobodys(self):
        graph, counters = self.card()
        self.assertEqual(graph["total"], 525)
        self.assertEqual(graph["labels"], ["Manager", "Unassigned"])
        self.assertEqual(counters["deals"]["count"], 2)

    @users("channel_rival")
    def test_rival_sees_only_what_is_nobodys(self):
        graph, counters = self.card()
        self.assertEqual(graph["total"], 25)
        self.assertEqual(counters["deals"]["amount"], 25)

    @users("channel_outsider")
    def test_without_rights_there_are_no_figures_but_no_crash(self):
        graph, counters = self.card()
        self.assertFalse(graph["access"])
        self.assertEqual((graph["values"], graph["total"]), ([], 0))
        self.assertEqual(counters, {})
        self.assertIsNone(self.website.with_env(self.env).dashboard_counters["progress"])

    @users("channel_manager")
    def test_bar_opens_what_the_viewer_saw(self):
        graph, _counters = self.card()
        channel = self.website.with_env(self.env)
        opened = 0
        for key, value in zip(graph["keys"], graph["values"], strict=True):
            deals = self.env["crm.lead"].search(channel.action_open_dashboard_bar(key)["domain"])
            self.assertEqual(sum(deals.mapped("prorated_revenue")), value)
            opened += len(deals)
        self.assertEqual(opened, 2)

    @users("channel_head")
    def test_unknown_bars_and_counters_are_refused(self):
        channel = self.website.with_env(self.env)
        for key in ("stage:1", "user:", "user:1;drop", "2026-01-01", "", False):
            with self.assertRaises(UserError):
                channel.action_open_dashboard_bar(key)
        with self.assertRaises(UserError):
            channel.action_open_dashboard_counter("everything")

    @users("channel_leader")
    def test_leader_sets_the_target_of_his_channel(self):
        channel = self.website.with_env(self.env)
        self.assertTrue(channel.dashboard_counters["progress"]["can_edit"])
        channel.update_invoiced_target(30000)
        self.assertEqual(channel.invoiced_target, 30000)
        with self.assertRaises(AccessError):
            channel.name = "Mine"

    @users("channel_leader")
    def test_leader_does_not_set_the_target_of_another_channel(self):
        other = self.partners.with_env(self.env)
        self.assertFalse(other.dashboard_counters["progress"]["can_edit"])
        with self.assertRaises(UserError):
            other.update_invoiced_target(30000)
        self.assertFalse(other.invoiced_target)

    @users("channel_manager")
    def test_member_does_not_set_the_target(self):
        with self.assertRaises(UserError):
            self.website.with_env(self.env).update_invoiced_target(1)

    @users("channel_head")
    def test_bad_targets_are_refused_in_words(self):
        channel = self.website.with_env(self.env)
        for value in (-1, "many", float("nan"), float("inf")):
            with self.assertRaisesRegex(UserError, "must be a number"):
                channel.update_invoiced_target(value)
        channel.update_invoiced_target("1500")
        self.assertEqual(channel.invoiced_target, 1500)
        channel.update_invoiced_target(False)
        self.assertEqual(channel.invoiced_target, 0)
