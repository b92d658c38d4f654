"""The demonstration server: started in the background, found again by its process id."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from . import console
from .databases import odoo_reason
from .errors import SetupError
from .odoo_env import Runtime

HOST = "127.0.0.1"
_START_SECONDS = 180


@dataclass(frozen=True)
class RunningServer:
    pid: int
    started: str
    port: int
    database: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


class DemoServer:
    """The server of one checkout. `name` tells several apart (the demonstration, those of tests)."""

    def __init__(self, layout, name: str = "server"):
        self._file = layout.state / f"{name}.json"
        self.log = layout.logs / f"{name}.log"

    def running(self) -> RunningServer | None:
        """The server that this checkout started, if it still runs. A process id that went to another does not count."""
        try:
            found = RunningServer(**json.loads(self._file.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return found if process_start(found.pid) == found.started else None

    def start(self, runtime: Runtime, database: str, port: int, *extra: str, test: bool = False) -> RunningServer:
        """Start Odoo in the background and wait until it answers."""
        ensure_port_free(port)
        command = runtime.command(*self._arguments(database, port), *extra, test=test)
        with self.log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=runtime.layout.state,
                env=runtime.env,
                start_new_session=True,
            )
        server = RunningServer(process.pid, process_start(process.pid) or "", port, database)
        self._file.write_text(json.dumps(server.__dict__))
        try:
            self._wait(process, server)
        except BaseException:
            self.stop()
            raise
        return server

    def foreground(self, runtime: Runtime, database: str, port: int) -> int:
        """Run Odoo in this terminal until it is stopped there."""
        ensure_port_free(port)
        command = runtime.command(*self._arguments(database, port))
        try:
            return subprocess.call(command, cwd=runtime.layout.state, env=runtime.env)
        except KeyboardInterrupt:
            return 0

    def stop(self) -> bool:
        """Stop the server; return whether it was running."""
        server = self.running()
        if server:
            for number, seconds in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
                os.kill(server.pid, number)
                if _gone_within(server, seconds):
                    break
        self._file.unlink(missing_ok=True)
        return server is not None

    @staticmethod
    def _arguments(database: str, port: int) -> tuple[str, ...]:
        return ("-d", database, "--db-filter", f"^{database}$", "--http-port", str(port), "--http-interface", HOST)

    def _wait(self, process, server: RunningServer) -> None:
        deadline = time.monotonic() + _START_SECONDS
        with console.Progress(lambda: "the server is starting"):
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    raise SetupError(f"the server ended while starting: {odoo_reason(self.log)}; see {self.log}.")
                if answers(server.url):
                    return
                time.sleep(0.3)
        raise SetupError(f"the server did not answer within {_START_SECONDS} seconds; see {self.log}.")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/web/login", timeout=30) as response:
            return response.status == 200
    except (OSError, urllib.error.URLError):
        return False


def ensure_port_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise SetupError(f"only root may listen on port {port}; choose one above 1023 with --port.") from error
        except OSError as error:
            raise SetupError(
                f"port {port} is taken by another program; choose another with --port, for example --port {port + 1}."
            ) from error


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def process_start(pid: int) -> str | None:
    """When process `pid` started, in the kernel's ticks; None when there is none (or only its remains)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def _gone_within(server: RunningServer, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.waitpid(server.pid, os.WNOHANG)
        except ChildProcessError:
            pass
        if process_start(server.pid) != server.started:
            return True
        time.sleep(0.1)
    return False
