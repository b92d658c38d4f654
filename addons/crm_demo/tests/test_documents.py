from odoo.tests import tagged

from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestDocuments(DepartmentCase):
    """The register as the installation left it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinds = ("proposal", "contract", "act")
        cls.documents = cls.env["crm.document"].search([("kind", "in", kinds), ("company_id", "=", cls.company.id)])

    def test_every_planned_paper_is_there(self):
        self.assertEqual(len(self.documents), len(self.plan.documents))
        self.assertTrue(all(self.documents.mapped("name")))

    def test_the_history_ends_where_the_paper_stands(self):
        for document in self.documents:
            last = document.log_ids.sorted("id")[-1]
            self.assertEqual(last.new_state_id, document.state_id)
            self.assertEqual(last.date, document.state_date)

    def test_papers_on_the_way_have_their_task(self):
        for document in self.documents.filtered(lambda document: document.state_id.activity_type_id):
            if document.user_id:
                task = document.activity_ids.filtered(lambda task: task.document_task == "state")
                self.assertEqual(task.user_id, document.user_id)

    def test_every_manager_has_papers_and_some_are_overdue(self):
        for login in ("manager1", "manager2", "manager4"):
            mine = self.documents.with_user(self.users[login]).search([("user_id", "=", self.users[login].id)])
            self.assertGreater(len(mine), 10, login)
            self.assertTrue(mine.filtered("is_overdue"), login)

    def test_no_result_was_recorded_by_the_way(self):
        """The log of the deals was there already and told of the papers."""
        self.assertFalse(self.results.filtered(lambda result: result.origin == "document"))

    def test_invoices_are_in_the_register_as_the_accounts_say(self):
        papers = self.env["crm.document"].search([("kind", "=", "invoice"), ("move_id", "in", self.invoices.ids)])
        self.assertEqual(papers.move_id, self.invoices)
        for paper in papers:
            move = paper.move_id
            expected = {"paid": "completed", "reversed": "rejected"}.get(move.payment_state, "to_sign")
            self.assertEqual(paper.state_category, expected, move.name)
            self.assertEqual((paper.name, paper.amount), (move.name, move.amount_total))

    def test_papers_belong_to_the_clients_of_the_deals(self):
        for document in self.documents.filtered("lead_id"):
            self.assertEqual(document.partner_id, document.lead_id.partner_id.client_id)

    def test_what_went_out_was_approved(self):
        proposals = self.documents.filtered(lambda document: document.kind == "proposal")
        for proposal in proposals:
            is_draft = proposal.state_category == "planned" and proposal.state_id == proposal.type_id.state_ids[0]
            self.assertEqual(proposal.approval_state, "none" if is_draft else "approved")

    def test_rejections_say_why(self):
        rejected = self.documents.filtered(lambda document: document.state_category == "rejected")
        self.assertTrue(rejected)
        for document in rejected:
            self.assertTrue(document.log_ids.sorted("id")[-1].note)

    def test_numbers_follow_the_dates(self):
        for of_type in self.documents.grouped(lambda document: (document.type_id, document.date.year)).values():
            ordered = of_type.sorted(lambda document: (document.create_date, document.id))
            dates = [document.date for document in of_type.sorted("name")]
            self.assertEqual(dates, sorted(dates), ordered[:1].type_id.name)
