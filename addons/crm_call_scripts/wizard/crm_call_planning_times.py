from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import fields, models
from odoo.fields import Domain

from ..tools.call_spread import fill_days, spread
from ..tools.free_slots import to_datetime, to_moment


class CrmCallPlanning(models.TransientModel):
    """Which manager calls whom, and when."""

    _inherit = "crm.call.planning"

    def _prepare_lines(self):
        """Return the values of all lines: the calls that would be planned, and who is skipped and why."""
        targets = self._get_targets()
        hard, soft = self._get_reasons(targets)
        candidates = self._get_candidates([one for one in targets if one not in hard])
        reasons, taken = {**hard, **soft}, self._get_taken()
        load = {user: sum(days.values()) for user, days in taken.items()}
        given = spread({one: users for one, users in candidates.items() if one not in soft}, load)
        times = self._get_times({one: given[one] for one in targets if one in given}, taken)
        for one, users in candidates.items():
            if not users:
                reasons.setdefault(one, self.env._("Nobody may call him, or nobody is responsible."))
            elif one not in times:
                reasons.setdefault(one, self.env._("No free time is left in these days."))
        # whom the user takes in by hand has a manager already
        proposed = {one: given.get(one) or users[0] for one, users in candidates.items() if users}
        return [
            self._prepare_line(number, one, proposed.get(one), times.get(one), reasons.get(one))
            for number, one in enumerate(targets)
        ]

    def _prepare_line(self, number, target, user, moment, reason):
        day, start = moment or (False, False)
        return {
            "planning_id": self.id,
            "sequence": number,
            "is_included": not reason,
            "is_skipped": bool(reason),
            "partner_id": target.partner_id,
            "lead_id": target.lead_id,
            "user_id": user.id if user else False,
            "date": day,
            "start": start,
            "problem": reason,
        }

    def _get_first_day(self):
        return max(self.date_from, fields.Date.context_today(self))

    def _get_taken(self):
        """Return how many calls each manager has already on each of these days: {user: {day: number}}."""
        # sudo: a number is told, of calls with whomever
        groups = (
            self.env["mail.activity"]
            .sudo()
            ._read_group(
                self.env["crm.call.day"]._get_call_domain()
                & Domain("date_deadline", ">=", self._get_first_day())
                & Domain("date_deadline", "<=", self.date_to)
                & Domain("user_id", "!=", False),
                ["user_id", "date_deadline:day"],
                ["__count"],
            )
        )
        taken = {}
        for user, day, count in groups:
            taken.setdefault(user.with_env(self.env), {})[day] = count
        return taken

    def _get_times(self, given, taken):
        """Return when each is called: {target: (day, time in UTC or False)}; without those for whom no time is left.

        :param dict given: {target: user}, in the order in which they are to be called
        :param dict taken: of `_get_taken`
        """
        by_user = {}
        for one, user in given.items():
            by_user.setdefault(user, []).append(one)
        if self.timing == "slot":
            return self._get_slots(by_user, taken)
        times = {}
        working = self._get_working_days(by_user)
        for user, targets in by_user.items():
            days = fill_days(targets, working[user], taken.get(user, {}), self.day_limit)
            times.update({one: (day, False) for one, day in days.items()})
        return times

    def _get_working_days(self, users):
        """Return the days on which each manager works: {user: list of dates}."""
        spans = {user: self._get_span(user) for user in users}
        after = to_moment(min(span["after"] for span in spans.values()))
        before = to_moment(max(span["before"] for span in spans.values()))
        free_time = self.env["crm.free.time"]
        working = free_time._get_working(free_time._get_managers([user.id for user in users]), after, before)
        days = {}
        for user, span in spans.items():
            starts = (to_datetime(start) for start, _stop in working.get(user.id, ()))
            dates = {_get_day(max(start, span["after"]), user) for start in starts if start < span["before"]}
            days[user] = sorted(day for day in dates if self._get_first_day() <= day <= self.date_to)
        return days

    def _get_slots(self, by_user, taken):
        """Return what `_get_times` does, each call at a time when both sides are free."""
        requests = [
            (
                one,
                {"user_ids": [user.id], "partner_id": one.partner_id, "minutes": self.minutes, **self._get_span(user)},
            )
            for user, targets in by_user.items()
            for one in targets
        ]
        slots = self.env["crm.free.time"]._find_slots(
            [request for _one, request in requests],
            hours=(self.hour_from, self.hour_to),
            day_limit=self.day_limit,
            taken={user.id: days for user, days in taken.items()},
        )
        users = {user.id: user for user in by_user}
        return {
            one: (_get_day(slot[1], users[slot[0]]), slot[1])
            for (one, _request), slot in zip(requests, slots, strict=True)
            if slot
        }

    def _get_span(self, user):
        """Return from when to when ``user`` may be given calls, in UTC: whole days on his clock."""
        zone = timezone(user.tz or "UTC")
        start, stop = (
            zone.localize(datetime.combine(day, time.min)).astimezone(utc).replace(tzinfo=None)
            for day in (self._get_first_day(), self.date_to + timedelta(days=1))
        )
        return {"after": max(start, fields.Datetime.now()), "before": stop}


def _get_day(moment, user):
    """Return the date of a moment on the clock of a user."""
    return utc.localize(moment).astimezone(timezone(user.tz or "UTC")).date()
