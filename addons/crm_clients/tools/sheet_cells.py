"""Cells of a table as the text a person sees in them."""

import math
import re
from datetime import datetime, time, timedelta

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200c\u200e\u200f\u2060\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[ \t\u00a0\u2007\u202f\x85]+")
_LINE_ENDS = re.compile(" *\n *")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_INTEGER = re.compile(r"[+-]?\d+")
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+?\d{2}", re.IGNORECASE)

# numbers of the formats that a workbook need not spell out
_BUILT_IN_DATES = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 54), 57, 58))
_BUILT_IN_TIMES = frozenset((*range(18, 22), *range(32, 36), *range(45, 48), 55, 56))

DATE = "date"
NEUTRALISED = "=+-@\t\r"


def clean_text(text):
    """Return the text without control and invisible characters, spaces at the ends and doubled spaces.

    >>> clean_text(" Dnipro\x00\u00a0 LLC ")
    'Dnipro LLC'
    """
    text = _SURROGATE.sub("", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return _LINE_ENDS.sub("\n", _SPACES.sub(" ", text)).strip()


def unescape(text):
    """Return the text with the characters that a workbook writes as ``_x000D_``."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def read_format(number, code):
    """Return what the format of a cell does to a number: `DATE`, a width to fill with zeros, or None.

    :param int number: identifier of the format
    :param code: text of the format, or None for a built-in one
    """
    if code is None:
        return DATE if number in _BUILT_IN_DATES or number in _BUILT_IN_TIMES else None
    plain = _FORMAT_LITERALS.sub("", code).split(";")[0].strip().lower()
    if len(plain) > 1 and not plain.strip("0"):
        return len(plain)
    is_date = any(letter in plain for letter in "dyhs") or plain in ("mm", "mmm", "mmmm")
    return DATE if is_date else None


def number_text(value, style=None, epoch=datetime(1899, 12, 30)):
    """Return a number as it is meant: whole numbers without a decimal point, dates as year-month-day.

    >>> number_text("7707083893.0"), number_text("123", 8), number_text("45413", DATE)
    ('7707083893', '00000123', '2024-05-01')

    :param value: the number, or its text as stored in the file
    :param style: see `read_format`
    :param datetime epoch: day 0 of the workbook
    """
    text = str(value).strip()
    try:
        number = float(text)
        if not math.isfinite(number):
            return text
        if style == DATE:
            return date_text(epoch + timedelta(days=number), is_time=0 <= number < 1)
        if not _INTEGER.fullmatch(text):
            text = str(int(number)) if number.is_integer() else format(number, ".15g")
    except (ValueError, OverflowError):
        return text
    return text.zfill(style) if isinstance(style, int) else text


def date_text(moment, is_time=False):
    """Return a moment as text, without the time at midnight; only the time if the cell holds no day."""
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    if is_time:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if moment.time() == time.min else f"{moment:%Y-%m-%d %H:%M}"


def is_shortened_number(text):
    """Return whether a spreadsheet has cut digits off a long number, as in ``3,80442E+11``."""
    return bool(_SHORTENED.fullmatch(text))
