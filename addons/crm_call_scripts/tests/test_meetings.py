from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CallCommon

NOW = datetime(2027, 3, 1, 9)


class MeetingCommon(CallCommon):
    """Olena's meeting with Petro of Dnipro about her deal; it begins an hour after NOW."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.meeting = cls._plan(cls.olena, cls.petro, cls.deal_dnipro)

    @classmethod
    def _plan(cls, user, partner, lead=None, start=NOW + timedelta(hours=1), **vals):
        lead = lead if lead is not None else cls.env["crm.lead"]
        as_user = cls.env(user=user)
        action = as_user["crm.meeting.planning"]._get_action(partner.with_env(as_user), lead.with_env(as_user))
        planning = as_user["crm.meeting.planning"].with_context(**action["context"])
        event = planning.create({"start": start, "minutes": 60, **vals})._create_event()
        return event.with_env(cls.env)

    def after(self, **delta):
        """Let time go by since NOW."""
        self.env.invalidate_all()
        return freeze_time(NOW + timedelta(**delta))

    def record(self, user, outcome="held", event=None, **vals):
        event = (event or self.meeting).with_user(user)
        action = event.with_context(meeting_outcome=outcome).action_record_meeting()
        form = Form(self.env["crm.meeting.result"].with_user(user).with_context(**action["context"]))
        for name, value in vals.items():
            form[name] = value
        return form.save().action_record()

    def history(self, record):
        return " ".join(record.message_ids.mapped("body"))


@tagged("post_install", "-at_install")
class TestPlanning(MeetingCommon):
    def test_meeting_is_an_event_of_odoo_with_its_task(self):
        event = self.meeting
        self.assertEqual(event.opportunity_id, self.deal_dnipro)
        self.assertEqual(event.client_id, self.dnipro)
        self.assertEqual(event.partner_ids, self.petro | self.olena.partner_id)
        self.assertEqual((event.start, event.stop), (NOW + timedelta(hours=1), NOW + timedelta(hours=2)))
        self.assertEqual(event.meeting_state, "planned")
        task = event.activity_ids
        self.assertEqual((task.lead_id, task.user_id), (self.deal_dnipro, self.olena))
        self.assertEqual(task.activity_category, "meeting")
        self.assertEqual(len(event.alarm_ids), 2, "a quarter of an hour and a day before")

    def test_nobody_is_mailed_unless_asked(self):
        Attendee = type(self.env["calendar.attendee"])
        mailed = []

        def note(attendees, *_args, **_kwargs):
            if not attendees.env.context.get("no_mail_to_attendees"):
                mailed.append(attendees)

        with patch.object(Attendee, "_notify_attendees", note):
            silent = self._plan(self.olena, self.petro)
            self.assertFalse(mailed or silent.is_invited)
            loud = self._plan(self.olena, self.petro, is_invited=True)
        self.assertTrue(mailed)
        self.assertTrue(loud.is_invited)

    def test_without_a_deal_the_task_is_on_the_client(self):
        event = self._plan(self.olena, self.petro)
        self.assertEqual(event.activity_ids.contact_id, self.dnipro)
        self.assertEqual(event.client_id, self.dnipro)

    def test_from_the_card_about_its_only_deal(self):
        action = self.petro.with_user(self.olena).action_plan_meeting()
        self.assertEqual(action["context"]["default_lead_id"], self.deal_dnipro.id)
        action = self.deal_dnipro.with_user(self.olena).action_plan_meeting()
        self.assertEqual(action["context"]["default_partner_id"], self.dnipro.id)

    def test_after_a_call(self):
        call = self.env["crm.call"].with_user(self.olena)._start(self.petro, self.deal_dnipro, script=self.script)
        action = call.action_plan_meeting()
        self.assertEqual(action["context"]["default_partner_id"], self.petro.id)

    def test_foreign_client_is_refused(self):
        with self.assertRaises(AccessError):
            self.karpaty.with_user(self.olena).action_plan_meeting()
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        for vals in ({"partner_id": self.karpaty.id}, {"lead_id": self.deal_karpaty.id}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                planning.create({"start": NOW, "name": "Mine", "partner_id": self.petro.id, **vals}).action_plan()

    def test_foreign_guest_is_refused(self):
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        with self.assertRaises(AccessError):
            planning.create(
                {"start": NOW, "name": "Mine", "partner_id": self.petro.id, "guest_ids": [(4, self.oksana.id)]}
            ).action_plan()

    def test_nothing_is_planned_without_time_or_length(self):
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        for vals in ({}, {"start": NOW, "minutes": 0}, {"start": NOW, "minutes": 9999}, {"start": NOW, "name": False}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                planning.create({"partner_id": self.petro.id, "name": "Talk", **vals}).action_plan()

    def test_colleagues_wizards_are_not_read(self):
        planning = self.env["crm.meeting.planning"].with_user(self.olena).create({"partner_id": self.petro.id})
        with self.assertRaises(AccessError):
            planning.with_user(self.taras).read(["partner_id"])

    def test_next_meeting_on_the_card(self):
        client = self.dnipro.with_user(self.olena)
        self.assertEqual(client.next_meeting_date, self.meeting.start)
        self.assertEqual(self.petro.with_user(self.olena).next_meeting_date, self.meeting.start)
        with self.after(hours=3):
            self.assertFalse(client.next_meeting_date)
            self.assertEqual(client.missing_result_count, 1)


@tagged("post_install", "-at_install")
class TestProposals(MeetingCommon):
    """Proposals for several people; `crm.free.time` itself is tested beside its code."""

    def test_everybody_is_asked(self):
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        planning = planning.create({"partner_id": self.petro.id, "colleague_ids": [(4, self.ivan.id)]})
        busy = planning.slots[0]
        self._plan(self.ivan, self.karpaty, start=fields.Datetime.to_datetime(busy["start"]))
        self.env.invalidate_all()
        self.assertNotIn(busy["start"], [slot["start"] for slot in planning.slots])
        planning.start = fields.Datetime.to_datetime(busy["start"])
        self.assertTrue(planning.conflicts)
        self.assertNotIn("Karpaty", str(planning.conflicts))

    def test_not_before_the_chosen_day(self):
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        day = (NOW + timedelta(days=8)).date()
        planning = planning.create({"partner_id": self.petro.id, "day": day})
        self.assertGreaterEqual(planning.slots[0]["start"], str(day))
        planning.day = NOW.date() - timedelta(days=8)
        self.assertGreaterEqual(planning.slots[0]["start"], str(NOW), "and never in the past")

    def test_real_proposals_can_be_taken(self):
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        planning = planning.create({"partner_id": self.petro.id, "colleague_ids": [(4, self.ivan.id)]})
        self.assertTrue(planning.slots)
        planning.start = fields.Datetime.to_datetime(planning.slots[0]["start"])
        self.assertFalse(planning.conflicts)

    def test_conflict_is_told_and_may_be_overridden(self):
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        planning = planning.create({"partner_id": self.petro.id, "name": "Twice", "start": self.meeting.start})
        self.assertTrue(planning.conflicts)
        planning.action_plan()
        self.assertEqual(self.env["calendar.event"].search_count([("client_id", "=", self.dnipro.id)]), 2)

    def test_moved_meeting_does_not_conflict_with_itself(self):
        action = self.meeting.with_user(self.olena).action_move_meeting()
        planning = self.env["crm.meeting.planning"].with_user(self.olena).with_context(**action["context"])
        self.assertFalse(planning.create({"start": self.meeting.start}).conflicts)


@tagged("post_install", "-at_install")
class TestRecording(MeetingCommon):
    def press(self, step, user=None, **given):
        deal = self.deal_dnipro.with_user(user or self.olena)
        return deal.with_context(crm_meeting_id=self.meeting.id)._record_result(
            step, last_result_id=deal.last_result_id.id, **given
        )

    def test_result_button_of_the_deal(self):
        with self.after(hours=3):
            self.assertTrue(self.meeting.with_user(self.olena).meeting_result_buttons["buttons"])
            result = self.press(self.step_meeting, comment="They want it.")
            self.assertEqual(result.origin, "meeting")
            self.assertEqual(result.activity_id, self.meeting.with_context(active_test=False).activity_ids)
            self.assertEqual(self.meeting.meeting_state, "held")
            self.assertEqual(self.meeting.result_id, result)
            self.assertEqual(self.meeting.meeting_note, "They want it.")
            self.assertEqual(self.meeting.held_minutes, 60)
            self.assertEqual(result.next_activity_id.lead_id, self.deal_dnipro, "the process goes on")
            self.assertIn("They want it.", self.history(self.dnipro))
            self.assertIn("They want it.", self.history(self.deal_dnipro))
            self.assertFalse(self.meeting.with_user(self.olena).meeting_result_buttons)

    def test_result_from_the_task_is_the_meetings_too(self):
        with self.after(hours=3):
            task = self.meeting.activity_ids
            deal = self.deal_dnipro.with_user(self.olena)
            deal.action_record_result(self.step_meeting.id, deal.last_result_id.id, comment="Yes", activity_id=task.id)
            self.assertEqual(self.meeting.meeting_state, "held")
            self.assertEqual(self.meeting.result_id.origin, "meeting")

    def test_form_of_a_demanding_step_knows_the_meeting(self):
        with self.after(hours=3):
            deal = self.deal_dnipro.with_user(self.olena).with_context(crm_meeting_id=self.meeting.id)
            action = deal.action_record_result(self.step_meeting.id, deal.last_result_id.id)
            entry = Form(self.env["crm.process.result.entry"].with_user(self.olena).with_context(**action["context"]))
            entry.comment = "Long talk"
            entry.save().action_record()
            self.assertEqual(self.meeting.meeting_note, "Long talk")

    def test_meeting_of_another_deal_takes_no_result(self):
        with self.after(hours=3):
            deal = self.deal_karpaty.with_user(self.taras)
            for number in (self.meeting.id, 10**9, "1", None, [self.meeting.id]):
                self.assertFalse(deal.with_context(crm_meeting_id=number)._get_pressed_meeting(), number)
            deal.with_context(crm_meeting_id=self.meeting.id)._record_result(self.step_call)
            self.assertEqual(self.meeting.meeting_state, "planned")

    def test_result_before_the_meeting_leaves_it_planned(self):
        self.deal_dnipro.with_user(self.olena)._record_result(self.step_call)
        self.assertEqual(self.meeting.meeting_state, "planned")

    def test_held_without_a_deal(self):
        self.meeting = self._plan(self.olena, self.petro)
        with self.after(hours=3):
            todo = self.env.ref("mail.mail_activity_data_todo")
            self.record(self.olena, note="A <b>good</b> talk", held_minutes=40, activity_type_id=todo, summary="Offer")
            self.assertEqual((self.meeting.meeting_state, self.meeting.held_minutes), ("held", 40))
            self.assertFalse(self.meeting.activity_ids.filtered("active"))
            follow_up = self.dnipro.activity_ids
            self.assertEqual((follow_up.summary, follow_up.user_id), ("Offer", self.olena))
            self.assertIn("A &lt;b&gt;good&lt;/b&gt; talk", self.history(self.dnipro))

    def test_record_and_plan_the_next(self):
        with self.after(hours=3):
            entry = self.env["crm.meeting.result"].with_user(self.olena).create({"event_id": self.meeting.id})
            action = entry.action_record_and_plan()
            self.assertEqual(action["res_model"], "crm.meeting.planning")
            self.assertEqual(action["context"]["default_lead_id"], self.deal_dnipro.id)

    def test_did_not_take_place(self):
        with self.after(hours=3):
            self.record(self.olena, "no_show", note="Ill")
            self.assertEqual(self.meeting.meeting_state, "no_show")
            self.assertFalse(self.meeting.held_minutes)
            self.assertIn("Ill", self.history(self.deal_dnipro))
            self.assertFalse(self.meeting.activity_ids.filtered("active"))

    def test_recorded_once(self):
        with self.after(hours=3):
            self.record(self.olena)
            with self.assertRaisesRegex(UserError, "recorded already"):
                self.meeting.with_user(self.olena)._record_meeting("no_show")
            self.assertEqual(self.meeting.meeting_state, "held")

    def test_not_before_it_begins(self):
        with self.assertRaisesRegex(UserError, "not begun"):
            self.meeting.with_user(self.olena).action_record_meeting()

    def test_task_marked_done_means_held(self):
        with self.after(hours=3):
            self.meeting.activity_ids.with_user(self.olena).action_feedback("Good talk")
            self.assertEqual((self.meeting.meeting_state, self.meeting.meeting_note), ("held", "Good talk"))

    def test_task_done_before_the_meeting_leaves_it_planned(self):
        self.meeting.activity_ids.with_user(self.olena).action_feedback("Prepared")
        self.assertEqual(self.meeting.meeting_state, "planned")

    def test_nobody_writes_a_result_by_hand(self):
        event = self.meeting.with_user(self.head)
        for vals in (
            {"meeting_state": "held"},
            {"meeting_note": "x"},
            {"held_minutes": 5},
            {"client_id": self.karpaty.id},
        ):
            with self.assertRaises(AccessError, msg=vals), self.env.cr.savepoint():
                event.write(vals)
        Event = self.env["calendar.event"].with_user(self.olena)
        vals = {"name": "x", "start": NOW, "stop": NOW}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Event.create({**vals, "meeting_state": "held"})
        self.assertEqual(Event.with_context(default_meeting_state="held").create(vals).meeting_state, "planned")

    def test_who_may_record(self):
        foreign = self._plan(self.taras, self.oksana, self.deal_karpaty)
        with self.after(hours=3):
            for user in (self.olena, self.clerk):
                with self.assertRaises(AccessError, msg=user.name), self.env.cr.savepoint():
                    foreign.with_user(user)._record_meeting("held")
            self.record(self.head, event=foreign)
            self.assertEqual(foreign.meeting_state, "held")

    def test_guest_who_may_not_write_the_deal(self):
        foreign = self._plan(self.taras, self.oksana, self.deal_karpaty, colleague_ids=[(4, self.olena.id)])
        with self.after(hours=3):
            with self.assertRaises(AccessError):
                foreign.with_user(self.olena)._record_meeting("held")
            self.assertFalse(foreign.with_user(self.olena).meeting_result_buttons)

    def test_foreign_meeting_tells_nothing(self):
        foreign = self._plan(self.taras, self.oksana, self.deal_karpaty)
        with self.after(hours=3):
            self.record(self.taras, event=foreign, note="Secret")
            self.env.flush_all()
            self.env.invalidate_all()
            [shown] = foreign.with_user(self.olena).read(["client_id", "meeting_state", "meeting_note", "result_id"])
            self.assertFalse(any(value for name, value in shown.items() if name != "id"))
            groups = self.env["calendar.event"].with_user(self.olena)._read_group([], ["client_id"])
            self.assertNotIn(self.karpaty.id, [client.id for (client,) in groups])


@tagged("post_install", "-at_install")
class TestMovingAndCallingOff(MeetingCommon):
    def move(self, user, start, event=None):
        action = (event or self.meeting).with_user(user).action_move_meeting()
        planning = self.env["crm.meeting.planning"].with_user(user).with_context(**action["context"])
        planning.create({"start": start}).action_plan()

    def test_history_keeps_the_old_time(self):
        new = NOW + timedelta(days=1)
        self.move(self.olena, new)
        self.assertEqual((self.meeting.start, self.meeting.stop), (new, new + timedelta(hours=1)))
        self.assertEqual(self.meeting.meeting_moved_from, NOW + timedelta(hours=1))
        self.assertEqual(self.meeting.activity_ids.date_deadline, new.date())
        self.assertIn("moved", self.history(self.deal_dnipro))
        self.assertIn("moved", self.history(self.dnipro))

    def test_foreign_meeting_is_not_moved(self):
        foreign = self._plan(self.taras, self.oksana, self.deal_karpaty)
        with self.assertRaises(AccessError):
            foreign.with_user(self.olena).action_move_meeting()

    def test_called_off_frees_the_time(self):
        self.record(self.olena, "cancelled", note="They have no money")
        self.assertEqual((self.meeting.meeting_state, self.meeting.active), ("cancelled", False))
        self.assertFalse(self.meeting.activity_ids.filtered("active"))
        self.assertIn("no money", self.history(self.deal_dnipro))


@tagged("post_install", "-at_install")
class TestMissingResults(MeetingCommon):
    def missing(self, user, *domain):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["calendar.event"].with_user(user).search([("is_result_missing", "=", True), *domain])

    def test_past_meeting_is_missed_and_its_task_overdue(self):
        self.assertNotIn(self.meeting, self.missing(self.olena))
        with self.after(minutes=90):
            self.assertTrue(self.meeting.is_meeting_begun)
            self.assertFalse(self.meeting.is_result_missing, "it is going on")
        with self.after(days=1):
            self.assertTrue(self.meeting.is_result_missing)
            self.assertIn(self.meeting, self.missing(self.olena))
            self.assertIn(self.meeting, self.missing(self.head))
            self.assertEqual(self.meeting.activity_ids.state, "overdue")
            self.record(self.olena)
            self.assertNotIn(self.meeting, self.missing(self.olena))

    def test_inner_meetings_are_not_missed(self):
        inner = self.env["calendar.event"].create({"name": "Staff", "start": NOW, "stop": NOW})
        with self.after(days=1):
            self.assertFalse(inner.is_result_missing)
            self.assertNotIn(inner, self.missing(self.head))

    def test_field_and_search_agree(self):
        day = {"allday": True, "start_date": NOW.date(), "stop_date": NOW.date(), "partner_ids": [(4, self.petro.id)]}
        Event = self.env["calendar.event"].with_context(no_mail_to_attendees=True)
        whole_day = Event.create({"name": "Day", "start": NOW, "stop": NOW, **day})
        archived = self._plan(self.olena, self.petro)
        archived.active = False
        for hours in (0, 3, 10, 20, 48):
            with self.after(hours=hours):
                for event in whole_day | self.meeting | archived:
                    found = event in self.missing(self.head).with_env(self.env)
                    self.assertEqual(event.is_result_missing, found, f"{event.name} after {hours} hours")

    def test_each_of_a_series_is_recorded(self):
        first = (
            self.env["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Every day",
                    "start": NOW,
                    "stop": NOW + timedelta(hours=1),
                    "partner_ids": [(4, self.petro.id), (4, self.olena.partner_id.id)],
                    "recurrency": True,
                    "rrule_type": "daily",
                    "end_type": "count",
                    "count": 3,
                }
            )
        )
        series = first.recurrence_id.calendar_event_ids.sorted("start")
        self.assertEqual(series.client_id, self.dnipro)
        with self.after(days=1, hours=3):
            self.record(self.olena, event=series[0])
            self.assertEqual(series.mapped("meeting_state"), ["held", "planned", "planned"])
            self.assertEqual(series.mapped("is_result_missing"), [False, True, False])

    def test_deleting_leaves_result_and_process(self):
        with self.after(hours=3):
            deal = self.deal_dnipro.with_user(self.olena)
            deal._record_result(self.step_call, last_result_id=deal.last_result_id.id)
            task = deal.last_result_id.next_activity_id
            event = self._plan(self.olena, self.petro, self.deal_dnipro)
            task.sudo().calendar_event_id = event
            result = deal.last_result_id
            event.with_user(self.olena).unlink()
            self.assertTrue(result.exists())
            self.assertTrue(task.exists(), "the next step of the process is still to be done")

    def test_client_follows_the_contact(self):
        event = self._plan(self.olena, self.petro)
        self.petro.parent_id = self._create_client("New LLC", self.olena)
        self.assertEqual(event.client_id.name, "New LLC")

    def test_client_is_filled_on_installation(self):
        event = self._plan(self.olena, self.petro)
        self.env.flush_all()
        self.env.cr.execute("UPDATE calendar_event SET client_id = NULL")
        self.env["calendar.event"]._fill_clients()
        self.env.invalidate_all()
        self.assertEqual((event.client_id, self.meeting.client_id), (self.dnipro, self.dnipro))
