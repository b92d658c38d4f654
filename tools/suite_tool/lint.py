"""Linters and formatters. Each is one check: passed, failed, or skipped with the reason."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .layout import Layout, tree_hash
from .odoo_env import suite_addons
from .shell import CommandFailed, capture

# ruff does the rest. Left out of pylint-odoo:
_PYLINT_ODOO = (
    "--disable=all",
    "--enable=odoolint",
    "--disable=consider-merging-classes-inherited",  # a large model is split over files by subject, each inheriting it
    "--disable=manifest-required-author",  # asks for a member of the OCA as author
    "--disable=missing-readme",  # its fragments are in readme/; the file is built from them for the wheel
    "--disable=missing-return",  # a compute, an onchange and a setUp return nothing
)
_PYTHON_FOLDERS = ("addons", "tools", "tests", "bench")


@dataclass(frozen=True)
class Check:
    """Outcome of one linter. `text` holds its findings when it failed."""

    name: str
    passed: bool
    text: str = ""


class Linters:
    """All linters over the whole repository, or over one addon."""

    def __init__(self, layout: Layout, python: Path, addon: str | None = None):
        self._layout = layout
        self._bin = python.parent
        self._addons = [a for a in suite_addons(layout) if addon in (None, a.name)]
        self._python_paths = [str(a.path) for a in self._addons]
        if addon is None:
            self._python_paths = [name for name in _PYTHON_FOLDERS if (layout.root / name).is_dir()]

    def run(self) -> list[Check]:
        addon_paths = [str(addon.path.relative_to(self._layout.root)) for addon in self._addons]
        translations = [str(path) for addon in self._addons for path in sorted(addon.path.glob("i18n/*.po*"))]
        checks = [
            self._check("ruff", "ruff", "check", "--output-format=concise", *self._python_paths),
            self._check("ruff format", "ruff", "format", "--check", *self._python_paths),
        ]
        if addon_paths:
            checks.append(self._check("pylint-odoo", "pylint", "--rcfile=.pylintrc", *_PYLINT_ODOO, *addon_paths))
            checks.append(self._check("OCA module checks", "oca-checks-odoo-module", *addon_paths))
        if translations:
            checks.append(self._check("OCA translation checks", "oca-checks-po", *translations))
        checks.append(self._prettier("--check"))
        return checks

    def format(self) -> list[Check]:
        """Let the formatters rewrite the files."""
        return [
            self._check("imports", "ruff", "check", "--fix-only", "--quiet", *self._python_paths),
            self._check("ruff format", "ruff", "format", *self._python_paths),
            self._prettier("--write"),
        ]

    def _check(self, name: str, program: str, *arguments: str) -> Check:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            cwd=self._layout.root,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PATH": f"{self._bin}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        return Check(name, done.returncode == 0, (done.stdout + done.stderr).strip())

    # -- prettier ---------------------------------------------------------------------------------------------------

    def _prettier(self, mode: str) -> Check:
        """XML and JavaScript, with the node that came from the package index: a bare machine has none."""
        name = "prettier (XML and JavaScript)"
        try:
            home = self._ensure_prettier()
        except CommandFailed as error:
            return Check(name, False, f"prettier could not be installed: {error.last_line}")
        files = sorted(
            str(path)
            for addon in self._addons
            for pattern in ("**/*.xml", "**/*.js")
            for path in addon.path.glob(pattern)
            if "lib" not in path.parts
        )
        if not files:
            return Check(name, True)
        script = home / "node_modules/prettier/bin/prettier.cjs"
        plugin = home / "node_modules/@prettier/plugin-xml/src/plugin.js"
        config = self._layout.root / ".prettierrc.json"
        return self._check(
            name, "node", str(script), f"--config={config}", f"--plugin={plugin}", "--log-level=warn", mode, *files
        )

    def _ensure_prettier(self) -> Path:
        """Install what tools/prettier/package-lock.json pins; return the folder with its node_modules."""
        source = self._layout.root / "tools" / "prettier"
        home = self._layout.state / f"prettier-{tree_hash(source)}"
        stamp = home / "complete"
        if not stamp.exists():
            home.mkdir(parents=True, exist_ok=True)
            for file in ("package.json", "package-lock.json"):
                (home / file).write_bytes((source / file).read_bytes())
            env = {**os.environ, "PATH": f"{self._bin}:{os.environ['PATH']}"}
            capture([self._bin / "npm", "ci", "--no-audit", "--no-fund"], cwd=home, env=env, timeout=600)
            stamp.touch()
        return home
