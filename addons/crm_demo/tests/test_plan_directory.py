from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

from odoo.tests import tagged

from ..department import tables
from ..department.numbers import edrpou
from ..department.plan_directory import MISREAD_BY, came_as_inquiry, first_moments
from .common import PlanCase


@tagged("post_install", "-at_install")
class TestPlanDirectory(PlanCase):
    days = [date(2026, 11, 18), date(2028, 2, 29), date(2027, 1, 1)]

    def each_card(self, plan):
        """Client, its card, its deals and its confirmed orders."""
        deals, orders = {}, {}
        for deal in plan.deals:
            deals.setdefault(deal.client, []).append(deal)
        for order in plan.orders:
            if order.state == "sale":
                orders.setdefault(order.client, []).append(order)
        self.assertEqual(len(plan.cards), len(plan.clients))
        for position, (client, card) in enumerate(zip(plan.clients, plan.cards, strict=True)):
            yield client, card, deals.get(position, []), orders.get(position, [])

    # ------------------------------------------------------------
    # CARDS
    # ------------------------------------------------------------

    def test_types_follow_the_orders(self):
        for plan in self.each_plan():
            found = Counter()
            for client, card, deals, orders in self.each_card(plan):
                found[client.channel, card.type] += 1
                self.assertEqual(bool(orders), card.type not in ("new", "potential"), client)
                self.assertEqual(card.type == "new", not orders and all(deal.type == "lead" for deal in deals), client)
            for channel, counts in tables.SPECIAL_TYPES.items():
                for key in ("supplier", "partner"):
                    self.assertEqual(found[channel, key], counts.get(key, 0), (channel, key))
            for key, least in {"client": 90, "potential": 30, "new": 5}.items():
                self.assertGreater(sum(found[channel, key] for channel in tables.CHANNELS), least, key)

    def test_levels_follow_the_orders(self):
        bought = {"one_time", "regular", "frequent", "lost", "returned"}
        for plan in self.each_plan():
            for _client, card, deals, orders in self.each_card(plan):
                level = card.changes[-1].level
                self.assertEqual(level in bought, bool(orders))
                if level == "uninterested":
                    self.assertEqual({deal.outcome for deal in deals}, {"lost"})
                if level in ("potential", "arrived"):
                    self.assertIn("open", {deal.outcome for deal in deals})
                if level == "frequent":
                    self.assertGreaterEqual(len(orders), 4)

    def test_every_level_occurs(self):
        for plan in self.each_plan():
            found = Counter(card.changes[-1].level for card in plan.cards)
            self.assertEqual(len(found), 9, found)
            self.assertGreaterEqual(min(found.values()), 2, found)

    def test_the_lost_are_silent_for_half_a_year(self):
        for plan in self.each_plan():
            for _client, card, deals, orders in self.each_card(plan):
                if card.changes[-1].level == "lost":
                    latest = max([order.ordered for order in orders] + [deal.closed or deal.created for deal in deals])
                    self.assertGreater((plan.today - latest.date()).days, 179)

    def test_histories_are_in_order_and_have_reasons(self):
        for plan in self.each_plan():
            for card, since in zip(plan.cards, first_moments(plan), strict=True):
                moments = [change.moment for change in card.changes]
                self.assertEqual(moments, sorted(moments))
                self.assertGreaterEqual(moments[0], since)
                self.assertLessEqual(moments[-1].date(), plan.today)
                levels = [change.level for change in card.changes]
                self.assertTrue(all(before != after for before, after in pairwise(levels)), levels)
                self.assertTrue(all(change.reason for change in card.changes))

    def test_source_is_that_of_the_first_deal(self):
        for plan in self.each_plan():
            for _client, card, deals, _orders in self.each_card(plan):
                first = min(deals, key=lambda deal: deal.created, default=None)
                self.assertEqual(card.source, first.source if first else None)

    def test_services_are_what_was_bought_or_offered(self):
        topics = dict(tables.TOPICS)
        for plan in self.each_plan():
            for _client, card, deals, orders in self.each_card(plan):
                expected = {line.product for order in orders for line in order.lines}
                expected |= {code for deal in deals for code in topics[deal.title]}
                self.assertEqual(set(card.services), expected - set(tables.ACCESSORIES))
                self.assertEqual(len(card.services), len(set(card.services)))

    def test_last_contact_is_the_last_thing_done(self):
        for plan in self.each_plan():
            for _client, card, deals, orders in self.each_card(plan):
                self.assertEqual(bool(card.last_contact), bool(deals or orders))
                done = [order.ordered for order in orders] + [deal.closed or deal.created for deal in deals]
                if done:
                    self.assertGreaterEqual(card.last_contact, max(done))
                    self.assertLessEqual(card.last_contact.date(), plan.today)

    def test_activities_and_past_meetings_are_contacts(self):
        for plan in self.each_plan():
            midnight = datetime.combine(plan.today, datetime.min.time())
            past = [(meeting.deal, meeting.start) for meeting in plan.meetings if meeting.start < midnight]
            past += [(activity.deal, activity.done) for activity in plan.activities if activity.done]
            self.assertGreater(len(past), 60)
            for deal, moment in past:
                self.assertGreaterEqual(plan.cards[plan.deals[deal].client].last_contact, moment)

    def test_three_numbers_are_misread(self):
        for plan in self.each_plan():
            good = {edrpou(serial) for serial in range(100000)}
            wrong = [client for client in plan.clients if client.registry and client.registry not in good]
            self.assertEqual([client.manager for client in sorted(wrong, key=lambda c: c.manager)], list(MISREAD_BY))
            self.assertEqual({client.country for client in wrong}, {"UA"})

    # ------------------------------------------------------------
    # BESIDE THE CLIENTS
    # ------------------------------------------------------------

    def test_competitors_do_not_depend_on_the_day(self):
        found = [[extra.client for extra in plan.extras if extra.card.type == "competitor"] for plan in self.plans]
        self.assertEqual(found[0], found[1])
        self.assertEqual([client.country for client in found[0]], [country for *_name, country in tables.COMPETITORS])
        self.assertFalse(any(client.manager or client.contacts for client in found[0]))

    def test_two_clients_were_entered_twice(self):
        for plan in self.each_plan():
            doubles = [extra for extra in plan.extras if extra.card.type == "new"]
            self.assertEqual(len(doubles), 2)
            same_phone, same_email = (extra.client for extra in doubles)
            originals = [client for client in plan.clients if client.phone == same_phone.phone]
            self.assertEqual([client.manager for client in originals], [same_phone.manager])
            self.assertNotEqual(originals[0].email, same_phone.email)
            originals = [client for client in plan.clients if client.contacts[0].email == same_email.email]
            self.assertNotEqual(
                originals[0].manager, same_email.manager, "a colleague's client, only the head sees both"
            )
            names = {client.name for client in plan.clients}
            for extra in doubles:
                self.assertNotIn(extra.client.name, names)
                self.assertFalse(extra.client.vat or extra.client.registry)
                self.assertLess(extra.since.date(), plan.today)

    def test_addresses_of_extras_are_not_those_of_clients(self):
        for plan in self.each_plan():
            self.assertFalse({extra.client.email for extra in plan.extras} & {client.email for client in plan.clients})
            self.assertTrue(all(extra.client.email.endswith(".example") for extra in plan.extras))

    # ------------------------------------------------------------
    # INQUIRIES AND SOURCES
    # ------------------------------------------------------------

    def test_inquiries_have_a_purpose(self):
        for plan in self.each_plan():
            for deal in plan.deals:
                self.assertEqual(bool(deal.purpose), came_as_inquiry(deal))
            refused = {deal.purpose for deal in plan.deals if deal.type == "lead" and deal.outcome == "lost"}
            self.assertLessEqual(refused, set(tables.REFUSED_PURPOSES))
            self.assertTrue(refused & {"cooperation", "other", "service"})

    def test_deals_of_channels_with_inquiries_were_inquiries(self):
        for plan in self.each_plan():
            channels = {deal.channel for deal in plan.deals if came_as_inquiry(deal)}
            self.assertEqual(channels, {"website", "social"})

    def test_costs_cover_the_history_without_gaps(self):
        for plan in self.each_plan():
            for source, bounds in tables.COSTS.items():
                costs = [cost for cost in plan.costs if cost.source == source]
                self.assertEqual(len(costs), tables.MONTHS)
                self.assertEqual(costs[0].first, plan.first_day)
                self.assertGreaterEqual(costs[-1].last, plan.today)
                for before, after in pairwise(costs):
                    self.assertEqual(before.last + timedelta(days=1), after.first)
                for cost in costs:
                    self.assertTrue(min(bounds) * 0.85 < cost.amount < max(bounds) * 1.15, cost)
                    self.assertIn(source, tables.SOURCES[cost.channel])

    def test_paid_sources_bring_more_than_they_cost(self):
        """The statistics show returns that a head of sales believes."""
        for plan in self.each_plan():
            for source in tables.COSTS:
                cost = sum(cost.amount for cost in plan.costs if cost.source == source)
                won = [deal for deal in plan.deals if deal.source == source and deal.outcome == "won"]
                revenue = sum(deal.revenue for deal in won if came_as_inquiry(deal))
                self.assertGreater(revenue, cost, source)
                self.assertGreater(len(won), 1, source)
