"""Plan of the log: which results each deal had, when, and the tasks that the process planned after them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import cycle

from . import tables, tables_process
from .dates import office_hour, working_day, working_days_later
from .plan import Activity, Result

BRIEFLY = timedelta(minutes=12)  # between two results that come right after each other
MISTAKE_NOTICED = timedelta(minutes=4)


@dataclass
class Event:
    """A result to be: its kind and step, and the moment once it is drawn."""

    kind: str
    step: str | None
    moment: datetime | None = None
    origin: str = "button"
    backward: bool = False

    @property
    def wait(self):
        """Share of the deal's time that goes by before it."""
        return tables_process.WAITS.get(self.step, 1)


class ResultPlanner:
    """Draws the log of a plan that already has its deals."""

    def __init__(self, plan, rng):
        self.plan = plan
        self.rng = rng
        self.midnight = datetime.combine(plan.today, time.min)
        self.due_days = {login: cycle(tables_process.DUE_DAYS) for login in tables.USERS}
        self.silent_days = cycle(tables_process.SILENT_DAYS)

    def run(self):
        for position, deal in enumerate(self.plan.deals):
            if deal.type == "opportunity" and deal.manager and not self._is_untouched(deal):
                self._plan_deal(position, deal)
        # a stable order: the results of one deal stay in theirs
        self.plan.results.sort(key=lambda result: result.moment)

    def _is_untouched(self, deal):
        """Whether nobody has started the sale yet."""
        return deal.outcome == "open" and deal.step == "start" and self._one_in(tables_process.UNTOUCHED)

    def _one_in(self, number):
        return self.rng.random() < 1 / number

    # ------------------------------------------------------------
    # EVENTS
    # ------------------------------------------------------------

    def _plan_deal(self, position, deal):
        due = next(self.due_days[deal.manager]) if deal.outcome == "open" else None
        events = [Event("start", None), *self._draw_progress(deal), *self._draw_end(deal, due)]
        self._set_moments(deal, events, due)
        DealLog(self, position, deal, due).tell(events)

    def _draw_progress(self, deal):
        """Yield the steps up to the last one, some passed over, with what came between."""
        steps = tables_process.STEPS
        last = steps.index(deal.step) if deal.step in steps else -1
        for number, step in enumerate(steps[: last + 1]):
            if step == "decision_maker" and number < last and self._one_in(tables_process.SKIPPED):
                continue
            yield from self._draw_obstacles(step)
            kind = "won" if step == "contract" else "progress"
            dragged = step in ("call", "offer") and self._one_in(tables_process.DRAGGED)
            yield Event(kind, step, origin="move" if dragged else "button")
        if deal.step == "offer" and self._one_in(tables_process.GONE_BACK):
            # shown, and asked for another offer
            yield Event("progress", "meeting")
            yield Event("progress", "offer", origin="move", backward=True)

    def _draw_obstacles(self, step):
        for neutral in self.rng.choice(tables_process.OBSTACLES.get(step, ((),))):
            yield Event("neutral", neutral)

    def _draw_end(self, deal, due):
        """Yield what came after the last step: the refusal, or what an open deal waits for."""
        if deal.lost_reason == tables_process.UNREACHABLE:
            yield from (Event("neutral", "no_answer"), Event("neutral", "no_answer"), Event("refusal", "unreachable"))
        elif deal.outcome == "lost":
            yield from self._draw_obstacles("refusal")
            yield Event("refusal", "refusal")
        elif deal.outcome == "open" and due > 2:
            # a deadline as far away as this was agreed on
            yield Event("neutral", "call_back")
        elif deal.outcome == "open" and due >= 0 and self._one_in(3):
            yield Event("neutral", "no_answer")

    # ------------------------------------------------------------
    # MOMENTS
    # ------------------------------------------------------------

    def _set_moments(self, deal, events, due):
        """Spread the events over the time of the deal; the first is at its beginning, the last at its end."""
        begin = deal.assigned or deal.created
        end = deal.closed or max(self._draw_last_moment(deal, events[-1], due), begin + len(events) * BRIEFLY)
        waits = [0, *(event.wait * self.rng.uniform(0.6, 1.4) for event in events[1:])]
        passed, moment = 0, begin - BRIEFLY
        for left, event, wait in zip(range(len(events) - 1, -1, -1), events, waits, strict=True):
            passed += wait
            drawn = self._to_office_hour(begin + (end - begin) * (passed / (sum(waits) or 1)))
            # neither with the one before, nor so late that those to come have no time left
            drawn = max(min(drawn, end - left * BRIEFLY), moment + BRIEFLY)
            moment = event.moment = min(drawn, end)
        events[0].moment = begin
        if deal.closed:
            events[-1].moment = deal.closed

    def _to_office_hour(self, moment):
        """A moment of that day, or of a day of the week that ends with that weekend."""
        day = moment.date()
        if day.weekday() > 4:
            day -= timedelta(days=self.rng.randint(day.weekday() - 4, day.weekday()))
        return office_hour(self.rng, day)

    def _draw_last_moment(self, deal, last, due):
        """When something was recorded last on an open deal: long ago if its task is overdue."""
        silent = next(self.silent_days)
        if due < 0:
            silent = tables_process.DELAYS.get(last.step or "start", 1) - due
        elif last.step == "offer":
            silent += self.rng.randint(2, 9)
        day = working_day(self.plan.today - timedelta(days=silent), deal.created.date())
        return max(office_hour(self.rng, day), deal.assigned or deal.created)

    def draw_comment(self, step):
        """What the manager wrote; always where the step demands it."""
        if step not in tables_process.COMMENTS:
            return None
        if step == "meeting" or self._one_in(tables_process.COMMENTED):
            return self.rng.choice(tables_process.COMMENTS[step])
        return None

    def makes_mistake(self):
        return self._one_in(tables_process.MISTAKEN)

    def drops_task(self):
        return self._one_in(tables_process.DROPPED)


class DealLog:
    """Writes the events of one deal into the plan: results, and the tasks that hold them together."""

    def __init__(self, planner, position, deal, due):
        self.planner = planner
        self.plan = planner.plan
        self.position = position
        self.deal = deal
        self.due = due
        self.standing = "start"
        self.planned = None  # position of the open task that the last result has planned
        self.repeat = 0
        self.deal.stage_since = deal.created

    def tell(self, events):
        for event, following in zip(events, [*events[1:], None], strict=True):
            self._tell_mistake(event)
            self._tell_event(event, following)

    def _tell_event(self, event, following):
        finished = self._add_meeting(event) if event.step == "meeting" else self.planned
        self._count_repeat(event.step)
        if event.kind in ("progress", "won"):
            self._pass(event)
        self.planned = self._plan_task(event, following)
        self._add(
            event,
            comment=self.planner.draw_comment(event.step),
            repeat=self.repeat,
            backward=event.backward,
            finished=finished,
            planned=self.planned,
        )

    def _add(self, event, **values):
        values = {"standing": self.standing, "origin": event.origin, **values}
        self.plan.results.append(Result(self.position, event.moment, event.kind, event.step, **values))

    def _pass(self, event):
        if event.kind == "progress":
            self._reach_stage(event)
            if event.step != "call" and not self.deal.qualified:
                self.deal.qualified = event.moment
        self.standing = event.step

    def _reach_stage(self, event):
        stages = tables_process.STAGE_OF_STEP
        if stages[event.step] != stages[self.standing]:
            self.deal.stage_since = event.moment

    def _count_repeat(self, step):
        """How many times in a row, the third time nobody picked up included, which is recorded as a refusal."""
        last = self.plan.results[-1] if self.plan.results else None
        pressed = "no_answer" if step == "unreachable" else step
        again = last and last.deal == self.position and last.step == pressed and pressed in tables_process.NEUTRAL
        self.repeat = self.repeat + 1 if again else 1

    def _tell_mistake(self, event):
        """Now and then a wrong button is pressed and revoked: the log keeps both, the task is open again."""
        steps = tables_process.STEPS
        if event.kind != "progress" or event.step in ("offer", "meeting") or not self.planner.makes_mistake():
            return
        wrong, before = steps[steps.index(event.step) + 1], self.standing
        pressed = event.moment - 2 * MISTAKE_NOTICED
        if pressed <= self.plan.results[-1].moment:
            return
        self._add(Event("progress", wrong, pressed), standing=wrong, finished=self.planned, revoked=True, planned=None)
        noticed = Event("revoke", wrong, pressed + MISTAKE_NOTICED)
        self._add(noticed, standing=before, backward=True, planned=self.planned)

    # ------------------------------------------------------------
    # TASKS
    # ------------------------------------------------------------

    def _plan_task(self, event, following):
        """Append the task that the process plans after the event; done when the next result came."""
        after = event.step or event.kind
        if after not in tables_process.DELAYS and after != "call_back":
            return None
        if following is None and self.planner.drops_task():
            return None
        return self._add_activity(
            after=after,
            deadline=self._get_deadline(event, following),
            done=following.moment if following else None,
            # the result that finishes it says more, but for a meeting, which has a task of its own
            feedback=tables_process.AGREED if following and following.step == "meeting" else None,
        )

    def _get_deadline(self, event, following):
        """The day by the rule of the process, or as agreed, or what the manager has moved it to."""
        if following is None:
            return max(self.plan.today + timedelta(days=self.due), event.moment.date())
        if event.step == "call_back":
            return following.moment.date()
        return working_days_later(event.moment.date(), tables_process.DELAYS[event.step or "start"])

    def _add_meeting(self, event):
        """The meeting was a task that the manager planned by hand."""
        kind = "mail.mail_activity_data_meeting"
        summary, _feedback = self.planner.rng.choice(tables.ACTIVITIES[kind])
        return self._add_activity(type=kind, summary=summary, deadline=event.moment.date(), done=event.moment)

    def _add_activity(self, **values):
        self.plan.activities.append(Activity(self.position, self.deal.manager, **values))
        return len(self.plan.activities) - 1
