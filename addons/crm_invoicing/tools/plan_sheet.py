"""What the columns and cells of a workbook with a financial plan say."""

import re
from datetime import date, datetime

from odoo.addons.crm_clients.tools.client_columns import normalise

LINE, CLIENT, TAX, CONTRACT, SERVICE, DATE, AMOUNT, CURRENCY, NOTE, REASON = (
    *("line", "client", "tax", "contract", "service", "date", "amount", "currency", "note", "reason"),
)
# how people head the columns, in three languages
SYNONYMS = {
    LINE: "line, no, plan line, рядок, рядок плану, № рядка, строка, строка плана, № строки",
    CLIENT: "client, customer, company, name, клієнт, компанія, назва, контрагент, клиент, компания, название",
    TAX: (
        "tax number, tax id, vat, registration number, єдрпоу, іпн, податковий номер, код єдрпоу, "
        "инн, налоговый номер, огрн, егрпоу, бин"
    ),
    CONTRACT: "contract, contract number, договір, номер договору, договор, номер договора",
    SERVICE: "service, product, послуга, товар, услуга",
    DATE: "date, planned day, day, day of payment, дата, запланований день, плановая дата, плановый день, день оплаты",
    AMOUNT: "amount, planned, sum, plan, сума, заплановано, план, сумма, запланировано",
    CURRENCY: "currency, валюта",
    NOTE: "note, comment, нотатка, примітка, коментар, заметка, примечание, комментарий",
    REASON: "reason, error, причина, помилка, ошибка",
}
HEADER_ROWS = 10
_TARGET_OF = {normalise(word): target for target, words in SYNONYMS.items() for word in words.split(",")}
_MONTH = (
    re.compile(r"(?P<year>\d{4})[-./](?P<month>\d{1,2})(?:-01)?"),
    re.compile(r"(?P<month>\d{1,2})[-./](?P<year>\d{4})"),
)
_DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y")
_NUMBER = re.compile(r"\d+(\.\d+)?")
# a number among a currency before or behind it; thousands may stand apart
_SUM = re.compile(r"[^\d-]*(?P<sign>-?)(?P<digits>\d[\d.,'\u2019\s]*)[^\d-]*")
_APART = re.compile(r"['\u2019\s]")


def read_header(cells, labels):
    """Return for each column what it holds: a key of `SYNONYMS`, the first day of a month, or None.

    :param dict labels: header in the user's language to key, beside the synonyms
    """
    known, found = {**_TARGET_OF, **{normalise(label): target for label, target in labels.items()}}, []
    for cell in cells:
        target = read_month(cell) or known.get(normalise(cell))
        found.append(target if target not in found else None)
    return found


def find_header(rows, labels):
    """Return (number of the row with the headers, what its columns hold), or (0, []) if no row names the client.

    :param rows: first ``(number, cells)`` of the table
    """
    best = (0, [])
    for number, cells in rows[:HEADER_ROWS]:
        found = read_header(cells, labels)
        if {CLIENT, TAX, LINE} & set(found) and len(set(found)) > len(set(best[1])):
            best = (number, found)
    return best


def read_month(text):
    """Return the first day of the month that a header names, or None.

    >>> read_month("2026-05"), read_month("05.2026"), read_month("May")
    (datetime.date(2026, 5, 1), datetime.date(2026, 5, 1), None)
    """
    for pattern in _MONTH:
        if (match := pattern.fullmatch(text.strip())) and 1 <= int(match["month"]) <= 12:
            return date(int(match["year"]), int(match["month"]), 1)
    return None


def read_date(text, own_format="%d.%m.%Y"):
    """Return the day that a cell holds, or None if it is none.

    :param str own_format: how the user writes dates
    """
    for pattern in (*_DATE_FORMATS, own_format):
        try:
            return datetime.strptime(text.split(" ")[0], pattern).date()
        except ValueError:
            continue
    return None


def read_amount(text, decimal_point="."):
    """Return the amount that a cell holds, or None if it is none.

    >>> read_amount("1 234,50"), read_amount("1.234,50 €"), read_amount("1,234", "."), read_amount("much")
    (1234.5, 1234.5, 1234.0, None)

    :param str decimal_point: of the user; it decides what a single comma with three digits behind it is
    """
    if not (match := _SUM.fullmatch(text)):
        return None
    sign, digits = -1 if match["sign"] else 1, _APART.sub("", match["digits"])
    if "," in digits and "." in digits:
        thousands = "," if digits.rfind(".") > digits.rfind(",") else "."
        digits = digits.replace(thousands, "")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+", digits) and decimal_point != ",":
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    return sign * float(digits) if _NUMBER.fullmatch(digits) else None
