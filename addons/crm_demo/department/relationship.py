"""How the relationship with one client went: the levels it reached, told event by event."""

from datetime import timedelta

from . import tables
from .plan import LevelChange

SILENCE = timedelta(days=180)  # without a word after an order: the client is lost
LEVELS_BY_ORDERS = {1: "one_time", 2: "regular", 4: "frequent"}  # reached with that many orders


class Relationship:
    """Tell it the events of a client, the oldest first, then read its `changes`."""

    def __init__(self):
        self.changes = []
        self.orders = 0
        self.open_deals = 0
        self.last_event = None

    @property
    def level(self):
        return self.changes[-1].level if self.changes else None

    def tell(self, moment, kind, deal):
        """Something happened.

        :param datetime moment: when, not before the event told last
        :param str kind: asked, qualified, won, refused or ordered
        :param deal: Deal of the plan; None for an order without one
        """
        self.fall_silent(moment)
        self.last_event = moment
        getattr(self, f"_on_{kind}")(moment, deal)

    def fall_silent(self, until):
        """Nothing is known to have happened between the last event and `until`."""
        if self.orders and self.level != "lost" and until - self.last_event > SILENCE:
            self._reach(self.last_event + SILENCE, "lost", f"Not a word for {SILENCE.days} days")

    def _on_asked(self, moment, deal):
        self.open_deals += 1
        if self.level == "lost":
            self._reach(moment, "returned", f"Came back: {deal.title}")
        elif self.level in (None, "uninterested"):
            self._reach(moment, "possible", f"Asked for: {deal.title}")

    def _on_qualified(self, moment, deal):
        """The manager knows who decides; whether the client came or was found is told by the source."""
        if self.level == "possible":
            level = "arrived" if deal.source in tables.INBOUND_SOURCES else "potential"
            self._reach(moment, level, f"Wants an offer, source: {deal.source}")

    def _on_won(self, _moment, _deal):
        self.open_deals -= 1

    def _on_refused(self, moment, deal):
        self.open_deals -= 1
        if not self.orders and not self.open_deals:
            self._reach(moment, "uninterested", f"Refused: {deal.lost_reason}")

    def _on_ordered(self, moment, _deal):
        self.orders += 1
        if self.level == "lost":
            self._reach(moment, "returned", "Bought again")
        elif self.orders in LEVELS_BY_ORDERS:
            self._reach(moment, LEVELS_BY_ORDERS[self.orders], f"Orders so far: {self.orders}")
        elif self.level == "returned":
            self._reach(moment, self._level_by_orders(), f"Orders so far: {self.orders}")

    def _level_by_orders(self):
        return LEVELS_BY_ORDERS[max(count for count in LEVELS_BY_ORDERS if count <= self.orders)]

    def _reach(self, moment, level, reason):
        self.changes.append(LevelChange(moment, level, reason))
