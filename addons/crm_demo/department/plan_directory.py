"""Plan of the directory: what each client is, how the relationship went, what inquiries are for and sources cost."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from . import numbers, tables
from .dates import months
from .plan import Card, Cost, Extra, LevelChange
from .plan_clients import plan_client
from .relationship import Relationship

# one client of each of these managers has a number with a wrong check digit
MISREAD_BY = ("manager1", "manager3", "manager5")
ENTERED_TWICE_AGO = timedelta(days=20)


def came_as_inquiry(deal):
    """Whether the deal is an inquiry or was one first, as all deals of a channel that qualifies inquiries."""
    return deal.type == "lead" or tables.CHANNELS[deal.channel]["switches"]["use_leads"]


def first_moments(plan):
    """Moment of the first deal or order of each client; those without any are as old as the history."""
    first = {}
    for event in [*plan.deals, *plan.orders]:
        first[event.client] = min(event.created, first.get(event.client, event.created))
    oldest = min(first.values())
    return [first.get(position, oldest) for position in range(len(plan.clients))]


class DirectoryPlanner:
    """Tells what the directory knows, from the clients and sales of a plan."""

    def __init__(self, plan, rng):
        self.plan = plan
        self.rng = rng
        self.midnight = datetime.combine(plan.today, time.min)
        self.deals = self._by_client(plan.deals)
        self.orders = self._by_client([order for order in plan.orders if order.state == "sale"])

    def run(self):
        self._plan_competitors()
        self._misread_numbers()
        types, contacts = self._plan_types(), self._plan_last_contacts()
        for position, since in enumerate(first_moments(self.plan)):
            deals = sorted(self.deals[position], key=lambda deal: deal.created)
            self.plan.cards.append(
                Card(
                    type=types[position],
                    source=deals[0].source if deals else None,
                    services=self._find_services(position),
                    changes=self._plan_changes(position, since),
                    last_contact=contacts.get(position),
                )
            )
        self._plan_doubles()
        self._plan_purposes()
        self._plan_costs()

    def _by_client(self, records):
        found = defaultdict(list)
        for record in records:
            found[record.client].append(record)
        return found

    # ------------------------------------------------------------
    # CARDS
    # ------------------------------------------------------------

    def _misread_numbers(self):
        """Somebody mistyped the last digit: the directory warns of it."""
        clients = self.plan.clients
        for login in MISREAD_BY:
            position = next(n for n, client in enumerate(clients) if client.manager == login and client.registry)
            clients[position] = replace(clients[position], registry=numbers.misread(clients[position].registry))

    def _plan_types(self):
        """Who bought is a client, who asked for an offer a potential one; some clients are more than that."""
        types = {position: self._find_type(position) for position in range(len(self.plan.clients))}
        for channel, counts in tables.SPECIAL_TYPES.items():
            buyers = [n for n, client in enumerate(self.plan.clients) if client.channel == channel and self.orders[n]]
            for key, count in counts.items():
                for position in self.rng.sample([n for n in buyers if types[n] == "client"], count):
                    types[position] = key
        return types

    def _find_type(self, position):
        if self.orders[position]:
            return "client"
        asked = any(deal.type == "opportunity" for deal in self.deals[position])
        return "potential" if asked else "new"

    def _find_services(self, position):
        """Codes of what the client bought or was offered, in the order of the price list."""
        topics = dict(tables.TOPICS)
        codes = {code for deal in self.deals[position] for code in topics[deal.title]}
        codes |= {line.product for order in self.orders[position] for line in order.lines}
        return tuple(code for code in tables.PRODUCTS if code in codes and code not in tables.ACCESSORIES)

    def _plan_changes(self, position, since):
        relationship = Relationship()
        for moment, _serial, kind, deal in sorted(self._list_events(position), key=lambda event: event[:2]):
            relationship.tell(moment, kind, deal)
        relationship.fall_silent(self.midnight)
        return tuple(relationship.changes) or (LevelChange(since, "possible", "From the list of the trade fair"),)

    def _list_events(self, position):
        """Yield (moment, serial, kind, deal); the serial keeps events of one moment in their order."""
        for deal in self.deals[position]:
            yield deal.created, 0, "asked", deal
            if deal.qualified:
                yield deal.qualified, 1, "qualified", deal
            if deal.closed:
                yield deal.closed, 3, "won" if deal.outcome == "won" else "refused", deal
        for order in self.orders[position]:
            yield order.ordered, 2, "ordered", None

    def _plan_last_contacts(self):
        """Moment of the last thing done with each client, by position."""
        last = {}
        for client, moment in self._list_contacts():
            last[client] = max(moment, last.get(client, moment))
        return last

    def _list_contacts(self):
        """Yield (position of the client, moment) of everything that managers did."""
        plan = self.plan
        for deal in plan.deals:
            for moment in filter(None, (deal.created, deal.assigned, deal.closed)):
                yield deal.client, moment
        for order in plan.orders:
            yield order.client, order.ordered
        for result in plan.results:
            yield plan.deals[result.deal].client, result.moment
        for activity in plan.activities:
            if activity.done:
                yield plan.deals[activity.deal].client, activity.done
        for meeting in plan.meetings:
            if meeting.start < self.midnight:
                yield plan.deals[meeting.deal].client, meeting.start

    # ------------------------------------------------------------
    # BESIDE THE CLIENTS
    # ------------------------------------------------------------

    def _plan_competitors(self):
        """Nobody looks after them, everybody sees them."""
        since = datetime.combine(self.plan.first_day, time(9))
        for written, latin, country in tables.COMPETITORS:
            client = plan_client(self.rng, "website", country, (written, latin))
            client = replace(client, manager=None, email=f"info@{latin}.example", contacts=())
            self.plan.extras.append(Extra(client, Card("competitor"), since))

    def _plan_doubles(self):
        """Two clients were entered twice: one by its own manager, with its phone, one by a colleague of another
        channel, with the e-mail of a contact person.
        """
        first = self._find_client("manager1", "UA")
        self._enter_twice(
            first, first.name.replace("«", '"').replace("»", '"'), first.manager, f"info@{_domain(first)}"
        )
        second = self._find_client("manager5", "PL")
        name = second.name.removesuffix(" Sp. z o.o.").replace(" ", "-")
        self._enter_twice(second, name, "manager1", second.contacts[0].email, phone="")

    def _find_client(self, manager, country):
        """The first client of the manager in that country who bought something."""
        return next(
            client
            for position, client in enumerate(self.plan.clients)
            if client.manager == manager and client.country == country and self.orders[position]
        )

    def _enter_twice(self, client, name, manager, email, **values):
        channel = tables.USERS[manager][2]
        double = replace(client, name=name, manager=manager, channel=channel, email=email, **values)
        double = replace(double, contacts=(), vat="", registry="")
        since = self.midnight - ENTERED_TWICE_AGO + timedelta(hours=10)
        change = LevelChange(since, "possible", "Called, details to follow")
        self.plan.extras.append(Extra(double, Card("new", changes=(change,), last_contact=since), since))

    # ------------------------------------------------------------
    # INQUIRIES AND SOURCES
    # ------------------------------------------------------------

    def _plan_purposes(self):
        for deal in filter(came_as_inquiry, self.plan.deals):
            refused = deal.type == "lead" and deal.outcome == "lost"
            deal.purpose = self.rng.choice(tables.REFUSED_PURPOSES if refused else tables.PURPOSES)

    def _plan_costs(self):
        """What each paid source costs month by month, whole months also at the end of the history."""
        channels = {source: channel for channel, sources in tables.SOURCES.items() for source in sources}
        for position, (first, _last) in enumerate(months(self.plan.today, tables.MONTHS)):
            for source, (begin, end) in tables.COSTS.items():
                amount = begin + (end - begin) * position / (tables.MONTHS - 1)
                amount = round(amount * self.rng.uniform(0.9, 1.1), -2)
                last = first + relativedelta(months=1, days=-1)
                self.plan.costs.append(Cost(source, channels[source], first, last, amount))


def _domain(client):
    return client.email.split("@")[1]
