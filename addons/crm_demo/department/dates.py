"""Days and hours of the history: months, working days, office hours."""

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta


def months(today, count):
    """The last `count` calendar months as pairs of their first and last day, the running one cut at `today`."""
    current = today.replace(day=1)
    firsts = [current - relativedelta(months=back) for back in range(count - 1, -1, -1)]
    return [(first, min(first + relativedelta(months=1, days=-1), today)) for first in firsts]


def working_day(day, earliest):
    """`day`, or the Friday before a weekend unless that is before `earliest`."""
    friday = day - timedelta(days=max(day.weekday() - 4, 0))
    return max(friday, earliest)


def day_between(rng, first, last):
    """A random day from `first` to `last`, a working one where the span has one at or before it."""
    return working_day(first + timedelta(days=rng.randint(0, (last - first).days)), first)


def office_hour(rng, day):
    """A moment of that day within the working hours of Kyiv, as naive UTC."""
    return datetime.combine(day, time(rng.randint(6, 14), rng.randint(0, 59)))


def bank_day(day):
    """The 15th or 28th on or after `day`: the department enters its bank statements twice a month."""
    if day.day > 28:
        return day + relativedelta(months=1, day=15)
    return day.replace(day=15 if day.day <= 15 else 28)


def later(rng, day, shortest, longest, last):
    """A working day from `shortest` to `longest` days after `day`, at most `last`."""
    return min(working_day(day + timedelta(days=rng.randint(shortest, longest)), day), last)


def working_days_later(day, count):
    """The day that many working days after `day`; `day` itself for none."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
