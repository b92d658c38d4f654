"""Odoo's test runner, seen from outside: what its log says about tests, failures and warnings."""

import re
from dataclasses import dataclass, field
from pathlib import Path

_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)$")
_TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
_BROKEN = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(?P<test>.+)$")
_TROUBLE = ("WARNING", "ERROR", "CRITICAL")

# Warnings of Odoo itself about the machine, which say nothing about the suite.
_HARMLESS = (
    "odoo.addons.base.models.ir_actions_report",  # no wkhtmltopdf
    "odoo.addons.base.models.ir_cron",
    "odoo.tools.pdf",
)


@dataclass
class TestLog:
    """What one run of Odoo said.

    `broken` maps what failed (`Class.method`, a subtest with its parameters behind) to the text of its failure;
    `troubles` are warnings and errors while modules were loaded, before the first test.
    """

    total: int = 0
    broken: dict[str, str] = field(default_factory=dict)
    skipped: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def broken_tests(self) -> set[str]:
        """The failing tests; the subtests of one count as one."""
        return {test_name(description) for description in self.broken}


def test_name(description: str) -> str:
    return description.split(" ", maxsplit=1)[0]


def read_log(log: Path) -> TestLog:
    result, current, testing = TestLog(), None, False
    for line in log.read_text(errors="replace").splitlines():
        found = _LINE.match(line)
        if not found:
            if current:
                result.broken[current] += line + "\n"
            continue
        current, text = None, found["text"].rstrip()
        total, broken = _TOTAL.search(text), _BROKEN.match(text)
        if total:
            result.total = int(total[3])
        elif broken and found["level"] == "ERROR":
            current = broken["test"]
            result.broken.setdefault(current, "")
        elif text.startswith("Starting ") and text.endswith(" ..."):
            testing = True
        elif text.startswith("skipped ") and ".tests." in found["logger"]:
            result.skipped += 1
        elif not testing and found["level"] in _TROUBLE and not found["logger"].startswith(_HARMLESS):
            result.troubles.append(f"{found['level']} {found['logger']}: {text}")
    return result
