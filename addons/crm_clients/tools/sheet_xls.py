"""Read a workbook of the old kind (.xls). It has 65,536 rows at most, so it may be read whole."""

import os
from datetime import datetime

import xlrd

from .sheet_cells import DATE, number_text, read_format
from .sheet_errors import BrokenSheetError, EncryptedSheetError, TooManyColumnsError
from .sheet_xlsx import MAX_COLUMNS


class XlsSheet:
    """The first visible sheet of an old workbook that has rows.

    :param stream: binary file
    """

    formulas_without_value = 0

    def __init__(self, stream):
        with open(os.devnull, "w", encoding="utf-8") as silence:
            try:
                self.book = xlrd.open_workbook(file_contents=stream.read(), formatting_info=True, logfile=silence)
            except Exception as error:  # xlrd lets whatever a damaged file makes it stumble over through
                if "encrypted" in str(error).lower():
                    raise EncryptedSheetError() from error
                raise BrokenSheetError() from error
        self.epoch = datetime(1904, 1, 1) if self.book.datemode else datetime(1899, 12, 30)

    def close(self):
        self.book.release_resources()

    def read_mark(self):
        return []

    def rows(self):
        """Yield ``(number, cells)`` of each filled row; numbers from 1, cells as texts."""
        sheet = next((sheet for sheet in self.book.sheets() if not sheet.visibility and sheet.nrows), None)
        for index in range(sheet.nrows if sheet else 0):
            cells = [self._get_text(cell) for cell in sheet.row(index)]
            if any(cells[MAX_COLUMNS:]):
                raise TooManyColumnsError(MAX_COLUMNS)
            if any(cells):
                yield index + 1, cells[:MAX_COLUMNS]

    def _get_text(self, cell):
        if cell.ctype == xlrd.XL_CELL_TEXT:
            return cell.value
        if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            style = DATE if cell.ctype == xlrd.XL_CELL_DATE else self._get_format(cell)
            return number_text(cell.value, style, self.epoch)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        return ""

    def _get_format(self, cell):
        key = self.book.xf_list[cell.xf_index].format_key
        return read_format(key, self.book.format_map[key].format_str)
