"""Every addon builds a wheel that has all of its files."""

import shutil
import subprocess
import sys
import zipfile

import pytest
from suite_tool.layout import find_layout
from suite_tool.odoo_env import suite_addons

ADDONS = suite_addons(find_layout())
# Files of an addon that a wheel does without.
LEFT_OUT = {"pyproject.toml"}
pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="the wheel builder asks git for the version")
SHIPPED = (".py", ".xml", ".csv", ".po", ".pot", ".js", ".scss", ".css", ".svg", ".png", ".json")


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_wheel_has_every_file(addon, tmp_path):
    # The build needs nothing from outside: whool is here, and the addon's Odoo is not asked for.
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    done = subprocess.run(
        [*command, str(addon.path)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, check=False
    )
    assert not done.returncode, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"odoo_addon_{addon.name}-19.0.")
    names = set(zipfile.ZipFile(wheel).namelist())
    missing = [path for path in _files(addon) if f"odoo/addons/{addon.name}/{path}" not in names]
    assert not missing


def _files(addon):
    """The addon's files. In a git checkout those that git knows: the builder leaves the others out."""
    listed = subprocess.run(
        ["git", "ls-files"] if shutil.which("git") else ["false"],
        cwd=addon.path,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\n") if not listed.returncode else _names_on_disk(addon.path)
    return [name for name in names if name.endswith(SHIPPED) and name not in LEFT_OUT]


def _names_on_disk(folder):
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if "__pycache__" not in path.parts]
