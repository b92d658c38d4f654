"""Open a table whatever it is, and read it row by row.

with open_sheet(stream) as sheet:
    for number, cells in sheet.rows():
        ...
"""

from contextlib import closing

from .sheet_cells import clean_text
from .sheet_csv import CsvSheet
from .sheet_errors import EncryptedSheetError, UnknownTemplateError
from .sheet_xls import XlsSheet
from .sheet_xlsx import XlsxSheet

TEMPLATE_VERSION = 1
MARK_SHEET = "crm_clients"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Table:
    """A file with rows, and what the template has noted in it.

    :ivar int correction_of: identifier of the import whose failed rows these are, or 0
    """

    def __init__(self, sheet):
        self.sheet = sheet
        self.correction_of = self._read_mark()

    def close(self):
        self.sheet.close()

    def rows(self):
        """Yield ``(number, cells)`` of each row with a filled cell, in order; the texts are clean."""
        for number, cells in self.sheet.rows():
            cells = [clean_text(cell) for cell in cells]
            if any(cells):
                yield number, cells

    @property
    def formulas_without_value(self):
        """Number of formulas read so far whose result is not stored in the file."""
        return self.sheet.formulas_without_value

    def _read_mark(self):
        mark = self.sheet.read_mark()
        if not mark:
            return 0
        version, correction_of = (*mark, "", "")[:2]
        if version != str(TEMPLATE_VERSION):
            raise UnknownTemplateError(version)
        return int(correction_of) if correction_of.isdigit() else 0


def open_sheet(stream):
    """Return a context manager with the `Table` in a file.

    :param stream: binary file, seekable; its content decides what it is, not its name
    :raises SheetError: if it is no table that can be read
    """
    stream.seek(0)
    start = stream.read(len(_OLE))
    stream.seek(0)
    if start.startswith(_ZIP):
        return closing(Table(XlsxSheet(stream, MARK_SHEET)))
    if start == _OLE:
        _check_not_encrypted(stream)
        return closing(Table(XlsSheet(stream)))
    return closing(Table(CsvSheet(stream)))


def _check_not_encrypted(stream):
    """Refuse a workbook with a password: the old container around an encrypted new one."""
    tail = b""
    while chunk := stream.read(1024 * 1024):
        if _ENCRYPTED in tail + chunk:
            raise EncryptedSheetError()
        tail = chunk[-len(_ENCRYPTED) :]
    stream.seek(0)
