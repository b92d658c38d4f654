from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import FunnelCommon

WEDNESDAY = "2026-03-04 10:00:00"
FRIDAY = "2026-03-06 10:00:00"


@tagged("post_install", "-at_install")
class TestProcessTask(FunnelCommon):
    """The task that a result plans: when, for whom, in whose words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create({"name": "Funnel week", "tz": "UTC"})
        cls.env.company.resource_calendar_id = cls.calendar
        cls.olena.tz = "UTC"

    def _press_call(self, salesperson=None, author=None, context=None, **vals):
        """Press “Called” on a fresh deal after changing the step, and return the task it plans."""
        self.step_call.write(vals)
        deal = self._create_deal("Fresh", self.dnipro, self.olena)
        deal.user_id = self.olena if salesperson is None else salesperson
        deal = deal.with_user(author or self.olena).with_context(**(context or {}))
        return self._press(deal, self.step_call).next_activity_id

    def _assert_due(self, expected, **vals):
        task = self._press_call(**vals)
        self.assertEqual(task.date_deadline, date.fromisoformat(expected))

    def _close(self, first, last):
        """A holiday of the whole company, both days included."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "resource_id": False,
                "date_from": f"{first} 00:00:00",
                "date_to": f"{last} 23:59:59",
            }
        )

    # ------------------------------------------------------------
    # WHEN
    # ------------------------------------------------------------

    @freeze_time(WEDNESDAY)
    def test_holidays_are_skipped(self):
        self._close("2026-03-05", "2026-03-06")
        self._assert_due("2026-03-09", activity_delay=1, activity_delay_unit="working_days")
        self._assert_due("2026-03-11", activity_delay=3)

    @freeze_time(WEDNESDAY)
    def test_ordinary_days_know_no_holiday(self):
        self._close("2026-03-05", "2026-03-06")
        self._assert_due("2026-03-05", activity_delay=1, activity_delay_unit="days")
        self._assert_due("2026-03-07", activity_delay=3)

    @freeze_time(WEDNESDAY)
    def test_leave_of_one_person_is_no_holiday(self):
        self._close("2026-03-05", "2026-03-06")
        person = self.env["resource.resource"].create({"name": "Somebody", "calendar_id": self.calendar.id})
        self.env["resource.calendar.leaves"].search([("calendar_id", "=", self.calendar.id)]).resource_id = person
        self._assert_due("2026-03-05", activity_delay=1, activity_delay_unit="working_days")

    @freeze_time(WEDNESDAY)
    def test_short_week(self):
        self.calendar.attendance_ids.filtered(lambda hours: hours.dayofweek != "1").unlink()
        self._assert_due("2026-03-10", activity_delay=1, activity_delay_unit="working_days")
        self._assert_due("2026-03-17", activity_delay=2)

    @freeze_time(FRIDAY)
    def test_without_calendar_every_day_counts(self):
        self.env.company.resource_calendar_id = False
        self._assert_due("2026-03-07", activity_delay=1, activity_delay_unit="working_days")

    @freeze_time(FRIDAY)
    def test_calendar_without_hours_is_like_none(self):
        self.calendar.attendance_ids.unlink()
        self._assert_due("2026-03-08", activity_delay=2, activity_delay_unit="working_days")

    @freeze_time("2026-03-07 10:00:00")
    def test_no_delay_is_today_whatever_day_it_is(self):
        self._close("2026-03-07", "2026-03-07")
        for unit in ("days", "working_days"):
            self._assert_due("2026-03-07", activity_delay=0, activity_delay_unit=unit)

    def test_midnight_of_who_records(self):
        """Late on Sunday in London it is Monday in Kyiv and Sunday in New York; early on Monday New York is behind."""
        self.step_call.write({"activity_delay": 1, "activity_delay_unit": "working_days"})
        cases = [
            ("2026-03-08 23:30:00", "UTC", "2026-03-09"),
            ("2026-03-08 23:30:00", "Europe/Kyiv", "2026-03-10"),
            ("2026-03-08 23:30:00", "America/New_York", "2026-03-09"),
            ("2026-03-09 00:30:00", "UTC", "2026-03-10"),
            ("2026-03-09 00:30:00", "America/New_York", "2026-03-09"),
            ("2026-03-09 00:30:00", "Pacific/Auckland", "2026-03-10"),
        ]
        for now, zone, expected in cases:
            with self.subTest(now=now, zone=zone), freeze_time(now):
                self._assert_due(expected, context={"tz": zone})

    @freeze_time(FRIDAY)
    def test_weekend_in_calendars_around_the_world(self):
        self.step_call.write({"activity_delay": 1, "activity_delay_unit": "working_days"})
        for zone in ("Europe/Kyiv", "Asia/Kamchatka", "America/New_York"):
            with self.subTest(zone=zone):
                self.calendar.tz = zone
                self._assert_due("2026-03-09")

    # ------------------------------------------------------------
    # WHETHER
    # ------------------------------------------------------------

    def test_archived_type_plans_nothing_and_the_result_stands(self):
        self.deal_dnipro.action_start_sale()
        planned = self.deal_dnipro.activity_ids
        self.step_call.activity_type_id = self.env["mail.activity.type"].create({"name": "Telex", "active": False})
        result = self._press(self.deal_dnipro.with_user(self.olena), self.step_call)
        self.assertFalse(result.next_activity_id)
        self.assertFalse(self.deal_dnipro.activity_ids)
        self.assertFalse(planned.active)
        self.assertEqual(self.deal_dnipro.process_step_id, self.step_call)

    def test_start_with_an_archived_type(self):
        self.process.activity_type_id = self.env["mail.activity.type"].create({"name": "Telex", "active": False})
        self.deal_dnipro.with_user(self.olena).action_start_sale()
        self.assertEqual(self.deal_dnipro.last_result_id.kind, "start")
        self.assertFalse(self.deal_dnipro.activity_ids)

    # ------------------------------------------------------------
    # FOR WHOM
    # ------------------------------------------------------------

    def test_who_is_missing_is_replaced(self):
        nobody = self.env["res.users"]
        self.channel.user_id = False
        self.assertEqual(self._press_call(author=self.head, activity_for="leader").user_id, self.olena)
        self.assertEqual(self._press_call(nobody, self.head, activity_for="salesperson").user_id, self.head)
        self.step_call.write({"activity_for": "user", "activity_user_id": self.taras.id})
        (self.olena | self.taras).active = False
        self.assertEqual(self._press_call(author=self.head).user_id, self.head, "who has left gets no tasks")

    # ------------------------------------------------------------
    # IN WHOSE WORDS
    # ------------------------------------------------------------

    def test_language_of_who_gets_it(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.step_call.write({"activity_summary": "Send the price list", "activity_note": "Ask for <the budget>"})
        self.step_call.with_context(lang="uk_UA").write(
            {"activity_summary": "Надіслати прайс", "activity_note": "Запитати про <бюджет>"}
        )
        self.olena.lang = "uk_UA"
        task = self._press_call(author=self.head, context={"lang": "en_US"})
        self.assertEqual(task.user_id, self.olena)
        self.assertEqual(task.summary, "Надіслати прайс")
        self.assertIn("Запитати про &lt;бюджет&gt;", task.note)
        self.olena.lang = "en_US"
        self.assertEqual(self._press_call(author=self.head, context={"lang": "uk_UA"}).summary, "Send the price list")

    def test_text_of_the_type_if_the_step_has_none(self):
        self.call_type.summary = "Call by the script"
        self.assertEqual(self._press_call().summary, "Call by the script")
        self.assertEqual(self._press_call(activity_summary="Ask who decides").summary, "Ask who decides")
