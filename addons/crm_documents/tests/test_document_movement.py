from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DocumentCommon


@tagged("post_install", "-at_install")
class TestDocumentMovement(DocumentCommon):
    """A document goes through its states by the table of its type, and by nothing else."""

    def test_client_and_type_are_enough(self):
        document = (
            self.env["crm.document"]
            .with_user(self.olena)
            .create({"type_id": self.type_contract.id, "partner_id": self.dnipro.id})
        )
        self.assertEqual(document.state_id, self._state("contract_draft"))
        self.assertEqual(document.user_id, self.olena)
        self.assertRegex(document.name, r"^C/\d{4}/\d{4}$")
        self.assertEqual(document.date_deadline, self._days(5))
        self.assertEqual(self._events(document).mapped("event"), ["created"])

    def test_numbers_follow_each_other(self):
        first, second = (self._create_document(self.type_contract) for _ in range(2))
        self.assertEqual(int(second.name[-4:]), int(first.name[-4:]) + 1)
        act = self._create_document(self.type_act)
        self.assertTrue(act.name.startswith("ACT/"))

    def test_a_typed_number_stays_and_is_not_given_twice(self):
        self._create_document(self.type_contract, name="15-a")
        with self.assertRaisesRegex(UserError, "15-a"):
            self._create_document(self.type_contract, name="15-a")
        self._create_document(self.type_act, name="15-a")
        other = self._create_document(self.type_contract, self.taras, partner_id=self.karpaty.id, name="15-a")
        self.assertEqual(other.name, "15-a")

    def test_from_draft_to_completed(self):
        document = self._create_document(self.type_contract)
        for name in ("to_sign", "signed", "completed"):
            document.action_change_state(self._state(f"contract_{name}").id)
            self.assertEqual(document.state_id, self._state(f"contract_{name}"))
        self.assertEqual(document.state_category, "completed")
        states = self._events(document).filtered(lambda row: row.event == "state")
        self.assertEqual(states.old_state_id.mapped("name"), ["In preparation", "Out for signature", "Signed"])
        self.assertEqual(states.user_id, self.olena)

    def test_what_the_table_does_not_allow_is_refused(self):
        document = self._create_document(self.type_contract)
        with self.assertRaisesRegex(UserError, "Out for signature"):
            document.action_change_state(self._state("contract_signed").id)
        with self.assertRaises(UserError):
            document.state_id = self._state("contract_completed")
        with self.assertRaisesRegex(UserError, "no state of the type"):
            document.state_id = self._state("act_to_sign")
        self.assertEqual(document.state_id, self._state("contract_draft"))

    def test_the_table_is_edited(self):
        self.env["crm.document.transition"].with_user(self.head).create(
            {
                "type_id": self.type_contract.id,
                "from_state_id": self._state("contract_draft").id,
                "to_state_id": self._state("contract_signed").id,
            }
        )
        document = self._create_document(self.type_contract)
        document.state_id = self._state("contract_signed")
        self.assertEqual(document.state_category, "signed")

    def test_a_reason_is_asked(self):
        document = self._create_document(self.type_contract)
        rejected = self._state("contract_rejected")
        with self.assertRaisesRegex(UserError, "Say why"):
            document.action_change_state(rejected.id)
        with self.assertRaises(UserError):
            document.action_change_state(rejected.id, "  ")
        document.action_change_state(rejected.id, "Chose another supplier")
        self.assertEqual(self._events(document)[-1].note, "Chose another supplier")

    def test_several_move_all_or_none(self):
        first, second = (self._create_document(self.type_contract) for _ in range(2))
        first.state_id = self._state("contract_to_sign")
        with self.assertRaises(UserError):
            (first | second).action_change_state(self._state("contract_signed").id)
        self.assertEqual(first.state_id, self._state("contract_to_sign"))

    def test_buttons_are_what_the_table_allows(self):
        document = self._create_document(self.type_contract)
        buttons = document.state_buttons
        self.assertEqual([button["name"] for button in buttons], ["Out for signature", "Rejected"])
        self.assertEqual([button["needs_reason"] for button in buttons], [False, True])
        document.state_id = self._state("contract_to_sign")
        self.assertIn("Signed", [button["name"] for button in document.state_buttons])

    def test_the_type_of_a_draft_changes_and_of_no_other(self):
        document = self._create_document(self.type_contract)
        document.type_id = self.type_addendum
        self.assertEqual(document.state_id, self._state("addendum_draft"))
        self.assertTrue(document.name.startswith("AD/"))
        document.state_id = self._state("addendum_to_sign")
        with self.assertRaisesRegex(UserError, "its type stays"):
            document.type_id = self.type_contract

    def test_set_category_state_never_raises(self):
        document = self._create_document(self.type_contract)
        self.assertFalse(document._set_category_state("signed"))
        self.assertTrue(document._set_category_state("to_sign"))
        self.assertTrue(document._set_category_state("to_sign"))
        self.assertEqual(len(self._events(document)), 2)
        self.assertTrue(document._set_category_state("rejected", "The order was cancelled"))
        self.assertEqual(self._events(document)[-1].note, "The order was cancelled")

    def test_a_contact_person_brings_his_client(self):
        document = self._create_document(self.type_contract, partner_id=self.petro.id)
        self.assertEqual(document.partner_id, self.dnipro)
        self.assertEqual(document.contact_id, self.petro)

    def test_the_deal_brings_client_and_responsible(self):
        document = (
            self.env["crm.document"]
            .with_user(self.head)
            .create({"type_id": self.type_contract.id, "lead_id": self.deal_karpaty.id})
        )
        self.assertEqual(document.partner_id, self.karpaty)
        self.assertEqual(document.contact_id, self.oksana)
        self.assertEqual(document.user_id, self.taras)

    def test_the_form_proposes_the_manager_of_the_client(self):
        form = Form(self.env["crm.document"].with_user(self.head))
        form.type_id = self.type_contract
        self.assertEqual(form.user_id, self.head)
        form.partner_id = self.dnipro
        self.assertEqual(form.user_id, self.olena)
        form.user_id = self.ivan
        document = form.save()
        self.assertEqual(document.user_id, self.ivan)
        document.partner_id = self.karpaty
        self.assertEqual(document.user_id, self.ivan, "later only by hand")

    def test_reading_the_next_number_begins_no_year(self):
        copy = self.type_contract.with_user(self.head).copy()
        self.assertEqual(copy.number_next, 1)
        self.assertFalse(copy.sudo().number_sequence_id.date_range_ids)
        copy.number_next = 5
        self.assertEqual(copy.sudo().number_sequence_id.date_range_ids.number_next_actual, 5)

    def test_overdue(self):
        late = self._create_document(self.type_contract, date_deadline=self._days(-1))
        today = self._create_document(self.type_contract, date_deadline=self._days(0))
        closed = self._create_document(self.type_act, date_deadline=self._days(-1))
        for name in ("to_sign", "signed"):
            closed.write({"state_id": self._state(f"act_{name}").id, "date_deadline": self._days(-1)})
        self.assertEqual((late | today | closed).mapped("is_overdue"), [True, False, False])
        documents = self.env["crm.document"].search([("partner_id", "=", self.dnipro.id), ("is_overdue", "=", True)])
        self.assertEqual(documents, late)
        others = self.env["crm.document"].search([("partner_id", "=", self.dnipro.id), ("is_overdue", "=", False)])
        self.assertEqual(others, today | closed)
        self.assertEqual(self.dnipro.overdue_document_count, 1)
        self.assertEqual(self.dnipro.document_count, 3)

    def test_deadline_begins_with_the_state(self):
        document = self._create_document(self.type_contract, date_deadline=self._days(30))
        self.assertEqual(document.date_deadline, self._days(30))
        document.state_id = self._state("contract_to_sign")
        self.assertEqual(document.date_deadline, self._days(14))
        document.write({"state_id": self._state("contract_signed").id})
        self.assertEqual(document.date_deadline, self._days(14), "a closed document keeps the deadline it met")

    def test_changes_of_deadline_and_original_are_in_the_history(self):
        document = self._create_document(self.type_contract)
        document.date_deadline = self._days(40)
        document.action_receive_original()
        document.action_receive_original()
        self.assertEqual(self._events(document).mapped("event"), ["created", "deadline", "original"])

    def test_nobody_edits_the_history(self):
        row = self._events(self._create_document(self.type_contract))
        for user in (self.olena, self.head):
            log = row.with_user(user)
            self.assertEqual(log.event, "created")
            for change in (lambda log=log: log.write({"note": "x"}), log.unlink, log.copy):
                with self.assertRaises(AccessError):
                    change()

    def test_only_drafts_are_deleted(self):
        document = self._create_document(self.type_contract)
        with self.assertRaises(AccessError):
            document.unlink()
        document.state_id = self._state("contract_to_sign")
        with self.assertRaisesRegex(UserError, "Archive"):
            document.with_user(self.head).unlink()
        draft = self._create_document(self.type_contract)
        draft.with_user(self.head).unlink()
        self.assertFalse(draft.exists())

    def test_a_copy_begins_anew(self):
        document = self._create_document(self.type_contract)
        document.state_id = self._state("contract_to_sign")
        copy = document.copy()
        self.assertEqual(copy.state_id, self._state("contract_draft"))
        self.assertNotEqual(copy.name, document.name)
        self.assertFalse(copy.file_ids)

    def test_a_type_without_states_says_so(self):
        empty = self.env["crm.document.type"].create({"name": "Memo"})
        with self.assertRaisesRegex(UserError, "no states yet"):
            self._create_document(empty)

    def test_no_document_belongs_to_itself(self):
        contract = self._create_document(self.type_contract)
        addendum = self._create_document(self.type_addendum, parent_id=contract.id)
        with self.assertRaises(UserError):
            contract.parent_id = addendum

    def test_a_copied_type_lives_by_the_same_table(self):
        copy = self.type_contract.with_user(self.head).copy()
        self.assertEqual(copy.state_ids.mapped("name"), self.type_contract.state_ids.mapped("name"))
        self.assertEqual(len(copy.transition_ids), len(self.type_contract.transition_ids))
        self.assertEqual((copy.transition_ids.from_state_id | copy.transition_ids.to_state_id).type_id, copy)
        self.assertNotEqual(copy.number_sequence_id, self.type_contract.number_sequence_id)

    def test_the_manager_edits_the_numbers(self):
        document_type = self.type_contract.with_user(self.head)
        document_type.write({"number_prefix": "K-", "number_next": 77})
        self.assertEqual(self._create_document(self.type_contract).name, "K-0077")
        document_type.invalidate_recordset(["number_next"])
        self.assertEqual(document_type.number_next, 78)
        document_type.number_prefix = False
        self.assertFalse(self._create_document(self.type_contract).name)
        with self.assertRaises(AccessError):
            self.type_contract.with_user(self.olena).number_prefix = "X"

    def test_a_change_between_types_is_no_row_of_the_table(self):
        with self.assertRaises(UserError):
            self.type_contract.transition_ids = [
                Command.create(
                    {
                        "from_state_id": self._state("contract_draft").id,
                        "to_state_id": self._state("act_signed").id,
                    }
                )
            ]
