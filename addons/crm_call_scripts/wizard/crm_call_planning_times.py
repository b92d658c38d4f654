from odoo import fields, models
from odoo.fields import Domain

from ..tools.call_spread import fill_days, spread


class CrmCallPlanning(models.TransientModel):
    """Which manager calls whom, and when."""

    _inherit = "crm.call.planning"

    def _prepare_lines(self):
        """Return the values of all lines: the calls that would be planned, and who is skipped and why."""
        targets = self._get_targets()
        reasons = self._get_reasons(targets)
        candidates = self._get_candidates([one for one in targets if one not in reasons])
        taken = self._get_taken()
        load = {user: sum(days.values()) for user, days in taken.items()}
        given = spread(candidates, load)
        times = self._get_times({one: given[one] for one in targets if one in given}, taken)
        for one in candidates:
            if one not in given:
                reasons[one] = self.env._("Nobody may call him, or nobody is responsible.")
            elif one not in times:
                reasons[one] = self.env._("No free time is left in these days.")
        return [
            self._prepare_line(number, one, given.get(one), times.get(one), reasons.get(one))
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
        for user, targets in by_user.items():
            days = fill_days(targets, self._get_working_days(user), taken.get(user, {}), self.day_limit)
            times.update({one: (day, False) for one, day in days.items()})
        return times
