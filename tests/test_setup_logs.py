"""What the test command understands of Odoo's log."""

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
        ("INFO", TESTS, "skipped TestMenus.test_two : no browser"),
    )
    assert found.broken_tests == {"TestMenus.test_one"}
    assert found.skipped == 1
