from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DocumentCommon


@tagged("post_install", "-at_install")
class TestDocumentTasks(DocumentCommon):
    """Tasks follow from the state of a document, and from the head who wants it signed."""

    def test_a_state_plans_its_task(self):
        document = self._create_document(self.type_contract, lead_id=self.deal_dnipro.id)
        task = self._tasks(document)
        self.assertEqual(task.user_id, self.olena)
        self.assertEqual(task.summary, "Prepare the contract")
        self.assertEqual(task.date_deadline, self._days(4))
        self.assertEqual((task.lead_id, task.client_id), (self.deal_dnipro, self.dnipro))

    def test_a_task_that_was_not_due_goes_with_the_state(self):
        document = self._create_document(self.type_contract)
        document.state_id = self._state("contract_to_sign")
        task = self._tasks(document)
        self.assertEqual(task.summary, "Ask when the contract will be signed")
        self.assertEqual(task.date_deadline, self._days(7))
        document.state_id = self._state("contract_signed")
        self.assertFalse(
            self.env["mail.activity"].with_context(active_test=False).search([("document_id", "=", document.id)])
        )

    def test_a_task_that_was_due_is_done(self):
        document = self._create_document(self.type_contract)
        task = self._tasks(document)
        task.date_deadline = self._days(-1)
        document.state_id = self._state("contract_to_sign")
        self.assertFalse(task.active)
        self.assertEqual(task.feedback, "Out for signature")

    def test_tasks_of_people_stay(self):
        document = self._create_document(self.type_contract)
        own = document.activity_schedule("mail.mail_activity_data_call", summary="Call Petro", user_id=self.olena.id)
        document.state_id = self._state("contract_to_sign")
        self.assertIn(own, self._tasks(document))

    def test_sign_immediately(self):
        late = self._create_document(self.type_contract, date_deadline=self._days(-3))
        late.state_id = self._state("contract_to_sign")
        other = self._create_document(self.type_act, self.taras, partner_id=self.karpaty.id)
        other.state_id = self._state("act_to_sign")
        notice = (late | other).with_user(self.head).action_sign_immediately()
        urgent = self._tasks(late, "urge")
        self.assertEqual(urgent.user_id, self.olena)
        self.assertEqual(urgent.date_deadline, self.today)
        self.assertEqual(self._tasks(other, "urge").user_id, self.taras)
        self.assertIn("2", notice["params"]["message"])
        self.assertEqual(self._events(late)[-1].event, "urged")

    def test_sign_immediately_leaves_out_what_is_closed_or_asked_for(self):
        document = self._create_document(self.type_contract)
        closed = self._create_document(self.type_contract)
        closed.action_change_state(self._state("contract_rejected").id, "No")
        nobody = self._create_document(self.type_contract, self.head, user_id=False)
        documents = (document | closed | nobody).with_user(self.head)
        documents.action_sign_immediately()
        notice = documents.action_sign_immediately()
        self.assertEqual(len(self._tasks(document, "urge")), 1)
        self.assertFalse(self._tasks(closed, "urge") | self._tasks(nobody, "urge"))
        self.assertEqual(notice["params"]["type"], "warning")
        self.assertIn(closed.display_name, notice["params"]["message"])

    def test_signing_does_the_urgent_task(self):
        document = self._create_document(self.type_contract)
        document.state_id = self._state("contract_to_sign")
        document.with_user(self.head).action_sign_immediately()
        urgent = self._tasks(document, "urge")
        document.state_id = self._state("contract_signed")
        self.assertFalse(urgent.active)

    def test_a_salesperson_urges_nobody(self):
        document = self._create_document(self.type_contract)
        with self.assertRaises(AccessError):
            document.action_sign_immediately()

    def test_tasks_follow_the_client_to_his_new_manager(self):
        document = self._create_document(self.type_contract)
        closed = self._create_document(self.type_contract)
        closed.action_change_state(self._state("contract_rejected").id, "No")
        self.dnipro.with_user(self.head).user_id = self.taras
        document, closed = document.with_user(self.head), closed.with_user(self.head)
        self.assertEqual(document.user_id, self.taras)
        self.assertEqual(self._tasks(document).user_id, self.taras)
        self.assertEqual(closed.user_id, self.olena)

    def test_an_archived_document_asks_nothing_of_anybody(self):
        document = self._create_document(self.type_contract)
        document.with_user(self.head).action_sign_immediately()
        self.assertEqual(len(self._tasks(document)), 2)
        document.active = False
        self.assertFalse(self._tasks(document))

    def test_papers_outlive_the_deal(self):
        document = self._create_document(self.type_contract, lead_id=self.deal_dnipro.id)
        task = self._tasks(document)
        self.deal_dnipro.unlink()
        self.assertTrue(document.exists() and task.exists())
        self.assertFalse(document.lead_id | task.lead_id)

    def test_merged_deals_keep_their_papers(self):
        other = self._create_deal("Dnipro again", self.dnipro, self.olena)
        document = self._create_document(self.type_contract, lead_id=other.id)
        merged = (self.deal_dnipro | other).merge_opportunity()
        self.assertEqual(document.lead_id, merged)
