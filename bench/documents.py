"""Measure the register of 500,000 documents: the list with what is overdue marked, its filters, mass actions, counters.

    python bench/documents.py -c odoo.conf -d bench_documents [--only list] [--explain] [any option of Odoo]

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
from lxml import etree

from odoo import Command, fields
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

GOAL = 1.2
PAGE, COUNTED = 80, 10_001  # what a list asks for: rows, and how far it counts
SELECTED = 500
PARTS = ("list", "filters", "mass", "counters")
ACTIONS = {
    "all documents": "crm_documents.crm_document_action",
    "to sign": "crm_documents.crm_document_action_to_sign",
    "overdue": "crm_documents.crm_document_action_overdue",
}
# columns that any model of Odoo could have: stored ones, and the tasks of stock's mixin
PLAIN_FIELDS = ("activity_ids",)
PLAIN_TYPES = ("char", "date", "monetary", "many2one", "selection", "boolean")


class Viewer(NamedTuple):
    """Who looks, and which documents he sees, by hand."""

    title: str
    login: str
    condition: SQL


def get_viewers(env):
    """The head, a salesperson limited to own clients, and one with own documents and all clients."""
    own, every = (env["res.users"].search([("login", "=", SALESPERSON_LOGIN % number)]) for number in (0, 1))
    every.write({"group_ids": [Command.link(env.ref("crm_clients.crm_clients_group_all").id)]})
    of_user = "(document.user_id = %s OR document.user_id IS NULL OR document.client_access = %s)"
    return [
        Viewer("head", MANAGER_LOGIN, SQL("TRUE")),
        Viewer(
            "own clients",
            own.login,
            SQL(f"(document.client_access IN (0, %s) OR document.client_access IS NULL) AND {of_user}", *[own.id] * 3),
        ),
        Viewer("own documents, all clients", every.login, SQL(of_user, every.id, every.id)),
    ]


class Register:
    """One user's web client with the register."""

    def __init__(self, env, viewer):
        self.viewer = viewer
        self.env = as_user(env, viewer.login)
        self.documents = self.env["crm.document"].with_context(bin_size=True)
        views = self.documents.get_views([(False, "list"), (False, "search")])["views"]
        self.columns = read_specification(self.documents, etree.fromstring(views["list"]["arch"]))
        self.plain = {name: self.columns[name] for name in self.columns if self.is_plain(self.documents._fields[name])}
        self.filters = etree.fromstring(views["search"]["arch"])

    @staticmethod
    def is_plain(field):
        return field.name in PLAIN_FIELDS or (field.store and field.type in PLAIN_TYPES)

    def get_filter(self, name):
        domain = self.filters.xpath(f"//filter[@name='{name}']/@domain")[0]
        return safe_eval(domain, {"uid": self.env.uid})

    def get_domain(self, action_xmlid):
        """What an action shows when it opens: its domain and the filters that are on."""
        action = self.env["ir.actions.act_window"]._for_xml_id(action_xmlid)
        domain = safe_eval(action["domain"] or "[]", {"uid": self.env.uid})
        context = safe_eval(action["context"] or "{}", {"uid": self.env.uid})
        for key, value in context.items():
            if key.startswith("search_default_") and value:
                domain = [*domain, *self.get_filter(key.removeprefix("search_default_"))]
        return domain

    def request(self, call):
        """One call with an empty record cache, as every web request has it."""
        self.env.invalidate_all()
        return call()

    def open_list(self, domain):
        return self.documents.web_search_read(domain, self.columns, limit=PAGE, count_limit=COUNTED)["length"]

    def open_plain_list(self, domain):
        """The same list as Odoo shows any model: stored columns and tasks, and no rules."""
        return self.documents.sudo().web_search_read(domain, self.plain, limit=PAGE, count_limit=COUNTED)["length"]

    def open_plain_list_with_rules(self, domain):
        return self.documents.web_search_read(domain, self.plain, limit=PAGE, count_limit=COUNTED)["length"]

    def open_by_hand(self, condition):
        """Bare SQL of the page, its names and the number; nothing is made of the rows."""
        self.env.execute_query(
            SQL(
                """SELECT document.*, client.complete_name, deal.name, state.name, type.name, person.name
                     FROM crm_document document
                     JOIN res_partner client ON client.id = document.partner_id
                LEFT JOIN crm_lead deal ON deal.id = document.lead_id
                LEFT JOIN crm_document_state state ON state.id = document.state_id
                LEFT JOIN crm_document_type type ON type.id = document.type_id
                LEFT JOIN res_users login ON login.id = document.user_id
                LEFT JOIN res_partner person ON person.id = login.partner_id
                    WHERE document.active AND document.company_id = %s AND %s AND %s
                 ORDER BY document.date DESC, document.id DESC LIMIT %s""",
                self.env.company.id,
                self.viewer.condition,
                condition,
                PAGE,
            )
        )
        return self.count_by_hand(condition)

    def count_by_hand(self, condition):
        return self.env.execute_query(
            SQL(
                """SELECT count(*) FROM (SELECT FROM crm_document document
                    WHERE active AND company_id = %s AND %s AND %s LIMIT %s) document""",
                self.env.company.id,
                self.viewer.condition,
                condition,
                COUNTED,
            )
        )[0][0]

    def group_by_hand(self, condition, groupby):
        return len(
            self.env.execute_query(
                SQL(
                    """SELECT %s, count(*), sum(amount) FROM crm_document document
                        WHERE active AND company_id = %s AND %s AND %s GROUP BY 1""",
                    groupby,
                    self.env.company.id,
                    self.viewer.condition,
                    condition,
                )
            )
        )

    def group(self, domain, groupby, **options):
        return len(self.documents.web_read_group(domain, [groupby], ["amount:sum"], **options)["groups"])

    def explain(self, domain, **options):
        query = self.documents._search(domain, **{"order": self.documents._order, **options})
        rows = self.env.execute_query(SQL("EXPLAIN (ANALYZE, COSTS OFF, BUFFERS) %s", query.select()))
        return "\n".join(line for (line,) in rows)


def measure(register, title, *calls, repetitions):
    """Row of the table: the first call is what the second is compared with."""
    runs = [partial(register.request, call) for call in calls]
    timings = interleave(repetitions, *runs)
    counted = [count_queries(register.env, run) for run in runs]
    milliseconds = [f"{seconds * 1000:.1f}" for timing in timings for seconds in (timing.median, timing.best)]
    ratios = [f"{getattr(timings[1], name) / getattr(timings[0], name):.2f}" for name in ("median", "best")]
    return (
        title,
        register.viewer.title,
        counted[1][1],
        *(queries for queries, _result in counted),
        *milliseconds,
        *ratios,
    )


HEADER = ("what", "who", "found", "queries", "ours", "plain ms", "min", "ours ms", "min", "ratio", "of minima")


# ------------------------------------------------------------
# PARTS
# ------------------------------------------------------------


def get_conditions():
    still = "document.state_category IN ('planned', 'to_sign')"
    return {
        "all documents": SQL("TRUE"),
        "to sign": SQL("document.state_category = 'to_sign'"),
        "overdue": SQL(f"{still} AND document.date_deadline < %s", fields.Date.today()),
    }


def measure_list(registers, repetitions):
    """Each menu as it opens, beside the same list without our columns and rules, and beside bare SQL."""
    conditions = get_conditions()
    yield "beside a plain list: the stored columns and the tasks, no rules", HEADER
    for register in registers:
        for title, action in ACTIONS.items():
            domain = register.get_domain(action)
            calls = partial(register.open_plain_list, domain), partial(register.open_list, domain)
            yield measure(register, f"list: {title}", *calls, repetitions=repetitions)
    yield "beside the same plain list with the rules", HEADER
    for register in registers:
        for title, action in ACTIONS.items():
            domain = register.get_domain(action)
            calls = partial(register.open_plain_list_with_rules, domain), partial(register.open_list, domain)
            yield measure(register, f"list, with rules: {title}", *calls, repetitions=repetitions)
    yield "beside bare SQL of page and number", HEADER
    for register in registers:
        for title, action in ACTIONS.items():
            domain = register.get_domain(action)
            calls = partial(register.open_by_hand, conditions[title]), partial(register.open_list, domain)
            yield measure(register, f"SQL: {title}", *calls, repetitions=repetitions)


def measure_filters(registers, repetitions):
    """What a manager chooses in the list and the kanban, beside the number or the groups in bare SQL."""
    conditions = get_conditions()
    yield "filters, kanban and groups beside bare SQL", HEADER
    for register in registers:
        mine = SQL("document.user_id = %s", register.env.uid)
        for title, condition, domain in (
            ("my documents", mine, register.get_filter("my_documents")),
            (
                "my overdue",
                SQL("%s AND %s", mine, conditions["overdue"]),
                [*register.get_filter("my_documents"), *register.get_filter("overdue")],
            ),
        ):
            calls = partial(register.open_by_hand, condition), partial(register.open_list, domain)
            yield measure(register, title, *calls, repetitions=repetitions)
        for title, column, groupby, options in (
            ("kanban by category", SQL("state_category"), "state_category", {"auto_unfold": True}),
            ("groups by month", SQL("date_trunc('month', date)"), "date:month", {}),
            ("groups by responsible", SQL("user_id"), "user_id", {}),
        ):
            if options:
                options = {**options, "unfold_read_specification": register.columns, "unfold_read_default_limit": 20}
            calls = (
                partial(register.group_by_hand, SQL("TRUE"), column),
                partial(register.group, [], groupby, **options),
            )
            yield measure(register, title, *calls, repetitions=repetitions)


def measure_mass(registers, repetitions):
    """Actions on 500 selected documents, rolled back: seconds, milliseconds and queries for each document."""
    yield f"{SELECTED} selected documents", ("what", "who", "documents", "seconds", "ms each", "queries each")
    register = registers[0]
    state = register.env.ref("crm_documents.crm_document_state_contract_to_sign")
    draft = register.env.ref("crm_documents.crm_document_state_contract_draft")
    to_sign = [("state_id", "=", state.id), ("user_id", "!=", False)]
    drafts = [("state_id", "=", draft.id), ("user_id", "!=", False)]
    for title, domain, call in (
        ("sign immediately", to_sign, lambda documents: documents.action_sign_immediately()),
        ("change of state", drafts, lambda documents: documents.action_change_state(state.id)),
        ("another deadline", drafts, lambda documents: documents.write({"date_deadline": fields.Date.today()})),
    ):
        documents = register.documents.search(domain, limit=SELECTED)
        queries, seconds = run_and_undo(register, documents, call)
        count = len(documents)
        yield (
            title,
            register.viewer.title,
            count,
            f"{seconds:.2f}",
            f"{seconds / count * 1000:.2f}",
            f"{queries / count:.2f}",
        )


def run_and_undo(register, documents, call):
    """Number of queries and seconds of a call that is rolled back."""
    env = register.env

    def run():
        env.invalidate_all()
        env.cr.execute("SAVEPOINT bench")
        call(documents.browse(documents.ids))
        env.flush_all()
        env.cr.precommit.clear()
        env.cr.execute("ROLLBACK TO SAVEPOINT bench")
        env.invalidate_all()

    [timing] = interleave(1, run)
    queries, _result = count_queries(env, run)
    return queries - 2, timing.best


def measure_counters(registers, repetitions):
    """The numbers on the button of a client with many documents and of a deal."""
    yield "counters on cards beside the same counts in SQL", HEADER
    for register in registers:
        [(client_id,)] = register.env.execute_query(
            SQL(
                """SELECT partner_id FROM crm_document document WHERE %s AND client_access <> -1
                 GROUP BY partner_id ORDER BY count(*) DESC, partner_id LIMIT 1""",
                register.viewer.condition,
            )
        )
        lead = register.documents.search([("lead_id", "!=", False)], limit=1).lead_id
        client = register.env["res.partner"].browse(client_id)
        for title, column, record in (("client card", "partner_id", client), ("deal", "lead_id", lead)):
            condition = SQL("%s = %s", SQL.identifier("document", column), record.id)

            def read(record=record):
                return record.read(["document_count", "overdue_document_count"])[0]["document_count"]

            calls = partial(register.count_by_hand, condition), read
            yield measure(register, title, *calls, repetitions=repetitions)


def print_part(rows):
    """Print the tables of a part; a pair of title and header begins one.

    :return: all rows
    """
    title, header = next(rows)
    table, printed = [], []
    for row in rows:
        if len(row) == 2:
            print(title + "\n")
            print_table(header, table)
            (title, header), table = row, []
        else:
            table.append(row)
            printed.append(row)
    print(title + "\n")
    print_table(header, table)
    return printed


def print_plans(registers):
    for register in registers:
        for title, action in ACTIONS.items():
            domain = register.get_domain(action)
            print(f"{register.viewer.title}, {title}:", register.explain(domain, limit=PAGE), "", sep="\n")
            print("its number:", register.explain(domain, limit=COUNTED, order=None), "", sep="\n")


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database filled by generate_documents.py")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; several times for several")
    parser.add_argument("--repetitions", type=int, default=15, help="timed runs of each thing (default 15)")
    parser.add_argument("--explain", action="store_true", help="print the plans of the lists")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    with open_environment(options.database) as env:
        print(describe_machine(env), "\n", flush=True)
        registers = [Register(env, viewer) for viewer in get_viewers(env)]
        rows = []
        for part in options.only or PARTS:
            rows += print_part(globals()[f"measure_{part}"](registers, options.repetitions))
        if options.explain:
            print_plans(registers)
    for title, who, *_figures, ratio, _of_minima in rows:
        if title.startswith("list: ") and float(ratio) > GOAL:
            sys.exit(f"More than {GOAL} times a plain list: {title}, {who}")


if __name__ == "__main__":
    main()
