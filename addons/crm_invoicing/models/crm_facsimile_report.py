from odoo import models

from .crm_facsimile_scan import MAKING_PDF, PDF_KEY


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Let the forms have scans while a PDF is made, and at no other time.

        Stock's download answers a failed print with a message and commits: the savepoint takes back the rows that the
        log has got for papers which were never made.
        """
        report = self.with_context(**{PDF_KEY: MAKING_PDF})
        with self.env.cr.savepoint():
            return super(IrActionsReport, report)._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
