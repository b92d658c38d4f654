from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ..models.calendar_event import to_utc

SLOTS_SHOWN = 6  # proposals
MAX_MINUTES = 12 * 60
MAX_PEOPLE = 20


class CrmMeetingPlanning(models.TransientModel):
    """Finds a time that suits both sides, and puts the meeting into the calendar."""

    _name = "crm.meeting.planning"
    _description = "Planning of a Meeting"

    event_id = fields.Many2one("calendar.event", readonly=True, ondelete="cascade", export_string_translation=False)
    partner_id = fields.Many2one("res.partner", "Client", readonly=True, ondelete="cascade")
    client_id = fields.Many2one(related="partner_id.client_id", string="Directory Card")
    guest_ids = fields.Many2many("res.partner", string="With", domain="[('client_id', '=', client_id)]")
    user_id = fields.Many2one(
        "res.users", "Organizer", default=lambda self: self.env.user, domain=[("share", "=", False)], ondelete="cascade"
    )
    colleague_ids = fields.Many2many("res.users", string="Colleagues", domain=[("share", "=", False)])
    lead_id = fields.Many2one(
        "crm.lead",
        "Deal",
        ondelete="cascade",
        domain="[('type', '=', 'opportunity'), ('partner_id.client_id', '=', client_id)]",
    )
    name = fields.Char("Subject")
    location = fields.Char("Place")
    has_video = fields.Boolean("Video Call", help="A link to a meeting in Odoo.")
    alarm_ids = fields.Many2many("calendar.alarm", string="Reminders", default=lambda self: self._get_default_alarms())
    is_invited = fields.Boolean(
        "Send Invitations",
        help="By e-mail to everybody who takes part. Not ticked: nobody gets a mail about the meeting.",
    )

    minutes = fields.Integer("Length", default=60, help="Minutes.")
    day = fields.Date("Not before", default=fields.Date.context_today)
    start = fields.Datetime("Time")
    slots = fields.Json(compute="_compute_slots", export_string_translation=False)
    conflicts = fields.Json(compute="_compute_conflicts", export_string_translation=False)

    @api.model
    def _get_default_alarms(self):
        """Return the reminders a quarter of an hour and a day before, as far as Odoo's are still there."""
        names = ("calendar.alarm_notif_1", "calendar.alarm_notif_5")
        alarms = [self.env.ref(name, raise_if_not_found=False) for name in names]
        return self.env["calendar.alarm"].union(*filter(None, alarms))

    # ------------------------------------------------------------
    # BEGINNING
    # ------------------------------------------------------------

    @api.model
    def _get_action(self, partner=None, lead=None, event=None):
        """Return the action of the form for a new meeting, or for another time of one.

        :param partner: `res.partner`: a client or contact person
        :param lead: `crm.lead`, maybe empty
        :param event: `calendar.event` that is moved
        :raises UserError: if there is nobody to meet
        :raises AccessError: if the user may not work with the deal, or the client where there is none
        """
        defaults = self._prepare_move(event) if event else self._prepare_new(partner, lead)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move the Meeting") if event else self.env._("Plan a Meeting"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }

    def _prepare_new(self, partner, lead):
        lead = lead if lead is not None else self.env["crm.lead"]
        if not partner and not lead:
            raise UserError(self.env._("There is nobody to meet: choose a client first."))
        (lead or partner).check_access("write")
        partner.check_access("read")
        return {
            "partner_id": partner.id,
            "guest_ids": [Command.set(partner.ids)],
            "lead_id": lead.id,
            "name": lead.name or self.env._("Meeting: %(client)s", client=partner.name),
        }

    def _prepare_move(self, event):
        guests = event.partner_ids.filtered("partner_share")
        colleagues = (event.partner_ids - guests).user_ids - event.user_id
        return {
            "event_id": event.id,
            "partner_id": (guests[:1] or event.opportunity_id.partner_id or event.client_id).id,
            "guest_ids": [Command.set(guests.ids)],
            "user_id": event.user_id.id,
            "colleague_ids": [Command.set(colleagues.ids)],
            "lead_id": event.opportunity_id.id,
            "name": event.name,
            "minutes": event._get_planned_minutes(),
        }

    # ------------------------------------------------------------
    # PROPOSALS
    # ------------------------------------------------------------

    @api.depends("user_id", "colleague_ids", "partner_id", "minutes", "day")
    def _compute_slots(self):
        for planning in self:
            planning.slots = planning._get_common_slots() if planning._is_complete() else []

    @api.depends("user_id", "colleague_ids", "partner_id", "minutes", "start")
    def _compute_conflicts(self):
        for planning in self:
            planning.conflicts = planning._get_conflicts() if planning.start and planning._is_complete() else []

    def _is_complete(self):
        return bool(self.user_id and 0 < self.minutes <= MAX_MINUTES and len(self.colleague_ids) < MAX_PEOPLE)

    def _get_common_slots(self):
        """Return the next proposals of `crm.free.time` that suit the client, the organizer and all colleagues."""
        return self.env["crm.free.time"].get_slots(
            self._get_user_ids(), self.partner_id.id, self.minutes, after=self._get_first_moment(), limit=SLOTS_SHOWN
        )

    def _get_user_ids(self):
        return (self.user_id | self.colleague_ids)._origin.ids

    def _get_first_moment(self):
        """Return the beginning of the chosen day on the user's clock, not before now: UTC, as text."""
        day = self.day or fields.Date.context_today(self)
        moment = max(to_utc(self.env.tz, datetime.combine(day, time.min)), fields.Datetime.now())
        return fields.Datetime.to_string(moment)

    def _get_conflicts(self):
        """Return in words what stands against the chosen time, for each side; it may be planned all the same."""
        conflicts = self.env["crm.free.time"].get_conflicts(
            self._get_user_ids(),
            self.partner_id.id,
            fields.Datetime.to_string(self.start),
            self.minutes,
            ignore_event_id=self.event_id.id,
        )
        return list(dict.fromkeys(conflict["text"] for conflict in conflicts))

    # ------------------------------------------------------------
    # PLANNING
    # ------------------------------------------------------------

    def action_plan(self):
        """Put the meeting into the calendar, or give it its new time.

        :raises ValidationError: if the time, the length or the subject is missing
        :raises AccessError: if the user may not work with the deal or client
        """
        self.ensure_one()
        self._check_complete()
        if self.event_id:
            self.event_id._move_meeting(self.start, self.minutes)
        else:
            self._create_event()
        return {"type": "ir.actions.act_window_close"}

    def _check_complete(self):
        if not self.start:
            raise ValidationError(self.env._("Choose one of the proposed times, or enter one."))
        if not self._is_complete():
            raise ValidationError(
                self.env._(
                    "A meeting has an organizer, lasts between a minute and %(hours)s hours, and has at most %(people)s people.",
                    hours=MAX_MINUTES // 60,
                    people=MAX_PEOPLE,
                )
            )
        if not self.name:
            raise ValidationError(self.env._("Say what the meeting is about."))
        # ids come from the browser: nobody plans a meeting with whom he may not see
        (self.lead_id or self.partner_id).check_access("write")
        (self.guest_ids | self.partner_id).check_access("read")

    def _create_event(self):
        """Create the meeting with its task, and tell by mail if that was asked for; return the `calendar.event`.

        The client's row is written first: two plans for the same client come one after the other.
        """
        if self.partner_id:
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET write_date = write_date WHERE id = %s",
                    self.client_id.id or self.partner_id.id,
                )
            )
        silent = {} if self.is_invited else {"no_mail_to_attendees": True}
        event = self.env["calendar.event"].with_context(**silent, mail_create_nosubscribe=True)
        event = event.create(self._prepare_event())
        # sudo: nobody writes it by hand
        event.sudo().is_invited = self.is_invited
        return event

    def _prepare_event(self):
        Event = self.env["calendar.event"]
        target = self.lead_id or self.client_id or self.partner_id
        people = (self.guest_ids or self.partner_id) | self.user_id.partner_id | self.colleague_ids.partner_id
        values = {
            "name": self.name,
            "start": self.start,
            "stop": fields.Datetime.add(self.start, minutes=self.minutes),
            "allday": False,
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(people.ids)],
            "opportunity_id": self.lead_id.id,
            "location": self.location,
            "alarm_ids": [Command.set(self.alarm_ids.ids)],
            # so Odoo plans the task of the meeting on it
            "res_model_id": self.env["ir.model"]._get_id(target._name),
            "res_id": target.id,
        }
        if self.has_video:
            values["videocall_location"] = Event.get_discuss_videocall_location()
        return values
