"""The virtual environments: one that runs Odoo, one with the tools that test it."""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from . import console, system
from .errors import SetupError
from .layout import Layout
from .odoo_source import OdooSource
from .shell import CommandFailed, capture, logged, need_space, tail

_STAMP = "suite-stamp.json"
# The Python behind a virtual environment: the tests run this code in one, and must get the same answers as the command.
_PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def ensure_runtime(layout: Layout, odoo: OdooSource) -> Path:
    """Return the Python of an environment with Odoo's requirements, in which `import odoo` finds `odoo`."""
    return _ensure(
        layout,
        layout.venv,
        layout.root / "requirements.txt",
        proof="import odoo.release, psycopg2, lxml, gevent, werkzeug",
        link=odoo.python_path,
        what="what Odoo runs on",
    )


def ensure_test_tools(layout: Layout) -> Path:
    return _ensure(
        layout,
        layout.test_venv,
        layout.root / "test-requirements.txt",
        proof="import pytest, playwright, pylint_odoo",
        link=None,
        what="what tests the suite",
    )


def _ensure(layout: Layout, venv: Path, requirements: Path, *, proof: str, link: Path | None, what: str) -> Path:
    """Make the environment unless the one that is there is complete, was made from the same input, and works."""
    python = venv / "bin" / "python"
    stamp = {
        "requirements": hashlib.sha256(requirements.read_bytes()).hexdigest(),
        "python": list(sys.version_info[:3]),
        "executable": _PYTHON,
        "link": str(link or ""),
    }
    if _works(venv, stamp, proof):
        return python
    if venv.exists():
        console.step(f"The Python environment {venv.name} is out of date, half done or broken: making it anew")
        shutil.rmtree(venv, ignore_errors=True)
    else:
        console.step(f"Making the Python environment {venv.name} ({what})")
    need_space(layout.state, 900, "a Python environment")
    _create(layout, venv)
    _install(layout, python, requirements)
    if link:
        site = capture([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
        Path(site, "odoo-of-the-suite.pth").write_text(f"{link}\n")
    try:
        capture([python, "-c", proof], cwd="/")
    except CommandFailed as error:
        raise SetupError(f"the Python environment {venv} was made but does not work: {error.last_line}.") from error
    (venv / _STAMP).write_text(json.dumps(stamp))
    return python


def _works(venv: Path, stamp: dict, proof: str) -> bool:
    try:
        if json.loads((venv / _STAMP).read_text()) != stamp:
            return False
        capture([venv / "bin" / "python", "-c", proof], cwd="/")
    except (OSError, ValueError, CommandFailed):
        return False
    return True


# -- making one ---------------------------------------------------------------------------------------------------


def _create(layout: Layout, venv: Path) -> None:
    """Make an empty environment with pip, also where Debian left `ensurepip` out of its Python."""
    if not _has_ensurepip() and system.can_install():
        # Debian names the package after the version; `python3-venv` serves the system's own.
        system.apt_install(
            [f"python3.{sys.version_info[1]}-venv"],
            "a virtual environment",
            layout.logs,
            "install them and run this again",
        )
    try:
        if _has_ensurepip():
            capture([_PYTHON, "-m", "venv", venv], timeout=300)
        else:
            capture([_PYTHON, "-m", "venv", "--without-pip", venv], timeout=300)
            _bring_pip(layout, venv / "bin" / "python")
    except CommandFailed as error:
        raise SetupError(f"no virtual environment could be made with {_PYTHON}: {error.last_line}.") from error


def _has_ensurepip() -> bool:
    try:
        capture([_PYTHON, "-c", "import ensurepip, venv; ensurepip.version()"])
    except CommandFailed:
        return False
    return True


def _bring_pip(layout: Layout, python: Path) -> None:
    """Install pip into an environment without it: with the pip of this Python, else from Debian's package of its wheel."""
    ways = [[_PYTHON, "-m", "pip", "--python", str(python), "install", "-q", "pip"]]
    folder = layout.cache / "debs"
    folder.mkdir(parents=True, exist_ok=True)
    for way in ways:
        try:
            capture(way, timeout=300)
            return
        except CommandFailed:
            continue
    try:
        capture(["apt-get", "download", "python3-pip-whl"], cwd=folder, timeout=300)
        package = sorted(folder.glob("python3-pip-whl_*.deb"))[-1]
        capture(["dpkg-deb", "-x", package, folder / "pip"], timeout=60)
        wheel = sorted((folder / "pip/usr/share/python-wheels").glob("pip-*.whl"))[-1]
        capture([python, wheel / "pip", "install", "-q", "--no-index", wheel], timeout=300)
    except (CommandFailed, IndexError, OSError) as error:
        raise SetupError(
            f"{_PYTHON} has neither ensurepip nor pip, and no root or sudo to add them; install python3-venv, "
            "or name another Python in SUITE_PYTHON."
        ) from error


def _install(layout: Layout, python: Path, requirements: Path) -> None:
    log = layout.logs / f"pip-{requirements.stem}.log"
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    command = [python, "-m", "pip", "install", "--progress-bar", "off", "-r", requirements]
    if logged(command, log, env=env, timeout=1800, describe=_last_package):
        raise SetupError(f"pip could not install {requirements.name}: {_reason(tail(log))}; see {log}.")


def _last_package(text: str) -> str:
    for line in reversed(text.splitlines()):
        if line.startswith(("Collecting", "Building", "Installing")):
            return line.split(" (from")[0][:90]
    return ""


def _reason(text: str) -> str:
    if "Temporary failure in name resolution" in text or "NewConnectionError" in text or "Max retries" in text:
        return "the package index did not answer (is the network up?)"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "the package index's certificate is not trusted here (PIP_CERT names a file of certificates)"
    if "No space left on device" in text:
        return "the disk is full"
    reasons = [line[7:] for line in text.splitlines() if line.startswith("ERROR: ")]
    return reasons[-1].rstrip(".") if reasons else "it ended with an error"
