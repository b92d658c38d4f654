"""The command itself: what goes wrong ends in one clear sentence, and what was left half done is mended."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

import pytest
from suite_tool import shell, system
from suite_tool.errors import SetupError
from suite_tool.layout import Layout, find_layout
from suite_tool.python_env import _ensure
from suite_tool.server import DemoServer, RunningServer, process_start

ROOT = find_layout().root


def suite(*arguments, **env):
    return subprocess.run(
        [ROOT / "tools" / "suite", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **env},
        timeout=120,
        check=False,
    )


def assert_one_sentence(done, *words):
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("suite: ") and lines[0].endswith(".")
    for word in words:
        assert word in lines[0]


# -- the command line ---------------------------------------------------------------------------------------------


def test_taken_port_names_the_option():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert_one_sentence(suite("run", "--port", str(port)), f"port {port}", f"--port {port + 1}")


def test_unsupported_python_is_refused():
    assert_one_sentence(suite("status", SUITE_PYTHON="/bin/false"), "SUITE_PYTHON", "3.10")


def test_unknown_addon_is_refused():
    assert_one_sentence(suite("test", "--addon", "no_such_addon"), "no_such_addon")


def test_unusable_odoo_home_is_refused(tmp_path):
    # A copy of the tool without any state, so that nothing of this checkout's is touched.
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copytree(ROOT / "config", tmp_path / "config")
    command = [tmp_path / "tools" / "suite", "run", "--port", "64999"]
    env = {**os.environ, "ODOO_HOME": str(tmp_path / "nowhere")}
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=env, timeout=120, check=False
    )
    assert_one_sentence(done, "ODOO_HOME", "nowhere")


# -- disk, root, other processes ----------------------------------------------------------------------------------


def test_full_disk_is_said_before_a_big_step(tmp_path):
    with pytest.raises(SetupError, match="MB free; make room"):
        shell.need_space(tmp_path / "not" / "there", 10**9, "unpacking Odoo")


def test_without_root_the_packages_are_named(scratch, monkeypatch):
    monkeypatch.setattr(system, "root_prefix", lambda: None)
    with pytest.raises(SetupError, match=r"postgresql-16, which only root or sudo .*; set PGHOST\.$"):
        system.apt_install(["postgresql-16"], "a database server", scratch.logs, "set PGHOST")


def test_two_setups_wait_for_each_other(tmp_path):
    order = []

    def second():
        with shell.locked(tmp_path / "lock", "a test"):
            order.append("second")

    with shell.locked(tmp_path / "lock", "a test"):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.3)
        order.append("first")
    thread.join(timeout=10)
    assert order == ["first", "second"]


def test_a_program_that_hangs_is_ended(tmp_path):
    started = time.monotonic()
    code = shell.logged(["sh", "-c", "sleep 60 & wait"], tmp_path / "log", timeout=1)
    assert code == 124 and time.monotonic() - started < 15


# -- the server's process id --------------------------------------------------------------------------------------


def test_a_process_id_that_went_to_another_is_not_our_server(scratch):
    server = DemoServer(scratch)
    mine = RunningServer(os.getpid(), process_start(os.getpid()), 8069, "x")
    (scratch.state / "server.json").write_text(json.dumps(mine.__dict__))
    assert server.running() == mine
    other = RunningServer(os.getpid(), "1", 8069, "x")
    (scratch.state / "server.json").write_text(json.dumps(other.__dict__))
    assert server.running() is None
    assert server.stop() is False, "a foreign process must be left alone"


def test_a_damaged_process_file_is_no_server(scratch):
    (scratch.state / "server.json").write_text("{")
    assert DemoServer(scratch).running() is None


# -- the Python environment ---------------------------------------------------------------------------------------


@pytest.fixture
def environment(scratch):
    """Makes, or mends, an environment without packages; returns its Python."""
    requirements = scratch.root / "requirements.txt"
    requirements.write_text("# nothing\n")

    def make(proof="import json"):
        return _ensure(scratch, scratch.venv, requirements, proof=proof, link=None, what="a test")

    return make


def test_a_broken_environment_is_made_anew(scratch, environment):
    python = environment()
    assert python.exists()
    made = (scratch.venv / "suite-stamp.json").stat().st_mtime_ns
    environment()
    assert (scratch.venv / "suite-stamp.json").stat().st_mtime_ns == made, "a good one stays"
    python.unlink()
    environment()
    assert python.exists()


def test_a_half_made_environment_is_made_anew(scratch, environment):
    (scratch.venv / "bin").mkdir(parents=True)
    (scratch.venv / "bin" / "python").symlink_to(sys.executable)
    environment()
    assert (scratch.venv / "suite-stamp.json").exists()


def test_packages_without_network(scratch, environment, monkeypatch):
    (scratch.root / "requirements.txt").write_text("no-such-package-of-the-suite==1\n")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(SetupError, match="network") as caught:
        environment()
    assert str(caught.value).count("\n") == 0


def test_layout_tells_checkouts_apart(tmp_path):
    assert Layout(tmp_path / "a").key != Layout(tmp_path / "b").key


def test_what_was_started_ends_with_a_killed_tool(tmp_path):
    code = (
        "from pathlib import Path; from suite_tool import shell;"
        f"shell.logged(['sleep', '61.5'], Path({str(tmp_path / 'log')!r}))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    tool = subprocess.Popen([sys.executable, "-c", code], env=env)
    children = f"/proc/{tool.pid}/task/{tool.pid}/children"
    deadline = time.monotonic() + 20
    child = ""
    while not child and time.monotonic() < deadline:
        with open(children) as file:
            child = file.read().strip()
        time.sleep(0.1)
    # The child has asked to end with its parent once it became the program itself.
    while b"61.5" not in _command_line(child).split(b"\0")[1:2] and time.monotonic() < deadline:
        time.sleep(0.1)
    tool.kill()
    tool.wait()
    while process_start(int(child)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not process_start(int(child))


def _command_line(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()
