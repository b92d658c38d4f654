"""Databases: a template with Odoo's own modules, the demonstration database, clones for tests.

Each one carries a comment that says who made it, for which checkout and from what, so that nobody else's database is ever
touched. One is built under a passing name and renamed when complete: a name that exists stands for a whole database.
"""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from . import console
from .errors import SetupError
from .layout import tree_hash
from .odoo_env import Addon, Runtime, suite_addons
from .postgres import QueryFailed
from .shell import locked, need_space, tail

LANGUAGES = "uk_UA,ru_RU"
STOCK_SUITES = ("sales_team", "crm", "sale_crm", "calendar")
# What every database has, whatever the addons of the day depend on.
_ALWAYS = {*STOCK_SUITES, "sale_management", "account", "calendar"}
_MAKER = "crm-suite"
_TO_THE_END = ("--stop-after-init", "--no-http", "--max-cron-threads=0")


class Databases:
    def __init__(self, runtime: Runtime):
        self._runtime = runtime
        self._layout = runtime.layout
        self._query = runtime.server.query

    # -- names

    @property
    def prefix(self) -> str:
        return f"crm_suite_{self._layout.key}_"

    def addons_key(self) -> str:
        """Changes with any file of any addon."""
        return tree_hash(*(addon.path for addon in suite_addons(self._layout)))

    # -- reading

    def info(self, name: str) -> dict | None:
        """What the comment of database `name` says; None: there is no such database; {}: not one of ours."""
        rows = self._query(("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]))
        if not rows:
            return None
        try:
            comment = json.loads(rows[0][0] or "{}")
        except ValueError:
            return {}
        return comment if isinstance(comment, dict) and comment.get("maker") == _MAKER else {}

    def is_ours(self, name: str) -> bool:
        info = self.info(name)
        return bool(info) and info["checkout"] == str(self._layout.root)

    def ours(self) -> list[str]:
        """All databases of this checkout."""
        names = [row[0] for row in self._query("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1")]
        return [name for name in names if self.is_ours(name)]

    # -- writing

    def mark(self, name: str, **facts: str) -> None:
        comment = json.dumps({"maker": _MAKER, "checkout": str(self._layout.root), **facts})
        self._query(f"COMMENT ON DATABASE {_quoted(name)} IS {_literal(comment)}")

    def drop(self, name: str) -> None:
        self._query(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")
        shutil.rmtree(self._filestore(name), ignore_errors=True)

    def create(self, name: str, **facts: str) -> None:
        """Create an empty database, as Odoo would."""
        self.drop(name)
        self._query(f"CREATE DATABASE {_quoted(name)} ENCODING 'unicode' LC_COLLATE 'C' TEMPLATE template0")
        self.mark(name, **facts)

    def clone(self, source: str, name: str, **facts: str) -> None:
        """Copy a database with its files. The files never change once written, so hard links do."""
        self.drop(name)
        self._end_sessions(source)
        self._query(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(source)}")
        self.mark(name, **facts)
        if self._filestore(source).is_dir():
            shutil.copytree(self._filestore(source), self._filestore(name), copy_function=_link_or_copy)

    def rename(self, source: str, name: str) -> None:
        self.drop(name)
        self._end_sessions(source)
        if self._filestore(source).is_dir():
            self._filestore(source).rename(self._filestore(name))
        self._query(f"ALTER DATABASE {_quoted(source)} RENAME TO {_quoted(name)}")

    def drop_leftovers(self) -> None:
        """Drop what a killed run left: half-built databases, and clones of tests whose process is gone."""
        for name in self.ours():
            # gone meanwhile if that run is still clearing up
            maker = (self.info(name) or {}).get("process")
            if maker and not Path(f"/proc/{maker}").exists():
                self.drop(name)

    def _filestore(self, name: str) -> Path:
        return self._layout.data / "filestore" / name

    def _end_sessions(self, name: str) -> None:
        self._query(
            (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )
        )

    # -- the template

    def ensure_template(self) -> str:
        """Return the name of a database with all of Odoo's modules that the suite stands on, and no demo data."""
        modules, name = self._template_modules(), self.template_name()
        with locked(self._layout.state / "lock-template", "making the template database"):
            if self.is_ours(name):
                return name
            self._drop_templates()
            console.step(f"Making a template database with Odoo's {', '.join(modules)} (a minute or two, once)")
            self._build(name, "template", lambda new: self._install(new, modules, "template"))
        return name

    def _template_modules(self) -> list[str]:
        """What the addons depend on. The demo department's own needs (a chart of accounts) stay out: stock tests run here."""
        addons = suite_addons(self._layout)
        needed = _ALWAYS.union(*(addon.depends for addon in addons if not addon.is_demo))
        return sorted(needed - {addon.name for addon in addons})

    def template_name(self) -> str:
        odoo = self._runtime.odoo
        text = json.dumps([odoo.version, str(odoo.python_path), self._template_modules()])
        return f"{self.prefix}tpl_{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    def _drop_templates(self) -> None:
        for name in self.ours():
            if name.startswith(f"{self.prefix}tpl_"):
                self.drop(name)

    # -- the demonstration database

    def is_current(self, name: str) -> bool:
        """Whether the demonstration database is there and up to the addons."""
        info = self.info(name)
        return bool(info) and info.get("addons") == self.addons_key() and info.get("template") == self.template_name()

    def ensure_demo(self, name: str, *, fresh: bool = False) -> None:
        """Bring the demonstration database up to the addons as they are now; `fresh` makes it anew.

        It has every addon of the suite, the demo department included, and the suite's languages.
        """
        info = self.info(name)
        if info is not None and not self.is_ours(name):
            raise SetupError(
                f"there is a database {name} already that this checkout did not make; choose another name with --database."
            )
        addons, key = suite_addons(self._layout), self.addons_key()
        template = self.ensure_template()
        if info is None or fresh or info.get("template") != template:
            why = "anew " if info else ""
            console.step(
                f"Making the demonstration database {name} {why}with {_names(addons)} in English, Ukrainian and Russian"
            )
            facts = {"template": template, "addons": key, "names": _names(addons)}
            self._build(name, f"demo_{os.getpid()}", lambda new: self._fill_demo(template, new, addons), **facts)
        elif info.get("addons") != key:
            console.step(f"The addons have changed: updating {name}")
            known = set(info.get("names", "").split(", "))
            self._update(
                name, [a.name for a in addons if a.name in known], [a.name for a in addons if a.name not in known]
            )
            self.mark(name, template=template, addons=key, names=_names(addons))

    def pristine_demo(self) -> str:
        """Return the name of a demonstration database that nobody worked with, for tests to copy."""
        name = f"{self.prefix}pristine"
        with locked(self._layout.state / "lock-pristine", "making the demonstration database of the tests"):
            self.ensure_demo(name, fresh=not self.is_current(name))
        return name

    def _fill_demo(self, template: str, name: str, addons: list[Addon]) -> None:
        self.clone(template, name, process=str(os.getpid()))
        names = [addon.name for addon in addons] or ["base"]
        self._odoo(name, "demo", "-i", ",".join(names), f"--load-language={LANGUAGES}")

    def _update(self, name: str, old: list[str], new: list[str]) -> None:
        arguments = []
        if old:
            arguments += ["-u", ",".join(old), "--i18n-overwrite"]
        if new:
            arguments += ["-i", ",".join(new), f"--load-language={LANGUAGES}"]
        if arguments:
            self._odoo(name, "update", *arguments)

    # -- helpers

    def _build(self, name: str, what: str, fill, **facts: str) -> None:
        need_space(self._layout.state, 700, "a database")
        work = f"{self.prefix}building_{what}"
        self.drop(work)
        try:
            fill(work)
            self.rename(work, name)
            self.mark(name, **facts)
        except QueryFailed as error:
            raise SetupError(f"the database {name} could not be made: {_first_line(error)}.") from error

    def _install(self, name: str, modules: list[str], log: str) -> None:
        self.create(name, process=str(os.getpid()))
        self._odoo(name, log, "-i", ",".join(modules))

    def _odoo(self, name: str, log: str, *arguments: str) -> None:
        file = self._layout.logs / f"database-{log}.log"
        code = self._runtime.run("-d", name, *arguments, *_TO_THE_END, log=file)
        if code:
            raise SetupError(
                f"Odoo could not {'update' if '-u' in arguments else 'make'} the database {name}: {odoo_reason(file)}; see {file}."
            )


def odoo_reason(log: Path) -> str:
    """The last error of Odoo's log in one line."""
    text = tail(log, 65536)
    errors = re.findall(r" (?:ERROR|CRITICAL) \S+ \S+: (.+)", text)
    exceptions = re.findall(r"^((?:\w+\.)*\w*(?:Error|Exception|Warning)\b: .+)", text, re.MULTILINE)
    found = exceptions or errors
    return found[-1].strip().rstrip(".")[:300] if found else "it ended without saying why"


def _names(addons: list[Addon]) -> str:
    return ", ".join(addon.name for addon in addons)


def _quoted(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,63}", name):
        raise SetupError(f"{name!r} is no name for a database: letters, digits and _ only, at most 63.")
    return f'"{name}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
