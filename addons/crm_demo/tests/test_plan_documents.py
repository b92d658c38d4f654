from datetime import date, timedelta

from odoo.tests import tagged

from ..department.planning import build_plan
from .common import PlanCase

WAYS = {
    "proposal": ["draft", "agreed", "sent", ("accepted", "rejected")],
    "contract": ["draft", "to_sign", "signed", "completed"],
    "act": ["draft", "to_sign", "signed"],
}


@tagged("post_install", "-at_install")
class TestPlanDocuments(PlanCase):
    """The papers before they are written, also on a Sunday, a leap day and at New Year."""

    days = [date(2026, 11, 18), date(2026, 11, 22), date(2028, 2, 29), date(2027, 1, 1)]

    def each_document(self):
        for plan in self.each_plan():
            for document in plan.documents:
                yield plan, document

    def test_states_follow_each_other_in_time(self):
        for _plan, document in self.each_document():
            moments = [moment for _state, moment in document.moves]
            self.assertEqual(moments, sorted(moments))

    def test_states_follow_the_way_of_the_kind(self):
        for _plan, document in self.each_document():
            for state, expected in zip([key for key, _moment in document.moves], WAYS[document.kind], strict=False):
                self.assertIn(state, expected if isinstance(expected, tuple) else (expected,))

    def test_a_proposal_ends_as_its_deal(self):
        ends = {"won": "accepted", "lost": "rejected"}
        for plan, document in self.each_document():
            if document.kind == "proposal" and document.state in ends.values():
                self.assertEqual(document.state, ends[plan.deals[document.deal].outcome])

    def test_every_won_deal_has_a_signed_contract(self):
        for plan in self.each_plan():
            signed = {
                document.deal
                for document in plan.documents
                if document.kind == "contract" and document.state in ("signed", "completed")
            }
            self.assertEqual(signed, {n for n, deal in enumerate(plan.deals) if deal.outcome == "won"})

    def test_every_paper_is_of_a_deal_or_an_invoice(self):
        for _plan, document in self.each_document():
            self.assertEqual((document.deal is None) + (document.invoice is None), 1)

    def test_some_papers_are_overdue(self):
        for plan in self.each_plan():
            for kind, state in (("contract", "to_sign"), ("act", "to_sign"), ("proposal", "sent")):
                late = [
                    document
                    for document in plan.documents
                    if (document.kind, document.state) == (kind, state) and document.deadline < plan.today
                ]
                self.assertTrue(late, kind)

    def test_a_proposal_is_sent_when_the_log_says_so(self):
        for plan in self.each_plan():
            sent = {
                document.deal: moment
                for document in plan.documents
                for state, moment in document.moves
                if document.kind == "proposal" and state == "sent"
            }
            offers = {row.deal: row.moment for row in plan.results if row.step == "offer" and not row.revoked}
            self.assertEqual(sent, offers)

    def test_a_contract_is_signed_when_its_deal_is_won(self):
        for plan, document in self.each_document():
            for state, moment in document.moves:
                if document.kind == "contract" and state == "signed":
                    self.assertEqual(moment, plan.deals[document.deal].closed)

    def test_nothing_begins_before_its_deal_or_invoice(self):
        for plan, document in self.each_document():
            begun = document.moves[0][1]
            if document.kind == "contract":
                self.assertGreaterEqual(begun, plan.deals[document.deal].created)
            elif document.invoice is not None:
                self.assertGreaterEqual(begun.date(), plan.invoices[document.invoice].day - timedelta(days=2))

    def test_credited_invoices_have_no_act(self):
        for plan, document in self.each_document():
            if document.invoice is not None:
                self.assertNotEqual(plan.invoices[document.invoice].outcome, "credited")

    def test_only_signed_papers_came_back(self):
        for _plan, document in self.each_document():
            if document.is_received:
                self.assertIn(document.state, ("signed", "completed"))

    def test_rejected_proposals_have_the_reason_of_their_deal(self):
        for plan, document in self.each_document():
            if document.state == "rejected":
                self.assertEqual(document.reason, plan.deals[document.deal].lost_reason)

    def test_the_same_day_gives_the_same_papers(self):
        for plan in self.each_plan():
            self.assertEqual(build_plan(plan.today).documents, plan.documents)
