"""Read a workbook (.xlsx) row by row, in memory that does not depend on the number of rows.

The usual libraries keep all texts of a workbook in memory, trust the size it declares and do not tell a formula that
was never calculated from an empty cell. Files come from strangers here, so this reader trusts nothing.
"""

import posixpath
import re
import struct
import tempfile
import zlib
from array import array
from collections import deque
from contextlib import contextmanager
from datetime import datetime
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from .sheet_cells import number_text, read_format, unescape
from .sheet_errors import (
    BrokenSheetError,
    EncryptedSheetError,
    NotASheetError,
    SheetTooLargeError,
    TooManyColumnsError,
)

MAX_COLUMNS = 256
MAX_ROWS = 1_048_576
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_CELL = 32_767
# A table of equal rows packs 100 times smaller; what packs better is small, or not a table.
MAX_RATIO = 250
MIN_SUSPECT = 50 * 1024 * 1024
CHUNK = 64 * 1024
_MEGABYTE = 1024 * 1024
_REFERENCE = re.compile(r"([A-Za-z]{1,3})[0-9]+")


class XlsxSheet:
    """The first visible sheet of a workbook that has rows.

    :param stream: binary file, seekable
    :param str mark_sheet: name of the sheet with the mark of the template
    """

    def __init__(self, stream, mark_sheet):
        with _named_errors():
            self.archive = ZipFile(stream)
            self._check_archive()
            self.epoch, sheets = self._read_workbook()
            self.styles = self._read_styles()
            self.strings = self._read_strings()
        self.mark_part = next((part for name, part, _visible in sheets if name == mark_sheet), None)
        self.parts = [part for name, part, visible in sheets if visible and name != mark_sheet]
        self.formulas_without_value = 0

    def close(self):
        self.strings.close()
        self.archive.close()

    def read_mark(self):
        """Return the cells of the first row of the mark, or an empty list."""
        if not self.mark_part:
            return []
        with _named_errors():
            return next((cells for _number, cells in self._parse(self.mark_part)), [])

    def rows(self):
        """Yield ``(number, cells)`` of each filled row; numbers from 1, cells as texts."""
        with _named_errors():
            for part in self.parts:
                is_empty = True
                for row in self._parse(part):
                    is_empty = False
                    yield row
                if not is_empty:
                    return

    def _parse(self, part):
        handler = _RowHandler(self)
        for _chunk in _feed(self.archive, part, handler):
            while handler.rows:
                yield handler.rows.popleft()
        self.formulas_without_value += handler.formulas_without_value

    # ------------------------------------------------------------
    # PARTS OF THE WORKBOOK
    # ------------------------------------------------------------

    def _check_archive(self):
        """Refuse what is no workbook or would unpack to too much. Python reads no more than an archive declares."""
        entries = self.archive.infolist()
        names = set(self.archive.namelist())
        if "mimetype" in names:
            raise NotASheetError("ods")
        if "xl/workbook.bin" in names:
            raise NotASheetError("xlsb")
        if "xl/workbook.xml" not in names:
            raise NotASheetError()
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise EncryptedSheetError()
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries) or 1
        if unpacked > MAX_UNPACKED or (unpacked > MIN_SUSPECT and unpacked / packed > MAX_RATIO):
            raise SheetTooLargeError(unpacked // _MEGABYTE, MAX_UNPACKED // _MEGABYTE)

    def _read_workbook(self):
        """Return day 0 and ``(name, part, is visible)`` of each sheet."""
        targets = {}
        for tag, attributes in self._elements("xl/_rels/workbook.xml.rels"):
            if tag == "Relationship":
                target = attributes.get("Target", "")
                targets[attributes.get("Id")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        epoch, sheets = datetime(1899, 12, 30), []
        for tag, attributes in self._elements("xl/workbook.xml"):
            if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                epoch = datetime(1904, 1, 1)
            elif tag == "sheet":
                part = next((targets.get(value) for key, value in attributes.items() if key.endswith(" id")), None)
                if part in self.archive.NameToInfo:
                    sheets.append((attributes.get("name", ""), part, attributes.get("state", "visible") == "visible"))
        return epoch, sheets

    def _read_styles(self):
        """Return what the format of each style does to a number, see `read_format`."""
        if "xl/styles.xml" not in self.archive.NameToInfo:
            return []
        codes, styles, is_cell_style = {}, [], False
        for tag, attributes in self._elements("xl/styles.xml"):
            if tag == "numFmt":
                codes[attributes.get("numFmtId")] = attributes.get("formatCode", "")
            elif tag in ("cellXfs", "cellStyleXfs"):
                is_cell_style = tag == "cellXfs"
            elif tag == "xf" and is_cell_style:
                number = attributes.get("numFmtId", "0")
                styles.append(read_format(int(number), codes.get(number)))
            elif tag == "cellStyles":
                is_cell_style = False
        return styles

    def _read_strings(self):
        part = next((name for name in self.archive.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
        strings = _Strings()
        if part:
            strings.source = _feed(self.archive, part, _StringHandler(strings))
        return strings

    def _elements(self, part):
        handler = _ElementHandler()
        for _chunk in _feed(self.archive, part, handler):
            yield from handler.take()


class _Strings:
    """The texts that cells share, on disk: a large table has a million of them. Read no further than asked for."""

    source = ()

    def __init__(self):
        self.file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  closed with the sheet
        self.ends = array("Q", [0])
        self.pending = []

    def append(self, text):
        encoded = text.encode("utf-8", "replace")
        self.pending.append(encoded)
        self.ends.append(self.ends[-1] + len(encoded))
        if len(self.pending) >= 5000:
            self._write()

    def _read_up_to(self, index):
        for _chunk in self.source:
            if index < len(self.ends) - 1:
                return
        raise BrokenSheetError()

    def _write(self):
        self.file.seek(0, 2)
        self.file.write(b"".join(self.pending))
        self.pending.clear()

    def __getitem__(self, index):
        if index >= len(self.ends) - 1:
            self._read_up_to(index)
        if self.pending:
            self._write()
        start = self.ends[index]
        self.file.seek(start)
        return self.file.read(self.ends[index + 1] - start).decode("utf-8")

    def close(self):
        self.file.close()


# ------------------------------------------------------------
# XML
# ------------------------------------------------------------


@contextmanager
def _named_errors():
    """Whatever a damaged workbook makes the parsers stumble over is one error to the caller."""
    try:
        yield
    except (BadZipFile, expat.ExpatError, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise BrokenSheetError() from error
    except (ValueError, KeyError, IndexError, struct.error, RuntimeError) as error:
        raise BrokenSheetError() from error


def _refuse_entities(*_arguments):
    """A table declares no document type; a file that does wants entities expanded or other files read."""
    raise BrokenSheetError()


def _feed(archive, part, handler):
    """Parse a part of the archive piece by piece; yield after each, so that the caller takes what is ready."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    with archive.open(part) as file:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield


class _ElementHandler:
    """Elements with their attributes, for the small parts."""

    def __init__(self):
        self.elements = []

    def start(self, tag, attributes):
        self.elements.append((tag.rpartition(" ")[2], attributes))

    def end(self, tag):
        pass

    def text(self, data):
        pass

    def take(self):
        elements, self.elements = self.elements, []
        return elements


class _StringHandler:
    """Shared texts; the parts of a text in several fonts are joined, phonetic help is left out."""

    def __init__(self, strings):
        self.strings = strings
        self.parts = []
        self.is_text = False
        self.is_phonetic = False

    def start(self, tag, _attributes):
        tag = tag.rpartition(" ")[2]
        if tag == "rPh":
            self.is_phonetic = True
        self.is_text = tag == "t" and not self.is_phonetic

    def end(self, tag):
        tag = tag.rpartition(" ")[2]
        self.is_text = False
        if tag == "rPh":
            self.is_phonetic = False
        elif tag == "si":
            self.strings.append(unescape("".join(self.parts)[:MAX_CELL]))
            self.parts = []

    def text(self, data):
        if self.is_text:
            self.parts.append(data)


class _RowHandler:
    """Rows of a sheet. A row may lie: about its number, its width and the size of its texts."""

    def __init__(self, sheet):
        self.sheet = sheet
        self.rows = deque()
        self.number = 0
        self.column = -1
        self.cells = {}
        self.formulas_without_value = 0
        self._start_cell({})

    def _start_row(self, number):
        """Rows come in order: the import continues after a number, and a contact person belongs to the row above."""
        number = int(number or self.number + 1)
        if not self.number < number <= MAX_ROWS:
            raise BrokenSheetError()
        self.number = number
        self.cells = {}
        self.column = -1

    def _start_cell(self, attributes):
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s")
        self.has_formula = False
        self.is_text = False
        self.parts = []

    def start(self, tag, attributes):
        tag = tag.rpartition(" ")[2]
        if tag == "c":
            self.column = _get_column(attributes.get("r"), self.column)
            self._start_cell(attributes)
        elif tag == "row":
            self._start_row(attributes.get("r"))
        elif tag == "f":
            self.has_formula = True
        self.is_text = tag in ("v", "t")

    def text(self, data):
        if self.is_text:
            self.parts.append(data)

    def end(self, tag):
        tag = tag.rpartition(" ")[2]
        self.is_text = False
        if tag == "c":
            self._end_cell()
        elif tag == "row" and self.cells:
            width = max(self.cells) + 1
            self.rows.append((self.number, [self.cells.get(column, "") for column in range(width)]))

    def _end_cell(self):
        raw = "".join(self.parts)
        if not raw:
            self.formulas_without_value += self.has_formula
            return
        text = self._get_text(raw)
        if not text:
            return
        if self.column >= MAX_COLUMNS:
            raise TooManyColumnsError(MAX_COLUMNS)
        self.cells[self.column] = text[:MAX_CELL]

    def _get_text(self, raw):
        if self.kind == "s":
            return self.sheet.strings[max(int(raw), 0)]
        if self.kind in ("str", "inlineStr"):
            return unescape(raw)
        if self.kind == "e":
            return ""
        if self.kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if self.kind == "d":
            return raw.replace("T00:00:00", "")
        style = int(self.style or 0)
        styles = self.sheet.styles
        return number_text(raw, styles[style] if 0 <= style < len(styles) else None, self.sheet.epoch)


def _get_column(reference, previous):
    """Return the index of the column of a cell, from 0; without a reference it follows the previous one."""
    match = _REFERENCE.fullmatch(reference or "")
    if not match:
        return previous + 1
    index = 0
    for letter in match[1].upper():
        index = index * 26 + ord(letter) - 64
    return index - 1
