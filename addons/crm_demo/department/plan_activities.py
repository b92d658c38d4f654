"""Plan of what managers have done and still have to do beside the tasks of the process."""

from datetime import datetime, time, timedelta

from . import tables, tables_calls
from .dates import day_between, office_hour, working_day, working_days_later
from .plan import Activity, Meeting

DUE_DAYS = (-3, 0, 2, 0, 8)  # days from today to the deadlines of the tasks of a manager
DONE_SHARE = 0.25  # of the closed deals have an activity that was done


def plan_activities(plan, rng):
    """Planned activities of every manager on open deals, done ones on closed deals, and meetings."""
    for login in tables.USERS:
        positions = [
            position for position, deal in enumerate(plan.deals) if deal.manager == login and deal.outcome == "open"
        ]
        if positions:
            plan.activities += _planned(plan, rng, login, positions)
            plan.meetings += _meetings(plan, rng, login, positions)
    for position, deal in enumerate(plan.deals):
        if deal.closed and deal.manager and rng.random() < DONE_SHARE:
            plan.activities.append(_done(rng, position, deal))


def _planned(plan, rng, login, positions):
    for days, position in zip(DUE_DAYS, rng.sample(positions, len(DUE_DAYS)), strict=True):
        kind, summary, _feedback = _draw(rng)
        yield Activity(position, login, plan.today + timedelta(days=days), type=kind, summary=summary)


def _done(rng, position, deal):
    kind, summary, feedback = _draw(rng)
    day = day_between(rng, deal.created.date(), deal.closed.date())
    done = min(max(office_hour(rng, day), deal.created), deal.closed)
    return Activity(position, deal.manager, done.date(), type=kind, summary=summary, done=done, feedback=feedback)


def _meetings(plan, rng, login, positions):
    """Meetings of the manager from last week to the week after next, on working days."""
    today = plan.today
    days = [working_day(today - timedelta(days=back), today - timedelta(days=9)) for back in (6, 2)]
    days += [working_days_later(today, ahead) for ahead in (1, 3, 6)]
    first = 2 * list(tables.USERS).index(login)
    for number, day in enumerate(days):
        deal = rng.choice(positions)
        start = datetime.combine(day, time(rng.randint(7, 13)))
        # dealt out and not drawn: what was drawn before stays as it was
        end = tables_calls.MEETING_ENDS[(first + number) % len(tables_calls.MEETING_ENDS)]
        note = tables_calls.MEETING_NOTES[(first + number) % len(tables_calls.MEETING_NOTES)] if end == "held" else None
        yield Meeting(deal, login, plan.deals[deal].title, start, end, note)


def _draw(rng):
    kind = rng.choice(list(tables.ACTIVITIES))
    return kind, *rng.choice(tables.ACTIVITIES[kind])
