import codecs
import csv
import io

from odoo.tests import BaseCase, tagged

from ..tools.client_peek import peek_into
from ..tools.sheet_csv import SEPARATORS, CsvSheet, detect_encoding, detect_separator
from ..tools.sheet_errors import BrokenSheetError, NotASheetError, SheetError, TooManyColumnsError
from ..tools.sheet_reader import open_sheet
from ..tools.sheet_xlsx import MAX_COLUMNS

UKRAINIAN = [
    ["Клієнт", "Телефон", "Місто", "Примітка"],
    ["ТОВ «Їжачок»", "0442001122", "Київ", "Дзвонити після обіду"],
    ["ПП Ґанок та син", "0322003344", "Івано-Франківськ", "Постійний клієнт з 2019 року"],
]
RUSSIAN = [
    ["Клиент", "Телефон", "Город", "Примечание"],
    ["ООО Подъём и съёмка", "0957773311", "Санкт-Петербург", "Звонить после обеда"],
    ["ИП Щукин Эльдар", "0123456789", "Орёл", "Оплачивает вовремя"],
]
POLISH = [["Klient", "Telefon", "Miasto"], ["Świeże Owoce", "22", "Łódź"], ["Żółta Gęś", "33", "Kraków"]]


def write(rows, encoding="utf-8", separator=";", **options):
    """Return the rows as a program writes them that quotes where it must."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator, **options).writerows(rows)
    return buffer.getvalue().encode(encoding)


def read(content):
    with open_sheet(io.BytesIO(content)) as sheet:
        return list(sheet.rows())


def read_cells(content):
    return [cells for _number, cells in read(content)]


@tagged("post_install", "-at_install")
class TestCsvEncodings(BaseCase):
    def assertReadIn(self, rows, *encodings):
        for encoding in encodings:
            for separator in SEPARATORS:
                with self.subTest(encoding=encoding, separator=separator):
                    self.assertEqual(read_cells(write(rows, encoding, separator)), rows)

    def test_unicode(self):
        encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
        self.assertReadIn(UKRAINIAN, *encodings)
        self.assertReadIn(RUSSIAN, *encodings)
        self.assertReadIn(POLISH, *encodings)

    def test_code_pages_of_ukraine(self):
        plain = [[cell.replace("«", '"').replace("»", '"') for cell in row] for row in UKRAINIAN]
        self.assertReadIn(UKRAINIAN, "cp1251")
        self.assertReadIn(plain, "cp1251", "koi8_u")

    def test_code_pages_of_russia(self):
        self.assertReadIn(RUSSIAN, "cp1251", "cp866", "koi8_r")

    def test_code_page_of_poland(self):
        self.assertReadIn(POLISH, "cp1250")
        self.assertReadIn([["Klient", "Miasto"], ["Żółw", "Łódź"]], "cp1250")

    def test_few_letters_are_enough(self):
        for client in ("Щука", "ЩУКА", "Зоря"):
            self.assertReadIn([["Client", "City"], [client, "Львов"]], "cp1251", "koi8_u")

    def test_capital_letters_alone(self):
        rows = [[cell.upper() for cell in row] for row in RUSSIAN]
        self.assertReadIn(rows, "cp1251", "cp866", "koi8_r")

    def test_latin_letters_need_no_code_page(self):
        self.assertEqual(CsvSheet(io.BytesIO(write([["Client"], ["Dnipro"]]))).encoding, "utf-8")

    def test_big_endian_mark(self):
        content = codecs.BOM_UTF16_BE + write(UKRAINIAN, "utf-16-be")
        self.assertEqual(read_cells(content), UKRAINIAN)

    def test_character_cut_in_two_by_the_sample(self):
        """The sample ends in the middle of a letter, which does not make the file anything but UTF-8."""
        for padding in ("x", "xx"):
            rows = [["Клієнт", "Місто"], *([padding + "ї" * 500, "є"] for _ in range(400))]
            self.assertEqual(read_cells(write(rows)), rows)

    def test_damaged_letters_do_not_stop_the_reading(self):
        rows = read_cells(codecs.BOM_UTF8 + "Клієнт;Місто\nДні".encode() + b"\xff" + "про;Київ".encode())
        self.assertEqual(rows[1], ["Дні\ufffdпро", "Київ"])

    def test_noise_is_no_text(self):
        with self.assertRaises(NotASheetError):
            detect_encoding(bytes([1, 2, 3, 4, 65]) * 100, lambda: True)


@tagged("post_install", "-at_install")
class TestCsvSeparators(BaseCase):
    def test_rows_that_agree_decide(self):
        for lines, separator in (
            (["Name;Phone", "Dnipro, LLC;1", "Karpaty, Zoria, Co;2"], ";"),
            (["Name,Phone", "Dnipro; LLC,1", "Karpaty,2"], ","),
            (["Name\tAddress", "Dnipro\tKyiv, Lva 1; 2"], "\t"),
            (["Name|Notes", "Dnipro|a;b;c", "Karpaty|a,b"], "|"),
            (['"Name, full";Phone', '"a;b, c";1'], ";"),
        ):
            with self.subTest(separator=separator):
                self.assertEqual(detect_separator(lines), separator)

    def test_one_column(self):
        self.assertEqual(read_cells(b"Client\r\nDnipro\r\nKarpaty"), [["Client"], ["Dnipro"], ["Karpaty"]])
        self.assertIn(detect_separator([]), SEPARATORS)

    def test_line_that_names_the_separator(self):
        content = b"sep=,\r\nClient,Notes\r\nDnipro,a;b;c\r\n"
        self.assertEqual(read(content), [(2, ["Client", "Notes"]), (3, ["Dnipro", "a;b;c"])])

    def test_client_called_like_that_line(self):
        self.assertEqual(read_cells(b"Client;City\r\nsep=;Kyiv\r\n")[1], ["sep=", "Kyiv"])


@tagged("post_install", "-at_install")
class TestCsvCells(BaseCase):
    def test_cells_that_need_quotes(self):
        rows = [["Client", "Notes"], ['Firm "Zoria"', "one\ntwo; three, four\tfive|six"]]
        for separator in SEPARATORS:
            with self.subTest(separator=separator):
                expected = [rows[0], [rows[1][0], "one\ntwo; three, four five|six"]]
                self.assertEqual(read_cells(write(rows, separator=separator)), expected)
                self.assertEqual(read_cells(write(rows, separator=separator, quoting=csv.QUOTE_ALL)), expected)

    def test_texts_stay_texts(self):
        row = ["0012345678", "=1+1", "+380 44", "-5", "@SUM(A1)", "1E3", "TRUE", "01.05.2026", "007.50"]
        self.assertEqual(read_cells(write([["h"] * len(row), row]))[1], row)

    def test_line_ends_of_every_system(self):
        for end in (b"\r\n", b"\n", b"\r"):
            with self.subTest(end=end):
                self.assertEqual(
                    read(end.join((b"Client;City", b"Dnipro;Kyiv"))), [(1, ["Client", "City"]), (2, ["Dnipro", "Kyiv"])]
                )

    def test_empty_rows_and_columns(self):
        content = b";;\r\nClient;City;\r\n\r\n ; ;\r\nDnipro;;;;;\r\n;;;\r\n\r\n"
        self.assertEqual(
            [(number, "".join(cells)) for number, cells in read(content)], [(2, "ClientCity"), (5, "Dnipro")]
        )

    def test_rows_of_different_length(self):
        self.assertEqual(
            read_cells(b"Client;City\r\nDnipro\r\nKarpaty;Lviv;x"),
            [["Client", "City"], ["Dnipro"], ["Karpaty", "Lviv", "x"]],
        )

    def test_zero_bytes_within_a_text(self):
        self.assertEqual(
            read_cells(b"Client;City\r\nDni\0pro;Ky\0iv\r\n" + b"Zoria;Lviv\r\n" * 50)[1], ["Dnipro", "Kyiv"]
        )

    def test_quote_within_a_word(self):
        self.assertEqual(
            read_cells(b'Client;City\r\n5" pipe;Kyiv\r\nZoria;Lviv')[1:], [['5" pipe', "Kyiv"], ["Zoria", "Lviv"]]
        )

    def test_last_column_that_fits(self):
        headers = [f"h{number}" for number in range(MAX_COLUMNS)]
        self.assertEqual(len(read_cells(write([headers]))[0]), MAX_COLUMNS)
        self.assertEqual(len(read_cells(write([[*headers, *[""] * 50]]))[0]), MAX_COLUMNS, "empty ones do not count")
        with self.assertRaises(TooManyColumnsError):
            read(write([[*headers, "one more"]]))

    def test_quote_that_is_never_closed(self):
        with self.assertRaises(BrokenSheetError):
            read(b'Client;City\r\n"Dnipro;Kyiv\r\n' + b"Zoria;Lviv\r\n" * 20_000)

    def test_cut_off_within_a_row(self):
        self.assertEqual(read_cells(b"Client;City\r\nDnipro;Ky"), [["Client", "City"], ["Dnipro", "Ky"]])

    def test_headers_in_row_five(self):
        content = "Звіт за 2026 рік\n\n\nДрук;Стор. 1\nТелефон;Клієнт;Місто\n1;Дніпро;Київ".encode("cp1251")
        peek = peek_into(io.BytesIO(content), {}, "")
        self.assertEqual(peek.header_number, 5)
        self.assertEqual([column["target"] for column in peek.columns], ["phone", "name", "city"])


@tagged("post_install", "-at_install")
class TestCsvFile(BaseCase):
    def test_rows_can_be_read_again(self):
        stream = io.BytesIO(write(UKRAINIAN, "cp1251"))
        with open_sheet(stream) as sheet:
            self.assertEqual(list(sheet.rows()), list(sheet.rows()))
        self.assertFalse(stream.closed, "it belongs to the caller")

    def test_reading_can_stop_early(self):
        stream = io.BytesIO(write([["Client"], *(["Dnipro"] for _ in range(200_000))]))
        with open_sheet(stream) as sheet:
            self.assertEqual(next(sheet.rows()), (1, ["Client"]))
            self.assertLess(stream.tell(), 1024 * 1024)
        self.assertFalse(stream.closed)

    def test_other_files_under_the_name_of_a_table(self):
        for content, kind in (
            (b"\xff\xd8\xff\xe0" + bytes(300), "image"),
            (b"GIF89a" + bytes(300), "image"),
            (b"\n  <!DOCTYPE html><html></html>", "web_page"),
            (codecs.BOM_UTF8 + b"<table><tr><td>Client</td></tr></table>", "web_page"),
            (b'<?xml version="1.0"?><Workbook/>', "web_page"),
            (b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 40, ""),
        ):
            with self.subTest(kind=kind), self.assertRaises(NotASheetError) as caught:
                read(content)
            self.assertEqual(caught.exception.kind, kind)

    def test_a_client_in_brackets_is_no_web_page(self):
        self.assertEqual(read_cells(b"<Client>;City\r\nDnipro;Kyiv")[1], ["Dnipro", "Kyiv"])

    def test_no_bytes_at_all(self):
        for content in (b"", b"\n\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b";;;"):
            with self.subTest(content=content):
                self.assertEqual(read(content), [])

    def test_any_bytes_end_in_rows_or_a_named_error(self):
        content = write(RUSSIAN, "koi8_r")
        for position in range(0, len(content), 7):
            damaged = content[:position] + bytes([content[position] ^ 0xFF, 0x22]) + content[position:]
            try:
                read(damaged)
            except SheetError:
                continue
