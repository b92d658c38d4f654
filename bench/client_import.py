"""Measure the import of clients: rows per second beside stock `load()`, peak memory, and whether a killed server continues.

    python bench/client_import.py -c odoo.conf -d bench_clients [--rows 100000] [--only speed|memory|kill] [any option of Odoo]

The database needs `crm_clients`; it is copied for each measurement and stays as it is. See README.md.
"""

import base64
import contextlib
import io
import os
import random
import signal
import subprocess
import sys
import time

import xlsxwriter
from database import configure, describe_machine, make_parser, open_environment, print_table

PARTS = ("speed", "memory", "kill")
GOAL_SPEED = 2.0
GOAL_MEMORY = 1.15
LOAD_CHUNK = 2000  # rows that stock's import screen sends at once
HEADERS = ("Client", "Phone", "E-mail", "Street", "City", "Country", "Registration number", "Reference")
LOAD_FIELDS = ["name", "phone", "email", "street", "city", "country_id", "company_registry", "ref"]


# ------------------------------------------------------------
# ROWS
# ------------------------------------------------------------


def edrpou(number):
    """Registration number of a Ukrainian company: 7 digits and their check digit."""
    digits = f"{number:07d}"
    weights = (1, 2, 3, 4, 5, 6, 7) if number < 3_000_000 or number > 6_000_000 else (7, 1, 2, 3, 4, 5, 6)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11
    if total == 10:
        total = sum((weight + 2) * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11
    return f"{digits}{total % 10}"


def make_rows(first, count):
    """Yield rows that differ from each other and from those with other numbers in all that identifies a client."""
    for number in range(first, first + count):
        yield (
            f"Bench client {number}",
            f"+38067{number:07d}",
            f"office{number}@client{number}.example",
            f"Street {number % 997}",
            f"City {number % 89}",
            "Ukraine",
            edrpou(number),
            f"IMP{number}",
        )


def make_workbook(first, count):
    """Content of a workbook with these rows, as spreadsheet programs write it: texts shared."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Clients")
        for index, row in enumerate((HEADERS, *make_rows(first, count))):
            for column, text in enumerate(row):
                sheet.write_string(index, column, text)
    return buffer.getvalue()


# ------------------------------------------------------------
# DATABASE
# ------------------------------------------------------------


@contextlib.contextmanager
def copied(database):
    """Name of a copy of the database, dropped at the end."""
    from odoo.service import db

    copy = f"{database}_copy_{os.getpid()}"
    db.exp_duplicate_database(database, copy)
    try:
        yield copy
    finally:
        db.exp_drop(copy)


def start_import(database, first, count):
    """Create an import of so many rows and press the button; its id."""
    with open_environment(database, commit=True, login="admin") as env:
        content = base64.b64encode(make_workbook(first, count))
        record = env["crm.client.import"].create({"file": content, "filename": "bench.xlsx"})
        record.action_start()
        return record.id


def work(database):
    """Do what the job does until no import is under way; seconds it took."""
    with open_environment(database, commit=True) as env:
        start = time.perf_counter()
        while env["crm.client.import"].search_count([("state", "in", ("running", "checking"))]):
            env["crm.client.import"]._cron_work()
        return time.perf_counter() - start


def load(database, first, count):
    """Import rows as Odoo's own import screen does; seconds it took."""
    rows = [list(row) for row in make_rows(first, count)]
    with open_environment(database, commit=True, login="admin") as env:
        context = {
            "default_client_type_id": env["crm.client.type"].search([], limit=1).id,
            "default_user_id": env.uid,
            "default_is_company": True,
        }
        start = time.perf_counter()
        for index in range(0, count, LOAD_CHUNK):
            partners = env["res.partner"].with_context(**context, import_file=True)
            result = partners.load(LOAD_FIELDS, rows[index : index + LOAD_CHUNK])
            if not result["ids"]:
                raise SystemExit(f"load() refused the rows: {result['messages'][:3]}")
            env.cr.commit()
            env.invalidate_all()
        return time.perf_counter() - start


def count_results(database, import_id):
    """Counters of the import, and clients by how often their row is in the directory."""
    with open_environment(database) as env:
        [counters] = (
            env["crm.client.import"]
            .browse(import_id)
            .read(["state", "row_count", "created_count", "skipped_count", "failed_count"])
        )
        env.cr.execute("SELECT COUNT(*), COUNT(DISTINCT ref) FROM res_partner WHERE ref LIKE 'IMP%%'")
        return counters, *env.cr.fetchone()


# ------------------------------------------------------------
# MEASUREMENTS
# ------------------------------------------------------------


def measure_speed(options):
    """Stock before and after the import, so that the growing table slows both alike."""
    rows = options.rows
    with copied(options.database) as database:
        work(database)  # a running server has its caches filled
        stock = load(database, 0, rows // 2)
        import_id = start_import(database, 1_000_000, rows)
        addon = work(database)
        stock += load(database, 3_000_000, rows - rows // 2)
        counters, *_counts = count_results(database, import_id)
    if counters["created_count"] != rows:
        raise SystemExit(f"The import did not create all rows: {counters}")
    ratio = stock / addon
    print(f"{rows} rows, duplicate check on:\n")
    print_table(
        ("", "seconds", "rows per second", "ratio"),
        [
            ("stock load()", f"{stock:.1f}", f"{rows / stock:.0f}", "1.00"),
            ("import", f"{addon:.1f}", f"{rows / addon:.0f}", f"{ratio:.2f}"),
        ],
    )
    print(f"Goal: {GOAL_SPEED:.1f} times stock; {'reached' if ratio >= GOAL_SPEED else 'MISSED'}.\n", flush=True)


def measure_memory(options):
    """A fresh process each for a tenth of the rows and for all."""
    peaks = []
    for rows in (options.rows // 10, options.rows):
        with copied(options.database) as database:
            start_import(database, 1_000_000, rows)
            output = subprocess.check_output(get_command(options, database, "--worker"), text=True)
            peaks.append((rows, int(output.split()[-1]) / 1024))
    ratio = peaks[1][1] / peaks[0][1]
    print("Peak memory of a fresh process that does nothing but import:\n")
    print_table(("rows", "MB"), [(rows, f"{megabytes:.0f}") for rows, megabytes in peaks])
    print(f"Ratio {ratio:.3f}, goal {GOAL_MEMORY}; {'reached' if ratio <= GOAL_MEMORY else 'MISSED'}.\n", flush=True)


def measure_kills(options):
    """Kill the server while it imports, again and again; then let it finish and count."""
    rows = options.kill_rows
    with copied(options.database) as database:
        import_id = start_import(database, 1_000_000, rows)
        states = []
        while len(states) < options.kills and sum(states[-1:]) < rows:
            states.append(run_server(options, database, import_id, kill=True))
        finished = run_server(options, database, import_id, kill=False)
        counters, clients, distinct = count_results(database, import_id)
    kills = sum(state < rows for state in states)
    print(f"Server killed {kills} times while importing {rows} rows (rows done at each kill: {states}):\n")
    print_table(
        ("rows of the file", "created", "clients in the directory", "different ones", "finished"),
        [(rows, counters["created_count"], clients, distinct, finished == rows)],
    )
    good = counters["state"] == "done" and counters["created_count"] == clients == distinct == rows
    print(f"Exactly the rows of the file, once each: {'yes' if good else 'NO'}.\n", flush=True)


def get_peak_memory():
    """Most memory that this process has held, in kB. What `getrusage` says includes the process it was started from."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def get_command(options, database, *arguments):
    return [sys.executable, __file__, "-c", options.config, "-d", database, *arguments, *options.odoo_arguments]


def run_server(options, database, import_id, *, kill):
    """Run an Odoo server with one cron thread: until a random moment, or until the import is done; rows it has done."""
    command = [
        sys.executable,
        "-m",
        "odoo",
        "-c",
        options.config,
        "-d",
        database,
        "--no-http",
        "--log-level",
        "critical",
    ]
    command += ["--workers", "0", "--max-cron-threads", "1", *options.odoo_arguments]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        moment = None
        while moment is None or time.monotonic() < moment:
            time.sleep(0.2)
            is_busy, _done, finished = poke(database, import_id)
            if finished:
                break
            if moment is None and is_busy and kill:
                moment = time.monotonic() + random.uniform(0, options.kill_seconds)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    return poke(database, import_id)[1]


def poke(database, import_id):
    """Wake the server's cron, as a trigger does; whether a step is under way, rows done, whether all are."""
    with open_environment(database, commit=True) as env:
        record = env["crm.client.import"].browse(import_id)
        is_busy = not record.try_lock_for_update(allow_referencing=True)
        if record.state == "running" and not is_busy:
            env.ref("crm_clients.ir_cron_client_import")._trigger()
        return is_busy, record._get_done_count(), record.state == "done"


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database with crm_clients installed")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of speed and memory (default 100,000)")
    parser.add_argument("--kills", type=int, default=20, help="how often the server is killed (default 20)")
    parser.add_argument("--kill-rows", type=int, default=30_000, help="rows of that import (default 30,000)")
    parser.add_argument("--kill-seconds", type=float, default=12.0, help="killed within so many seconds of work")
    parser.add_argument("--seed", type=int, default=None, help="seed of the random moments")
    parser.add_argument("--only", choices=PARTS, help="one of the measurements")
    parser.add_argument(
        "--worker", action="store_true", help="only work on the imports, and print the peak memory in kB"
    )
    options, odoo_arguments = parser.parse_known_args()
    options.odoo_arguments = odoo_arguments
    configure(options, odoo_arguments)
    if options.worker:
        work(options.database)
        print(get_peak_memory())
        return
    random.seed(options.seed)
    with open_environment(options.database) as env:
        print(describe_machine(env), "\n", flush=True)
    measurements = {"speed": measure_speed, "memory": measure_memory, "kill": measure_kills}
    for part in PARTS:
        if options.only in (None, part):
            measurements[part](options)


if __name__ == "__main__":
    main()
