"""Prove that the pyramid and the reports run on a read replica, by the statistics of its PostgreSQL.

Makes a primary and a streaming replica of its own on the loopback, installs the suite with the invented department of
crm_demo, starts an Odoo server that knows both, and asks it over HTTP like a browser. Everything is made in a temporary
folder and removed at the end. Two to four minutes.

    python bench/replica.py -c odoo.conf [any option of Odoo]

See README.md for what the table means.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg2
import requests
from database import make_parser, print_table

DATABASE = "bench_replica"
ROLE = "odoo"
LOGIN = "head"  # of the invented department, and its password
TABLES = ("crm_lead", "crm_process_result")
# a connection of PostgreSQL hands its statistics over ten seconds after its last work at the latest
STATISTICS_DELAY = 11
PATIENCE = 60  # seconds for a server to start, and for the replica to catch up
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
wal_level = replica
autovacuum = off
"""


# ------------------------------------------------------------
# POSTGRESQL
# ------------------------------------------------------------


class Cluster:
    """One PostgreSQL server in a folder of its own."""

    def __init__(self, folder, password):
        self.folder, self.password, self.port = folder, password, find_port()
        self.programs = find_programs()

    def initialise(self):
        """Make an empty cluster, as a primary that lets replicas connect."""
        secret = self.folder.with_name("password")
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        hand_over(secret)
        options = ("-U", ROLE, "-A", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8")
        self.call("initdb", "-D", self.folder, f"--pwfile={secret}", *options)
        with (self.folder / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)

    def copy(self, primary):
        """Make the copy of a running primary that follows its log."""
        self.call(
            "pg_basebackup", "-R", "-c", "fast", "-D", self.folder, "-h", "127.0.0.1", "-p", primary.port, "-U", ROLE
        )

    def start(self):
        self.call("pg_ctl", "start", "-w", "-D", self.folder, "-l", f"{self.folder}.log", "-o", f"-p {self.port}")

    def stop(self):
        self.call("pg_ctl", "stop", "-m", "immediate", "-D", self.folder)

    def call(self, program, *arguments):
        """Run a program of PostgreSQL, as its user if we are root: it refuses to run as root."""
        command = [str(argument) for argument in (self.programs / program, *arguments)]
        environment = {**os.environ, "PGPASSWORD": self.password}
        with self.folder.with_name("programs.log").open("a") as log:
            done = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd="/",
                **get_identity(),
            )
        if done.returncode:
            raise SystemExit(f"{program} failed:\n{Path(log.name).read_text()}")

    def connect(self, database):
        return psycopg2.connect(
            dbname=database,
            host="127.0.0.1",
            port=self.port,
            user=ROLE,
            password=self.password,
            application_name="bench",
        )


def find_programs():
    """Folder of PostgreSQL's server programs: the newest of Debian, else that of the path."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not on_path and not folders:
        raise SystemExit("PostgreSQL's initdb is not on the path and not in /usr/lib/postgresql: install the server.")
    return folders[-1] if folders else Path(on_path).resolve().parent


def find_port():
    """A free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get_identity():
    """Arguments of `subprocess.run` for whom PostgreSQL runs as."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def hand_over(path):
    """Give a file or folder to whom PostgreSQL runs as."""
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")


@contextlib.contextmanager
def running(server):
    server.start()
    try:
        yield server
    finally:
        server.stop()


# ------------------------------------------------------------
# STATISTICS
# ------------------------------------------------------------


class Counters(NamedTuple):
    """What one PostgreSQL has done in the database since it was started."""

    scans: tuple  # of each of TABLES, by index or not
    transactions: int

    def minus(self, earlier):
        scans = tuple(now - before for now, before in zip(self.scans, earlier.scans, strict=True))
        return Counters(scans, self.transactions - earlier.transactions)


class Observer:
    """Reads the statistics of one cluster within one open transaction, so that it does not count itself."""

    def __init__(self, cluster):
        self.connection = cluster.connect(DATABASE)
        self.cursor = self.connection.cursor()
        self.cursor.execute("SET stats_fetch_consistency = none")

    def read(self):
        self.cursor.execute(
            "SELECT relname, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname IN %s",
            [TABLES],
        )
        scans = dict(self.cursor.fetchall())
        self.cursor.execute(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        )
        return Counters(tuple(scans[table] for table in TABLES), self.cursor.fetchone()[0])

    def close(self):
        self.connection.close()


def wait_for_replay(primary, replica):
    """Wait until the replica has replayed what the primary has written so far; return the seconds that it took."""
    start = time.monotonic()
    with (
        contextlib.closing(primary.connect("postgres")) as source,
        contextlib.closing(replica.connect("postgres")) as copy,
    ):
        source.autocommit = copy.autocommit = True
        with source.cursor() as written, copy.cursor() as replayed:
            written.execute("SELECT pg_current_wal_lsn()")
            (position,) = written.fetchone()
            while time.monotonic() < start + PATIENCE:
                replayed.execute("SELECT pg_last_wal_replay_lsn() >= %s", [position])
                if replayed.fetchone()[0]:
                    return time.monotonic() - start
                time.sleep(0.05)
    raise SystemExit(f"The replica has not caught up within {PATIENCE} s.")


# ------------------------------------------------------------
# ODOO
# ------------------------------------------------------------


class Server:
    """An Odoo server in a process of its own, that writes to the primary and may read from the replica."""

    def __init__(self, options, odoo_arguments, folder, primary):
        self.folder, self.port = folder, find_port()
        self.environment = {**os.environ, "PGPASSWORD": primary.password}
        self.command = [
            *(sys.executable, "-m", "odoo", "-c", options.config, *odoo_arguments, "-d", DATABASE),
            *("--db_host", "127.0.0.1", "--db_port", primary.port, "--db_user", ROLE),
            *("--data-dir", folder / "data", "--logfile", folder / "odoo.log", "--workers", 0, "--max-cron-threads", 0),
        ]
        self.process = None

    def install(self):
        """Fill the primary with the suite and its invented department."""
        command = [*self.command, "-i", "crm_demo", "--no-http", "--stop-after-init"]
        done = subprocess.run(
            [*map(str, command)], check=False, stdin=subprocess.DEVNULL, env=self.environment, capture_output=True
        )
        if done.returncode:
            raise SystemExit(f"Odoo could not install crm_demo:\n{self.read_log()}")

    def use_replica(self, replica):
        self.command += ["--db_replica_host", "127.0.0.1", "--db_replica_port", replica.port]

    def start(self):
        command = [*self.command, "--http-interface", "127.0.0.1", "--http-port", self.port]
        self.process = subprocess.Popen(
            [*map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment,
        )
        start = time.monotonic()
        while time.monotonic() < start + PATIENCE and self.process.poll() is None:
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"http://127.0.0.1:{self.port}/web/health", timeout=PATIENCE)
                return
            time.sleep(0.3)
        self.stop()
        raise SystemExit(f"Odoo has not started:\n{self.read_log()}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def read_log(self):
        log = self.folder / "odoo.log"
        return "\n".join(log.read_text().splitlines()[-30:]) if log.exists() else "no log"


class Browser:
    """A logged-in session, that asks as the web client does."""

    def __init__(self, server):
        self.session = requests.Session()
        self.url = f"http://127.0.0.1:{server.port}"
        self.ask("/web/session/authenticate", {"db": DATABASE, "login": LOGIN, "password": LOGIN})
        # what a page of Odoo carries against forged requests
        page = self.session.get(f"{self.url}/odoo", timeout=PATIENCE).text
        self.token = page.partition('csrf_token: "')[2].partition('"')[0]

    def ask(self, path, params):
        """Result of a JSON-RPC request, None if there is nothing of that name."""
        answer = self.session.post(
            f"{self.url}{path}", json={"jsonrpc": "2.0", "params": params}, timeout=PATIENCE
        ).json()
        if "error" in answer and answer["error"]["code"] == requests.codes.not_found:
            return None
        if "error" in answer:
            raise SystemExit(f"{path}: {answer['error']['data']['debug']}")
        return answer["result"]

    def call(self, model, method, *arguments, **options):
        params = {"model": model, "method": method, "args": arguments, "kwargs": options}
        return self.ask(f"/web/dataset/call_kw/{model}/{method}", params)

    def download(self, path, **data):
        """Size of a file as the web client downloads it, None if there is no such file."""
        form = {"data": json.dumps(data), "csrf_token": self.token}
        answer = self.session.post(f"{self.url}{path}", data=form, timeout=PATIENCE)
        if answer.status_code == requests.codes.not_found:
            return None
        if answer.status_code != requests.codes.ok:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text[:2000]}")
        return len(answer.content)


# ------------------------------------------------------------
# WHAT IS ASKED
# ------------------------------------------------------------


def get_questions(browser):
    """Title and call of everything that should run on the replica."""
    today = date.today()
    month = {"date_from": str(today - timedelta(days=30)), "date_to": str(today)}
    compared = {**month, "compare": "previous"}
    results = {**month, "basis": "results"}
    report = "crm.funnel.report"
    chart = {"kind": "pyramid", "domain": [], "options": {}, "measure": "count"}
    yield "get_pyramid, created", lambda: browser.call("crm.lead", "get_pyramid", [], {})
    yield "get_pyramid, results of 30 days", lambda: browser.call("crm.lead", "get_pyramid", [], results)
    yield "get_pyramid_action", lambda: browser.call("crm.lead", "get_pyramid_action", [], {}, 1)
    yield "the list of a row", lambda: read_row(browser)
    yield "get_report, compared", lambda: browser.call(report, "get_report", compared)
    yield "get_process_report", lambda: browser.call(report, "get_process_report", month)
    for model in ("crm.deal.report", "crm.process.result"):
        yield f"pivot of {model}", lambda model=model: pivot(browser, model)
    yield "workbook", lambda: browser.download("/crm_funnel/report/xlsx", options=compared)
    for kind in ("png", "svg", "pdf"):
        yield f"chart as {kind}", lambda kind=kind: browser.download(f"/crm_funnel/chart/{kind}", **chart)


def read_row(browser):
    """First page of the list that a click on the pyramid opens."""
    domain = browser.call("crm.lead", "get_pyramid_action", [], {}, 1)["domain"]
    return browser.call("crm.lead", "web_search_read", domain, {"display_name": {}}, limit=80)


def pivot(browser, model):
    return browser.call(model, "formatted_read_grouping_sets", [], [[], ["user_id"], ["team_id"]], ["__count"])


def measure(observers, question):
    """What a question costs on each side.

    :return: (answer, Counters of the primary, Counters of the replica)
    """
    before = [observer.read() for observer in observers]
    answer = question()
    time.sleep(STATISTICS_DELAY)
    return answer, *(observer.read().minus(earlier) for observer, earlier in zip(observers, before, strict=True))


def print_measured(observers, browser):
    """Ask everything once, print the table, and return the titles of what was not answered by the replica alone."""
    rows, wrong, missing = [], [], []
    for title, question in get_questions(browser):
        # views and rights are read the first time, and kept
        if question() is None:
            missing.append(title)
            continue
        _answer, primary, replica = measure(observers, question)
        rows.append((title, *replica.scans, replica.transactions, *primary.scans, primary.transactions))
        if any(primary.scans) or not replica.transactions:
            wrong.append(title)
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    columns = [f"{side}: {what}" for side in ("replica", "primary") for what in (*TABLES, "transactions")]
    print_table(("call", *columns), rows)
    if missing:
        print("Not there (404):", ", ".join(missing), "\n")
    return wrong


# ------------------------------------------------------------
# WRITING
# ------------------------------------------------------------


def check_replay(observers, browser, primary, replica):
    """Record a result, which goes to the primary, and find it in the pyramid of the replica.

    :return: whether it was found
    """
    before = browser.call("crm.lead", "get_pyramid", [], {})
    deal_id, step_id, result_id = find_press(browser, before["process_id"])
    _answer, on_primary, on_replica = measure(
        observers,
        lambda: browser.call("crm.lead", "action_record_result", [deal_id], step_id, result_id),
    )
    seconds = wait_for_replay(primary, replica)
    after = browser.call("crm.lead", "get_pyramid", [], {})
    print(
        f"A result recorded: {on_primary.scans} scans of {', '.join(TABLES)} on the primary, {on_replica.scans} on the"
        f" replica. Replayed after at most {seconds + STATISTICS_DELAY:.1f} s.\n"
    )
    lines = [[(row["name"], row["passed"], row["now"]) for row in pyramid["rows"]] for pyramid in (before, after)]
    print_table(
        ("row", "passed", "now", "passed then", "now then"),
        [(name, passed, now, *then[1:]) for (name, passed, now), then in zip(*lines, strict=True)],
    )
    (passed_before, passed_after) = (sum(passed for _name, passed, _now in side) for side in lines)
    return any(on_primary.scans) and passed_after > passed_before


def find_press(browser, process_id):
    """A deal that stands on the base, and the button of the first step: (deal's id, step's id, last result's id)."""
    domain = [("process_id", "=", process_id), ("won_status", "=", "pending"), ("process_step_id", "=", False)]
    for deal_id in browser.call("crm.lead", "search", domain, limit=50):
        state = browser.call("crm.lead", "get_result_buttons", [deal_id])
        for button in state["buttons"]:
            if button["kind"] == "progress" and not button["asks"]:
                return deal_id, button["step_id"], state["last_result_id"]
    raise SystemExit("No deal of the invented department waits for the first step.")


# ------------------------------------------------------------
# RUN
# ------------------------------------------------------------


def run(options, odoo_arguments, folder):
    """Make everything and measure; return whether all of it ran where it should."""
    password = secrets.token_hex(16)
    primary, replica = (Cluster(folder / name, password) for name in ("primary", "replica"))
    primary.initialise()
    with contextlib.ExitStack() as stack:
        stack.enter_context(running(primary))
        with contextlib.closing(primary.connect("postgres")) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
        server = Server(options, odoo_arguments, folder, primary)
        print("installing crm_demo ...", file=sys.stderr, flush=True)
        server.install()
        with contextlib.closing(primary.connect(DATABASE)) as connection:
            connection.autocommit = True
            connection.cursor().execute("VACUUM (ANALYZE)")
        replica.copy(primary)
        stack.enter_context(running(replica))
        server.use_replica(replica)
        stack.enter_context(running(server))
        wait_for_replay(primary, replica)
        observers = [stack.enter_context(contextlib.closing(Observer(side))) for side in (primary, replica)]
        browser = Browser(server)
        wrong = print_measured(observers, browser)
        seen = check_replay(observers, browser, primary, replica)
    for title in wrong:
        print(f"Not by the replica alone: {title}")
    if not seen:
        print("The result is not in the pyramid of the replica.")
    return seen and not wrong


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    options, odoo_arguments = parser.parse_known_args()
    # asked to end, it stops its servers as after an error
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="bench_replica_"))
    hand_over(folder)
    start = time.monotonic()
    try:
        passed = run(options, odoo_arguments, folder)
    finally:
        if options.keep:
            print(f"Logs in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    if not passed:
        raise SystemExit(1)
    print(f"Pyramid and reports run on the replica. {time.monotonic() - start:.0f} s.")


if __name__ == "__main__":
    main()
