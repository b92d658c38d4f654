import random
from datetime import date, datetime, timezone
from itertools import pairwise

from pytz import timezone as get_zone

from odoo.tests.common import BaseCase, tagged

from ..tools.free_slots import (
    DAY,
    HOUR,
    MINUTE,
    find_covering,
    find_start,
    find_starts,
    get_days,
    get_opened,
    merge,
    subtract,
    to_datetime,
    to_moment,
)

ZONES = (
    "UTC",
    "Europe/Kyiv",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Pago_Pago",
    "America/Santiago",
    "Australia/Lord_Howe",
)


@tagged("post_install", "-at_install")
class TestFreeSlots(BaseCase):
    """The engine against a brute force that asks of every single minute."""

    def setUp(self):
        super().setUp()
        self.random = random.Random(self.id())

    def _draw(self, count, size=200):
        starts = [self.random.randrange(size) for _number in range(count)]
        return [(start, start + self.random.randrange(-1, 20)) for start in starts]

    def _spread_out(self, pairs):
        return {minute for start, stop in pairs for minute in range(start, stop)}

    # ------------------------------------------------------------
    # INTERVALS
    # ------------------------------------------------------------

    def test_merge(self):
        for _round in range(300):
            pairs = self._draw(self.random.randrange(12))
            merged = merge(pairs)
            self.assertEqual(self._spread_out(merged), self._spread_out(pairs))
            self.assertTrue(all(one[1] < other[0] for one, other in pairwise(merged)), merged)
            self.assertTrue(all(start < stop for start, stop in merged))

    def test_subtract(self):
        for _round in range(300):
            one, other = merge(self._draw(8)), merge(self._draw(8))
            left = subtract(one, other)
            self.assertEqual(self._spread_out(left), self._spread_out(one) - self._spread_out(other))
            self.assertEqual(left, merge(left))

    def test_touching(self):
        """The end of one is free for the beginning of the next."""
        self.assertEqual(merge([(0, 5), (5, 9)]), [(0, 9)])
        self.assertEqual(find_start(5, 0, 20, [[(0, 20)]], [[(0, 5)]], grid=1), 5)
        self.assertEqual(find_start(5, 0, 20, [[(0, 20)]], [[(5, 9)]], grid=1), 0)
        self.assertEqual(find_start(6, 0, 20, [[(0, 20)]], [[(5, 9)]], grid=1), 9)

    def test_find_covering(self):
        hours = [(0, 10), (20, 30)]
        self.assertEqual(find_covering(hours, 20, 30), (20, 30))
        self.assertEqual(find_covering(hours, 3, 4), (0, 10))
        self.assertIsNone(find_covering(hours, 9, 11))
        self.assertIsNone(find_covering(hours, 12, 13))
        self.assertIsNone(find_covering([], 0, 1))

    # ------------------------------------------------------------
    # SLOTS
    # ------------------------------------------------------------

    def _brute_starts(self, length, after, before, free, busy, limit, grid):
        starts = []
        minute = after
        while minute + length <= before and len(starts) < limit:
            time = set(range(minute, minute + length))
            open_to_all = all(time <= self._spread_out(intervals) for intervals in free)
            if minute % grid == 0 and open_to_all and not any(time & self._spread_out(intervals) for intervals in busy):
                starts.append(minute)
                minute += length
            else:
                minute += 1
        return starts

    def test_random_starts(self):
        for number in range(250):
            free = [merge(self._draw(14)) for _one in range(self.random.randrange(1, 3))]
            busy = [merge(self._draw(5)) for _one in range(self.random.randrange(3))]
            length, after = self.random.randrange(1, 12), self.random.randrange(60)
            case = (length, after, self.random.randrange(80, 200), free, busy, 4, self.random.choice((1, 5)))
            with self.subTest(number):
                length, after, before, free, busy, limit, grid = case
                self.assertEqual(find_starts(length, after, before, free, busy, limit, grid), self._brute_starts(*case))

    def test_nothing_free(self):
        self.assertEqual(find_starts(10, 0, 100, [[]]), [])
        self.assertEqual(find_starts(10, 0, 100, [[(0, 9)]], grid=1), [])
        self.assertEqual(find_starts(10, 0, 100, [[(0, 100)]], [[(0, 100)]], grid=1), [])
        self.assertEqual(find_starts(10, 50, 40, [[(0, 100)]], grid=1), [])

    def test_grid(self):
        """Proposals begin at whole five minutes, on any clock."""
        now = to_moment(datetime(2026, 3, 2, 9, 1, 1))
        start = find_start(15 * MINUTE, now, now + DAY, [[(now, now + DAY)]])
        self.assertEqual(to_datetime(start), datetime(2026, 3, 2, 9, 5))

    # ------------------------------------------------------------
    # CLOCKS
    # ------------------------------------------------------------

    def _is_open(self, zone, fortnight, moment):
        local = datetime.fromtimestamp(moment, timezone.utc).astimezone(zone)
        seconds = local.hour * HOUR + local.minute * MINUTE
        return any(low <= seconds < high for low, high in fortnight[(local.toordinal() - 1) % 14])

    def _check_opened(self, zone, fortnight, after, before):
        opened = get_opened(zone, fortnight, after, before)
        self.assertEqual(opened, merge(opened))
        step = 10 * MINUTE
        for moment in range(after, before, step):
            inside = bool(find_covering(opened, moment, moment + 1))
            self.assertEqual(inside, self._is_open(zone, fortnight, moment), (zone, to_datetime(moment)))

    def test_random_hours(self):
        """Every ten minutes of some days, in zones with changes of the clocks, far ahead of and far behind UTC."""
        # changes of the clocks: Kyiv 2026-03-29 and 2026-10-25, Santiago 2026-04-05, Lord Howe (half an hour) 2026-04-05
        days = (date(2026, 3, 27), date(2026, 4, 3), date(2026, 10, 23), date(2026, 12, 30))
        for name in ZONES:
            for first in days:
                spans = [
                    merge(
                        sorted((self.random.randrange(0, 145) * 600, self.random.randrange(0, 145) * 600) for _ in "ab")
                    )
                    for _day in range(14)
                ]
                after = to_moment(datetime.combine(first, datetime.min.time())) + self.random.randrange(24) * HOUR
                self._check_opened(get_zone(name), spans, after, after + 4 * DAY)

    def test_across_midnight(self):
        """Hours to midnight and from midnight on are one stretch."""
        fortnight = [
            [(22 * HOUR, DAY)] if day % 7 == 0 else [(0, 2 * HOUR)] if day % 7 == 1 else [] for day in range(14)
        ]
        kyiv = get_zone("Europe/Kyiv")
        after = to_moment(datetime(2026, 1, 5))  # a Monday
        opened = get_opened(kyiv, fortnight, after, after + 3 * DAY)
        self.assertEqual(
            [tuple(map(to_datetime, interval)) for interval in opened],
            [(datetime(2026, 1, 5, 20), datetime(2026, 1, 6, 0))],
        )

    def test_two_kinds_of_weeks(self):
        fortnight = [[(9 * HOUR, 10 * HOUR)]] * 7 + [[]] * 7
        after = to_moment(datetime(2026, 1, 5))
        opened = get_opened(get_zone("UTC"), fortnight, after, after + 28 * DAY)
        self.assertEqual(len(opened), 14)
        kinds = {(to_datetime(start).toordinal() - 1) // 7 % 2 for start, _stop in opened}
        self.assertEqual(kinds, {0})

    def test_days(self):
        """A day when the clocks change is 23 or 25 hours long."""
        kyiv = get_zone("Europe/Kyiv")
        lengths = []
        for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25)):
            start, stop = get_days(kyiv, day, day)
            lengths.append((stop - start) // HOUR)
        self.assertEqual(lengths, [24, 23, 25])
        start, stop = get_days(get_zone("Pacific/Pago_Pago"), date(2026, 5, 1), date(2026, 5, 2))
        self.assertEqual((to_datetime(start), to_datetime(stop)), (datetime(2026, 5, 1, 11), datetime(2026, 5, 3, 11)))
