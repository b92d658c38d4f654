"""Write workbooks: the template of a list of clients, and the rows that could not be imported.

All cells are texts, so nothing in them can become a formula, and a tax number keeps its leading zeros.
"""

import io

import xlsxwriter

from .sheet_cells import NEUTRALISED, clean_text
from .sheet_reader import MARK_SHEET, TEMPLATE_VERSION

MAX_VALIDATED_ROW = 10_000
MAX_CELL = 32_767
_OPTIONS = {"in_memory": False, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ACCENT = "#714B67"


class ClientWorkbook:
    """A workbook being written.

    :param correction_of: identifier of the import whose failed rows the workbook holds, for its mark
    """

    def __init__(self, correction_of="", **options):
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, {**_OPTIONS, **options})
        self.correction_of = str(correction_of)
        self.text = self.book.add_format({"num_format": "@", "valign": "top"})
        # the mark by which a spreadsheet program takes "=1+1" for text, also when it saves the sheet as .csv
        self.quoted = self.book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
        self.wrapped = self.book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.reason = self.book.add_format(
            {"num_format": "@", "valign": "top", "text_wrap": True, "font_color": "#B00020"}
        )
        self.header = self.book.add_format(
            {
                "bold": True,
                "font_color": "white",
                "bg_color": _ACCENT,
                "border": 1,
                "text_wrap": True,
                "valign": "vcenter",
            }
        )
        self.required = self.book.add_format(
            {"bold": True, "font_color": "white", "bg_color": "#B00020", "border": 1, "valign": "vcenter"}
        )
        self.bold = self.book.add_format({"bold": True, "valign": "top", "text_wrap": True})

    def finish(self):
        """Add the mark of the template and return the content of the file."""
        mark = self.book.add_worksheet(MARK_SHEET)
        mark.write_string(0, 0, str(TEMPLATE_VERSION))
        mark.write_string(0, 1, self.correction_of)
        mark.very_hidden()
        self.book.close()
        return self.buffer.getvalue()

    def write_text(self, sheet, row, column, text, cell_format=None):
        """Write a text as such; what a spreadsheet program could take for a formula is marked as text."""
        text = clean_text(text or "")[:MAX_CELL]
        if text:
            is_risky = text[0] in NEUTRALISED
            sheet.write_string(
                row, column, text, self.quoted if is_risky and not cell_format else cell_format or self.text
            )


def write_template(columns, examples, lists, instructions, names):
    """Return the content of the template.

    :param list columns: ``(target, label, width)``, the first one is required
    :param list examples: dicts ``{target: text}``
    :param dict lists: target to the texts to choose from
    :param list instructions: paragraphs; tuples of a word and its explanation, or plain sentences
    :param tuple names: names of the sheets with the clients, the instructions and the lists
    """
    book = ClientWorkbook()
    sheet = book.book.add_worksheet(names[0])
    help_sheet = book.book.add_worksheet(names[1])
    list_sheet = book.book.add_worksheet(names[2])
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 32)
    for index, (target, label, width) in enumerate(columns):
        sheet.set_column(index, index, width, book.text)
        sheet.write_string(0, index, label, book.header if index else book.required)
        for row, example in enumerate(examples, start=1):
            book.write_text(sheet, row, index, example.get(target))
        if lists.get(target):
            _add_list(book, sheet, list_sheet, index, label, lists[target])
    list_sheet.hide()
    _write_instructions(book, help_sheet, instructions)
    sheet.activate()
    return book.finish()


def _add_list(book, sheet, list_sheet, index, label, texts):
    """Let the cells of a column be chosen from a list; other texts stay possible, as several services in a cell."""
    list_sheet.write_string(0, index, label)
    for row, text in enumerate(texts, start=1):
        book.write_text(list_sheet, row, index, text)
    column = xlsxwriter.utility.xl_col_to_name(index)
    name = list_sheet.get_name().replace("'", "''")
    source = f"='{name}'!${column}$2:${column}${len(texts) + 1}"
    sheet.data_validation(
        1, index, MAX_VALIDATED_ROW, index, {"validate": "list", "source": source, "show_error": False}
    )


def _write_instructions(book, sheet, instructions):
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    for row, paragraph in enumerate(instructions):
        if isinstance(paragraph, tuple):
            book.write_text(sheet, row, 0, paragraph[0], book.bold)
            book.write_text(sheet, row, 1, paragraph[1], book.wrapped)
        else:
            sheet.merge_range(row, 0, row, 1, clean_text(paragraph), book.wrapped)
            sheet.set_row(row, 32)


def write_rows_to_correct(headers, rows, names, correction_of):
    """Return the content of a workbook that can be corrected and imported again.

    :param list headers: texts over the columns, the first one over the reasons
    :param rows: iterable of lists of texts, the first one the reason
    :param tuple names: name of the sheet
    :param correction_of: identifier of the import
    """
    # rows are written out one by one: the memory does not depend on their number
    book = ClientWorkbook(correction_of, constant_memory=True)
    sheet = book.book.add_worksheet(names[0])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, max(len(headers) - 1, 1), 22, book.text)
    for index, header in enumerate(headers):
        book.write_text(sheet, 0, index, header, book.header)
    for number, cells in enumerate(rows, start=1):
        for index, cell in enumerate(cells):
            book.write_text(sheet, number, index, cell, None if index else book.reason)
    return book.finish()
