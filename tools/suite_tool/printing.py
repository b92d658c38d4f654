"""The system libraries that the printed forms are drawn with: WeasyPrint is a Python package, Pango is not."""

import ctypes

from . import console, system
from .errors import SetupError
from .layout import Layout

# What WeasyPrint loads, and the Debian package that brings it; the first two bring GLib, HarfBuzz and fontconfig along.
_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def ensure_print_libraries(layout: Layout) -> None:
    """Install what is missing. Where that fails all else still works: it is said, and the set-up goes on."""
    missing = missing_packages()
    if not missing:
        return
    without = "without them invoices and acts cannot be printed"
    if not system.can_install():
        console.note(f"{' '.join(missing)} are missing and there is no root or sudo to install them: {without}")
        return
    try:
        system.apt_install(missing, "printing the forms", layout.logs, "install them")
    except SetupError as error:
        console.note(f"{error} {without[0].upper()}{without[1:]}")


def missing_packages() -> list[str]:
    """The Debian packages of the libraries that this machine lacks."""
    return [package for library, package in _LIBRARIES.items() if not _is_loadable(library)]


def _is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
