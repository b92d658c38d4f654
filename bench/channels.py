"""Measure the channels' dashboard against the same aggregates in hand-written SQL, and check that they agree.

    python bench/channels.py -c odoo.conf -d bench [--repetitions 7] [any option of Odoo]

See README.md for what the figures mean.
"""

import itertools
import json
import sys
from datetime import datetime, time

import pytz
from database import (
    CHANNEL_PREFIX,
    MANAGER_LOGIN,
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

from odoo import fields
from odoo.tools import SQL

PERIODS = ("week", "month", "year")
TIME_GROUPS = ("day", "week", "month")
GROUPS = {
    "pipeline": (*TIME_GROUPS, "user", "stage"),
    "sales": (*TIME_GROUPS, "user"),
    "invoices": (*TIME_GROUPS, "user"),
}
KINDS = [
    (content, period, group)
    for content, groups in GROUPS.items()
    for period, group in itertools.product(PERIODS, groups)
]
CHANNEL_COUNTS = (1, 10, 50)
GOAL = 1.5
CENT = 0.01

# what a person would write: table, amount, date, salesperson, which records
QUERIES = {
    "pipeline": ("crm_lead", "prorated_revenue", "date_deadline", "user_id", "active IS TRUE AND type = 'opportunity'"),
    "sales": ("sale_order", "amount_untaxed / currency_rate", "date_order", "user_id", "state = 'sale'"),
    "invoices": (
        "account_move",
        "amount_untaxed_signed",
        "invoice_date",
        "invoice_user_id",
        "state = 'posted' AND move_type IN ('out_invoice', 'out_refund')",
    ),
}


class HandWritten:
    """The figures of the dashboard as plain SQL, with the conditions of the viewer's access rules written out."""

    def __init__(self, env, channels, *, own):
        self.env = env
        self.ids = tuple(channels.ids)
        self.own = own

    def visible(self, table, user_column):
        """Records of the channels that the viewer may see: of the company, and his own or nobody's."""
        condition = SQL("team_id IN %s AND (company_id = %s OR company_id IS NULL)", self.ids, self.env.company.id)
        if table == "account_move":
            # a required field: nobody would ask for those without
            condition = SQL("team_id IN %s AND company_id = %s", self.ids, self.env.company.id)
        if self.own:
            column = SQL.identifier(user_column)
            condition = SQL("%s AND (%s = %s OR %s IS NULL)", condition, column, self.env.uid, column)
        return condition

    def graph(self, content, group, current, previous):
        """Statement of one kind of graph: (channel, bar, amount) or (channel, bar, amount now, amount before)."""
        table, amount, date, user, records = QUERIES[content]
        day = SQL.identifier(date)
        first, last = min(current.start, previous.start), max(current.stop, previous.stop)
        since, until = map(self.moment, (first, last)) if content == "sales" else (first, last)
        where = SQL(
            "%s AND %s AND %s >= %s AND %s < %s", SQL(records), self.visible(table, user), day, since, day, until
        )
        if group in TIME_GROUPS:
            if content == "sales":
                day = SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)", day, str(self.env.tz))
            return SQL(
                "SELECT team_id, date_trunc(%s, %s)::date, SUM(%s) FROM %s WHERE %s GROUP BY 1, 2",
                *(group, day, SQL(amount), SQL.identifier(table), where),
            )
        windows = [
            SQL("%s >= %s AND %s < %s", day, start, day, stop)
            for start, stop in (
                map(self.moment, window) if content == "sales" else window for window in (current, previous)
            )
        ]
        return SQL(
            "SELECT team_id, %s, SUM(%s) FILTER (WHERE %s), SUM(%s) FILTER (WHERE %s) FROM %s WHERE %s GROUP BY 1, 2",
            SQL.identifier("stage_id" if group == "stage" else user),
            *(SQL(amount), windows[0], SQL(amount), windows[1], SQL.identifier(table), where),
        )

    def moment(self, day):
        """Midnight in the viewer's time zone, as stored."""
        return self.env.tz.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)

    def counters(self, today):
        """Three statements: leads, orders, invoices of this month."""
        month = today.replace(day=1)
        return (
            SQL(
                """
                SELECT team_id,
                       COUNT(*) FILTER (WHERE user_id IS NULL),
                       COUNT(*) FILTER (WHERE type = 'opportunity'),
                       SUM(prorated_revenue) FILTER (WHERE type = 'opportunity'),
                       COUNT(*) FILTER (WHERE type = 'opportunity' AND date_deadline < %(today)s),
                       SUM(prorated_revenue) FILTER (WHERE type = 'opportunity' AND date_deadline < %(today)s)
                  FROM crm_lead
                 WHERE active IS TRUE AND won_status = 'pending' AND %(visible)s
              GROUP BY 1
                """,
                today=today,
                visible=self.visible("crm_lead", "user_id"),
            ),
            SQL(
                """
                SELECT team_id,
                       COUNT(*) FILTER (WHERE state <> 'sale'),
                       SUM(amount_untaxed / currency_rate) FILTER (WHERE state <> 'sale'),
                       COUNT(*) FILTER (WHERE state = 'sale'),
                       SUM(due / currency_rate)
                  FROM sale_order
                  LEFT JOIN LATERAL (SELECT SUM(untaxed_amount_to_invoice) AS due FROM sale_order_line
                                      WHERE order_id = sale_order.id AND sale_order.state = 'sale') line ON TRUE
                 WHERE (state IN ('draft', 'sent') OR state = 'sale' AND invoice_status = 'to invoice') AND %s
              GROUP BY 1
                """,
                self.visible("sale_order", "user_id"),
            ),
            SQL(
                """
                SELECT team_id,
                       SUM(amount_untaxed_signed),
                       SUM(amount_untaxed_signed) FILTER (WHERE payment_state IN ('paid', 'in_payment', 'reversed'))
                  FROM account_move
                 WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
                   AND invoice_date >= %s AND invoice_date < %s AND %s
              GROUP BY 1
                """,
                month,
                fields.Date.add(month, months=1),
                self.visible("account_move", "invoice_user_id"),
            ),
        )

    def run(self, *statements):
        """Rows of each statement, nothing between the cursor and them."""
        rows = []
        for statement in statements:
            self.env.cr.execute(statement)
            rows.append(self.env.cr.fetchall())
        return rows


class Disagreement(SystemExit):
    """The dashboard shows another figure than the hand-written SQL."""


def check(what, shown, expected):
    """Refuse figures that differ by more than rounding."""
    if abs((shown or 0) - float(expected or 0)) > CENT:
        raise Disagreement(f"{what}: the dashboard shows {shown}, the SQL finds {expected}")


def decode(value):
    """Data of a card, whether the field holds them as JSON or as its text."""
    return json.loads(value) if isinstance(value, str) else value


def check_graphs(channels, kind, windows, rows):
    """Each bar of each channel against the rows of the hand-written statement."""
    # the addons path is known once Odoo is configured
    from odoo.addons.crm_channels.tools.periods import split

    _content, _period, group = kind
    current, previous = windows
    if group in TIME_GROUPS:
        sums = {(team_id, bar): amount for team_id, bar, amount in rows}
        bars = [
            (str(now.start), now.start, ago.start)
            for now, ago in zip(split(current, group), split(previous, group), strict=True)
        ]
        expected = {
            channel.id: {key: (sums.get((channel.id, now)), sums.get((channel.id, ago))) for key, now, ago in bars}
            for channel in channels
        }
    else:
        expected = {channel.id: {} for channel in channels}
        for team_id, value, now, ago in rows:
            expected[team_id][f"{group}:{value or 0}"] = (now, ago)
    filled = 0
    for channel in channels:
        graph = decode(channel.dashboard_graph)
        shown = dict(zip(graph["keys"], zip(graph["values"], graph["previous"], strict=True), strict=True))
        for key in shown.keys() | expected[channel.id].keys():
            now, ago = expected[channel.id].get(key, (0, 0))
            if (now or ago) and key not in shown:
                raise Disagreement(f"{channel.name}, {kind}: the bar {key} is missing")
            check(f"{channel.name}, {kind}, {key}", shown[key][0], now)
            check(f"{channel.name}, {kind}, {key}, previous", shown[key][1], ago)
            filled += bool(now)
    return filled


def check_counters(channels, rows):
    """Each counter of each channel against the rows of the hand-written statements."""
    leads, orders, invoices = ({team_id: row for team_id, *row in part} for part in rows)
    for channel in channels:
        counters = decode(channel.dashboard_counters)
        shown = {item["name"]: (item["count"], item["amount"]) for item in counters["items"]}
        unassigned, deals, weighted, overdue, overdue_weighted = leads.get(channel.id, [0] * 5)
        quotations, quoted, to_invoice, due = orders.get(channel.id, [0] * 4)
        invoiced, paid = invoices.get(channel.id, [0] * 2)
        expected = {
            "unassigned": (unassigned, None),
            "deals": (deals, weighted),
            "overdue": (overdue, overdue_weighted),
            "quotations": (quotations, quoted),
            "to_invoice": (to_invoice, due),
        }
        for name, (count, amount) in expected.items():
            check(f"{channel.name}, number of {name}", shown[name][0], count)
            check(f"{channel.name}, amount of {name}", shown[name][1], amount)
        check(f"{channel.name}, invoiced", counters["progress"]["invoiced"], invoiced)
        check(f"{channel.name}, paid", counters["progress"]["paid"], paid)


class Measurement:
    """The dashboard of one viewer."""

    def __init__(self, env, login, repetitions, *, own):
        self.admin_channels = env["crm.team"].search([("name", "=like", f"{CHANNEL_PREFIX}%")], order="name")
        self.env = as_user(env, login)
        self.channels = self.admin_channels.with_env(self.env)
        self.repetitions = repetitions
        self.sql = HandWritten(self.env, self.channels, own=own)

    def read(self, field, channels=None):
        """What the page asks for: one field of all channels, nothing of it in the cache."""
        self.env.invalidate_all()
        return (self.channels if channels is None else channels).mapped(field)

    def count(self, field):
        """Numbers of queries for one, ten and all channels."""
        return [
            count_queries(self.env, lambda number=number: self.read(field, self.channels[:number]))[0]
            for number in CHANNEL_COUNTS
        ]

    def compare(self, field, statements):
        """Timings of the field and of the statements, and what both found."""
        addon, plain = interleave(self.repetitions, lambda: self.read(field), lambda: self.sql.run(*statements))
        return addon, plain, self.count(field)

    def graphs(self, kinds):
        """One row for each kind of graph."""
        for kind in kinds:
            content, period, group = kind
            self.admin_channels.write(
                {"dashboard_content": content, "dashboard_period": period, "dashboard_group": group}
            )
            self.env.flush_all()
            windows = self.channels._get_windows(*kind)
            statement = self.sql.graph(content, group, *windows)
            filled = check_graphs(self.channels, kind, windows, *self.sql.run(statement))
            yield kind, filled, *self.compare("dashboard_graph", [statement])

    def counters(self):
        statements = self.sql.counters(fields.Date.context_today(self.channels))
        check_counters(self.channels, self.sql.run(*statements))
        return self.compare("dashboard_counters", statements)


def milliseconds(seconds):
    return f"{seconds * 1000:.1f}"


def format_row(names, addon, plain, queries):
    """Cells of a table, and the two ratios."""
    ratios = addon.median / plain.median, addon.best / plain.best
    return (
        *names,
        *map(milliseconds, (addon.median, addon.best, plain.median, plain.best)),
        *(f"{ratio:.2f}" for ratio in ratios),
        " ".join(map(str, queries)),
    ), ratios


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="filled database with crm_channels installed")
    parser.add_argument("--repetitions", type=int, default=7, help="timed runs of each thing (default 7)")
    parser.add_argument("--only", choices=list(GROUPS), help="graphs of this content only")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    kinds = [kind for kind in KINDS if options.only in (None, kind[0])]
    timing_columns = ("addon ms", "min", "SQL ms", "min", "ratio", "of minima", "queries at 1 10 50")
    worst, growing = [], []
    with open_environment(options.database) as env:
        print(describe_machine(env), "\n", flush=True)
        for title, login, own in (
            ("sales administrator", MANAGER_LOGIN, False),
            ("salesperson with own documents only", SALESPERSON_LOGIN % 0, True),
        ):
            viewer = Measurement(env, login, options.repetitions, own=own)
            rows = []
            for kind, filled, addon, plain, queries in viewer.graphs(kinds):
                row, ratios = format_row((*kind, filled), addon, plain, queries)
                rows.append(row)
                worst.append((*ratios, title, *kind))
                growing += [(title, *kind)] * (len(set(queries)) > 1)
                print(".", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            print(f"Graphs of {len(viewer.channels)} channels for a {title}:\n")
            print_table(("content", "period", "group", "bars", *timing_columns), rows)
            row, ratios = format_row((), *viewer.counters())
            worst.append((*ratios, title, "counters"))
            print(f"Counters and progress of {len(viewer.channels)} channels for a {title}:\n")
            print_table(timing_columns, [row])
    print("All figures agree with the SQL.")
    print(f"Worst ratio of medians: {max(worst)[0]:.2f} ({', '.join(max(worst)[2:])}); goal {GOAL}.")
    slow = sorted((entry for entry in worst if entry[0] > GOAL), reverse=True)
    print(f"Over the goal: {len(slow)} of {len(worst)}.")
    for kind in growing:
        print("Number of queries depends on the number of channels:", ", ".join(kind))


if __name__ == "__main__":
    main()
