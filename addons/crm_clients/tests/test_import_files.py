import codecs
import io
import zipfile
from datetime import date

import xlsxwriter

from odoo.tests import BaseCase, tagged

from ..tools import sheet_errors
from ..tools.client_columns import SYNONYMS, TARGETS, find_header, normalise, recognise
from ..tools.client_peek import peek_into
from ..tools.sheet_cells import DATE, clean_text, is_shortened_number, number_text, read_format
from ..tools.sheet_csv import detect_separator
from ..tools.sheet_reader import MARK_SHEET, open_sheet
from ..tools.sheet_xlsx import MAX_COLUMNS
from .import_files import HEADERS, make_csv, make_sheet, make_xls, make_xlsx, replace_part

UKRAINIAN = (("ТОВ Їжак", "044 200 11 22", "info@yizhak.example"), ("ПП Ґанок є", "032", "h@example.com"))
RUSSIAN = (("ООО Ромашка и сыновья", "495", "a@example.com"), ("ИП Пётр Иванов", "812", "b@example.com"))
POLISH = (("Zakład Mięsny Łódź", "22", "a@example.com"), ("Żółw Świnoujście", "33", "b@example.com"))


def read(content):
    with open_sheet(io.BytesIO(content)) as sheet:
        return list(sheet.rows())


def read_cells(content):
    return [cells for _number, cells in read(content)]


class ImportFileCase(BaseCase):
    def assertRefused(self, error, content, **attributes):
        with self.assertRaises(error) as caught:
            read(content)
        for name, value in attributes.items():
            self.assertEqual(getattr(caught.exception, name), value)


@tagged("post_install", "-at_install")
class TestReadWorkbook(ImportFileCase):
    def test_texts_and_numbers_as_they_are_meant(self):
        content = make_xlsx([("Dnipro", "0442001122", 7707083893.0, 0.1 + 0.2, True)], headers=None)
        self.assertEqual(read_cells(content), [["Dnipro", "0442001122", "7707083893", "0.3", "TRUE"]])

    def test_formats_decide_on_zeros_and_dates(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            page = book.add_worksheet()
            page.write_number(0, 0, 12345, book.add_format({"num_format": "00000000"}))
            page.write_datetime(0, 1, date(2026, 5, 1), book.add_format({"num_format": "dd.mm.yyyy"}))
            page.write_number(0, 2, 45413.5, book.add_format({"num_format": 22}))
            page.write_number(0, 3, 0.5, book.add_format({"num_format": "hh:mm"}))
        self.assertEqual(read_cells(buffer.getvalue()), [["00012345", "2026-05-01", "2024-05-01 12:00", "12:00"]])

    def test_numbers_of_rows_are_those_of_the_sheet(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            page = book.add_worksheet()
            page.write(1, 0, "second row")
            page.write(7, 2, "eighth row")
        self.assertEqual(read(buffer.getvalue()), [(2, ["second row"]), (8, ["", "", "eighth row"])])

    def test_formulas_give_their_stored_result(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            page = book.add_worksheet()
            page.write_formula(0, 0, '="ТОВ"', None, "ТОВ")
            page.write_formula(0, 1, "=1+1", None, 2)
        self.assertEqual(read_cells(buffer.getvalue()), [["ТОВ", "2"]])

    def test_formulas_without_a_result_are_counted(self):
        content = make_sheet('<sheetData><row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><v>3</v></c></row></sheetData>')
        with open_sheet(io.BytesIO(content)) as sheet:
            self.assertEqual(list(sheet.rows()), [(1, ["", "3"])])
            self.assertEqual(sheet.formulas_without_value, 1)

    def test_rich_text_is_joined_and_phonetic_help_left_out(self):
        content = replace_part(
            make_xlsx([("x",)], headers=None),
            "xl/sharedStrings.xml",
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>Dni</t></r><r><t>pro</t></r>'
            "<rPh><t>no</t></rPh></si></sst>",
        )
        self.assertEqual(read_cells(content), [["Dnipro"]])

    def test_cells_without_reference_follow_each_other(self):
        content = make_sheet(
            '<sheetData><row><c t="inlineStr"><is><t>a</t></is></c><c><v>2</v></c></row><row><c r="C2"><v>3</v></c></row></sheetData>'
        )
        self.assertEqual(read(content), [(1, ["a", "2"]), (2, ["", "", "3"])])

    def test_errors_of_a_spreadsheet_are_empty(self):
        content = make_sheet(
            '<sheetData><row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c></row></sheetData>'
        )
        self.assertEqual(read_cells(content), [["", "1"]])

    def test_first_visible_sheet_with_rows(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            book.add_worksheet("Empty")
            hidden = book.add_worksheet("Hidden")
            hidden.write(0, 0, "not this")
            hidden.hide()
            book.add_worksheet("Clients").write(0, 0, "this")
        self.assertEqual(read_cells(buffer.getvalue()), [["this"]])

    def test_old_workbook(self):
        rows = read_cells(make_xls([("Дніпро", "0442001122", "", 7707083893.0)]))
        self.assertEqual(rows, [list(HEADERS), ["Дніпро", "0442001122", "", "7707083893", "", ""]])

    def test_control_characters_are_removed(self):
        content = make_sheet(
            '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Dni_x0000_pro_x000D_\u200b LLC\u00a0</t></is></c></row></sheetData>'
        )
        self.assertEqual(read_cells(content), [["Dnipro\nLLC"]])


@tagged("post_install", "-at_install")
class TestBadFiles(ImportFileCase):
    def test_not_a_table(self):
        for content, kind in (
            (b"%PDF-1.7 ...", "pdf"),
            (b"\x89PNG\r\n\x1a\n" + bytes(100), "image"),
            (b"<html><table><tr><td>Client</td></tr></table></html>", "web_page"),
            (bytes(range(1, 32)) * 100, ""),
        ):
            with self.subTest(kind=kind):
                self.assertRefused(sheet_errors.NotASheetError, content, kind=kind)

    def test_other_archives(self):
        for names, kind in (({"mimetype"}, "ods"), ({"xl/workbook.bin"}, "xlsb"), ({"word/document.xml"}, "")):
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                for name in names:
                    archive.writestr(name, "x")
            with self.subTest(kind=kind):
                self.assertRefused(sheet_errors.NotASheetError, buffer.getvalue(), kind=kind)

    def test_encrypted(self):
        container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
        self.assertRefused(sheet_errors.EncryptedSheetError, container)

    def test_cut_off(self):
        content = make_xlsx([("Dnipro",)] * 500)
        self.assertRefused(sheet_errors.BrokenSheetError, content[: len(content) // 2])
        self.assertRefused(sheet_errors.BrokenSheetError, make_xls([("Dnipro",)])[:1500])

    def test_bits_that_changed_never_crash(self):
        content = make_xlsx([("Dnipro", "1", "2")] * 20)
        for position in range(0, len(content), 97):
            damaged = content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :]
            try:
                read(damaged)
            except sheet_errors.SheetError:
                continue

    def test_zip_bomb(self):
        content = replace_part(make_xlsx([("x",)]), "xl/media/image1.png", "")
        buffer = io.BytesIO(content)
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet2.xml", bytes(60 * 1024 * 1024))
        self.assertRefused(sheet_errors.SheetTooLargeError, buffer.getvalue(), megabytes=60)

    def test_two_gigabytes_that_are_only_declared(self):
        content = bytearray(make_xlsx([("x",)]))
        entry = content.rindex(b"PK\x01\x02")
        content[entry + 24 : entry + 28] = (2**31).to_bytes(4, "little")
        self.assertRefused(sheet_errors.SheetTooLargeError, bytes(content), megabytes=2048)

    def test_declared_dimension_is_not_believed(self):
        content = make_sheet(
            '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="A1048576"><v>2</v></c></row></sheetData>'
        )
        self.assertEqual(read(content), [(1, ["1"]), (1048576, ["2"])])

    def test_rows_beyond_the_sheet_or_out_of_order(self):
        for numbers in ((10**12,), (5, 5), (5, 4)):
            rows = "".join(f'<row r="{number}"><c><v>1</v></c></row>' for number in numbers)
            with self.subTest(numbers=numbers):
                self.assertRefused(sheet_errors.BrokenSheetError, make_sheet(f"<sheetData>{rows}</sheetData>"))

    def test_ten_thousand_columns(self):
        self.assertRefused(sheet_errors.TooManyColumnsError, make_xlsx([], headers=[f"h{n}" for n in range(10_000)]))
        wide = [f"h{n}" for n in range(10_000)]
        self.assertRefused(sheet_errors.TooManyColumnsError, make_csv([], headers=wide), limit=MAX_COLUMNS)

    def test_empty_cells_far_to_the_right_are_no_columns(self):
        content = make_sheet('<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row></sheetData>')
        self.assertEqual(read_cells(content), [["1"]])

    def test_entities_are_not_expanded(self):
        sheet = (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
            '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
        )
        content = replace_part(make_xlsx([("x",)]), "xl/worksheets/sheet1.xml", sheet)
        self.assertRefused(sheet_errors.BrokenSheetError, content)

    def test_shared_text_that_does_not_exist(self):
        content = make_sheet('<sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData>')
        self.assertRefused(sheet_errors.BrokenSheetError, content)

    def test_template_of_another_version(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            book.add_worksheet("Clients").write(0, 0, "Client")
            book.add_worksheet(MARK_SHEET).write(0, 0, "99")
        self.assertRefused(sheet_errors.UnknownTemplateError, buffer.getvalue(), version="99")

    def test_empty(self):
        for content in (make_xlsx([], headers=None), make_xlsx([]), make_csv([]), b""):
            with self.assertRaises(sheet_errors.EmptySheetError):
                peek_into(io.BytesIO(content), {}, "")


@tagged("post_install", "-at_install")
class TestReadText(ImportFileCase):
    def test_encodings(self):
        headers = ("Назва", "Телефон", "Пошта")
        for rows, encodings in (
            (UKRAINIAN, ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8_u", "mac_cyrillic")),
            (RUSSIAN, ("utf-8", "utf-16", "cp1251", "cp866", "koi8_r", "iso8859_5")),
        ):
            for encoding in encodings:
                with self.subTest(encoding=encoding):
                    content = make_csv(rows, headers, encoding)
                    self.assertEqual(read_cells(content), [list(headers), *map(list, rows)])
        content = make_csv(POLISH, ("Nazwa", "Telefon", "Poczta"), "cp1250")
        self.assertEqual(read_cells(content)[1][0], "Zakład Mięsny Łódź")

    def test_letter_that_is_not_utf8_may_come_late(self):
        rows = [(f"Company number {number}", "1", "2") for number in range(20_000)]
        content = make_csv(rows) + "\r\nДніпро і Карпати;1;2".encode("cp1251")
        self.assertEqual(read_cells(content)[-1][0], "Дніпро і Карпати")

    def test_separators(self):
        for separator in ";,\t|":
            with self.subTest(separator=separator):
                rows = read_cells(make_csv([("Dnipro", "1", "2")], separator=separator))
                self.assertEqual(rows[1], ["Dnipro", "1", "2"])
        self.assertEqual(detect_separator(["a,b;c", "d;e", "f, g;h"]), ";")
        self.assertEqual(read_cells(b"sep=|\r\nClient|Phone;x\r\nDnipro|1"), [["Client", "Phone;x"], ["Dnipro", "1"]])

    def test_quotes_and_lines_within_a_cell(self):
        content = b'Client;Notes\r\n"Dnipro; LLC";"first\nsecond ""quoted"""\r\n'
        self.assertEqual(read_cells(content)[1], ["Dnipro; LLC", 'first\nsecond "quoted"'])

    def test_zero_bytes_and_marks_disappear(self):
        self.assertEqual(read_cells(codecs.BOM_UTF8 + b"Cli\x07ent;Phone\r\nDni\x00pro;1")[1], ["Dnipro", "1"])

    def test_endless_cell(self):
        self.assertRefused(sheet_errors.BrokenSheetError, b'Client;Phone\r\n"' + b"x" * 200_000 + b'";1')


@tagged("post_install", "-at_install")
class TestCells(BaseCase):
    def test_numbers(self):
        for value, style, text in (
            ("7707083893.0", None, "7707083893"),
            ("1E3", None, "1000"),
            ("-5", None, "-5"),
            ("123", 8, "00000123"),
            ("45413", DATE, "2024-05-01"),
            ("not a number", None, "not a number"),
            ("1e400", None, "1e400"),
            ("99999999999", DATE, "99999999999"),
        ):
            with self.subTest(value=value):
                self.assertEqual(number_text(value, style), text)

    def test_formats(self):
        for code, meaning in (
            ("General", None),
            ("0.00E+00", None),
            ('#,##0.00 "days"', None),
            ("[$-419]dd mmmm yyyy", DATE),
            ("0000000000", 10),
            ("@", None),
        ):
            with self.subTest(code=code):
                self.assertEqual(read_format(200, code), meaning)
        self.assertEqual(read_format(14, None), DATE)

    def test_numbers_that_a_program_has_shortened(self):
        for text in ("3,80442E+11", "7.70708E+09", "1E+12"):
            self.assertTrue(is_shortened_number(text), text)
        for text in ("380442001122", "E12", "12E", "+380 44"):
            self.assertFalse(is_shortened_number(text), text)

    def test_clean_text(self):
        self.assertEqual(clean_text("\ufeff a\u00a0 b\x00\r\nc\ud800 "), "a b\nc")


@tagged("post_install", "-at_install")
class TestColumns(BaseCase):
    def test_every_word_means_one_thing(self):
        meanings = {}
        for target, words in SYNONYMS.items():
            for word in words.split(", "):
                self.assertEqual(meanings.setdefault(normalise(word), target), target, word)

    def test_headers_in_three_languages_and_any_order(self):
        for headers, targets in (
            (("E-mail", "Client name *", "Discount"), ["email", "name", None]),
            (("№", "Назва компанії", "Код ЄДРПОУ", "Джерело"), [None, "name", "company_registry", "source"]),
            (("Должность", "ФИО", "ИНН", "Наименование"), ["contact_profession", "contact_name", "vat", "name"]),
            (("ТЕЛЕФОН:", "Ім’я контактної особи", "Расчётный счёт"), ["phone", "contact_name", "bank_account"]),
        ):
            with self.subTest(headers=headers):
                self.assertEqual(recognise(headers).targets, targets)

    def test_second_phone_is_of_the_contact_person(self):
        headers = ["Client", "Phone", "Contact person", "Phone", "E-mail", "Phone"]
        targets = recognise(headers).targets
        self.assertEqual(targets, ["name", "phone", "contact_name", "contact_phone", "email", None])

    def test_labels_of_another_language(self):
        self.assertEqual(recognise(["Kunde", "Telefon"], labels={"name": "Kunde"}).targets[0], "name")

    def test_headers_below_a_title(self):
        number, found = find_header([(1, ["Clients of 2026"]), (4, ["Phone", "Client"]), (5, ["1", "Dnipro"])])
        self.assertEqual((number, found.targets), (4, ["phone", "name"]))

    def test_merged_headers(self):
        rows = [
            (1, ["Client", "", "Contact person", ""]),
            (2, ["Name", "Phone", "Name", "Phone"]),
            (3, ["a", "1", "b", "2"]),
        ]
        number, found = find_header(rows)
        self.assertEqual((number, found.targets), (2, ["name", "phone", "contact_name", "contact_phone"]))
        rows = [(1, ["Client", "Contact person", ""]), (2, ["", "Full name", "Phone"]), (3, ["a", "b", "2"])]
        self.assertEqual(find_header(rows)[1].targets, ["name", "contact_name", "contact_phone"])

    def test_file_without_headers(self):
        number, found = find_header([(1, ["Dnipro", "044"]), (2, ["Karpaty", "032"])])
        self.assertEqual((number, found.targets), (1, [None, None]))

    def test_peek(self):
        peek = peek_into(
            io.BytesIO(make_xlsx([("", "1"), ("Dnipro", "2")], ("Client", "Secret", "", "Reason"))), {}, ""
        )
        self.assertEqual([column["sample"] for column in peek.columns], ["Dnipro", "1"])
        self.assertEqual([column["target"] for column in peek.columns], ["name", False])

    def test_every_target_has_words(self):
        self.assertEqual(set(SYNONYMS) - set(TARGETS), {"reason"})
