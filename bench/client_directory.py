"""Measure what crm_clients costs when a manager opens his clients among 500,000 partners, and when he looks one up.

The calls of the web client, on two databases with the same partners, one with crm_clients, one without:

    python bench/client_directory.py -c odoo.conf --without bench_clients_stock --with bench_clients [any option of Odoo]

See README.md for what the figures mean.
"""

import contextlib
from functools import partial

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
from deals import read_specification
from lxml import etree

from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

CUSTOMERS = "base.action_partner_form"  # CRM > Sales > Customers
MY_CLIENTS = "crm_clients.res_partner_action_my_clients"
GOAL = 1.2
PAGE, COUNTED = 80, 10_001  # what the list asks for: rows, and how far it counts
SUGGESTED = 8  # what a many-to-one field asks for
# columns that both lists show
COMMON_COLUMNS = ("complete_name", "phone", "email", "user_id", "city", "vat")


class Directory:
    """One user's web client on one database, with the list of one action."""

    def __init__(self, env, login, action):
        self.env = as_user(env, login)
        action = self.env["ir.actions.act_window"]._for_xml_id(action)
        context = {**safe_eval(action["context"], {"uid": self.env.uid}), "bin_size": True}
        self.partners = self.env["res.partner"].with_context(**context)
        self.domain = safe_eval(action["domain"] or "[]", {"uid": self.env.uid})
        self.views = [*action["views"], (action["search_view_id"][0], "search")]
        arch = etree.fromstring(self.get_views()["views"]["list"]["arch"])
        self.columns = read_specification(self.partners, arch)
        self.common = {name: self.columns[name] for name in COMMON_COLUMNS}

    def get_views(self):
        return self.partners.get_views(self.views, {"toolbar": True, "load_filters": True})

    def open_list(self, columns=None):
        """The first page and how many there are.

        :return: the number that the list shows
        """
        return self.partners.web_search_read(self.domain, columns or self.columns, limit=PAGE, count_limit=COUNTED)[
            "length"
        ]

    def open_common_columns(self):
        return self.open_list(self.common)

    def open_without_rules(self):
        """The same list by somebody whom no record rule limits."""
        return self.partners.sudo().web_search_read(self.domain, self.columns, limit=PAGE, count_limit=COUNTED)[
            "length"
        ]

    def count(self):
        return self.partners.search_count(self.domain, limit=COUNTED)

    def name_search(self, text):
        return len(self.partners.name_search(text, limit=SUGGESTED))

    def request(self, call):
        """One call with an empty record cache, as every web request has it.

        :return: what `count_queries` returns
        """
        self.env.invalidate_all()
        return count_queries(self.env, lambda: call(self))

    @property
    def texts(self):
        """What is typed into a many-to-one field: the name of one client, the beginning of many, and nobody's name."""
        name = self.partners.search(self.domain, limit=1, offset=PAGE // 2).name
        return name, name[:4].lower(), "nobody is called so"

    def explain(self, domain, **options):
        """The plan of a search by this user, without costs."""
        query = self.partners._search(domain, **{"order": self.partners._order, **options})
        rows = self.env.execute_query(SQL("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) %s", query.select()))
        return "\n".join(line for (line,) in rows)


LIST_CALLS = {
    "views": Directory.get_views,
    "open": Directory.open_list,
    "open, columns of both": Directory.open_common_columns,
    "count": Directory.count,
}
AIMED = ("my clients: open", "my clients: open, columns of both")


def scenarios(stock, mine, customers):
    """What is measured: title, directory and call of stock, directory and call with crm_clients.

    :param Directory stock: customers without crm_clients
    :param Directory mine: my clients
    :param Directory customers: stock's list of customers where crm_clients is installed
    """
    for title, call in LIST_CALLS.items():
        yield f"my clients: {title}", (stock, call), (mine, call)
    yield "my clients: open, without rules", (stock, Directory.open_list), (mine, Directory.open_without_rules)
    for title, call in LIST_CALLS.items():
        yield f"customers: {title}", (stock, call), (customers, call)
    for text in mine.texts:
        call = partial(Directory.name_search, text=text)
        yield f"name search: {text}", (stock, call), (customers, call)


def measure(title, *sides, repetitions):
    """Row of the table; each side is a directory and a call."""
    runs = [lambda directory=directory, call=call: directory.request(call) for directory, call in sides]
    timings = interleave(repetitions, *runs)
    (queries, found), (with_queries, with_found) = (run() for run in runs)
    found, with_found = (number if isinstance(number, int) else "" for number in (found, with_found))
    milliseconds = [f"{seconds * 1000:.1f}" for timing in timings for seconds in (timing.median, timing.best)]
    ratio = timings[1].median / timings[0].median
    return title, found, with_found, queries, with_queries, *milliseconds, f"{ratio:.2f}"


def print_plans(mine):
    text = mine.texts[1]
    for title, domain, options in (
        ("My clients", mine.domain, {"limit": PAGE}),
        ("the count", mine.domain, {"limit": COUNTED, "order": None}),
        (f"the name search {text}", [("display_name", "ilike", text)], {"limit": SUGGESTED}),
    ):
        print(f"Plan of {title}:", mine.explain(domain, **options), "", sep="\n")


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("--without", required=True, metavar="DATABASE", help="filled database without crm_clients")
    parser.add_argument("--with", required=True, metavar="DATABASE", dest="installed", help="its copy with crm_clients")
    parser.add_argument("--repetitions", type=int, default=21, help="timed runs of each thing (default 21)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    login = SALESPERSON_LOGIN % 0
    with contextlib.ExitStack() as stack:
        stock_env, suite_env = (
            stack.enter_context(open_environment(name)) for name in (options.without, options.installed)
        )
        for env, expected in ((stock_env, False), (suite_env, True)):
            if ("client_type_id" in env["res.partner"]._fields) != expected:
                raise SystemExit(f"crm_clients should {'' if expected else 'not '}be installed in {env.cr.dbname}.")
        print(describe_machine(stock_env), "\n", flush=True)
        stock, customers = (Directory(env, login, CUSTOMERS) for env in (stock_env, suite_env))
        mine = Directory(suite_env, login, MY_CLIENTS)
        if not mine.env.user._has_own_clients_only():
            raise SystemExit(f"{login} should be limited to own clients in {options.installed}.")
        rows = [measure(*calls, repetitions=options.repetitions) for calls in scenarios(stock, mine, customers)]
        print_table(("call", "found", "with", "queries", "with", "ms", "min", "with ms", "min", "ratio"), rows)
        print_plans(mine)
    for title, *_figures, ratio in rows:
        if title in AIMED and float(ratio) > GOAL:
            print(f"More than {GOAL} times stock: {title}")


if __name__ == "__main__":
    main()
