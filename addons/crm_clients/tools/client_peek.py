"""Look at the beginning of a list of clients: where the headers are and what the columns hold."""

from itertools import islice
from typing import NamedTuple

from .client_columns import REASON, find_header
from .sheet_errors import EmptySheetError
from .sheet_reader import open_sheet

PEEK_ROWS = 30
MAX_SAMPLE = 80


class Peek(NamedTuple):
    """What the beginning of a file shows.

    :ivar int header_number: number of the row with the headers
    :ivar list columns: dicts with index (from 0), header, sample and target (see `client_columns`, or False)
    :ivar int correction_of: identifier of the import whose failed rows these are, or 0
    """

    header_number: int
    columns: list
    correction_of: int


def peek_into(stream, labels, reason_label):
    """Return the `Peek` into a file; empty columns and the reasons of an earlier import are left out.

    :param stream: binary file, seekable
    :param dict labels: target to the header of the template in the user's language
    :param str reason_label: header of the reasons in the user's language
    :raises SheetError: if the file cannot be read
    """
    with open_sheet(stream) as sheet:
        rows = list(islice(sheet.rows(), PEEK_ROWS))
    number, found = find_header(rows, {**labels, REASON: reason_label})
    below = [cells for row_number, cells in rows if row_number > number]
    if not below:
        raise EmptySheetError()
    columns = []
    for index, (header, target) in enumerate(zip(found.headers, found.targets, strict=True)):
        sample = next((cells[index] for cells in below if len(cells) > index and cells[index]), "")
        if (header or sample) and target != REASON:
            columns.append({"index": index, "header": header, "sample": sample[:MAX_SAMPLE], "target": target or False})
    return Peek(number, columns, sheet.correction_of)
