import io
import zipfile

import openpyxl
from openpyxl.worksheet.datavalidation import DataValidation

from odoo.tests import BaseCase, tagged

from ..tools.client_columns import TARGETS, recognise
from ..tools.client_workbook import MAX_CELL, MAX_VALIDATED_ROW, write_rows_to_correct, write_template
from ..tools.sheet_reader import MARK_SHEET, TEMPLATE_VERSION, open_sheet
from .common import ClientCommon

COLUMNS = [("name", "Client", 32), ("client_type", "Client type", 20), ("vat", "Tax ID", 20)]
NAMES = ("Clients", "Instructions", "List's values")
RISKY = ("=1+1", '=HYPERLINK("http://x.example","y")', "+380 44", "-5", "@SUM(A1)", "{=1+1}", "=cmd|' /C calc'!A0")


def load(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def read_all_xml(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def read_back(content):
    with open_sheet(io.BytesIO(content)) as sheet:
        return sheet.correction_of, [cells for _number, cells in sheet.rows()]


class WorkbookCase(BaseCase):
    def assertNoFormulas(self, content):
        for name, xml in read_all_xml(content).items():
            self.assertNotIn("<f>", xml, name)
            self.assertNotIn("<hyperlink", xml, name)


@tagged("post_install", "-at_install")
class TestTemplateWorkbook(WorkbookCase):
    def _write(self, examples=(), lists=None, instructions=()):
        return write_template(COLUMNS, examples, lists or {}, instructions, NAMES)

    def test_sheets(self):
        book = load(self._write())
        self.assertEqual(book.sheetnames, [*NAMES, MARK_SHEET])
        self.assertEqual([sheet.sheet_state for sheet in book], ["visible", "visible", "hidden", "veryHidden"])
        self.assertEqual(book.active.title, "Clients")
        self.assertEqual(book[MARK_SHEET]["A1"].value, str(TEMPLATE_VERSION))

    def test_headers_stay_in_sight(self):
        page = load(self._write())["Clients"]
        self.assertEqual(page.freeze_panes, "B2")
        self.assertEqual([cell.value for cell in page[1]], ["Client", "Client type", "Tax ID"])
        colours = [cell.fill.start_color.rgb for cell in page[1]]
        self.assertNotEqual(colours[0], colours[1], "the required column is told apart")
        self.assertEqual(colours[1], colours[2])

    def test_every_column_holds_texts(self):
        page = load(self._write())["Clients"]
        columns = page.column_dimensions
        self.assertEqual([columns[letter].number_format for letter in "AB"], ["@"] * 2)
        self.assertEqual(columns["B"].max, 3, "equal columns are noted together")
        self.assertEqual(round(columns["A"].width), 33)

    def test_examples_keep_their_zeros(self):
        content = self._write(examples=[{"name": "Zoria", "vat": "0012345678"}, {"client_type": "New"}])
        self.assertEqual(
            read_back(content), (0, [["Client", "Client type", "Tax ID"], ["Zoria", "", "0012345678"], ["", "New"]])
        )
        cell = load(content)["Clients"]["C2"]
        self.assertEqual((cell.data_type, cell.number_format), ("s", "@"))

    def test_lists_to_choose_from(self):
        content = self._write(lists={"client_type": ["New", "Client, regular", '"Partner"'], "vat": []})
        book = load(content)
        [rule] = book["Clients"].data_validations.dataValidation
        self.assertIsInstance(rule, DataValidation)
        self.assertEqual((rule.type, str(rule.sqref)), ("list", f"B2:B{MAX_VALIDATED_ROW + 1}"))
        self.assertFalse(rule.showErrorMessage, "other texts stay possible: several services in a cell")
        sheet, _mark, area = rule.formula1.rpartition("!")
        self.assertEqual(sheet, "'List''s values'")
        self.assertEqual(area, "$B$2:$B$4")
        texts = [row[0].value for row in book[NAMES[2]][area.replace("$", "")]]
        self.assertEqual(texts, ["New", "Client, regular", '"Partner"'])

    def test_list_longer_than_the_limit_of_typed_lists(self):
        content = self._write(lists={"client_type": [f"Type number {number}" for number in range(900)]})
        [rule] = load(content)["Clients"].data_validations.dataValidation
        self.assertTrue(rule.formula1.endswith("$B$2:$B$901"))

    def test_names_that_look_like_formulas(self):
        content = self._write(examples=[{"name": text} for text in RISKY], lists={"client_type": list(RISKY)})
        self.assertNoFormulas(content)
        book = load(content)
        for cells in (book["Clients"]["A2:A8"], book[NAMES[2]]["B2:B8"]):
            self.assertEqual([row[0].value for row in cells], list(RISKY))
            self.assertEqual({row[0].data_type for row in cells}, {"s"})

    def test_instructions(self):
        long = "Only the first column is required. " * 5
        page = load(self._write(instructions=[long, ("Phone", "With the country code")]))["Instructions"]
        self.assertEqual(page["A1"].value, long.strip())
        self.assertIn("A1:B1", [str(area) for area in page.merged_cells.ranges])
        self.assertEqual((page["A2"].value, page["B2"].value), ("Phone", "With the country code"))
        self.assertTrue(page["A2"].font.b and page["B2"].alignment.wrap_text)

    def test_empty_template_has_no_rows(self):
        self.assertEqual(read_back(self._write())[1], [["Client", "Client type", "Tax ID"]])


@tagged("post_install", "-at_install")
class TestWorkbookToCorrect(WorkbookCase):
    def _write(self, rows, headers=("Reason", "Client", "Phone")):
        return write_rows_to_correct(list(headers), rows, ("Clients",), 42)

    def test_rows_and_import(self):
        rows = [["bad e-mail", "Zoria", "0442001122"], ["", "Dnipro", ""]]
        self.assertEqual(read_back(self._write(rows)), (42, [["Reason", "Client", "Phone"], rows[0], ["", "Dnipro"]]))

    def test_sheets(self):
        book = load(self._write([["x", "y", "z"]]))
        self.assertEqual(book.sheetnames, ["Clients", MARK_SHEET])
        self.assertEqual(book[MARK_SHEET].sheet_state, "veryHidden")
        self.assertEqual([cell.value for cell in book[MARK_SHEET][1]], [str(TEMPLATE_VERSION), "42"])
        page = book["Clients"]
        self.assertEqual(page.freeze_panes, "B2")
        self.assertEqual({cell.number_format for cell in page[2]}, {"@"})
        self.assertTrue(page["A2"].alignment.wrap_text, "the reason can be long")

    def test_formulas_of_strangers_are_texts(self):
        content = self._write([["reason", text, ""] for text in RISKY], headers=("Reason", "=1+1", "Phone"))
        self.assertNoFormulas(content)
        page = load(content)["Clients"]
        for row, text in enumerate(RISKY, start=2):
            cell = page.cell(row, 2)
            self.assertEqual((cell.value, cell.data_type), (text, "s"))
            self.assertEqual(bool(cell.quotePrefix), text[0] in "=+-@", text)

    def test_addresses_are_no_links(self):
        content = self._write(
            [["", "https://x.example", "mailto:a@x.example"], ["", "internal:Sheet!A1", "file:///etc"]]
        )
        self.assertNoFormulas(content)
        self.assertEqual(
            read_back(content)[1][1:],
            [["", "https://x.example", "mailto:a@x.example"], ["", "internal:Sheet!A1", "file:///etc"]],
        )

    def test_characters_that_xml_cannot_hold(self):
        rows = [["a\x00b", "Dni\x07pro\ud800", "1\n2"]]
        self.assertEqual(read_back(self._write(rows))[1][1], ["ab", "Dnipro", "1\n2"])

    def test_characters_with_a_meaning_in_xml(self):
        row = ["<&>\"'", "R&D <b>", "_x0041_"]
        self.assertEqual(read_back(self._write([row]))[1][1], row)

    def test_longest_text(self):
        self.assertEqual(len(read_back(self._write([["", "x" * (MAX_CELL + 1)]]))[1][1][1]), MAX_CELL)

    def test_no_value_at_all(self):
        self.assertEqual(read_back(self._write([[None, "Zoria", False]]))[1][1], ["", "Zoria"])

    def test_rows_are_taken_one_by_one(self):
        content = self._write([f"reason {number}", "Zoria", f"{number:09}"] for number in range(5000))
        self.assertEqual(read_back(content)[1][-1], ["reason 4999", "Zoria", "000004999"])


@tagged("post_install", "-at_install")
class TestTemplateOfUser(ClientCommon):
    """The template as the directory fills it, in the user's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ua")
        for lang, name in (("uk_UA", "Співрозмовник"), ("ru_RU", "Собеседник")):
            cls.env["res.lang"]._activate_lang(lang)
            cls.type_competitor.with_context(lang=lang).name = name

    def _make(self, user=None, lang="en_US"):
        return self.env["crm.client.import"].with_user(user or self.head).with_context(lang=lang)._make_template()

    def _get_list(self, book, target):
        column = TARGETS.index(target) + 1
        rows = book.worksheets[2].iter_rows(min_row=2, min_col=column, max_col=column, values_only=True)
        return [text for [text] in rows if text]

    def test_lists_are_in_the_language_of_the_user(self):
        for lang, name in (("uk_UA", "Співрозмовник"), ("ru_RU", "Собеседник")):
            with self.subTest(lang=lang):
                self.assertIn(name, self._get_list(load(self._make(lang=lang)), "client_type"))
                self.assertNotIn(name, self._get_list(load(self._make()), "client_type"))

    def test_structure_in_every_language(self):
        for lang in ("en_US", "uk_UA", "ru_RU"):
            content = self._make(lang=lang)
            book = load(content)
            with self.subTest(lang=lang):
                states = [sheet.sheet_state for sheet in book]
                self.assertEqual(states, ["visible", "visible", "hidden", "veryHidden"])
                self.assertEqual(book.sheetnames[-1], MARK_SHEET, "the mark has the same name in every language")
                page = book.worksheets[0]
                self.assertEqual(page.max_column, len(TARGETS))
                self.assertEqual(page.freeze_panes, "B2")
                self.assertEqual(read_back(content)[0], 0)
                self.assertEqual(len({cell.value for cell in page[1]}), len(TARGETS), "no two headers are the same")

    def test_a_template_moves_between_languages(self):
        """Who fills the template of a Ukrainian colleague may use Odoo in Russian, or without the labels."""
        for lang in ("en_US", "uk_UA", "ru_RU"):
            headers = [cell.value for cell in load(self._make(lang=lang)).worksheets[0][1]]
            for other in ("en_US", "uk_UA", "ru_RU"):
                labels = self.env["crm.client.import.column"].with_context(lang=other)._get_target_labels()
                with self.subTest(lang=lang, other=other):
                    self.assertEqual(recognise(headers, labels=labels).targets, list(TARGETS))

    def test_every_list_has_its_rule(self):
        book = load(self._make())
        rules = {str(rule.sqref).split("2")[0]: rule for rule in book.worksheets[0].data_validations.dataValidation}
        columns = {target: openpyxl.utils.get_column_letter(index + 1) for index, target in enumerate(TARGETS)}
        for target in (
            "kind",
            "client_type",
            "level",
            "manager",
            "country",
            "source",
            "services",
            "contact_profession",
        ):
            with self.subTest(target=target):
                last = len(self._get_list(book, target)) + 1
                self.assertTrue(rules[columns[target]].formula1.endswith(f"${columns[target]}${last}"))
        for target in ("name", "phone", "vat", "comment"):
            self.assertNotIn(columns[target], rules)

    def test_services_are_those_that_a_client_can_have(self):
        self.env["product.template"].create({"name": "Quokka spoon", "type": "consu"})
        services = self._get_list(load(self._make()), "services")
        self.assertIn(self.service.name, services)
        self.assertNotIn("Quokka spoon", services)

    def test_examples_say_that_they_are_examples(self):
        _correction, [_headers, first, second] = read_back(self._make(self.olena))
        self.assertEqual(first[TARGETS.index("manager")], "Olena")
        self.assertTrue(first[TARGETS.index("phone")].startswith("+380"))
        self.assertEqual(second[TARGETS.index("name")], "")
        self.assertTrue(second[TARGETS.index("contact_name")])
        for text in (first[0], second[TARGETS.index("contact_name")]):
            self.assertIn("delete", text)
