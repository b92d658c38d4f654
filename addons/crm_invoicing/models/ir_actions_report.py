import io

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from ..tools.pdf_engine import PdfEngine, PdfEngineMissing
from ..tools.pdf_forms import PrintedForms


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    pdf_engine = fields.Selection(
        [("odoo", "Odoo's own"), ("weasyprint", "WeasyPrint")],
        "PDF Engine",
        default="odoo",
        help="What makes the PDF of this report. Odoo's own is the program wkhtmltopdf, which the machine may lack; "
        "WeasyPrint comes with this application, knows headers, footers and page numbers of CSS, and reads nothing "
        "but the form itself.",
    )

    def _get_readable_fields(self):
        """The web client asks it before it decides how to download."""
        return super()._get_readable_fields() | {"pdf_engine"}

    def report_action(self, docids, data=None, config=True):
        """Name the engine to the web client; forms of their own look do not need the layout that Odoo asks for."""
        if self.pdf_engine != "weasyprint":
            return super().report_action(docids, data=data, config=config)
        return super().report_action(docids, data=data, config=False) | {"pdf_engine": self.pdf_engine}

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Print each record by itself where WeasyPrint is chosen; copies that are kept are taken as stock takes them."""
        report = self._get_report(report_ref)
        if report.pdf_engine != "weasyprint":
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        data = dict(data or {}, report_type="pdf", debug=False)
        if not res_ids or len(set(res_ids)) < len(res_ids):
            return self._print_together(report, res_ids, data)
        kept = self._get_kept_copies(report, res_ids)
        streams = dict.fromkeys(res_ids)
        if reused := list(kept) if report.attachment_use else []:
            streams |= super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=reused)
        missing = [res_id for res_id, stream in streams.items() if not stream]
        for res_id, pdf in self._print_records(report, missing, data):
            streams[res_id] = {"stream": io.BytesIO(pdf), "attachment": kept.get(res_id)}
        return streams

    @api.model
    def _get_kept_copies(self, report, res_ids):
        """Return the attachments that hold earlier prints, by the id of the record."""
        if not report.attachment or self.env.context.get("report_pdf_no_attachment"):
            return {}
        records = self.env[report.model].browse(res_ids)
        copies = {record.id: report.retrieve_attachment(record) for record in records}
        return {res_id: attachment for res_id, attachment in copies.items() if attachment}

    @api.model
    def _print_records(self, report, res_ids, data):
        """Yield the id and the PDF of each record, one after the other: only one document is laid out at a time.

        :raise UserError: if the template leaves one of the records out, or nothing can be printed on this machine
        """
        if not res_ids:
            return
        forms = self._get_printed_forms(report, res_ids, data)
        documents = forms.get_documents()
        if len(res_ids) == 1 and not documents:
            documents = {res_ids[0]: forms.get_page()}
        self._check_documents(report, set(res_ids) - set(documents))
        engine = self._get_pdf_engine(forms.get_css())
        for res_id in res_ids:
            yield res_id, engine.print_document(documents[res_id])

    @api.model
    def _print_together(self, report, res_ids, data):
        """Print a report without records, or one that names a record twice, into one stream, as stock does."""
        if res_ids:
            pdfs = dict(self._print_records(report, list(dict.fromkeys(res_ids)), data))
            content = merge_pdf([pdfs[res_id] for res_id in res_ids])
        else:
            forms = self._get_printed_forms(report, res_ids, data)
            content = self._get_pdf_engine(forms.get_css()).print_document(forms.get_page())
        return {False: {"stream": io.BytesIO(content), "attachment": None}}

    @api.model
    def _get_printed_forms(self, report, res_ids, data):
        """Render the template as the user, without the assets of the debug mode."""
        html, _type = self.with_context(debug=False)._render_qweb_html(report, res_ids, data=data)
        return PrintedForms(html, report.model)

    @api.model
    def _get_pdf_engine(self, css):
        """Return the engine with this style sheet.

        :raise UserError: if it lacks a library on this machine
        """
        try:
            return PdfEngine(css)
        except PdfEngineMissing as error:
            message = self.env._(
                "Forms cannot be printed on this server yet: a library is missing (%(library)s).\n"
                "Please ask your administrator to install WeasyPrint with the Pango libraries.",
                library=error,
            )
            raise UserError(message) from error

    @api.model
    def _check_documents(self, report, left_out):
        """Raise if the template printed nothing for some records: a PDF without them would look complete."""
        if not left_out:
            return
        names = self.env[report.model].browse(sorted(left_out)[:5]).mapped("display_name")
        raise UserError(
            self.env._(
                "The form “%(form)s” shows nothing of %(names)s. Please contact your administrator: its template "
                "has no part of class “article” with data-oe-model and data-oe-id for it.",
                form=report.name,
                names=", ".join(names),
            )
        )
