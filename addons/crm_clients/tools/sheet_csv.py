"""Read a text table (.csv) whose encoding and separator nobody has noted down."""

import codecs
import csv
import io
import re
from collections import Counter

from .sheet_errors import BrokenSheetError, NotASheetError, TooManyColumnsError
from .sheet_xlsx import MAX_CELL, MAX_COLUMNS

SAMPLE = 256 * 1024
SEPARATORS = ";,\t|"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The ones in use between Warsaw and Almaty; the first of equals wins.
ENCODINGS = ("cp1251", "cp866", "koi8_u", "iso8859_5", "mac_cyrillic", "cp1250", "cp1252")
_FREQUENT = frozenset("оаеинтсрвлкмдпуяіОАЕИНТСРВЛКМДПУЯІ")
_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄҐ")
_LATIN = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽäöüßÄÖÜàâçèêîôûñ")
_SIGNS = frozenset("№«»–—’“”„…°§€\u00a0")
_SWAPPED_CASE = re.compile("[а-яёіїєґ][А-ЯЁІЇЄҐ]")
_WEB_PAGE = re.compile(rb"^\s*<(!doctype|html|table|\?xml|meta|head|script)", re.IGNORECASE)


class CsvSheet:
    """A text table.

    :param stream: binary file, seekable
    """

    formulas_without_value = 0

    def __init__(self, stream):
        self.stream = stream
        stream.seek(0)
        sample = stream.read(SAMPLE)
        _check_is_text(sample)
        self.encoding = detect_encoding(sample, self._is_utf8)
        lines = self._decode(sample).splitlines()
        self.separator = detect_separator(lines)
        self.has_separator_line = bool(lines) and _is_separator_line(lines[0])

    def close(self):
        pass

    def read_mark(self):
        return []

    def rows(self):
        """Yield ``(number, cells)`` of each filled row; numbers from 1, cells as texts."""
        self.stream.seek(0)
        text = io.TextIOWrapper(self.stream, encoding=self.encoding, errors="replace", newline="")
        try:
            reader = csv.reader((line.replace("\0", "") for line in text), delimiter=self.separator)
            for number, cells in enumerate(reader, start=1):
                if not any(cells) or (number == 1 and self.has_separator_line):
                    continue
                if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                    raise TooManyColumnsError(MAX_COLUMNS)
                if max(map(len, cells)) > MAX_CELL:  # a quote that is never closed swallows the rest of the file
                    raise BrokenSheetError()
                yield number, cells[:MAX_COLUMNS]
        except csv.Error as error:
            raise BrokenSheetError() from error
        finally:
            text.detach()

    def _decode(self, sample):
        return codecs.getincrementaldecoder(self.encoding)("replace").decode(sample).lstrip("\ufeff")

    def _is_utf8(self):
        """Return whether the whole file is UTF-8: the first letter that is not may come late."""
        self.stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := self.stream.read(SAMPLE):
                decoder.decode(chunk)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
        return True


def _check_is_text(sample):
    """Refuse what only carries the name of a text table."""
    if sample.startswith(b"%PDF"):
        raise NotASheetError("pdf")
    if sample.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")):
        raise NotASheetError("image")
    if _WEB_PAGE.match(sample.removeprefix(codecs.BOM_UTF8)):
        raise NotASheetError("web_page")


def detect_encoding(sample, is_utf8):
    """Return the name of the encoding.

    :param bytes sample: beginning of the file
    :param is_utf8: function that tells whether the whole file is UTF-8
    """
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding
    if sample.count(0) > len(sample) // 8:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    if sum(sample.count(code) for code in range(32) if code not in (9, 10, 13, 26)) > len(sample) // 100:
        raise NotASheetError()
    if is_utf8():
        return "utf-8"
    return max(ENCODINGS, key=lambda encoding: _score(sample, encoding))


def _score(sample, encoding):
    """Return how much a text looks like words when decoded so: letters count, frequent ones more, oddities against."""
    text = sample[:32_768].decode(encoding, "replace")
    score = 0
    for letter, count in Counter(text).items():
        if letter in _FREQUENT:
            score += 3 * count
        elif letter in _CYRILLIC or letter in _LATIN:
            score += 2 * count
        elif letter not in _SIGNS and letter > "\x7f":
            score -= 3 * count
    return score - 5 * len(_SWAPPED_CASE.findall(text))


def _is_separator_line(line):
    """Return whether the line only tells a spreadsheet program the separator."""
    return line.startswith("sep=") and len(line.strip()) == 5


def detect_separator(lines):
    """Return the character that cuts the lines into the same number of columns most often.

    >>> detect_separator(["Name;Phone", "Dnipro, LLC;1", "Karpaty;2"])
    ';'
    """
    if lines and _is_separator_line(lines[0]):
        return lines[0].strip()[4]

    def weigh(separator):
        rows = [len(row) for row in csv.reader(lines[:50], delimiter=separator) if row]
        if not rows:
            return 0, 0
        width, count = max(Counter(rows).items(), key=lambda item: (item[1], item[0]))
        return (count / len(rows), width) if width > 1 else (0, 0)

    try:
        return max(SEPARATORS, key=weigh)
    except csv.Error as error:
        raise BrokenSheetError() from error
