"""The test command: linters, each addon alone, Odoo's own suites beside the addons, journeys through the browser."""

import os
import re
import shutil
import sys
import time
import traceback
import xml.etree.ElementTree as ElementTree
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from . import console, system
from .databases import STOCK_SUITES, Databases, odoo_reason
from .errors import SetupError
from .layout import Layout
from .lint import Linters
from .odoo_env import Addon, Runtime, ensure_runtime_ready, suite_addons
from .odoo_tests import TestLog, read_log, test_name
from .python_env import ensure_test_tools
from .server import free_port
from .shell import CommandFailed, capture, end_running, locked, logged

# Odoo's own linter knows no addon but all: only what it says about ours counts.
_ODOO_LINT = "test_lint"
_ODOO_LINT_IMPORTS = ("astroid", "pylint", "dill", "isort", "mccabe", "tomlkit")
_PREDICTION_TESTS = "/crm:TestCrmPls"
# What Odoo itself says of the invoices that the addons extend; all of its account tests would take an hour.
_INVOICE_TESTS = (
    "/account:TestAccountMoveOutInvoiceOnchanges",
    "/account:TestAccountMoveSend",
    "/account:TestAccountPayment",
    "/sale:TestAccessRights",
    "/sale:TestSaleOrder",
    "/sale:TestSaleToInvoice",
)
# What Odoo itself says of the projects and tasks that the addons extend, as far as it runs on a complete database.
_PROJECT_TESTS = ("post_install/project", "post_install/sale_project")
_TIMESHEETS = ("hr_timesheet", "sale_timesheet")
# the browser adds nothing here but its time
_NOT_BESIDE_TIMESHEETS = ("-/crm_projects:TestWorkTours", "-/crm_projects:TestWorkWidgets")
_STOCK_TAGS = ",".join(f"/{suite}" for suite in STOCK_SUITES)
_SCHEMA = """
    SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns
     WHERE table_schema = 'public'
    UNION ALL SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'model ' || model FROM ir_model
    UNION ALL SELECT 'field ' || model || '.' || name FROM ir_model_fields
    UNION ALL SELECT 'view ' || id FROM ir_ui_view WHERE active
    UNION ALL SELECT 'action ' || type || ' ' || id FROM ir_actions
"""


@dataclass
class Outcome:
    """What one stage came to. `details` are lines about what failed, `notes` what else there is to know."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    details: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def check(self, passed: bool, text: str) -> None:
        """Count one check of our own."""
        if passed:
            self.passed += 1
        else:
            self.failed += 1
            self.details.append(text)

    def add_log(self, log: TestLog, known: Collection[str] = (), repeated: Collection[str] = ()) -> None:
        """Count the tests of a run of Odoo; those in `known` may fail, and then count as skipped.

        Those in `repeated` failed too, and are not counted: a second run will.
        """
        excused = log.broken_tests & set(known)
        broken = log.broken_tests - excused - set(repeated)
        self.failed += len(broken)
        self.skipped += log.skipped + len(excused)
        self.passed += max(0, log.total - len(log.broken_tests) - log.skipped)
        self.details += [f"{test}\n{_indented(text)}" for test, text in log.broken.items() if test_name(test) in broken]

    def add_second_run(self, tests: set[str], first: TestLog, second: TestLog) -> None:
        """Count the tests that failed in the first run by what the second says: passed is what ran to a good end."""
        passed = tests & second.ran - second.broken_tests
        failed = tests - passed
        self.passed += len(passed)
        self.failed += len(failed)
        if passed:
            self.notes.append(f"{len(passed)} passed on the second run: {_listed(passed)}")
        if failed:
            self.notes.append(f"{len(failed)} did not pass the second run either: {_listed(failed)}")
        for which, log in (("first", first), ("second", second)):
            self.details += [
                f"{test}, {which} run\n{_indented(text)}"
                for test, text in log.broken.items()
                if log is second or test_name(test) in failed
            ]


def run_tests(layout: Layout, options) -> int:
    """Run what `options` ask for; return 0 when something ran and nothing failed."""
    started = time.monotonic()
    layout.prepare()
    if options.addon and options.addon not in [addon.name for addon in suite_addons(layout)]:
        raise SetupError(f"there is no addon {options.addon} in {layout.addons}.")
    with locked(layout.state / "lock", "setting up this checkout"):
        tools = ensure_test_tools(layout)
    outcomes: list[Outcome] = []
    if options.lint_only:
        outcomes.append(_lint(layout, tools, options.addon))
    else:
        _ensure_programs(layout)
        runtime = ensure_runtime_ready(layout)
        outcomes += Session(runtime, tools, options).run()
    return _summary(outcomes, time.monotonic() - started)


def _ensure_programs(layout: Layout) -> None:
    """Chromium for the browser tests, git for the wheels. Where nobody may install them their tests are skipped."""
    missing = [] if _which("git") else ["git"]
    if not any(_which(name) for name in ("chromium", "google-chrome", "chromium-browser")):
        missing += ["chromium", "fonts-dejavu-core"]
    if missing and system.can_install():
        system.apt_install(missing, "the tests", layout.logs, "install them")
    elif missing:
        console.note(f"{missing[0]} is missing and there is no root or sudo to install it: its tests are skipped")


def _which(name: str) -> bool:
    return any(os.access(Path(folder) / name, os.X_OK) for folder in os.environ.get("PATH", "").split(":"))


class Session:
    """One run of the tests on databases of its own, two stages at a time."""

    def __init__(self, runtime: Runtime, tools: Path, options):
        self._runtime = runtime
        self._layout = runtime.layout
        self._tools = tools
        self._options = options
        self._databases = Databases(runtime)
        self._addons = suite_addons(self._layout)
        self._template = ""
        self._second_runs: list[tuple] = []

    def run(self) -> list[Outcome]:
        self._databases.drop_leftovers()
        stages = self._stages()
        if len(stages) > 1 or not stages[0][0].startswith("lint"):
            self._template = self._databases.ensure_template()
        console.step(f"Testing: {', '.join(name for name, _ in stages)}")
        with ThreadPoolExecutor(max_workers=2) as pool:
            running = [pool.submit(self._stage, name, action) for name, action in stages]
            try:
                outcomes = [stage.result() for stage in running]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                end_running()
                raise
        return outcomes + [self._stage(name, action) for name, action in self._second_runs]

    def _stages(self) -> list[tuple]:
        """Name and action of each stage, the longest first."""
        options = self._options
        if options.journeys is not None:
            return [("journeys and set-up", self._pytest)]
        chosen = [addon for addon in self._addons if options.addon in (None, addon.name)]
        stages = []
        if not options.addon and not options.tag:
            stages.append(("journeys and set-up", self._pytest))
            stages.append(("stock suites with the addons", self._stock_with))
            stages.append(("stock suites after uninstalling", self._stock_after))
            stages.append(("stock invoices and projects with the addons", self._stock_complete))
            stages.append(("works beside timesheets", self._beside_timesheets))
        elif options.tag and not options.addon:
            stages.append(("journeys and set-up", self._pytest))
        stages += [(f"{addon.name} alone", partial(self._addon, addon)) for addon in chosen]
        if not options.no_lint and not options.tag:
            stages.append(("Odoo's test_lint", self._odoo_lint))
            stages.append(("linters", lambda outcome: _add_lint(outcome, self._layout, self._tools, options.addon)))
        return stages

    def _stage(self, name: str, action) -> Outcome:
        outcome, started = Outcome(name), time.monotonic()
        try:
            action(outcome)
        except (SetupError, CommandFailed) as error:
            outcome.check(False, str(error))
        except Exception:
            outcome.check(False, traceback.format_exc())
        outcome.seconds = time.monotonic() - started
        verdict = "failed" if outcome.failed else "done"
        console.step(f"{name}: {verdict} in {outcome.seconds:.0f} s ({_counts(outcome)})")
        for text in outcome.notes:
            console.note(text)
        return outcome

    # -- stages -------------------------------------------------------------------------------------------------------

    def _addon(self, addon: Addon, outcome: Outcome) -> None:
        """Install the addon alone, run its tests, uninstall it, and look for what it left behind."""
        with self._database(addon.name) as name:
            needed = self._needed(addon)
            if needed:
                self._odoo(outcome, name, f"{addon.name}-needs", "-i", ",".join(needed))
            before = self._schema(name)
            tags = f"{self._options.tag or ''}/{addon.name}"
            # an addon that Odoo has installed by itself beside its dependencies is there already: its update runs its tests
            log = self._odoo(outcome, name, addon.name, "-i", addon.name, "-u", addon.name, "--test-tags", tags)
            outcome.add_log(log)
            outcome.check(
                not log.troubles, f"{addon.name} installs with warnings:\n{_indented(chr(10).join(log.troubles))}"
            )
            if not self._options.tag:
                self._uninstall(outcome, name, [addon.name])
                self._compare(outcome, addon.name, before, self._schema(name))

    def _stock_with(self, outcome: Outcome) -> None:
        """Odoo's own suites while the addons are installed along with their modules, as on a new database.

        Some of these tests run as soon as their module is loaded and fail on a database that has later modules' columns
        already: the template does not do here.
        """
        with self._database("stock_with", empty=True) as name:
            modules = ",".join([*STOCK_SUITES, self._names()])
            tags = f"{_STOCK_TAGS},-{_PREDICTION_TESTS}"
            self._stock(outcome, name, "stock-with", "-i", modules, "--test-tags", tags)
            # The stages of a new database decide the probability themselves; in one that was there before, and with
            # the tick taken off, Odoo's prediction does, and its tests hold.
            self._runtime.server.query("UPDATE crm_stage SET on_change = FALSE", dbname=name)
            self._stock(outcome, name, "stock-prediction", "--test-tags", _PREDICTION_TESTS)

    def _stock_after(self, outcome: Outcome) -> None:
        """The same suites, as far as they run on a complete database, once the addons are gone from it."""
        with self._database("stock_after") as name:
            self._odoo(outcome, name, "stock-after-install", "-i", self._names())
            self._uninstall(outcome, name, self._names().split(","))
            tags = ",".join(f"post_install/{suite}" for suite in (*STOCK_SUITES, "sale_project"))
            self._stock(outcome, name, "stock-after", "--test-tags", tags)

    def _stock_complete(self, outcome: Outcome) -> None:
        """Odoo's own tests of invoices, orders and projects on a complete database with the addons."""
        with self._database("stock_complete") as name:
            self._odoo(outcome, name, "stock-complete-install", "-i", self._names())
            self._stock(outcome, name, "stock-complete", "--test-tags", ",".join((*_INVOICE_TESTS, *_PROJECT_TESTS)))

    def _beside_timesheets(self, outcome: Outcome) -> None:
        """Works and what orders make of them, while Odoo's timesheets extend the same tasks."""
        ours = [addon.name for addon in self._addons if addon.name.startswith("crm_projects")]
        with self._database("timesheets") as name:
            tags = ",".join([*(f"/{addon}" for addon in ours), *_NOT_BESIDE_TIMESHEETS])
            modules = ",".join([*_TIMESHEETS, *ours])
            log = self._odoo(outcome, name, "timesheets", "-i", modules, "-u", ",".join(ours), "--test-tags", tags)
            outcome.add_log(log)
            outcome.check(log.total > 0, "no test ran beside timesheets")

    def _stock(self, outcome: Outcome, database: str, log: str, *arguments: str) -> None:
        """Run tests of Odoo's own. A few that fail get a second run, unless the run came to harm otherwise."""
        found, known = self._odoo(outcome, database, log, *arguments), known_failures(self._layout)
        outcome.check(found.total > 0, "none of Odoo's own tests ran")
        repeated = set() if outcome.failed else found.repeatable(known)
        outcome.add_log(found, known, repeated)
        if repeated:
            outcome.notes.append(f"{len(repeated)} failed, left to a second run: {_listed(repeated)}")
            self._repeat(database, log, found, repeated)

    def _repeat(self, database: str, log: str, first: TestLog, tests: set[str]) -> None:
        """Have the tests run once more on a copy of the database as it is now, when all stages are done.

        Some tours of Odoo click faster than a busy machine answers. Odoo's own ODOO_TEST_FAILURE_RETRIES would repeat
        them at once, with the other stage still beside them.
        """
        copy = f"{database}_{log}"
        self._databases.clone(database, copy, process=str(os.getpid()))
        self._second_runs.append((f"second run of {log}", partial(self._second_run, copy, log, first, tests)))

    def _second_run(self, database: str, log: str, first: TestLog, tests: set[str], outcome: Outcome) -> None:
        with self._disposable(database):
            second = self._odoo(outcome, database, f"{log}-again", "--test-tags", first.tags_of(tests))
        outcome.add_second_run(tests, first, second)

    def _odoo_lint(self, outcome: Outcome) -> None:
        """Odoo's own linter over all addons; only findings that name one of ours count."""
        with self._database("lint") as name:
            env = {"PYTHONPATH": str(self._borrowed(*_ODOO_LINT_IMPORTS))}
            modules = ",".join([_ODOO_LINT, *(addon.name for addon in self._addons)])
            log = self._odoo(outcome, name, "test-lint", "-i", modules, "--test-tags", f"/{_ODOO_LINT}", env=env)
        named = re.compile(rf"\b({'|'.join(re.escape(addon.name) for addon in self._addons)})\b")
        ours = {test: text for test, text in log.broken.items() if named.search(test + text)}
        broken = {test_name(test) for test in ours}
        # What it says about Odoo itself is Odoo's business, and what it skips for want of its own tools we run ourselves.
        outcome.failed += len(broken)
        outcome.passed += max(0, log.total - len(broken) - log.skipped)
        outcome.details += [f"{test}\n{_indented(text)}" for test, text in ours.items()]

    def _borrowed(self, *modules: str) -> Path:
        """A folder with some modules of the test tools, for tests of Odoo that import them."""
        folder = self._layout.state / "borrowed"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        site = Path(capture([self._tools, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
        for module in modules:
            source = site / module if (site / module).is_dir() else site / f"{module}.py"
            (folder / source.name).symlink_to(source)
        return folder

    def _pytest(self, outcome: Outcome) -> None:
        report = self._layout.logs / "pytest.xml"
        log = self._layout.logs / "pytest.log"
        report.unlink(missing_ok=True)
        chosen = list(self._options.journeys or [])
        if self._options.tag:
            chosen += ["-m", self._options.tag]
        env = {
            **self._runtime.env,
            "PYTHONPATH": str(self._layout.root / "tools"),
            "SUITE_KEEP": "1" if self._options.keep else "",
        }
        command = [self._tools, "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={report}", *chosen]
        code = logged(command, log, env=env, cwd=self._layout.root, timeout=1800, describe=_last_test, every=30)
        if report.exists():
            _add_junit(outcome, report)
        # 5: pytest found no test, which is fine for a tag that only Odoo's tests have.
        if code not in (0, 1, 5):
            outcome.check(False, f"pytest ended with {code}, see {log}")

    # -- steps --------------------------------------------------------------------------------------------------------

    def _names(self) -> str:
        return ",".join(addon.name for addon in self._addons if not addon.is_demo)

    def _needed(self, addon: Addon) -> list[str]:
        """What must be installed for the addon that the template lacks: addons of the suite, modules of demo data."""
        ours = {other.name for other in self._addons}
        return list(addon.depends) if addon.is_demo else [name for name in addon.depends if name in ours]

    @contextmanager
    def _database(self, purpose: str, *, empty: bool = False):
        name = f"{self._databases.prefix}test_{os.getpid()}_{purpose}"
        # Cloning ends the sessions on the template, which another stage may be cloning at this moment.
        with locked(self._layout.state / "lock-clone", "cloning a database"):
            if empty:
                self._databases.create(name, process=str(os.getpid()))
            else:
                self._databases.clone(self._template, name, process=str(os.getpid()))
        with self._disposable(name):
            yield name

    @contextmanager
    def _disposable(self, name: str):
        """Drop the database in the end, unless the user wants to keep it."""
        try:
            yield
        finally:
            if self._options.keep:
                self._databases.mark(name)
                console.note(f"kept the database {name}")
            else:
                self._databases.drop(name)

    def _odoo(self, outcome: Outcome, database: str, log: str, *arguments: str, env: dict | None = None) -> TestLog:
        """Run Odoo on a database; a run that ends badly, and not for a failing test, is one failed check."""
        file = self._layout.logs / f"test-{log}.log"
        code = logged(
            self._runtime.command(
                "-d", database, *arguments, "--stop-after-init", "--http-port", str(free_port()), test=True
            ),
            file,
            env={**self._runtime.env, **(env or {})},
            cwd=self._layout.state,
            timeout=1800,
        )
        result = read_log(file)
        if code not in (0, 1) or (code and not result.broken):
            reason = "it took more than half an hour" if code == 124 else odoo_reason(file)
            outcome.check(False, f"Odoo ended with an error: {reason}; see {file}")
        return result

    def _uninstall(self, outcome: Outcome, database: str, names: list[str]) -> None:
        script = (
            f"modules = env['ir.module.module'].search([('name', 'in', {names!r})])\n"
            "modules.button_immediate_uninstall()\n"
            f"left = env['ir.module.module'].search([('name', 'in', {names!r}), ('state', '!=', 'uninstalled')])\n"
            "print('UNINSTALLED' if not left else 'LEFT %s' % left.mapped('name'))\n"
        )
        file = self._layout.logs / f"test-uninstall-{names[0]}-{database[-5:]}.log"
        command = self._runtime.command("shell", "-d", database, "--no-http", "--shell-interface", "python", test=True)
        try:
            said = capture(command, env=self._runtime.env, cwd=self._layout.state, stdin=script, timeout=900)
        except CommandFailed as error:
            file.write_text(error.output)
            outcome.check(False, f"uninstalling {', '.join(names)} failed: {error.last_line}; see {file}")
            return
        file.write_text(said)
        outcome.check("UNINSTALLED" in said, f"uninstalling {', '.join(names)} did not end well; see {file}")

    def _schema(self, database: str) -> set[str]:
        return {row[0] for row in self._runtime.server.query(_SCHEMA, dbname=database)}

    @staticmethod
    def _compare(outcome: Outcome, name: str, before: set[str], after: set[str]) -> None:
        gone, left = sorted(before - after), sorted(after - before)
        lines = [f"left behind: {thing}" for thing in left] + [f"taken along: {thing}" for thing in gone]
        outcome.check(
            not lines, f"uninstalling {name} does not restore the database:\n{_indented(chr(10).join(lines))}"
        )


def known_failures(layout: Layout) -> dict[str, str]:
    """Odoo's own tests that fail without the suite too, with the reason: `Class.method  # reason` per line."""
    known = {}
    for line in (layout.root / "tests" / "stock_known_failures.txt").read_text().splitlines():
        test, _, reason = line.partition("#")
        if test.strip():
            known[test.strip()] = reason.strip()
    return known


# -- linters and pytest -----------------------------------------------------------------------------------------------


def _lint(layout: Layout, tools: Path, addon: str | None) -> Outcome:
    console.step("Running the linters")
    outcome, started = Outcome("linters"), time.monotonic()
    _add_lint(outcome, layout, tools, addon)
    outcome.seconds = time.monotonic() - started
    return outcome


def _add_lint(outcome: Outcome, layout: Layout, tools: Path, addon: str | None) -> None:
    for check in Linters(layout, tools, addon).run():
        outcome.check(check.passed, f"{check.name}:\n{_indented(check.text)}")


def _add_junit(outcome: Outcome, report: Path) -> None:
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        problems = [part for part in case if part.tag in ("failure", "error")]
        if problems:
            outcome.failed += 1
            outcome.details.append(f"{case.get('classname')}.{case.get('name')}\n{_indented(problems[0].text or '')}")
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1


def _last_test(text: str) -> str:
    lines = [line for line in text.splitlines() if "%]" in line]
    return lines[-1].strip() if lines else ""


# -- summary ----------------------------------------------------------------------------------------------------------


def _summary(outcomes: list[Outcome], seconds: float) -> int:
    for outcome in outcomes:
        if outcome.details:
            console.plain(f"\n== {outcome.name}: what failed ==")
            for detail in outcome.details:
                console.plain(detail.rstrip())
    console.plain()
    for outcome in outcomes:
        console.plain(f"{outcome.name:<36}{outcome.seconds:6.0f} s   {_counts(outcome)}")
        for text in outcome.notes:
            console.plain(f"    {text}")
    console.plain(f"{'in all':<36}{seconds:6.0f} s")
    total = Outcome("total")
    for outcome in outcomes:
        total.passed += outcome.passed
        total.failed += outcome.failed
        total.skipped += outcome.skipped
    if not total.passed and not total.failed:
        console.plain("Nothing ran.")
    sys.stdout.flush()
    console.plain(_counts(total))
    return 0 if total.passed and not total.failed else 1


def _counts(outcome: Outcome) -> str:
    return f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"


def _listed(tests: set[str]) -> str:
    return ", ".join(sorted(tests))


def _indented(text: str) -> str:
    lines = text.rstrip().splitlines()
    # The end of a traceback tells most.
    shown = lines if len(lines) <= 60 else [f"({len(lines) - 60} lines left out)", *lines[-60:]]
    return "\n".join(f"    {line}" for line in shown)
