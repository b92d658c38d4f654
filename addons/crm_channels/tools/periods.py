"""The time windows of a channel's dashboard, in plain Python.

A window is a list of buckets; a bucket is a half-open range of dates. The figures of the previous
period are those of the same window, moved back in time so that like is compared with like: by whole
weeks when the bars are days or weeks (a Monday stands beside a Monday), by whole months when they are
months (November beside November), by the period itself when there is no time on the axis.
"""

from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)

PERIOD_LENGTH = {
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "year": relativedelta(years=1),
}
# whole weeks by which the previous period lies back, when the bars are days or weeks
PERIOD_WEEKS = {"week": 1, "month": 4, "year": 52}
# months by which the previous period lies back, when the bars are months
PERIOD_MONTHS = {"week": 1, "month": 1, "year": 12}

TIME_GROUPS = ("day", "week", "month")


class Bucket(NamedTuple):
    """Dates from `start` up to, but without, `stop`."""

    start: date
    stop: date

    @property
    def last(self):
        """Last date of the bucket."""
        return self.stop - ONE_DAY

    def joined(self, other):
        """The smallest bucket that holds this one and the other."""
        return Bucket(min(self.start, other.start), max(self.stop, other.stop))

    def shifted(self, delta):
        """The bucket moved by `delta` (timedelta or relativedelta)."""
        return Bucket(self.start + delta, self.stop + delta)


def bucket_start(day, group):
    """First date of the day, ISO week or month (`group`) that `day` lies in."""
    if group == "week":
        return day - timedelta(days=day.weekday())
    if group == "month":
        return day.replace(day=1)
    return day


def window(period, group, today, forward=False):
    """Range of dates that a dashboard shows, as one bucket.

    :param str period: 'week', 'month' or 'year'
    :param str group: 'day', 'week', 'month', or what is not a time ('user', 'stage');
        weeks and months widen the window to whole ones
    :param date today: the viewer's date
    :param bool forward: True from today on (what is expected), False up to today (what was)
    :rtype: Bucket
    """
    length = PERIOD_LENGTH[period]
    first, last = (today, today + length) if forward else (today - length, today)
    start = bucket_start(first, group)
    if group == "week":
        return Bucket(start, bucket_start(last, group) + timedelta(weeks=1))
    if group == "month":
        return Bucket(start, bucket_start(last, group) + relativedelta(months=1))
    return Bucket(start, last + ONE_DAY)


def previous_shift(period, group):
    """By how much the previous period lies back (see the module's text).

    :rtype: relativedelta
    """
    if group in ("day", "week"):
        return -relativedelta(weeks=PERIOD_WEEKS[period])
    if group == "month":
        return -relativedelta(months=PERIOD_MONTHS[period])
    return -PERIOD_LENGTH[period]


def split(whole, group):
    """Buckets of one day, week or month that make up the window `whole`.

    :param Bucket whole: as `window` returns it for the same group
    :rtype: list[Bucket]
    """
    step = {"day": ONE_DAY, "week": timedelta(weeks=1), "month": relativedelta(months=1)}[group]
    buckets, start = [], whole.start
    while start < whole.stop:
        buckets.append(Bucket(start, start + step))
        start += step
    return buckets
