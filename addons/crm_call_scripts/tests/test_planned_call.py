from datetime import date, datetime

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CallCommon

# Monday, 9:00 in Kyiv
NOW = "2026-03-02 07:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPlannedCall(CallCommon):
    """A task that is a call at a certain time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id.tz = "Europe/Kyiv"
        (cls.olena | cls.taras | cls.ivan).tz = "Europe/Kyiv"
        cls.taras.tz = "Asia/Tokyo"
        (cls.dnipro | cls.petro).tz = "Europe/Kyiv"

    def _plan(self, partner=None, user=None, **vals):
        user = user or self.olena
        return (
            self.env["mail.activity"]
            .with_user(user)
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": (partner or self.petro).id,
                    "activity_type_id": self.call_type.id,
                    "user_id": user.id,
                    **vals,
                }
            )
        )

    # ------------------------------------------------------------
    # DEADLINE AND TIME
    # ------------------------------------------------------------

    def test_time_sets_deadline(self):
        """The day of the call is that on the clock of who calls."""
        task = self._plan(call_start="2026-03-05 22:30:00", date_deadline="2026-03-20")
        self.assertEqual(task.date_deadline, date(2026, 3, 6), "half past midnight in Kyiv")
        task.call_start = "2026-03-09 08:00:00"
        self.assertEqual(task.date_deadline, date(2026, 3, 9))
        task.write({"call_start": "2026-03-10 08:00:00", "date_deadline": "2026-03-30"})
        self.assertEqual(task.date_deadline, date(2026, 3, 10))

    def test_deadline_moves_time(self):
        """By days, at the same hour on the clock of who calls, also over the change of the clocks."""
        task = self._plan(call_start="2026-03-05 08:00:00", is_call_promised=True)
        task.date_deadline = "2026-03-12"
        self.assertEqual(task.call_start, datetime(2026, 3, 12, 8))
        task.date_deadline = "2026-03-30"
        self.assertEqual(task.call_start, datetime(2026, 3, 30, 7))
        self.assertTrue(task.is_call_promised)
        task.call_start = False
        self.assertEqual(task.date_deadline, date(2026, 3, 30))
        self.assertFalse(task.is_call_promised)
        task.date_deadline = "2026-04-01"
        self.assertFalse(task.call_start)

    def test_new_user(self):
        """Half past five in Kyiv in the evening is the next day in Tokyo."""
        task = self._plan(call_start="2026-03-05 15:30:00", user=self.ivan)
        self.assertEqual(task.date_deadline, date(2026, 3, 5))
        task.user_id = self.taras
        self.assertEqual((task.date_deadline, task.call_start), (date(2026, 3, 6), datetime(2026, 3, 5, 15, 30)))

    def test_many_at_once(self):
        tasks = (
            self._plan(call_start="2026-03-05 08:00:00") | self._plan(call_start="2026-03-06 09:00:00") | self._plan()
        )
        tasks.write({"date_deadline": "2026-03-16"})
        self.assertEqual(tasks.mapped("call_start"), [datetime(2026, 3, 16, 8), datetime(2026, 3, 16, 9), False])

    def test_no_call_any_more(self):
        task = self._plan(call_start="2026-03-05 08:00:00")
        task.activity_type_id = self.env.ref("mail.mail_activity_data_todo")
        self.assertFalse(task.call_start)
        self.assertEqual(task.date_deadline, date(2026, 3, 5))

    def test_minutes(self):
        self.script.minutes = 25
        self.assertEqual(self._plan().call_minutes, 15)
        self.assertEqual(self._plan(call_script_id=self.script.id).call_minutes, 25)
        task = self._plan(call_script_id=self.script.id, call_minutes=5)
        self.assertEqual(task.call_minutes, 5)
        other = self.script.copy({"minutes": 40})
        task.call_script_id = other
        self.assertEqual(task.call_minutes, 40)
        self.assertEqual(round(task.call_hours, 2), 0.67)
        task.call_hours = 0.5
        self.assertEqual(task.call_minutes, 30)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            task.call_minutes = 100000
            self.env.flush_all()

    def test_form(self):
        with Form(self._plan(), "crm_funnel.mail_activity_view_form") as form:
            form.call_start = "2026-03-05 08:00:00"
            self.assertEqual(form.date_deadline, date(2026, 3, 5))
            form.date_deadline = "2026-03-06"
            self.assertEqual(form.call_start, datetime(2026, 3, 6, 8))
            form.call_script_id = self.script
            self.assertEqual(form.call_minutes, self.script.minutes)
        self.assertEqual(form.record.call_start, datetime(2026, 3, 6, 8))

    # ------------------------------------------------------------
    # CONFLICTS
    # ------------------------------------------------------------

    def test_conflicts(self):
        task = self._plan(call_start="2026-03-05 08:00:00")
        self.assertFalse(task.call_conflicts, "it is no conflict with itself")
        other = self._plan(self.dnipro, self.olena, call_start="2026-03-05 08:10:00")
        task.invalidate_recordset()
        self.assertEqual([one["kind"] for one in task.call_conflicts], ["client_call"])
        other.active = False
        task.invalidate_recordset()
        self.assertFalse(task.call_conflicts)
        with Form(task, "crm_funnel.mail_activity_view_form") as form:
            form.call_start = "2026-03-05 23:00:00"
            self.assertEqual([one["kind"] for one in form.call_conflicts], ["client_hours", "my_hours"])

    def test_conflicts_of_foreign_client(self):
        """A task may be given to somebody who may not see its client: he is told nothing."""
        task = self._plan(self.karpaty, self.taras, call_start="2026-03-05 08:00:00")
        task.sudo().user_id = self.olena
        self.assertFalse(task.with_user(self.olena).call_conflicts)

    def test_odd_times(self):
        """Far away or long ago: the form opens."""
        for start in ("2016-01-01 08:00:00", "2100-01-01 08:00:00"):
            self.assertFalse(self._plan(call_start=start).call_conflicts)

    # ------------------------------------------------------------
    # DO NOT CALL
    # ------------------------------------------------------------

    def test_refused(self):
        planned = self._plan()
        self.dnipro.write({"do_not_call": True, "do_not_call_reason": "Asked in writing"})
        with self.assertRaisesRegex(UserError, "Dnipro LLC must not be called. Asked in writing"):
            self._plan()
        with self.assertRaisesRegex(UserError, "must not be called"):
            self.deal_dnipro.with_user(self.olena).activity_schedule(
                activity_type_id=self.call_type.id, user_id=self.olena.id, automated=False
            )
        todo = self._plan(activity_type_id=self.env.ref("mail.mail_activity_data_todo").id)
        with self.assertRaises(UserError):
            todo.activity_type_id = self.call_type
        with self.assertRaises(UserError):
            planned.call_start = "2026-03-05 08:00:00"
        planned.call_start = False
        planned.action_feedback(feedback="He asked not to be called")
        self._plan(self.karpaty, self.ivan)
        self.dnipro.do_not_call = False
        self.assertTrue(self._plan())

    def test_process_goes_on(self):
        """The process records its results all the same; the call it plans says what speaks against it."""
        self.dnipro.do_not_call = True
        self._press(self.deal_dnipro.with_user(self.olena), self.step_call)
        task = self.deal_dnipro.activity_ids.filtered(lambda one: one.activity_type_id == self.call_type)[-1:]
        self.assertTrue(task.automated)
        task.sudo().call_start = "2026-03-05 08:00:00"
        self.assertIn("do_not_call", [one["kind"] for one in task.with_user(self.olena).call_conflicts])

    def test_views(self):
        """Olena and a head open the planned calls in every view."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_call_scripts.mail_activity_action_planned_calls")
        task = self._plan(call_start="2026-03-05 08:00:00")
        for user in (self.olena, self.head):
            activities = self.env["mail.activity"].with_user(user)
            self.assertTrue(activities.get_views([view[:2] for view in action["views"]]))
            self.assertIn(
                task, activities.search([("activity_category", "=", "phonecall"), ("user_id", "=", self.olena.id)])
            )
