"""Where Odoo comes from: the user's own first, a damaged download made anew, no network said in one sentence."""

import json
import shutil
from pathlib import Path

import pytest
from suite_tool import odoo_source
from suite_tool.errors import SetupError
from suite_tool.odoo_source import PACKAGE, find_odoo

needs_apt = pytest.mark.skipif(not shutil.which("apt-get"), reason="no apt on this machine")


@pytest.fixture
def fake_odoo(tmp_path):
    """Makes the outline of an Odoo in a folder: as a source checkout has it, or as a package."""

    def make(folder, version="(19, 0, 0, FINAL, 0, '')", addons="addons"):
        (folder / "odoo").mkdir(parents=True)
        (folder / "odoo" / "release.py").write_text(f"version_info = {version}\n")
        (folder / addons / "crm").mkdir(parents=True)
        (folder / addons / "crm" / "__manifest__.py").write_text("{}")
        return folder

    return make


# -- ODOO_HOME ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "addons"),
    [("", "addons"), ("usr/lib/python3/dist-packages", "odoo/addons"), ("lib/python3.12/site-packages", "odoo/addons")],
    ids=["source checkout", "unpacked package", "virtual environment"],
)
def test_odoo_home(scratch, fake_odoo, monkeypatch, inside, addons):
    home = scratch.root / "mine"
    folder = fake_odoo(home / inside, addons=addons)
    monkeypatch.setenv("ODOO_HOME", str(home))
    found = find_odoo(scratch)
    assert found.python_path == folder
    assert folder / addons in found.addons_paths


def test_odoo_home_may_be_the_package_itself(scratch, fake_odoo, monkeypatch):
    folder = fake_odoo(scratch.root / "mine", addons="odoo/addons")
    monkeypatch.setenv("ODOO_HOME", str(folder / "odoo"))
    assert find_odoo(scratch).python_path == folder


def test_another_odoo_is_refused(scratch, fake_odoo, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(fake_odoo(scratch.root / "old", "(18, 0, 0, FINAL, 0, '')")))
    with pytest.raises(SetupError, match=r"is 18\.0, the suite needs 19\.0; set ODOO_HOME"):
        find_odoo(scratch)


def test_odoo_without_crm_is_refused(scratch, fake_odoo, monkeypatch):
    home = fake_odoo(scratch.root / "part")
    shutil.rmtree(home / "addons" / "crm")
    monkeypatch.setenv("ODOO_HOME", str(home))
    with pytest.raises(SetupError, match="no addon `crm`"):
        find_odoo(scratch)


# -- the downloaded one -------------------------------------------------------------------------------------------


@pytest.fixture
def unpacked(scratch, fake_odoo, monkeypatch):
    """A complete unpacked package in the cache, which nobody may download again."""
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(odoo_source, "_from_python", lambda: None)
    tree = scratch.cache / f"{PACKAGE}_19.0.0+dfsg-1"
    fake_odoo(tree / "usr/lib/python3/dist-packages", addons="odoo/addons")
    (tree / "complete.json").write_text(json.dumps(odoo_source._measure(tree)))
    return tree


def test_the_cached_package_needs_no_network(scratch, unpacked, monkeypatch):
    monkeypatch.setattr(odoo_source, "_fetch_tree", lambda layout: pytest.fail("it was fetched again"))
    assert find_odoo(scratch).version == unpacked.name


@pytest.mark.parametrize("damage", ["a file is gone", "a file is cut", "the stamp is gone"])
def test_a_damaged_package_is_fetched_again(scratch, unpacked, fake_odoo, monkeypatch, damage):
    manifest = unpacked / "usr/lib/python3/dist-packages/odoo/addons/crm/__manifest__.py"
    if damage == "a file is gone":
        manifest.unlink()
    elif damage == "a file is cut":
        manifest.write_text("")
    else:
        (unpacked / "complete.json").unlink()

    def fetch(layout):
        assert not unpacked.exists(), "the damaged one is removed first"
        fake_odoo(unpacked / "usr/lib/python3/dist-packages", addons="odoo/addons")
        return unpacked

    monkeypatch.setattr(odoo_source, "_fetch_tree", fetch)
    assert find_odoo(scratch).version == unpacked.name


def test_compiled_python_does_not_count_as_damage(scratch, unpacked):
    cache = unpacked / "usr/lib/python3/dist-packages/odoo/__pycache__"
    cache.mkdir()
    (cache / "release.cpython-311.pyc").write_bytes(b"x")
    assert odoo_source._is_complete(unpacked)


@needs_apt
def test_no_network(scratch, monkeypatch):
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(odoo_source, "_from_python", lambda: None)
    monkeypatch.setattr(odoo_source._PrivateApt, "_mirror", staticmethod(lambda: "http://127.0.0.1:9/debian"))
    with pytest.raises(SetupError, match=r"network.*ODOO_HOME"):
        find_odoo(scratch)
    assert not list(scratch.cache.glob(f"{PACKAGE}_*")), "nothing half done stays"


@needs_apt
def test_the_machines_own_package_sources_stay(scratch):
    before = _sources()
    odoo_source._PrivateApt(scratch)
    assert _sources() == before


def test_no_way_to_fetch(scratch, monkeypatch):
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(odoo_source, "_from_python", lambda: None)
    monkeypatch.setenv("PATH", str(scratch.root))
    with pytest.raises(SetupError, match="ODOO_HOME"):
        find_odoo(scratch)


def _sources():
    return {path: path.read_bytes() for path in Path("/etc/apt").rglob("*") if path.is_file()}
