"""Measure the sales pyramid, the funnel report and the process report beside bare grouped SQL of the same numbers.

    python bench/pyramid.py -c odoo.conf -d bench_funnel [--explain] [any option of Odoo]

See README.md for what the figures mean. Nothing is written.
"""

import re
import sys
from datetime import date, datetime, timedelta
from typing import NamedTuple
from unittest.mock import patch

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
from generate_funnel import TAG_PREFIX
from pyramid_sql import PYRAMID_FIGURES, Days, HandWritten

from odoo import fields, sql_db
from odoo.tools import SQL

GOAL = 1.3
LONG_RUN = 1.0  # seconds from which on a call is timed less often
CENT = 0.01
PARTS = ("pyramid", "report", "process")
REPORT_FIGURES = ("worked", "new", "won", "lost", "won_amount", "cycle_days")


class Viewer(NamedTuple):
    """Who looks at which deals, in Odoo and by hand."""

    title: str
    login: str
    domain: list
    options: dict  # of the reports
    condition: SQL  # on `lead`


def get_viewers(env):
    """The whole company, three filters, and somebody who sees his own deals and those of nobody."""
    user = env["res.users"].search([("login", "=", SALESPERSON_LOGIN % 0)])
    team = env["crm.team"].search([("name", "=like", f"{CHANNEL_PREFIX}%")], order="name", limit=1)
    tag = env["crm.tag"].search([("name", "=like", f"{TAG_PREFIX}%")], order="name", limit=1)
    tagged = SQL("EXISTS (SELECT FROM crm_tag_rel WHERE lead_id = lead.id AND tag_id = %s)", tag.id)
    own = SQL("(lead.user_id = %s OR lead.user_id IS NULL)", user.id)
    return [
        Viewer("head, all deals", MANAGER_LOGIN, [], {}, SQL("TRUE")),
        Viewer(
            "head, one manager",
            MANAGER_LOGIN,
            [("user_id", "in", user.ids)],
            {"user_ids": user.ids},
            SQL("lead.user_id = %s", user.id),
        ),
        Viewer(
            "head, one channel",
            MANAGER_LOGIN,
            [("team_id", "in", team.ids)],
            {"team_ids": team.ids},
            SQL("lead.team_id = %s", team.id),
        ),
        Viewer("head, one tag", MANAGER_LOGIN, [("tag_ids", "in", tag.ids)], {"tag_ids": tag.ids}, tagged),
        Viewer("salesperson, own deals", SALESPERSON_LOGIN % 0, [], {}, own),
    ]


def get_periods():
    """All of the past, 90 days until today, and the last whole month."""
    today = date.today()
    last = today.replace(day=1) - timedelta(days=1)
    return [Days("all"), Days("90 days", today - timedelta(days=89), today), Days("month", last.replace(day=1), last)]


def get_year():
    """Twelve whole months."""
    last = date.today().replace(day=1) - timedelta(days=1)
    return Days("year", last.replace(day=1, month=last.month % 12 + 1, year=last.year - (last.month < 12)), last)


# ------------------------------------------------------------
# THE ADDON'S NUMBERS IN THE SAME FORM
# ------------------------------------------------------------


def read_pyramid(pyramid):
    return [{name: row[name] or 0 for name in PYRAMID_FIGURES} for row in pyramid["rows"]]


def read_report(report):
    return *(read_period(report, *names) for names in (("value", "values"), ("before", "before"))), read_pyramid(
        report["pyramid"]
    )


def read_period(report, of_all, of_line):
    """Median of the cycle, and the other figures by group: all deals, each manager, each source."""
    values = {indicator["name"]: indicator[of_all] for indicator in report["indicators"]}
    groups = {(None, 0): values}
    for kind in ("users", "sources"):
        groups.update({(kind, line["id"] or 0): line[of_line] for line in report[kind]})
    figures = {key: [group[name] or 0 for name in REPORT_FIGURES] for key, group in groups.items()}
    return values["cycle_median"], {key: group for key, group in figures.items() if group[0]}


def read_process(report):
    recorded = {(line["user_id"], line["step_id"] or 0, 0, None, ""): line["count"] for line in report["people"]}
    recorded.update({(0, 0, line["weekday"], line["hour"], ""): line["count"] for line in report["hours"]})
    recorded.update({(0, 0, 0, None, line["date"]): line["count"] for line in report["days"]})
    return (
        [(line["cases"], line["average"], line["median"], line["days_90"]) for line in report["steps"]],
        {(line["number"], line["reason_id"]): [line["count"], line["amount"]] for line in report["losses"]},
        recorded,
    )


def check(what, shown, expected):
    """Refuse numbers that differ by more than rounding, anywhere in lists and dicts."""
    if isinstance(expected, dict) and isinstance(shown, dict) and shown.keys() == expected.keys():
        for key, value in expected.items():
            check(f"{what}, {key}", shown[key], value)
    elif isinstance(expected, (list, tuple)) and len(shown) == len(expected):
        for number, (value, right) in enumerate(zip(shown, expected, strict=True)):
            check(f"{what}, {number}", value, right)
    elif isinstance(expected, (dict, list, tuple)) or abs(float(shown or 0) - float(expected or 0)) > CENT:
        raise SystemExit(f"{what}: the addon says {shown}, the SQL finds {expected}")


# ------------------------------------------------------------
# MEASURING
# ------------------------------------------------------------


class Call(NamedTuple):
    """One thing to measure: a method of the addon, the SQL beside it, and how to compare them."""

    part: str
    title: str
    period: str
    addon: object
    bare: object
    read: object


def get_calls(env, viewer, now):
    """All calls of one viewer."""
    bare, leads, reports = HandWritten(env, viewer.condition, now), env["crm.lead"], env["crm.funnel.report"]
    for basis in ("created", "results"):
        for days in get_periods():
            options = {"basis": basis, **days.options}
            yield Call(
                "pyramid",
                f"pyramid, {basis}",
                days.title,
                lambda options=options: leads.get_pyramid(viewer.domain, options),
                lambda basis=basis, days=days: bare.pyramid(basis, days),
                read_pyramid,
            )
    month, year = get_periods()[-1], get_year()
    for days, compare in ((month, "previous"), (year, "year")):
        options = {**viewer.options, **days.options, "compare": compare}
        before = Days("before", *reports._get_periods(options)[1])
        yield Call(
            "report",
            "funnel report",
            days.title,
            lambda options=options: reports.get_report(options),
            lambda days=days, before=before: bare.report(days, before),
            read_report,
        )
    for days in (month, year):
        options = {**viewer.options, **days.options}
        yield Call(
            "process",
            "process report",
            days.title,
            lambda options=options: reports.get_process_report(options),
            lambda days=days: bare.process(days),
            read_process,
        )


def measure(env, call, repetitions):
    """One call: (queries, Timing of the addon, Timing of the SQL)."""

    def run():
        """With an empty record cache, as every web request has it."""
        env.invalidate_all()
        return call.addon()

    check(f"{call.title}, {call.period}", call.read(run()), call.bare())
    queries, _result = count_queries(env, run)
    start = datetime.now()
    call.bare()
    is_long = (datetime.now() - start).total_seconds() > LONG_RUN
    return queries, *interleave(max(2, repetitions // 3) if is_long else repetitions, run, call.bare)


def measure_viewer(env, viewer, now, parts, repetitions):
    """Rows of the table of one viewer, and what is above the goal."""
    rows, above = [], []
    for call in get_calls(env, viewer, now):
        if call.part not in parts:
            continue
        queries, addon, bare = measure(env, call, repetitions)
        ratio = addon.median / bare.median
        milliseconds = [f"{seconds * 1000:.1f}" for timing in (addon, bare) for seconds in (timing.median, timing.best)]
        rows.append((call.title, call.period, queries, *milliseconds, f"{ratio:.2f}", f"{addon.best / bare.best:.2f}"))
        if ratio > GOAL:
            above.append((ratio, viewer.title, call.title, call.period))
        # a run takes long: what is measured already is not lost if it is ended
        print(f"{call.title}, {call.period}: {milliseconds[0]} and {milliseconds[2]} ms", file=sys.stderr, flush=True)
    return rows, above


# ------------------------------------------------------------
# PLANS
# ------------------------------------------------------------


def print_plans(env, viewer, now, parts):
    """The plans of the queries of the addon that read deals and results."""
    for call in get_calls(env, viewer, now):
        if call.part not in parts:
            continue
        env.invalidate_all()
        print(f"\n### {viewer.title}: {call.title}, {call.period}\n", flush=True)
        for statement in record_statements(call.addon):
            if statement.lstrip().startswith("SELECT") and re.search("GROUP BY|WITHIN GROUP", statement):
                env.cr.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
                print("\n".join(line for (line,) in env.cr.fetchall()), "\n", flush=True)


def record_statements(function):
    """The SQL that a function sends, with its values."""
    execute, statements = sql_db.Cursor.execute, []

    def recorded(cursor, *arguments, **options):
        result = execute(cursor, *arguments, **options)
        statements.append(cursor._obj.query.decode())
        return result

    with patch.object(sql_db.Cursor, "execute", recorded):
        function()
    return statements


# ------------------------------------------------------------
# RUN
# ------------------------------------------------------------


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database that generate_funnel.py has filled")
    parser.add_argument(
        "--repetitions", type=int, default=7, help="timed runs of each thing, fewer of long ones (default 7)"
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part (may be repeated)")
    parser.add_argument("--viewer", type=int, action="append", help="only the viewer of this number, from 0 on")
    parser.add_argument("--explain", action="store_true", help="print the plans instead of measuring")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    parts, above = options.only or PARTS, []
    # all calls of a run happen at one moment: how long deals wait must not differ between two of them
    now = fields.Datetime.now()
    with open_environment(options.database) as env, patch.object(fields.Datetime, "now", lambda *_arguments: now):
        print(describe_machine(env), "\n", flush=True)
        for number, viewer in enumerate(get_viewers(env)):
            if options.viewer and number not in options.viewer:
                continue
            user_env = as_user(env, viewer.login)
            if options.explain:
                print_plans(user_env, viewer, now, parts)
                continue
            rows, slow = measure_viewer(user_env, viewer, now, parts, options.repetitions)
            above += slow
            print(f"{viewer.title}:\n")
            print_table(("call", "period", "queries", "addon ms", "min", "SQL ms", "min", "ratio", "of minima"), rows)
    if not options.explain:
        print("All figures agree with the SQL.")
        print(
            f"Above the goal of {GOAL}: {len(above)}.", *(f"\n  {ratio:.2f} {what}" for ratio, *what in sorted(above))
        )


if __name__ == "__main__":
    main()
