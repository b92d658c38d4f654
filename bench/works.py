"""Measure the status of 200,000 works beside Odoo's list of the same tasks, and a client's card with and without projects.

    python bench/works.py -c odoo.conf -d bench_works [--only list] [--explain] [any option of Odoo]

See README.md for what the figures mean. Nothing is written for good.
"""

import sys
from functools import partial
from typing import NamedTuple

from database import (
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
from deals import read_specification
from generate_works import EXECUTOR_LOGIN
from lxml import etree

from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

GOAL = 1.2
PAGE, COUNTED, COLUMN = 80, 10_001, 40  # what a list asks for: rows, how far it counts; cards of a kanban's column
PARTS = ("list", "groups", "all", "card")
OURS, STOCK = "crm_projects.crm_work_action", "project.action_view_all_task"
CARD_FIELDS = ("client_project_count", "work_count", "late_work_count", "proposed_service_ids")
HEADER = ("what", "who", "found", "queries", "stock", "ours ms", "min", "stock ms", "min", "ratio", "of minima")


class Viewer(NamedTuple):
    """Who looks, and which of the tasks he sees in the status of works, for the stock list of the same size."""

    title: str
    login: str
    domain: list


def get_viewers(env):
    """Delivery, the head, and a salesperson who is limited to own clients; the last two have no rights in Project."""
    own = env["res.users"].search([("login", "=", SALESPERSON_LOGIN % 0)])
    return [
        Viewer("delivery", EXECUTOR_LOGIN % 0, []),
        Viewer("head", MANAGER_LOGIN, []),
        Viewer("own clients", own.login, [("work_client_access", "in", [0, own.id])]),
    ]


class List:
    """One user's web client with the list of an action."""

    def __init__(self, env, login, action_xmlid):
        self.env = as_user(env, login)
        action = self.env["ir.actions.act_window"]._for_xml_id(action_xmlid)
        self.records = self.env[action["res_model"]]
        views = {kind: view_id for view_id, kind in action["views"]}
        search_view = action["search_view_id"] and action["search_view_id"][0]
        arches = self.records.get_views([(views["list"], "list"), (views["kanban"], "kanban"), (search_view, "search")])
        arches = {kind: etree.fromstring(view["arch"]) for kind, view in arches["views"].items()}
        self.columns = read_specification(self.records, arches["list"])
        self.card = read_specification(self.records, arches["kanban"])
        self.domain = safe_eval(action["domain"] or "[]", {"uid": self.env.uid})
        self.default = [*self.domain, *self.get_default(action, arches["search"])]

    def get_default(self, action, search):
        """The filters that are on when the action opens."""
        context = safe_eval(action["context"] or "{}", {"uid": self.env.uid})
        return [
            condition
            for key, value in context.items()
            if key.startswith("search_default_") and value
            for domain in search.xpath(f"//filter[@name='{key.removeprefix('search_default_')}']/@domain")
            for condition in safe_eval(domain, {"uid": self.env.uid})
        ]

    def open(self, domain):
        self.env.invalidate_all()
        return self.records.web_search_read(domain, self.columns, limit=PAGE, count_limit=COUNTED)["length"]

    def group(self, domain, groupby, aggregates=()):
        self.env.invalidate_all()
        return len(self.records.web_read_group(domain, [groupby], ["__count", *aggregates], limit=PAGE)["groups"])

    def open_kanban(self, domain, groupby):
        self.env.invalidate_all()
        options = {"unfold_read_specification": self.card, "unfold_read_default_limit": COLUMN, "auto_unfold": True}
        return len(self.records.web_read_group(domain, [groupby], ["__count"], **options)["groups"])

    def pivot(self, domain, *groupby):
        self.env.invalidate_all()
        sets = [list(groupby[:length]) for length in range(len(groupby) + 1)]
        return len(self.records.formatted_read_grouping_sets(domain, sets, ["__count"]))

    def explain(self, domain, **options):
        query = self.records._search(domain, **{"order": self.records._order, **options})
        rows = self.env.execute_query(SQL("EXPLAIN (ANALYZE, COSTS OFF, BUFFERS) %s", query.select()))
        return "\n".join(line for (line,) in rows)


def measure(env, title, viewer, ours, stock, repetitions):
    """Row of the table: our call beside the one of stock."""
    timings = interleave(repetitions, ours, stock)
    (queries, found), (stock_queries, _found) = count_queries(env, ours), count_queries(env, stock)
    milliseconds = [f"{seconds * 1000:.1f}" for timing in timings for seconds in (timing.median, timing.best)]
    ratios = [f"{getattr(timings[0], name) / getattr(timings[1], name):.2f}" for name in ("median", "best")]
    return (title, viewer.title, found, queries, stock_queries, *milliseconds, *ratios)


# ------------------------------------------------------------
# PARTS
# ------------------------------------------------------------


def measure_list(env, stock, repetitions):
    """The list as the menu opens it and without filters, beside Odoo's list of as many tasks."""
    for viewer in get_viewers(env):
        ours = List(env, viewer.login, OURS)
        for title, mine, theirs in (
            ("open works", ours.default, [*stock.default, *viewer.domain]),
            ("all works", ours.domain, [*stock.domain, *viewer.domain]),
        ):
            calls = partial(ours.open, mine), partial(stock.open, theirs)
            yield measure(env, f"list: {title}", viewer, *calls, repetitions)


def measure_groups(env, stock, repetitions):
    """What is grouped, with the filters that are on when the menu opens it: open works, open tasks."""
    for viewer in get_viewers(env):
        ours = List(env, viewer.login, OURS)
        yield from measure_grouped(env, viewer, ours, stock, ours.default, stock.default, repetitions)


def measure_all(env, stock, repetitions):
    """The same groups without filters: all works, all tasks."""
    for viewer in get_viewers(env):
        ours = List(env, viewer.login, OURS)
        yield from measure_grouped(env, viewer, ours, stock, ours.domain, stock.domain, repetitions)


def measure_grouped(env, viewer, ours, stock, mine, theirs, repetitions):
    """The groups of our list with the domain `mine`, beside those of stock with `theirs` and what the viewer may see."""
    theirs = [*theirs, *viewer.domain]
    averages = ("progress:avg", "days_late:avg")
    for title, our_call, stock_call in (
        (
            "list by service",
            partial(ours.group, mine, "service_id", averages),
            partial(stock.group, theirs, "work_service_id"),
        ),
        (
            "list by project",
            partial(ours.group, mine, "client_project_id", averages),
            partial(stock.group, theirs, "project_id"),
        ),
        (
            "kanban by status",
            partial(ours.open_kanban, mine, "status"),
            partial(stock.open_kanban, theirs, "state"),
        ),
        (
            "pivot service, status",
            partial(ours.pivot, mine, "service_id", "status"),
            partial(stock.pivot, theirs, "work_service_id", "state"),
        ),
    ):
        yield measure(env, title, viewer, our_call, stock_call, repetitions)


def measure_card(env, stock, repetitions):
    """The card of the client with most works, all its fields beside all but those of projects; then its tab."""
    for viewer in get_viewers(env):
        user_env = as_user(env, viewer.login)
        [(client, _count)] = user_env["crm.work"]._read_group(
            [], ["client_id"], ["__count"], order="__count DESC", limit=1
        )
        form = etree.fromstring(client.get_views([(False, "form")])["views"]["form"]["arch"])
        card = read_specification(client, form)
        plain = {name: card[name] for name in card if name not in CARD_FIELDS}

        def read(specification, client=client):
            client.env.invalidate_all()
            return len(client.web_read(specification))

        def open_tab(client=client):
            client.env.invalidate_all()
            return client.get_client_projects()["work_count"]

        yield measure(env, "client card", viewer, partial(read, card), partial(read, plain), repetitions)
        yield measure(env, "its tab beside the card", viewer, open_tab, partial(read, plain), repetitions)


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database filled by generate_works.py")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; several times for several")
    parser.add_argument("--repetitions", type=int, default=15, help="timed runs of each thing (default 15)")
    parser.add_argument("--explain", action="store_true", help="print the plans of the lists")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    rows = []
    with open_environment(options.database) as env:
        print(describe_machine(env), "\n", flush=True)
        stock = List(env, EXECUTOR_LOGIN % 0, STOCK)
        for part in options.only or PARTS:
            table = list(globals()[f"measure_{part}"](env, stock, options.repetitions))
            print_table(HEADER, table)
            rows += table
        for viewer in get_viewers(env) if options.explain else ():
            ours = List(env, viewer.login, OURS)
            print(f"{viewer.title}:", ours.explain(ours.default, limit=PAGE), "", sep="\n")
            print("its number:", ours.explain(ours.default, limit=COUNTED, order=None), "", sep="\n")
    slow = [f"{title}, {who}" for title, who, *_figures, ratio, _minima in rows if is_slow(title, ratio)]
    if slow:
        sys.exit(f"More than {GOAL} times the list of stock: {'; '.join(slow)}")


def is_slow(title, ratio):
    return title.startswith("list: ") and float(ratio) > GOAL


if __name__ == "__main__":
    main()
