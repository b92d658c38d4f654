"""Where things lie."""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """Folders of one checkout (`.suite/`, ignored by git) and of one user (downloads, shared by checkouts)."""

    root: Path

    @cached_property
    def state(self) -> Path:
        return self.root / ".suite"

    @cached_property
    def cache(self) -> Path:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(base) / "crm-suite"

    @cached_property
    def addons(self) -> Path:
        return self.root / "addons"

    @cached_property
    def logs(self) -> Path:
        return self.state / "logs"

    @cached_property
    def data(self) -> Path:
        return self.state / "data"

    @cached_property
    def conf(self) -> Path:
        return self.state / "odoo.conf"

    @cached_property
    def test_conf(self) -> Path:
        return self.state / "odoo-test.conf"

    @cached_property
    def venv(self) -> Path:
        return self.state / "venv"

    @cached_property
    def test_venv(self) -> Path:
        return self.state / "venv-test"

    @cached_property
    def key(self) -> str:
        """Tells this checkout from others on the same machine or database server."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:8]

    def prepare(self) -> None:
        for folder in (self.state, self.logs, self.data, self.cache):
            folder.mkdir(parents=True, exist_ok=True)


def find_layout() -> Layout:
    return Layout(Path(__file__).resolve().parents[2])


def tree_hash(*paths: Path) -> str:
    """Hash over names and contents of all files below `paths`, compiled Python left out."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(path.parent)).encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
