"""The addresses of the suite's screens: Odoo allows each only once in a database, whichever apps come later."""

import re
from collections import Counter
from pathlib import Path

from suite_tool.layout import find_layout

PATH = re.compile(r'<field name="path">([^<]+)</field>')


def find_paths(*folders):
    return [
        path for folder in folders for file in Path(folder).rglob("*.xml") for path in PATH.findall(file.read_text())
    ]


def test_no_path_is_one_of_odoo(suite_runtime):
    stock = find_paths(*suite_runtime.odoo.addons_paths)
    ours = find_paths(find_layout().addons)
    assert "crm" in stock
    assert "works" in ours
    assert not set(ours) & set(stock)


def test_no_path_stands_twice():
    assert [path for path, count in Counter(find_paths(find_layout().addons)).items() if count > 1] == []
