"""What the test command understands of Odoo's log."""

import pytest
from suite_tool.odoo_tests import read_log

LINE = "2026-11-22 07:03:00,013 13151 {level} database {logger}: {text}\n"
TESTS = "odoo.addons.crm_channels.tests.test_menus"


def log(tmp_path, *lines):
    path = tmp_path / "odoo.log"
    path.write_text("".join(LINE.format(level=level, logger=logger, text=text) for level, logger, text in lines))
    return read_log(path)


def test_warnings_count_only_before_the_first_test(tmp_path):
    found = log(
        tmp_path,
        ("WARNING", "odoo.modules.loading", "something is wrong with the addon"),
        # Odoo ends this line with a space
        ("INFO", TESTS, "Starting TestMenus.test_one ... "),
        ("WARNING", "odoo.http", "a refusal that the test wants to see"),
        ("INFO", "odoo.tests.result", "0 failed, 0 error(s) of 1 tests when loading database 'database'"),
    )
    assert found.troubles == ["WARNING odoo.modules.loading: something is wrong with the addon"]
    assert (found.total, found.broken) == (1, {})


def test_failures_are_counted_by_test_not_by_subtest(tmp_path):
    found = log(
        tmp_path,
        ("INFO", TESTS, "Starting TestMenus.test_one ... "),
        ("ERROR", TESTS, "FAIL: Subtest TestMenus.test_one (login='head')"),
        ("ERROR", TESTS, "FAIL: Subtest TestMenus.test_one (login='manager')"),
        ("INFO", TESTS, "Starting TestMenus.test_two ... "),
        ("INFO", TESTS, "skipped TestMenus.test_two : no browser"),
    )
    assert found.broken_tests == {"TestMenus.test_one"}
    assert found.skipped == 1
    assert found.ran == {"TestMenus.test_one"}


def test_failed_tests_are_selected_by_module_class_and_method(tmp_path):
    found = log(
        tmp_path,
        ("ERROR", "odoo.addons.crm.tests.test_crm_ui", "FAIL: TestUi.test_tour"),
        ("ERROR", "odoo.addons.sale_crm.tests.test_ui", "ERROR: TestUi.test_tour"),
        ("ERROR", "odoo.addons.crm.tests.test_crm_lead", "FAIL: Subtest TestLead.test_merge (login='head')"),
        ("ERROR", "odoo.addons.crm.tests.test_crm_lead", "FAIL: Subtest TestLead.test_merge (login='manager')"),
    )
    assert found.repeatable() == {"TestUi.test_tour", "TestLead.test_merge"}
    assert found.tags_of({"TestUi.test_tour"}) == "/crm:TestUi.test_tour,/sale_crm:TestUi.test_tour"
    assert found.tags_of({"TestLead.test_merge"}) == "/crm:TestLead.test_merge"


def test_known_failures_are_not_repeated(tmp_path):
    found = log(tmp_path, ("ERROR", TESTS, "FAIL: TestMenus.test_one"), ("ERROR", TESTS, "FAIL: TestMenus.test_two"))
    assert found.repeatable({"TestMenus.test_one": "reason"}) == {"TestMenus.test_two"}


@pytest.mark.parametrize(("failures", "repeated"), [(0, 0), (1, 1), (5, 5), (6, 0)])
def test_many_failures_are_no_chance(tmp_path, failures, repeated):
    found = log(tmp_path, *(("ERROR", TESTS, f"FAIL: TestMenus.test_{number}") for number in range(failures)))
    assert len(found.repeatable()) == repeated


def test_failure_outside_the_tests_is_not_repeated(tmp_path):
    found = log(
        tmp_path,
        ("ERROR", "odoo.tests.suite", "ERROR: setUpClass (odoo.addons.crm.tests.test_crm_ui.TestUi)"),
        ("ERROR", TESTS, "FAIL: TestMenus.test_one"),
    )
    assert found.repeatable() == set()
