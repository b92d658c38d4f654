from datetime import date

from odoo.tests import tagged

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
