from odoo import models


class CalendarEvent(models.Model):
    """Meetings are found by their time, whoever takes part."""

    _inherit = "calendar.event"

    # of meetings long over only the end says that they are: those of the past are never visited
    _busy_idx = models.Index("(stop, start) WHERE active IS TRUE AND show_as = 'busy'")


class CalendarAttendee(models.Model):
    """Who declined is not busy."""

    _inherit = "calendar.attendee"

    _declined_idx = models.Index("(event_id, partner_id) WHERE state = 'declined'")
