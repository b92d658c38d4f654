import io
import struct
from datetime import date, datetime, time

import xlwt
from xlwt.CompoundDoc import XlsDoc

from odoo.tests import BaseCase, tagged

from ..tools.client_peek import peek_into
from ..tools.sheet_errors import BrokenSheetError, EncryptedSheetError, SheetError
from .import_files import make_xls, read, read_cells, save

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def style(number_format):
    return xlwt.easyxf(num_format_str=number_format)


class XlsCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.book = xlwt.Workbook()
        self.page = self.book.add_sheet("Клієнти")

    def assertRow(self, *cells):
        self.assertEqual(read_cells(save(self.book)), [list(cells)])


@tagged("post_install", "-at_install")
class TestXlsCells(XlsCase):
    def test_texts_and_numbers(self):
        for column, value in enumerate(("ТОВ Їжак", "0012345678", 7707083893, 7707083893.0, 0.1 + 0.2, -5)):
            self.page.write(0, column, value)
        self.assertRow("ТОВ Їжак", "0012345678", "7707083893", "7707083893", "0.3", "-5")

    def test_formats_fill_with_zeros(self):
        self.page.write(0, 0, 1234567, style("00000000"))
        self.page.write(0, 1, 1001, style("00000"))
        self.assertRow("01234567", "01001")

    def test_dates_and_times(self):
        self.page.write(0, 0, date(2026, 5, 1), style("dd.mm.yyyy"))
        self.page.write(0, 1, datetime(2026, 5, 1, 14, 30), style("d/m/yy h:mm"))
        self.page.write(0, 2, time(9, 15), style("h:mm"))
        self.page.write(0, 3, "01.05.2026")
        self.assertRow("2026-05-01", "2026-05-01 14:30", "09:15", "01.05.2026")

    def test_dates_that_count_from_1904(self):
        self.book.dates_1904 = True
        self.page.write(0, 0, date(2026, 5, 1), style("dd.mm.yyyy"))
        self.assertRow("2026-05-01")

    def test_booleans(self):
        self.page.write(0, 0, True)
        self.page.write(0, 1, False)
        self.assertRow("TRUE", "FALSE")

    def test_errors_are_empty(self):
        self.page.row(0).set_cell_error(0, 0x2A)  # #N/A
        self.page.row(0).set_cell_error(1, "#DIV/0!")
        self.page.write(0, 2, "Dnipro")
        self.assertRow("", "", "Dnipro")

    def test_formulas_without_a_result_are_empty(self):
        self.page.write(0, 0, xlwt.Formula('"a"&"b"'))
        self.page.write(0, 1, "Dnipro")
        self.assertRow("", "Dnipro")

    def test_control_characters_and_lines(self):
        self.page.write(0, 0, " Dni\x00\x07pro\u00a0\u200b LLC \r\n Kyiv ")
        self.assertRow("Dnipro LLC\nKyiv")

    def test_formulas_typed_as_text_stay_texts(self):
        for column, text in enumerate(("=1+1", "@SUM(A1)", "-1")):
            self.page.write(0, column, text)
        self.assertRow("=1+1", "@SUM(A1)", "-1")

    def test_rich_text(self):
        bold = xlwt.easyfont("bold on")
        self.page.write_rich_text(0, 0, ["Dni", ("pro", bold)])
        self.assertRow("Dnipro")


@tagged("post_install", "-at_install")
class TestXlsSheets(XlsCase):
    def test_rows_keep_their_numbers(self):
        self.page.write(1, 0, "second")
        self.page.write(6, 2, "seventh")
        numbers = [(number, [cell for cell in cells if cell]) for number, cells in read(save(self.book))]
        self.assertEqual(numbers, [(2, ["second"]), (7, ["seventh"])])

    def test_cells_that_are_only_formatted(self):
        frame = xlwt.easyxf("borders: left thin")
        self.page.write(0, 0, "Dnipro")
        for row in range(1, 200):
            self.page.write(row, 255, "", frame)
        self.assertEqual([cells[0] for cells in read_cells(save(self.book))], ["Dnipro"])

    def test_last_column_that_a_sheet_has(self):
        self.page.write(0, 255, "last")
        self.assertRow(*[""] * 255, "last")

    def test_merged_headers(self):
        self.page.write_merge(0, 0, 0, 1, "Клієнт")
        self.page.write_merge(0, 0, 2, 3, "Контактна особа")
        for column, text in enumerate(("Назва", "Телефон", "ПІБ", "Телефон")):
            self.page.write(1, column, text)
            self.page.write(2, column, f"value {column}")
        peek = peek_into(io.BytesIO(save(self.book)), {}, "")
        targets = [column["target"] for column in peek.columns]
        self.assertEqual((peek.header_number, targets), (2, ["name", "phone", "contact_name", "contact_phone"]))

    def test_headers_in_row_five(self):
        for row, texts in ((0, ["Report"]), (4, ["City", "Client"]), (5, ["Kyiv", "Dnipro"])):
            for column, text in enumerate(texts):
                self.page.write(row, column, text)
        peek = peek_into(io.BytesIO(save(self.book)), {}, "")
        self.assertEqual(peek.header_number, 5)
        self.assertEqual([column["sample"] for column in peek.columns], ["Kyiv", "Dnipro"])

    def test_first_visible_sheet_with_rows(self):
        for name, visibility, text in (
            ("Hidden", 1, "a"),
            ("Very hidden", 2, "b"),
            ("Clients", 0, "this"),
            ("Later", 0, "c"),
        ):
            sheet = self.book.add_sheet(name)
            sheet.visibility = visibility
            sheet.write(0, 0, text)
        self.assertRow("this")

    def test_empty_workbook(self):
        self.assertEqual(read(save(self.book)), [])

    def test_many_rows(self):
        for row in range(5000):
            self.page.write(row, 0, f"Client {row}")
            self.page.write(row, 1, f"{row:010}")
        rows = read(save(self.book))
        self.assertEqual((len(rows), rows[-1]), (5000, (5000, ["Client 4999", "0000004999"])))


@tagged("post_install", "-at_install")
class TestBadXls(XlsCase):
    def test_cut_off_anywhere(self):
        content = make_xls([("Dnipro", "1", "2", "3", "4", "5")] * 100)
        for length in (8, 100, 512, 1024, len(content) // 2):
            with self.subTest(length=length), self.assertRaises(BrokenSheetError):
                read(content[:length])

    def test_bytes_that_changed_never_crash(self):
        content = make_xls([("Dnipro", "1")] * 10)
        for position in range(8, len(content), 61):
            try:
                read(content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :])
            except SheetError:
                continue

    def test_other_documents_in_the_same_container(self):
        buffer = io.BytesIO()
        XlsDoc().save(buffer, b"a text document" * 500)
        content = buffer.getvalue().replace("Workbook".encode("utf-16-le"), "WordText".encode("utf-16-le"))
        with self.assertRaises(BrokenSheetError):
            read(content)

    def test_password_of_an_old_workbook(self):
        begin = struct.pack("<HHHHHHII", 0x809, 16, 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
        password = struct.pack("<HHHH", 0x2F, 4, 0x1234, 0x5678)
        buffer = io.BytesIO()
        XlsDoc().save(buffer, begin + password + struct.pack("<HH", 0x0A, 0) + bytes(5000))
        with self.assertRaises(EncryptedSheetError):
            read(buffer.getvalue())

    def test_password_of_a_new_workbook_wherever_it_is_noted(self):
        mark = "EncryptedPackage".encode("utf-16-le")
        for before in (600, 1024 * 1024 - len(OLE) - 10, 3 * 1024 * 1024):
            with self.subTest(before=before), self.assertRaises(EncryptedSheetError):
                read(OLE + bytes(before) + mark + bytes(100))
