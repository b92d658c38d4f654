"""Measure what crm_funnel costs where deals are worked with: the kanban, a result, a mass move, a stage's probability.

The calls that the web client makes, on two databases with the same deals, one with crm_funnel, one without:

    python bench/funnel.py -c odoo.conf --without bench_funnel_stock --with bench_funnel [any option of Odoo]

See README.md for what the figures mean.
"""

import contextlib
import itertools
from datetime import date, timedelta

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
from deals import Client, read_specification
from generate import vacuum
from generate_funnel import STEP_STAGES
from lxml import etree

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import SQL

PARTS = ("kanban", "result", "move", "stage")
GOALS = {"kanban": 1.05, "result": 2.0, "move": 1.3, "stage": 2.0}
MOVED = 1000  # deals that are moved together
STAGE_DEALS = 200_000  # what the goal for a stage's probability is about
STEP = "crm_process_step_call"  # the result that is recorded, on deals that have only been started
TASK_TYPE = "mail.mail_activity_data_call"
# fields that widgets of the card ask for besides their own
WIDGET_FIELDS = {
    **dict.fromkeys(
        ("kanban_activity", "list_activity"),
        (
            *("activity_exception_decoration", "activity_exception_icon", "activity_state", "activity_summary"),
            *("activity_type_icon", "activity_type_id"),
        ),
    ),
    "result_age": ("result_lateness",),
    "deal_probability": ("probability_source",),
}
# of each column, as the progress bar and its sum want them
AGGREGATES = [
    *("expected_revenue:sum", "recurring_revenue_monthly:sum", "company_currency:array_agg_distinct"),
    *("expected_revenue:sum_currency", "recurring_revenue_monthly:sum_currency"),
]


# ------------------------------------------------------------
# KANBAN
# ------------------------------------------------------------


class Kanban(Client):
    """The kanban of one user on one database, with a domain of his choice."""

    def __init__(self, env, login, *, everything=False):
        super().__init__(env, login)
        if everything:
            self.domain = [("type", "=", "opportunity")]
        self.card = read_card(self.leads, self.kanban)

    def read_columns(self):
        """Columns of the kanban with their sums and first cards."""
        return self.leads.with_context(read_group_expand=True).web_read_group(
            self.domain,
            ["stage_id"],
            AGGREGATES,
            auto_unfold=True,
            opening_info=[],
            unfold_read_specification=self.card,
            unfold_read_default_limit=80,
        )

    def open(self):
        self.read_progress_bar()
        self.read_columns()


def read_card(model, tree):
    """Specification of a view with the fields that its widgets add."""
    specification = read_specification(model, tree)
    for node in tree.xpath(".//field[not(ancestor::field)]"):
        if model._fields[node.get("name")].type == "one2many":
            specification[node.get("name")] = {"fields": {}}
        for name in WIDGET_FIELDS.get(node.get("widget"), ()):
            many2one = model._fields[name].type == "many2one"
            specification.setdefault(name, {"fields": {"display_name": {}}} if many2one else {})
    return specification


def measure_kanban(environments, repetitions):
    """Rows for opening the kanban: with the filter *My Pipeline*, all a salesperson sees, and everything."""
    for title, login, everything in (
        ("salesperson, own deals", SALESPERSON_LOGIN % 0, False),
        ("salesperson, all he sees", SALESPERSON_LOGIN % 0, True),
        ("head, all deals", MANAGER_LOGIN, True),
    ):
        kanbans = [Kanban(env, login, everything=everything) for env in environments]
        found = [sum(group["__count"] for group in kanban.read_columns()["groups"]) for kanban in kanbans]
        if found[0] != found[1]:
            raise SystemExit(f"The kanbans of {title} differ: {found[0]} and {found[1]} deals.")
        for part, call, is_aimed in (
            ("columns and cards", Kanban.read_columns, False),
            ("progress bars", Kanban.read_progress_bar, False),
            ("both", Kanban.open, True),
            ("views", Kanban.get_views, False),
        ):
            runs = [lambda kanban=kanban, call=call: kanban.request(call) for kanban in kanbans]
            timings = interleave(repetitions, *runs)
            queries = [run() for run in runs]
            yield "kanban" if is_aimed else "", f"{title}: {part}", *queries, *timings


# ------------------------------------------------------------
# WRITING
# ------------------------------------------------------------


class Office:
    """One user who writes in one database, every call in a transaction of its own that is committed."""

    def __init__(self, env, login):
        user_env = as_user(env, login)
        self.registry = Registry(env.cr.dbname)
        self.uid, self.context = user_env.uid, dict(user_env.context)
        self.queries = 0

    def request(self, call, *arguments):
        """One request: its transaction, with what Odoo does before and after the commit."""
        with contextlib.closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, self.uid, self.context)
            count, _result = count_queries(env, lambda: (call(env, *arguments), env.flush_all()))
            cr.commit()
            self.queries += count


class Work:
    """What is pressed and written, by ids that both databases have."""

    def __init__(self, env):
        self.step_id = env.ref(f"crm_funnel.{STEP}").id
        stage = env["crm.stage"].search([("name", "=", STEP_STAGES[STEP])], limit=1)
        self.stage_id, self.task_type_id = stage.id, env.ref(TASK_TYPE).id
        self.first_stage_id = env["crm.stage"].search([("is_won", "=", False)], limit=1).id

    def record_result(self, env, deal_id, result_id, task_id):
        action = env["crm.lead"].browse(deal_id).action_record_result(self.step_id, result_id, activity_id=task_id)
        if action:
            raise SystemExit(f"The step {STEP} asks for more: measure one that does not.")

    def write_stage(self, env, deal_id, *_others):
        env["crm.lead"].browse(deal_id).write({"stage_id": self.stage_id})

    def finish_task(self, env, _deal_id, _result_id, task_id):
        env["mail.activity"].browse(task_id).action_feedback(feedback="Cold call succeeded")

    def plan_task(self, env, deal_id, *_others):
        env["crm.lead"].browse(deal_id).activity_schedule(
            TASK_TYPE, date.today() + timedelta(days=1), "Find out who decides"
        )

    def move(self, env, deal_ids, specification):
        """What the list sends when one of the selected rows is edited."""
        env["crm.lead"].browse(deal_ids).web_save({"stage_id": self.stage_id}, specification)


def find_deals(environments, work, user=None):
    """Deals of the first stage that have only been started, with their task.

    :param user: of his alone
    :return: list of (deal's id, id of its last result, task's id), of deals that are alike in both databases
    """
    condition = SQL("lead.user_id = %s", user.id) if user else SQL("lead.user_id IS NOT NULL")
    common = SQL(
        """SELECT lead.id, task.id FROM crm_lead lead
             JOIN mail_activity task ON task.res_model = 'crm.lead' AND task.res_id = lead.id AND task.active
            WHERE lead.won_status = 'pending' AND lead.type = 'opportunity' AND lead.stage_id = %s AND %s
            ORDER BY md5(lead.id::text)""",
        work.first_stage_id,
        condition,
    )
    stock, suite = ([tuple(row) for row in env.execute_query(common)] for env in environments)
    started = dict(
        environments[1].execute_query(
            SQL("SELECT lead_id, id FROM crm_process_result WHERE kind = 'start' AND next_activity_id IS NOT NULL")
        )
    )
    in_suite = set(suite)
    return [(deal, started[deal], task) for deal, task in stock if (deal, task) in in_suite and deal in started]


def take(deals, number):
    """The next so many deals of an iterator."""
    taken = list(itertools.islice(deals, number))
    if len(taken) < number:
        raise SystemExit(
            "Too few deals in the first stage are left: make more with generate.py and generate_funnel.py."
        )
    return taken


def measure_results(environments, repetitions):
    """Rows for one press of a button, beside a change of the stage and beside the same work by hand in stock."""
    work, login = Work(environments[1]), SALESPERSON_LOGIN % 0
    found = find_deals(environments, work, as_user(environments[0], login).user)
    deals = {"stock": iter(found), "suite": iter(found)}
    scripts = (
        ("stock", [work.write_stage]),
        ("stock", [work.write_stage, work.finish_task, work.plan_task]),
        ("suite", [work.write_stage]),
        ("suite", [work.record_result]),
    )
    offices = [Office(environments[side == "suite"], login) for side, _calls in scripts]

    def run(office, side, calls):
        (deal,) = take(deals[side], 1)
        for call in calls:
            office.request(call, *deal)

    runs = [
        lambda office=office, script=script: run(office, *script)
        for office, script in zip(offices, scripts, strict=True)
    ]
    timings = interleave(repetitions, *runs)
    stage, by_hand, drag, result = timings
    queries = [office.queries // (repetitions + 1) for office in offices]
    yield "result", "a result beside a change of the stage", queries[0], queries[3], stage, result
    yield "", "a result beside the same by hand: stage, task done, next task", queries[1], queries[3], by_hand, result
    yield "", "a change of the stage", queries[0], queries[2], stage, drag


def measure_moves(environments, repetitions):
    """Rows for moving deals together in the list."""
    work = Work(environments[1])
    found = find_deals(environments, work)
    offices = [Office(env, MANAGER_LOGIN) for env in environments]
    sides = [(office, iter(found), read_list(env)) for office, env in zip(offices, environments, strict=True)]

    def run(office, deals, specification):
        ids = [deal_id for deal_id, *_others in take(deals, MOVED)]
        office.request(work.move, ids, specification)

    runs = [lambda side=side: run(*side) for side in sides]
    timings = interleave(repetitions, *runs)
    queries = [office.queries // (repetitions + 1) for office in offices]
    yield "move", f"move {MOVED:,} deals in the list", *queries, *timings


def read_list(env):
    """Specification of the list of the pipeline."""
    client = Client(env, MANAGER_LOGIN)
    arch = client.get_views()["views"]["list"]["arch"]
    return read_card(client.leads, etree.fromstring(arch))


# ------------------------------------------------------------
# PROBABILITY OF A STAGE
# ------------------------------------------------------------


def measure_stage(environments, repetitions):
    """Rows for a new probability of a stage, beside the bare UPDATE of the columns that follow from it."""
    env = as_user(environments[1], MANAGER_LOGIN)
    stage = env["crm.stage"].search([("is_won", "=", False)], limit=1)
    condition = SQL("stage_id = %s AND type = 'opportunity' AND won_status = 'pending'", stage.id)
    ((deals,),) = env.execute_query(SQL("SELECT count(*) FROM crm_lead WHERE %s", condition))
    if deals < STAGE_DEALS:
        print(f"The first stage has {deals:,} open deals, fewer than the {STAGE_DEALS:,} that the goal is about.")
    share = stage.probability + 5

    def update():
        env.cr.execute(
            SQL(
                """UPDATE crm_lead
                      SET probability = %(share)s, automated_probability = %(share)s,
                          prorated_revenue = round(coalesce(expected_revenue, 0) * %(share)s::numeric / 100, 2),
                          recurring_revenue_monthly_prorated =
                              round(coalesce(recurring_revenue_monthly, 0) * %(share)s::numeric / 100, 2),
                          recurring_revenue_prorated = round(coalesce(recurring_revenue, 0) * %(share)s::numeric / 100, 2),
                          write_uid = %(uid)s, write_date = %(now)s
                    WHERE %(condition)s""",
                share=share,
                uid=env.uid,
                now=env.cr.now(),
                condition=condition,
            )
        )

    def write():
        stage.write({"probability": share})
        env.flush_all()

    def undo():
        """Back to the start, without the rows that the last run has left dead."""
        env.invalidate_all(flush=False)
        env.cr.rollback()
        env.registry.clear_cache()
        vacuum(env.cr.dbname, ["crm_lead"])

    timings = interleave(repetitions, update, write, prepare=undo)
    undo()
    queries = [count_queries(env, call)[0] for call in (update, write)]
    undo()
    yield "stage", f"probability of a stage with {deals:,} open deals", *queries, *timings


# ------------------------------------------------------------
# RUN
# ------------------------------------------------------------

MEASUREMENTS = {
    "kanban": (measure_kanban, 1),
    "result": (measure_results, 3),
    "move": (measure_moves, 0.5),
    "stage": (measure_stage, 0.3),
}


def print_rows(rows):
    """Print the table of one part, and what is above its goal."""
    table, above = [], []
    for part, title, queries, with_queries, stock, suite in rows:
        ratio = suite.median / stock.median
        goal = GOALS.get(part, "")
        milliseconds = [
            f"{seconds * 1000:.1f}" for timing in (stock, suite) for seconds in (timing.median, timing.best)
        ]
        table.append((title, queries, with_queries, *milliseconds, f"{ratio:.2f}", goal))
        if goal and ratio > goal:
            above.append(f"{ratio:.2f} times instead of {goal} at most: {title}\n")
    print_table(("call", "queries", "with", "ms", "min", "with ms", "min", "ratio", "goal"), table)
    print("".join(above), flush=True)


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("--without", required=True, metavar="DATABASE", help="filled database without crm_funnel")
    parser.add_argument("--with", required=True, metavar="DATABASE", dest="installed", help="its copy with crm_funnel")
    parser.add_argument(
        "--repetitions", type=int, default=15, help="timed runs of each call, more or fewer by its length"
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part (may be repeated)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    for number, part in enumerate(options.only or PARTS):
        with contextlib.ExitStack() as stack:
            environments = [
                stack.enter_context(open_environment(name)) for name in (options.without, options.installed)
            ]
            for env, expected in zip(environments, (False, True), strict=True):
                if ("crm.process" in env) != expected:
                    raise SystemExit(f"crm_funnel should {'' if expected else 'not '}be installed in {env.cr.dbname}.")
            if not number:
                print(describe_machine(environments[0]), "\n", flush=True)
            measure, factor = MEASUREMENTS[part]
            print_rows(measure(environments, max(3, round(options.repetitions * factor))))


if __name__ == "__main__":
    main()
