import gc
import itertools
import logging
import time
from collections import Counter

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from ..tools.client_batch import ClientBatch, Entry
from ..tools.client_lookups import Lookups
from ..tools.client_values import ValueReader
from ..tools.sheet_errors import SheetError
from .crm_client_import import WORKING

_logger = logging.getLogger(__name__)

BATCH_ROWS = 500
# Seconds that one call of the job works at least: opening a large file again has its price
MIN_SECONDS = 5
# Environments refer to each other in circles, which Python leaves in memory for long if it is not asked to look for them
STEPS_PER_CLEANING = 5
SETTLED = ("created", "updated", "skipped", "failed")


class TrialOver(Exception):
    """Ends a trial: whatever the batch has written is taken back."""


class Work:
    """What is kept of an import between two of its steps, within one call of the job."""

    def __init__(self, record):
        self.chunks = record._iterate_rows()
        self.reader = None
        self.previous_client = None
        self.undo = None


class CrmClientImport(models.Model):
    """The work of an import, in steps that are committed one by one."""

    _inherit = "crm.client.import"

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_work(self):
        """Work on all imports in turn, a step each, until nothing is left or the time of the job is over.

        One job for all: two imports never look for duplicates at the same moment, and none waits for another to end.
        """
        works, steps = {}, itertools.count(1)
        stop_at = time.monotonic() + MIN_SECONDS
        while records := self.search([("state", "in", WORKING)], order="id"):
            for record_id in records.ids:
                record = self.browse(record_id)
                processed = record._try_step(works)
                seconds_left = self.env["ir.cron"]._commit_progress(processed, remaining=self._count_remaining())
                self.env.invalidate_all(flush=False)
                if not next(steps) % STEPS_PER_CLEANING:
                    gc.collect()
                if not seconds_left and time.monotonic() > stop_at:
                    return

    @api.model
    def _count_remaining(self):
        """Return how many rows wait in all imports; at least 1 as long as there is something to do."""
        records = self.search([("state", "in", WORKING)])
        return sum(max(record.row_count - record._get_done_count(), 1) for record in records)

    def _try_step(self, works):
        """Do a step and return the number of rows worked off; an unexpected error pauses this import only."""
        try:
            # whoever pauses or cancels waits for the end of the step, and the other way round
            if not self.try_lock_for_update(allow_referencing=True) or self.state not in WORKING:
                return 0
            work = works.get(self.id) or works.setdefault(self.id, Work(self))
            processed = self._step(work)
            self.env.flush_all()
            return processed
        except psycopg2.OperationalError as error:
            _logger.info("Import %s: the step is tried again: %s", self.id, error)
        except Exception:  # whatever it is, the other imports go on, and this one says that it stands still
            _logger.exception("Import %s stopped", self.id)
            self.env.cr.rollback()
            self._stop(self.env._("The import has stopped because of an error; the server's log has the details."))
        else:
            return 0
        self.env.cr.rollback()
        works.pop(self.id, None)
        return 0

    def _step(self, work):
        """Do the next piece of work; return the number of rows worked off."""
        if not self.user_id.active:
            self._stop(self.env._("The user of this import has been archived."))
            return 0
        if self.state == "undoing":
            processed = self._undo_step()
        elif self.is_read:
            processed = self._import_step(work)
        else:
            processed = self._read_step(work)
        self._send_progress()
        return processed

    def _stop(self, message):
        """Stand still and say why; a trial goes back to where it began."""
        self.state = {"running": "paused", "checking": "draft", "undoing": "undone"}.get(self.state, self.state)
        self.message_post(body=message)
        self._send_progress()

    # ------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------

    def _read_step(self, work):
        """Store the next rows of the file. A file that turns out to be damaged changes nothing."""
        try:
            rows = next(work.chunks, None)
        except SheetError as error:
            self._forget_rows()
            self.write(
                {"problem": self.with_context(lang=self.user_id.lang)._get_problem_message(error), "state": "draft"}
            )
            self._notify_user(self.problem)
            return 0
        if rows:
            self._add_rows(rows)
        else:
            self.is_read = True
        return 0

    def _import_step(self, work):
        """Import the next batch of rows, or finish; return their number."""
        rows = self.env["crm.client.import.row"].search(
            [("import_id", "=", self.id), ("state", "=", "new")], order="number", limit=BATCH_ROWS
        )
        if not rows:
            self._finish()
            return 0
        record = self._as_user()
        work.reader = work.reader or record._make_reader()
        targets = {column.index: column.target for column in self.column_ids if column.target}
        entries = [Entry(row, row.number, _read_texts(row.cells, targets)) for row in rows]
        previous = work.previous_client or self._load_previous_client(rows[0].number, targets, work.reader)
        batch = ClientBatch(record, work.reader, entries, previous)
        if self.state == "checking":
            self._try_batch(batch)
        else:
            batch.run()
        work.previous_client = entries[-1].client
        self._note_results(entries)
        return len(entries)

    def _as_user(self):
        """Return the import in the hands of its user: his rights, language and company."""
        user = self.user_id
        context = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": self.company_id.ids}
        return self.with_user(user).with_context(**context)

    def _make_reader(self):
        defaults = {"user_id": self.default_user_id.id, "client_type_id": self.default_type_id.id}
        return ValueReader(self.env, Lookups(self.env), defaults, self.create_missing and self.can_create_missing)

    def _load_previous_client(self, number, targets, reader):
        """Return the `Entry` of the last client above a row, from the database, or None for the first row."""
        rows = self.env["crm.client.import.row"]
        above = rows.search([("import_id", "=", self.id), ("number", "<", number)], order="number DESC", limit=1)
        row = above and rows.search([("import_id", "=", self.id), ("number", "=", above.client_number)])
        if not row:
            return None
        entry = Entry(row, row.number, _read_texts(row.cells, targets))
        entry.client = entry
        if "name" in entry.texts:
            entry.values = reader.read_client(entry.texts)
        entry.settle(row.state, row.message or "", row.partner_id.id)
        is_corrected = self.correction_of_id and row.partner_id.client_import_id == self.correction_of_id
        entry.takes_contacts = row.state in ("created", "updated") or bool(
            row.state == "skipped" and row.partner_id and (self.duplicate_policy != "skip" or is_corrected)
        )
        return entry

    def _note_results(self, entries):
        """Note on each row what became of it, and count."""
        for entry in entries:
            entry.row.write(
                {
                    "state": entry.state,
                    "message": entry.message or False,
                    "partner_id": entry.partner_id or False,
                    "client_number": entry.client.number,
                    "previous_values": entry.previous or False,
                }
            )
        counts = Counter(entry.state for entry in entries)
        self.write({f"{state}_count": self[f"{state}_count"] + counts[state] for state in SETTLED})

    # ------------------------------------------------------------
    # TRIAL
    # ------------------------------------------------------------

    def _try_batch(self, batch):
        """Import a batch for its results, and take back what it wrote."""
        try:
            with self.env.cr.savepoint():
                batch.run()
                keys = {
                    entry.row.id: sorted(batch.get_keys(entry))
                    for entry in batch.entries
                    if entry.is_client and entry.state == "created"
                }
                raise TrialOver
        except TrialOver:
            for entry in batch.entries:
                entry.row.keys = keys.get(entry.row.id, False)
                if entry.state == "created" or entry.partner_id in batch.number_of:
                    entry.partner_id = 0

    def _mark_doubles(self):
        """Settle rows of a trial that repeat a client of an earlier batch, which was never written."""
        if self.duplicate_policy == "create":
            return
        rows = self.env["crm.client.import.row"]
        rows.flush_model()
        doubles = self.env.execute_query(
            SQL(
                """
                  WITH key AS (
                       SELECT row.id, row.number, key.value, MIN(row.number) OVER (PARTITION BY key.value) AS first
                         FROM crm_client_import_row row
                        CROSS JOIN LATERAL jsonb_array_elements_text(row.keys) AS key(value)
                        WHERE row.import_id = %s AND row.state = 'created' AND jsonb_typeof(row.keys) = 'array')
                SELECT id, MIN(first) FROM key WHERE first < number GROUP BY id
                """,
                self.id,
            )
        )
        state = "skipped" if self.duplicate_policy == "skip" else "updated"
        env = self._as_user().env
        for row_id, first in doubles:
            message = env._("Same client as in row %(number)s of this file.", number=first)
            rows.browse(row_id).write({"state": state, "message": message})
        self.write(
            {
                "created_count": self.created_count - len(doubles),
                f"{state}_count": self[f"{state}_count"] + len(doubles),
            }
        )

    # ------------------------------------------------------------
    # END
    # ------------------------------------------------------------

    def _finish(self):
        """All rows are worked off: write the report."""
        if self.state == "checking":
            self._mark_doubles()
        self.failed_file = self._as_user()._make_failed_workbook()
        self.write({"state": "ready" if self.state == "checking" else "done", "date_done": self.env.cr.now()})
        self._notify_user(self._as_user()._get_summary())

    def _get_summary(self):
        """Return one sentence on what came out."""
        counts = {
            "created": self.created_count,
            "updated": self.updated_count,
            "skipped": self.skipped_count,
            "failed": self.failed_count,
        }
        if self.state == "ready":
            return self.env._(
                "Trial run: %(created)s would be created, %(updated)s updated, %(skipped)s skipped, %(failed)s fail. "
                "Nothing has been changed.",
                **counts,
            )
        return self.env._(
            "Import finished: %(created)s created, %(updated)s updated, %(skipped)s skipped, %(failed)s failed.",
            **counts,
        )

    def _notify_user(self, message):
        """Tell the importing user, wherever he is: in the notes of the import, his inbox, and on the screen."""
        self.message_post(body=message, partner_ids=self.user_id.partner_id.ids)
        self.user_id._bus_send("crm_clients.import_finished", {"id": self.id, "name": self.name, "message": message})

    def _send_progress(self):
        """Let the open pages of the user show the step; sent when it is committed."""
        self.user_id._bus_send(
            "crm_clients.import_progress", {"id": self.id, "state": self.state, "progress": self.progress}
        )


def _read_texts(cells, targets):
    """Return {target: text} of the filled cells.

    :param list cells: texts of a row
    :param dict targets: index of the column to target
    """
    return {targets[index]: text for index, text in enumerate(cells or []) if text and index in targets}
