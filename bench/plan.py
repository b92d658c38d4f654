"""Measure plan against fact over 200,000 payments beside bare SQL of the same figures.

    python bench/plan.py -c odoo.conf -d bench_plan [--explain] [any option of Odoo]

`generate_plan.py` fills the database. See README.md for what the figures mean. Nothing is written.
"""

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

from odoo.tools import SQL

GOAL = 1.5
CENT = 0.005
MEASURES = ("plan_amount", "fact_amount", "forecast_amount")


class Slice(NamedTuple):
    """One way to look at plan against fact: in Odoo and by hand."""

    title: str
    domain: list
    groupby: str
    measures: tuple
    column: dict  # SQL of the group by kind of rows
    condition: SQL = SQL("TRUE")  # on the day


def by(plan, fact, by_hand, forecast):
    """SQL of a group in each of the tables."""
    return dict(zip(("plan", "payment", "by_hand", "forecast"), map(SQL, (plan, fact, by_hand, forecast)), strict=True))


MONTH = by(
    *(f"date_trunc('month', {day})::date" for day in ("line.date", "money.date", "fact.date", "lead.date_deadline"))
)
CLIENT = by("line.partner_id", "client.id", "line.partner_id", "contact.client_id")
MANAGER = by("line.user_id", "client.user_id", "line.user_id", "lead.user_id")
YEAR = ("2026-01-01", "2026-12-31")


def get_slices():
    within = [("date", ">=", YEAR[0]), ("date", "<=", YEAR[1])]
    year = SQL("%s BETWEEN %s AND %s", SQL("day"), *YEAR)
    money = [("kind", "in", ["payment", "by_hand"])]
    return [
        Slice("all, by month", [], "date:month", MEASURES, MONTH),
        Slice("all, by client", [], "client_id", MEASURES, CLIENT),
        Slice("all, by manager", [], "user_id", MEASURES, MANAGER),
        Slice("a year, by month", within, "date:month", MEASURES, MONTH, year),
        Slice("money received, by month", money, "date:month", ("fact_amount",), MONTH),
        Slice("plan, by month", [("kind", "=", "plan")], "date:month", ("plan_amount",), MONTH),
    ]


# ------------------------------------------------------------
# BY HAND
# ------------------------------------------------------------


class HandWritten:
    """The same sums: one statement without rules and conversions, of the tables that the measures need."""

    def __init__(self, env, user=None):
        self.env = env
        self.own = SQL("client_access IN (0, %s)", user.id) if user else SQL("TRUE")

    def sums(self, slice_):
        parts = {"plan_amount": ("plan",), "fact_amount": ("payment", "by_hand"), "forecast_amount": ("forecast",)}
        kinds = [kind for measure in slice_.measures for kind in parts[measure]]
        rows = SQL(" UNION ALL ").join(getattr(self, f"_{kind}")(slice_.column[kind]) for kind in kinds)
        return self.env.execute_query(
            SQL(
                "SELECT key, %s FROM (%s) source WHERE %s AND %s GROUP BY key",
                SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in slice_.measures),
                rows,
                slice_.condition,
                self.own,
            )
        )

    def _select(self, key, day, access, measure, amount, source):
        amounts = SQL(", ").join(
            SQL("%s AS %s", amount if name == measure else SQL("0"), SQL.identifier(name)) for name in MEASURES
        )
        return SQL(
            "SELECT %s AS key, %s AS day, %s AS client_access, %s %s", key, SQL(day), SQL(access), amounts, source
        )

    def _plan(self, key):
        source = SQL("FROM crm_plan_line line")
        return self._select(key, "line.date", "line.client_access", "plan_amount", SQL("line.amount"), source)

    def _by_hand(self, key):
        source = SQL(
            "FROM crm_plan_fact fact JOIN crm_plan_line line ON line.id = fact.line_id"
            " WHERE NOT EXISTS (SELECT FROM crm_plan_line_move_rel rel WHERE rel.line_id = line.id)"
        )
        return self._select(key, "fact.date", "line.client_access", "fact_amount", SQL("fact.amount"), source)

    def _payment(self, key):
        """Money in; the generator makes no money that went back."""
        source = SQL(
            """FROM account_partial_reconcile partial
               JOIN account_move_line money ON money.id = partial.credit_move_id AND money.parent_state = 'posted'
               JOIN account_journal journal ON journal.id = money.journal_id AND journal.type IN ('bank', 'cash', 'credit')
               JOIN account_move_line paper ON paper.id = partial.debit_move_id AND paper.parent_state = 'posted'
               JOIN account_account account ON account.id = paper.account_id
                AND account.account_type = 'asset_receivable'
               JOIN account_move move ON move.id = paper.move_id
               JOIN res_partner contact ON contact.id = move.partner_id
               JOIN res_partner client ON client.id = contact.client_id
               LEFT JOIN account_payment payment ON payment.id = money.payment_id"""
        )
        amount = SQL(
            "partial.credit_amount_currency * money.balance / money.amount_currency"
            " * LEAST(1, payment.amount / abs(money.amount_currency))"
        )
        return self._select(key, "money.date", "client.client_access", "fact_amount", amount, source)

    def _forecast(self, key):
        source = SQL(
            """FROM crm_lead lead LEFT JOIN res_partner contact ON contact.id = lead.partner_id
               WHERE lead.type = 'opportunity' AND lead.active AND lead.won_status = 'pending'"""
        )
        amount = SQL("lead.prorated_revenue")
        return self._select(key, "lead.date_deadline", "lead.client_access", "forecast_amount", amount, source)


# ------------------------------------------------------------
# MEASURING
# ------------------------------------------------------------


def read_group(env, slice_):
    """With an empty record cache, as every web request has it."""
    env.invalidate_all()
    aggregates = [f"{name}:sum" for name in slice_.measures]
    return env["crm.plan.report"]._read_group(slice_.domain, [slice_.groupby], aggregates)


def check(slice_, shown, expected):
    """Refuse sums that differ by a cent."""
    found = {getattr(key, "id", key) or None: amounts for key, *amounts in shown}
    right = {key: amounts for key, *amounts in expected}
    if found.keys() != right.keys():
        raise SystemExit(f"{slice_.title}: other groups: {sorted(map(str, found.keys() ^ right.keys()))[:5]}")
    for key, amounts in right.items():
        for value, amount in zip(found[key], amounts, strict=True):
            if abs(float(value or 0) - float(amount or 0)) > CENT:
                raise SystemExit(f"{slice_.title}, {key}: the addon says {value}, the SQL finds {amount}")


def measure(env, bare, repetitions):
    """Rows of the table of one viewer, and the slices above the goal."""
    rows, above = [], []
    for slice_ in get_slices():
        check(slice_, read_group(env, slice_), bare.sums(slice_))
        queries, groups = count_queries(env, lambda slice_=slice_: read_group(env, slice_))
        addon, sql = interleave(
            repetitions, lambda slice_=slice_: read_group(env, slice_), lambda slice_=slice_: bare.sums(slice_)
        )
        ratio = addon.median / sql.median
        times = [f"{seconds * 1000:.1f}" for timing in (addon, sql) for seconds in (timing.median, timing.best)]
        rows.append((slice_.title, len(groups), queries, *times, f"{ratio:.2f}"))
        if ratio > GOAL:
            above.append((slice_.title, ratio))
    return rows, above


def explain(env):
    """Print the plans of the addon's statements."""
    for slice_ in get_slices():
        print(f"\n### {slice_.title}\n")
        env.invalidate_all()
        Report = env["crm.plan.report"]
        query = Report._search(slice_.domain)
        key = Report._read_group_groupby(Report._table, slice_.groupby, query)
        sums = SQL(", ").join(Report._read_group_select(f"{name}:sum", query) for name in slice_.measures)
        query.groupby = key
        for (line,) in env.execute_query(SQL("EXPLAIN (ANALYZE, BUFFERS) %s", query.select(key, sums))):
            print(line)


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database that generate_plan.py has filled")
    parser.add_argument("--repetitions", type=int, default=7, help="timed runs of each thing (default 7)")
    parser.add_argument("--explain", action="store_true", help="print the plans instead of measuring")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    slow = []
    with open_environment(options.database) as env:
        print(describe_machine(env), "\n", flush=True)
        for login in (MANAGER_LOGIN, SALESPERSON_LOGIN % 0):
            user_env = as_user(env, login)
            if options.explain:
                explain(user_env)
                continue
            user = user_env.user if user_env.user._has_own_clients_only() else None
            rows, above = measure(user_env, HandWritten(env, user), options.repetitions)
            slow += above
            print(f"{'head, everything' if user is None else 'salesperson, own clients'}:\n")
            print_table(("slice", "groups", "queries", "addon ms", "min", "SQL ms", "min", "ratio"), rows)
    if not options.explain:
        print("All sums agree with the SQL to the cent.")
        print(f"Above the goal of {GOAL}: {len(slow)}.", *(f"\n  {ratio:.2f} {title}" for title, ratio in slow))


if __name__ == "__main__":
    main()
