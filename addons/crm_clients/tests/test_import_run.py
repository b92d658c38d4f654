from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models import crm_client_import_run
from .import_common import ImportCommon
from .import_files import HEADERS, make_xlsx

EDRPOU = "32855961"
WRONG_EDRPOU = "32855968"


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
                raise UserError("Unlucky indeed")  # pylint: disable=translation-required
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
        self.patch(crm_client_import_run, "BATCH_ROWS", 2)
        record = self._import(
            [("First",), ("Second",), ("", "", "", "", "Ivan"), ("", "", "", "", "Maria"), ("", "", "", "", "Oleh")]
        )
        self.assertCounts(record, created=5)
        self.assertEqual(self._find("Second").child_ids.mapped("name"), ["Ivan", "Maria", "Oleh"])

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
