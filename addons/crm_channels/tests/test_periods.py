from datetime import date
from itertools import pairwise

from odoo.tests import BaseCase, tagged

from ..tools.periods import Bucket, bucket_start, previous_shift, split, window

WEDNESDAY = date(2026, 3, 18)


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    def test_past_window_reaches_from_a_period_ago_to_today(self):
        self.assertEqual(window("week", "day", WEDNESDAY), Bucket(date(2026, 3, 11), date(2026, 3, 19)))
        self.assertEqual(window("month", "day", WEDNESDAY), Bucket(date(2026, 2, 18), date(2026, 3, 19)))
        self.assertEqual(window("year", "user", WEDNESDAY), Bucket(date(2025, 3, 18), date(2026, 3, 19)))

    def test_forward_window_reaches_from_today_a_period_ahead(self):
        self.assertEqual(window("week", "day", WEDNESDAY, forward=True), Bucket(date(2026, 3, 18), date(2026, 3, 26)))
        self.assertEqual(window("year", "stage", WEDNESDAY, forward=True), Bucket(date(2026, 3, 18), date(2027, 3, 19)))

    def test_weeks_and_months_are_whole(self):
        self.assertEqual(window("month", "week", WEDNESDAY), Bucket(date(2026, 2, 16), date(2026, 3, 23)))
        self.assertEqual(window("month", "month", WEDNESDAY), Bucket(date(2026, 2, 1), date(2026, 4, 1)))
        self.assertEqual(window("year", "month", WEDNESDAY, forward=True), Bucket(date(2026, 3, 1), date(2027, 4, 1)))

    def test_end_of_month_is_clipped(self):
        self.assertEqual(window("month", "day", date(2026, 3, 31)).start, date(2026, 2, 28))
        self.assertEqual(window("year", "day", date(2028, 2, 29)).start, date(2027, 2, 28))

    def test_buckets_cover_the_window_without_gap_or_overlap(self):
        for period in ("week", "month", "year"):
            for group in ("day", "week", "month"):
                for forward in (False, True):
                    whole = window(period, group, WEDNESDAY, forward)
                    buckets = split(whole, group)
                    self.assertEqual(buckets[0].start, whole.start)
                    self.assertEqual(buckets[-1].stop, whole.stop)
                    for bucket, following in pairwise(buckets):
                        self.assertEqual(bucket.stop, following.start)
                    for bucket in buckets:
                        self.assertEqual(bucket_start(bucket.start, group), bucket.start)

    def test_previous_period_has_as_many_bars_and_stands_like_beside_like(self):
        for period in ("week", "month", "year"):
            for group in ("day", "week", "month"):
                for today in (WEDNESDAY, date(2026, 3, 31), date(2028, 2, 29), date(2026, 12, 31)):
                    current = window(period, group, today)
                    previous = current.shifted(previous_shift(period, group))
                    bars = list(zip(split(current, group), split(previous, group), strict=True))
                    self.assertTrue(all(former.start < bar.start for bar, former in bars))
                    self.assertGreaterEqual(previous.stop, current.start, "no day may fall between the periods")
                    if group == "day":
                        self.assertTrue(all(bar.start.weekday() == former.start.weekday() for bar, former in bars))
                    if (period, group) == ("year", "month"):
                        self.assertTrue(all(bar.start.month == former.start.month for bar, former in bars))

    def test_previous_period_without_time_axis_is_one_period_back(self):
        current = window("month", "user", WEDNESDAY)
        previous = current.shifted(previous_shift("month", "user"))
        self.assertEqual(previous, Bucket(date(2026, 1, 18), date(2026, 2, 19)))

    def test_joined_buckets_hold_both_in_either_order(self):
        early = Bucket(date(2026, 3, 1), date(2026, 3, 8))
        late = Bucket(date(2026, 3, 5), date(2026, 3, 20))
        inner = Bucket(date(2026, 3, 6), date(2026, 3, 7))
        self.assertEqual(early.joined(late), Bucket(date(2026, 3, 1), date(2026, 3, 20)))
        self.assertEqual(late.joined(early), early.joined(late))
        self.assertEqual(late.joined(inner), late)
        self.assertEqual(inner.joined(inner), inner)

    def test_shifted_bucket_keeps_its_days(self):
        week = Bucket(date(2026, 3, 2), date(2026, 3, 9))
        for period in ("week", "month", "year"):
            moved = week.shifted(previous_shift(period, "week"))
            self.assertEqual(moved.stop - moved.start, week.stop - week.start)
            self.assertEqual(moved.start.weekday(), week.start.weekday())

    def test_last_day_of_a_bucket_lies_in_it(self):
        self.assertEqual(Bucket(date(2026, 3, 1), date(2026, 4, 1)).last, date(2026, 3, 31))
