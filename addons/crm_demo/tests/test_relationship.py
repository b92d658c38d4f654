from datetime import date, datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..department.plan import Deal
from ..department.relationship import LEVELS_BY_ORDERS, SILENCE, Relationship

START = datetime(2026, 1, 12, 9, 0)


@tagged("post_install", "-at_install")
class TestRelationship(BaseCase):
    """Which level follows from what happened."""

    def setUp(self):
        super().setUp()
        self.relationship = Relationship()

    def deal(self, source="Referral"):
        return Deal(
            type="opportunity",
            channel="website",
            client=0,
            manager="manager1",
            title="Checkouts for a new shop",
            outcome="open",
            step="start",
            revenue=1000.0,
            created=START,
            deadline=date(2026, 3, 1),
            source=source,
            tags=[],
            priority="0",
            lost_reason="No budget",
        )

    def tell(self, *events, source="Referral"):
        """Tell what happened as pairs of the day and the kind; return the levels reached."""
        deal = self.deal(source)
        for day, kind in events:
            self.relationship.tell(START + timedelta(days=day), kind, None if kind == "ordered" else deal)
        return [change.level for change in self.relationship.changes]

    def test_nothing_happened(self):
        self.relationship.fall_silent(START)
        self.assertEqual(self.relationship.changes, [])
        self.assertIsNone(self.relationship.level)

    def test_who_asks_is_possible(self):
        self.assertEqual(self.tell((0, "asked")), ["possible"])
        change = self.relationship.changes[0]
        self.assertEqual((change.moment, change.reason), (START, "Asked for: Checkouts for a new shop"))

    def test_who_was_found_is_potential_who_came_has_arrived(self):
        self.assertEqual(self.tell((0, "asked"), (1, "qualified"), source="Trade fair"), ["possible", "potential"])
        self.relationship = Relationship()
        self.assertEqual(self.tell((0, "asked"), (1, "qualified"), source="Facebook"), ["possible", "arrived"])

    def test_orders(self):
        self.assertEqual(self.tell((0, "asked"), (1, "qualified"), (9, "ordered"), (9, "won"))[-1], "one_time")
        self.assertEqual(self.tell((20, "ordered"))[-1], "regular")
        self.assertEqual(len(self.tell((30, "ordered"))), 4, "a third order is nothing new")
        self.assertEqual(self.tell((40, "ordered"))[-1], "frequent")
        self.assertEqual(self.relationship.changes[-1].reason, "Orders so far: 4")

    def test_order_without_a_deal(self):
        self.assertEqual(self.tell((0, "ordered")), ["one_time"])

    def test_a_buyer_who_asks_again_stays_what_he_is(self):
        self.assertEqual(self.tell((0, "ordered"), (10, "asked"), (11, "qualified")), ["one_time"])
        self.assertEqual(self.tell((20, "refused")), ["one_time"], "one refusal does not undo an order")

    def test_refused(self):
        self.assertEqual(self.tell((0, "asked"), (9, "refused")), ["possible", "uninterested"])
        self.assertEqual(self.relationship.changes[-1].reason, "Refused: No budget")
        self.assertEqual(self.tell((30, "asked"))[-1], "possible")

    def test_refused_one_of_two(self):
        self.assertEqual(self.tell((0, "asked"), (2, "asked"), (9, "refused")), ["possible"])
        self.assertEqual(self.tell((10, "refused"))[-1], "uninterested")

    def test_silence_after_an_order(self):
        self.tell((0, "ordered"))
        self.relationship.fall_silent(START + SILENCE)
        self.assertEqual(self.relationship.level, "one_time", "not yet")
        self.relationship.fall_silent(START + SILENCE + timedelta(days=1))
        self.assertEqual(self.relationship.level, "lost")
        self.assertEqual(self.relationship.changes[-1].moment, START + SILENCE)
        self.relationship.fall_silent(START + 3 * SILENCE)
        self.assertEqual(len(self.relationship.changes), 2, "lost once")

    def test_silence_without_an_order(self):
        self.tell((0, "asked"))
        self.relationship.fall_silent(START + 2 * SILENCE)
        self.assertEqual(self.relationship.level, "possible")

    def test_silence_is_noticed_between_events(self):
        levels = self.tell((0, "ordered"), (SILENCE.days + 20, "asked"))
        self.assertEqual(levels, ["one_time", "lost", "returned"])
        self.assertEqual(self.relationship.changes[-1].reason, "Came back: Checkouts for a new shop")

    def test_returned_by_an_order(self):
        levels = self.tell((0, "ordered"), (SILENCE.days + 20, "ordered"))
        self.assertEqual(levels, ["one_time", "lost", "returned"])
        self.assertEqual(
            self.tell((SILENCE.days + 30, "ordered"))[-1], "regular", "the third order, never a second level"
        )

    def test_returned_then_ordered(self):
        levels = self.tell((0, "ordered"), (SILENCE.days + 20, "asked"), (SILENCE.days + 30, "ordered"))
        self.assertEqual(levels[-2:], ["returned", "regular"])

    def test_thresholds_grow(self):
        self.assertEqual(list(LEVELS_BY_ORDERS), sorted(LEVELS_BY_ORDERS))
        self.assertIn(1, LEVELS_BY_ORDERS)
