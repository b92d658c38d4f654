from collections import defaultdict
from datetime import datetime

import pytz

from odoo import fields, models
from odoo.tools import SQL

from ..tools.agenda import Agenda, Card, Manager
from ..tools.free_slots import DAY, HOUR, MINUTE, get_offset, get_opened, merge, subtract, to_moment

# Nobody has said when the client can be called: then at no time when a call at home would be rude. Laws on calls to
# private persons draw the line at 8 or 9 in the morning and at 20 to 22 in the evening.
EARLIEST, LATEST = 8, 21
ANY_HOURS = ([(EARLIEST * HOUR, LATEST * HOUR)],) * 14


def get_zone(*names):
    """Return the time zone (tzinfo) of the first of the names that is one, else UTC."""
    for name in names:
        if name:
            try:
                return pytz.timezone(name)
            except pytz.UnknownTimeZoneError:
                continue
    return pytz.utc


def get_country_zone(code):
    """Return the name of the zone of a country (code as "PL") if all its clocks show the same time all year, else None."""
    names = pytz.country_timezones.get((code or "").upper()) or ()
    year = fields.Date.today().year
    shown = {
        tuple(get_offset(pytz.timezone(name), to_moment(datetime(year, month, 15))) for month in (1, 4, 7, 10))
        for name in names
    }
    return names[0] if len(shown) == 1 else None


def get_seconds(hours):
    """Return hours of a day (9.5 is 9:30) as seconds, to the minute."""
    return round(hours * 60) * MINUTE


class CrmFreeTime(models.AbstractModel):
    """The hours of managers and clients, each read at once for all of them."""

    _inherit = "crm.free.time"

    def _get_agenda(self, user_ids, partner_ids, after, before, hours=None, with_busy=True):
        """Return the `Agenda` of managers and clients between two moments.

        :param tuple hours: (from, to) 0 to 24 on the clock of the manager, within his working hours
        :param bool with_busy: whether calls and meetings are read as well
        """
        self.env.flush_all()  # what is read by SQL
        managers = self._get_managers(user_ids)
        cards = self._get_cards(partner_ids)
        working = self._get_working(managers, after, before, hours)
        opened = self._get_opened(cards, after, before)
        agenda = Agenda(managers, cards, working, opened, after, before)
        if with_busy:
            agenda.set_busy(*self._get_busy(agenda))
        return agenda

    # ------------------------------------------------------------
    # MANAGERS
    # ------------------------------------------------------------

    def _get_managers(self, user_ids):
        """Return {user id: `Manager`} of those who work here: archived users and portal users have no time."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT who.id, person.name, person.tz, calendar.tz,
                       CASE WHEN calendar.flexible_hours THEN NULL ELSE calendar.id END, resource.id, who.company_id
                  FROM res_users who
                  JOIN res_partner person ON person.id = who.partner_id
                  JOIN res_company company ON company.id = who.company_id
             LEFT JOIN LATERAL (SELECT own.id, own.calendar_id
                                  FROM resource_resource own
                                 WHERE own.user_id = who.id AND own.active AND own.company_id = who.company_id
                                 ORDER BY own.id LIMIT 1) resource ON TRUE
             LEFT JOIN resource_calendar calendar
                    ON calendar.id = COALESCE(resource.calendar_id, company.resource_calendar_id)
                 WHERE who.id = ANY(%s) AND who.active AND NOT who.share
                """,
                list(user_ids),
            )
        )
        return {
            user_id: Manager(user_id, name, get_zone(own_zone, zone), *rest)
            for user_id, name, own_zone, zone, *rest in rows
        }

    def _get_working(self, managers, after, before, hours=None):
        """Return {user id: intervals} in which the managers work: their calendar on their own clock without leaves.

        Whoever has no calendar, or a flexible one, may work at any hour at which clients are called.
        """
        fortnights = self._get_fortnights({manager.calendar_id for manager in managers.values()} - {None})
        within = ([(get_seconds(hours[0]), get_seconds(hours[1]))],) * 14 if hours else None
        leaves = self._get_leaves(managers, after, before)
        known = {}
        working = {}
        for manager in managers.values():
            key = (manager.calendar_id, manager.zone)
            if key not in known:
                fortnight = fortnights.get(manager.calendar_id, ANY_HOURS)
                known[key] = get_opened(manager.zone, _intersect(fortnight, within), after, before)
            working[manager.id] = subtract(known[key], leaves[manager.id]) if leaves[manager.id] else known[key]
        return working

    def _get_fortnights(self, calendar_ids):
        """Return {calendar id: 14 lists of working hours}, see `free_slots.get_opened`."""
        fortnights = {calendar_id: [[] for _day in range(14)] for calendar_id in calendar_ids}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.calendar_id, line.dayofweek, line.week_type, line.hour_from, line.hour_to
                  FROM resource_calendar_attendance line
                  JOIN resource_calendar calendar ON calendar.id = line.calendar_id
                 WHERE line.calendar_id = ANY(%s) AND line.display_type IS NULL AND line.day_period <> 'lunch'
                   AND COALESCE(calendar.two_weeks_calendar, FALSE) = (line.week_type IS NOT NULL)
                """,
                list(calendar_ids),
            )
        )
        for calendar_id, weekday, week, hour_from, hour_to in rows:
            span = (get_seconds(hour_from), get_seconds(hour_to))
            for kind in (int(week),) if week else (0, 1):
                fortnights[calendar_id][7 * kind + int(weekday)].append(span)
        return fortnights

    def _get_leaves(self, managers, after, before):
        """Return {user id: intervals} of leaves and public holidays."""
        by_calendar, by_resource = defaultdict(list), defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id, calendar_id, resource_id,
                       EXTRACT(EPOCH FROM date_from)::bigint, EXTRACT(EPOCH FROM date_to)::bigint
                  FROM resource_calendar_leaves
                 WHERE time_type = 'leave' AND date_to > TO_TIMESTAMP(%s) AT TIME ZONE 'UTC'
                   AND date_from < TO_TIMESTAMP(%s) AT TIME ZONE 'UTC'
                """,
                after,
                before,
            )
        )
        for company_id, calendar_id, resource_id, *interval in rows:
            if resource_id:
                by_resource[resource_id].append(tuple(interval))
            else:
                by_calendar[company_id, calendar_id].append(tuple(interval))
        return {
            manager.id: merge(
                by_resource[manager.resource_id]
                + [
                    interval
                    for company_id in (None, manager.company_id)
                    for calendar_id in {None, manager.calendar_id}
                    for interval in by_calendar[company_id, calendar_id]
                ]
            )
            for manager in managers.values()
        }

    # ------------------------------------------------------------
    # CLIENTS
    # ------------------------------------------------------------

    def _get_cards(self, partner_ids):
        """Return {partner id: `Card`}. What a contact's own card does not say, that of his client does."""
        rows = self._read_cards(partner_ids)
        lines = self._get_hours_lines({row[0] for row in rows} | {row[1] for row in rows})
        return {row[0]: self._prepare_card(row, lines) for row in rows}

    def _read_cards(self, partner_ids):
        return self.env.execute_query(
            SQL(
                """
                SELECT contact.id, client.id, contact.tz, client.tz, contact_country.code, client_country.code,
                       GREATEST(contact.call_not_before, client.call_not_before),
                       COALESCE(contact.do_not_call, FALSE) OR COALESCE(client.do_not_call, FALSE),
                       COALESCE(CASE WHEN contact.do_not_call THEN contact.do_not_call_reason END,
                                CASE WHEN client.do_not_call THEN client.do_not_call_reason END, ''),
                       home.tz
                  FROM res_partner contact
                  JOIN res_company here ON here.id = %s
             LEFT JOIN resource_calendar home ON home.id = here.resource_calendar_id
             LEFT JOIN res_company own ON own.partner_id = COALESCE(contact.client_id, contact.commercial_partner_id)
                  JOIN res_partner client
                    ON client.id = CASE WHEN own.id IS NULL
                                        THEN COALESCE(contact.client_id, contact.commercial_partner_id, contact.id)
                                        ELSE contact.id END
             LEFT JOIN res_country contact_country ON contact_country.id = contact.country_id
             LEFT JOIN res_country client_country ON client_country.id = client.country_id
                 WHERE contact.id = ANY(%s)
                """,
                self.env.company.id,
                list(partner_ids),
            )
        )

    def _prepare_card(self, row, lines):
        contact_id, client_id, zone, client_zone, country, client_country, not_before, is_blocked, reason, home = row
        fortnight = lines.get(contact_id) or lines.get(client_id)
        zone = zone or client_zone or get_country_zone(country) or get_country_zone(client_country)
        return Card(
            contact_id,
            client_id,
            get_zone(zone, home),
            fortnight or ANY_HOURS,
            bool(fortnight),
            to_moment(not_before) if not_before else None,
            is_blocked,
            reason,
        )

    def _get_hours_lines(self, partner_ids):
        """Return {partner id: 14 lists of hours} of those cards that have hours of their own."""
        weeks = {}
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, weekday, hour_from, hour_to FROM crm_call_hours WHERE partner_id = ANY(%s)",
                list(partner_ids),
            )
        )
        for partner_id, weekday, hour_from, hour_to in rows:
            week = weeks.setdefault(partner_id, [[] for _day in range(7)])
            week[int(weekday)].append((get_seconds(hour_from), get_seconds(hour_to)))
        return {partner_id: tuple(map(merge, week)) * 2 for partner_id, week in weeks.items()}

    def _get_opened(self, cards, after, before):
        """Return {partner id: intervals} in which the clients may be called."""
        known = {}
        opened = {}
        for card in cards.values():
            if card.is_blocked:
                opened[card.id] = []
                continue
            key = (card.zone, str(card.fortnight))
            if key not in known:
                known[key] = get_opened(card.zone, card.fortnight, after, before)
            waits = card.not_before and card.not_before > after
            opened[card.id] = subtract(known[key], [(after, card.not_before)]) if waits else known[key]
        return opened

    def _get_open_hours(self, partner_ids, now, with_hours=False):
        """Return whether and when clients can be called, for those who may see the task but perhaps not the client.

        :param datetime now: UTC
        :param bool with_hours: with ``hours_text``, his hours in words
        :return: {partner id: {"is_blocked": nobody calls, "is_open": now, "closes": until when, "opens": else from when
            within a week (datetimes in UTC or None), "tz": name of the zone, "text": what speaks against calling now}}
        """
        self.env.flush_all()  # what is read by SQL
        moment = to_moment(now)
        cards = self._get_cards(partner_ids)
        opened = self._get_opened(cards, moment, moment + 8 * DAY)
        rows = {card.id: self._prepare_open_hours(card, opened[card.id], moment) for card in cards.values()}
        if with_hours:
            for card in cards.values():
                rows[card.id]["hours_text"] = self._get_hours_text(card, moment)
        return rows


def _intersect(fortnight, within):
    """Return the hours of each day that are in both of two fortnights; ``within`` may be None."""
    if not within:
        return fortnight
    return [
        merge((max(low, begin), min(high, end)) for low, high in day for begin, end in allowed)
        for day, allowed in zip(fortnight, within, strict=True)
    ]
