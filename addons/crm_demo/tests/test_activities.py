from odoo import fields
from odoo.tests import tagged

from ..department import tables
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestActivities(DepartmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # meetings have activities of their own
        cls.activities = (
            cls.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [("res_model", "=", "crm.lead"), ("res_id", "in", cls.leads.ids), ("calendar_event_id", "=", False)]
            )
        )
        cls.done = cls.activities.filtered(lambda activity: not activity.active)
        cls.planned = cls.activities - cls.done
        cls.managers = {login: user for login, user in cls.users.items() if login != "head"}

    def test_numbers(self):
        self.assertEqual(len(self.planned), 150)
        self.assertEqual(len(self.done), sum(bool(activity.done) for activity in self.plan.activities))
        self.assertGreater(len(self.done), 60)

    def test_every_manager_has_overdue_due_and_future_ones(self):
        for login, user in self.managers.items():
            days = [(activity.date_deadline - self.day).days for activity in self.planned if activity.user_id == user]
            self.assertEqual(len(days), 30, login)
            self.assertLess(min(days), 0, login)
            self.assertIn(0, days, login)
            self.assertGreater(max(days), 0, login)

    def test_planned_ones_are_on_own_open_deals(self):
        for activity in self.planned:
            lead = self.env["crm.lead"].browse(activity.res_id)
            self.assertEqual(lead.user_id, activity.user_id)
            self.assertEqual(lead.won_status, "pending")

    def test_done_ones_have_feedback_and_a_date_of_the_past(self):
        for activity in self.done:
            lead = self.env["crm.lead"].browse(activity.res_id)
            self.assertTrue(activity.feedback)
            self.assertTrue(self.within_history(activity.date_done))
            self.assertLessEqual(activity.date_done, fields.Date.to_date(lead.date_closed))

    def test_feedback_is_in_the_chatter_of_that_day(self):
        messages = self.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "in", self.leads.ids), ("mail_activity_type_id", "!=", False)]
        )
        self.assertEqual(len(messages), len(self.done))
        days = sorted(message.date.date() for message in messages)
        self.assertEqual(days, sorted(self.done.mapped("date_done")))
        self.assertLessEqual(
            messages.author_id, self.env["res.partner"].union(*(u.partner_id for u in self.users.values()))
        )

    def test_types_and_summaries_are_those_of_the_tables(self):
        types = self.env["mail.activity.type"].union(*(self.env.ref(name) for name in tables.ACTIVITIES))
        self.assertEqual(self.activities.activity_type_id, types)
        summaries = {summary for rows in tables.ACTIVITIES.values() for summary, _feedback in rows}
        self.assertEqual(set(self.activities.mapped("summary")), summaries)

    def test_meetings(self):
        meetings = self.env["calendar.event"].search([("opportunity_id", "in", self.leads.ids)])
        self.assertEqual(len(meetings), len(self.plan.meetings))
        for login, user in self.managers.items():
            starts = meetings.filtered(lambda meeting, user=user: meeting.user_id == user).mapped("start")
            self.assertEqual(len(starts), 5, login)
            self.assertTrue(any(start.date() < self.day for start in starts), login)
            self.assertTrue(any(start.date() > self.day for start in starts), login)
        self.assertEqual(len(meetings.attendee_ids), len(meetings))
