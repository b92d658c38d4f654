"""The libraries behind the printed forms: asked for when they are missing, and only then."""

import pytest
from suite_tool import console, printing, system
from suite_tool.errors import SetupError

ALL = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


@pytest.fixture
def asked(monkeypatch):
    """What the package manager was asked for."""
    packages = []
    monkeypatch.setattr(system, "can_install", lambda: True)
    monkeypatch.setattr(system, "apt_install", lambda wanted, why, logs, instead: packages.append(wanted))
    return packages


@pytest.fixture
def said(monkeypatch):
    """What the user was told."""
    words = []
    monkeypatch.setattr(console, "note", words.append)
    return words


def lacking(monkeypatch, *libraries):
    monkeypatch.setattr(printing, "_is_loadable", lambda name: not name.startswith(libraries))


def test_nothing_is_installed_where_all_is_there(scratch, monkeypatch, asked, said):
    lacking(monkeypatch, "libnothing")
    printing.ensure_print_libraries(scratch)
    assert (asked, said) == ([], [])


def test_only_what_is_missing_is_installed(scratch, monkeypatch, asked, said):
    lacking(monkeypatch, "libharfbuzz")
    printing.ensure_print_libraries(scratch)
    assert (asked, said) == ([["libharfbuzz-subset0"]], [])


def test_a_bare_machine_gets_all(scratch, monkeypatch, asked):
    lacking(monkeypatch, "lib")
    printing.ensure_print_libraries(scratch)
    assert asked == [ALL]


def test_without_root_the_packages_are_named_and_the_set_up_goes_on(scratch, monkeypatch, asked, said):
    lacking(monkeypatch, "lib")
    monkeypatch.setattr(system, "can_install", lambda: False)
    printing.ensure_print_libraries(scratch)
    assert asked == []
    assert len(said) == 1 and all(name in said[0] for name in [*ALL, "no root or sudo", "cannot be printed"])


def test_a_failing_package_manager_does_not_end_the_set_up(scratch, monkeypatch, asked, said):
    def fail(*args):
        raise SetupError("the package manager could not reach its mirror.")

    lacking(monkeypatch, "lib")
    monkeypatch.setattr(system, "apt_install", fail)
    printing.ensure_print_libraries(scratch)
    assert said == ["the package manager could not reach its mirror. Without them invoices and acts cannot be printed"]


def test_libraries_are_really_looked_for(monkeypatch):
    assert printing._is_loadable("libc.so.6")
    assert not printing._is_loadable("libnothing-of-this-name.so.1")
    monkeypatch.setattr(printing, "_LIBRARIES", {"libc.so.6": "libc6", "libnothing-of-this-name.so.1": "nothing"})
    assert printing.missing_packages() == ["nothing"]
