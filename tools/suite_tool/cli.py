"""The commands of tools/suite."""

import argparse
import shutil
import signal
import sys

from . import console
from .databases import Databases
from .errors import SetupError
from .layout import Layout, find_layout
from .lint import Linters
from .odoo_env import ensure_runtime_ready, suite_addons
from .postgres import PrivateCluster, QueryFailed, has_own_server
from .python_env import ensure_test_tools
from .server import DemoServer, RunningServer, ensure_port_free
from .shell import CommandFailed, locked
from .testing import run_tests

DATABASE = "crm_suite"
PORT = 8069
# Made by the demo department of `crm_demo`; the password is the login.
LOGINS = (
    ("admin", "administrator"),
    ("head", "head of sales"),
    ("manager1", "sales manager"),
    ("manager2", "sales manager"),
)


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    layout = find_layout()
    # Asked to end, as by Ctrl-C: what was started is ended too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return options.action(layout, options)
    except SetupError as error:
        console.fault(str(error))
    except QueryFailed as error:
        console.fault(f"the database server refused: {str(error).splitlines()[0]}")
    except CommandFailed as error:
        console.fault(f"{' '.join(map(str, error.command[:3]))} failed: {error.last_line}")
    except OSError as error:
        console.fault(f"{error.filename or 'the system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        console.fault("stopped; the same command goes on from here.")
        return 130
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tools/suite",
        description="Sets up, runs and tests the suite.",
        epilog="Environment: ODOO_HOME (an Odoo 19.0 of your own), PGHOST, PGPORT, PGUSER, PGPASSWORD (a PostgreSQL of "
        "your own), SUITE_PYTHON (a Python 3.10 to 3.13), XDG_CACHE_HOME (where downloads are kept).",
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    run = commands.add_parser("run", help="set up what is missing, start the server, print address and logins")
    run.add_argument("--port", type=_port, default=None, help=f"port on 127.0.0.1 (default {PORT})")
    run.add_argument("--database", default=DATABASE, help=f"name of the demonstration database (default {DATABASE})")
    run.add_argument(
        "--fresh", action="store_true", help="make the demonstration database anew; what was entered is lost"
    )
    run.add_argument("--foreground", action="store_true", help="keep the server in this terminal")
    run.set_defaults(action=_run)

    test = commands.add_parser("test", help="run linters and all tests on databases of their own")
    test.add_argument("--addon", help="test this addon only")
    test.add_argument("--tag", help="run only the tests with this tag")
    test.add_argument("--keep", action="store_true", help="keep the databases")
    test.add_argument("--lint-only", action="store_true", help="run the linters only")
    test.add_argument("--no-lint", action="store_true", help="leave the linters out")
    test.add_argument(
        "--journeys",
        nargs=argparse.REMAINDER,
        metavar="PYTEST_OPTION",
        help="run only tests/, the rest of the line goes to pytest",
    )
    test.set_defaults(action=_test)

    tidy = commands.add_parser("format", help="let the formatters rewrite Python, XML and JavaScript")
    tidy.add_argument("--addon", help="of this addon only")
    tidy.set_defaults(action=_format)

    stop = commands.add_parser("stop", help="stop the server and the private PostgreSQL")
    stop.set_defaults(action=_stop)

    clean = commands.add_parser("clean", help="remove the databases and all that the set-up made in this checkout")
    clean.add_argument("--cache", action="store_true", help="the downloads of this user too")
    clean.set_defaults(action=_clean)

    status = commands.add_parser("status", help="tell what is set up and what runs")
    status.set_defaults(action=_status)
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


# -- run ------------------------------------------------------------------------------------------------------------


def _run(layout: Layout, options) -> int:
    demo = DemoServer(layout)
    running = demo.running()
    port = options.port or (running.port if running else PORT)
    if not running or running.port != port:
        ensure_port_free(port)
    runtime = ensure_runtime_ready(layout)
    databases = Databases(runtime)
    with locked(layout.state / "lock-run", "starting the server"):
        databases.drop_leftovers()
        stale = options.fresh or not databases.is_current(options.database)
        running = demo.running()
        if running and (stale or options.foreground or (running.port, running.database) != (port, options.database)):
            console.step("Stopping the server")
            demo.stop()
            running = None
        databases.ensure_demo(options.database, fresh=options.fresh)
        if options.foreground:
            _print_logins(layout, f"http://127.0.0.1:{port}", "Stop it with Ctrl-C.")
            return demo.foreground(runtime, options.database, port)
        if not running:
            console.step(f"Starting the server on port {port}")
            running = demo.start(runtime, options.database, port)
    _print_logins(layout, running.url, "It runs in the background; `tools/suite stop` ends it.")
    return 0


def _print_logins(layout: Layout, url: str, ending: str) -> None:
    has_department = any(addon.is_demo for addon in suite_addons(layout))
    console.plain()
    console.plain(f"The suite answers at {url}")
    console.plain("    login       password    role")
    for login, role in LOGINS if has_department else LOGINS[:1]:
        console.plain(f"    {login:<12}{login:<12}{role}")
    console.plain(ending)


# -- test -----------------------------------------------------------------------------------------------------------


def _test(layout: Layout, options) -> int:
    return run_tests(layout, options)


def _format(layout: Layout, options) -> int:
    layout.prepare()
    with locked(layout.state / "lock", "setting up this checkout"):
        tools = ensure_test_tools(layout)
    checks = Linters(layout, tools, options.addon).format()
    for check in checks:
        console.plain(f"{check.name}: {'done' if check.passed else 'failed'}\n{check.text}".rstrip())
    return 0 if all(check.passed for check in checks) else 1


# -- stop, clean, status ----------------------------------------------------------------------------------------------


def _stop(layout: Layout, options) -> int:
    stopped = [
        what
        for what, done in (("server", DemoServer(layout).stop()), ("private PostgreSQL", PrivateCluster(layout).stop()))
        if done
    ]
    console.plain(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def _clean(layout: Layout, options) -> int:
    layout.prepare()
    with locked(layout.state / "lock", "setting up this checkout"):
        DemoServer(layout).stop()
        _drop_external(layout)
        PrivateCluster(layout).remove()
        shutil.rmtree(layout.state)
        if options.cache:
            shutil.rmtree(layout.cache, ignore_errors=True)
    console.plain(
        "Removed the databases, environments and logs of this checkout"
        + (" and the downloads." if options.cache else ".")
    )
    return 0


def _drop_external(layout: Layout) -> None:
    """Drop this checkout's databases on a server of the PG* variables; the private cluster goes as a whole."""
    if not has_own_server() or not layout.venv.exists():
        return
    databases = Databases(ensure_runtime_ready(layout, already_locked=True))
    for name in databases.ours():
        databases.drop(name)


def _status(layout: Layout, options) -> int:
    cluster, server = PrivateCluster(layout), DemoServer(layout).running()
    rows = [
        ("server", _server_words(server)),
        ("private PostgreSQL", "running" if cluster.is_running() else "stopped" if cluster.exists() else "none"),
        ("Python environment", "made" if layout.venv.exists() else "none"),
        ("state", f"{layout.state}"),
        ("downloads", f"{layout.cache}"),
        ("Python", f"{sys.executable} ({sys.version.split()[0]})"),
    ]
    for what, words in rows:
        console.plain(f"{what + ':':<20}{words}")
    return 0


def _server_words(server: RunningServer | None) -> str:
    return f"{server.url}, database {server.database}, process {server.pid}" if server else "stopped"
