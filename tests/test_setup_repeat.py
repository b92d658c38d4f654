"""Tests of Odoo's own that fail get a second run when nothing else runs: what it counts, when it comes, when it does not."""

import threading
from types import SimpleNamespace
from typing import ClassVar

import pytest
from suite_tool import odoo_tests, testing
from suite_tool.testing import Outcome, Session

TOUR, LEAD = "TestUi.test_tour", "TestLead.test_merge"


def odoo_log(*failed, ran=(TOUR, LEAD), total=10, said="no such button"):
    """What a run of Odoo said: `failed` of the tests failed."""
    tags = {test: {f"/crm:{test}"} for test in failed}
    return odoo_tests.TestLog(total=total, broken=dict.fromkeys(failed, said), ran=set(ran), tags=tags)


# -- counting -----------------------------------------------------------------------------------------------------


def test_first_run_leaves_the_repeated_out():
    outcome = Outcome("stock")
    outcome.add_log(odoo_log(TOUR, LEAD), repeated={TOUR})
    assert (outcome.passed, outcome.failed, outcome.skipped) == (8, 1, 0)
    assert [detail.splitlines()[0] for detail in outcome.details] == [LEAD]


def test_second_run_counts_each_test_once():
    outcome = Outcome("second run")
    outcome.add_second_run({TOUR, LEAD}, odoo_log(TOUR, LEAD, said="too slow"), odoo_log(LEAD, total=2))
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 0)
    assert outcome.notes == [
        f"1 passed on the second run: {TOUR}",
        f"1 did not pass the second run either: {LEAD}",
    ]
    assert outcome.details == [f"{LEAD}, first run\n    too slow", f"{LEAD}, second run\n    no such button"]


@pytest.mark.parametrize(
    "second",
    [odoo_log(ran=(), total=0), odoo_log("setUpClass", ran=(), total=0)],
    ids=["skipped or not found", "class not set up"],
)
def test_second_run_that_did_not_come_to_the_test_has_not_passed(second):
    outcome = Outcome("second run")
    outcome.add_second_run({TOUR}, odoo_log(TOUR), second)
    assert (outcome.passed, outcome.failed) == (0, 1)


def test_summary_tells_of_the_second_run(capsys):
    outcome = Outcome("second run")
    outcome.add_second_run({TOUR}, odoo_log(TOUR), odoo_log(total=1))
    assert testing._summary([outcome], 1.0) == 0
    assert f"    1 passed on the second run: {TOUR}\n" in capsys.readouterr().out


# -- when it comes ------------------------------------------------------------------------------------------------


class FakeRuntime:
    server = SimpleNamespace(query=None)
    env: ClassVar[dict] = {}

    def __init__(self, layout):
        self.layout = layout

    def command(self, *arguments, **options):
        return ["odoo", *arguments]


class FakeDatabases:
    prefix = "fake_"

    def __init__(self, happened):
        self._happened = happened

    def drop_leftovers(self):
        pass

    def ensure_template(self):
        return "template"

    def clone(self, source, name, **facts):
        self._happened.append(f"copy {name}")

    def drop(self, name):
        self._happened.append(f"drop {name}")


class FakeSession(Session):
    """A session of two stages, one of Odoo's own tests; `runs` are the logs of its runs, one after the other."""

    def __init__(self, layout, *runs, harm=""):
        super().__init__(FakeRuntime(layout), None, None)
        self._options = SimpleNamespace(keep=False)
        self.happened = []
        self._databases = FakeDatabases(self.happened)
        self._runs = iter(runs)
        self._harm = harm
        self._stock_done = threading.Event()

    def _stages(self):
        return [("stock", self._stock_stage), ("beside", self._stage_beside)]

    def _stock_stage(self, outcome):
        self._stock(outcome, "db", "stock", "--test-tags", "/crm")
        self._stock_done.set()

    def _stage_beside(self, outcome):
        """Goes on after the stage of the stock tests is done."""
        self._stock_done.wait(timeout=10)
        self.happened.append("beside")

    def _odoo(self, outcome, database, log, *arguments, env=None):
        self.happened.append(f"{log} on {database}: {arguments[-1]}")
        if self._harm:
            outcome.check(False, self._harm)
        return next(self._runs)


@pytest.fixture
def session(scratch):
    """Makes a session in a checkout without known failures."""
    (scratch.root / "tests").mkdir()
    (scratch.root / "tests" / "stock_known_failures.txt").write_text("")

    def make(*runs, **options):
        return FakeSession(scratch, *runs, **options)

    return make


def test_second_run_waits_for_the_other_stages(session):
    run = session(odoo_log(TOUR), odoo_log(total=1))
    stock, _, second = run.run()
    assert run.happened == [
        "stock on db: /crm",
        "copy db_stock",
        "beside",
        "stock-again on db_stock: /crm:TestUi.test_tour",
        "drop db_stock",
    ]
    assert (stock.passed, stock.failed) == (9 + 1, 0)  # with the check that tests ran
    assert stock.notes == [f"1 failed, left to a second run: {TOUR}"]
    assert (second.passed, second.failed) == (1, 0)


def test_second_run_is_the_last(session):
    *_, second = session(odoo_log(TOUR), odoo_log(TOUR, total=1)).run()
    assert (second.passed, second.failed) == (0, 1)


def test_run_that_came_to_harm_is_not_repeated(session):
    outcomes = session(odoo_log(TOUR), harm="Odoo ended with an error").run()
    assert [outcome.failed for outcome in outcomes] == [2, 0]


def test_run_without_an_end_is_not_repeated(session):
    outcomes = session(odoo_log(TOUR, total=0)).run()
    assert [outcome.failed for outcome in outcomes] == [2, 0]


@pytest.mark.parametrize(("code", "harm"), [(1, 0), (124, 1), (-11, 1)], ids=["failed", "too long", "crashed"])
def test_crash_after_a_failed_test_is_harm(session, scratch, monkeypatch, code, harm):
    def logged(command, log, **options):
        log.write_text(f"2026-11-22 07:03:00,013 1 ERROR db odoo.addons.crm.tests.test_crm_ui: FAIL: {TOUR}\n")
        return code

    monkeypatch.setattr(testing, "logged", logged)
    outcome = Outcome("stock")
    found = Session._odoo(session(), outcome, "db", "stock", "--test-tags", "/crm")
    assert found.repeatable() == {TOUR}
    assert outcome.failed == harm


def test_too_many_failures_fail_at_once(session):
    outcomes = session(odoo_log(*(f"TestUi.test_{number}" for number in range(6)))).run()
    assert [outcome.failed for outcome in outcomes] == [6, 0]
