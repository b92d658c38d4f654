from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.crm_client_import_run import Work
from .common import ClientCommon
from .import_files import HEADERS, encode, make_csv, make_sheet, make_xlsx

EDRPOU = "32855961"
WRONG_EDRPOU = "32855968"


class ImportCommon(ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ua")
        cls.Import = cls.env["crm.client.import"]

    def _new_import(self, content, user=None, filename="clients.xlsx", **vals):
        return self.Import.with_user(user or self.olena).create({"file": encode(content), "filename": filename, **vals})

    def _work(self, record):
        """Do all steps of an import, as the job does."""
        record = record.sudo().with_user(self.env.ref("base.user_root"))
        work = Work(record)
        self.env.flush_all()
        self.env.invalidate_all()
        while record.state in ("checking", "running", "undoing"):
            record._step(work)
            self.env.flush_all()
            self.env.invalidate_all()
        return record

    def _import(self, rows, user=None, headers=HEADERS, check=False, **vals):
        record = self._new_import(make_xlsx(rows, headers), user, **vals)
        record.action_check() if check else record.action_start()
        return self._work(record)

    def _find(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def _get_results(self, record):
        rows = record.row_ids.sorted("number")
        return [(row.number, row.state) for row in rows]

    def _get_message(self, record, number):
        return record.row_ids.filtered(lambda row: row.number == number).message or ""

    def assertCounts(self, record, created=0, updated=0, skipped=0, failed=0):
        counts = (record.created_count, record.updated_count, record.skipped_count, record.failed_count)
        self.assertEqual(counts, (created, updated, skipped, failed), self._get_results(record))


@tagged("post_install", "-at_install")
class TestImportClients(ImportCommon):
    def test_client_with_contact_persons(self):
        record = self._import(
            [
                ("Polonyna", "044 200 11 22", "info@polonyna.example", EDRPOU, "Ivan", "ivan@polonyna.example"),
                ("", "", "", "", "Maria", "maria@polonyna.example"),
                ("Polonyna", "", "", EDRPOU, "Stepan", ""),
                ("Zoria", "", "", "", "", ""),
            ]
        )
        self.assertCounts(record, created=4)
        client = self._find("Polonyna")
        self.assertEqual(client.phone, "+380 44 200 1122")
        self.assertTrue(client.is_company)
        self.assertEqual(client.user_id, self.olena)
        self.assertEqual(client.client_type_id, self.env["crm.client.type"].search([], limit=1))
        self.assertEqual(client.child_ids.mapped("name"), ["Ivan", "Maria", "Stepan"])
        self.assertEqual(client.child_ids.client_id, client)
        self.assertEqual(set(client.child_ids.mapped("client_access")), {self.olena.id})
        self.assertEqual(client.client_import_id, record)
        self.assertEqual(client.create_uid, self.olena)
        self.assertEqual(record.state, "done")
        self.assertEqual(record.progress, 100)

    def test_every_column(self):
        tag = self.env["res.partner.category"].create({"name": "Wholesale"})
        profession = self.env["crm.profession"].search([], limit=1)
        columns = {
            "Client": "Hoverla",
            "Company or person": "company",
            "Client type": self.type_competitor.name,
            "Relationship": self.level_regular.name,
            "Responsible manager": "cl_taras",
            "Website": "hoverla.example",
            "Street": "Lesi Ukrainky 1",
            "Street 2": "office 5",
            "ZIP": "01001",
            "City": "Kyiv",
            "Region": "Somewhere",
            "Country": "Україна",
            "Source": "exhibition in  LVIV",
            "Services": f"{self.service.name}; {self.other_service.name}",
            "Tax ID": "",
            "Bank account": "UA213223130000026007233566001",
            "BIC": "PBANUA2X",
            "Reference": "H-1",
            "Tags": "wholesale",
            "Notes": "<b>first</b>\nsecond",
            "Contact person": "Oleh",
            "Contact's profession": profession.name,
            "Contact's phone": "067 123 45 67",
        }
        record = self._import([tuple(columns.values())], self.head, tuple(columns))
        self.assertCounts(record, created=1)
        client = self._find("Hoverla")
        self.assertEqual(client.client_type_id, self.type_competitor)
        self.assertEqual(client.client_level_id, self.level_regular)
        self.assertIn("clients.xlsx", client.client_level_change_ids.reason)
        self.assertEqual(client.user_id, self.taras)
        self.assertIn(self.taras.partner_id, client.message_partner_ids)
        self.assertEqual(client.website, "http://hoverla.example")
        self.assertEqual(client.street2, "office 5, Somewhere")
        self.assertEqual((client.zip, client.city, client.country_id.code), ("01001", "Kyiv", "UA"))
        self.assertEqual(client.client_source_id, self.source)
        self.assertEqual(client.client_service_ids, self.service | self.other_service)
        self.assertEqual(client.bank_ids.acc_number, "UA213223130000026007233566001")
        self.assertEqual(client.bank_ids.bank_id.bic, "PBANUA2X")
        self.assertEqual((client.ref, client.category_id), ("H-1", tag))
        self.assertIn("&lt;b&gt;first", client.comment)
        self.assertEqual(client.child_ids.profession_id, profession)
        self.assertEqual(client.child_ids.phone, "+380 67 123 4567")

    def test_persons_are_told_from_companies(self):
        headers = ("Client", "Kind", "Registration number", "Country")
        self._import(
            [
                ("Company", "", EDRPOU, "UA"),
                ("Entrepreneur", "", "3184710691", "UA"),
                ("Somebody", "фізособа", "", ""),
            ],
            headers=headers,
        )
        kinds = [self._find(name).is_company for name in ("Company", "Entrepreneur", "Somebody")]
        self.assertEqual(kinds, [True, False, False])

    def test_leading_zeros_stay(self):
        headers = ("Client", "Reference", "ZIP")
        self._import([("Zero", "000123", "01001")], headers=headers)
        self.assertEqual((self._find("Zero").ref, self._find("Zero").zip), ("000123", "01001"))

    def test_bad_rows_fail_with_their_reason_and_the_others_succeed(self):
        headers = (*HEADERS, "Country", "Source", "Responsible manager", "Company or person")
        record = self._import(
            [
                ("Good", "", "", "", "", "", "", "", "", ""),
                ("Bad mail", "", "not-an-email", "", "", "", "", "", "", ""),
                ("Bad number", "", "", WRONG_EDRPOU, "", "", "UA", "", "", ""),
                ("Bad country", "", "", "", "", "", "Atlantis", "", "", ""),
                ("Bad source", "", "", "", "", "", "", "Moon", "", ""),
                ("Bad manager", "", "", "", "", "", "", "", "Nobody", ""),
                ("Bad kind", "", "", "", "", "", "", "", "", "tree"),
                ("Shortened", "3,80442E+11", "", "", "", "", "", "", "", ""),
                ("", "", "lonely@example.com", "", "", "", "", "", "", ""),
                ("Nameless contact", "", "", "", "", "x", "", "", "", ""),
                ("Good too", "", "", "", "", "", "", "", "", ""),
            ],
            headers=headers,
        )
        self.assertCounts(record, created=2, failed=9)
        self.assertIn("not-an-email", self._get_message(record, 3))
        self.assertIn("EDRPOU", self._get_message(record, 4))
        self.assertIn("Atlantis", self._get_message(record, 5))
        self.assertIn(self.source.name[:4], self._get_message(record, 6))
        self.assertIn("Nobody", self._get_message(record, 7))
        self.assertIn("tree", self._get_message(record, 8))
        self.assertIn("3,80442E+11", self._get_message(record, 9))
        self.assertTrue(self._find("Good") and self._find("Good too"))
        self.assertFalse(self._find("Bad mail"))

    def test_row_that_the_database_refuses_fails_alone(self):
        """A constraint that only strikes when the batch is written must not take the others along."""
        partner_class = type(self.env["res.partner"])
        validate = partner_class._validate_fields

        def refuse(partners, *args):
            if "Unlucky" in partners.mapped("name"):
                raise UserError("Unlucky indeed")
            return validate(partners, *args)

        self.patch(partner_class, "_validate_fields", refuse)
        names = [f"Client {number}" for number in range(9)]
        record = self._import([(name,) for name in (*names[:4], "Unlucky", *names[4:])], headers=("Client",))
        self.assertCounts(record, created=9, failed=1)
        self.assertEqual(self._get_message(record, 6), "Unlucky indeed")
        self.assertEqual(len(self.env["res.partner"].search([("name", "in", names)])), 9)

    def test_contact_person_of_a_client_that_failed(self):
        record = self._import([("Bad", "", "bad", "", "", ""), ("", "", "", "", "Ivan", "")])
        self.assertCounts(record, failed=2)
        self.assertIn("2", self._get_message(record, 3))

    def test_contact_person_in_the_next_batch(self):
        self.patch(self._get_run_module(), "BATCH_ROWS", 2)
        record = self._import(
            [("First",), ("Second",), ("", "", "", "", "Ivan"), ("", "", "", "", "Maria"), ("", "", "", "", "Oleh")]
        )
        self.assertCounts(record, created=5)
        self.assertEqual(self._find("Second").child_ids.mapped("name"), ["Ivan", "Maria", "Oleh"])

    def _get_run_module(self):
        from ..models import crm_client_import_run

        return crm_client_import_run

    def test_missing_values_are_created_for_the_head_alone(self):
        headers = ("Client", "Source", "Services", "Contact person", "Contact's profession", "Tags")
        rows = [("Hoverla", "Radio", "Audit; Web design", "Ivan", "Beekeeper", "Vip")]
        record = self._import(rows, self.head, headers, create_missing=True)
        self.assertCounts(record, created=1)
        client = self._find("Hoverla")
        self.assertEqual(client.client_source_id.name, "Radio")
        self.assertEqual(client.client_service_ids.mapped("name"), ["Audit", "Web design"])
        self.assertTrue(client.client_service_ids.filtered(lambda service: service.name == "Audit").is_client_service)
        self.assertEqual(client.child_ids.profession_id.name, "Beekeeper")
        rows = [("Polonyna", "Billboard", "", "", "", "")]
        self.assertCounts(self._import(rows, self.olena, headers, create_missing=True), failed=1)
        self.assertFalse(self.env["utm.source"].search([("name", "=", "Billboard")]))

    def test_types_are_never_created(self):
        headers = ("Client", "Client type", "Relationship")
        record = self._import(
            [("A", "Moon dweller", ""), ("B", "", "In love")], self.head, headers, create_missing=True
        )
        self.assertCounts(record, failed=2)

    def test_names_in_another_language(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.type_client.with_context(lang="uk_UA").name = "Постійний клієнт"
        record = self._import([("A", "постійний  КЛІЄНТ")], headers=("Client", "Client type"))
        self.assertCounts(record, created=1)
        self.assertEqual(self._find("A").client_type_id, self.type_client)

    def test_columns_can_be_assigned_by_hand(self):
        record = self._new_import(make_xlsx([("Hoverla", "5 %")], ("Wer", "Rabatt")))
        self.assertEqual(record.unknown_columns, "Wer, Rabatt")
        with self.assertRaisesRegex(UserError, "names of the clients"):
            record.action_start()
        record.column_ids[0].target = "name"
        record.column_ids[1].target = "name"
        with self.assertRaisesRegex(UserError, "Two columns"):
            record.action_start()
        record.column_ids[1].target = "comment"
        record.action_start()
        self._work(record)
        self.assertIn("5 %", self._find("Hoverla").comment)

    def test_columns_sent_by_a_form_keep_what_else_is_known(self):
        content = make_xlsx([("Phone", "Client"), ("1", "Hoverla")], ("Title", ""))
        record = self._new_import(
            content, column_ids=[Command.create({"index": 1, "header": "Client", "target": "name"})]
        )
        self.assertEqual(record.header_number, 2)
        record.action_start()
        self.assertCounts(self._work(record), created=1)


@tagged("post_install", "-at_install")
class TestImportDuplicates(ImportCommon):
    def test_skip(self):
        record = self._import([("Other name", "", "office@dnipro.example", "", "Ivan", "")])
        self.assertCounts(record, skipped=1)
        self.assertIn("Dnipro LLC", self._get_message(record, 2))
        self.assertEqual(self.dnipro.child_ids, self.petro)

    def test_contact_person_leads_to_the_client(self):
        record = self._import([("Other name", "", "petro@dnipro.example")])
        self.assertCounts(record, skipped=1)
        self.assertEqual(record.row_ids.partner_id, self.dnipro)

    def test_fill(self):
        headers = (*HEADERS, "City", "Services")
        rows = [("New name", "0991112233", "office@dnipro.example", "", "Ivan", "", "Dnipro", self.service.name)]
        self.assertCounts(self._import(rows, headers=headers, duplicate_policy="fill"), updated=1)
        self.assertEqual((self.dnipro.name, self.dnipro.phone), ("Dnipro LLC", "+380 44 200 0001"))
        self.assertEqual((self.dnipro.city, self.dnipro.client_service_ids), ("Dnipro", self.service))
        self.assertEqual(set(self.dnipro.child_ids.mapped("name")), {"Petro", "Ivan"})
        again = self._import(rows, headers=headers, duplicate_policy="fill")
        self.assertCounts(again, skipped=1)

    def test_update(self):
        self.dnipro.client_service_ids = self.other_service
        headers = (*HEADERS, "Services", "Relationship")
        rows = [("New name", "", "office@dnipro.example", "", "", "", self.service.name, self.level_regular.name)]
        self.assertCounts(self._import(rows, headers=headers, duplicate_policy="update"), updated=1)
        self.assertEqual((self.dnipro.name, self.dnipro.phone), ("New name", "+380 44 200 0001"))
        self.assertEqual(self.dnipro.client_service_ids, self.service | self.other_service)
        self.assertEqual(self.dnipro.client_level_id, self.level_regular)
        self.assertTrue(self.dnipro.client_level_change_ids)

    def test_create_another(self):
        record = self._import([("Dnipro LLC", "", "office@dnipro.example")], duplicate_policy="create")
        self.assertCounts(record, created=1)
        self.assertEqual(len(self._find("Dnipro LLC")), 2)

    def test_several_candidates(self):
        self._create_client("Dnipro branch", self.olena, email="office@dnipro.example")
        rows = [("X", "", "office@dnipro.example")]
        self.assertCounts(self._import(rows, duplicate_policy="skip"), skipped=1)
        record = self._import(rows, duplicate_policy="update")
        self.assertCounts(record, failed=1)
        self.assertIn("Dnipro branch", self._get_message(record, 2))

    def test_within_the_file(self):
        rows = [
            ("First", "044 300 00 01", "", ""),
            ("Second", "", "b@example.com", ""),
            ("First again", "+380443000001", "", ""),
            ("Second again", "", "B@example.com", ""),
            ("Third", "", "", ""),
        ]
        record = self._import(rows)
        self.assertCounts(record, created=3, skipped=2)
        self.assertIn("row 2", self._get_message(record, 4))
        self.assertIn("row 3", self._get_message(record, 5))
        self.assertFalse(self._find("First again"))

    def test_within_the_file_the_later_row_updates_the_first(self):
        headers = ("Client", "E-mail", "City")
        rows = [("First", "a@example.com", ""), ("First", "a@example.com", "Kyiv")]
        record = self._import(rows, headers=headers, duplicate_policy="fill")
        self.assertCounts(record, created=1, updated=1)
        self.assertEqual(self._find("First").city, "Kyiv")

    def test_partner_outside_the_directory_enters_it(self):
        supplier = self.env["res.partner"].create(
            {"name": "Supplier", "company_registry": EDRPOU, "country_id": self.env.ref("base.ua").id}
        )
        rows = [("Supplier", "", "", EDRPOU)]
        self.assertCounts(self._import(rows, self.head), skipped=1)
        self.assertFalse(supplier.client_type_id)
        self.assertCounts(self._import(rows, self.head, duplicate_policy="fill"), updated=1)
        self.assertTrue(supplier.client_type_id)


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
        self.patch(self._run_module(), "BATCH_ROWS", 10)
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

    def _run_module(self):
        from ..models import crm_client_import_run

        return crm_client_import_run

    def test_interrupted_reading_goes_on_without_doubles(self):
        from ..models import crm_client_import_file

        self.patch(crm_client_import_file, "READ_ROWS", 4)
        record = self._new_import(make_xlsx([(f"Client {number}",) for number in range(10)], ("Client",)))
        record.action_start()
        sudo = record.sudo()
        sudo._step(Work(sudo))
        self.assertEqual(sudo.row_count, 4)
        self.assertCounts(self._work(record), created=10)
        self.assertEqual(record.row_ids.mapped("number"), list(range(2, 12)))

    def test_pause_and_continue(self):
        self.patch(self._run_module(), "BATCH_ROWS", 3)
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
        from ..models import crm_client_import_run

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
