"""Measure the search of free time over 200 managers and 50,000 meetings beside bare SQL of the same answer.

    python bench/call_slots.py -c odoo.conf -d bench_slots [--explain] [any option of Odoo]

`generate_call_slots.py` fills the database. See README.md for what the figures mean. Nothing is written.
"""

from datetime import datetime, timedelta

from database import (
    SALESPERSON_LOGIN,
    as_user,
    configure,
    count_queries,
    describe_machine,
    interleave,
    make_parser,
    open_environment,
    print_table,
)
from generate import TIME_ZONE

from odoo import fields
from odoo.tools import SQL

GOAL = 1.5
MINUTES = 30
DAYS = 14


class Search:
    """The next free time, by the addon and by one hand-written statement."""

    def __init__(self, env):
        self.env = env
        self.users = env["res.users"].search([("login", "like", SALESPERSON_LOGIN.split("%")[0])], order="id")
        self.client = env["res.partner"].search([("name", "=", "Client 7")], limit=1)
        self.after = fields.Datetime.now()
        self.before = self.after + timedelta(days=DAYS)

    # ------------------------------------------------------------
    # BY THE ADDON
    # ------------------------------------------------------------

    def find_all(self):
        """Return {user id: start} of the next free time of every manager."""
        found = self._find([[user_id] for user_id in self.users.ids], False)
        return dict(filter(None, found))

    def find_for_client(self):
        """Return {None: start} of the next time at which the client and any of the managers are free."""
        [found] = self._find([self.users.ids], self.client.id)
        return {None: found[1]} if found else {}

    def find_pair(self):
        """Return {None: start} of the next time at which the client and his manager are free."""
        [found] = self._find([self.users[:1].ids], self.client.id)
        return {None: found[1]} if found else {}

    def _find(self, candidates, partner_id):
        """With an empty record cache, as every web request has it."""
        self.env.invalidate_all()
        common = {"partner_id": partner_id, "minutes": MINUTES, "after": self.after, "before": self.before}
        return self.env["crm.free.time"]._find_slots([{"user_ids": user_ids, **common} for user_ids in candidates])

    # ------------------------------------------------------------
    # BY HAND: RANGES THAT POSTGRESQL JOINS AND SUBTRACTS
    # ------------------------------------------------------------

    def sql_all(self):
        return self._answer(SQL("who.id"), self.users.ids, None)

    def sql_for_client(self):
        return self._answer(SQL("NULL::int"), self.users.ids, self.client)

    def sql_pair(self):
        return self._answer(SQL("NULL::int"), self.users[:1].ids, self.client)

    def _answer(self, key, user_ids, client):
        """One statement: hours minus meetings and calls, the first gap that is long enough from a whole five minutes on."""
        client_free = self._client_free(client) if client else SQL("who.free")
        rows = self.env.execute_query(
            SQL(
                """
                WITH busy AS (%(busy)s),
                     taken AS (SELECT owner, range_agg(span) AS spans FROM busy GROUP BY owner),
                     opened AS (%(opened)s),
                     who AS (SELECT u.id, opened.spans - COALESCE(taken.spans, '{}') AS free
                               FROM unnest(%(users)s) u(id) CROSS JOIN opened LEFT JOIN taken ON taken.owner = u.id),
                     gap AS (SELECT %(key)s AS key, %(rounded)s AS start, upper(span) AS stop
                               FROM who CROSS JOIN LATERAL unnest(%(client_free)s) span)
                SELECT key, MIN(start) FROM gap WHERE start + interval '1 minute' * %(minutes)s <= stop GROUP BY key
                """,
                busy=self._busy(user_ids),
                opened=self._opened(
                    SQL(
                        "SELECT dayofweek, hour_from, hour_to FROM resource_calendar_attendance"
                        " WHERE calendar_id = %s AND display_type IS NULL AND day_period <> 'lunch'",
                        self.env.company.resource_calendar_id.id,
                    )
                ),
                users=user_ids,
                key=key,
                rounded=SQL("date_bin('5 min', lower(span) + interval '299.999999 s', TIMESTAMP '2000-01-01')"),
                client_free=client_free,
                minutes=MINUTES,
            )
        )
        return dict(rows)

    def _opened(self, hours):
        """SQL of the hours of a week as ranges of the days of the search."""
        return SQL(
            """SELECT range_agg(tsrange(GREATEST((day + interval '1 hour' * hour_from) AT TIME ZONE %(tz)s AT TIME ZONE 'UTC',
                                                 %(after)s),
                                        LEAST((day + interval '1 hour' * hour_to) AT TIME ZONE %(tz)s AT TIME ZONE 'UTC',
                                              %(before)s))) AS spans
                 FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, '1 day') day
                 JOIN (%(hours)s) line ON line.dayofweek::int = EXTRACT(ISODOW FROM day) - 1
                WHERE (day + interval '1 hour' * hour_to) AT TIME ZONE %(tz)s AT TIME ZONE 'UTC' > %(after)s
                  AND (day + interval '1 hour' * hour_from) AT TIME ZONE %(tz)s AT TIME ZONE 'UTC' < %(before)s""",
            tz=TIME_ZONE,
            after=self.after,
            before=self.before,
            first=(self.after - timedelta(days=1)).date(),
            last=(self.before + timedelta(days=1)).date(),
            hours=hours,
        )

    def _client_free(self, client):
        hours = SQL(
            "SELECT weekday AS dayofweek, hour_from, hour_to FROM crm_call_hours WHERE partner_id = %s", client.id
        )
        return SQL(
            "(who.free * (%s)) - COALESCE((SELECT range_agg(span) FROM (%s) busy), '{}')",
            self._opened(hours),
            self._client_busy(client),
        )

    def _busy(self, user_ids):
        events = SQL(
            """SELECT u.id AS owner, tsrange(e.start, e.stop) AS span
                 FROM calendar_event e
                 JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id
                 JOIN res_users u ON u.partner_id = r.res_partner_id
                WHERE u.id = ANY(%s) AND %s""",
            user_ids,
            self._is_busy(),
        )
        return SQL("%s UNION ALL %s", events, self._calls(SQL("user_id"), user_ids))

    def _client_busy(self, client):
        family = SQL("SELECT id FROM res_partner WHERE client_id = %s", client.id)
        events = SQL(
            """SELECT tsrange(e.start, e.stop) AS span FROM calendar_event e
                 JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id
                WHERE r.res_partner_id IN (%s) AND %s""",
            family,
            self._is_busy(),
        )
        calls = SQL("SELECT span FROM (%s) c", self._calls(SQL("client_id"), client.ids))
        return SQL("%s UNION ALL %s", events, calls)

    def _is_busy(self):
        return SQL(
            """e.active IS TRUE AND e.show_as = 'busy' AND e.stop > %s AND e.start < %s
               AND NOT EXISTS (SELECT FROM calendar_attendee a WHERE a.event_id = e.id
                                  AND a.partner_id = r.res_partner_id AND a.state = 'declined')""",
            self.after,
            self.before,
        )

    def _calls(self, owner, ids):
        return SQL(
            """SELECT %(owner)s AS owner, tsrange(call_start, call_start + interval '1 minute' * call_minutes) AS span
                 FROM mail_activity
                WHERE active AND %(owner)s = ANY(%(ids)s) AND call_start > %(first)s AND call_start < %(before)s
                  AND call_start + interval '1 minute' * call_minutes > %(after)s""",
            owner=owner,
            ids=ids,
            first=self.after - timedelta(hours=8),
            after=self.after,
            before=self.before,
        )


def get_cases(search):
    return [
        (f"every manager, {len(search.users)}", search.find_all, search.sql_all),
        ("any manager and one client", search.find_for_client, search.sql_for_client),
        ("one manager and one client", search.find_pair, search.sql_pair),
    ]


def check(title, found, right):
    """Refuse an answer that differs."""
    if found != right or not found:
        different = [key for key in found.keys() | right.keys() if found.get(key) != right.get(key)]
        pairs = [(key, str(found.get(key)), str(right.get(key))) for key in different[:3]]
        raise SystemExit(f"{title}: the addon and the SQL differ in {len(different)}: {pairs}")


def measure(search, repetitions):
    """Rows of the table, and the cases above the goal."""
    rows, above = [], []
    for title, find, bare in get_cases(search):
        queries, found = count_queries(search.env, find)
        check(title, found, bare())
        addon, sql = interleave(repetitions, find, bare)
        ratio = addon.median / sql.median
        times = [f"{seconds * 1000:.1f}" for timing in (addon, sql) for seconds in (timing.median, timing.best)]
        rows.append((title, len(found), queries, *times, f"{ratio:.2f}"))
        if ratio > GOAL:
            above.append((title, ratio))
    return rows, above


def explain(search):
    """Print the plan of the addon's statement for all managers and the client."""
    free_time = search.env["crm.free.time"]
    now = int((search.after - datetime(1970, 1, 1)).total_seconds())
    agenda = free_time._get_agenda(search.users.ids, search.client.ids, now, now + DAYS * 86400, with_busy=False)
    query = free_time._get_busy_query(SQL("*"), agenda, agenda.after, agenda.before)
    for (line,) in search.env.execute_query(SQL("EXPLAIN (ANALYZE, BUFFERS) %s", query)):
        print(line)


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database that generate_call_slots.py has filled")
    parser.add_argument("--repetitions", type=int, default=15, help="timed runs of each thing (default 15)")
    parser.add_argument("--explain", action="store_true", help="print the plan instead of measuring")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    with open_environment(options.database) as env:
        print(describe_machine(env), "\n", flush=True)
        search = Search(as_user(env, SALESPERSON_LOGIN % 0))
        if options.explain:
            explain(search)
            return
        rows, above = measure(search, options.repetitions)
        print_table(("next free time of", "answers", "queries", "addon ms", "min", "SQL ms", "min", "ratio"), rows)
        print("All answers agree with the SQL.")
        print(f"Above the goal of {GOAL}: {len(above)}.", *(f"\n  {ratio:.2f} {title}" for title, ratio in above))


if __name__ == "__main__":
    main()
