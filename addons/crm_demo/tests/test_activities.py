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
        self.assertEqual(len(self.planned), sum(not activity.done for activity in self.plan.activities))
        self.assertEqual(len(self.done), sum(bool(activity.done) for activity in self.plan.activities))

    def test_every_manager_has_a_day(self):
        """Overdue tasks, enough for today, and those of the week; the first manager has forty."""
        for login, user in self.managers.items():
            days = [(activity.date_deadline - self.day).days for activity in self.planned if activity.user_id == user]
            self.assertBetween(len(days), 25, 45, login)
            self.assertBetween(sum(day < 0 for day in days), 3, 12, login)
            self.assertGreater(days.count(0), 7, login)
            self.assertGreater(sum(0 < day <= 7 for day in days), 5, login)
        self.assertGreater(len(self.planned.filtered(lambda task: task.user_id == self.users["manager1"])), 36)

    def test_tasks_of_the_department(self):
        """Each knows its deal and client: the lists of tasks and the report on work are by them."""
        self.assertTrue(all(self.activities.mapped("lead_id")))
        self.assertTrue(all(task.client_id == task.lead_id.partner_id.client_id for task in self.activities))

    def test_tasks_of_the_process_have_its_words(self):
        process = self.env.ref("crm_funnel.crm_process_sale")
        texts = {step.activity_summary for step in process.step_ids if step.activity_type_id}
        texts.add(process.activity_summary)
        planned = self.activities.filtered("automated")
        self.assertEqual(set(planned.mapped("summary")), texts)
        self.assertGreater(len(planned), len(self.activities) * 0.8)

    def test_planned_ones_are_on_own_open_deals(self):
        for activity in self.planned:
            lead = self.env["crm.lead"].browse(activity.res_id)
            self.assertEqual(lead.user_id, activity.user_id)
            self.assertEqual(lead.won_status, "pending")

    def test_done_ones_have_feedback_and_a_date_of_the_past(self):
        for activity in self.done:
            lead = self.env["crm.lead"].browse(activity.res_id)
            self.assertTrue(activity.feedback, activity.summary)
            self.assertTrue(self.within_history(activity.date_done))
            self.assertLessEqual(activity.date_done, fields.Date.to_date(lead.date_closed or fields.Date.today()))
            self.assertGreaterEqual(activity.date_done, lead.create_date.date())

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

    def test_feedback_is_written_as_odoo_writes_it(self):
        done = self.done[0]
        note = self.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "=", done.res_id), ("mail_activity_type_id", "!=", False)],
            order="date, id",
            limit=1,
        )
        self.assertIn("Feedback:", note.body)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_activities"))
        self.assertEqual(note.author_id, done.user_id.partner_id)
        self.assertEqual(note.message_type, "notification")

    def test_what_managers_plan_themselves_is_of_the_tables(self):
        own = self.activities.filtered(lambda activity: not activity.automated)
        types = self.env["mail.activity.type"].union(*(self.env.ref(name) for name in tables.ACTIVITIES))
        self.assertEqual(own.activity_type_id, types)
        summaries = {summary for rows in tables.ACTIVITIES.values() for summary, _feedback in rows}
        self.assertEqual(set(own.mapped("summary")), summaries)

    def test_meetings(self):
        meetings = self.env["calendar.event"].search([("opportunity_id", "in", self.leads.ids)])
        self.assertEqual(len(meetings), len(self.plan.meetings))
        for login, user in self.managers.items():
            starts = meetings.filtered(lambda meeting, user=user: meeting.user_id == user).mapped("start")
            self.assertEqual(len(starts), 5, login)
            self.assertTrue(any(start.date() < self.day for start in starts), login)
            self.assertTrue(any(start.date() > self.day for start in starts), login)
        self.assertEqual(len(meetings.attendee_ids), len(meetings))

    def test_meetings_held_are_no_open_tasks(self):
        meetings = self.env["calendar.event"].search([("opportunity_id", "in", self.leads.ids)])
        for meeting in meetings:
            tasks = meeting.with_context(active_test=False).activity_ids
            self.assertEqual(len(tasks), 1)
            self.assertEqual(tasks.active, meeting.meeting_state == "planned")
            self.assertEqual(tasks.date_done, False if tasks.active else meeting.start.date())
            self.assertLess(meeting.start.weekday(), 5)
