"""The database server: a private cluster that survives being killed, a server of the user's that is checked first."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from suite_tool import system
from suite_tool.databases import Databases
from suite_tool.errors import SetupError
from suite_tool.layout import Layout
from suite_tool.postgres import PrivateCluster, Server, ensure_server

pytestmark = pytest.mark.skipif(
    not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) and not shutil.which("initdb"),
    reason="no PostgreSQL programs on this machine",
)


@pytest.fixture
def no_pg_variables(monkeypatch):
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)


@pytest.fixture
def cluster(scratch, no_pg_variables):
    cluster = PrivateCluster(scratch)
    yield cluster
    cluster.remove()


@pytest.fixture
def python(suite_runtime):
    """A Python that has psycopg2."""
    return suite_runtime.python


# -- the private cluster ------------------------------------------------------------------------------------------


def test_private_cluster(scratch, cluster, python):
    server = ensure_server(scratch, python)
    assert server.private
    assert server.query("SHOW listen_addresses") == [[""]], "no network port"
    assert server.query("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [[False, True]]
    assert cluster.folder.stat().st_mode & 0o777 == 0o700
    assert cluster.socket.stat().st_mode & 0o777 == 0o700
    assert len(f"{cluster.socket}/.s.PGSQL.5432") <= 107

    # Killed: the next start goes on with the same data.
    server.query("CREATE DATABASE kept")
    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    _wait_until(lambda: not cluster.is_running())
    server = ensure_server(scratch, python)
    assert server.query("SELECT 1 FROM pg_database WHERE datname = 'kept'") == [[1]]

    assert cluster.stop() is True
    assert cluster.stop() is False


def test_a_half_made_cluster_is_made_anew(scratch, cluster, python):
    (cluster.folder / "data.new").mkdir(parents=True, exist_ok=True)
    (cluster.folder / "data.new" / "PG_VERSION").write_text("15\n")
    assert ensure_server(scratch, python).query("SELECT 1") == [[1]]


def test_without_programs_and_root(scratch, no_pg_variables, monkeypatch):
    monkeypatch.setattr(PrivateCluster, "_programs", lambda self: None)
    monkeypatch.setattr(system, "root_prefix", lambda: None)
    with pytest.raises(SetupError, match="set PGHOST, PGUSER and PGPASSWORD"):
        PrivateCluster(scratch).start()


def test_a_deep_checkout_gets_a_short_socket(tmp_path, monkeypatch, no_pg_variables):
    monkeypatch.setattr(system, "is_root", lambda: False)
    deep = PrivateCluster(Layout(tmp_path / ("deep" * 30)))
    assert len(f"{deep.socket}/.s.PGSQL.5432") <= 107


# -- a server of the user's ---------------------------------------------------------------------------------------


def test_unreachable_server(scratch, python, monkeypatch, no_pg_variables):
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "9")
    with pytest.raises(SetupError, match=r"127\.0\.0\.1, port 9.*refused") as caught:
        ensure_server(scratch, python)
    assert "\n" not in str(caught.value)


def test_users_that_cannot_serve(scratch, cluster, python, monkeypatch):
    cluster.start()
    for name, value in {**cluster.variables, "PGUSER": "postgres"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=r"Odoo refuses .* PGUSER"):
        ensure_server(scratch, python)
    _as_superuser(python, "CREATE ROLE powerless LOGIN")
    monkeypatch.setenv("PGUSER", "powerless")
    with pytest.raises(SetupError, match=r"powerless .* may not create databases"):
        ensure_server(scratch, python)


def _as_superuser(python, statement):
    Server(python, {}, private=False).query(statement)


def _wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)


# -- databases ----------------------------------------------------------------------------------------------------


@pytest.fixture
def databases(suite_runtime):
    return Databases(suite_runtime)


@pytest.fixture
def passing_name(databases, suite_runtime):
    name = f"{databases.prefix}test_{os.getpid()}_names"
    yield name
    databases.drop(name)


def test_a_foreign_database_is_never_touched(databases, passing_name, suite_runtime):
    suite_runtime.server.query(f'CREATE DATABASE "{passing_name}"')
    assert databases.info(passing_name) == {}
    assert not databases.is_ours(passing_name)
    assert passing_name not in databases.ours()
    with pytest.raises(SetupError, match="--database"):
        databases.ensure_demo(passing_name)


def test_a_half_built_database_of_a_killed_run_is_dropped(databases, passing_name, suite_runtime):
    suite_runtime.server.query(f'CREATE DATABASE "{passing_name}"')
    databases.mark(passing_name, process="999999999")
    databases.drop_leftovers()
    assert databases.info(passing_name) is None


def test_a_database_under_construction_stays(databases, passing_name, suite_runtime):
    suite_runtime.server.query(f'CREATE DATABASE "{passing_name}"')
    databases.mark(passing_name, process=str(os.getpid()))
    databases.drop_leftovers()
    assert databases.is_ours(passing_name)


@pytest.mark.parametrize("name", ["", 'a"b', "a b", "x" * 64])
def test_names_that_are_none(databases, name):
    with pytest.raises(SetupError, match="no name for a database"):
        databases.drop(name)
