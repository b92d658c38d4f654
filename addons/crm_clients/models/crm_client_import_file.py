import base64
import io
from contextlib import contextmanager
from itertools import islice

from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL

from ..tools import sheet_errors
from ..tools.client_peek import peek_into
from ..tools.sheet_reader import TEMPLATE_VERSION, open_sheet

# rows read and committed at once
READ_ROWS = 2000


class CrmClientImport(models.Model):
    """The file of an import: what it is, what its columns hold, its rows."""

    _inherit = "crm.client.import"

    # ------------------------------------------------------------
    # LOOKING AT THE FILE
    # ------------------------------------------------------------

    @api.depends("file")
    def _compute_problem(self):
        for record in self:
            peek, record.problem = record._peek()
            record.header_number = peek.header_number if peek else 0
            # who corrects the rows of a colleague starts from the beginning
            record.correction_of_id = peek and self.search(
                [("id", "=", peek.correction_of), ("user_id", "=", self.env.uid)]
            )

    @api.depends("file")
    def _compute_column_ids(self):
        """Of its own, because a form that sends columns along would keep the other facts from being computed."""
        for record in self:
            peek, _problem = record._peek()
            columns = peek.columns if peek else []
            record.column_ids = [Command.clear(), *map(Command.create, columns)]

    def _peek(self):
        """Look at the first rows of the file; return a `Peek` or None, and a sentence on the problem or False."""
        content = self.with_context(bin_size=False).file
        if not content:
            return None, False
        labels = self.env["crm.client.import.column"]._get_target_labels()
        try:
            return peek_into(io.BytesIO(base64.b64decode(content)), labels, self._get_reason_label()), False
        except sheet_errors.SheetError as error:
            return None, self._get_problem_message(error)

    @api.model
    def _get_reason_label(self):
        return self.env._("Reason")

    def _get_problem_message(self, error):
        """Return what is wrong with the file and what to do, for a `SheetError`."""
        match error:
            case sheet_errors.NotASheetError():
                return self._get_not_a_sheet_message(error.kind)
            case sheet_errors.EncryptedSheetError():
                return self.env._("The workbook is protected by a password. Save it without one and choose it again.")
            case sheet_errors.EmptySheetError():
                return self.env._("The file is empty: there are no rows under the headers.")
            case sheet_errors.SheetTooLargeError():
                return self.env._(
                    "The file would unpack to %(megabytes)s MB, which no list of clients needs. "
                    "Copy the rows with clients into a new workbook.",
                    megabytes=error.megabytes,
                )
            case sheet_errors.TooManyColumnsError():
                return self.env._(
                    "The table has more than %(limit)s columns. Copy the ones about clients into a new workbook.",
                    limit=error.limit,
                )
            case sheet_errors.UnknownTemplateError():
                return self.env._(
                    "The workbook was made from version %(found)s of the template, here is version %(known)s. "
                    "Download the template again and copy your rows into it.",
                    found=error.version,
                    known=TEMPLATE_VERSION,
                )
        return self.env._(
            "The file is damaged: it cannot be read to its end. Open it in a spreadsheet program and save it again."
        )

    def _get_not_a_sheet_message(self, kind):
        messages = {
            "pdf": self.env._("This is a PDF document. Choose a workbook (.xlsx, .xls) or a text table (.csv)."),
            "image": self.env._("This is a picture. Choose a workbook (.xlsx, .xls) or a text table (.csv)."),
            "web_page": self.env._(
                "This is a web page with the name of a workbook, as some programs export. "
                "Open it in a spreadsheet program and save it as .xlsx."
            ),
            "ods": self.env._("This is an OpenDocument file. Save it as .xlsx and choose it again."),
            "xlsb": self.env._("This is a binary workbook. Save it as .xlsx and choose it again."),
        }
        return messages.get(
            kind, self.env._("This is not a table. Choose a workbook (.xlsx, .xls) or a text table (.csv).")
        )

    # ------------------------------------------------------------
    # READING THE ROWS
    # ------------------------------------------------------------

    @contextmanager
    def _open_file(self):
        """Context with the binary content; a large file is not taken into memory."""
        # sudo: the attachment of a field is not readable by itself; whoever reads the import may read its file
        attachment = self.env["ir.attachment"].sudo()
        attachment = attachment.search(
            [("res_model", "=", self._name), ("res_field", "=", "file"), ("res_id", "=", self.id)]
        )
        if attachment.store_fname:
            with open(attachment._full_path(attachment.store_fname), "rb") as stream:
                yield stream
        else:
            yield io.BytesIO(attachment.raw or b"")

    def _iterate_rows(self):
        """Yield lists of ``(number, cells)`` under the headers that are not in the database yet."""
        [[last]] = self.env["crm.client.import.row"]._read_group([("import_id", "=", self.id)], [], ["number:max"])
        start = max(self.header_number, last or 0)
        with self._open_file() as stream, open_sheet(stream) as sheet:
            rows = (row for row in sheet.rows() if row[0] > start)
            while chunk := list(islice(rows, READ_ROWS)):
                yield chunk
            self._warn_of_formulas(sheet.formulas_without_value)

    def _warn_of_formulas(self, count):
        if count:
            self.message_post(
                body=self.env._(
                    "%(count)s formulas of the file have no stored result and were read as empty cells. "
                    "Open it in a spreadsheet program and save it to store the results.",
                    count=count,
                )
            )

    def _add_rows(self, rows):
        """Store rows of the file."""
        self.env["crm.client.import.row"].create(
            [{"import_id": self.id, "number": number, "cells": cells} for number, cells in rows]
        )
        self.row_count += len(rows)

    # ------------------------------------------------------------
    # FORGETTING
    # ------------------------------------------------------------

    def _forget_rows(self):
        """Delete what was read from a file that is replaced."""
        # plain SQL: a hundred thousand rows that nothing refers to
        self.env["crm.client.import.row"].flush_model()
        self.env.execute_query(
            SQL("DELETE FROM crm_client_import_row WHERE import_id IN %s RETURNING id", tuple(self.ids) or (0,))
        )
        self.row_ids.invalidate_recordset(flush=False)
        self.invalidate_recordset(["row_ids"])
        self._reset_counters({"is_read": False, "row_count": 0})

    def _forget_results(self):
        """Let all rows wait again, as after reading."""
        rows = self.env["crm.client.import.row"]
        rows.flush_model()
        # plain SQL: a hundred thousand rows at once
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_client_import_row
                   SET state = 'new', message = NULL, partner_id = NULL, client_number = NULL, keys = NULL
                 WHERE import_id IN %s AND state != 'new'
             RETURNING id
                """,
                tuple(self.ids) or (0,),
            )
        )
        rows.invalidate_model()
        self._reset_counters({})

    def _reset_counters(self, vals):
        names = ("created_count", "updated_count", "skipped_count", "failed_count", "undone_count", "kept_count")
        self.write({**dict.fromkeys(names, 0), "failed_file": False, "date_done": False, **vals})
