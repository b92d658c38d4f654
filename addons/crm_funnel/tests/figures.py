"""The figures of the funnel once more: plain loops over records, written from what the documentation says of them.

Nothing here knows the queries, domains or helpers of the reports; the tests compare the two to the unit.
"""

from collections import Counter, defaultdict
from math import floor
from statistics import mean, median
from typing import NamedTuple

import pytz

SECONDS_PER_DAY = 86400


class Reader(NamedTuple):
    """Who reads: his rights as they are documented, his clock and the rates into his currency."""

    user: object
    companies: object  # those that he has switched on
    timezone: str
    factors: dict  # by company: what an amount of its deals is multiplied by

    def sees(self, deal):
        if deal.company_id and deal.company_id not in self.companies:
            return False
        client = deal.partner_id.client_id
        is_foreign = client and not client.client_type_id.is_open and client.user_id != self.user
        if is_foreign and not self.user.has_group("crm_clients.crm_clients_group_all"):
            return False
        all_deals = self.user.has_group("sales_team.group_sale_salesman_all_leads")
        return all_deals or not deal.user_id or deal.user_id == self.user

    def get_local(self, moment):
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self.timezone))

    def is_within(self, moment, first, last):
        day = str(self.get_local(moment).date())
        return (not first or first <= day) and (not last or day <= last)

    def get_amount(self, deals):
        return sum(deal.expected_revenue * self.factors[deal.company_id] for deal in deals)


class Ledger:
    """What one reader should be told at one moment."""

    def __init__(self, reader, now, keeps=None):
        env = reader.user.env(su=True, context={"active_test": False})
        self.reader, self.now = reader, now
        self.deals = [
            deal
            for deal in env["crm.lead"].search([("type", "=", "opportunity")])
            if deal.process_id
            and (deal.active or deal.won_status in ("won", "lost"))
            and reader.sees(deal)
            and (not keeps or keeps(deal))
        ]
        self.logs = {deal: deal.result_ids.sorted("id") for deal in self.deals}

    # ------------------------------------------------------------
    # WHERE A DEAL STANDS
    # ------------------------------------------------------------

    @staticmethod
    def get_steps(process):
        steps = process.with_context(active_test=False).step_ids
        return sorted(steps, key=lambda step: (step.sequence, step.id))

    def get_row_steps(self, process):
        """The steps that are rows of their own, between the base and the top."""
        return [step for step in self.get_steps(process) if step.kind == "progress" and step.active]

    def get_row(self, process, step, status):
        rows = self.get_row_steps(process)
        if status == "won":
            return len(rows) + 1
        if not step or step.process_id != process:
            return 0
        if step.kind == "won":
            return len(rows)
        return sum((row.sequence, row.id) <= (step.sequence, step.id) for row in rows)

    def get_deal_row(self, deal):
        return self.get_row(deal.process_id, deal.process_step_id, deal.won_status)

    def get_movement(self, process, result):
        """The rows before and after a result."""
        return (
            self.get_row(process, result.step_before_id, result.won_status_before),
            self.get_row(process, result.step_after_id, result.won_status),
        )

    def get_silence(self, deal):
        """Days since the last result of any kind, since the creation if there is none."""
        log = self.logs[deal]
        since = log[-1].date if log else deal.create_date
        return (self.now - since).total_seconds() / SECONDS_PER_DAY

    # ------------------------------------------------------------
    # PYRAMID
    # ------------------------------------------------------------

    def get_results(self, process, first=False, last=False):
        """The standing results of a process in a period, of its deals."""
        return [
            result
            for deal in self.deals
            if deal.process_id == process
            for result in self.logs[deal]
            if not result.is_revoked
            and result.kind != "revoke"
            and result.process_id == process
            and self.reader.is_within(result.date, first, last)
        ]

    def get_pyramid(self, process, basis, first, last):
        """Return the rows, the base first: dicts with the deals ``passed``, ``now`` and ``lost``, and all ``days``."""
        rows = [
            {"passed": set(), "now": set(), "lost": set(), "days": []}
            for __ in range(len(self.get_row_steps(process)) + 2)
        ]
        results = self.get_results(process, *((first, last) if basis == "results" else ()))
        deals = {
            deal
            for deal in self.deals
            if basis == "created"
            and deal.process_id == process
            and self.reader.is_within(deal.create_date, first, last)
        }
        if basis == "results":
            deals = {result.lead_id for result in results}
        for deal in deals:
            rows[0]["passed"].add(deal)
            if basis == "created":
                for number in range(self.get_deal_row(deal) + 1):
                    rows[number]["passed"].add(deal)
        for result in results:
            before, after = self.get_movement(process, result)
            if after <= before or result.lead_id not in deals:
                continue
            rows[after]["days"].append(result.step_days)
            if basis == "results":
                for number in range(before + 1, after + 1):
                    rows[number]["passed"].add(result.lead_id)
        for number, row in enumerate(rows):
            standing = {deal for deal in row["passed"] if self.get_deal_row(deal) == number}
            row["now"] = {deal for deal in standing if deal.won_status == "pending"}
            row["lost"] = {deal for deal in standing if deal.won_status == "lost"}
        return rows

    def get_waiting(self, row):
        return round(mean(self.get_silence(deal) for deal in row["now"])) if row["now"] else 0

    def get_late(self, row, expected_days):
        return sum(bool(expected_days) and floor(self.get_silence(deal)) > expected_days for deal in row["now"])

    # ------------------------------------------------------------
    # FUNNEL REPORT
    # ------------------------------------------------------------

    def get_lists(self, first, last):
        """Return the deals that the indicators count, by indicator."""
        within = self.reader.is_within
        lists = {name: set() for name in ("worked", "new", "won", "lost")}
        for deal in self.deals:
            closed = deal.won_status != "pending" and (deal.date_closed or deal.create_date)
            begins_later = last and not within(deal.create_date, False, last)
            ended_before = closed and first and not within(closed, first, False)
            if not begins_later and not ended_before:
                lists["worked"].add(deal)
            if within(deal.create_date, first, last):
                lists["new"].add(deal)
            if closed and deal.date_closed and within(closed, first, last):
                lists[deal.won_status].add(deal)
        return lists

    def get_indicators(self, lists):
        """Return the value of each indicator; False where it would divide by nothing."""
        new, won, lost = (lists[name] for name in ("new", "won", "lost"))
        cycles = [max((deal.date_closed - deal.create_date).total_seconds(), 0) / SECONDS_PER_DAY for deal in won]
        amount = self.reader.get_amount(won)
        return {
            "worked": len(lists["worked"]),
            "new": len(new),
            "won": len(won),
            "lost": len(lost),
            "won_amount": amount,
            "average_deal": amount / len(won) if won else False,
            "conversion": 100 * sum(deal.won_status == "won" for deal in new) / len(new) if new else False,
            "win_rate": 100 * len(won) / len(won | lost) if won | lost else False,
            "cycle_days": mean(cycles) if won else False,
            "cycle_median": median(cycles) if won else False,
        }

    def get_indicators_by(self, lists, field_name):
        """Return the indicators of each manager or source that has a deal in work."""
        keys = {deal[field_name] for deals in lists.values() for deal in deals}
        return {
            key.id: self.get_indicators(
                {name: {deal for deal in deals if deal[field_name] == key} for name, deals in lists.items()}
            )
            for key in keys
        }

    # ------------------------------------------------------------
    # PROCESS REPORT
    # ------------------------------------------------------------

    def get_losses(self, process, first, last):
        """Return the deals that were lost in the period, by row where they stood and reason; a deal once per loss."""
        losses = defaultdict(list)
        for result in self.get_results(process, first, last):
            if result.won_status == "lost" and result.won_status_before != "lost":
                row = self.get_movement(process, result)[0]
                losses[row, result.lost_reason_id.id].append(result.lead_id)
        return losses

    def get_recording(self, process, first, last):
        """Return how many results there are by (person, step), by (weekday, hour) and by day."""
        people, hours, days = Counter(), Counter(), Counter()
        for result in self.get_results(process, first, last):
            local = self.reader.get_local(result.date)
            people[result.user_id.id, result.step_id.id] += 1
            hours[local.isoweekday(), local.hour] += 1
            days[str(local.date())] += 1
        return people, hours, days


def get_percentile(values, percent):
    """Return the percentile, in between by the straight line between the two nearest values; False of nothing."""
    values = sorted(values)
    if not values:
        return False
    position = (len(values) - 1) * percent / 100
    below = int(position)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (position - below)


def get_upper_limit(hits, cases):
    """Return the greatest share in percent from which so few hits are still within 1.96 standard errors, by halving."""
    low, high = hits / cases, 1.0
    for __ in range(60):
        middle = (low + high) / 2
        if middle - hits / cases <= 1.959964 * (middle * (1 - middle) / cases) ** 0.5:
            low = middle
        else:
            high = middle
    return 100 * low
