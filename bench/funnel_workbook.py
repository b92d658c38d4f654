"""Measure the Excel workbook of the funnel report beside stock's Excel export of the same columns.

    python bench/funnel_workbook.py -c odoo.conf -d bench_funnel [any option of Odoo]

See README.md for what the figures mean. Nothing is written to the database.
"""

import contextlib
import json
import subprocess
import sys
import time
from types import SimpleNamespace
from unittest.mock import patch

from database import MANAGER_LOGIN, as_user, configure, describe_machine, make_parser, open_environment, print_table

from odoo import fields

from odoo.addons.web.controllers import export

ROWS = (10_000, 50_000, 100_000)
# stock's export of the columns of the sheet with the clients; who is silent since when it counts record by record
COLUMNS = (
    "partner_id",
    "name",
    "user_id",
    "team_id",
    "source_id",
    "medium_id",
    "process_step_id",
    "stage_id",
    "won_status",
    "lost_reason_id",
    "expected_revenue",
    "company_currency",
    "probability",
    "create_date",
    "date_closed",
    "last_result_date",
    "result_silent_days",
    "phone",
    "email_from",
)


def find_options(env, rows):
    """Options of a report on all the past of as many managers as have so many deals together, or a few less."""
    deals = env["crm.funnel.report"]._get_deals_domain({}) & fields.Domain("user_id", "!=", False)
    groups = env["crm.lead"].with_context(active_test=False)._read_group(deals, ["user_id"], ["__count"])
    user_ids, total = [], 0
    for user, count in sorted(groups, key=lambda group: -group[1]):
        if total + count <= rows:
            user_ids.append(user.id)
            total += count
    return {"date_from": False, "date_to": False, "user_ids": user_ids}


def make_workbook(env, options):
    """The workbook as the web client gets it, read to its end; return its size in bytes."""
    _name, file, size = env["crm.funnel.report"]._make_workbook(options)
    with contextlib.closing(file):
        while file.read(1 << 16):
            pass
    return size


def make_stock_export(env, options):
    """The file of stock's controller `/web/export/xlsx` with the same deals and columns; return its size in bytes."""
    data = {
        "model": "crm.lead",
        "fields": [{"name": name, "label": name, "type": env["crm.lead"]._fields[name].type} for name in COLUMNS],
        "ids": False,
        "domain": list(env["crm.funnel.report"]._get_deals_domain(options)),
        "import_compat": False,
        "context": {"active_test": False},
    }
    answers = []
    request = SimpleNamespace(
        env=env,
        make_response=lambda content, headers: answers.append(content),
        httprequest=SimpleNamespace(environ={"REMOTE_ADDR": "bench"}),
    )
    with patch.object(export, "request", request):
        export.ExcelExport().base(json.dumps(data))
    return len(answers[0])


MAKERS = {"suite": make_workbook, "stock": make_stock_export}


def run_once(options):
    """Make one file in this process, and print seconds, bytes and megabytes that it took."""
    with open_environment(options.database) as root:
        env = as_user(root, MANAGER_LOGIN)
        # sudo: stock's export asks for a right that the generated head of sales does not have
        env.user.sudo().group_ids |= env.ref("base.group_allow_export")
        report = find_options(env, options.rows)
        deals = env["crm.lead"].with_context(active_test=False)
        figures = {
            "rows": deals.search_count(env["crm.funnel.report"]._get_deals_domain(report)),
            "before": read_peak_memory(),
        }
        start = time.perf_counter()
        figures["size"] = MAKERS[options.maker](env, report)
        figures["seconds"] = time.perf_counter() - start
        print(json.dumps({**figures, "memory": read_peak_memory()}))


def read_peak_memory():
    """Peak resident memory of this process in MB."""
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def run_child(options, odoo_arguments, maker, rows):
    """The figures of one file made by a fresh process."""
    command = [sys.executable, __file__, "-c", options.config, "-d", options.database, *odoo_arguments]
    output = subprocess.run(
        [*command, "--maker", maker, "--rows", str(rows)], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    return json.loads(output.splitlines()[-1])


def measure(options, odoo_arguments):
    """Files of several lengths, ours and stock's in turn, each in a process of its own."""
    table = []
    for rows in options.lengths or ROWS:
        runs = {maker: [] for maker in MAKERS}
        for _repetition in range(options.repetitions):
            for maker, figures in runs.items():
                figures.append(run_child(options, odoo_arguments, maker, rows))
        suite, stock = (min(figures, key=lambda run: run["seconds"]) for figures in runs.values())
        table.append(
            (
                f"{suite['rows']:,}",
                f"{suite['seconds']:.1f}",
                f"{stock['seconds']:.1f}",
                f"{stock['seconds'] / suite['seconds']:.1f}",
                f"{suite['memory']:.0f}",
                f"{suite['memory'] - suite['before']:.0f}",
                f"{stock['memory'] - stock['before']:.0f}",
                f"{suite['size'] / 1e6:.1f}",
                f"{stock['size'] / 1e6:.1f}",
            )
        )
    print_table(
        ("clients", "s", "stock s", "times faster", "peak MB", "grown MB", "stock grown MB", "file MB", "stock MB"),
        table,
    )


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database filled by generate_funnel.py")
    parser.add_argument("--repetitions", type=int, default=1, help="files of each kind, the fastest counts (default 1)")
    parser.add_argument("--lengths", type=int, nargs="+", metavar="ROWS", help="clients in the files")
    parser.add_argument("--maker", choices=MAKERS, help="only make one file, for the measurement itself")
    parser.add_argument("--rows", type=int, help="clients in that one file")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    if options.maker:
        run_once(options)
        return
    with open_environment(options.database) as env:
        print(describe_machine(env), "\n", flush=True)
    measure(options, odoo_arguments)


if __name__ == "__main__":
    main()
