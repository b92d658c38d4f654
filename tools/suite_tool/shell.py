"""Running other programs: output to a log, no standard input, a time limit."""

import fcntl
import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import console
from .errors import SetupError

_TAIL = 4096
_running: set[subprocess.Popen] = set()


class CommandFailed(Exception):
    """A program ended badly. `output` holds the end of what it said."""

    def __init__(self, command, code, output):
        super().__init__(f"{command[0]} ended with {code}")
        self.command = command
        self.code = code
        self.output = output

    @property
    def last_line(self) -> str:
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else f"it ended with code {self.code}"


def capture(command, *, env=None, cwd=None, timeout=120, stdin=None) -> str:
    """Run `command` and return its standard output; raises CommandFailed."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            errors="replace",
            env=env,
            cwd=cwd,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandFailed(command, -1, str(error)) from error
    if done.returncode:
        raise CommandFailed(command, done.returncode, done.stderr or done.stdout)
    return done.stdout


def logged(command, log: Path, *, env=None, cwd=None, timeout=3600, describe=None, every=10.0, outlives=False) -> int:
    """Run `command` with its output in `log`, showing progress. Return its exit code, or 124 when it took too long.

    `describe` gets the end of the log and returns words for the progress line. The command ends with this tool, even when
    that is killed; one that `outlives` it does not, because to stop it half-way would do harm.
    """
    command = [str(part) for part in command]
    if not outlives and shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", "TERM", "--", *command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
        if not outlives:
            _running.add(process)
        try:
            with console.Progress(lambda: describe and describe(tail(log)), every):
                return process.wait(timeout=timeout)
        except subprocess.TimeoutExpired:
            return 124
        finally:
            _running.discard(process)
            if not outlives:
                _end_group(process)


def tail(log: Path, size: int = _TAIL) -> str:
    with log.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - size))
        return file.read().decode(errors="replace")


def end_running() -> None:
    """End the programs that other threads wait for."""
    for process in list(_running):
        _end_group(process)


def _end_group(process: subprocess.Popen) -> None:
    """End a process that still runs and its children: asked as by Ctrl-C, which most programs tidy up for, then forced."""
    if process.poll() is not None:
        return
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=10)
            break
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


@contextmanager
def locked(path: Path, what: str):
    """Let only one process at a time do `what`; the others wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.note(f"another process is busy with {what}; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def need_space(folder: Path, megabytes: int, what: str) -> None:
    """Raise SetupError when the disk under `folder` has less than `megabytes` free."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 2**20
    if free < megabytes:
        raise SetupError(
            f"{what} needs {megabytes} MB on the disk of {folder}, which has {free} MB free; make room and run this again."
        )
