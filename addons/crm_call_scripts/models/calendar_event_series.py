from odoo import models
from odoo.exceptions import UserError

WHOLE_SERIES = ("all_events", "future_events")


class CalendarEvent(models.Model):
    """Meetings of a series that were recorded stay as they are, whatever becomes of the series.

    Odoo changes the time or the rule of a series by discarding its meetings and creating them anew from the first of them.
    """

    _inherit = "calendar.event"

    def write(self, vals):
        setting = vals.get("recurrence_update")
        if setting not in WHOLE_SERIES or len(self) != 1 or not self.recurrence_id or not self._is_rewriting(vals):
            return super().write(vals)
        recorded = self._get_recorded(setting)
        if not recorded:
            return super().write(vals)
        self._check_not_among(recorded)
        first = self._get_first_planned(setting, recorded)
        vals = {**self._prepare_count(setting, recorded, first), **vals}
        starts, old = recorded.mapped("start"), first.start
        recorded._leave_series()
        first.recurrence_id.base_event_id = first if setting == "all_events" else first.recurrence_id.base_event_id
        result = super().write(vals)
        if first.exists():  # not where the series ended with another meeting
            first._discard_repeated([start + (first.start - old) for start in starts])
        return result

    def action_mass_deletion(self, recurrence_update_setting):
        if recurrence_update_setting in WHOLE_SERIES:
            (self._get_recorded(recurrence_update_setting) - self)._leave_series()
        return super().action_mass_deletion(recurrence_update_setting)

    def _is_rewriting(self, vals):
        return bool((self._get_time_fields() | self._get_recurrent_fields() | {"recurrency"}) & vals.keys())

    def _get_recorded(self, setting):
        """Return the meetings of the series that are recorded; of ``future_events`` those from this one on."""
        # sudo: what was recorded is kept for those too who may not see it
        domain = [("recurrence_id", "=", self.recurrence_id.id), ("meeting_state", "not in", (False, "planned"))]
        events = self.sudo().with_context(active_test=False).search(domain)
        return events if setting == "all_events" else events.filtered(lambda event: event.start >= self.start)

    def _check_not_among(self, recorded):
        if self in recorded:
            raise UserError(
                self.env._(
                    "“%(meeting)s” is recorded already: change the series from a meeting that is still planned.",
                    meeting=self.display_name,
                )
            )

    def _get_first_planned(self, setting, recorded):
        """Return the meeting from which the series is created anew."""
        if setting == "future_events":
            return self
        return (self.recurrence_id.calendar_event_ids - recorded).sorted("start")[:1]

    def _prepare_count(self, setting, recorded, first):
        """Return how many meetings the series still has, counted from the first that is planned."""
        series = self.recurrence_id
        if series.end_type != "count":
            return {}
        if setting == "all_events":
            before = recorded.filtered(lambda event: event.start < first.start)
            return {"count": series.count - len(before)}
        return {"count": len((series.calendar_event_ids | recorded).filtered(lambda event: event.start >= first.start))}

    def _leave_series(self):
        if self:
            self.with_context(dont_notify=True).write({"recurrence_id": False, "recurrency": False})

    def _discard_repeated(self, starts):
        """Archive the meetings of the new series that stand for recorded ones."""
        repeated = self.recurrence_id.calendar_event_ids.filtered(lambda event: event.start in starts)
        (repeated - self).with_context(dont_notify=True).active = False
