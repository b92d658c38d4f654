from collections import Counter

from odoo import fields
from odoo.tests import tagged

from ..department import tables_process
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestDeals(DepartmentCase):
    def of_channel(self, key, **values):
        return self.leads.filtered(
            lambda lead: (
                lead.team_id == self.channels[key] and all(lead[name] == value for name, value in values.items())
            )
        )

    def test_number(self):
        self.assertEqual(len(self.leads), len(self.plan.deals))
        self.assertAlmostEqual(len(self.leads), 650, delta=25)

    def test_outcomes_are_those_of_the_plan(self):
        names = {"won": "won", "lost": "lost", "pending": "open"}
        found = Counter((lead.type, names[lead.won_status]) for lead in self.leads)
        self.assertEqual(found, Counter((deal.type, deal.outcome) for deal in self.plan.deals))

    def test_names_and_amounts_are_those_of_the_plan(self):
        """Amounts of won deals may have grown to those of their orders, as Odoo does when an order is confirmed."""
        planned = sorted((deal.title, deal.revenue) for deal in self.plan.deals if deal.outcome != "won")
        found = self.leads.filtered(lambda lead: lead.won_status != "won")
        self.assertEqual(sorted((lead.name.split(": ")[0], lead.expected_revenue) for lead in found), planned)

    def test_channels_hold_only_what_they_may(self):
        for lead in self.leads:
            switch = "use_leads" if lead.type == "lead" else "use_opportunities"
            self.assertTrue(lead.team_id[switch], lead.name)

    def test_dates_are_in_the_history(self):
        for lead in self.leads:
            self.assertTrue(self.within_history(lead.create_date), lead.create_date)
            for name in ("date_open", "date_closed", "date_conversion", "date_last_stage_update"):
                if lead[name]:
                    self.assertTrue(self.within_history(lead[name]), f"{name} {lead[name]}")
                    self.assertGreaterEqual(lead[name], lead.create_date, name)

    def test_dates_really_are_historic(self):
        """Not all of one day, and spread over all months."""
        for name in ("create_date", "date_closed"):
            for month in self.months:
                self.assertTrue(self.in_month(self.leads.filtered(name), name, month), f"{name} {month[0]}")

    def test_days_to_assign_and_close_follow(self):
        closed = self.leads.filtered("date_closed")
        for lead in closed:
            self.assertEqual(lead.day_close, (lead.date_closed - lead.create_date).days)
        self.assertGreater(sum(closed.mapped("day_close")) / len(closed), 7)

    def test_only_closed_deals_have_a_closing_date(self):
        for lead in self.leads:
            self.assertEqual(bool(lead.date_closed), lead.won_status != "pending", lead.name)

    def test_won_deals(self):
        won = self.leads.filtered(lambda lead: lead.won_status == "won")
        self.assertEqual(set(won.mapped("probability")), {100})
        self.assertTrue(all(won.stage_id.mapped("is_won")))
        self.assertTrue(all(won.mapped("active")))

    def test_lost_deals_have_a_reason(self):
        lost = self.leads.filtered(lambda lead: lead.won_status == "lost")
        self.assertTrue(all(lead.lost_reason_id for lead in lost))
        self.assertGreaterEqual(len(lost.lost_reason_id), 4)
        self.assertFalse(any(lost.mapped("active")))

    def test_every_channel_has_open_deals_in_every_stage(self):
        for key in self.channels:
            open_deals = self.of_channel(key, won_status="pending", type="opportunity")
            self.assertGreaterEqual(len(open_deals.stage_id), 3, key)
            self.assertGreater(sum(open_deals.mapped("prorated_revenue")), 0, key)

    def test_stages_are_those_of_the_plan(self):
        """The five stages of the funnel; the won ones have gone on to the last."""
        names = {key: self.env.ref(xmlid).name for key, xmlid in tables_process.STAGES.items()}
        planned = Counter(
            names["contract" if deal.outcome == "won" else deal.stage]
            for deal in self.plan.deals
            if deal.type == "opportunity"
        )
        deals = self.leads.filtered(lambda lead: lead.type == "opportunity")
        self.assertEqual(Counter(deals.mapped(lambda deal: deal.stage_id.name)), planned)

    def test_the_funnel_narrows(self):
        """Of the open deals, in every channel and of all together."""
        stages = [self.env.ref(xmlid) for xmlid in list(tables_process.STAGES.values())[:-1]]
        for teams in (self.teams, *self.channels.values()):
            open_deals = self.leads.filtered(
                lambda lead, teams=teams: (
                    lead.team_id in teams and lead.type == "opportunity" and lead.won_status == "pending"
                )
            )
            numbers = [len(open_deals.filtered(lambda lead, stage=stage: lead.stage_id == stage)) for stage in stages]
            self.assertEqual(numbers, sorted(numbers, reverse=True), teams.mapped("name"))
            self.assertGreater(numbers[-1], 0)

    def test_probabilities_are_of_the_stage_but_for_a_few(self):
        open_deals = self.leads.filtered(lambda lead: lead.won_status == "pending" and lead.type == "opportunity")
        sources = Counter(open_deals.mapped("probability_source"))
        self.assertEqual(set(sources), {"stage", "manual"})
        self.assertBetween(sources["manual"], 8, 40)
        for deal in open_deals:
            self.assertEqual(deal.automated_probability, deal.stage_id.probability)
            self.assertEqual(deal.probability == deal.stage_id.probability, deal.probability_source == "stage")

    def test_days_in_the_stage(self):
        """Deals have come into their stage after they were made, most of them not at once."""
        later = [lead for lead in self.leads if lead.date_last_stage_update > lead.create_date]
        self.assertGreater(len(later), len(self.leads) / 2)

    def test_every_channel_has_unassigned_and_overdue(self):
        for key in self.channels:
            open_deals = self.of_channel(key, won_status="pending")
            self.assertTrue(open_deals.filtered(lambda lead: not lead.user_id), key)
            overdue = open_deals.filtered(lambda lead: lead.date_deadline and lead.date_deadline < self.day)
            self.assertTrue(overdue, key)
            days = {(lead.date_deadline - self.day).days for lead in open_deals if lead.date_deadline}
            self.assertTrue(days & set(range(8)), key)

    def test_unassigned_have_no_assignment_date(self):
        for lead in self.leads:
            self.assertEqual(bool(lead.date_open), bool(lead.user_id), lead.name)

    def test_probabilities_grow_with_the_stages(self):
        open_deals = self.leads.filtered(lambda lead: lead.won_status == "pending" and lead.type == "opportunity")
        average = {
            stage.sequence: sum(deals.mapped("probability")) / len(deals)
            for stage, deals in open_deals.grouped("stage_id").items()
        }
        ordered = [average[sequence] for sequence in sorted(average)]
        self.assertEqual(ordered, sorted(ordered))
        self.assertGreater(ordered[0], 0)

    def test_tags_priorities_sources(self):
        self.assertGreaterEqual(len(self.leads.tag_ids), 5)
        self.assertLessEqual({"0", "1", "2"}, set(self.leads.mapped("priority")))
        for key in self.channels:
            self.assertEqual(len(self.of_channel(key).source_id), 3, key)

    def test_managers_own_what_they_have(self):
        for lead in self.leads.filtered("user_id"):
            self.assertIn(lead.user_id, lead.team_id.member_ids)
            self.assertEqual(lead.create_uid, lead.user_id)

    def test_inquiries_know_who_asks(self):
        for lead in self.leads.filtered(lambda lead: lead.type == "lead"):
            self.assertTrue(lead.contact_name and lead.partner_name and lead.email_from and lead.phone)

    def test_created_by_the_way_of_inquiries(self):
        """In a channel that qualifies inquiries every deal was one before."""
        for key, team in self.channels.items():
            deals = self.of_channel(key, type="opportunity")
            self.assertEqual(all(deal.date_conversion for deal in deals), team.use_leads, key)

    def test_last_change_of_open_deals_is_not_in_the_future(self):
        self.assertLessEqual(max(self.leads.mapped("date_last_stage_update")), fields.Datetime.now())
