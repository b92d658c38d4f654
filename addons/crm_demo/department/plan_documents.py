"""Plan of the papers: proposals, contracts and acts, each with the way it has gone through its states."""

from datetime import datetime, timedelta

from .dates import day_between, office_hour, working_day, working_days_later
from .plan import Document

COMPLETED_AFTER = 120  # days after its signature a contract is fulfilled
RECEIVED_SHARE = 0.85  # of the signed papers came back as an original
FORGOTTEN_DAYS, FORGOTTEN_SHARE = 75, 0.5  # of the recent acts nobody asked for the signature
ACT_SHARE = 0.5  # of the invoices are of something that ends with an act
SIGNATURE_DAYS = {"proposal": 14, "contract": 14, "act": 10}
OUT_DAYS = (3, 25, 9, 18, 1)  # since when the open contracts are out for signature, dealt out in turn


class DocumentPlanner:
    """Draws the papers of a plan that already has its deals, invoices and results."""

    def __init__(self, plan, rng):
        self.plan = plan
        self.rng = rng
        self.offers = {
            result.deal: result.moment for result in plan.results if result.step == "offer" and not result.revoked
        }
        self.now = datetime.combine(plan.today, datetime.max.time())

    def run(self):
        out = 0
        for position, deal in enumerate(self.plan.deals):
            if position in self.offers:
                self._plan_proposal(position, deal)
            elif deal.outcome == "open" and deal.step == "decision_maker":
                self._plan_new_proposal(position, deal)
            if deal.outcome == "won":
                self._plan_contract(position, deal)
            elif deal.outcome == "open" and deal.step == "meeting":
                self._plan_open_contract(position, deal, OUT_DAYS[out % len(OUT_DAYS)])
                out += 1
        for position, invoice in enumerate(self.plan.invoices):
            if invoice.outcome != "credited" and self.rng.random() < ACT_SHARE:
                self._plan_act(position, invoice)

    # ------------------------------------------------------------
    # PROPOSALS
    # ------------------------------------------------------------

    def _plan_proposal(self, position, deal):
        """Sent when the log says so; it ended as the deal did."""
        sent = self.offers[position]
        moves = [("draft", sent - timedelta(days=2)), ("agreed", sent - timedelta(days=1)), ("sent", sent)]
        if deal.outcome == "won":
            moves.append(("accepted", max(sent, deal.closed - timedelta(days=3))))
        elif deal.outcome == "lost":
            moves.append(("rejected", max(sent, deal.closed)))
        self._add("proposal", moves, deal=position, reason=deal.lost_reason)

    def _plan_new_proposal(self, position, deal):
        """Prepared, and every second one agreed, but not sent yet."""
        begun = max(deal.created, self._moment(self.plan.today - timedelta(days=self.rng.randint(0, 5))))
        moves = [("draft", begun)]
        if self.rng.random() < 0.5:
            moves.append(("agreed", self.now))
        self._add("proposal", moves, deal=position)

    # ------------------------------------------------------------
    # CONTRACTS, ACTS
    # ------------------------------------------------------------

    def _plan_contract(self, position, deal):
        """Signed when the deal was won, fulfilled some months later."""
        out = max(deal.created, deal.closed - timedelta(days=self.rng.randint(2, 9)))
        moves = [("draft", max(deal.created, out - timedelta(days=2))), ("to_sign", out), ("signed", deal.closed)]
        completed = deal.closed + timedelta(days=COMPLETED_AFTER)
        if completed < self.now:
            moves.append(("completed", completed))
        self._add("contract", moves, deal=position, is_received=self.rng.random() < RECEIVED_SHARE)

    def _plan_open_contract(self, position, deal, days):
        out = max(deal.created, self._moment(self.plan.today - timedelta(days=days)))
        moves = [("draft", max(deal.created, out - timedelta(days=3))), ("to_sign", out)]
        self._add("contract", moves, deal=position)

    def _plan_act(self, position, invoice):
        """Out with the invoice; signed some days later, the last ones not yet."""
        out = self._moment(invoice.day)
        moves = [("draft", out), ("to_sign", out)]
        signed = working_days_later(invoice.day, self.rng.randint(2, 12))
        forgotten = (self.plan.today - invoice.day).days < FORGOTTEN_DAYS and self.rng.random() < FORGOTTEN_SHARE
        received = False
        if signed < self.plan.today and not forgotten:
            moves.append(("signed", office_hour(self.rng, signed)))
            received = self.rng.random() < RECEIVED_SHARE
        self._add("act", moves, invoice=position, is_received=received)

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _add(self, kind, moves, deal=None, invoice=None, reason=None, is_received=False):
        entered = dict(moves)
        begun = entered.get("sent") or entered.get("to_sign")
        deadline = (begun or moves[-1][1]).date() + timedelta(days=SIGNATURE_DAYS[kind] if begun else 3)
        self.plan.documents.append(Document(kind, moves, deadline, deal, invoice, reason, is_received))

    def _moment(self, day):
        earliest = day - timedelta(days=2)
        return office_hour(self.rng, working_day(day_between(self.rng, day, day), earliest))
