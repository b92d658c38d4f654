from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .crm_free_time_hours import get_country_zone

# what the buttons of the tab fill in
WORKING_DAYS = range(5)
WORKING_HOURS = (9.0, 18.0)


class ResPartner(models.Model):
    """When a client can be called, in words; quick entry of his hours."""

    _inherit = "res.partner"

    is_call_blocked = fields.Boolean(
        "Not to be Called", compute="_compute_is_call_blocked", help="The client himself, or the company he works for."
    )
    call_block = fields.Char("Mark of Calls", compute="_compute_is_call_blocked")
    call_hours_text = fields.Char("Can be Called", compute="_compute_call_hours")
    is_callable_now = fields.Boolean(compute="_compute_call_hours", export_string_translation=False)
    callable_until = fields.Datetime("Can be Called until", compute="_compute_call_hours")
    call_problem = fields.Char("Why Not Now", compute="_compute_call_hours")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("do_not_call", "client_id.do_not_call")
    @api.depends_context("lang")
    def _compute_is_call_blocked(self):
        for partner in self:
            # sudo: the mark of the client holds for his contacts whoever sees which of the two cards
            partner.is_call_blocked = partner.do_not_call or partner.sudo().client_id.do_not_call
            partner.call_block = self.env._("Do not call") if partner.is_call_blocked else False

    @api.depends("call_hours_ids", "call_not_before", "do_not_call", "do_not_call_reason", "tz", "country_id")
    @api.depends_context("lang", "tz", "uid", "company")
    def _compute_call_hours(self):
        """What is saved, seen from this moment."""
        now = fields.Datetime.now()
        known = self.env["crm.free.time"]._get_open_hours(self._origin.ids, now, with_hours=True)
        for partner in self:
            hours = known.get(partner._origin.id, {})
            partner.call_hours_text = hours.get("hours_text", "")
            partner.is_callable_now = hours.get("is_open", True)
            partner.callable_until = hours.get("closes")
            partner.call_problem = hours.get("text", "")

    def _get_call_hours_info(self):
        """Return when the client may be called, for the screen of a call: ``hours_text``, ``is_callable_now``, ``hints``."""
        return {
            "hours_text": self.call_hours_text or "",
            "is_callable_now": not self or self.is_callable_now,
            "hints": [self.call_problem] if self.call_problem else [],
        }

    # ------------------------------------------------------------
    # TIME ZONE
    # ------------------------------------------------------------

    @api.onchange("country_id")
    def _onchange_country_id_tz(self):
        """A new card begins with the zone of whoever enters it, which is that of the client only in the same country."""
        zone = get_country_zone(self.country_id.code)
        if zone and not self._origin:
            self.tz = zone

    # ------------------------------------------------------------
    # QUICK ENTRY
    # ------------------------------------------------------------

    def action_set_working_hours(self):
        """Let the client be free on working days from nine to six; what stood there before is gone.

        :raises AccessError: if the user may not edit the card
        """
        hours = [(day, *WORKING_HOURS) for day in WORKING_DAYS]
        for partner in self:
            partner._set_call_hours(hours)

    def action_copy_call_hours(self):
        """Give the hours of the first day that has some to all working days.

        :raises UserError: if no day has any
        :raises AccessError: if the user may not edit the card
        """
        for partner in self:
            lines = partner.call_hours_ids.sorted(lambda line: (line.weekday, line.hour_from))
            first = lines.filtered(lambda line, day=lines[:1].weekday: line.weekday == day)
            if not first:
                raise UserError(self.env._("Enter the hours of one day first, then copy them."))
            later = [(int(line.weekday), line.hour_from, line.hour_to) for line in lines if int(line.weekday) > 4]
            copies = [(day, line.hour_from, line.hour_to) for day in WORKING_DAYS for line in first]
            partner._set_call_hours(copies + later)

    def action_clear_call_hours(self):
        """Take the hours of the client away: those of the company he works for hold, else any hour.

        :raises AccessError: if the user may not edit the card
        """
        for partner in self:
            partner._set_call_hours([])

    def _set_call_hours(self, hours):
        """Replace the hours by these: list of (weekday 0 to 6, from, to)."""
        self.check_access("write")
        lines = [{"weekday": str(day), "hour_from": low, "hour_to": high} for day, low, high in hours]
        self.call_hours_ids = [Command.clear(), *map(Command.create, lines)]
