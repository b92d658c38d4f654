"""Files to import, made in memory."""

import base64
import io
import zipfile

import xlsxwriter
import xlwt

from ..tools.sheet_reader import open_sheet

HEADERS = ("Client", "Phone", "E-mail", "Registration number", "Contact person", "Contact's e-mail")


def make_xlsx(rows, headers=HEADERS, sheet="Clients"):
    """Return a workbook; texts become text cells, numbers numbers, what starts with = a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet(sheet)
        for index, row in enumerate([headers, *rows] if headers else rows):
            for column, value in enumerate(row):
                if value not in (None, ""):
                    page.write(index, column, value)
    return buffer.getvalue()


def make_xls(rows, headers=HEADERS):
    """Return a workbook of the old kind."""
    book = xlwt.Workbook()
    page = book.add_sheet("Clients")
    for index, row in enumerate([headers, *rows]):
        for column, value in enumerate(row):
            page.write(index, column, value)
    return save(book)


def save(book):
    """Return the content of a workbook of xlwt or openpyxl."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(content):
    """Return what the reader makes of a file: (number, cells) of each row."""
    with open_sheet(io.BytesIO(content)) as sheet:
        return list(sheet.rows())


def read_cells(content):
    return [cells for _number, cells in read(content)]


def make_csv(rows, headers=HEADERS, encoding="utf-8", separator=";"):
    """Return a text table."""
    lines = [separator.join(map(str, row)) for row in ([headers, *rows] if headers else rows)]
    return "\r\n".join(lines).encode(encoding)


def replace_part(content, part, text):
    """Return the workbook with another content of one of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, text if name == part else source.read(name))
    return buffer.getvalue()


def make_sheet(xml):
    """Return a workbook whose first sheet is this XML."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{namespace}">{xml}</worksheet>'
    return replace_part(make_xlsx([("x",)]), "xl/worksheets/sheet1.xml", text)


def encode(content):
    return base64.b64encode(content)
