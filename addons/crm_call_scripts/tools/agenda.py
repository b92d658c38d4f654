"""The free and busy time of several managers and clients. Plain Python: `crm.free.time` fills it."""

from bisect import insort
from datetime import date
from typing import Any, NamedTuple

from .free_slots import DAY, FIRST_DAY, find_start, get_days, get_offset, merge, subtract


class Manager(NamedTuple):
    """One who calls."""

    id: int
    name: str
    zone: Any  # tzinfo of his clock
    calendar_id: int | None
    resource_id: int | None
    company_id: int


class Card(NamedTuple):
    """One who is called: what his card and that of his client say."""

    id: int
    client_id: int
    zone: Any  # tzinfo of his clock
    fortnight: tuple  # open hours, see `free_slots.get_opened`
    has_hours: bool  # whether somebody entered them
    not_before: int | None  # moment
    is_blocked: bool  # nobody calls
    reason: str


class Agenda:
    """Who is free when, between two moments; times are given away one after the other.

    :param dict managers: {user id: `Manager`}
    :param dict cards: {partner id: `Card`}
    :param dict working: {user id: intervals}
    :param dict opened: {partner id: intervals in which he may be called}
    """

    def __init__(self, managers, cards, working, opened, after, before):
        self.managers, self.cards = managers, cards
        self.working, self.opened = working, opened
        self.after, self.before = after, before
        self.busy_users, self.busy_clients = {}, {}
        self.counts = dict.fromkeys(managers, 0)
        self.day_limit, self.day_counts = 0, {}
        self.allocated = []

    def set_busy(self, users, clients):
        """Take what everybody does already: {user id or client id: pairs}, in any order."""
        self.busy_users = {owner: merge(pairs) for owner, pairs in users.items()}
        self.busy_clients = {owner: merge(pairs) for owner, pairs in clients.items()}

    def get_free(self, user_ids, partner_id):
        """Return the intervals each of which must hold a slot of these managers and the client."""
        free = [self.working.get(user_id, []) for user_id in user_ids]
        return [*free, self.opened.get(partner_id, [])] if partner_id else free

    def get_busy(self, user_ids, partner_id):
        """Return the intervals none of which may touch a slot of these managers and the client."""
        busy = [self.busy_users.get(user_id, []) for user_id in user_ids]
        card = self.cards.get(partner_id)
        return [*busy, self.busy_clients.get(card.client_id, [])] if card else busy

    # ------------------------------------------------------------
    # GIVING TIMES AWAY
    # ------------------------------------------------------------

    def find_first(self, user_ids, partner_id, length, after, before):
        """Return (start, user id) of the manager who is free first, among equals who has got the fewest; or None."""
        found = None
        for user_id in user_ids:
            free, busy = self.get_free([user_id], partner_id), self.get_busy([user_id], partner_id)
            start = find_start(length, after, before, free, busy)
            if start is None:
                continue
            key = (start, self.counts[user_id])
            if found is None or key < found[0]:
                found = key, user_id
        return found and (found[0][0], found[1])

    def allocate(self, user_id, partner_id, start, stop):
        """Let a manager, and the client, be busy from now on for the time that was found."""
        self.allocated.append((user_id, partner_id, start, stop))
        # what was found is free, so that the intervals stay in order; touching ones do no harm to `find_start`
        insort(self.busy_users.setdefault(user_id, []), (start, stop))
        if partner_id:
            insort(self.busy_clients.setdefault(self.cards[partner_id].client_id, []), (start, stop))
        self.counts[user_id] += 1
        self._count_day(user_id, self._get_day(user_id, start), 1)

    def take_over(self, other):
        """Let what was given away in an agenda of a shorter time be given away here, and return this agenda."""
        for given in other.allocated:
            self.allocate(*given)
        return self

    def set_day_limit(self, limit, taken):
        """Let managers have so many calls a day at most; ``taken`` is {user id: {date: number}}."""
        self.day_limit = limit
        for user_id in taken.keys() & self.managers.keys():
            for day, number in taken[user_id].items():
                self._count_day(user_id, day, number)

    def _get_day(self, user_id, moment):
        """Return the date on the clock of a manager."""
        local = moment + get_offset(self.managers[user_id].zone, moment)
        return date.fromordinal(FIRST_DAY + local // DAY)

    def _count_day(self, user_id, day, number):
        if not self.day_limit:
            return
        key = (user_id, day)
        before = self.day_counts.get(key, 0)
        self.day_counts[key] = before + number
        if before < self.day_limit <= before + number:
            full = get_days(self.managers[user_id].zone, day, day)
            self.working[user_id] = subtract(self.working.get(user_id, []), [full])
