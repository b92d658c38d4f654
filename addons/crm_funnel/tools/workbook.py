"""An Excel workbook of typed cells that is written row by row to a file: memory does not grow with the rows.

Rows of a sheet have to come from top to bottom. Texts are only ever texts: nothing in them becomes a formula or link.
"""

import re

import xlsxwriter

MAX_ROWS = 1_048_576  # of a sheet, its header included
MAX_TEXT = 32_767  # characters in a cell
MAX_NAME = 31  # characters in the name of a sheet
# what XML cannot hold
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
# by kind of cell; dates as the user's Excel writes them
NUMBER_FORMATS = {"number": "#,##0", "days": "#,##0.0", "percent": "0.00 %", "moment": 22, "amount": "#,##0.00"}
HEADER_COLOR = "#e9ecef"


def clean_text(text):
    """Return what a cell can hold of a text."""
    return FORBIDDEN.sub("", text)[:MAX_TEXT]


def get_currency_format(currency):
    """Return Excel's format of amounts in a currency: its decimals, its symbol on its side."""
    decimals = currency.decimal_places
    number = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    symbol = '"{}"'.format((currency.symbol or currency.name).replace('"', ""))
    return f"{number} {symbol}" if currency.position == "after" else f"{symbol} {number}"


class ReportWorkbook:
    """Writes cells of a kind: 'text', 'number', 'days', 'percent' (0 to 1), 'moment' (days) and 'amount'."""

    def __init__(self, file, folder):
        """Begin a workbook.

        :param file: where it goes, open for binary writing
        :param str folder: for the temporary files of the sheets
        """
        # strings are only written as such: what they look like is nobody's business
        strings = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder, **strings})
        self.formats = {}

    def get_format(self, **properties):
        """Return the format with these properties; a workbook keeps each once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def get_title_format(self):
        return self.get_format(bold=True, font_size=14)

    def get_header_format(self):
        return self.get_format(bold=True, text_wrap=True, valign="top", bg_color=HEADER_COLOR, bottom=1)

    def get_cell_format(self, kind, amount_format=None):
        """Return the format of a kind of cell.

        :param amount_format: of an amount, as `get_currency_format` returns it
        """
        if kind == "text":
            return None
        return self.get_format(num_format=amount_format if kind == "amount" and amount_format else NUMBER_FORMATS[kind])

    def add_sheet(self, name):
        """Add a sheet, with a name that Excel accepts and the workbook does not have yet."""
        base = FORBIDDEN_IN_NAMES.sub(" ", clean_text(name)).strip() or "-"
        taken = {sheet.name.lower() for sheet in self.book.worksheets()}
        name, number = base[:MAX_NAME], 1
        while name.lower() in taken:
            number += 1
            name = f"{base[: MAX_NAME - len(str(number)) - 1]} {number}"
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def write_header(self, sheet, row, labels):
        for column, label in enumerate(labels):
            sheet.write_string(row, column, clean_text(label), self.get_header_format())

    def write_cell(self, sheet, row, column, kind, value, amount_format=None):
        """Write a value of a kind; nothing where there is none."""
        if value is None or value is False or value == "":
            return
        if kind == "text":
            sheet.write_string(row, column, clean_text(value))
        else:
            sheet.write_number(row, column, value, self.get_cell_format(kind, amount_format))

    def write_list(self, name, columns, rows, amount_formats):
        """Write a list under a frozen header with filters, on as many sheets as it takes.

        :param str name: of the first sheet
        :param columns: objects with `label`, `kind` and `width`
        :param rows: iterable of tuples: a value per column, and a key of `amount_formats`
        :param dict amount_formats: Excel formats
        :return: number of rows written
        """
        sheet, row, count = self._begin_list(name, columns), 0, 0
        writers = {}
        for *values, amount_key in rows:
            if row == MAX_ROWS - 1:
                self._end_list(sheet, row, columns)
                sheet, row, writers = self._begin_list(name, columns), 0, {}
            row, count = row + 1, count + 1
            if amount_key not in writers:
                writers[amount_key] = self._get_writers(sheet, columns, amount_formats[amount_key])
            for column, (write, cell_format) in enumerate(writers[amount_key]):
                value = values[column]
                if value is not None and value != "":
                    write(row, column, clean_text(value) if cell_format is None else value, cell_format)
        self._end_list(sheet, row, columns)
        return count

    def _get_writers(self, sheet, columns, amount_format):
        """Return how to write each column: looked up once, for there are millions of cells."""
        return [
            (
                sheet.write_string if column.kind == "text" else sheet.write_number,
                self.get_cell_format(column.kind, amount_format),
            )
            for column in columns
        ]

    def _begin_list(self, name, columns):
        sheet = self.add_sheet(name)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        self.write_header(sheet, 0, [column.label for column in columns])
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        return sheet

    def _end_list(self, sheet, last_row, columns):
        sheet.autofilter(0, 0, last_row, len(columns) - 1)

    def close(self):
        self.book.close()
