from odoo.tests import tagged

from ..department import tables
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestDashboard(DepartmentCase):
    """The cards of the channels, as the head of sales sees them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls.users["head"]

    def card(self, key, user=None):
        """Graph and counters of a channel's card; counters by name."""
        team = self.channels[key].with_user(user or self.head)
        counters = team.dashboard_counters
        return team.dashboard_graph, {item["name"]: item for item in counters["items"]}, counters["progress"]

    def test_graphs_are_not_empty(self):
        for key in self.channels:
            graph, _counters, _progress = self.card(key)
            self.assertTrue(graph["access"], key)
            self.assertFalse(graph["empty"], key)
            self.assertGreater(graph["total"], 0, key)

    def test_graphs_show_what_is_configured(self):
        for key in self.channels:
            graph, _counters, _progress = self.card(key)
            self.assertEqual(graph["content"], tables.CHANNELS[key]["dashboard"]["dashboard_content"])

    def test_graphs_by_month_have_no_hole(self):
        """Every one of the last twelve months sold and invoiced something."""
        for key in ("partners", "social"):
            graph, _counters, _progress = self.card(key)
            self.assertGreaterEqual(len(graph["values"]), 12, key)
            self.assertTrue(all(value > 0 for value in graph["values"][-12:]), f"{key} {graph['values']}")

    def test_pipeline_has_every_stage(self):
        graph, _counters, _progress = self.card("website")
        self.assertGreaterEqual(sum(value > 0 for value in graph["values"]), 3, graph)

    def test_counters_count(self):
        for key, team in self.channels.items():
            _graph, counters, _progress = self.card(key)
            for name in ("unassigned", "deals", "overdue", "to_invoice"):
                self.assertGreater(counters[name]["count"], 0, f"{key} {name}")
            self.assertGreater(counters["deals"]["amount"], 0, key)
            self.assertGreater(counters["to_invoice"]["amount"], 0, key)
            self.assertEqual(counters["quotations"]["count"] > 0, team.use_quotations, key)

    def test_counters_agree_with_the_records(self):
        for key, team in self.channels.items():
            _graph, counters, _progress = self.card(key)
            deals = self.leads.filtered(
                lambda lead, team=team: (
                    lead.team_id == team and lead.type == "opportunity" and lead.won_status == "pending"
                )
            )
            self.assertEqual(counters["deals"]["count"], len(deals), key)
            self.assertAlmostEqual(counters["deals"]["amount"], sum(deals.mapped("prorated_revenue")), delta=1)

    def test_progress_to_the_target(self):
        for key in self.channels:
            _graph, _counters, progress = self.card(key)
            self.assertEqual(progress["target"], tables.CHANNELS[key]["target"])
            self.assertGreater(progress["invoiced"], 0, key)
            self.assertGreater(progress["paid"], 0, key)

    def test_leaders_may_edit_their_target(self):
        leader = self.users["manager3"]
        team = self.channels["partners"].with_user(leader)
        self.assertTrue(team._may_edit_target())
        self.assertFalse(self.channels["website"].with_user(leader)._may_edit_target())

    def test_managers_see_their_own_figures(self):
        """A salesperson's card counts own records: fewer than the head's, but some."""
        for login in ("manager1", "manager4", "manager5"):
            key = tables.USERS[login][2]
            _graph, own, _progress = self.card(key, self.users[login])
            _graph, everything, _progress = self.card(key)
            self.assertGreater(own["deals"]["count"], 0, login)
            self.assertLessEqual(own["deals"]["count"], everything["deals"]["count"], login)
