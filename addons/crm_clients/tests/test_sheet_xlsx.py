import gc
import io
import os
import unittest
import zipfile
from datetime import date, datetime

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from odoo.tests import BaseCase, tagged

from ..tools import sheet_xlsx
from ..tools.client_peek import peek_into
from ..tools.sheet_errors import (
    BrokenSheetError,
    EncryptedSheetError,
    NotASheetError,
    SheetTooLargeError,
    TooManyColumnsError,
    UnknownTemplateError,
)
from ..tools.sheet_reader import MARK_SHEET, TEMPLATE_VERSION, open_sheet
from ..tools.sheet_xlsx import MAX_CELL, MAX_COLUMNS
from .import_files import make_xlsx, read, read_cells, replace_part, save

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_DOCUMENT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def pack(parts, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def make_parts(rows="", strings=None, styles=None, main=MAIN, document=DOCUMENT, target="worksheets/sheet1.xml"):
    """Return {name: content} of the least that is a workbook.

    :param str rows: XML within ``sheetData``
    :param strings: XML of the shared texts, if any
    :param styles: XML within ``styleSheet``, if any
    """
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{document}"><sheets>'
        '<sheet name="Clients" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{document}/worksheet" Target="{target}"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    if styles is not None:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{main}">{styles}</styleSheet>'
    return parts


def make_row(cells, number=1):
    return f'<row r="{number}">{cells}</row>'


class XlsxCase(BaseCase):
    def assertRow(self, cells, expected, **parts):
        content = pack(make_parts(make_row(cells), **parts))
        self.assertEqual(read_cells(content), [expected] if expected else [])

    def assertRefused(self, error, content):
        with self.assertRaises(error) as caught:
            read(content)
        return caught.exception


@tagged("post_install", "-at_install")
class TestXlsxOfPrograms(XlsxCase):
    """Workbooks as programs write them."""

    def setUp(self):
        super().setUp()
        self.book = openpyxl.Workbook()
        self.page = self.book.active

    def test_values_of_every_kind(self):
        self.page.append(["0012345678", 7707083893, 7707083893.0, 1.5, True, False, None, "кінець"])
        expected = ["0012345678", "7707083893", "7707083893", "1.5", "TRUE", "FALSE", "", "кінець"]
        self.assertEqual(read_cells(save(self.book)), [expected])

    def test_dates_and_times(self):
        self.page.append([date(2026, 5, 1), datetime(2026, 5, 1, 14, 30), "01.05.2026"])
        expected = [["2026-05-01", "2026-05-01 14:30", "01.05.2026"]]
        self.assertEqual(read_cells(save(self.book)), expected)
        self.book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        self.assertEqual(read_cells(save(self.book)), expected)
        self.book.iso_dates = True
        self.assertEqual(read_cells(save(self.book))[0][0], "2026-05-01")

    def test_numbers_shown_with_leading_zeros(self):
        self.page.append([1234567, 1001])
        self.page["A1"].number_format, self.page["B1"].number_format = "00000000", "00000"
        self.assertEqual(read_cells(save(self.book)), [["01234567", "01001"]])

    def test_formulas_were_never_calculated(self):
        self.page.append(["=1+1", "Dnipro", "=A1"])
        with open_sheet(io.BytesIO(save(self.book))) as sheet:
            self.assertEqual(list(sheet.rows()), [(1, ["", "Dnipro"])])
            self.assertEqual(sheet.formulas_without_value, 2)

    def test_results_of_every_kind(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            page = book.add_worksheet()
            for column, result in enumerate(("text", 5, 2.5, True, "#N/A")):
                page.write_formula(0, column, "=A2", None, result)
            page.write(0, 5, "end")
        self.assertEqual(read_cells(buffer.getvalue()), [["text", "5", "2.5", "TRUE", "", "end"]])

    def test_rich_text(self):
        self.page["A1"] = CellRichText("ТОВ ", TextBlock(InlineFont(b=True), "Їжак"), " і син")
        self.assertEqual(read_cells(save(self.book)), [["ТОВ Їжак і син"]])

    def test_merged_headers(self):
        self.page.append(["Клієнт", "", "Контактна особа", ""])
        self.page.append(["Назва", "Телефон", "ПІБ", "Телефон"])
        self.page.append(["Зоря", "1", "Іван", "2"])
        self.page.merge_cells("A1:B1")
        self.page.merge_cells("C1:D1")
        peek = peek_into(io.BytesIO(save(self.book)), {}, "")
        targets = [column["target"] for column in peek.columns]
        self.assertEqual((peek.header_number, targets), (2, ["name", "phone", "contact_name", "contact_phone"]))

    def test_headers_in_row_five(self):
        self.page["B2"] = "Clients of the department"
        for column, (header, value) in enumerate((("City", "Kyiv"), ("Client", "Zoria"), ("Tax ID", "012")), start=3):
            self.page.cell(5, column, header)
            self.page.cell(6, column, value)
        peek = peek_into(io.BytesIO(save(self.book)), {}, "")
        self.assertEqual(peek.header_number, 5)
        columns = [(column["index"], column["target"], column["sample"]) for column in peek.columns]
        self.assertEqual(columns, [(2, "city", "Kyiv"), (3, "name", "Zoria"), (4, "vat", "012")])

    def test_formatted_rows_and_columns_are_empty(self):
        self.page["A1"] = "Client"
        for row in range(1, 300):
            for column in (1, 40, 300):
                self.page.cell(row, column).number_format = "@"
        self.assertEqual(read(save(self.book)), [(1, ["Client"])])

    def test_hidden_sheets_and_charts_are_passed_over(self):
        self.page.append(["hidden"])
        self.page.sheet_state = "hidden"
        very_hidden = self.book.create_sheet("Very hidden")
        very_hidden.append(["very hidden"])
        very_hidden.sheet_state = "veryHidden"
        self.book.create_chartsheet("Chart")
        self.book.create_sheet("Empty")
        self.book.create_sheet("Clients").append(["this"])
        self.assertEqual(read_cells(save(self.book)), [["this"]])

    def test_hidden_rows_and_columns_count(self):
        self.page.append(["Client", "Phone"])
        self.page.append(["Zoria", "1"])
        self.page.row_dimensions[2].hidden = True
        self.page.column_dimensions["B"].hidden = True
        self.assertEqual(read_cells(save(self.book)), [["Client", "Phone"], ["Zoria", "1"]])

    def test_many_rows_and_texts(self):
        rows = [(f"Client {number}", f"{number:010}", "same") for number in range(12_000)]
        with open_sheet(io.BytesIO(make_xlsx(rows))) as sheet:
            found = list(sheet.rows())
        self.assertEqual(len(found), 12_001)
        self.assertEqual(found[-1], (12_001, ["Client 11999", "0000011999", "same"]))


@tagged("post_install", "-at_install")
class TestXlsxStructure(XlsxCase):
    """Workbooks that are right, but seldom written so."""

    def test_texts_in_the_cell(self):
        self.assertRow('<c r="A1" t="inlineStr"><is><t>Дніпро</t></is></c>', ["Дніпро"])
        self.assertRow('<c t="inlineStr"><is><r><t>Dni</t></r><r><rPr><b/></rPr><t>pro</t></r></is></c>', ["Dnipro"])

    def test_strict_names(self):
        parts = make_parts(make_row("<c><v>5</v></c>"), main=STRICT_MAIN, document=STRICT_DOCUMENT)
        self.assertEqual(read_cells(pack(parts)), [["5"]])

    def test_prefixed_elements(self):
        parts = make_parts()
        parts["xl/worksheets/sheet1.xml"] = (
            f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
        )
        self.assertEqual(read_cells(pack(parts)), [["5"]])

    def test_where_the_sheet_lies(self):
        for target in ("/xl/worksheets/sheet1.xml", "./worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml"):
            with self.subTest(target=target):
                self.assertEqual(read_cells(pack(make_parts(make_row("<c><v>5</v></c>"), target=target))), [["5"]])

    def test_packed_otherwise(self):
        parts = make_parts(make_row("<c><v>5</v></c>"))
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            with self.subTest(method=method):
                self.assertEqual(read_cells(pack(parts, method)), [["5"]])

    def test_part_of_texts_in_other_letters(self):
        parts = make_parts(make_row('<c t="s"><v>1</v></c>'), strings="<si><t>a</t></si><si><t>b</t></si>")
        parts["xl/SharedStrings.xml"] = parts.pop("xl/sharedStrings.xml")
        self.assertEqual(read_cells(pack(parts)), [["b"]])

    def test_empty_texts_and_texts_of_spaces(self):
        strings = '<si><t/></si><si></si><si><t xml:space="preserve">  </t></si><si><t>end</t></si>'
        cells = "".join(f'<c t="s"><v>{index}</v></c>' for index in range(4))
        self.assertRow(cells, ["", "", "", "end"], strings=strings)

    def test_only_the_formats_of_cells_count(self):
        styles = (
            '<numFmts count="1"><numFmt numFmtId="164" formatCode="00000000"/></numFmts>'
            '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>'
            '<cellStyles><cellStyle xfId="0"/></cellStyles><dxfs><dxf><numFmt numFmtId="0" formatCode="yyyy"/></dxf></dxfs>'
        )
        cells = "".join(f'<c s="{style}"><v>45413</v></c>' for style in (0, 1, 2, 9, -1))
        self.assertRow(cells, ["45413", "00045413", "2024-05-01", "45413", "45413"], styles=styles)

    def test_order_of_the_cells_is_that_of_their_references(self):
        self.assertRow('<c r="C1"><v>3</v></c><c r="A1"><v>1</v></c><c><v>2</v></c>', ["1", "2", "3"])
        self.assertRow('<c r="b1"><v>2</v></c>', ["", "2"])
        self.assertRow('<c r="?"><v>1</v></c><c r="12"><v>2</v></c>', ["1", "2"])

    def test_errors_and_empty_elements(self):
        self.assertRow(
            '<c t="e"><v>#REF!</v></c><c t="str"><f>A1</f><v></v></c><c/><c><v/></c><c><v>5</v></c>', [""] * 4 + ["5"]
        )

    def test_results_of_formulas(self):
        cells = '<c t="str"><f>A2</f><v>=1+1</v></c><c t="b"><f>A2</f><v>0</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        self.assertRow(cells, ["=1+1", "FALSE"])

    def test_notes_and_other_elements_are_no_cells(self):
        parts = make_parts(make_row("<c><v>5</v></c>"))
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
            "</sheetData>",
            "</sheetData><headerFooter><oddHeader>Report</oddHeader></headerFooter><extLst><ext><t>x</t></ext></extLst>",
        )
        self.assertEqual(read_cells(pack(parts)), [["5"]])

    def test_dimension_that_lies(self):
        for dimension in ("A1", "A1:XFD1048576", "nonsense"):
            parts = make_parts(
                make_row('<c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>') + make_row("<c><v>3</v></c>", 2)
            )
            sheet = parts["xl/worksheets/sheet1.xml"]
            parts["xl/worksheets/sheet1.xml"] = sheet.replace(
                "<sheetData>", f'<dimension ref="{dimension}"/><sheetData>'
            )
            with self.subTest(dimension=dimension):
                self.assertEqual(read_cells(pack(parts)), [["1", "2"], ["3"]])

    def test_control_characters(self):
        self.assertRow(
            '<c t="inlineStr"><is><t>a_x0000__x0007_b_x005F_x0041_&#x85;c&#xA;d</t></is></c>', ["ab_x0041_ c\nd"]
        )

    def test_text_longer_than_a_cell(self):
        long = "я" * (MAX_CELL + 5000)
        self.assertRow(f'<c t="inlineStr"><is><t>{long}</t></is></c>', [long[:MAX_CELL]])
        self.assertRow('<c t="s"><v>0</v></c>', [long[:MAX_CELL]], strings=f"<si><t>{long}</t></si>")

    def test_last_column_that_is_read(self):
        def cell(index):
            return f'<c r="{xlsxwriter.utility.xl_col_to_name(index)}1"><v>1</v></c>'

        self.assertRow(cell(MAX_COLUMNS - 1), [""] * (MAX_COLUMNS - 1) + ["1"])
        error = self.assertRefused(TooManyColumnsError, pack(make_parts(make_row(cell(MAX_COLUMNS)))))
        self.assertEqual(error.limit, MAX_COLUMNS)
        self.assertRefused(TooManyColumnsError, pack(make_parts(make_row(cell(9_999)))))

    def test_no_sheet_and_no_rows(self):
        parts = make_parts()
        self.assertEqual(read(pack(parts)), [])
        parts["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}"/>'
        self.assertEqual(read(pack(parts)), [])


@tagged("post_install", "-at_install")
class TestXlsxMark(XlsxCase):
    def _make(self, *mark):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            book.add_worksheet("Clients").write(0, 0, "Client")
            sheet = book.add_worksheet(MARK_SHEET)
            for column, text in enumerate(mark):
                sheet.write(0, column, text)
        return buffer.getvalue()

    def _read_mark(self, *mark):
        with open_sheet(io.BytesIO(self._make(*mark))) as sheet:
            self.assertEqual([cells for _number, cells in sheet.rows()], [["Client"]], "the mark is no list of clients")
            return sheet.correction_of

    def test_version_and_import(self):
        self.assertEqual(self._read_mark(str(TEMPLATE_VERSION), "42"), 42)
        self.assertEqual(self._read_mark(TEMPLATE_VERSION), 0)
        self.assertEqual(self._read_mark(), 0)

    def test_import_that_is_no_number(self):
        for text in ("x", "-1", "1; DROP TABLE", "1.5"):
            self.assertEqual(self._read_mark(str(TEMPLATE_VERSION), text), 0)

    def test_other_version(self):
        for version in ("2", "0", "x"):
            error = self.assertRefused(UnknownTemplateError, self._make(version, "42"))
            self.assertEqual(error.version, version)


@tagged("post_install", "-at_install")
class TestEvilXlsx(XlsxCase):
    def test_parts_that_are_missing(self):
        strings = make_row('<c t="s"><v>0</v></c>')
        self.assertRefused(BrokenSheetError, pack(make_parts(strings)))
        parts = make_parts(make_row("<c><v>5</v></c>"))
        self.assertRefused(BrokenSheetError, pack({k: v for k, v in parts.items() if not k.endswith(".rels")}))
        del parts["xl/worksheets/sheet1.xml"]
        self.assertEqual(read(pack(parts)), [])

    def test_texts_that_are_missing(self):
        for index in ("5", "x", "1.5", "99999999999999999999"):
            with self.subTest(index=index):
                content = pack(make_parts(make_row(f'<c t="s"><v>{index}</v></c>'), strings="<si><t>a</t></si>"))
                self.assertRefused(BrokenSheetError, content)

    def test_damaged_xml(self):
        for part in make_parts():
            for damage in (
                lambda xml: xml[:-12],
                lambda xml: xml.replace("<", "<<", 1),
                lambda xml: "",
                lambda xml: "\0" * 50,
            ):
                parts = make_parts(make_row("<c><v>5</v></c>"))
                parts[part] = damage(parts[part])
                with self.subTest(part=part):
                    self.assertRefused(BrokenSheetError, pack(parts))

    def test_damage_is_found_when_it_is_reached(self):
        rows = "".join(make_row(f'<c t="str"><v>{os.urandom(8).hex()}</v></c>', number) for number in range(1, 50_000))
        parts = make_parts(rows)
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-30]
        with open_sheet(io.BytesIO(pack(parts))) as sheet:
            iterator = sheet.rows()
            self.assertEqual(next(iterator)[0], 1, "rows come before the end of the file is read")
            with self.assertRaises(BrokenSheetError):
                list(iterator)

    def test_numbers_that_make_no_sense(self):
        for row in (
            '<row r="0"><c><v>1</v></c></row>',
            '<row r="x"/>',
            '<row r="-1"/>',
            '<row r="1048577"/>',
            '<row r="1.5"/>',
        ):
            with self.subTest(row=row):
                self.assertRefused(BrokenSheetError, pack(make_parts(row)))
        self.assertRefused(BrokenSheetError, pack(make_parts(make_row('<c s="x"><v>1</v></c>'))))
        self.assertRefused(BrokenSheetError, pack(make_parts(styles='<cellXfs><xf numFmtId="x"/></cellXfs>')))

    def test_entities_in_any_part(self):
        laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        for part in (*make_parts(), "xl/sharedStrings.xml"):
            parts = make_parts(make_row('<c t="s"><v>0</v></c>'), strings="<si><t>ha</t></si>")
            self.assertEqual(read_cells(pack(parts)), [["ha"]])
            parts[part] = laughs + parts[part]
            with self.subTest(part=part):
                self.assertRefused(BrokenSheetError, pack(parts))

    def test_elements_nested_without_end(self):
        self.assertEqual(read(pack(make_parts("<row>" + "<c><is>" * 2000 + "</is></c>" * 2000 + "</row>"))), [])

    def test_bomb_in_many_parts(self):
        parts = make_parts()
        parts.update({f"xl/media/{number}.xml": bytes(6 * 1024 * 1024) for number in range(10)})
        error = self.assertRefused(SheetTooLargeError, pack(parts))
        self.assertEqual(error.megabytes, 60)

    def test_equal_rows_are_no_bomb(self):
        rows = [("Client", "0442001122", "office@client.example")] * 5000
        self.assertEqual(len(read(make_xlsx(rows))), 5001)

    def test_more_than_a_workbook_can_need(self):
        self.patch(sheet_xlsx, "MAX_UNPACKED", 1000)
        self.assertRefused(SheetTooLargeError, pack(make_parts(make_row("<c><v>5</v></c>") * 30)))

    def test_part_that_is_longer_than_it_says(self):
        content = pack(make_parts(make_row("<c><v>5</v></c>")), zipfile.ZIP_STORED)
        directory = content.rindex(b"PK\x01\x02")
        size = content[directory + 24 : directory + 28]
        lie = content[: directory + 24] + (20).to_bytes(4, "little") + content[directory + 28 :]
        self.assertNotEqual(size, lie[directory + 24 : directory + 28])
        self.assertRefused(BrokenSheetError, lie)

    def test_part_whose_checksum_is_wrong(self):
        content = pack(make_parts(make_row("<c><v>5</v></c>")), zipfile.ZIP_STORED)
        self.assertRefused(BrokenSheetError, content.replace(b"<v>5</v>", b"<v>6</v>"))

    def test_password_on_the_archive(self):
        content = bytearray(make_xlsx([("x",)]))
        position = content.find(b"PK\x01\x02")
        while position >= 0:
            content[position + 8] |= 1
            position = content.find(b"PK\x01\x02", position + 4)
        self.assertRefused(EncryptedSheetError, bytes(content))

    def test_unknown_packing(self):
        content = bytearray(pack(make_parts(make_row("<c><v>5</v></c>"))))
        position = content.find(b"PK\x01\x02")
        while position >= 0:
            content[position + 10] = 99
            position = content.find(b"PK\x01\x02", position + 4)
        self.assertRefused(BrokenSheetError, bytes(content))

    def test_cut_off_anywhere(self):
        content = make_xlsx([("Dnipro", "1", "2")] * 50)
        for length in (4, 10, 30, 100, len(content) // 2, len(content) - 10):
            with self.subTest(length=length):
                self.assertRefused(BrokenSheetError, content[:length])

    def test_archives_of_other_kinds(self):
        for names, kind in (
            (("mimetype", "content.xml"), "ods"),
            (("xl/workbook.bin",), "xlsb"),
            (("word/document.xml",), ""),
            ((), ""),
        ):
            with self.subTest(kind=kind):
                content = pack(dict.fromkeys((*names, "other.txt"), "x"))
                self.assertEqual(self.assertRefused(NotASheetError, content).kind, kind)

    def test_names_that_lead_out_of_the_archive(self):
        content = pack(make_parts(make_row("<c><v>5</v></c>"), target="../../../../etc/passwd"))
        self.assertEqual(read(content), [])


@tagged("post_install", "-at_install")
class TestXlsxResources(XlsxCase):
    @unittest.skipUnless(os.path.isdir("/proc/self/fd"), "counts the open files of Linux")
    def test_no_file_stays_open(self):
        content = make_xlsx([("Dnipro",)] * 10)
        broken = replace_part(content, "xl/worksheets/sheet1.xml", "<damaged")
        gc.collect()
        before = len(os.listdir("/proc/self/fd"))
        for _attempt in range(5):
            read(content)
            self.assertRefused(BrokenSheetError, broken)
        gc.collect()
        self.assertLessEqual(len(os.listdir("/proc/self/fd")), before)

    def test_stream_belongs_to_the_caller(self):
        stream = io.BytesIO(make_xlsx([("Dnipro",)]))
        with open_sheet(stream) as sheet:
            next(sheet.rows())
        self.assertFalse(stream.closed)
        with open_sheet(stream) as sheet:
            self.assertEqual(len(list(sheet.rows())), 2)

    def test_texts_in_any_order_and_again(self):
        """The texts are read no further than asked for, and any earlier one is still there."""
        order = [11_999, 0, 6000, 5000, 4999, 1, 11_999]
        cells = "".join(f'<c t="s"><v>{index}</v></c>' for index in order)
        strings = "".join(f"<si><t>їжак {index}</t></si>" for index in range(12_000))
        self.assertRow(cells, [f"їжак {index}" for index in order], strings=strings)
