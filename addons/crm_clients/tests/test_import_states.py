from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import crm_client_import_file, crm_client_import_run
from ..models.crm_client_import_run import Work
from .import_common import ImportCommon
from .import_files import encode, make_csv, make_sheet, make_xlsx


@tagged("post_install", "-at_install")
class TestImportRights(ImportCommon):
    def test_foreign_client_is_neither_named_nor_touched(self):
        rows = [("X", "", "office@karpaty.example", "", "Ivan", "")]
        for policy, counts in (("skip", {"skipped": 1}), ("fill", {"failed": 1}), ("update", {"failed": 1})):
            with self.subTest(policy=policy):
                record = self._import(rows, self.olena, duplicate_policy=policy)
                self.assertCounts(record, **counts)
                self.assertNotIn("Karpaty", self._get_message(record, 2))
                self.assertIn("another manager", self._get_message(record, 2))
                self.assertFalse(record.row_ids.partner_id)
        self.assertEqual(self.karpaty.name, "Karpaty LLC")
        self.assertEqual(self.karpaty.child_ids, self.oksana)

    def test_own_clients_only_for_oneself(self):
        headers = ("Client", "Responsible manager")
        record = self._import([("A", "cl_taras"), ("B", "cl_olena"), ("C", "")], self.olena, headers)
        self.assertCounts(record, created=2, failed=1)
        self.assertEqual((self._find("B") | self._find("C")).user_id, self.olena)

    def test_default_manager_is_no_way_around(self):
        record = self._import([("A",)], self.olena, default_user_id=self.taras.id)
        self.assertCounts(record, failed=1)
        self.assertFalse(self._find("A"))

    def test_all_clients_for_anybody(self):
        record = self._import([("A", "Taras")], self.ivan, ("Client", "Responsible manager"))
        self.assertCounts(record, created=1)
        self.assertEqual(self._find("A").user_id, self.taras)

    def test_update_cannot_take_a_client_over(self):
        rows = [("Dnipro LLC", "office@dnipro.example", "cl_taras")]
        headers = ("Client", "E-mail", "Responsible manager")
        self.assertCounts(self._import(rows, self.olena, headers, duplicate_policy="update"), failed=1)
        self.assertEqual(self.dnipro.user_id, self.olena)

    def test_import_belongs_to_its_maker(self):
        record = self._new_import(make_xlsx([("A",)]), self.olena, user_id=self.head.id)
        self.assertEqual(record.user_id, self.olena)
        with self.assertRaises(AccessError):
            record.user_id = self.head

    def test_others_see_nothing_of_it(self):
        record = self._import([("A",)], self.olena)
        for user, names in ((self.taras, 0), (self.ivan, 0), (self.head, 1), (self.olena, 1)):
            imports = self.Import.with_user(user)
            self.assertEqual(imports.search_count([("id", "=", record.id)]), names, user.name)
            rows = self.env["crm.client.import.row"].with_user(user)
            self.assertEqual(rows.search_count([("import_id", "=", record.id)]), names, user.name)
        with self.assertRaises(AccessError):
            record.with_user(self.taras).read(["name", "file"])
        with self.assertRaises(AccessError):
            record.column_ids.with_user(self.taras).read(["sample"])

    def test_nobody_writes_rows(self):
        record = self._import([("A",)], self.olena)
        with self.assertRaises(AccessError):
            record.row_ids.with_user(self.olena).write({"partner_id": self.karpaty.id})

    def test_employee_without_the_directory(self):
        with self.assertRaises(AccessError):
            self._new_import(make_xlsx([("A",)]), self.clerk)

    def test_archived_user(self):
        record = self._new_import(make_xlsx([("A",)]), self.olena)
        record.action_start()
        self.olena.active = False
        self.assertEqual(self._work(record).state, "paused")
        self.assertFalse(self._find("A"))


@tagged("post_install", "-at_install")
class TestImportStates(ImportCommon):
    def test_forbidden_transitions(self):
        record = self._import([("A",)])
        for action in ("action_start", "action_check", "action_pause", "action_cancel", "action_draft"):
            with self.assertRaises(UserError), self.cr.savepoint():
                getattr(record, action)()
        self.assertEqual(record.state, "done")

    def test_working_import_is_not_deleted(self):
        record = self._new_import(make_xlsx([("A",)]))
        record.action_start()
        with self.assertRaises(UserError):
            record.unlink()
        record.action_cancel()
        record.unlink()

    def test_without_file(self):
        with self.assertRaisesRegex(UserError, "Choose the workbook"):
            self.Import.with_user(self.olena).create({}).action_start()

    def test_problem_with_the_file_is_told_and_stops_the_start(self):
        for content, words in (
            (b"%PDF-1.4", "PDF"),
            (make_xlsx([]), "empty"),
            (make_xlsx([], [f"h{n}" for n in range(10_000)]), "columns"),
            (make_xlsx([("A",)])[:900], "damaged"),
        ):
            record = self._new_import(content)
            with self.subTest(words=words):
                self.assertIn(words, record.problem)
                with self.assertRaisesRegex(UserError, words):
                    record.action_start()

    def test_file_that_turns_out_damaged_changes_nothing(self):
        rows = "".join(
            f'<row r="{number}"><c t="inlineStr"><is><t>Client {number}</t></is></c></row>' for number in range(2, 4000)
        )
        header = '<row r="1"><c t="inlineStr"><is><t>Client</t></is></c></row>'
        wide = '<row r="4000"><c r="ZZ4000"><v>1</v></c></row>'
        record = self._new_import(make_sheet(f"<sheetData>{header}{rows}{wide}</sheetData>"))
        self.assertFalse(record.problem)
        record.action_start()
        self._work(record)
        self.assertEqual((record.state, record.row_count, len(record.row_ids)), ("draft", 0, 0))
        self.assertIn("columns", record.problem)
        self.assertFalse(self._find("Client 2"))

    def test_another_file_replaces_the_rows(self):
        record = self._import([("A", "", "bad")], check=True)
        record.action_draft()
        record.write({"file": encode(make_csv([("B", "1")], ("Client", "ZIP"))), "filename": "b.csv"})
        self.assertEqual((record.row_count, record.failed_count, len(record.row_ids)), (0, 0, 0))
        self.assertEqual(record.column_ids.mapped("target"), ["name", "zip"])
        record.action_start()
        self.assertCounts(self._work(record), created=1)

    def test_unexpected_error_pauses_this_import_alone(self):
        record = self._new_import(make_xlsx([("A",)]))
        record.action_start()
        self.patch(type(record), "_add_rows", lambda *args: 1 / 0)
        with mute_logger("odoo.addons.crm_clients.models.crm_client_import_run"):
            self.patch(self.env.cr, "rollback", lambda: None)
            record.sudo()._try_step({})
        self.assertEqual(record.state, "paused")
        self.assertIn("error", record.message_ids[0].body)

    def test_job_works_on_all_imports_in_turn(self):
        records = self.Import
        for name, user in (("A", self.olena), ("B", self.taras)):
            records |= self._new_import(make_xlsx([(f"{name} {number}",) for number in range(30)]), user)
        for record in records:
            record.action_start()
        self.patch(crm_client_import_run, "BATCH_ROWS", 10)
        order = []
        original = type(records)._import_step
        self.patch(
            type(records), "_import_step", lambda record, work: order.append(record.id) or original(record, work)
        )
        with self.enter_registry_test_mode():
            self.env.ref("crm_clients.ir_cron_client_import").method_direct_trigger()
        self.assertEqual(records.mapped("state"), ["done", "done"])
        self.assertEqual(order[:4], records.sorted("id").ids * 2)
        self.assertEqual(set(records.mapped("created_count")), {30})

    def test_interrupted_reading_goes_on_without_doubles(self):
        self.patch(crm_client_import_file, "READ_ROWS", 4)
        record = self._new_import(make_xlsx([(f"Client {number}",) for number in range(10)], ("Client",)))
        record.action_start()
        sudo = record.sudo()
        sudo._step(Work(sudo))
        self.assertEqual(sudo.row_count, 4)
        self.assertCounts(self._work(record), created=10)
        self.assertEqual(record.row_ids.mapped("number"), list(range(2, 12)))

    def test_pause_and_continue(self):
        self.patch(crm_client_import_run, "BATCH_ROWS", 3)
        record = self._new_import(make_xlsx([(f"Client {number}",) for number in range(10)], ("Client",)))
        record.action_start()
        sudo = record.sudo()
        work = Work(sudo)
        for _step in range(3):
            sudo._step(work)
        record.action_pause()
        self.assertEqual((record.created_count, round(record.progress)), (3, 30))
        self.assertFalse(sudo._try_step({}))
        record.action_start()
        self.assertCounts(self._work(record), created=10)

    def test_user_is_told(self):
        record = self._import([("A",), ("B", "", "bad")])
        message = record.message_ids.filtered(lambda message: "Import finished" in (message.body or ""))
        self.assertIn("1 created", message.body)
        self.assertIn(self.olena.partner_id, message.notified_partner_ids)
