from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import CallCast


@tagged("post_install", "-at_install")
class TestMeetingTours(CallCast, HttpCase):
    """Meetings in the browser, as a manager with her own clients."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be pressed
        cls.olena.odoobot_state = "disabled"

    def _create_past(self):
        """A meeting of yesterday with Petro about the deal, with its task."""
        start = fields.Datetime.now() - timedelta(days=1)
        planning = self.env["crm.meeting.planning"].with_user(self.olena)
        planning = planning.create(
            {
                "partner_id": self.petro.id,
                "guest_ids": [(4, self.petro.id)],
                "lead_id": self.deal_dnipro.id,
                "name": "Prices",
                "start": start,
            }
        )
        return planning._create_event().with_env(self.env)

    def _find_events(self):
        self.env.invalidate_all()
        return self.env["calendar.event"].search([("client_id", "=", self.dnipro.id)], order="id")

    def _start(self, path, tour):
        self.start_tour(path, tour, login=self.olena.login)
        return self._find_events()

    def test_three_clicks_into_the_calendar(self):
        event = self._start(f"/odoo/contacts/{self.dnipro.id}", "crm_meeting_plan")
        self.assertEqual(len(event), 1)
        self.assertEqual((event.opportunity_id, event.user_id), (self.deal_dnipro, self.olena))
        self.assertGreater(event.start, fields.Datetime.now())
        self.assertTrue(event.activity_ids)

    def test_result_button_on_the_meeting(self):
        event = self._create_past()
        self._start(f"/odoo/calendar.event/{event.id}", "crm_meeting_record")
        self.assertEqual(event.meeting_state, "held")
        self.assertEqual(event.result_id.step_id, self.step_call)
        self.assertEqual(event.result_id.origin, "meeting")

    def test_nobody_came_and_the_next_is_planned(self):
        event = self._create_past()
        events = self._start(f"/odoo/calendar.event/{event.id}", "crm_meeting_no_show")
        self.assertEqual((event.meeting_state, event.meeting_note), ("no_show", "He is ill"))
        self.assertEqual(events[1:].meeting_state, "planned")
        self.assertEqual(events[1:].opportunity_id, self.deal_dnipro)
