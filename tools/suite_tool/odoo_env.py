"""Odoo as the tool starts it: configuration files, commands, addons of the suite."""

import ast
import configparser
import re
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from .errors import SetupError
from .layout import Layout
from .odoo_source import OdooSource, find_odoo
from .postgres import Server, ensure_server
from .printing import ensure_print_libraries
from .python_env import ensure_runtime
from .shell import locked, logged

# Tests may take their time and their memory: the limits are for servers that people use.
_TEST_SETTINGS = {
    "limit_time_cpu": "3600",
    "limit_time_real": "3600",
    "limit_memory_soft": "0",
    "limit_memory_hard": "0",
    "max_cron_threads": "0",
    "db_maxconn": "64",
}


@dataclass(frozen=True)
class Addon:
    name: str
    path: Path
    depends: tuple[str, ...]
    summary: str

    @property
    def is_demo(self) -> bool:
        return self.name.endswith("_demo")


@dataclass(frozen=True)
class Runtime:
    """All it takes to start Odoo."""

    layout: Layout
    odoo: OdooSource
    python: Path
    server: Server

    def command(self, *arguments: str, test: bool = False) -> list[str]:
        """The command line of Odoo. A sub-command (`shell`) comes first in `arguments`."""
        conf = self.layout.test_conf if test else self.layout.conf
        sub = [arguments[0]] if arguments and not arguments[0].startswith("-") else []
        return [str(self.python), "-m", "odoo", *sub, "-c", str(conf), *arguments[len(sub) :]]

    def run(self, *arguments: str, log: Path, test: bool = False, timeout: int = 1800, progress: bool = True) -> int:
        """Run Odoo to its end and return its exit code (124: it took too long)."""
        return logged(
            self.command(*arguments, test=test),
            log,
            env=self.env,
            cwd=self.layout.state,
            timeout=timeout,
            describe=loading_progress if progress else None,
        )

    @property
    def env(self) -> dict[str, str]:
        return {**self.server.env, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": "", "LC_ALL": "C.UTF-8"}


def ensure_runtime_ready(layout: Layout, *, already_locked: bool = False) -> Runtime:
    """Bring Odoo, its Python and the database server, each only as far as it is not there yet."""
    layout.prepare()
    with nullcontext() if already_locked else locked(layout.state / "lock", "setting up this checkout"):
        odoo = find_odoo(layout)
        python = ensure_runtime(layout, odoo)
        server = ensure_server(layout, python)
        ensure_print_libraries(layout)
        runtime = Runtime(layout, odoo, python, server)
        _write_confs(runtime)
    return runtime


def _write_confs(runtime: Runtime) -> None:
    """Write the configuration of the server and that of the tests: config/odoo.conf plus what this checkout adds."""
    layout = runtime.layout
    paths = [*runtime.odoo.addons_paths, layout.addons]
    own = {
        "addons_path": ",".join(str(path) for path in paths if path.is_dir()),
        "data_dir": str(layout.data),
    }
    for file, settings in ((layout.conf, {}), (layout.test_conf, _TEST_SETTINGS)):
        conf = configparser.ConfigParser(interpolation=None)
        conf.read(layout.root / "config" / "odoo.conf")
        conf["options"].update({**own, **settings})
        with file.open("w") as output:
            conf.write(output)


def loading_progress(text: str) -> str:
    """Words for the progress line out of the end of Odoo's log."""
    for line in reversed(text.splitlines()):
        found = re.search(r"Loading module (\S+) \((\d+)/(\d+)\)", line)
        if found:
            return f"module {found[2]} of {found[3]} ({found[1]})"
        found = re.search(r"Starting (\w+\.\w+) \.\.\.", line)
        if found:
            return found[1]
    return ""


# -- addons ---------------------------------------------------------------------------------------------------------


def suite_addons(layout: Layout) -> list[Addon]:
    """The suite's addons, each after those it depends on."""
    found = {}
    for manifest in sorted(layout.addons.glob("*/__manifest__.py")):
        try:
            values = ast.literal_eval(manifest.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError) as error:
            raise SetupError(f"{manifest} cannot be read: {error}.") from error
        if values.get("installable", True):
            name = manifest.parent.name
            found[name] = Addon(name, manifest.parent, tuple(values.get("depends", ())), values.get("summary", ""))
    ordered: list[Addon] = []
    while len(ordered) < len(found):
        done = {addon.name for addon in ordered}
        ready = [a for a in found.values() if a.name not in done and not (set(a.depends) & set(found)) - done]
        if not ready:
            raise SetupError(f"the addons {', '.join(sorted(set(found) - done))} depend on one another.")
        ordered += ready
    return ordered
