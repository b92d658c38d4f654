"""In which order the calls of a day are best made. Plain Python: `crm.call.day` asks, tests ask with made-up days."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

# a promised call comes to the top so long before its time
PROMISE_NEAR = timedelta(minutes=15)
# a client whose hours end within this time comes before the others
CLOSES_SOON = timedelta(minutes=60)

# In the order of the page. "later": today, but not now; "closed": not today; "blocked": nobody may call
SECTIONS = ("promised", "now", "later", "closed", "coming", "blocked")


class PlannedCall(NamedTuple):
    """What the order of one call depends on. Moments are UTC without a zone, as Odoo keeps them."""

    id: int
    deadline: date
    # the time of the call, if it has one
    start: datetime | None = None
    is_promised: bool = False
    # nobody may call the client
    is_blocked: bool = False
    # the client's hours: whether he can be called now, until when, or else from when (None: not within the week)
    is_open: bool = True
    closes: datetime | None = None
    opens: datetime | None = None
    # of the deal: stars, and expected revenue in one currency for all
    priority: int = 0
    revenue: float = 0.0


def order_calls(calls, now, today, day_end):
    """Return the calls in the best order.

    First what was promised and is due, or will be within a quarter of an hour. Then whom one may call now: those
    whose hours end within the hour, the overdue, then by the deal's stars, its money, and who has waited longest. Then
    what is for later today by its time, what today cannot be, the coming days, and whom nobody may call.

    :param calls: iterable of `PlannedCall`
    :param datetime now: the moment, in UTC
    :param date today: the day on the clock of who calls
    :param datetime day_end: when that day ends, in UTC
    :return: list of (section, call), one for each call, sections in the order of `SECTIONS`
    """
    placed = [(get_section(call, now, today, day_end), call) for call in calls]
    return sorted(placed, key=lambda pair: (SECTIONS.index(pair[0]), _get_place(*pair, now, today)))


def get_section(call, now, today, day_end):
    """Return where on the page the call stands, one of `SECTIONS`."""
    if call.is_blocked:
        return "blocked"
    if call.start and call.is_promised and call.start <= now + PROMISE_NEAR:
        # a promise is kept outside of the usual hours, too
        return "promised"
    moment = get_moment(call, now)
    if moment is None:
        return "closed"
    if call.deadline > today and not (call.start and call.start < day_end):
        return "coming"
    if moment <= now:
        return "now"
    return "later" if moment < day_end else "closed"


def get_moment(call, now):
    """Return from when on the call can be made, in UTC; None if the client's hours are unknown for the next week."""
    if call.start and call.start > now + (PROMISE_NEAR if call.is_promised else timedelta(0)):
        return call.start
    if call.is_open:
        return now
    return call.opens


def _get_place(section, call, now, today):
    """Return the sort key within the section. Ends with the id: the order never changes by itself."""
    if section == "promised":
        return (call.start, call.id)
    if section == "now":
        closes = call.closes if call.closes and call.closes <= now + CLOSES_SOON else datetime.max
        is_overdue = call.deadline < today or bool(call.start)
        return (closes, not is_overdue, -call.priority, -call.revenue, call.deadline, call.id)
    if section == "coming":
        return (call.deadline, call.start or datetime.max, call.id)
    return (get_moment(call, now) or datetime.max, not call.is_promised, -call.priority, -call.revenue, call.id)
