"""Plan of the deliveries: for every sale a project with its works, one after the other, as of the day of the history."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle

from . import tables, tables_works
from .dates import office_hour, working_days_later
from .plan import DeadlineMove, Project, Work

BEGUN_AFTER = (1, 6)  # working days from the sale to the beginning of the first work
IN_TIME_SHARE = 0.78  # of the works are delivered up to their deadline
EARLY, LATE = (0, 5), (1, 9)  # working days before and after it
MOVED_EVERY, MOVED_TWICE_EVERY = 7, 42  # works: so many-th gets another deadline
MOVED_DAYS = (3, 12)  # working days
LATE_WORKS, LATE_OF_MANAGER = 15, 2  # open ones whose deadline is over: all, at least of each manager
LATE_SINCE = 30  # days at most, where there are enough
DUE_SOON = 8  # works due from today to Friday, at least
CANCELLED = 5
NOBODYS_SHARE = 0.2  # of the works that have not begun nobody does yet
TEMPLATE_DAYS = 40  # since then projects begin from a template


class WorkPlanner:
    """Draws the deliveries of a plan that already has its deals and orders."""

    def __init__(self, plan, rng):
        self.plan = plan
        self.rng = rng
        self.reasons = cycle(tables_works.REASONS)
        self.now = datetime.combine(plan.today, datetime.max.time())

    def run(self):
        waiting = self._find_waiting_deals()
        orders = [order for order in self.plan.orders if order.state == "sale"]
        for order in sorted(orders, key=lambda order: order.ordered):
            codes = find_services(order)
            if codes and order.deal not in waiting:
                self._plan_project(order, codes)
        self._deliver_late()
        self._hurry()
        self._cancel()

    def _find_waiting_deals(self):
        """The last won deal of each manager: what it sold is still to be handed over to delivery."""
        last = {}
        for order in sorted(self.plan.orders, key=lambda order: order.ordered):
            if order.deal is not None and order.state == "sale" and find_services(order):
                last[order.manager] = order.deal
        return set(last.values())

    # ------------------------------------------------------------
    # PROJECTS AND WORKS
    # ------------------------------------------------------------

    def _plan_project(self, order, codes):
        """A project for the sale; its works follow each other, the next begins when the one before is promised."""
        self.plan.projects.append(
            Project(order.client, order.deal, find_title(order), order.ordered, self._choose_template(order, codes))
        )
        begun = working_days_later(order.ordered.date(), self.rng.randint(*BEGUN_AFTER))
        for code in codes:
            work = self._plan_work(order, code, begun)
            self.plan.works.append(work)
            begun = working_days_later(work.deadline, 1)

    def _choose_template(self, order, codes):
        """The first template with one of the products, the last for all others; of old projects nobody knows."""
        if len(codes) < 2 or (self.plan.today - order.ordered.date()).days > TEMPLATE_DAYS:
            return None
        names = [name for name, (products, _tasks) in tables_works.TEMPLATES.items() if set(products) & set(codes)]
        return [*names, list(tables_works.TEMPLATES)[-1]][0]

    def _plan_work(self, order, code, begun):
        days, executors = tables_works.SERVICES[code]
        promised = working_days_later(begun, self.rng.randint(*days))
        moves = self._plan_moves(begun, promised)
        work = Work(
            project=len(self.plan.projects) - 1,
            manager=order.manager,
            product=code,
            executors=tuple(executors),
            created=order.ordered,
            begun=begun,
            deadline=moves[-1].new if moves else promised,
            moves=moves,
        )
        return self._stand(work)

    def _plan_moves(self, begun, deadline):
        """Every so many-th work is promised for another day, some time between its beginning and the day promised."""
        number = len(self.plan.works) + 1
        count = (number % MOVED_EVERY == 0) + (number % MOVED_TWICE_EVERY == 0)
        moves = []
        for _serial in range(count):
            moment = office_hour(self.rng, working_days_later(begun, self.rng.randint(0, 3) + 4 * len(moves)))
            if moment > self.now:
                break
            new = working_days_later(deadline, self.rng.randint(*MOVED_DAYS))
            moves.append(DeadlineMove(moment, deadline, new, next(self.reasons)))
            deadline = new
        return tuple(moves)

    def _stand(self, work):
        """The work as it stands today: delivered, under way or not begun."""
        closed = office_hour(self.rng, self._draw_delivery(work))
        if closed <= self.now:
            return replace(work, state="done", closed=closed, progress=100)
        if work.begun > self.plan.today:
            return self._leave_to_nobody(work)
        return replace(work, is_under_way=True, progress=self._draw_progress(work))

    def _draw_delivery(self, work):
        if self.rng.random() >= IN_TIME_SHARE:
            return working_days_later(work.deadline, self.rng.randint(*LATE))
        earliest = max(work.begun, *(move.moment.date() for move in work.moves), work.begun)
        day = work.deadline - timedelta(days=self.rng.randint(*EARLY))
        return max(earliest, day - timedelta(days=max(day.weekday() - 4, 0)))

    def _draw_progress(self, work):
        """Percent, in fives, about as much as the time that has gone by; the last bit takes longest."""
        span = (work.deadline - work.begun).days
        gone = (self.plan.today - work.begun).days / span * 100
        return min(max(round((gone + self.rng.randint(-15, 10)) / 5) * 5, 5), 90)

    def _leave_to_nobody(self, work):
        nobodys = self.rng.random() < NOBODYS_SHARE
        return replace(work, executors=() if nobodys else work.executors)

    # ------------------------------------------------------------
    # TODAY
    # ------------------------------------------------------------

    def _deliver_late(self):
        """Leave enough works of every manager open although their deadline is over, the last ones first."""
        overdue = sorted(self._find(lambda work: work.deadline < self.plan.today), key=self._get_deadline)[::-1]
        for login in [login for login, user in tables.USERS.items() if user[2]]:
            mine = [position for position in overdue if self.plan.works[position].manager == login]
            self._leave_open(mine[:LATE_OF_MANAGER])
        since = self.plan.today - timedelta(days=LATE_SINCE)
        recent = [position for position in overdue if self._get_deadline(position) >= since]
        missing = LATE_WORKS - len([n for n in overdue if self.plan.works[n].state == "open"])
        done = [position for position in recent if self.plan.works[position].state == "done"]
        self._leave_open(done[: max(missing, 0)])

    def _leave_open(self, positions):
        for position in positions:
            work = self.plan.works[position]
            if work.state == "done":
                progress = self.rng.choice((60, 70, 75, 80, 90, 95))
                self.plan.works[position] = replace(
                    work, state="open", closed=None, is_under_way=True, progress=progress
                )

    def _hurry(self):
        """Enough works are due this week, as long as there is a working day left of it."""
        days = [self.plan.today + timedelta(days=n) for n in range(5 - self.plan.today.weekday())]
        if not days:
            return
        due = [position for position in self._find_open() if self._get_deadline(position) in days]
        later = [position for position in self._find_open() if self._get_deadline(position) > days[-1]]
        unmoved = [position for position in later if not self.plan.works[position].moves]
        begun = [position for position in unmoved if self.plan.works[position].is_under_way]
        for position in begun[: max(DUE_SOON - len(due), 0)]:
            work = self.plan.works[position]
            day = self.rng.choice([day for day in days if day > work.begun] or days[-1:])
            self.plan.works[position] = replace(work, deadline=day, progress=self.rng.choice((55, 65, 80, 90)))

    def _cancel(self):
        """Some works that were begun are not wanted any more."""
        delivered = self._find(lambda work: work.state == "done" and not work.moves)
        for position in self.rng.sample(delivered, CANCELLED):
            work = self.plan.works[position]
            progress = self.rng.choice((0, 0, 10, 30))
            self.plan.works[position] = replace(work, state="cancelled", progress=progress)

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _find(self, condition):
        return [position for position, work in enumerate(self.plan.works) if condition(work)]

    def _find_open(self):
        return self._find(lambda work: work.state == "open")

    def _get_deadline(self, position):
        return self.plan.works[position].deadline


def find_services(order):
    """Codes of the services of an order, in the order in which they are delivered: equipment before what is done to it."""
    sold = {line.product for line in order.lines}
    return [code for code in tables_works.SERVICES if code in sold]


def find_title(order):
    """What the sale was about."""
    products = [line.product for line in order.lines]
    return next(title for title, codes in tables.TOPICS if codes == products)
