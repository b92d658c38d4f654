from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CallCommon

# Monday, 9:00 in Kyiv
NOW = "2026-03-02 07:00:00"


class FreeTimeCommon(CallCommon):
    """Olena's client is Dnipro LLC with its contact person Petro; all work in Kyiv from nine to six, with a lunch break."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Nine to six", "tz": "Europe/Kyiv", "attendance_ids": cls._get_week((9, 13), (14, 18))}
        )
        cls.env.company.resource_calendar_id = cls.calendar
        (cls.olena | cls.taras | cls.ivan | cls.head).tz = "Europe/Kyiv"
        (cls.dnipro | cls.petro | cls.karpaty | cls.oksana).tz = "Europe/Kyiv"

    @classmethod
    def _get_week(cls, *spans):
        return [Command.clear()] + [
            Command.create({"name": f"{day}", "dayofweek": str(day), "hour_from": low, "hour_to": high})
            for day in range(5)
            for low, high in spans
        ]

    def _add_hours(self, partner, *lines):
        self.env["crm.call.hours"].create(
            [
                {"partner_id": partner.id, "weekday": str(day), "hour_from": low, "hour_to": high}
                for day, low, high in lines
            ]
        )

    def _meet(self, start, hours, *partners, **vals):
        start = datetime.fromisoformat(start)
        return self.env["calendar.event"].create(
            {
                "name": "Talks",
                "start": start,
                "stop": start + timedelta(hours=hours),
                "partner_ids": [Command.set([partner.id for partner in partners])],
                "user_id": False,
                **vals,
            }
        )

    def _plan_call(self, partner, user, start, **vals):
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": partner.id,
                "activity_type_id": self.call_type.id,
                "user_id": user.id,
                "call_start": start,
                **vals,
            }
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFreeTime(FreeTimeCommon):
    """When manager and client are both free."""

    def _slots(self, user, partner=None, minutes=15, as_user=None, **given):
        free_time = self.env["crm.free.time"].with_user(as_user or user)
        slots = free_time.get_slots(user.id, partner.id if partner else False, minutes, **given)
        return [slot["start"][5:16] for slot in slots]

    def _kinds(self, user, partner, start, minutes=15, as_user=None, **given):
        free_time = self.env["crm.free.time"].with_user(as_user or user)
        return [one["kind"] for one in free_time.get_conflicts(user.id, partner.id, start, minutes, **given)]

    # ------------------------------------------------------------
    # HOURS
    # ------------------------------------------------------------

    def test_working_hours(self):
        self.assertEqual(
            self._slots(self.olena, minutes=120, limit=4), ["03-02 07:00", "03-02 09:00", "03-02 12:00", "03-02 14:00"]
        )
        self.assertEqual(self._slots(self.olena, minutes=240, limit=3), ["03-02 07:00", "03-02 12:00", "03-03 07:00"])

    def test_hours_of_client(self):
        self._add_hours(self.dnipro, (0, 12, 14.5), (2, 9, 10))
        expected = ["03-02 10:00", "03-02 10:30", "03-02 12:00", "03-04 07:00", "03-04 07:30"]
        self.assertEqual(self._slots(self.olena, self.dnipro, minutes=30), expected)
        self.assertEqual(self._slots(self.olena, self.petro, minutes=30), expected, "a contact has those of his client")
        self._add_hours(self.petro, (1, 10, 11))
        self.assertEqual(self._slots(self.olena, self.petro, minutes=30, limit=2), ["03-03 08:00", "03-03 08:30"])

    def test_zones(self):
        """Nine to eighteen in Kyiv, and the client's day on his own clock."""
        for zone, first in (
            ("Asia/Almaty", "03-02 07:00"),  # 12:00 there
            ("America/New_York", "03-02 13:00"),  # 8:00 there
            ("Pacific/Apia", "03-02 07:00"),  # 20:00 there, UTC+13
            ("Pacific/Pago_Pago", "03-02 07:00"),  # 20:00 of the day before, UTC-11
        ):
            self.petro.tz = zone
            self.assertEqual(self._slots(self.olena, self.petro, limit=1), [first], zone)
        self.assertEqual(self._slots(self.olena, self.petro, minutes=60, limit=2), ["03-02 07:00", "03-03 07:00"])

    def test_zone_of_country(self):
        (self.petro | self.dnipro).tz = False
        self.dnipro.country_id = self.env.ref("base.jp")
        self.env.flush_all()
        cards = self.env["crm.free.time"]._get_cards((self.petro | self.karpaty).ids)
        self.assertEqual(cards[self.petro.id].zone.zone, "Asia/Tokyo")
        self.dnipro.country_id = self.env.ref("base.us")  # has many
        self.env.flush_all()
        cards = self.env["crm.free.time"]._get_cards(self.petro.ids)
        self.assertEqual(cards[self.petro.id].zone.zone, "Europe/Kyiv", "the company's")

    def test_clocks_change(self):
        """The night to 29 March is an hour shorter: nine o'clock comes an hour earlier."""
        self.assertEqual(
            self._slots(self.olena, after="2026-03-27 15:30:00", limit=2, minutes=30), ["03-27 15:30", "03-30 06:00"]
        )

    def test_no_calendar(self):
        """Of a company without hours: whenever clients are called."""
        company = self.env["res.company"].create({"name": "Around the clock"})
        company.resource_calendar_id = False
        user = new_test_user(
            self.env,
            "cl_far",
            "sales_team.group_sale_salesman",
            company_id=company.id,
            company_ids=company.ids,
            tz="UTC",
        )
        self.assertEqual(
            self._slots(user, after="2026-03-07 20:30:00", limit=2, minutes=30), ["03-07 20:30", "03-08 08:00"]
        )

    def test_leave_and_holiday(self):
        leaves = self.env["resource.calendar.leaves"]
        leaves.create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-02 00:00:00",
                "date_to": "2026-03-02 22:00:00",
            }
        )
        self.assertEqual(self._slots(self.olena, limit=1), ["03-03 07:00"])
        resource = self.env["resource.resource"].create({"name": "Olena", "user_id": self.olena.id})
        resource.calendar_id = self.calendar
        leaves.create(
            {
                "name": "Ill",
                "resource_id": resource.id,
                "date_from": "2026-03-02 22:00:00",
                "date_to": "2026-03-03 22:00:00",
            }
        )
        self.assertEqual(self._slots(self.olena, limit=1), ["03-04 07:00"])
        self.assertEqual(self._slots(self.taras, limit=1), ["03-03 07:00"])

    def test_archived_manager(self):
        self.taras.active = False
        self.assertEqual(self._slots(self.taras, as_user=self.head), [])

    # ------------------------------------------------------------
    # CALLS AND MEETINGS
    # ------------------------------------------------------------

    def test_meetings_of_manager(self):
        self._meet("2026-03-02 07:00", 1, self.olena.partner_id)
        self._meet("2026-03-02 08:00", 1, user_id=self.olena.id)
        declined = self._meet("2026-03-02 09:00", 1, self.olena.partner_id)
        declined.attendee_ids.state = "declined"
        self._meet("2026-03-02 09:00", 1, self.olena.partner_id, show_as="free")
        self._meet("2026-03-02 09:00", 1, self.olena.partner_id, active=False)
        self.assertEqual(self._slots(self.olena, limit=1), ["03-02 09:00"])

    def test_whole_days(self):
        self._meet(
            "2026-03-02 08:00", 10, self.olena.partner_id, allday=True, start_date="2026-03-02", stop_date="2026-03-03"
        )
        self.assertEqual(self._slots(self.olena, limit=1), ["03-04 07:00"])
        self.taras.tz = "Pacific/Apia"  # his Monday ends at 11:00 UTC
        self._meet(
            "2026-03-03 08:00", 10, self.taras.partner_id, allday=True, start_date="2026-03-03", stop_date="2026-03-03"
        )
        self.assertEqual(self._slots(self.taras, limit=1, as_user=self.head), ["03-03 20:00"])

    def test_long_meeting(self):
        """One that began long ago and ends in two days."""
        self._meet("2025-12-01 08:00", 24 * 92, self.olena.partner_id)  # until 3 March
        self.assertEqual(self._slots(self.olena, limit=1), ["03-03 08:00"])

    def test_calls_of_manager(self):
        self._plan_call(self.karpaty, self.olena, "2026-03-02 07:00:00", call_minutes=20)
        self._plan_call(self.karpaty, self.olena, "2026-03-02 07:45:00", call_minutes=0)
        done = self._plan_call(self.karpaty, self.olena, "2026-03-02 07:20:00")
        done.active = False
        self.assertEqual(self._slots(self.olena, limit=3), ["03-02 07:20", "03-02 08:00", "03-02 08:15"])

    def test_whole_client_is_busy(self):
        """Calls by colleagues and meetings with any contact of the client count, also for another contact."""
        colleague = self.env["res.partner"].create({"name": "Maria", "parent_id": self.dnipro.id})
        self._plan_call(self.dnipro, self.taras, "2026-03-02 07:00:00")
        self._plan_call(colleague, self.taras, "2026-03-02 07:15:00")
        self._meet("2026-03-02 07:30", 1, colleague, self.ivan.partner_id)
        self.assertEqual(self._slots(self.olena, self.petro, limit=1), ["03-02 08:30"])
        self.assertEqual(self._slots(self.taras, self.karpaty, limit=1), ["03-02 07:30"], "another client is free")

    def test_outside_the_directory(self):
        company = self.env["res.partner"].create({"name": "Nobody knows", "is_company": True, "tz": "Europe/Kyiv"})
        one, other = self.env["res.partner"].create([{"name": name, "parent_id": company.id} for name in "ab"])
        self._meet("2026-03-02 07:00", 1, one)
        self.assertEqual(self._slots(self.ivan, other, limit=1), ["03-02 08:00"])

    def test_colleagues(self):
        """Employees are contacts of their company: one of them being busy says nothing of the others."""
        company = self.env.company.partner_id
        for user in (self.olena, self.taras):
            user.partner_id.parent_id = company
        self._meet("2026-03-02 07:00", 1, self.taras.partner_id)
        self.assertEqual(self._slots(self.ivan, self.olena.partner_id, limit=1), ["03-02 07:00"])
        self.assertEqual(self._slots(self.ivan, self.taras.partner_id, limit=1), ["03-02 08:00"])

    def test_several_managers(self):
        self._meet("2026-03-02 07:00", 1, self.olena.partner_id)
        self._meet("2026-03-02 08:00", 1, self.taras.partner_id)
        slots = (
            self.env["crm.free.time"]
            .with_user(self.olena)
            .get_slots([self.olena.id, self.taras.id], False, 30, limit=1)
        )
        self.assertEqual([slot["start"] for slot in slots], ["2026-03-02 09:00:00"])

    def test_not_before_and_do_not_call(self):
        self.dnipro.call_not_before = "2026-03-03 09:10:00"
        self.assertEqual(self._slots(self.olena, self.petro, limit=1), ["03-03 09:10"])
        self.petro.do_not_call = True
        self.assertEqual(self._slots(self.olena, self.petro), [])
        self.assertNotEqual(self._slots(self.olena, self.dnipro), [])

    # ------------------------------------------------------------
    # CONFLICTS
    # ------------------------------------------------------------

    def test_conflicts(self):
        self._add_hours(self.dnipro, (0, 9, 12))
        self._plan_call(self.dnipro, self.taras, "2026-03-02 07:00:00")
        self._meet("2026-03-02 07:30", 1, self.petro)
        mine = self._plan_call(self.karpaty, self.olena, "2026-03-02 08:30:00")
        talks = self._meet("2026-03-02 09:00", 1, self.olena.partner_id)
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 07:15:00"), [], "the end of one is free")
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 07:10:00"), ["client_call"])
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 08:29:00"), ["client_meeting", "my_call"])
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 08:30:00", ignore_activity_id=mine.id), [])
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 09:00:00"), ["my_meeting"])
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 09:00:00", ignore_event_id=talks.id), [])
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 10:00:00"), ["client_hours"])
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 22:00:00"), ["client_hours", "my_hours"])
        self.dnipro.write({"do_not_call": True, "call_not_before": "2026-04-01 00:00:00"})
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 08:45:00"), ["do_not_call", "not_before"])

    def test_slots_have_no_conflicts(self):
        self._add_hours(self.dnipro, (0, 9, 12), (3, 15, 16))
        self._plan_call(self.dnipro, self.taras, "2026-03-02 07:00:00")
        self._meet("2026-03-02 07:30", 1, self.petro, self.olena.partner_id)
        for minutes in (10, 45):
            for start in self._slots(self.olena, self.petro, minutes=minutes, limit=20):
                self.assertEqual(self._kinds(self.olena, self.petro, f"2026-{start}:00", minutes), [], start)

    def test_meeting_of_both_is_told_once(self):
        self._meet("2026-03-02 08:00", 1, self.petro, self.olena.partner_id)
        self.assertEqual(self._kinds(self.olena, self.petro, "2026-03-02 08:00:00"), ["client_meeting"])

    def test_foreign_names(self):
        """Olena sees that Taras is busy, and neither his clients' names nor those of his meetings with them."""
        self._plan_call(self.karpaty, self.taras, "2026-03-02 08:00:00", summary="Secret plan")
        self._meet("2026-03-02 08:00", 1, self.karpaty, self.taras.partner_id, name="Secret talks with Karpaty")
        self._meet(
            "2026-03-02 08:00", 1, self.taras.partner_id, name="Secret doctor", privacy="private", user_id=self.taras.id
        )
        told = (
            self.env["crm.free.time"]
            .with_user(self.olena)
            .get_conflicts(self.taras.id, self.petro.id, "2026-03-02 08:00:00", 15)
        )
        self.assertEqual([one["kind"] for one in told], ["my_call", "my_meeting", "my_meeting"])
        text = " ".join(one["text"] for one in told)
        self.assertNotIn("Karpaty", text)
        self.assertNotIn("Secret", text)
        told = (
            self.env["crm.free.time"]
            .with_user(self.taras)
            .get_conflicts(self.taras.id, False, "2026-03-02 08:00:00", 15)
        )
        text = " ".join(one["text"] for one in told)
        self.assertIn("Karpaty LLC", text)
        self.assertIn("Secret talks with Karpaty", text)

    # ------------------------------------------------------------
    # WHO MAY ASK, AND WITH WHAT
    # ------------------------------------------------------------

    def test_refused(self):
        portal = new_test_user(self.env, "cl_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self._slots(self.olena, as_user=portal)
        with self.assertRaises(AccessError):
            self._slots(self.olena, self.karpaty)
        with self.assertRaises(AccessError):
            self._kinds(self.olena, self.oksana, "2026-03-02 08:00:00")
        self.assertTrue(self._slots(self.ivan, self.karpaty))

    def test_hostile_arguments(self):
        free_time = self.env["crm.free.time"].with_user(self.olena)
        good = (self.olena.id, self.petro.id, 15)
        for user_id in (False, None, "1", [], [1] * 21, True, {}, -1, 2**40, [[1]]):
            with self.assertRaises(UserError):
                free_time.get_slots(user_id, self.petro.id, 15)
        for partner_id in ("1", [1], True, -4, 1.5):
            with self.assertRaises(UserError):
                free_time.get_slots(self.olena.id, partner_id, 15)
        for minutes in (0, -5, "15", None, 1.5, 100000):
            with self.assertRaises(UserError):
                free_time.get_slots(self.olena.id, self.petro.id, minutes)
        for given in (
            {"after": "soon"},
            {"after": 5},
            {"after": "9999-12-31 00:00:00"},
            {"days": 0},
            {"days": 10**9},
            {"limit": 10**9},
        ):
            with self.assertRaises(UserError):
                free_time.get_slots(*good, **given)
        for start in (None, False, "", "2026-13-40", [], "1; DROP TABLE"):
            with self.assertRaises(UserError):
                free_time.get_conflicts(self.olena.id, self.petro.id, start, 15)
        with self.assertRaises(UserError):
            free_time.get_conflicts(self.olena.id, self.petro.id, NOW, 15, ignore_event_id="x")
        self.assertEqual(free_time.get_slots(10**9, False, 15), [], "nobody")

    def test_past(self):
        """Nothing is proposed before now."""
        self.assertEqual(self._slots(self.olena, after="2026-02-02 07:00:00", limit=1), ["03-02 07:00"])

    def test_languages(self):
        for lang, day in (("uk_UA", "пн"), ("ru_RU", "пн")):
            self.env["res.lang"]._activate_lang(lang)
            free_time = self.env["crm.free.time"].with_user(self.olena).with_context(lang=lang, tz="Europe/Kyiv")
            [slot] = free_time.get_slots(self.olena.id, self.petro.id, 15, limit=1)
            self.assertIn("09:00", slot["label"])
            self.assertIn(day, slot["label"].lower())
            card = free_time._get_cards(self.petro.ids)[self.petro.id]
            self.assertIn("8:00–21:00", free_time._get_hours_text(card, 1772434800))
