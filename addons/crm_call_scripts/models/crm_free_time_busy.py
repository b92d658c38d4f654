from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..tools.free_slots import MINUTE, get_days, to_datetime

# of a planned call whose length nobody has said, in minutes; and the longest
CALL_MINUTES = 15
LONGEST_CALL = 480
FEW_PEOPLE = 20


class CrmFreeTime(models.AbstractModel):
    """What managers and clients do already: one query for all of them, over indexes."""

    _inherit = "crm.free.time"

    def _get_busy(self, agenda):
        """Return what the managers and clients of an agenda do in its time: ({user id: pairs}, {client id: pairs})."""
        users, clients = defaultdict(list), defaultdict(list)
        zones = {card.client_id: card.zone for card in agenda.cards.values()}
        columns = SQL("user_id, client_id, EXTRACT(EPOCH FROM start)::bigint, EXTRACT(EPOCH FROM stop)::bigint, allday")
        for user_id, client_id, start, stop, allday in self._select_busy(columns, agenda, agenda.after, agenda.before):
            if allday:
                zone = agenda.managers[user_id].zone if user_id else zones[client_id]
                start, stop = get_all_day(zone, start, stop)
            if user_id:
                users[user_id].append((start, stop))
            else:
                clients[client_id].append((start, stop))
        return users, clients

    def _select_busy(self, columns, agenda, after, before):
        """Return the rows of `_get_busy_query`."""
        return self.env.execute_query(self._get_busy_query(columns, agenda, after, before))

    def _get_busy_query(self, columns, agenda, after, before):
        """Return SQL of calls and meetings of managers (``user_id``) and clients (``client_id``).

        :param SQL columns: of ``user_id``, ``client_id``, ``start``, ``stop``, ``allday``, ``event_id``, ``activity_id``
        :param after, before: moments; a whole day is given with the times that Odoo keeps, whatever the zone, and may lie
            outside by a day
        """
        clients = {card.client_id for card in agenda.cards.values()}
        people, events, calls = (
            self._sql_people(clients),
            self._sql_events(after, before),
            self._sql_calls(after, before),
        )
        users = list(agenda.managers)
        attended = SQL(
            """SELECT people.user_id, people.client_id, event.start, event.stop, event.allday, event.id AS event_id,
                      NULL::int AS activity_id
                 FROM people
                 JOIN calendar_event_res_partner_rel guest ON guest.res_partner_id = people.partner_id
                 JOIN event ON event.id = guest.calendar_event_id
                WHERE NOT EXISTS (SELECT FROM calendar_attendee answer WHERE answer.event_id = event.id
                                     AND answer.partner_id = people.partner_id AND answer.state = 'declined')"""
        )
        organized = SQL(
            """SELECT who.id, NULL, event.start, event.stop, event.allday, event.id, NULL
                 FROM event
                 JOIN res_users who ON who.id = event.user_id
                WHERE event.user_id = ANY(%s)
                  AND NOT EXISTS (SELECT FROM calendar_attendee answer WHERE answer.event_id = event.id
                                     AND answer.partner_id = who.partner_id AND answer.state = 'declined')""",
            users,
        )
        called_by = SQL(
            """SELECT call.user_id, NULL, call.start, call.stop, FALSE, NULL, call.id
                 FROM call WHERE call.user_id = ANY(%s)""",
            users,
        )
        called = SQL(
            """SELECT NULL, people.client_id, call.start, call.stop, FALSE, NULL, call.id
                 FROM people JOIN call ON call.contact_id = people.partner_id
                WHERE people.client_id IS NOT NULL"""
        )
        parts = [attended, organized, called_by, *([called] if clients else [])]
        return SQL(
            """WITH people AS (SELECT who.partner_id, who.id AS user_id, NULL::int AS client_id
                                 FROM res_users who WHERE who.id = ANY(%s) %s),
                    event AS %s (%s),
                    call AS NOT MATERIALIZED (%s)
               SELECT %s FROM (%s) busy""",
            users,
            people,
            # of few people their own meetings are looked up, of many all meetings of the time are read once
            SQL("MATERIALIZED" if len(users) + len(clients) > FEW_PEOPLE else "NOT MATERIALIZED"),
            events,
            calls,
            columns,
            SQL(" UNION ALL ").join(parts),
        )

    def _sql_people(self, clients):
        """Return SQL of whoever belongs to these clients. Colleagues do not: of an own company each is asked for alone."""
        if not clients:
            return SQL()
        return SQL(
            """UNION ALL (
               SELECT contact.id, NULL::int, contact.client_id FROM res_partner contact
                WHERE contact.client_id = ANY(%(clients)s)
                  AND NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = contact.client_id)
               UNION
               SELECT contact.id, NULL::int, contact.commercial_partner_id FROM res_partner contact
                WHERE contact.commercial_partner_id = ANY(%(clients)s) AND contact.client_id IS NULL
                  AND NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = contact.commercial_partner_id)
               UNION
               SELECT contact.id, NULL::int, contact.id FROM res_partner contact WHERE contact.id = ANY(%(clients)s))""",
            clients=list(clients),
        )

    def _sql_events(self, after, before):
        """Return SQL of the meetings in the time, and of whole days around it, which begin and end on another clock."""
        start, stop = to_datetime(after), to_datetime(before)
        day = timedelta(days=1)
        return SQL(
            """SELECT id, start, stop, allday, user_id FROM calendar_event
                WHERE active IS TRUE AND show_as = 'busy' AND stop > %s AND start < %s AND (allday OR (stop > %s AND start < %s))""",
            start - day,
            stop + day,
            start,
            stop,
        )

    def _sql_calls(self, after, before):
        """Return SQL of the planned calls in the time."""
        return SQL(
            """SELECT id, user_id, contact_id, call_start AS start,
                      call_start + INTERVAL '1 minute' * COALESCE(NULLIF(call_minutes, 0), %s) AS stop
                 FROM mail_activity
                WHERE active IS TRUE AND call_start > %s AND call_start < %s
                  AND call_start + INTERVAL '1 minute' * COALESCE(NULLIF(call_minutes, 0), %s) > %s""",
            CALL_MINUTES,
            to_datetime(after - LONGEST_CALL * MINUTE),
            to_datetime(before),
            CALL_MINUTES,
            to_datetime(after),
        )


def get_all_day(zone, start, stop):
    """Return the interval of a meeting that lasts whole days: from the first to the last of them on the clock of ``zone``.

    Odoo keeps the dates of such a meeting as moments of those dates in UTC, whatever the zone of who made it.
    """
    return get_days(zone, to_datetime(start).date(), to_datetime(stop).date())
