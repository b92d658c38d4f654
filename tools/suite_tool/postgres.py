"""The database server: the one the PG* variables point at, else a private cluster that disturbs nothing.

The private cluster listens on a socket in a closed folder only, trusts who can enter it, and is started and stopped
by this tool.
"""

import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import console, system
from .errors import SetupError
from .layout import Layout
from .shell import CommandFailed, capture, need_space

ROLE = "crm_suite"
_VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGHOSTADDR", "PGSERVICE")
_SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432")
_OLDEST = 13
_OWN_SETTINGS = """
# Set by tools/suite.
listen_addresses = ''
max_connections = 120
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
synchronous_commit = off
"""


class QueryFailed(Exception):
    """SQL was refused. `code` is PostgreSQL's, or `connect`."""

    def __init__(self, text: str, code: str | None):
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Server:
    """A reachable database server. `variables` are the PG* variables that lead to it."""

    python: Path
    variables: dict[str, str]
    private: bool

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, **self.variables}

    def query(self, *statements, dbname: str = "postgres") -> list[list]:
        """Run statements (SQL, or SQL with its parameters in a tuple) and return the rows of the last one."""
        pairs = [(text, []) if isinstance(text, str) else text for text in statements]
        request = json.dumps({"dbname": dbname, "statements": pairs})
        script = Path(__file__).with_name("pg_query.py")
        try:
            answer = json.loads(capture([self.python, script], env=self.env, stdin=request, timeout=900))
        except CommandFailed as error:
            raise QueryFailed(error.last_line, None) from error
        if "error" in answer:
            raise QueryFailed(answer["error"], answer["code"])
        return answer["rows"]


def has_own_server() -> bool:
    """Whether the user points at a server of his own."""
    return any(os.environ.get(name) for name in _VARIABLES)


def ensure_server(layout: Layout, python: Path) -> Server:
    """Return a server on which databases may be created. `python` is one that has psycopg2."""
    if has_own_server():
        return _checked_external(python)
    cluster = PrivateCluster(layout)
    cluster.start()
    return Server(python, cluster.variables, private=True)


# -- the user's own server ------------------------------------------------------------------------------------------


def _checked_external(python: Path) -> Server:
    server = Server(python, {}, private=False)
    where = f"{os.environ.get('PGHOST', 'the local socket')}, port {os.environ.get('PGPORT', '5432')}"
    try:
        user, may_create, version = server.query(
            "SELECT current_user, rolcreatedb OR rolsuper, current_setting('server_version_num')::int"
            " FROM pg_roles WHERE rolname = current_user"
        )[0]
    except QueryFailed as error:
        reason = error.args[0].splitlines()[0].rstrip(".")
        raise SetupError(f"the PostgreSQL of the PG* variables ({where}) cannot be used: {reason}.") from error
    if user == "postgres":
        raise SetupError(
            "Odoo refuses to work as the database user `postgres`; set PGUSER to another role that may create databases."
        )
    if not may_create:
        raise SetupError(
            f"the database role {user} of the PG* variables may not create databases; give it CREATEDB or set PGUSER to another."
        )
    if version < _OLDEST * 10000:
        raise SetupError(f"the PostgreSQL of the PG* variables ({where}) is older than {_OLDEST}, which Odoo 19 needs.")
    return server


# -- a cluster of our own ---------------------------------------------------------------------------------------------


class PrivateCluster:
    """A cluster of this checkout alone."""

    def __init__(self, layout: Layout):
        self._layout = layout
        self._as_user: tuple[str, ...] = ()
        if system.is_root():
            # PostgreSQL refuses to run as root, and another user may not be able to reach the checkout.
            self.folder = Path("/var/lib/crm-suite") / layout.key
            self._as_user = ("runuser", "-u", "postgres", "--")
        else:
            self.folder = layout.state / "postgres"
        self.data = self.folder / "data"
        self.socket = self._short_socket()
        self._log = self.folder / "server.log"

    @property
    def variables(self) -> dict[str, str]:
        return {"PGHOST": str(self.socket), "PGPORT": "5432", "PGUSER": ROLE}

    def _short_socket(self) -> Path:
        """A folder whose name the system's limit for sockets allows."""
        socket = self.folder / "socket"
        if len(str(socket)) > _SOCKET_LIMIT:
            socket = Path(tempfile.gettempdir()) / f"crm-suite-{os.getuid()}-{self._layout.key}"
        return socket

    # -- state

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def is_running(self) -> bool:
        return self.exists() and self._control("status", quiet=True)

    def start(self) -> None:
        if self.is_running():
            return
        self._ensure_programs()
        self._ensure_folder()
        if not self.exists():
            self._initialise()
        console.step("Starting the private PostgreSQL")
        self._prepare_socket()
        if not self._control("start", "-w", "-t", "60", "-l", str(self._log), "-o", f"-k '{self.socket}'"):
            reason = self._log.read_text(errors="replace").splitlines()[-1:] if self._log.exists() else []
            raise SetupError(
                f"the private PostgreSQL did not start: {' '.join(reason) or 'no reason given'}; see {self._log}."
            )
        self._ensure_role()

    def stop(self) -> bool:
        """Stop the cluster; return whether it was running."""
        if not self.is_running():
            return False
        if not self._control("stop", "-m", "fast", "-w", "-t", "60"):
            raise SetupError(f"the private PostgreSQL did not stop within a minute; see {self._log}.")
        return True

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.socket, ignore_errors=True)

    # -- steps

    def _ensure_programs(self) -> None:
        if self._programs() is None:
            self._install()
        if self._programs() is None:
            raise SetupError(
                "PostgreSQL was installed, but its programs are not in /usr/lib/postgresql; set the PG* variables to another server."
            )

    def _programs(self) -> Path | None:
        """The folder with initdb and pg_ctl: of the version the data was made with, else of the newest."""
        wanted = (self.data / "PG_VERSION").read_text().strip() if self.exists() else None
        folders = {path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")}
        on_path = shutil.which("initdb")
        if on_path and not folders:
            folders.add(Path(os.path.realpath(on_path)).parent)
        versions = {}
        for folder in folders:
            found = re.search(r"(\d+)", capture([folder / "pg_ctl", "--version"]))
            if found and int(found[1]) >= _OLDEST:
                versions[found[1]] = folder
        if wanted:
            if versions and wanted not in versions:
                raise SetupError(
                    f"the private databases were made with PostgreSQL {wanted}, which is gone; install it again, or"
                    " start afresh with `tools/suite clean`."
                )
            return versions.get(wanted)
        return versions[max(versions, key=int)] if versions else None

    def _install(self) -> None:
        """Install PostgreSQL without the cluster that Debian would create and start along with it."""
        packages = ["postgresql"]
        why, instead = (
            "a database server",
            "install PostgreSQL, or set PGHOST, PGUSER and PGPASSWORD to a server there is",
        )
        system.apt_install(["postgresql-common"], why, self._layout.logs, instead)
        switch = Path("/etc/postgresql-common/createcluster.d/crm-suite.conf")
        root = system.root_prefix()
        capture([*root, "mkdir", "-p", switch.parent])
        capture([*root, "tee", switch], stdin="create_main_cluster = false\n")
        try:
            system.apt_install(packages, why, self._layout.logs, instead)
        finally:
            capture([*root, "rm", "-f", switch])

    def _ensure_folder(self) -> None:
        need_space(self.folder, 1500, "the private PostgreSQL")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._give_away(self.folder)

    def _prepare_socket(self) -> None:
        self.socket.mkdir(parents=True, exist_ok=True)
        self._give_away(self.socket)
        self.socket.chmod(0o700)

    def _give_away(self, folder: Path) -> None:
        if self._as_user:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        elif folder.stat().st_uid != os.getuid():
            raise SetupError(f"{folder} belongs to another user; remove it and run this again.")

    def _initialise(self) -> None:
        """Make the cluster under another name first, so that one half made is never taken for a whole one."""
        console.step("Creating the private PostgreSQL cluster")
        work = self.folder / "data.new"
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        command = [
            self._programs() / "initdb",
            "-D",
            work,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        try:
            capture([*self._as_user, *command], cwd="/", timeout=300)
        except CommandFailed as error:
            raise SetupError(f"the private PostgreSQL could not be created: {error.last_line}.") from error
        with (work / "postgresql.conf").open("a") as conf:
            conf.write(_OWN_SETTINGS)
        work.rename(self.data)

    def _ensure_role(self) -> None:
        script = f"SELECT 'CREATE ROLE {ROLE} LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}')\\gexec\n"
        command = [
            self._programs() / "psql",
            "-h",
            self.socket,
            "-p",
            "5432",
            "-U",
            "postgres",
            "-d",
            "postgres",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
        ]
        capture([*self._as_user, *command], cwd="/", stdin=script, env=self._clean_env())

    def _control(self, action: str, *options: str, quiet: bool = False) -> bool:
        programs = self._programs()
        if programs is None:
            return False
        command = [*self._as_user, programs / "pg_ctl", action, "-D", self.data, *options]
        try:
            # pg_ctl's child keeps its output open: it goes to the log, not to a pipe we would wait for.
            with open(os.devnull, "w") as nowhere:
                return _quiet_call(command, nowhere, self._clean_env()) == 0
        except OSError:
            if quiet:
                return False
            raise

    @staticmethod
    def _clean_env() -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _quiet_call(command, output, env) -> int:
    return subprocess.call(
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", env=env
    )
