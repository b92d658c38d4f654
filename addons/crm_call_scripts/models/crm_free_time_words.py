from babel.dates import get_day_names

from odoo import models
from odoo.tools import SQL, format_datetime
from odoo.tools.misc import babel_locale_parse

from ..tools.free_slots import DAY, HOUR, MINUTE, find_covering, get_offset, to_datetime
from .crm_free_time_busy import get_all_day


class CrmFreeTime(models.AbstractModel):
    """Free time and conflicts in words, in the language and on the clock of the user."""

    _inherit = "crm.free.time"

    # ------------------------------------------------------------
    # TIMES
    # ------------------------------------------------------------

    def _format_moment(self, moment, pattern="EEE d MMM, HH:mm", zone=None):
        """Return a moment in words, by default on the clock of the user."""
        return format_datetime(self.env, to_datetime(moment), tz=(zone or self.env.tz).zone, dt_format=pattern)

    def _format_span(self, start, stop):
        """Return when something lasts, as "Mon 2 Mar, 14:00–14:15"."""
        is_same_day = self._format_moment(start, "yyyyDDD") == self._format_moment(stop, "yyyyDDD")
        return (
            f"{self._format_moment(start)}–{self._format_moment(stop, 'HH:mm' if is_same_day else 'EEE d MMM, HH:mm')}"
        )

    def _prepare_slot(self, start, stop, zone):
        """Return one proposal; on the clock of the client as well if it shows another time."""
        label = self._format_moment(start)
        if zone and get_offset(zone, start) != get_offset(self.env.tz, start):
            there = self._format_moment(start, "EEE HH:mm", zone)
            label = self.env._("%(time)s (%(there)s there)", time=label, there=there)
        return {"start": str(to_datetime(start)), "stop": str(to_datetime(stop)), "label": label}

    def _get_hours_text(self, card, moment):
        """Return the hours of a client, as "Mon–Fri 9:00–12:00, 14:00–18:00 (Europe/Kyiv, now 14:05)"."""
        now = self._format_moment(moment, "HH:mm", card.zone)
        return self.env._(
            "%(hours)s (%(zone)s, now %(time)s)", hours=self._get_week_text(card), zone=card.zone, time=now
        )

    def _get_week_text(self, card):
        """Return the week of a client: days with the same hours stand together."""
        names = get_day_names(
            "abbreviated", locale=babel_locale_parse(self.env.context.get("lang") or self.env.user.lang)
        )
        groups = []
        for day, spans in enumerate(card.fortnight[:7]):
            if spans and groups and groups[-1][2] == spans and groups[-1][1] == day - 1:
                groups[-1][1] = day
            elif spans:
                groups.append([day, day, spans])
        return "; ".join(f"{_join_days(names, first, last)} {_join_spans(spans)}" for first, last, spans in groups)

    def _prepare_open_hours(self, card, opened, moment):
        """Return one row of `_get_open_hours`."""
        current = find_covering(opened, moment, moment + 1)
        later = next((start for start, _stop in opened if start > moment), None)
        is_over_soon = current and current[1] < moment + 7 * DAY
        return {
            "is_blocked": card.is_blocked,
            "is_open": bool(current),
            "closes": to_datetime(current[1]) if is_over_soon else None,
            "opens": to_datetime(later) if later and not current else None,
            "tz": card.zone.zone,
            "text": "" if current else self._get_closed_text(card, moment, later),
        }

    def _get_closed_text(self, card, moment, opens):
        if card.is_blocked:
            return self.env._("Nobody calls. %(reason)s", reason=card.reason).strip()
        if card.not_before and card.not_before > moment:
            return self.env._("Do not call before %(moment)s.", moment=self._format_moment(card.not_before))
        if not opens:
            return self.env._("He has no free hours within a week.")
        return self.env._("Can be called from %(moment)s.", moment=self._format_moment(opens))

    # ------------------------------------------------------------
    # CONFLICTS
    # ------------------------------------------------------------

    def _get_client_conflicts(self, card, start, stop):
        """Return what the card of a client says against a time."""
        if not card:
            return []
        conflicts = []
        if card.is_blocked:
            text = self.env._("This client must not be called. %(reason)s", reason=card.reason).strip()
            conflicts.append({"kind": "do_not_call", "text": text})
        if card.not_before and start < card.not_before:
            text = self.env._("Do not call before %(moment)s.", moment=self._format_moment(card.not_before))
            conflicts.append({"kind": "not_before", "text": text})
        if not find_covering(self._get_hours_around(card, start, stop), start, stop):
            text = self.env._(
                "Not in the client's hours: it is %(time)s there, his hours are %(hours)s.",
                time=self._format_moment(start, "EEE HH:mm", card.zone),
                hours=self._get_week_text(card),
            )
            conflicts.append({"kind": "client_hours", "text": text})
        return conflicts

    def _get_hours_around(self, card, start, stop):
        """Return the hours of the client around a time, whatever else his card says."""
        free = card._replace(is_blocked=False, not_before=None)
        return self._get_opened({card.id: free}, start - HOUR, stop + HOUR)[card.id]

    def _get_manager_conflicts(self, agenda, user_id, start, stop):
        manager = agenda.managers.get(user_id)
        if manager and find_covering(agenda.working[user_id], start, stop):
            return []
        name = manager.name if manager else self.env["res.users"].browse(user_id).exists().sudo().name  # sudo: a name
        text = self.env._("%(manager)s does not work at this time.", manager=name or self.env._("Nobody"))
        return [{"kind": "my_hours", "text": text}]

    def _get_overlaps(self, agenda, start, stop, ignored):
        """Return the calls and meetings of a time, each once, those of the client first."""
        columns = SQL(
            "client_id, user_id, EXTRACT(EPOCH FROM start)::bigint, EXTRACT(EPOCH FROM stop)::bigint, allday,"
            " activity_id, event_id"
        )
        rows = sorted(
            self._select_busy(columns, agenda, start, stop), key=lambda row: (row[0] is None, row[2], row[5] is None)
        )
        told = set()
        conflicts = []
        for client_id, user_id, begin, end, allday, *source in rows:
            if allday:
                begin, end = get_all_day(self._get_zone_of(agenda, client_id, user_id), begin, end)
            if tuple(source) in told or begin >= stop or end <= start or self._is_ignored(source, ignored):
                continue
            told.add(tuple(source))
            conflicts.append(self._prepare_overlap(agenda.managers.get(user_id), source, begin, end))
        return conflicts

    def _is_ignored(self, source, ignored):
        return any(one and one == other for one, other in zip(source, ignored, strict=True))

    def _get_zone_of(self, agenda, client_id, user_id):
        return agenda.managers[user_id].zone if user_id else next(iter(agenda.cards.values())).zone

    def _prepare_overlap(self, manager, source, start, stop):
        """Return one call or meeting of the manager, or of the client if there is no manager."""
        activity_id, event_id = source
        time = self._format_span(start, stop)
        if activity_id:
            task = self.env["mail.activity"].browse(activity_id)
            caller, client = (
                task.sudo().user_id.name or "",
                self._get_called_name(task),
            )  # sudo: the name of a colleague
            if not manager:
                text = self.env._("%(manager)s calls the client %(time)s.", manager=caller, time=time)
            else:
                text = self.env._("%(manager)s has another call %(time)s.", manager=manager.name, time=time)
            return {"kind": "my_call" if manager else "client_call", "text": _add_name(text, client if manager else "")}
        name = self._get_event_name(event_id)
        if not manager:
            text = self.env._("The client has a meeting %(time)s.", time=time)
        else:
            text = self.env._("%(manager)s has a meeting %(time)s.", manager=manager.name, time=time)
        return {"kind": "my_meeting" if manager else "client_meeting", "text": _add_name(text, name)}

    def _get_called_name(self, task):
        """Return whom a planned call is with, if the user may know."""
        partner = (task.sudo().contact_id or task.sudo().client_id).with_env(
            self.env
        )  # sudo: asked for on the next line
        return partner._filtered_access("read").display_name or ""

    def _get_event_name(self, event_id):
        """Return the name of a meeting, if the user may know: of a private one, or with a foreign client, Odoo says none."""
        event = self.env["calendar.event"].browse(event_id)._filtered_access("read")
        return event.display_name or ""


def _add_name(text, name):
    return f"{text} {name}" if name else text


def _join_days(names, first, last):
    return names[first] if first == last else f"{names[first]}–{names[last]}"


def _join_spans(spans):
    return ", ".join(f"{_clock(low)}–{_clock(high)}" for low, high in spans)


def _clock(seconds):
    return f"{seconds // HOUR}:{seconds % HOUR // MINUTE:02}"
