from ..models.crm_client_import_run import Work
from .common import ClientCommon
from .import_files import HEADERS, encode, make_xlsx


class ImportCommon(ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ua")
        cls.Import = cls.env["crm.client.import"]

    def _new_import(self, content, user=None, filename="clients.xlsx", **vals):
        return self.Import.with_user(user or self.olena).create({"file": encode(content), "filename": filename, **vals})

    def _work(self, record):
        """Do all steps of an import, as the job does."""
        record = record.sudo().with_user(self.env.ref("base.user_root"))
        work = Work(record)
        self.env.flush_all()
        self.env.invalidate_all()
        while record.state in ("checking", "running", "undoing"):
            record._step(work)
            self.env.flush_all()
            self.env.invalidate_all()
        return record

    def _import(self, rows, user=None, headers=HEADERS, check=False, **vals):
        record = self._new_import(make_xlsx(rows, headers), user, **vals)
        record.action_check() if check else record.action_start()
        return self._work(record)

    def _find(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def _get_results(self, record):
        rows = record.row_ids.sorted("number")
        return [(row.number, row.state) for row in rows]

    def _get_message(self, record, number):
        return record.row_ids.filtered(lambda row: row.number == number).message or ""

    def assertCounts(self, record, created=0, updated=0, skipped=0, failed=0):
        counts = (record.created_count, record.updated_count, record.skipped_count, record.failed_count)
        self.assertEqual(counts, (created, updated, skipped, failed), self._get_results(record))
