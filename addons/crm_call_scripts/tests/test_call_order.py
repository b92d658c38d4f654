import random
from datetime import datetime, timedelta

from odoo.tests.common import BaseCase

from ..tools.call_order import SECTIONS, PlannedCall, get_section, order_calls
from ..tools.call_spread import fill_days, spread

NOW = datetime(2026, 5, 13, 9, 0)
TODAY = NOW.date()
DAY_END = datetime(2026, 5, 13, 21, 0)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class TestCallOrder(BaseCase):
    """Which call comes first, case by case and by chance."""

    def _call(self, number, deadline=TODAY, **values):
        return PlannedCall(number, deadline, **values)

    def _order(self, *calls):
        return [(section, call.id) for section, call in order_calls(calls, NOW, TODAY, DAY_END)]

    def _section(self, **values):
        return get_section(self._call(1, **values), NOW, TODAY, DAY_END)

    def test_promise_first(self):
        order = self._order(
            self._call(1, priority=3, revenue=1e6),
            self._call(2, start=NOW + timedelta(minutes=15), is_promised=True),
            self._call(3, start=NOW - HOUR, is_promised=True),
        )
        self.assertEqual(order, [("promised", 3), ("promised", 2), ("now", 1)])

    def test_a_promise_waits_for_its_time(self):
        self.assertEqual(self._section(start=NOW + timedelta(minutes=16), is_promised=True), "later")

    def test_a_promise_beats_the_hours(self):
        self.assertEqual(self._section(start=NOW, is_promised=True, is_open=False, opens=NOW + HOUR), "promised")

    def test_hours_that_end_soon_come_first(self):
        order = self._order(
            self._call(1, deadline=TODAY - DAY, priority=3),
            self._call(2, closes=NOW + HOUR),
            self._call(3, closes=NOW + timedelta(minutes=20)),
            self._call(4, closes=NOW + 2 * HOUR),
        )
        self.assertEqual([number for section, number in order], [3, 2, 1, 4])

    def test_overdue_then_stars_then_money_then_waiting(self):
        order = self._order(
            self._call(1),
            self._call(2, revenue=10),
            self._call(3, priority=1),
            self._call(4, deadline=TODAY - DAY),
            self._call(5, deadline=TODAY - 3 * DAY),
            self._call(6, deadline=TODAY - DAY, revenue=5),
            self._call(7, start=NOW - HOUR),
        )
        self.assertEqual([number for section, number in order], [6, 5, 4, 7, 3, 2, 1])

    def test_not_now(self):
        order = self._order(
            self._call(1, is_open=False, opens=NOW + 5 * HOUR),
            self._call(2, start=NOW + 3 * HOUR),
            self._call(3, is_open=False, opens=NOW + DAY),
            self._call(4, is_open=False),
            self._call(5, deadline=TODAY + DAY),
            self._call(6, is_blocked=True, start=NOW, is_promised=True),
        )
        self.assertEqual(
            order, [("later", 2), ("later", 1), ("closed", 3), ("closed", 4), ("coming", 5), ("blocked", 6)]
        )

    def test_planned_today_though_due_tomorrow(self):
        """The time of a call says more than the deadline of its task."""
        self.assertEqual(self._section(deadline=TODAY + DAY, start=NOW - HOUR), "now")
        self.assertEqual(self._section(deadline=TODAY + DAY, start=NOW + DAY), "coming")

    def test_by_chance(self):
        """Whatever the day: every call stands there once, in a section that is true, and the order is repeatable."""
        chance = random.Random(7)
        for _turn in range(300):
            calls = [self._get_any_call(number, chance) for number in range(chance.randrange(30))]
            placed = order_calls(calls, NOW, TODAY, DAY_END)
            self.assertEqual(sorted(call.id for section, call in placed), list(range(len(calls))))
            self.assertEqual(placed, order_calls(reversed(calls), NOW, TODAY, DAY_END))
            positions = [SECTIONS.index(section) for section, call in placed]
            self.assertEqual(positions, sorted(positions))
            for section, call in placed:
                self._check_place(section, call)

    def _get_any_call(self, number, chance):
        def maybe(value):
            return chance.choice((None, value))

        return PlannedCall(
            number,
            TODAY + chance.randrange(-4, 3) * DAY,
            start=maybe(NOW + timedelta(minutes=chance.randrange(-600, 3000))),
            is_promised=chance.random() < 0.3,
            is_blocked=chance.random() < 0.1,
            is_open=chance.random() < 0.6,
            closes=maybe(NOW + timedelta(minutes=chance.randrange(1, 600))),
            opens=maybe(NOW + timedelta(minutes=chance.randrange(1, 3000))),
            priority=chance.randrange(4),
            revenue=float(chance.randrange(3)),
        )

    def _check_place(self, section, call):
        self.assertEqual(section == "blocked", call.is_blocked)
        if section == "now":
            self.assertTrue(call.is_open and not (call.start and call.start > NOW), call)
        if section == "later":
            self.assertTrue((call.start or NOW) > NOW or not call.is_open, call)


class TestCallSpread(BaseCase):
    def test_even(self):
        given = spread({client: ["a", "b", "c"] for client in range(10)}, {"a": 2})
        counts = {manager: list(given.values()).count(manager) for manager in "abc"}
        self.assertEqual(counts, {"a": 2, "b": 4, "c": 4})

    def test_only_who_may(self):
        given = spread({1: ["a", "b"], 2: ["a", "b"], 3: ["a"], 4: ["a"], 5: []}, {})
        self.assertEqual(given, {1: "b", 2: "b", 3: "a", 4: "a"})

    def test_days(self):
        given = fill_days("abcde", [1, 2], {1: 1}, 3)
        self.assertEqual(given, {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2})

    def test_no_room(self):
        self.assertEqual(fill_days("ab", [1], {1: 5}, 3), {})
        self.assertEqual(fill_days("abc", [1, 2], {2: 1}, 1), {"a": 1})

    def test_by_chance(self):
        """Nobody gets a client whom he may not call, and nobody could take over a call and have less."""
        chance = random.Random(3)
        for _turn in range(200):
            managers = "abcde"[: chance.randrange(1, 6)]
            candidates = {
                client: [one for one in managers if chance.random() < 0.7] for client in range(chance.randrange(40))
            }
            given = spread(candidates, {})
            self.assertEqual(set(given), {client for client, possible in candidates.items() if possible})
            for client, manager in given.items():
                self.assertIn(manager, candidates[client])
