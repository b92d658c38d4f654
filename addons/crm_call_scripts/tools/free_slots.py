"""When several people are free at once. Plain Python over intervals; `crm.free.time` reads hours, calls and meetings.

A moment is a whole number of seconds since 1970 in UTC. An interval is a pair (start, stop) of moments, the stop excluded.
"Intervals" are a list of them, in order, neither overlapping nor touching, as `merge` makes it.
"""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timezone
from operator import itemgetter

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# the first day of 1970 as Python counts days
FIRST_DAY = date(1970, 1, 1).toordinal()
# proposals begin at whole five minutes; every zone is off UTC by a multiple of them
GRID = 5 * MINUTE

get_start, get_stop = itemgetter(0), itemgetter(1)


# ------------------------------------------------------------
# MOMENTS
# ------------------------------------------------------------


def to_moment(value):
    """Return the moment of a naive datetime in UTC, as Odoo keeps them; parts of a second are dropped."""
    return int(value.replace(tzinfo=timezone.utc).timestamp())


def to_datetime(moment):
    """Return the naive datetime in UTC of a moment."""
    return datetime.fromtimestamp(moment, timezone.utc).replace(tzinfo=None)


def round_up(moment, grid=GRID):
    """Return the first moment of the grid that is not before ``moment``."""
    return -(-moment // grid) * grid


# ------------------------------------------------------------
# INTERVALS
# ------------------------------------------------------------


def merge(pairs):
    """Return intervals that cover the same time as ``pairs``, which may overlap and be in any order; empty ones vanish."""
    merged = []
    end = None
    for start, stop in sorted(pairs):
        if start >= stop:
            continue
        if end is None or start > end:
            merged.append((start, stop))
            end = stop
        elif stop > end:
            merged[-1] = (merged[-1][0], stop)
            end = stop
    return merged


def subtract(intervals, removed):
    """Return what is left of ``intervals`` without the time in ``removed`` (intervals as well)."""
    left = []
    for start, stop in intervals:
        for begin, end in removed[bisect_right(removed, start, key=get_stop) :]:
            if begin >= stop:
                break
            if begin > start:
                left.append((start, begin))
            start = end
        if start < stop:
            left.append((start, stop))
    return left


def find_covering(intervals, start, stop):
    """Return the interval that holds all of the time from ``start`` to ``stop``, or None."""
    position = bisect_left(intervals, stop, key=get_stop)
    if position < len(intervals) and intervals[position][0] <= start:
        return intervals[position]
    return None


def find_start(length, after, before, free, busy=(), grid=GRID):
    """Return when something of ``length`` can begin at the earliest, or None.

    It jumps from obstacle to obstacle, so that it costs no more than there are intervals before the answer.

        >>> find_start(15 * MINUTE, now, now + DAY, [hours_of_client, hours_of_manager], [meetings, calls])

    :param int length: seconds
    :param after: earliest moment of the start
    :param before: latest moment of the end
    :param free: several intervals, each of which must hold all of the time
    :param busy: several intervals, none of which may hold any of it
    :param int grid: seconds; it starts at a multiple of them
    """
    start = round_up(after, grid)
    while start + length <= before:
        moved = _skip_obstacle(start, start + length, free, busy)
        if moved is None:
            return None
        if moved == start:
            return start
        start = round_up(moved, grid)
    return None


def _skip_obstacle(start, stop, free, busy):
    """Return the earliest start that the first obstacle found allows: ``start`` if there is none, None if none is left."""
    for intervals in free:
        position = bisect_left(intervals, stop, key=get_stop)
        if position == len(intervals):
            return None
        if intervals[position][0] > start:
            return intervals[position][0]
    for intervals in busy:
        position = bisect_right(intervals, start, key=get_stop)
        if position < len(intervals) and intervals[position][0] < stop:
            return intervals[position][1]
    return start


def find_starts(length, after, before, free, busy=(), limit=5, grid=GRID):
    """Return the first ``limit`` starts, as `find_start` finds them, of which no two overlap."""
    starts = []
    while len(starts) < limit:
        start = find_start(length, after, before, free, busy, grid)
        if start is None:
            break
        starts.append(start)
        after = start + length
    return starts


# ------------------------------------------------------------
# HOURS ON SOMEBODY'S CLOCK
# ------------------------------------------------------------


def get_offset(zone, moment):
    """Return by how many seconds the clocks of a zone (tzinfo) are ahead of UTC at a moment."""
    return int(datetime.fromtimestamp(moment, zone).utcoffset().total_seconds())


def get_offsets(zone, after, before):
    """Return (start, stop, seconds ahead of UTC) of each stretch of time between changes of the clocks."""
    stretches = []
    start, offset, low = after, get_offset(zone, after), after
    while low < before:
        high = min(low + DAY, before)
        if (new := get_offset(zone, high)) != offset:
            change = _find_change(zone, low, high, offset)
            stretches.append((start, change, offset))
            start, offset = change, new
        low = high
    return [*stretches, (start, before, offset)]


def _find_change(zone, low, high, offset):
    """Return the moment between ``low`` and ``high`` at which the clocks change from ``offset``."""
    while high - low > 1:
        middle = (low + high) // 2
        if get_offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def get_opened(zone, fortnight, after, before):
    """Return the intervals within ``after`` and ``before`` in which the clocks of ``zone`` show open hours.

    :param zone: tzinfo
    :param fortnight: 14 lists of (from, to), seconds from midnight 0 to 86400: Monday to Sunday of weeks of the first kind,
        then of the second (`resource.calendar.attendance.get_week_type`)
    """
    opened = []
    for start, stop, offset in get_offsets(zone, after, before):
        for day in range((start + offset) // DAY, (stop + offset - 1) // DAY + 1):
            midnight = day * DAY - offset
            for low, high in fortnight[(FIRST_DAY + day - 1) % 14]:
                opened.append((max(midnight + low, start), min(midnight + high, stop)))
    return merge(opened)


def get_days(zone, first, last):
    """Return the interval (start, stop) from the beginning of one date to the end of another, on the clocks of ``zone``."""
    return _find_midnight(zone, first.toordinal()), _find_midnight(zone, last.toordinal() + 1)


def _find_midnight(zone, ordinal):
    """Return the moment at which a day begins; when the clocks jump over midnight, the one nearest to it."""
    midnight = (ordinal - FIRST_DAY) * DAY
    return midnight - get_offset(zone, midnight - get_offset(zone, midnight))
