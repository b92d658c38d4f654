"""Odoo's test runner, seen from outside: what its log says about tests, failures and warnings."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)$")
_TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
_BROKEN = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(?P<test>.+)$")
_TROUBLE = ("WARNING", "ERROR", "CRITICAL")
_MODULE = re.compile(r"^odoo\.addons\.(\w+)\.tests\b")
# More failures than that are no chance.
_MOST_REPEATED = 5

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
    `ran` are the tests that were started and not skipped, `tags` what selects those that failed (two modules may have a
    test of the same name); `troubles` are warnings and errors while modules were loaded, before the first test.
    """

    total: int = 0
    broken: dict[str, str] = field(default_factory=dict)
    skipped: int = 0
    ran: set[str] = field(default_factory=set)
    tags: dict[str, set[str]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    @property
    def broken_tests(self) -> set[str]:
        """The failing tests; the subtests of one count as one."""
        return {test_name(description) for description in self.broken}

    def repeatable(self, known: Collection[str] = ()) -> set[str]:
        """The failing tests, those in `known` left out, if they may have failed by chance: a few, and nothing but tests.

        What fails around the tests, `setUpClass` for one, has no tag.
        """
        failed = self.broken_tests - set(known)
        return failed if len(failed) <= _MOST_REPEATED and failed <= self.tags.keys() else set()

    def tags_of(self, tests: Iterable[str]) -> str:
        """What Odoo's `--test-tags` takes to run these failing tests and nothing else."""
        return ",".join(sorted(set().union(*(self.tags[test] for test in tests))))


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
            module, name = _MODULE.match(found["logger"]), test_name(current)
            if module:
                result.tags.setdefault(name, set()).add(f"/{module[1]}:{name}")
        elif text.startswith("Starting ") and text.endswith(" ..."):
            testing = True
            result.ran.add(text.split()[1])
        elif text.startswith("skipped ") and ".tests." in found["logger"]:
            result.skipped += 1
            result.ran.discard(text.split()[1])
        elif not testing and found["level"] in _TROUBLE and not found["logger"].startswith(_HARMLESS):
            result.troubles.append(f"{found['level']} {found['logger']}: {text}")
    return result
