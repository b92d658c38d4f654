"""The days of a report, and the days that it is compared with."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)
ONE_YEAR = relativedelta(years=1)


class Period(NamedTuple):
    """Days from `first` to `last`, both included; None where it is open."""

    first: date | None = None
    last: date | None = None

    def get_bounds(self, timezone):
        """Return the first moment and the first one after it, as naive UTC datetimes; None where it is open.

        :param timezone: `pytz` time zone in which the days are meant
        """
        return (
            self.first and _get_midnight(self.first, timezone),
            self.last and _get_midnight(self.last + ONE_DAY, timezone),
        )

    def get_before(self):
        """Return the period before: from the first of a month as many months earlier, else as many days earlier.

        The month up to the 22nd is compared with the month before up to the 22nd, a quarter and a year up to today with
        the quarter and year before up to the same day. None if the period is open: nothing is before all of the past.
        """
        if not self.first or not self.last:
            return None
        if self.first.day == 1:
            return self._get_shifted(relativedelta(months=self._count_months()))
        return self._get_shifted(self.last - self.first + ONE_DAY)

    def get_year_before(self):
        """Return the same days a year earlier; whole months stay whole. None if the period is open."""
        if not self.first or not self.last:
            return None
        return self._get_shifted(ONE_YEAR)

    def _get_shifted(self, distance):
        """Return the period so much earlier; whole months stay whole, and a single day one day."""
        after = self.last + ONE_DAY
        is_whole = self.first.day == 1 and after.day == 1
        last = after - distance - ONE_DAY if is_whole else self.last - distance
        return Period(self.first - distance, last)

    def _count_months(self):
        """Return of how many months the period is made; of a whole quarter or year if it is a part of that."""
        months = 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1
        if (self.last + ONE_DAY).day != 1:
            if 1 < months <= 3 and self.first.month % 3 == 1:
                return 3
            if 3 < months <= 12 and self.first.month == 1:
                return 12
        return months


def _get_midnight(day, timezone):
    """Return the first moment of a day as naive UTC datetime, also where clocks change at midnight."""
    midnight = datetime.combine(day, time.min)
    try:
        local = timezone.localize(midnight, is_dst=None)
    except pytz.InvalidTimeError as error:
        # midnight strikes twice, and the first time counts; or never, and the day begins as winter time ends
        local = timezone.localize(midnight, is_dst=isinstance(error, pytz.AmbiguousTimeError))
    return local.astimezone(pytz.utc).replace(tzinfo=None)
