"""Measure what crm_funnel reads from the whole history: calibration, work report, all tasks, relationship levels.

    python bench/funnel_figures.py -c odoo.conf --without bench_funnel_stock --with bench_funnel [any option of Odoo]

See README.md for what the figures mean. The levels that the nightly job sets stay.
"""

import contextlib
import time
from datetime import datetime, timedelta

from database import (
    MANAGER_LOGIN,
    as_user,
    configure,
    count_queries,
    describe_machine,
    interleave,
    make_parser,
    open_environment,
    print_table,
)
from funnel import read_card
from lxml import etree

from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

PARTS = ("calibration", "report", "tasks", "levels")
PAGE, COUNTED = 80, 10_001  # what a list asks for: rows, and how far it counts
ALL_TASKS = "crm_funnel.mail_activity_action_all_tasks"
STOCK_TASKS = "mail.mail_activity_action"


def request(env, call):
    """One call with an empty record cache, as every web request has it."""
    env.invalidate_all()
    return call()


def compare(env, *calls, repetitions, check=True):
    """Time calls in turn on one or two databases.

    :param calls: pairs of environment and function
    :return: (queries of the first, of the second, Timing of the first, of the second)
    """
    runs = [lambda call_env=call_env, call=call: request(call_env, call) for call_env, call in calls]
    timings = interleave(repetitions, *runs)
    counted = [count_queries(call_env, run) for (call_env, _call), run in zip(calls, runs, strict=True)]
    if check and counted[0][1] != counted[1][1]:
        raise SystemExit(f"The figures of {env.cr.dbname} differ:\n{counted[0][1]}\n{counted[1][1]}")
    return *(queries for queries, _result in counted), *timings


# ------------------------------------------------------------
# CALIBRATION
# ------------------------------------------------------------


def measure_calibration(environments, repetitions):
    """The proposals of all stages and channels, beside the closed deals by stage and channel in bare SQL."""
    env = as_user(environments[1], MANAGER_LOGIN)
    wizard = env["crm.stage.calibration"].create({})

    def count():
        env.execute_query(
            SQL(
                """SELECT stage_id, team_id, count(*), count(*) FILTER (WHERE won_status = 'won') FROM crm_lead
                    WHERE type = 'opportunity' AND won_status IN ('won', 'lost') AND date_closed >= %s
                 GROUP BY stage_id, team_id""",
                wizard.date_from,
            )
        )

    figures = compare(env, (env, count), (env, wizard._prepare_lines), repetitions=repetitions, check=False)
    yield "calibration of all stages, beside counting deals by their present stage", *figures


# ------------------------------------------------------------
# WORK REPORT
# ------------------------------------------------------------


def measure_report(environments, repetitions):
    """A month of all managers by kind of work, beside the same sums written by hand, without anybody's rights."""
    env = as_user(environments[1], MANAGER_LOGIN)
    until = datetime.now().replace(minute=0, second=0, microsecond=0)
    since = until - timedelta(days=30)
    domain = [("date", ">=", since), ("date", "<", until)]

    def report():
        groups = env["crm.work.report"].formatted_read_group(domain, ["user_id", "kind"], ["count:sum"])
        return sorted(
            ((group["user_id"] and group["user_id"][0]) or 0, group["kind"], group["count:sum"]) for group in groups
        )

    def bare():
        return sorted(env.execute_query(SQL(REPORT, since=since, until=until)))

    yield (
        "work of a month by manager and kind, beside bare SQL",
        *compare(env, (env, bare), (env, report), repetitions=repetitions),
    )

    def page():
        return env["crm.work.report"].web_search_read(domain, {"date": {}, "summary": {}}, limit=PAGE)["length"]

    def bare_count():
        return sum(count for _user, _kind, count in bare())

    yield (
        "the list of that month: first page and number, beside bare SQL of the number",
        *compare(env, (env, bare_count), (env, page), repetitions=repetitions),
    )


REPORT = """
    SELECT coalesce(user_id, 0), kind, count(*) FROM (
        SELECT user_id, 'result' AS kind FROM crm_process_result
         WHERE date >= %(since)s AND date < %(until)s AND is_revoked IS NOT TRUE AND kind <> 'revoke'
     UNION ALL
        SELECT task.user_id, CASE WHEN type.category = 'phonecall' THEN 'call' WHEN type.category = 'meeting' THEN 'meeting'
                             WHEN type.category = 'email' OR type.icon = 'fa-envelope' THEN 'mail' ELSE 'task' END
          FROM mail_activity task LEFT JOIN mail_activity_type type ON type.id = task.activity_type_id
         WHERE NOT task.active AND task.date_done + '12:00'::time >= %(since)s
           AND task.date_done + '12:00'::time < %(until)s
           AND task.calendar_event_id IS NULL AND (task.lead_id IS NOT NULL OR task.client_id IS NOT NULL)
     UNION ALL
        SELECT author.id, CASE WHEN message.message_type = 'email_outgoing' OR subtype.internal IS NOT TRUE
                          THEN 'mail' ELSE 'note' END
          FROM mail_message message
          JOIN res_users author ON author.partner_id = message.author_id AND author.share IS NOT TRUE
     LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
         WHERE message.date >= %(since)s AND message.date < %(until)s AND message.mail_activity_type_id IS NULL
           AND message.model IN ('crm.lead', 'res.partner')
           AND message.message_type IN ('comment', 'email_outgoing')
     UNION ALL
        SELECT user_id, 'meeting' FROM calendar_event
         WHERE active AND start >= %(since)s AND start < %(until)s AND opportunity_id IS NOT NULL
     UNION ALL
        SELECT create_uid, 'file' FROM ir_attachment
         WHERE create_date >= %(since)s AND create_date < %(until)s AND res_field IS NULL AND res_model = 'crm.lead'
    ) work GROUP BY 1, 2
"""


# ------------------------------------------------------------
# TASKS
# ------------------------------------------------------------


class Tasks:
    """The list of activities that one action opens."""

    def __init__(self, env, action):
        self.env = env
        action = env["ir.actions.act_window"]._for_xml_id(action)
        context = {**safe_eval(action["context"] or "{}", {"uid": env.uid}), "bin_size": True}
        self.counted = None if context.pop("force_search_count", False) else COUNTED
        self.tasks = env["mail.activity"].with_context(**context)
        self.domain = safe_eval(action["domain"] or "[]", {"uid": env.uid})
        views = self.tasks.get_views([view for view in action["views"] if view[1] == "list"] or [(False, "list")])
        arch = etree.fromstring(views["views"]["list"]["arch"])
        self.columns = read_card(self.tasks, arch)
        self.order = arch.get("default_order")

    def open(self):
        count_limit = {"count_limit": self.counted} if self.counted else {}
        return self.tasks.web_search_read(self.domain, self.columns, order=self.order, limit=PAGE, **count_limit)[
            "length"
        ]

    def count(self):
        return self.tasks.search_count(self.domain)

    def group(self):
        return len(self.tasks.formatted_read_group(self.domain, ["user_id"], ["__count"]))


def measure_tasks(environments, repetitions):
    """The head's list of all tasks, beside stock's list of activities on the same ones."""
    stock, suite = (
        Tasks(as_user(env, MANAGER_LOGIN), action)
        for env, action in zip(environments, (STOCK_TASKS, ALL_TASKS), strict=True)
    )
    print(f"Tasks that the lists count: {stock.count():,} and {suite.count():,}.\n")
    for title, call in (("open", Tasks.open), ("count", Tasks.count), ("by manager", Tasks.group)):
        runs = [(tasks.env, lambda tasks=tasks, call=call: call(tasks)) for tasks in (stock, suite)]
        yield (
            f"all tasks: {title}, beside stock's activities",
            *compare(stock.env, *runs, repetitions=repetitions, check=False),
        )


# ------------------------------------------------------------
# LEVELS
# ------------------------------------------------------------


def measure_levels(environments, _repetitions):
    """The nightly job over all clients: when most get a level, and when nothing has changed."""
    env = environments[1]
    clients = env["res.partner"].search_count([("client_type_id", "!=", False)])
    due = "SELECT count(*) FROM crm_client_level_change"
    for title in ("the first night", "the next night"):
        ((before,),) = env.execute_query(SQL(due))
        start = time.perf_counter()
        queries, _result = count_queries(env, env["res.partner"]._cron_update_levels)
        seconds = time.perf_counter() - start
        ((after,),) = env.execute_query(SQL(due))
        print(
            f"Levels of {clients:,} clients, {title}: {after - before:,} set in {seconds:.1f} s, {queries:,} queries, "
            f"peak memory of the process {read_peak_memory()} MB.",
            flush=True,
        )
        env.invalidate_all()
    print()
    return ()


def read_peak_memory():
    """Peak resident memory of this process in MB."""
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024


# ------------------------------------------------------------
# RUN
# ------------------------------------------------------------

MEASUREMENTS = {
    "levels": measure_levels,
    "calibration": measure_calibration,
    "report": measure_report,
    "tasks": measure_tasks,
}


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("--without", required=True, metavar="DATABASE", help="filled database without crm_funnel")
    parser.add_argument("--with", required=True, metavar="DATABASE", dest="installed", help="its copy with crm_funnel")
    parser.add_argument("--repetitions", type=int, default=7, help="timed runs of each thing (default 7)")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part (may be repeated)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    with contextlib.ExitStack() as stack:
        environments = [stack.enter_context(open_environment(name)) for name in (options.without, options.installed)]
        print(describe_machine(environments[0]), "\n", flush=True)
        # the levels first: their peak memory is that of the process
        for part in (part for part in MEASUREMENTS if part in (options.only or PARTS)):
            print_rows(MEASUREMENTS[part](environments, options.repetitions))


def print_rows(rows):
    """Print the table of one part, if it has one."""
    table = []
    for title, queries, with_queries, stock, suite in rows:
        milliseconds = [
            f"{seconds * 1000:.1f}" for timing in (stock, suite) for seconds in (timing.median, timing.best)
        ]
        table.append((title, queries, with_queries, *milliseconds, f"{suite.median / stock.median:.2f}"))
    if table:
        print_table(("call", "queries", "with", "ms", "min", "with ms", "min", "ratio"), table)


if __name__ == "__main__":
    main()
