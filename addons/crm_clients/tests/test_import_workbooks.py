import base64
import io

import openpyxl

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..tools.client_columns import TARGETS, recognise
from ..tools.sheet_reader import open_sheet
from .common import ClientCast
from .import_common import ImportCommon
from .import_files import HEADERS, make_csv, make_xlsx


class WorkbookCommon(ImportCommon):
    def _open(self, content):
        return openpyxl.load_workbook(io.BytesIO(content))

    def _get_failed(self, record):
        """Return the workbook of the failed rows as (rows, openpyxl workbook)."""
        content = base64.b64decode(record.failed_file)
        with open_sheet(io.BytesIO(content)) as sheet:
            return [cells for _number, cells in sheet.rows()], self._open(content)


@tagged("post_install", "-at_install")
class TestTemplate(WorkbookCommon):
    def _get_template(self, user=None, **context):
        return self.Import.with_user(user or self.olena).with_context(**context)._make_template()

    def test_headers_are_recognised_in_every_language(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.env["res.lang"]._activate_lang("ru_RU")
        for lang in ("en_US", "uk_UA", "ru_RU"):
            with self.subTest(lang=lang):
                labels = self.env["crm.client.import.column"].with_context(lang=lang)._get_target_labels()
                page = self._open(self._get_template(lang=lang)).worksheets[0]
                headers = [cell.value for cell in page[1]]
                self.assertEqual(recognise(headers, labels=labels).targets, list(TARGETS))
                if lang == "en_US":
                    self.assertEqual(recognise(headers).targets, list(TARGETS), "also without the labels")

    def test_examples_can_be_imported(self):
        record = self._new_import(self._get_template(self.head), self.head)
        self.assertFalse(record.problem)
        self.assertFalse(record.unknown_columns)
        record.action_start()
        self._work(record)
        self.assertCounts(record, created=2)
        self.assertEqual(len(self.env["res.partner"].search([("client_import_id", "=", record.id)])), 3)

    def test_cells_are_texts_with_lists_to_choose_from(self):
        book = self._open(self._get_template())
        page, lists = book.worksheets[0], book.worksheets[2]
        columns = {cell.value: cell.column_letter for cell in page[1]}
        self.assertEqual(page.freeze_panes, "B2")
        self.assertEqual(page.column_dimensions[columns["Tax ID"]].number_format, "@")
        validated = {
            str(rule.sqref).rstrip("0123456789").split("2:")[0] for rule in page.data_validations.dataValidation
        }
        for header in ("Client type", "Relationship", "Source", "Services", "Country", "Contact's profession"):
            self.assertIn(columns[header], validated)
        self.assertIn(
            self.service.name, [row[0].value for row in lists[f"{columns['Services']}2:{columns['Services']}50"]]
        )
        self.assertEqual(lists.sheet_state, "hidden")

    def test_managers_of_one_limited_to_own_clients(self):
        def managers(user):
            lists = self._open(self._get_template(user)).worksheets[2]
            column = list(TARGETS).index("manager") + 1
            return [row[0].value for row in lists.iter_rows(min_row=2, min_col=column, max_col=column) if row[0].value]

        self.assertEqual(managers(self.olena), ["Olena"])
        self.assertLess({"Olena", "Taras", "Head"}, set(managers(self.head)))


@tagged("post_install", "-at_install")
class TestRowsToCorrect(WorkbookCommon):
    def test_correct_and_import_again(self):
        """Three bad rows come back, are corrected, and are imported."""
        rows = [
            ("Good", "", "good@example.com", "", "", ""),
            ("Bad mail", "", "bad", "", "Ivan", ""),
            ("", "", "", "", "Maria", ""),
            ("Good too", "", "", "", "", ""),
            ("", "", "", "", "", "bad"),
        ]
        record = self._import(rows)
        self.assertCounts(record, created=2, failed=3)
        failed, book = self._get_failed(record)
        self.assertEqual(failed[0], ["Reason", *HEADERS])
        self.assertEqual([cells[1] for cells in failed[1:]], ["Bad mail", "", "Good too"])

        page = book.worksheets[0]
        page["D2"], page["G4"] = "right@example.com", "stepan@example.com"
        buffer = io.BytesIO()
        book.save(buffer)
        again = self._new_import(buffer.getvalue())
        self.assertEqual(again.correction_of_id, record)
        self.assertFalse(again.unknown_columns)
        again.action_start()
        self._work(again)
        self.assertEqual(self._find("Bad mail").child_ids.mapped("name"), ["Ivan", "Maria"])
        self.assertEqual(len(self._find("Good too")), 1, "found again, not doubled")

    def test_contact_person_joins_the_client_of_the_corrected_import(self):
        rows = [("Good", "", "good@example.com", "", "", ""), ("", "", "", "", "Ivan", "bad")]
        record = self._import(rows)
        failed, book = self._get_failed(record)
        self.assertEqual(failed[1][1:4], ["Good", "", "good@example.com"])
        book.worksheets[0]["G2"] = "ivan@example.com"
        buffer = io.BytesIO()
        book.save(buffer)
        again = self._new_import(buffer.getvalue())
        again.action_start()
        self._work(again)
        self.assertEqual(self._find("Good").child_ids.email, "ivan@example.com")

    def test_correction_of_a_colleague_is_a_file_like_others(self):
        record = self._import([("Bad", "", "bad")])
        again = self._new_import(base64.b64decode(record.failed_file), self.taras)
        self.assertFalse(again.correction_of_id)
        self.assertFalse(again.problem)

    def test_formulas_stay_texts(self):
        risky = ("=1+1", "+380 44", "-1", "@SUM(A1)", "=HYPERLINK(1)")
        record = self._new_import(make_csv([(text, "bad") for text in risky], ("Client", "E-mail")))
        record.action_start()
        self._work(record)
        self.assertCounts(record, failed=len(risky))
        failed, book = self._get_failed(record)
        self.assertEqual([cells[1] for cells in failed[1:]], list(risky))
        for row in book.worksheets[0].iter_rows(min_row=2, min_col=2, max_col=2):
            self.assertEqual(row[0].data_type, "s")
            self.assertTrue(row[0].quotePrefix)

    def test_formula_cells_of_a_file_are_not_executed(self):
        record = self._import([("Bad", "", "bad", '=HYPERLINK("http://x")')])
        _failed, book = self._get_failed(record)
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})

    def test_nothing_to_correct(self):
        self.assertFalse(self._import([("Good",)]).failed_file)

    def test_unknown_columns_come_back_too(self):
        record = self._new_import(make_csv([("Bad", "bad", "5 %")], ("Client", "E-mail", "Discount")))
        record.action_start()
        self._work(record)
        self.assertEqual(self._get_failed(record)[0][1][1:], ["Bad", "bad", "5 %"])


@tagged("post_install", "-at_install")
class TestDownloads(ClientCast, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()

    def test_template_for_who_may_import(self):
        url = self.env["crm.client.import"].action_download_template()["url"]
        self.authenticate("cl_olena", "cl_olena")
        response = self.url_open(url)
        self.assertIn("clients.xlsx", response.headers["Content-Disposition"])
        self.assertTrue(response.content.startswith(b"PK"))
        self.authenticate("cl_clerk", "cl_clerk")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url).status_code, 403)

    def test_file_only_for_its_user(self):
        record = self.env["crm.client.import"].with_user(self.olena)
        record = record.create({"file": base64.b64encode(make_xlsx([("A",)])), "filename": "a.xlsx"})
        url = f"/web/content/crm.client.import/{record.id}/file"
        for login, status in (("cl_olena", 200), ("cl_taras", 404), ("cl_clerk", 404), ("cl_head", 200)):
            self.authenticate(login, login)
            self.assertEqual(self.url_open(url).status_code, status, login)
