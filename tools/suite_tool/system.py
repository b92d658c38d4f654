"""The machine's own package manager, used only as root or through sudo."""

import functools
import os
import shutil
import sys
from pathlib import Path

from . import console
from .errors import SetupError
from .shell import CommandFailed, capture, logged, tail


def is_root() -> bool:
    return os.geteuid() == 0


@functools.cache
def root_prefix() -> tuple[str, ...] | None:
    """What to put before a command to run it as root: nothing, sudo, or None when that is not allowed."""
    if is_root():
        return ()
    if shutil.which("sudo"):
        try:
            capture(["sudo", "-n", "true"], timeout=20)
            return ("sudo", "-n")
        except CommandFailed:
            if sys.stdin.isatty():
                return ("sudo",)
    return None


def can_install() -> bool:
    return bool(shutil.which("apt-get")) and root_prefix() is not None


@functools.cache
def _update(log: Path) -> None:
    code = logged([*root_prefix(), "apt-get", "update"], log, timeout=600)
    # apt ends with 0 when a mirror could not be reached: it only warns, and old lists stay in use.
    if code or "Failed to fetch" in tail(log):
        raise SetupError(
            f"the package manager could not reach its mirror (is the network up?); its messages are in {log}."
        )


def apt_install(packages: list[str], why: str, log_folder: Path, instead: str) -> None:
    """Install Debian packages for `why`; raises SetupError naming `instead` when nobody here may install."""
    if not can_install():
        raise SetupError(
            f"{why} needs the packages {' '.join(packages)}, which only root or sudo on Debian can install; {instead}."
        )
    console.step(f"Installing {' '.join(packages)} with the package manager ({why})")
    _update(log_folder / "apt-update.log")
    log = log_folder / "apt-install.log"
    command = [
        *root_prefix(),
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-y",
        "--no-install-recommends",
        "-o",
        "DPkg::Lock::Timeout=300",
        "install",
        *packages,
    ]
    if logged(command, log, timeout=1800, describe=_last_package, outlives=True):
        raise SetupError(
            f"the package manager could not install {' '.join(packages)}: {_apt_reason(tail(log))}; see {log}."
        )


def _last_package(text: str) -> str:
    for line in reversed(text.splitlines()):
        if line.startswith(("Get:", "Unpacking", "Setting up")):
            return line.split(" ...")[0][:100]
    return ""


def _apt_reason(text: str) -> str:
    reasons = [line[3:] for line in text.splitlines() if line.startswith("E: ")]
    return reasons[0].rstrip(".") if reasons else "it ended with an error"
