from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_meetings import NOW, MeetingCommon


@tagged("post_install", "-at_install")
class TestMeetingSeries(MeetingCommon):
    """Five meetings, a day apart; what was recorded outlives whatever is done to the series."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = cls.env["calendar.event"].with_user(cls.olena).with_context(no_mail_to_attendees=True)
        first = first.create(
            {
                "name": "Every day",
                "start": NOW,
                "stop": NOW + timedelta(hours=1),
                "partner_ids": [(4, cls.petro.id), (4, cls.olena.partner_id.id)],
                "recurrency": True,
                "rrule_type": "daily",
                "end_type": "count",
                "count": 5,
            }
        )
        cls.series = first.recurrence_id.calendar_event_ids.sorted("start").with_env(cls.env)

    def held(self, *numbers):
        for number in numbers:
            self.series[number].with_user(self.olena)._record_meeting("held", f"Note {number}")

    def change(self, number, setting="all_events", **vals):
        event = self.series[number].with_user(self.olena).with_context(no_mail_to_attendees=True)
        event.write({"recurrence_update": setting, **vals})

    def shift(self, number, setting="all_events", **delta):
        event = self.series[number]
        vals = {name: event[name] + timedelta(**delta) for name in ("start", "stop")}
        self.change(number, setting, **vals)

    def days(self):
        """The live meetings: (days and hours since NOW, state)."""
        events = self.env["calendar.event"].search([("name", "=", "Every day")], order="start, id")
        return [((event.start - NOW) / timedelta(hours=1), event.meeting_state) for event in events]

    def assertKept(self, number, state="held"):
        event = self.series[number].exists()
        self.assertEqual(event.meeting_state, state)
        self.assertEqual(event.meeting_note, f"Note {number}")
        self.assertEqual(event.start, NOW + timedelta(days=number))

    def test_nothing_recorded_as_odoo_does(self):
        self.shift(1, hours=2)
        self.assertEqual(self.days(), [(24 * n + 2, "planned") for n in range(5)])

    def test_another_hour_for_all(self):
        with self.after(days=1, hours=3):
            self.held(0, 1)
            self.shift(3, hours=2)
            self.assertKept(0)
            self.assertKept(1)
            expected = [(0, "held"), (24, "held"), (50, "planned"), (74, "planned"), (98, "planned")]
            self.assertEqual(self.days(), expected)

    def test_recorded_between_planned_ones(self):
        """What nobody has recorded yet moves too; no second meeting stands for the one that was held."""
        with self.after(days=2, hours=3):
            self.held(1)
            self.shift(3, hours=2)
            self.assertKept(1)
            expected = [(2, "planned"), (24, "held"), (50, "planned"), (74, "planned"), (98, "planned")]
            self.assertEqual(self.days(), expected)

    def test_another_hour_from_one_on(self):
        with self.after(days=2, hours=3):
            self.held(0, 2)
            self.shift(1, "future_events", hours=2)
            self.assertKept(0)
            self.assertKept(2)
            expected = [(0, "held"), (26, "planned"), (48, "held"), (74, "planned"), (98, "planned")]
            self.assertEqual(self.days(), expected)

    def test_another_rule(self):
        with self.after(hours=3):
            self.held(0)
            self.change(2, interval=2)
            self.assertKept(0)
            self.assertEqual(self.days()[0], (0, "held"))
            self.assertEqual([hours for hours, _state in self.days()[1:]], [24, 72, 120, 168])

    def test_no_series_any_more(self):
        with self.after(hours=3):
            self.held(0)
            self.change(2, recurrency=False)
            self.assertKept(0)
            self.assertEqual(self.days(), [(0, "held"), (48, "planned")])

    def test_another_name_is_for_all(self):
        with self.after(hours=3):
            self.held(0)
            self.change(1, name="Every morning")
            self.assertEqual(set(self.series.mapped("name")), {"Every morning"})
            self.assertKept(0)

    def test_called_off_does_not_come_back(self):
        self.series[2].with_user(self.olena)._record_meeting("cancelled", "Note 2")
        self.shift(0, hours=2)
        self.assertKept(2, "cancelled")
        self.assertFalse(self.series[2].active)
        self.assertEqual([hours for hours, _state in self.days()], [2, 26, 74, 98])

    def test_recorded_one_changes_no_series(self):
        with self.after(hours=3):
            self.held(0)
            for setting in ("all_events", "future_events"):
                with self.assertRaisesRegex(UserError, "recorded already"), self.env.cr.savepoint():
                    self.shift(0, setting, hours=1)
            self.assertKept(0)

    def test_only_this_one(self):
        with self.after(days=1, hours=3):
            self.held(0)
            self.shift(2, "self_only", hours=2)
            self.assertEqual(len(self.days()), 5)
            self.assertKept(0)

    def test_deleting_the_series(self):
        with self.after(days=1, hours=3):
            self.held(0, 1)
            self.series[2].with_user(self.olena).action_mass_deletion("all_events")
            self.assertEqual(self.days(), [(0, "held"), (24, "held")])

    def test_deleting_from_one_on(self):
        with self.after(days=3, hours=3):
            self.held(3)
            self.series[1].with_user(self.olena).action_mass_deletion("future_events")
            self.assertEqual(self.days(), [(0, "planned"), (72, "held")])

    def test_colleague_without_rights_changes_nothing(self):
        """Whoever may not write the meeting is refused as by Odoo, and the series is as it was."""
        self.series.sudo().privacy = "private"
        with self.after(hours=3):
            self.held(0)
            event = self.series[1].with_user(self.taras)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                event.write({"recurrence_update": "all_events", "start": NOW, "stop": NOW + timedelta(hours=1)})
            self.env.invalidate_all()
            self.assertEqual(len(self.series.recurrence_id.calendar_event_ids), 5)
