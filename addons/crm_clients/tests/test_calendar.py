from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ClientCommon

MONTH = datetime(2027, 3, 1, 9)
# what Odoo's calendar asks for each meeting it draws
SHOWN = {
    "display_name": {},
    "name": {},
    "start": {},
    "stop": {},
    "allday": {},
    "description": {},
    "location": {},
    "videocall_location": {},
    "privacy": {},
    "user_id": {"fields": {"display_name": {}}},
    "partner_ids": {"fields": {"display_name": {}}},
    "opportunity_id": {"fields": {"display_name": {}}},
    "res_model_name": {},
}


class CalendarCommon(ClientCommon):
    """Meetings of taras with Karpaty, of olena with Dnipro, and of both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Event = cls.env["calendar.event"].with_context(no_mail_to_attendees=True)
        taras, olena = cls.taras.partner_id, cls.olena.partner_id
        cls.foreign = cls._create_meeting("Karpaty: prices", cls.taras, taras | cls.oksana, location="Their office")
        cls.about_deal = cls._create_meeting("Karpaty: plan", cls.taras, taras, opportunity_id=cls.deal_karpaty.id)
        cls.own = cls._create_meeting("Dnipro: prices", cls.olena, olena | cls.petro)
        cls.common = cls._create_meeting("All together", cls.taras, taras | olena | cls.oksana)
        cls.inner = cls._create_meeting("Staff meeting", cls.taras, taras)
        cls.events = cls.foreign | cls.about_deal | cls.own | cls.common | cls.inner
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _create_meeting(cls, name, organizer, partners, hours=0, **vals):
        start = MONTH + timedelta(hours=hours)
        return cls.Event.create(
            {
                "name": name,
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": organizer.id,
                "partner_ids": partners.ids,
                "description": f"<p>{name}: secret</p>",
                **vals,
            }
        )

    def read_as(self, user, events=None, names=("name",)):
        self.env.invalidate_all()
        records = (self.events if events is None else events).with_user(user)
        return [record[name] for record in records.read(list(names)) for name in names]


@tagged("post_install", "-at_install")
class TestMeetingsOfForeignClients(CalendarCommon):
    def test_who_reads_what(self):
        for user, names in (
            (self.olena, ["Busy", "Busy", "Dnipro: prices", "All together", "Staff meeting"]),
            (self.taras, ["Karpaty: prices", "Karpaty: plan", "Busy", "All together", "Staff meeting"]),
            (self.ivan, self.events.mapped("name")),
            (self.head, self.events.mapped("name")),
            (self.clerk, self.events.mapped("name")),
        ):
            self.assertEqual(self.read_as(user), names, user.name)

    def test_order_of_readers_does_not_matter(self):
        """The cache is one for all users of a request: who reads first must not decide for who reads next."""
        for user, name in ((self.taras, "Karpaty: prices"), (self.olena, "Busy"), (self.ivan, "Karpaty: prices")):
            self.assertEqual(self.foreign.with_user(user).display_name, name, user.name)

    def test_nothing_of_it_is_read(self):
        names = ("description", "location", "partner_ids", "opportunity_id", "res_id", "videocall_location")
        self.assertFalse(any(self.read_as(self.olena, self.foreign | self.about_deal, names)))
        shown = self.read_as(self.olena, self.foreign, ("start", "stop", "user_id"))
        self.assertEqual(shown[0], MONTH)
        self.assertTrue(all(shown), "that he is busy, and until when")

    def test_what_the_calendar_itself_asks(self):
        domain = [("start", ">=", MONTH), ("stop", "<=", MONTH + timedelta(days=30))]
        found = self.env["calendar.event"].with_user(self.olena).web_search_read(domain, SHOWN)
        shown = {record["id"]: record for record in found["records"]}
        self.assertLessEqual(set(self.events.ids), set(shown), "busy time is shown")
        hidden = shown[self.foreign.id]
        self.assertEqual((hidden["name"], hidden["display_name"]), ("Busy", "Busy"))
        self.assertFalse(hidden["partner_ids"] or hidden["description"] or hidden["location"])
        self.assertEqual(
            [partner["display_name"] for partner in shown[self.own.id]["partner_ids"]].count("Dnipro LLC, Petro"), 1
        )
        self.assertNotIn("Karpaty", str(found["records"]).replace("Karpaty: deal", ""))

    def test_names_of_attendees(self):
        """Invited together with a foreign contact person one reads the meeting, not the person's card."""
        common = self.common.with_user(self.olena)
        self.assertEqual(common.name, "All together")
        self.assertNotIn(self.oksana.id, self.read_as(self.olena, self.common, ("partner_ids",))[0])
        with self.assertRaises(AccessError):
            self.oksana.with_user(self.olena).read(["email"])

    def test_grouped_figures_leave_it_out(self):
        domain = [("id", "in", self.events.ids)]
        for groupby in (["name"], ["partner_ids"], ["opportunity_id"]):
            for user, count in ((self.olena, 3), (self.ivan, 5)):
                groups = self.env["calendar.event"].with_user(user)._read_group(domain, groupby, ["id:recordset"])
                events = self.env["calendar.event"].concat(*(group[-1] for group in groups))
                self.assertEqual(len(set(events.ids)), count, f"{user.name} by {groupby}")
        [(_user, busy)] = (
            self.env["calendar.event"]
            .with_user(self.olena)
            ._read_group([*domain, ("user_id", "=", self.taras.id)], ["user_id"], ["id:recordset"])
        )
        self.assertEqual(len(busy), 4, "when a colleague is busy may be known")

    def test_search_by_what_one_knows(self):
        events = self.env["calendar.event"].with_user(self.olena)
        for domain in (
            [("partner_ids.name", "=", "Oksana")],
            [("partner_ids", "any", [("email", "=", "oksana@karpaty.example")])],
            [("opportunity_id.name", "=", "Karpaty deal")],
            [("attendee_ids.email", "=", "oksana@karpaty.example")],
        ):
            self.assertFalse(events.search(domain) & self.foreign.with_user(self.olena), domain)

    def test_name_search_tells_no_name(self):
        found = self.env["calendar.event"].with_user(self.olena).name_search("Karpaty")
        self.assertNotIn("Karpaty", str(found))
        self.env.invalidate_all()
        found = self.env["calendar.event"].with_user(self.taras).name_search("Karpaty: pr")
        self.assertEqual(found, [(self.foreign.id, "Karpaty: prices")])

    def test_export(self):
        self.olena.group_ids |= self.env.ref("base.group_allow_export")
        self.env.invalidate_all()
        rows = self.foreign.with_user(self.olena).export_data(["name", "location", "partner_ids/name"])["datas"]
        self.assertEqual(rows[0][0], "Busy")
        self.assertFalse(any(rows[0][1:]))

    def test_meeting_opens_when_the_client_is_handed_over(self):
        self.karpaty.with_user(self.head).user_id = self.olena
        self.assertEqual(self.read_as(self.olena, self.foreign), ["Karpaty: prices"])
        self.assertEqual(self.read_as(self.olena, self.about_deal), ["Karpaty: plan"])

    def test_own_deal_with_a_foreign_attendee(self):
        """Her deal, but somebody of another manager's client takes part: busy, unless she is there herself."""
        event = self._create_meeting(
            "Three sides", self.taras, self.taras.partner_id | self.oksana, opportunity_id=self.deal_dnipro.id
        )
        self.assertEqual(self.read_as(self.olena, event), ["Busy"])
        event.partner_ids |= self.olena.partner_id
        self.assertEqual(self.read_as(self.olena, event), ["Three sides"])

    def test_meetings_that_odoo_keeps_private_stay_so(self):
        self.inner.privacy = "private"
        self.assertEqual(self.read_as(self.olena, self.inner), ["Busy"])
        self.assertEqual(self.read_as(self.ivan, self.inner), ["Busy"])

    def test_archived_attendee_hides_too(self):
        self.oksana.active = False
        self.assertEqual(self.read_as(self.olena, self.foreign), ["Busy"])


@tagged("post_install", "-at_install")
class TestChangingMeetings(CalendarCommon):
    def test_write_is_refused(self):
        for vals in ({"name": "Mine"}, {"partner_ids": [(4, self.olena.partner_id.id)]}, {"user_id": self.olena.id}):
            with self.assertRaises(AccessError, msg=vals), self.env.cr.savepoint():
                self.foreign.with_user(self.olena).write(vals)
        self.assertEqual((self.foreign.name, self.foreign.user_id), ("Karpaty: prices", self.taras))

    def test_delete_is_refused(self):
        for event in self.foreign | self.about_deal:
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                event.with_user(self.olena).unlink()
        self.assertTrue(self.foreign.exists())
        self.foreign.with_user(self.taras).unlink()
        self.assertFalse(self.foreign.exists())

    def test_archiving_is_refused(self):
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.olena).action_archive()

    def test_own_meeting_is_changed(self):
        own = self.own.with_user(self.olena)
        own.write({"name": "Dnipro: contract", "start": MONTH + timedelta(days=1), "stop": MONTH + timedelta(days=2)})
        self.assertEqual(self.read_as(self.ivan, self.own), ["Dnipro: contract"])
        own.unlink()
        self.assertFalse(self.own.exists())

    def test_foreign_person_cannot_be_looked_up_by_inviting(self):
        event = self._create_meeting("Mine", self.olena, self.olena.partner_id).with_user(self.olena)
        with self.assertRaises(AccessError):
            event.write({"partner_ids": [(4, self.oksana.id)]})


@tagged("post_install", "-at_install")
class TestRecurringMeetings(CalendarCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._create_meeting(
            "Karpaty every week",
            cls.taras,
            cls.taras.partner_id | cls.oksana,
            recurrency=True,
            rrule_type="weekly",
            mon=True,
            end_type="count",
            count=4,
        )
        cls.series = cls.first.recurrence_id.calendar_event_ids

    def test_every_occurrence_is_hidden(self):
        self.assertEqual(len(self.series), 4)
        self.assertEqual(self.read_as(self.olena, self.series), ["Busy"] * 4)
        self.assertEqual(self.read_as(self.taras, self.series), ["Karpaty every week"] * 4)

    def test_series_cannot_be_changed(self):
        with self.assertRaises(AccessError):
            self.series[1].with_user(self.olena).write({"name": "Mine", "recurrence_update": "all_events"})
        self.assertEqual(set(self.series.mapped("name")), {"Karpaty every week"})

    def test_one_occurrence_with_her(self):
        self.series[2].with_context(no_mail_to_attendees=True).write(
            {"partner_ids": [(4, self.olena.partner_id.id)], "recurrence_update": "self_only"}
        )
        names = self.read_as(self.olena, self.series)
        self.assertEqual(names.count("Busy"), 3)
        self.assertEqual(names[2], "Karpaty every week")


@tagged("post_install", "-at_install")
class TestMonthOfMeetings(CalendarCommon):
    def count_queries(self, user, limit):
        """Return the number of queries to open a calendar with so many meetings, everything else being loaded."""
        events = self.env["calendar.event"].with_user(user)
        domain = [("id", "in", self.month.ids[:limit])]
        events.web_search_read(domain, SHOWN)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        events.web_search_read(domain, SHOWN)
        return self.cr.sql_log_count - before

    def test_every_meeting_costs_the_same(self):
        taras = self.taras.partner_id
        self.month = self.Event.concat(
            *(
                self._create_meeting(
                    f"Meeting {number}",
                    self.taras,
                    taras | (self.oksana if number % 2 else self.petro),
                    hours=number * 12,
                    opportunity_id=(self.deal_karpaty if number % 3 else self.deal_dnipro).id,
                )
                for number in range(50)
            )
        )
        self.env.flush_all()
        small, large = (
            self.count_queries(self.olena, limit) - self.count_queries(self.ivan, limit) for limit in (5, 50)
        )
        self.assertEqual(small, large)
        self.assertLessEqual(large, 6)
