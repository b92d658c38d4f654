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
