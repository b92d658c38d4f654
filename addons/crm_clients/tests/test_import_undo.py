from odoo.tests import tagged
from odoo.tools import SQL

from ..models import crm_client_import_run
from .import_common import ImportCommon
from .import_files import HEADERS


@tagged("post_install", "-at_install")
class TestImportTrial(ImportCommon):
    def test_says_what_would_happen_and_changes_nothing(self):
        partners = self.env["res.partner"].search_count([])
        rows = [
            ("New", "", "new@example.com", "", "Ivan", ""),
            ("", "", "", "", "Maria", ""),
            ("Known", "", "office@dnipro.example"),
            ("Bad", "", "bad"),
            ("Double", "", "new@example.com"),
        ]
        record = self._import(rows, check=True)
        self.assertEqual(record.state, "ready")
        self.assertCounts(record, created=2, skipped=2, failed=1)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertFalse(record.row_ids.filtered(lambda row: row.state == "created").partner_id)
        record.action_start()
        self.assertCounts(self._work(record), created=2, skipped=2, failed=1)
        self.assertEqual(self._find("New").child_ids.mapped("name"), ["Ivan", "Maria"])

    def test_doubles_in_different_batches(self):
        self.patch(crm_client_import_run, "BATCH_ROWS", 2)
        rows = [("A", "", "a@example.com"), ("B",), ("C",), ("", "", "", "", "Ivan"), ("A again", "", "a@example.com")]
        trial = self._import(rows, check=True)
        self.assertCounts(trial, created=4, skipped=1)
        self.assertIn("row 2", self._get_message(trial, 6))
        trial.with_user(self.olena).action_start()
        self.assertCounts(self._work(trial), created=4, skipped=1)

    def test_missing_values_are_not_left_behind(self):
        record = self._import([("A", "Radio")], self.head, ("Client", "Source"), check=True, create_missing=True)
        self.assertCounts(record, created=1)
        self.assertFalse(self.env["utm.source"].search([("name", "=", "Radio")]))


@tagged("post_install", "-at_install")
class TestImportUndo(ImportCommon):
    def _undo(self, record):
        record.with_user(record.user_id).action_undo()
        return self._work(record)

    def _let_an_hour_pass(self, record):
        """In a test everything happens at one moment."""
        rows, partners = record.row_ids, record.row_ids.partner_id
        for records in (rows, partners):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date - interval '1 hour' WHERE id IN %s",
                    SQL.identifier(records._table),
                    tuple(records.ids),
                )
            )
        self.env.invalidate_all()

    def test_created_clients_disappear(self):
        record = self._import([("A", "", "", "", "Ivan"), ("", "", "", "", "Maria"), ("B",)])
        clients = self.env["res.partner"].search([("client_import_id", "=", record.id)])
        self.assertEqual(len(clients), 4)
        self._undo(record)
        self.assertEqual(record.state, "undone")
        self.assertEqual((record.undone_count, record.kept_count), (3, 0))
        self.assertFalse(clients.exists())

    def test_what_somebody_has_worked_with_stays(self):
        names = ("Deal", "Message", "Activity", "Changed", "Contact", "Untouched")
        record = self._import([(name,) for name in names])
        self._let_an_hour_pass(record)
        self._create_deal("Deal", self._find("Deal"), self.olena)
        self._find("Message").with_user(self.olena).message_post(body="Called", message_type="comment")
        self._find("Activity").activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        changed = self._find("Changed").with_user(self.olena)
        changed.city = "Kyiv"
        changed.flush_recordset()
        self.env["res.partner"].create({"name": "Petro", "parent_id": self._find("Contact").id})
        self._undo(record)
        self.assertEqual((record.undone_count, record.kept_count), (1, 5), record.row_ids.mapped("message"))
        self.assertEqual([bool(self._find(name)) for name in names], [True] * 5 + [False])
        self.assertIn("Olena", self._get_message(record, 5))

    def test_updated_clients_are_restored(self):
        self.dnipro.client_service_ids = self.other_service
        headers = (*HEADERS, "Services", "City", "Bank account")
        account = "UA213223130000026007233566001"
        rows = [("New name", "", "office@dnipro.example", "", "Ivan", "", self.service.name, "Kyiv", account)]
        record = self._import(rows, headers=headers, duplicate_policy="update")
        self.assertEqual(self.dnipro.name, "New name")
        self._undo(record)
        self.assertEqual((self.dnipro.name, self.dnipro.city), ("Dnipro LLC", False))
        self.assertEqual(self.dnipro.client_service_ids, self.other_service)
        self.assertEqual(self.dnipro.child_ids, self.petro)
        self.assertFalse(self.dnipro.bank_ids)

    def test_updated_client_that_changed_since_stays(self):
        record = self._import([("New name", "", "office@dnipro.example")], duplicate_policy="update")
        self._let_an_hour_pass(record)
        self.dnipro.city = "Lviv"
        self._undo(record)
        self.assertEqual((record.kept_count, self.dnipro.name), (1, "New name"))

    def test_client_handed_over_is_out_of_reach(self):
        record = self._import([("A",)])
        self._find("A").user_id = self.taras
        self._undo(record)
        self.assertTrue(self._find("A"))
        self.assertEqual(record.kept_count, 1)
