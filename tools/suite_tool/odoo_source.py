"""Finds Odoo 19, or fetches Debian's package of it into the user's cache.

The order: ODOO_HOME, an Odoo that Python can import already, Debian's package `odoo-19`.
"""

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import console
from .errors import SetupError
from .layout import Layout
from .shell import CommandFailed, capture, locked, logged, need_space, tail

SERIES = (19, 0)
PACKAGE = "odoo-19"

# Debian's package links to fonts and scripts of other packages, which must lie beside it. The newest Font Awesome
# lacks the files of 4.7 that Odoo names: it comes from the stable release that still has 4.7 and lives longest.
BESIDE = {
    "sid": [
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-montserrat",
        "fonts-ocr-b",
        "fonts-roboto-unhinted",
    ],
    "trixie": ["fonts-font-awesome", "fonts-inconsolata"],
}
# Left out of the package; without a file in its place the web client's bundle logs an error.
PLACEHOLDER = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"

_STAMP = "complete.json"
_KEYRINGS = ("/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp")
_WAY_OUT = "set ODOO_HOME to a source checkout or an installed Odoo 19.0"


@dataclass(frozen=True)
class OdooSource:
    """An Odoo on this machine.

    `python_path` is the folder to import `odoo` from, `addons_paths` are its addons, `version` names it in messages and
    keys, `origin` says in words where it came from.
    """

    python_path: Path
    addons_paths: tuple[Path, ...]
    version: str
    origin: str


def find_odoo(layout: Layout) -> OdooSource:
    home = os.environ.get("ODOO_HOME")
    if home:
        return _from_home(Path(home).expanduser())
    return _from_python() or _from_package(layout)


# -- an Odoo that is there already --------------------------------------------------------------------------------


def _from_home(home: Path) -> OdooSource:
    candidates = [home, home.parent if home.name == "odoo" else home / "usr/lib/python3/dist-packages"]
    candidates += sorted(home.glob("lib/python3.*/site-packages"))
    for folder in candidates:
        if (folder / "odoo" / "release.py").is_file():
            return _checked(folder, f"ODOO_HOME ({home})")
    raise SetupError(
        f"ODOO_HOME is {home}, where no Odoo was found (no odoo/release.py); point it at an Odoo 19.0 or unset it."
    )


def _from_python() -> OdooSource | None:
    """The Odoo of the system's Python, or of the program `odoo`."""
    interpreters = ["/usr/bin/python3"]
    program = shutil.which("odoo")
    if program:
        first = Path(program).read_bytes()[:200].split(b"\n")[0].decode(errors="replace")
        if first.startswith("#!") and "env" not in first:
            interpreters.insert(0, first[2:].split()[0])
    for interpreter in interpreters:
        try:
            found = capture([interpreter, "-c", "import odoo.release as r; print(r.__file__)"], cwd="/", timeout=30)
        except CommandFailed:
            continue
        folder = Path(found.strip()).parents[1]
        if _series(folder) == SERIES:
            return _checked(folder, f"the Odoo installed in {folder}")
    return None


def _series(folder: Path) -> tuple[int, ...] | None:
    text = (folder / "odoo" / "release.py").read_text(encoding="utf-8", errors="replace")
    match = re.search(r"^version_info\s*=\s*\(\s*(\d+)\s*,\s*(\d+)", text, re.MULTILINE)
    return tuple(int(number) for number in match.groups()) if match else None


def _checked(folder: Path, origin: str, version: str = "") -> OdooSource:
    series = _series(folder)
    if series != SERIES:
        got = ".".join(map(str, series)) if series else "of an unknown version"
        raise SetupError(f"the Odoo of {origin} is {got}, the suite needs 19.0; {_WAY_OUT}.")
    addons = [
        path
        for path in (folder / "addons", folder / "odoo" / "addons")
        if (path / "__init__.py").exists() or _has_addons(path)
    ]
    if not any((path / "crm" / "__manifest__.py").is_file() for path in addons):
        raise SetupError(f"the Odoo of {origin} has no addon `crm`; {_WAY_OUT} that is complete.")
    return OdooSource(folder, tuple(addons), version or ".".join(map(str, series)), origin)


def _has_addons(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*/__manifest__.py"))


# -- Debian's package -----------------------------------------------------------------------------------------------


def _from_package(layout: Layout) -> OdooSource:
    with locked(layout.cache / "lock", "fetching Odoo"):
        tree = _newest_complete_tree(layout.cache)
        if tree is None:
            tree = _fetch_tree(layout)
    return _checked(tree / "usr/lib/python3/dist-packages", f"Debian's package {tree.name}", tree.name)


def _newest_complete_tree(cache: Path) -> Path | None:
    for tree in sorted(cache.glob(f"{PACKAGE}_*"), reverse=True):
        if _is_complete(tree):
            return tree
        console.note(f"{tree} is damaged or half done; it is made anew")
        shutil.rmtree(tree, ignore_errors=True)
    return None


def _is_complete(tree: Path) -> bool:
    """Whether the tree still has the number of files and bytes that it was stamped with."""
    try:
        stamp = json.loads((tree / _STAMP).read_text())
    except (OSError, ValueError):
        return False
    return stamp == _measure(tree)


def _measure(tree: Path) -> dict[str, int]:
    """Files and bytes of the tree, what Python compiled later and the stamp itself left out."""
    files = size = 0
    for folder, folders, names in os.walk(tree):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            if name != _STAMP:
                files += 1
                size += os.lstat(os.path.join(folder, name)).st_size
    return {"files": files, "bytes": size}


def _fetch_tree(layout: Layout) -> Path:
    need_space(layout.cache, 1600, "unpacking Odoo")
    apt = _PrivateApt(layout)
    console.step("Fetching Odoo 19 from Debian (about 130 MB, kept for the next time)")
    apt.update()
    packages = apt.download()
    apt.forget_lists()
    version = packages[0].name.split("_")[1]
    console.step(f"Unpacking Odoo {version}")
    tree = layout.cache / f"{PACKAGE}_{version}"
    work = Path(tempfile.mkdtemp(prefix="unpacking-", dir=layout.cache))
    work.chmod(0o755)
    try:
        with console.Progress(lambda: f"{_measure(work)['files']} files"):
            for package in packages:
                capture(["dpkg-deb", "-x", package, work], timeout=900)
        placeholder = work / "usr/lib/python3/dist-packages" / PLACEHOLDER
        if not placeholder.exists():
            placeholder.parent.mkdir(parents=True, exist_ok=True)
            placeholder.write_text("")
        (work / _STAMP).write_text(json.dumps(_measure(work)))
        work.rename(tree)
    except CommandFailed as error:
        raise SetupError(f"Debian's package of Odoo could not be unpacked: {error.last_line}.") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return tree


class _PrivateApt:
    """apt with sources, lists and downloads of its own: the system's stay as they are, and no root is needed.

    The mirror is the one that the machine uses; the signatures of Debian's archive are checked as always.
    """

    def __init__(self, layout: Layout):
        for tool in ("apt-get", "dpkg-deb"):
            if not shutil.which(tool):
                raise SetupError(f"no Odoo 19 was found, and without Debian's {tool} it cannot be fetched; {_WAY_OUT}.")
        self._folder = layout.cache / "apt"
        self._logs = layout.logs
        self._archives = layout.cache / "debs"
        for folder in (self._folder / "lists/partial", self._folder / "cache/archives/partial", self._archives):
            folder.mkdir(parents=True, exist_ok=True)
        mirror, keyring = self._mirror(), self._keyring()
        suites = "".join(f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in BESIDE)
        (self._folder / "sources.list").write_text(suites)
        (self._folder / "apt.conf").write_text(self._settings())
        self._env = {**os.environ, "APT_CONFIG": str(self._folder / "apt.conf"), "LC_ALL": "C"}

    def _settings(self) -> str:
        folder = self._folder
        return (
            f'Dir::State "{folder}";\n'
            f'Dir::State::lists "{folder}/lists";\n'
            f'Dir::Cache "{folder}/cache";\n'
            f'Dir::Etc::sourcelist "{folder}/sources.list";\n'
            'Dir::Etc::sourceparts "/dev/null";\n'
            # Everything lies in the user's cache, which apt's own download user may not enter.
            'APT::Sandbox::User "";\n'
            # Other people's hooks have no business here, and would want root.
            "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n"
        )

    @staticmethod
    def _keyring() -> str:
        for keyring in _KEYRINGS:
            if Path(keyring).exists():
                return keyring
        raise SetupError(f"no Odoo 19 was found, and Debian's keyring to verify a download is missing; {_WAY_OUT}.")

    @staticmethod
    def _mirror() -> str:
        """The machine's own mirror of Debian's main archive."""
        try:
            system = dict(
                line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
            )
            targets = capture(
                [
                    "apt-get",
                    "indextargets",
                    "--format",
                    "$(RELEASE) $(REPO_URI)",
                    "Created-By: Packages",
                    "Component: main",
                ]
            )
        except (OSError, CommandFailed):
            system, targets = {}, ""
        if system.get("ID", "").strip('"') != "debian":
            raise SetupError(f"no Odoo 19 was found, and only on Debian can it be fetched; {_WAY_OUT}.")
        codename = system.get("VERSION_CODENAME", "").strip('"')
        for line in targets.splitlines():
            release, _, uri = line.partition(" ")
            if release in (codename, "stable", "testing", "unstable", "sid") and uri.startswith(
                ("http", "file", "mirror")
            ):
                return uri.strip()
        raise SetupError(f"no Odoo 19 was found, and the package manager knows no mirror of Debian; {_WAY_OUT}.")

    def update(self) -> None:
        log = self._logs / "odoo-apt-update.log"
        code = logged(
            ["apt-get", "update"], log, env=self._env, timeout=900, describe=lambda text: "reading package lists"
        )
        if code or "Failed to fetch" in tail(log):
            raise SetupError(
                f"Odoo could not be fetched because Debian's mirror did not answer (is the network up?); {_WAY_OUT}, or see {log}."
            )

    def forget_lists(self) -> None:
        """The package lists are large, soon old, and fetched anew when needed."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def download(self) -> list[Path]:
        """Fetch the packages, Odoo first, and return their files."""
        wanted = [f"{PACKAGE}/sid", *(f"{name}/{suite}" for suite, names in BESIDE.items() for name in names)]
        log = self._logs / "odoo-apt-download.log"
        with tempfile.TemporaryDirectory(dir=self._archives) as folder:
            code = logged(
                ["apt-get", "-q", "download", *wanted],
                log,
                env=self._env,
                cwd=folder,
                timeout=1800,
                describe=lambda text: f"{_measure(Path(folder))['bytes'] // 2**20} MB",
            )
            if code:
                raise SetupError(f"Debian's package of Odoo could not be downloaded (is the network up?); see {log}.")
            files = [Path(shutil.move(path, self._archives / path.name)) for path in Path(folder).iterdir()]
        return sorted(files, key=lambda path: not path.name.startswith(f"{PACKAGE}_"))
