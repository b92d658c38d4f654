"""Plan of deals, inquiries, orders and invoices, channel by channel and month by month."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from itertools import cycle

from . import tables, tables_process
from .dates import bank_day, day_between, later, months, office_hour, working_day, working_days_later
from .plan import Deal, Invoice, Line, Order

OPEN_DEALS = {"website": 84, "partners": 62, "social": 34}
LOST_DEALS = {"website": 160, "partners": 124, "social": 76}
INQUIRIES = {"website": 38, "social": 22}
CURRENT_MONTH_SALES = 4  # at least: one paid, one invoiced, two to invoice, already on the first day of a month
DEAL_SHARE = 0.3  # of the sales begin as a deal, the others are repeat orders
CANCELLED_SHARE = 0.12  # of the lost offers leave a cancelled order
QUOTED_SHARE = 0.65  # of the open offers are a quotation in the system
UNPAID_SHARE = 0.3  # of the invoices of the last half-year
UNDELIVERED_SHARE = 0.35  # of the orders of the last three months
KEENNESS, KEENNESS_NOW = 2.2, 1.25  # of the lost, of open deals and repeat orders; 1: all clients ask as often
NOBODYS = 7  # every so many-th open deal is nobody's, if it has just begun
HAND_SHARE = 0.12  # of the open deals have a probability by hand
UNREACHABLE_SHARE = 0.4  # of those lost before the first step
CREDITED_CHANNELS = ("website", "partners")


class SalesPlanner:
    """Draws the sales of a plan that already has its clients."""

    def __init__(self, plan, rng):
        self.plan = plan
        self.rng = rng
        self.months = months(plan.today, tables.MONTHS)
        # dealt out in turn: no source has cost money for nothing
        self.sources_that_sell = {channel: cycle(sources) for channel, sources in tables.SOURCES.items()}
        self.clients = defaultdict(list)
        for position, client in enumerate(plan.clients):
            self.clients[client.channel].append(position)

    def run(self):
        for channel in tables.CHANNELS:
            self._plan_confirmed(channel)
            self._plan_lost(channel)
            self._plan_open(channel)
            self._plan_inquiries(channel)
            self._plan_invoices(channel)

    # ------------------------------------------------------------
    # DEALS AND ORDERS
    # ------------------------------------------------------------

    def _plan_confirmed(self, channel):
        """Confirmed orders of every month, most of them with the won deal they come from."""
        for position, (first, last) in enumerate(self.months):
            for _serial in range(self._sales_of_month(channel, position)):
                day = day_between(self.rng, first, last)
                self._plan_sale(channel, day)

    def _sales_of_month(self, channel, position):
        """Number of sales, growing over the history; the running month has its share of days."""
        begin, end = tables.CHANNELS[channel]["sales"]
        number = round(begin + (end - begin) * position / (tables.MONTHS - 1) + self.rng.uniform(-0.6, 0.6))
        if position < tables.MONTHS - 1:
            return number
        return max(CURRENT_MONTH_SALES, number * self.plan.today.day // 30)

    def _plan_sale(self, channel, day):
        ordered = office_hour(self.rng, day)
        title, lines = self._draw_purchase()
        repeated = self.rng.random() > DEAL_SHARE
        client = self._draw_keen_client(self.clients[channel], KEENNESS_NOW if repeated else 1)
        deal = None
        if not repeated:
            begun = max(day - self._draw_span(client, tables_process.WON_DAYS), self.plan.first_day)
            deal = self._add_deal(channel, client, title, lines, begun, "won", "contract", day, ordered)
            self.plan.deals[deal].source = next(self.sources_that_sell[channel])
        created = max(ordered - timedelta(days=self.rng.randint(0, 6)), office_hour(self.rng, self.plan.first_day))
        self._add_order(channel, client, lines, "sale", min(created, ordered), ordered, deal)

    def _plan_lost(self, channel):
        """Lost deals; some of those that got to an offer leave a cancelled order."""
        for _serial in range(LOST_DEALS[channel]):
            title, lines = self._draw_purchase()
            client = self._draw_keen_client(self.clients[channel])
            step = self._draw_last_step(client)
            begun = day_between(self.rng, self.plan.first_day, self.plan.today)
            end = min(begun + self._draw_span(client, tables_process.LOST_DAYS[step]), self.plan.today)
            day = working_day(end, begun)
            closed = max(office_hour(self.rng, day), office_hour(self.rng, begun))
            deal = self._add_deal(channel, client, title, lines, begun, "lost", step, day, closed)
            if step in ("offer", "meeting") and self.rng.random() < CANCELLED_SHARE:
                moment = office_hour(self.rng, later(self.rng, begun, 1, 10, day))
                self._add_order(channel, client, lines, "cancel", moment, moment, deal)

    def _draw_span(self, client, span):
        """Time that a deal with the client took: days from the shorter to the longer, at the pace of its manager."""
        pace, _early, _late = tables_process.MANNERS[self.plan.clients[client].manager]
        return timedelta(days=round(self.rng.randint(*span) * pace))

    def _draw_last_step(self, client):
        """After which step a deal with the client was lost, as it is the manner of its manager."""
        _pace, early, late = tables_process.MANNERS[self.plan.clients[client].manager]
        more = {**dict.fromkeys(tables_process.EARLY, early), **dict.fromkeys(tables_process.LATE, late)}
        weights = {step: weight * more.get(step, 1) for step, weight in tables_process.LOST_AFTER.items()}
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _plan_open(self, channel):
        """Open deals over the steps, with closings on both sides of today; quotations for some of the offers."""
        today = self.plan.today
        quotations = tables.CHANNELS[channel]["switches"]["use_quotations"]
        for serial in range(OPEN_DEALS[channel]):
            deadline = today + timedelta(days=tables.CLOSINGS[serial % len(tables.CLOSINGS)])
            title, lines = self._draw_purchase()
            client = self._draw_client_in_turn(channel, serial)
            step = tables_process.OPEN_STEPS[serial % len(tables_process.OPEN_STEPS)]
            day = today - self._draw_span(client, tables_process.OPEN_DAYS[step])
            begun = working_day(day, day - timedelta(days=2))
            deal = self._add_deal(channel, client, title, lines, begun, "open", step, deadline)
            if step == "start" and serial % NOBODYS == 0:
                self._leave_to_nobody(deal)
            if step in ("offer", "meeting") and quotations and self.rng.random() < QUOTED_SHARE:
                moment = office_hour(self.rng, later(self.rng, begun, 1, 30, today))
                state = "sent" if serial % 2 else "draft"
                self._add_order(channel, client, lines, state, moment, moment, deal)

    def _draw_client_in_turn(self, channel, serial):
        """A client of one manager after the other: each has about as many open deals."""
        managers = [login for login, user in tables.USERS.items() if user[2] == channel]
        manager = managers[serial % len(managers)]
        mine = [n for n in self.clients[channel] if self.plan.clients[n].manager == manager]
        return self._draw_keen_client(mine, KEENNESS_NOW)

    def _draw_keen_client(self, positions, keenness=KEENNESS):
        """One of the clients at these positions, the first ones oftener: some ask all the time, some never."""
        return positions[int(len(positions) * self.rng.random() ** keenness)]

    def _leave_to_nobody(self, deal):
        self.plan.deals[deal].manager = None
        self.plan.deals[deal].assigned = None

    def _plan_inquiries(self, channel):
        """Inquiries of channels that qualify them first: recent ones open, older ones refused."""
        for serial in range(INQUIRIES.get(channel, 0)):
            lost = serial % 3 == 2
            ago = self.rng.randint(50, 380) if lost else self.rng.randint(0, 40)
            begun = max(self.plan.today - timedelta(days=ago), self.plan.first_day)
            title, lines = self._draw_purchase()
            client = self.rng.choice(self.clients[channel])
            day = later(self.rng, begun, 1, 20, self.plan.today)
            closed = office_hour(self.rng, day) if lost else None
            outcome = "lost" if lost else "open"
            deal = self._add_deal(channel, client, title, lines, begun, outcome, "start", day, closed, "lead")
            if not lost and serial % 2:
                self._leave_to_nobody(deal)

    def _draw_purchase(self):
        """A title and the order lines of it."""
        title, products = self.rng.choice(tables.TOPICS)
        lines = [
            Line(code, self.rng.choice(tables.PRODUCTS[code][3]), self.rng.choice((0, 0, 0, 5, 10)))
            for code in products
        ]
        return title, lines

    def _add_deal(self, channel, client, title, lines, begun, outcome, step, deadline, closed=None, kind="opportunity"):
        """Append a deal and return its position."""
        created = office_hour(self.rng, begun)
        if closed:
            created = min(created, closed)
        deal = Deal(
            type=kind,
            channel=channel,
            client=client,
            manager=self.plan.clients[client].manager,
            title=title,
            outcome=outcome,
            step=step,
            revenue=_revenue(lines),
            created=created,
            deadline=deadline,
            source=self.rng.choice(tables.SOURCES[channel]),
            tags=self._draw_tags(client, lines),
            priority=self.rng.choice("00112") if outcome == "open" else "0",
            probability=self._draw_probability(step) if outcome == "open" and kind == "opportunity" else None,
            assigned=self._draw_assignment(created, closed),
            closed=closed,
            lost_reason=self._draw_lost_reason(step) if outcome == "lost" else None,
        )
        self.plan.deals.append(deal)
        return len(self.plan.deals) - 1

    def _draw_probability(self, step):
        """One by hand for some deals: percent, None for those that have that of their stage."""
        if self.rng.random() > HAND_SHARE:
            return None
        return self.rng.choice(tables_process.PROBABILITIES[tables_process.STAGE_OF_STEP[step]])

    def _draw_lost_reason(self, step):
        if step == "start" and self.rng.random() < UNREACHABLE_SHARE:
            return tables_process.UNREACHABLE
        return self.rng.choice(tables.LOST_REASONS)

    def _draw_assignment(self, created, closed):
        """When a manager took the deal: that day or the next working one, not after its end nor in the future."""
        latest = closed or datetime.combine(self.plan.today, time.min)
        day = working_days_later(created.date(), self.rng.randint(0, 1))
        moment = office_hour(self.rng, day)
        return moment if created <= moment <= latest else created

    def _draw_tags(self, client, lines):
        services = all(line.product.startswith("SV-") for line in lines)
        tags = ["Services" if services else "Equipment"]
        if self.plan.clients[client].country != "UA":
            tags.append("Export")
        elif self.rng.random() < 0.2:
            tags.append(self.rng.choice(["Tender", "Key account", "Repeat purchase"]))
        return tags

    def _add_order(self, channel, client, lines, state, created, ordered, deal):
        manager = self.plan.clients[client].manager
        self.plan.orders.append(Order(channel, client, manager, state, created, ordered, lines, deal))

    # ------------------------------------------------------------
    # INVOICES
    # ------------------------------------------------------------

    def _plan_invoices(self, channel):
        """Invoices of the channel's confirmed orders; the last two and some other recent ones are yet to be delivered."""
        orders = [
            (order.ordered, position)
            for position, order in enumerate(self.plan.orders)
            if order.channel == channel and order.state == "sale"
        ]
        invoices = []
        seen_months = set()
        for _ordered, position in sorted(orders)[:-2]:
            day = self.plan.orders[position].ordered.date()
            month = day.replace(day=1)
            first_of_month = month not in seen_months
            seen_months.add(month)
            recent = (self.plan.today - day).days < 90
            if recent and not first_of_month and self.rng.random() < UNDELIVERED_SHARE:
                continue
            # the first sale of a month is invoiced the same day: no month is without an invoice
            invoice_day = day if first_of_month else later(self.rng, day, 0, 6, self.plan.today)
            invoice = Invoice(position, invoice_day)
            self._settle(invoice, at_once=first_of_month and month == self.months[-1][0])
            invoices.append(invoice)
        self._leave_overdue(invoices)
        if channel in CREDITED_CHANNELS:
            self._credit_one(invoices)
        self.plan.invoices += invoices

    def _settle(self, invoice, at_once):
        """Decide whether and when the invoice is paid."""
        today = self.plan.today
        recent = (today - invoice.day).days < 180
        if not at_once and recent and self.rng.random() < UNPAID_SHARE:
            return
        terms = self._terms(invoice)
        due = invoice.day + timedelta(days=terms)
        paid = invoice.day if at_once else bank_day(due + timedelta(days=self.rng.randint(-terms // 2, 9)))
        if paid <= today:
            invoice.outcome, invoice.settled = "paid", paid

    def _leave_overdue(self, invoices):
        """Two of the channel's invoices that fell due some time ago are not paid."""
        due = [
            invoice
            for invoice in invoices
            if invoice.day + timedelta(days=self._terms(invoice)) < self.plan.today - timedelta(days=5)
            and invoice.day < self.months[-1][0]
        ]
        for invoice in due[-2:]:
            invoice.outcome, invoice.settled = "open", None

    def _credit_one(self, invoices):
        """One invoice of about half a year ago was cancelled by a credit note."""
        invoice = invoices[len(invoices) // 2]
        invoice.outcome = "credited"
        invoice.settled = later(self.rng, invoice.day, 5, 15, self.plan.today)

    def _terms(self, invoice):
        return self.plan.clients[self.plan.orders[invoice.order].client].terms


def _revenue(lines):
    """List price of the lines less their discounts, in hryvnias, rounded to hundreds."""
    amount = sum(tables.PRODUCTS[line.product][1] * line.quantity * (100 - line.discount) / 100 for line in lines)
    return float(round(amount, -2))
