from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.mail.tests.common import MockEmail

from .test_meetings import NOW, MeetingCommon


@tagged("post_install", "-at_install")
class TestMeetingMail(MeetingCommon, MockEmail):
    """Who gets mail, by the outbox: only those of meetings whose invitations were ticked."""

    def plan_on(self, **vals):
        self.petro.email = "petro@dnipro.example"
        return self._plan(self.olena, self.petro, self.deal_dnipro, start=NOW + timedelta(days=2), **vals)

    def mailed(self, act, *args, **kwargs):
        """Return the subjects of the mails that the guest gets of something that is done."""
        with self.mock_mail_gateway():
            act(*args, **kwargs)
            return [mail["subject"] for mail in self._mails if "petro@dnipro.example" in str(mail["email_to"])]

    def move(self, event):
        event.with_user(self.olena)._move_meeting(NOW + timedelta(days=3), 30)

    def test_silent_meeting_stays_silent(self):
        self.assertFalse(self.mailed(self.plan_on))
        event = self.plan_on()
        self.assertFalse(self.mailed(self.move, event))
        self.assertFalse(self.mailed(self.record, self.olena, "cancelled", event=event))

    def test_invited_are_told_of_everything(self):
        self.assertEqual(len(self.mailed(self.plan_on, is_invited=True)), 1)
        event = self.plan_on(is_invited=True)
        self.assertEqual(self.mailed(self.move, event), ["Dnipro deal: Date updated"])
        [subject] = self.mailed(self.record, self.olena, "cancelled", event=event)
        self.assertIn("Deleted", subject)

    def test_nobody_is_told_what_came_of_it(self):
        event = self.plan_on(is_invited=True)
        with self.after(days=2, hours=2):
            self.assertFalse(self.mailed(self.record, self.olena, event=event, note="Between us"))

    def test_called_off_when_it_is_over_tells_nobody(self):
        event = self.plan_on(is_invited=True)
        with self.after(days=3):
            self.assertFalse(self.mailed(self.record, self.olena, "cancelled", event=event))

    def test_reminders_are_those_of_the_form(self):
        alarm = self.env.ref("calendar.alarm_notif_2")
        self.assertEqual(self.plan_on(alarm_ids=[(6, 0, alarm.ids)]).alarm_ids, alarm)
        self.assertFalse(self.plan_on(alarm_ids=[(5,)]).alarm_ids)


@tagged("post_install", "-at_install")
class TestMeetingMoved(MeetingCommon):
    def move(self, event, start, minutes=60, user=None):
        event.with_user(user or self.olena)._move_meeting(start, minutes)

    def test_twice(self):
        second, third = NOW + timedelta(days=1), NOW + timedelta(days=2)
        self.move(self.meeting, second)
        self.move(self.meeting, third, 90)
        self.assertEqual((self.meeting.start, self.meeting.stop), (third, third + timedelta(minutes=90)))
        self.assertEqual(self.meeting.meeting_moved_from, second, "the time just before")
        self.assertEqual(self.history(self.deal_dnipro).count("Meeting moved"), 2)
        self.assertEqual(len(self.meeting.activity_ids), 1)
        self.assertEqual(self.meeting.activity_ids.date_deadline, third.date())

    def test_recorded_is_not_moved(self):
        with self.after(hours=3):
            self.record(self.olena)
            with self.assertRaisesRegex(UserError, "recorded already: Held"):
                self.meeting.with_user(self.olena).action_move_meeting()
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.move(self.meeting, NOW + timedelta(days=1))
        self.assertEqual(self.meeting.start, NOW + timedelta(hours=1))

    def test_whole_day_gets_an_hour(self):
        day = {"allday": True, "start_date": NOW.date(), "stop_date": NOW.date()}
        self.meeting.with_context(no_mail_to_attendees=True).write(day)
        self.move(self.meeting, NOW + timedelta(days=1), 45)
        self.assertFalse(self.meeting.allday)
        self.assertEqual(self.meeting.stop - self.meeting.start, timedelta(minutes=45))

    def test_form_of_a_move_knows_the_meeting(self):
        colleague = self._plan(self.olena, self.petro, colleague_ids=[(4, self.ivan.id)], name="Both")
        defaults = colleague.with_user(self.olena).action_move_meeting()["context"]
        planning = self.env["crm.meeting.planning"].with_user(self.olena).with_context(**defaults).create({})
        self.assertEqual((planning.event_id, planning.name, planning.minutes), (colleague, "Both", 60))
        self.assertEqual((planning.user_id, planning.colleague_ids), (self.olena, self.ivan))
        self.assertEqual((planning.partner_id, planning.guest_ids), (self.petro, self.petro))


@tagged("post_install", "-at_install")
class TestMeetingEdges(MeetingCommon):
    def test_no_show_then_follow_up(self):
        with self.after(hours=3):
            todo = self.env.ref("mail.mail_activity_data_todo")
            day = (NOW + timedelta(days=2)).date()
            self.record(self.olena, "no_show", activity_type_id=todo, summary="Ask why", date_deadline=day)
            [task] = self.deal_dnipro.activity_ids.filtered(lambda one: one.summary == "Ask why")
            self.assertEqual((task.user_id, task.date_deadline), (self.olena, day))
            self.assertIn("did not take place", self.history(self.dnipro))
            self.assertEqual(self.dnipro.with_user(self.olena).missing_result_count, 0)

    def test_task_of_the_day_before_is_due_tomorrow(self):
        entry = Form(
            self.env["crm.meeting.result"].with_user(self.olena).with_context(default_event_id=self.meeting.id)
        )
        self.assertEqual(entry.date_deadline, (NOW + timedelta(days=1)).date())
        self.assertEqual((entry.held_minutes, entry.outcome), (60, "held"))

    def test_no_less_than_no_time(self):
        with self.after(hours=3):
            entry = self.env["crm.meeting.result"].with_user(self.olena)
            entry = entry.create({"event_id": self.meeting.id, "held_minutes": -1})
            with self.assertRaises(ValidationError):
                entry.action_record()
            self.assertEqual(self.meeting.meeting_state, "planned")

    def test_form_over_rpc_asks_the_same(self):
        """The form is only a way to the methods: it records nothing that they refuse."""
        foreign = self._plan(self.taras, self.oksana, self.deal_karpaty)
        Entry = self.env["crm.meeting.result"].with_user(self.olena)
        with self.assertRaisesRegex(UserError, "not begun"), self.env.cr.savepoint():
            Entry.create({"event_id": self.meeting.id}).action_record()
        with self.after(hours=3):
            for outcome in ("held", "cancelled"):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    Entry.create({"event_id": foreign.id, "outcome": outcome}).action_record()
            self.env.invalidate_all()
            self.assertEqual((foreign.meeting_state, foreign.active), ("planned", True))

    def test_called_off_before_it_begins_and_after(self):
        self.record(self.olena, "cancelled")
        late = self._plan(self.olena, self.petro)
        with self.after(hours=3):
            self.record(self.olena, "cancelled", event=late)
        self.assertEqual((self.meeting | late).mapped("meeting_state"), ["cancelled", "cancelled"])

    def test_held_minutes_are_of_held_ones(self):
        events = [self._plan(self.olena, self.petro) for _outcome in range(2)]
        with self.after(hours=3):
            self.record(self.olena, "no_show", event=events[0])
            self.record(self.olena, "held", event=events[1], held_minutes=0)
        self.assertEqual([event.held_minutes for event in events], [0, 60], "0: as long as was planned")

    def test_inner_meeting_is_nothing_to_record(self):
        inner = self.env["calendar.event"].with_user(self.olena).create({"name": "Staff", "start": NOW, "stop": NOW})
        with self.after(hours=3):
            self.assertFalse(inner.is_meeting_begun)
            for act in (inner.action_record_meeting, inner.action_move_meeting):
                with self.assertRaisesRegex(UserError, "not a meeting with a client"):
                    act()

    def test_archived_client(self):
        event = self._plan(self.olena, self.petro)
        self.dnipro.with_user(self.head).active = False
        with self.after(hours=3):
            self.record(self.olena, event=event, note="Farewell")
            self.assertEqual((event.meeting_state, event.client_id), ("held", self.dnipro))
            self.assertIn("Farewell", self.history(self.dnipro))

    def test_deleted_deal(self):
        self.deal_dnipro.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.meeting.opportunity_id)
        with self.after(hours=3):
            self.assertTrue(self.meeting.is_meeting_begun)
            self.record(self.olena, note="All the same")
            self.assertEqual(self.meeting.meeting_state, "held")
            self.assertIn("All the same", self.history(self.dnipro))

    def test_deleted_task(self):
        self.meeting.activity_ids.unlink()
        with self.after(hours=3):
            self.record(self.olena, note="Without a task")
            self.assertEqual(self.meeting.meeting_state, "held")
            self.assertIn("Without a task", self.history(self.deal_dnipro))

    def test_deleted_meeting(self):
        entry = self.env["crm.meeting.result"].with_user(self.olena).create({"event_id": self.meeting.id})
        self.meeting.with_user(self.olena).unlink()
        with self.assertRaises(MissingError):
            entry.action_record()

    def test_text_is_text(self):
        with self.after(hours=3):
            self.record(self.olena, note="<script>alert(1)</script> {{ object }}")
            body = self.history(self.deal_dnipro) + self.history(self.dnipro)
            self.assertNotIn("<script", body)
            self.assertIn("{{ object }}", body)

    def test_history_tells_it_once(self):
        """The finished task tells the deal; the client is told beside it."""
        with self.after(hours=3):
            self.record(self.olena, note="Just once")
            for record in (self.deal_dnipro, self.dnipro):
                self.assertEqual(self.history(record).count("Just once"), 1, record)

    def test_lost_deal_keeps_its_meeting(self):
        self.deal_dnipro.with_user(self.olena).action_set_lost(lost_reason_id=self.reason_price.id)
        with self.after(hours=3):
            self.record(self.olena)
            self.assertEqual(self.meeting.meeting_state, "held")


@tagged("post_install", "-at_install")
class TestMeetingZones(MeetingCommon):
    """Days are those of the clock of whoever looks."""

    def whole_day(self):
        day = {"allday": True, "start_date": NOW.date(), "stop_date": NOW.date(), "partner_ids": [(4, self.petro.id)]}
        Event = self.env["calendar.event"].with_context(no_mail_to_attendees=True)
        return Event.create({"name": "Day", "start": NOW, "stop": NOW, **day})

    def test_whole_day_begins_at_midnight_on_the_clock(self):
        event = self.whole_day()
        for zone, hours in (("UTC", 0), ("Europe/Kyiv", -2), ("America/New_York", 5)):
            begin, end = event.with_context(tz=zone)._get_moments()
            midnight = NOW.replace(hour=0) + timedelta(hours=hours)
            self.assertEqual(begin, midnight, zone)
            self.assertEqual(end - begin, timedelta(days=1) - timedelta(microseconds=1))

    def test_whole_day_is_missed_the_next_day_on_the_clock(self):
        event = self.whole_day()
        with self.after(hours=13.5):  # half past ten in the evening in London, half past midnight in Kyiv
            for zone, is_missed in (("Europe/London", False), ("Europe/Kyiv", True)):
                seen = event.with_context(tz=zone)
                seen.invalidate_recordset()
                self.assertEqual(seen.is_result_missing, is_missed, zone)
                found = seen.search([("is_result_missing", "=", True), ("id", "=", event.id)])
                self.assertEqual(bool(found), is_missed, zone)

    def test_first_proposal_by_the_clock(self):
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        day = fields.Date.add(NOW.date(), days=3)
        for zone, hours in (("UTC", 0), ("Europe/Kyiv", -2), ("America/New_York", 5)):
            one = planning.with_context(tz=zone).create({"partner_id": self.petro.id, "day": day})
            expected = NOW.replace(hour=0) + timedelta(days=3, hours=hours)
            self.assertEqual(one._get_first_moment(), fields.Datetime.to_string(expected))

    def test_time_in_the_history_is_the_managers(self):
        with self.after(hours=3):
            self.olena.tz = "Europe/Kyiv"
            self.record(self.olena)
            self.assertIn("12:00", self.history(self.deal_dnipro))


@tagged("post_install", "-at_install")
class TestMeetingAccess(MeetingCommon):
    def test_private_meeting_of_a_colleague(self):
        """Whoever may write the deal still does not touch what a colleague keeps private."""
        self.meeting.privacy = "private"
        with self.after(hours=3):
            with self.assertRaises(AccessError):
                self.meeting.with_user(self.head)._record_meeting("held", "Spied")
            self.record(self.olena, note="Mine")
            self.assertEqual(self.meeting.meeting_note, "Mine")

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        group = "sales_team.group_sale_manager,crm_clients.crm_clients_group_all"
        stranger = new_test_user(self.env, "q_stranger", group, company_id=other.id, company_ids=[(6, 0, other.ids)])
        self.deal_dnipro.company_id = self.env.company
        with self.after(hours=3):
            with self.assertRaises(AccessError):
                self.meeting.with_user(stranger)._record_meeting("held")
            with self.assertRaises(AccessError):
                self.meeting.with_user(stranger).action_move_meeting()
            planning = self.env["crm.meeting.planning"].with_user(stranger)
            with self.assertRaises(AccessError):
                planning.create({"lead_id": self.deal_dnipro.id, "start": NOW, "name": "x"}).action_plan()

    def test_manager_of_two_companies(self):
        other = self.env["res.company"].create({"name": "Second company"})
        self.olena.company_ids += other
        self.deal_dnipro.company_id = self.env.company
        both = {"allowed_company_ids": (self.env.company | other).ids}
        with self.after(hours=3):
            self.meeting.with_user(self.olena).with_context(**both)._record_meeting("held")
            self.assertEqual(self.meeting.meeting_state, "held")

    def test_own_meeting_with_a_client_who_was_given_away(self):
        event = self._plan(self.olena, self.petro)
        self.dnipro.with_user(self.head).user_id = self.taras
        with self.after(hours=3):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                event.with_user(self.olena)._record_meeting("held")

    def test_colleague_of_the_deal_records_for_the_organizer(self):
        """The head records Olena's meeting: her task is finished, and it says by whom."""
        with self.after(hours=3):
            self.record(self.head, note="I was there")
            task = self.meeting.with_context(active_test=False).activity_ids
            self.assertEqual((task.active, task.user_id), (False, self.olena))
            [message] = self.deal_dnipro.message_ids.filtered(lambda one: "I was there" in one.body)
            self.assertEqual(message.author_id, self.head.partner_id)

    def test_kept_fields_through_every_door(self):
        Event = self.env["calendar.event"].with_user(self.olena)
        for name, value in (
            ("result_id", 1),
            ("is_invited", True),
            ("meeting_moved_from", NOW),
            ("meeting_note", "x"),
            ("held_minutes", 9),
        ):
            with self.assertRaises(AccessError, msg=name), self.env.cr.savepoint():
                self.meeting.with_user(self.olena).write({name: value})
            default = Event.with_context(**{f"default_{name}": value}).default_get([name])
            self.assertNotIn(name, default)

    def test_copy_is_a_new_meeting(self):
        with self.after(hours=3):
            self.record(self.olena, note="Said")
            twin = self.meeting.with_user(self.olena).with_context(no_mail_to_attendees=True).copy()
            self.assertEqual((twin.meeting_state, twin.held_minutes), ("planned", 0))
            self.assertFalse(twin.meeting_note or twin.result_id or twin.meeting_moved_from)

    def test_no_button_that_would_be_refused(self):
        with self.after(hours=3):
            self.assertTrue(self.meeting.with_user(self.olena).meeting_result_buttons)
            for user in (self.taras, self.clerk):
                self.env.invalidate_all()
                seen = self.meeting.with_user(user)
                try:
                    self.assertFalse(seen.meeting_result_buttons, user.name)
                except AccessError:
                    continue


@tagged("post_install", "-at_install")
class TestMeetingResults(MeetingCommon):
    """Result buttons of the deal, pressed in the form of the meeting."""

    def press(self, step, **given):
        deal = self.deal_dnipro.with_user(self.olena).with_context(crm_meeting_id=self.meeting.id)
        return deal._record_result(step, last_result_id=deal.last_result_id.id, **given)

    def test_no_buttons_before_it_begins(self):
        self.assertFalse(self.meeting.with_user(self.olena).meeting_result_buttons)

    def test_demand_of_the_step_is_asked(self):
        with self.after(hours=3):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.press(self.step_meeting)
            self.assertEqual(self.meeting.meeting_state, "planned")

    def test_refusal_is_a_result_of_the_meeting(self):
        with self.after(hours=3):
            result = self.press(self.step_refusal, lost_reason=self.reason_price, comment="Too dear")
            self.assertEqual((self.meeting.meeting_state, self.meeting.result_id), ("held", result))
            self.assertFalse(self.meeting.activity_ids.filtered("active"))

    def test_second_press_finds_it_recorded(self):
        with self.after(hours=3):
            first = self.press(self.step_meeting, comment="First")
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.meeting.with_user(self.olena)._record_meeting("no_show", "Second")
            self.press(self.step_refusal, lost_reason=self.reason_price, comment="Later")
            self.assertEqual((self.meeting.result_id, self.meeting.meeting_note), (first, "First"))

    def test_deleted_meeting_takes_no_result(self):
        with self.after(hours=3):
            number = self.meeting.id
            self.meeting.with_user(self.olena).unlink()
            deal = self.deal_dnipro.with_user(self.olena).with_context(crm_meeting_id=number)
            result = deal._record_result(self.step_call, last_result_id=deal.last_result_id.id)
            self.assertEqual(result.origin, "button")
