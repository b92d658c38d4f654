from datetime import datetime, time

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_clients.tools.schema import create_missing_columns

# what follows from recording a meeting; readonly alone does not stop a caller over RPC
KEPT_FIELDS = frozenset(
    ("client_id", "meeting_state", "meeting_note", "meeting_moved_from", "held_minutes", "result_id", "is_invited")
)


class CalendarEvent(models.Model):
    """A meeting with a client: whom with, and what came of it."""

    _inherit = "calendar.event"

    client_id = fields.Many2one(
        "res.partner",
        "Client of the Meeting",
        compute="_compute_client_id",
        store=True,
        ondelete="set null",
        help="The client of the deal, else the one whose contact person takes part.",
    )
    meeting_state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("no_show", "Did not take place"),
            ("cancelled", "Called off"),
        ],
        "State of the Meeting",
        default="planned",
        readonly=True,
        copy=False,
        help="Empty: it was over before meetings were recorded.",
    )
    meeting_note = fields.Text("What Came of the Meeting", readonly=True, copy=False)
    meeting_moved_from = fields.Datetime(
        "Moved from", readonly=True, copy=False, help="The time of before it was moved."
    )
    held_minutes = fields.Integer("Lasted", readonly=True, copy=False, aggregator="avg", help="Minutes.")
    result_id = fields.Many2one(
        "crm.process.result", "Result of the Meeting", readonly=True, copy=False, ondelete="set null"
    )
    # whoever was not invited by mail is told neither of a new time nor that it is called off
    is_invited = fields.Boolean("Invitations Sent", readonly=True, copy=False)
    is_meeting_begun = fields.Boolean(compute="_compute_is_meeting_begun", export_string_translation=False)
    is_result_missing = fields.Boolean(
        compute="_compute_is_result_missing",
        search="_search_is_result_missing",
        help="The meeting is over, and nobody has said what came of it.",
    )
    meeting_result_buttons = fields.Json(compute="_compute_meeting_result_buttons", export_string_translation=False)

    _meeting_client_idx = models.Index("(client_id, start) WHERE client_id IS NOT NULL")
    _meeting_result_idx = models.Index("(result_id) WHERE result_id IS NOT NULL")
    _meeting_open_idx = models.Index("(stop) WHERE meeting_state = 'planned' AND active IS TRUE")

    def _auto_init(self):
        """Add the columns and fill them with two queries: of meetings that are over nobody is asked for a result."""
        columns = {
            "client_id": "int4",
            "meeting_state": "varchar",
            "is_invited": "bool",
        }
        missing = create_missing_columns(self.env.cr, "calendar_event", columns)
        if "client_id" in missing:
            self._fill_clients()
        if "meeting_state" in missing:
            self.env.cr.execute(
                SQL("UPDATE calendar_event SET meeting_state = 'planned' WHERE stop >= NOW() AT TIME ZONE 'UTC'")
            )
        return super()._auto_init()

    def _fill_clients(self):
        """Say of every meeting which client it is with, as `_compute_client_id` does."""
        self.env.cr.execute(
            SQL(
                """UPDATE calendar_event event
                      SET client_id = COALESCE(
                          (SELECT contact.client_id FROM crm_lead lead JOIN res_partner contact ON contact.id = lead.partner_id
                            WHERE lead.id = event.opportunity_id),
                          (SELECT contact.client_id FROM calendar_event_res_partner_rel attendee
                             JOIN res_partner contact ON contact.id = attendee.res_partner_id
                            WHERE attendee.calendar_event_id = event.id
                              AND contact.client_id IS NOT NULL AND contact.partner_share
                            ORDER BY contact.id LIMIT 1))"""
            )
        )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("partner_ids.client_id", "opportunity_id.partner_id.client_id")
    def _compute_client_id(self):
        for event in self:
            guests = event.partner_ids.filtered(lambda partner: partner.partner_share and partner.client_id)
            event.client_id = event.opportunity_id.partner_id.client_id or guests.sorted("id")[:1].client_id

    @api.depends("start", "meeting_state", "client_id", "opportunity_id")
    def _compute_is_meeting_begun(self):
        now = fields.Datetime.now()
        for event in self:
            event.is_meeting_begun = bool(
                event.meeting_state == "planned"
                and (event.client_id or event.opportunity_id)
                and event._get_moments()[0] <= now
            )

    @api.depends("stop", "meeting_state", "client_id", "opportunity_id", "active")
    def _compute_is_result_missing(self):
        now = fields.Datetime.now()
        for event in self:
            event.is_result_missing = event.active and event.is_meeting_begun and event._get_moments()[1] < now

    def _get_moments(self):
        """Return beginning and end in UTC; a day without hours begins with its first minute on the user's clock."""
        self.ensure_one()
        if not self.allday or not self.start or not self.stop:
            never = fields.Datetime.to_datetime("9999-01-01")
            return self.start or never, self.stop or never
        days = ((self.start.date(), time.min), (self.stop.date(), time.max))
        return tuple(to_utc(self.env.tz, datetime.combine(day, at)) for day, at in days)

    def _search_is_result_missing(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        over = (Domain("allday", "=", False) & Domain("stop", "<", now)) | (
            Domain("allday", "=", True) & Domain("stop", "<", fields.Datetime.to_datetime(today))
        )
        return (
            over
            & Domain("meeting_state", "=", "planned")
            & Domain("active", "=", True)
            & (Domain("client_id", "!=", False) | Domain("opportunity_id", "!=", False))
        )

    @api.depends("opportunity_id.result_buttons", "meeting_state")
    @api.depends_context("lang", "uid")
    def _compute_meeting_result_buttons(self):
        # a guest of the meeting may not see the deal
        deals = self.opportunity_id._filtered_access("write")
        for event in self:
            deal = event.opportunity_id & deals
            event.meeting_result_buttons = deal.result_buttons if event.is_meeting_begun and deal else False

    # ------------------------------------------------------------
    # NOBODY RECORDS A MEETING BY WRITING A FIELD
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        for name in KEPT_FIELDS & values.keys():
            values.pop(name)
        if "meeting_state" in fields:
            values["meeting_state"] = "planned"
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_kept_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_kept_fields(vals)
        return super().write(vals)

    @api.model
    def _check_kept_fields(self, vals):
        """Refuse a result that was written by hand.

        :raises AccessError: for anybody but the code that records meetings
        """
        if KEPT_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._("What came of a meeting is recorded with its buttons and not written by hand.")
            )

    def unlink(self):
        """A task that the process has planned outlives the time that was found for it in the calendar."""
        # sudo: whoever may delete the meeting must not take the next step of a deal with it
        tasks = self.sudo().activity_ids.filtered(lambda task: task.automated and task.active)
        tasks.calendar_event_id = False
        return super().unlink()


def to_utc(zone, moment):
    """Return in UTC what the clocks of a zone show, both without a time zone."""
    return zone.localize(moment).astimezone(utc).replace(tzinfo=None)
