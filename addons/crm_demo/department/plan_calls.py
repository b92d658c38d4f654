"""Plan of the calls: which results were brought by a call, when clients can be reached, and whom managers call next."""

from datetime import datetime, time, timedelta
from itertools import cycle

from . import tables, tables_calls
from .dates import office_hour, working_day, working_days_later
from .plan import Call, CallTime, ListedCall, Reachable


class CallPlanner:
    """Draws the calls of a plan that already has its deals, results and activities. Nothing of these is changed."""

    def __init__(self, plan, rng):
        self.plan = plan
        self.rng = rng
        self.since = datetime.combine(plan.today - timedelta(days=tables_calls.DAYS), time.min)
        self.rewritten = datetime.combine(plan.today - timedelta(days=tables_calls.REWRITTEN_DAYS), time.min)

    def run(self):
        self._plan_reachable()
        self._plan_held()
        self._plan_interviews()
        self._plan_times()
        self._plan_interrupted()
        self.plan.calls.sort(key=lambda call: call.moment)

    def _one_in(self, number):
        return self.rng.random() < 1 / number

    # ------------------------------------------------------------
    # CLIENTS
    # ------------------------------------------------------------

    def _plan_reachable(self):
        """Hours of the clients; nobody with an open deal refuses to be called."""
        busy = {deal.client for deal in self.plan.deals if deal.outcome == "open"}
        for position, hours in zip(range(len(self.plan.clients)), cycle(tables_calls.HOURS), strict=False):
            is_silent = position not in busy and self._one_in(tables_calls.SILENT / 4)
            reason = self.rng.choice(tables_calls.SILENT_REASONS) if is_silent else None
            self.plan.reachable.append(Reachable(hours, reason))

    # ------------------------------------------------------------
    # HELD CALLS
    # ------------------------------------------------------------

    def _plan_held(self):
        """One call for each result that a manager has brought home by telephone."""
        for number, result in enumerate(self.plan.results):
            outcome = tables_calls.OUTCOMES.get(result.step)
            is_told = result.origin == "button" and not result.revoked and result.kind != "revoke"
            if outcome and is_told and result.moment >= self.since:
                self.plan.calls.append(self._draw_call(result.deal, result.moment, outcome, result=number))

    def _draw_call(self, deal, moment, outcome, **values):
        version = 1 if moment < self.rewritten else 2
        return Call(
            deal,
            self.plan.deals[deal].manager,
            moment,
            outcome,
            version=version,
            is_broken_off=outcome != "no_answer" and self._one_in(tables_calls.BROKEN_OFF[version]),
            seed=self.rng.randrange(2**30),
            **values,
        )

    def _plan_interviews(self):
        """Clients who have bought are asked some weeks later how they like it, since the beginning of the history."""
        for position, deal in enumerate(self.plan.deals):
            if deal.outcome != "won" or self.rng.random() >= tables_calls.INTERVIEW_SHARE:
                continue
            day = working_day(
                deal.closed.date() + timedelta(days=self.rng.randint(*tables_calls.INTERVIEW_DAYS)), deal.closed.date()
            )
            moment = office_hour(self.rng, day)
            if deal.manager and day < self.plan.today and not self._is_silent(deal):
                outcome = "no_answer" if self._one_in(6) else "success"
                is_listed = (self.plan.today - day).days < tables_calls.LISTED_DAYS
                call = self._draw_call(position, moment, outcome, purpose="feedback", is_listed=is_listed)
                self.plan.calls.append(call)
        self._plan_list()

    def _plan_list(self):
        """The clients who are still to be interviewed: those of the last contracts that nobody has asked yet."""
        asked = {self.plan.deals[call.deal].client for call in self.plan.calls if call.purpose == "feedback"}
        won = [position for position, deal in enumerate(self.plan.deals) if deal.outcome == "won" and deal.manager]
        for position in sorted(won, key=lambda position: self.plan.deals[position].closed, reverse=True):
            deal = self.plan.deals[position]
            if deal.client in asked or self._is_silent(deal):
                continue
            asked.add(deal.client)
            day = working_days_later(self.plan.today, len(self.plan.call_list) % 5)
            self.plan.call_list.append(ListedCall(position, deal.manager, day))
            if len(self.plan.call_list) == tables_calls.LISTED:
                return

    def _is_silent(self, deal):
        return bool(self.plan.reachable[deal.client].silent_reason)

    # ------------------------------------------------------------
    # PLANNED CALLS
    # ------------------------------------------------------------

    def _plan_times(self):
        """Give the next calls of every manager an hour; those of the past have missed theirs."""
        for login in tables.USERS:
            hours = cycle(tables_calls.CALL_HOURS)
            for number, position in enumerate(self._get_coming(login)):
                activity = self.plan.activities[position]
                start = datetime.combine(activity.deadline, time(next(hours), self.rng.choice((0, 15, 30, 45))))
                is_promised = number % tables_calls.PROMISED == 0 or activity.after == "call_back"
                self.plan.call_times.append(CallTime(position, start, is_promised))

    def _plan_interrupted(self):
        """The first manager was cut off in the middle of a call this morning."""
        for planned in self.plan.call_times:
            activity = self.plan.activities[planned.activity]
            if activity.manager == "manager1" and activity.deadline == self.plan.today:
                moment = datetime.combine(self.plan.today, time(5, 50))
                call = self._draw_call(activity.deal, moment, "success", activity=planned.activity, is_open=True)
                self.plan.calls.append(call)
                return

    def _get_coming(self, login):
        """Positions of the open tasks of the manager that have an hour: the last overdue ones, today's, the next ones."""
        today = self.plan.today
        opened = [
            position
            for position, activity in enumerate(self.plan.activities)
            if activity.manager == login and not activity.done and activity.after
        ]
        opened.sort(key=lambda position: (self.plan.activities[position].deadline, position))
        days = {position: self.plan.activities[position].deadline for position in opened}
        overdue, due, coming = tables_calls.PLANNED_CALLS
        return [
            *[position for position in opened if days[position] < today][-overdue:],
            *[position for position in opened if days[position] == today][:due],
            *[position for position in opened if days[position] > today][:coming],
        ]
