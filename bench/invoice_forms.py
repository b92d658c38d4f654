"""Measure one PDF of many invoices by the suite's form, beside stock's invoice report for the same invoices.

    python bench/invoice_forms.py -c odoo.conf -d bench_forms [--counts 100 500] [any option of Odoo]

Stock's report needs wkhtmltopdf; without it only the suite's form is measured. The invoices are made on the first run
and stay in the database. See README.md.
"""

import contextlib
import json
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from database import configure, describe_machine, make_parser, open_environment, print_table

from odoo import Command, fields
from odoo.tools.misc import find_in_path
from odoo.tools.pdf import merge_pdf

COUNTS = (100, 500)
LINES = 6
GOAL = 0.7  # of stock's seconds
REFERENCE = "BENCH FORM"
REPORTS = {
    "suite": "crm_invoicing.account_move_report_invoice",
    "stock": "account.account_invoices",
    "stock, one by one": "account.account_invoices",
}


# ------------------------------------------------------------
# INVOICES
# ------------------------------------------------------------


def fill(database, count):
    """Make posted invoices until there are so many, each of `LINES` services with tax, for a client with an address."""
    with open_environment(database, commit=True) as env:
        missing = count - env["account.move"].search_count(get_domain())
        if missing <= 0:
            return
        company = env.company
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        find_requisites(env, company)
        partners, products = make_partners(env), make_products(env)
        moves = env["account.move"].create(
            [make_invoice(number, partners[number % len(partners)], products) for number in range(missing)]
        )
        moves.action_post()


def get_domain():
    return [("ref", "=", REFERENCE), ("state", "=", "posted")]


def find_requisites(env, company):
    """Give the company an account to be paid on, as an invoice shows it."""
    if env["crm.requisites"].search_count([("company_id", "=", company.id)]):
        return
    company.write({"street": "Khreshchatyk 22", "city": "Kyiv", "zip": "01001", "country_id": env.ref("base.ua").id})
    bank = env["res.partner.bank"].create(
        {"acc_number": "UA213223130000026007233566001", "partner_id": company.partner_id.id}
    )
    env["crm.requisites"].create({"name": "Bench", "company_id": company.id, "partner_bank_id": bank.id})


def make_partners(env):
    address = {"street": "Sobornist 5", "city": "Poltava", "zip": "36000", "country_id": env.ref("base.ua").id}
    return env["res.partner"].create(
        [{"name": f"Bench client {number}", "is_company": True, "vat": False, **address} for number in range(20)]
    )


def make_products(env):
    names = [f"Placement of an advertisement on the site, section {number}" for number in range(LINES)]
    return env["product.product"].create([{"name": name, "type": "service", "list_price": 1234.5} for name in names])


def make_invoice(number, partner, products):
    lines = [
        {"product_id": product.id, "quantity": 1 + (number + place) % 5, "price_unit": 100.25 * (1 + place)}
        for place, product in enumerate(products)
    ]
    return {
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "ref": REFERENCE,
        "invoice_date": fields.Date.today(),
        "invoice_line_ids": [Command.create(line) for line in lines],
    }


# ------------------------------------------------------------
# PRINTING
# ------------------------------------------------------------


def print_together(report, ids):
    """The PDF of all the invoices by Odoo's own way."""
    return report._render_qweb_pdf(report.report_name, ids)[0]


def print_one_by_one(report, ids):
    """All that Odoo can do with Debian's wkhtmltopdf, whose Qt takes one document at a time."""
    return merge_pdf([print_together(report, [res_id]) for res_id in ids])


def print_joined(report, ids):
    """What Odoo does with a wkhtmltopdf that takes many documents: one call of the program for all of them.

    With Debian's build they are put into one page of HTML, so that it can be measured there too.
    """
    html, _type = report.with_context(debug=False)._render_qweb_html(report.report_name, ids)
    bodies, _ids, header, footer, arguments = report._prepare_html(html, report_model=report.model)
    parts = [str(body).partition("<body")[2].partition(">")[2].rpartition("</body>")[0] for body in bodies]
    start, _body, _end = str(bodies[0]).rpartition("</body>")
    page = start + "".join(f'<div style="page-break-before: always">{part}</div>' for part in parts[1:])
    return report._run_wkhtmltopdf(
        [page + "</body></html>"],
        report_ref=report.report_name,
        header=header,
        footer=footer,
        specific_paperformat_args=arguments,
    )


PRINTERS = {"suite": print_together, "stock": print_joined, "stock, one by one": print_one_by_one}


def print_once(options):
    """Print the invoices in this process; write seconds, pages, bytes and peak memory in MB."""
    with open_environment(options.database) as env:
        report = env.ref(REPORTS[options.maker]).with_context(report_pdf_no_attachment=True)
        if options.report_url:
            env["ir.config_parameter"].set_param("report.url", options.report_url)
        moves = env["account.move"].search(get_domain(), order="id", limit=options.count)
        print_pdf = PRINTERS[options.maker]
        print_pdf(report, moves[:1].ids)  # what a running server has in its caches
        env.invalidate_all()
        before, start = measure_process(), time.perf_counter()
        pdf = print_pdf(report, moves.ids)
        seconds = time.perf_counter() - start
        after = measure_process()
    figures = {**after, "cpu": after["cpu"] - before["cpu"], "before": before["own"]}
    print(json.dumps({**figures, "seconds": seconds, "size": len(pdf), "count": len(moves)}))


def measure_process():
    """Peak resident memory in MB of this process and of the programs that it called, and the processor's seconds of both.

    Where other work keeps the processors busy, the latter are the better measure.
    """
    own, called = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + called.ru_utime + called.ru_stime
    return {"own": own.ru_maxrss / 1024, "called": called.ru_maxrss / 1024, "cpu": cpu}


def run_child(options, odoo_arguments, maker, count, report_url):
    """The figures of one PDF printed by a fresh process."""
    command = [sys.executable, __file__, "-c", options.config, "-d", options.database, *odoo_arguments]
    command += ["--maker", maker, "--count", str(count), "--report-url", report_url]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return json.loads(output.splitlines()[-1])


@contextlib.contextmanager
def serving(options, odoo_arguments):
    """Address of a server of this database: wkhtmltopdf loads the style sheets of stock's reports from it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "odoo", "-c", options.config, "-d", options.database, *odoo_arguments]
    command += ["--http-interface", "127.0.0.1", "--http-port", str(port), "--max-cron-threads", "0"]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/web/login")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=60)


def wait_for(url, seconds=180):
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def has_wkhtmltopdf():
    try:
        return bool(find_in_path("wkhtmltopdf"))
    except OSError:
        return False


def measure(options, odoo_arguments, makers, report_url):
    """PDFs of several sizes, by the suite and by stock in turn, each in a process of its own."""
    table = []
    for count in options.counts:
        runs = {maker: [] for maker in makers}
        for _repetition in range(options.repetitions):
            for maker, figures in runs.items():
                if len(figures) and maker == "stock, one by one":
                    continue  # long, and far from the goal
                figures.append(run_child(options, odoo_arguments, maker, count, report_url))
        best = {maker: min(figures, key=lambda run: run["seconds"]) for maker, figures in runs.items()}
        table += [make_row(maker, figures, best) for maker, figures in best.items()]
    header = ("invoices", "by", "s", "ms each", "ratio", "goal", "CPU s", "CPU ratio")
    print_table((*header, "peak MB", "grown MB", "called MB", "file MB"), table)


def make_row(maker, figures, best):
    compared = maker == "suite" and "stock" in best
    ratios = {name: f"{figures[name] / best['stock'][name]:.2f}" if compared else "" for name in ("seconds", "cpu")}
    return (
        figures["count"],
        maker,
        f"{figures['seconds']:.1f}",
        f"{1000 * figures['seconds'] / figures['count']:.0f}",
        ratios["seconds"],
        GOAL if compared else "",
        f"{figures['cpu']:.1f}",
        ratios["cpu"],
        f"{figures['own']:.0f}",
        f"{figures['own'] - figures['before']:.0f}",
        f"{figures['called']:.0f}",
        f"{figures['size'] / 1e6:.1f}",
    )


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database with crm_invoicing; invoices are added to it")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, help="invoices in one PDF (default 100 500)")
    parser.add_argument("--repetitions", type=int, default=3, help="PDFs of each kind, the fastest counts (default 3)")
    parser.add_argument("--maker", choices=REPORTS, help="only print one PDF, for the measurement itself")
    parser.add_argument("--count", type=int, help="invoices in that one PDF")
    parser.add_argument("--report-url", default="", help="server whose style sheets that one PDF uses")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    if options.maker:
        print_once(options)
        return
    fill(options.database, max(options.counts))
    with open_environment(options.database) as env:
        print(describe_machine(env), "\n", flush=True)
    if not has_wkhtmltopdf():
        print("wkhtmltopdf is not installed: stock's report is left out.\n", flush=True)
        measure(options, odoo_arguments, ["suite"], "")
        return
    with serving(options, odoo_arguments) as url:
        measure(options, odoo_arguments, list(REPORTS), url)


if __name__ == "__main__":
    main()
