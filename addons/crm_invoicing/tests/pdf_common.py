"""What the tests read out of a PDF, and a report that they print."""

import io

from odoo.tests import TransactionCase
from odoo.tools.pdf import PdfFileReader


def _get_pages(pdf):
    return list(PdfFileReader(io.BytesIO(pdf)).pages)


def read_pages(pdf):
    """Return the text of each page of a PDF (bytes)."""
    return [page.extract_text() for page in _get_pages(pdf)]


def count_images(pdf):
    """Return how often the pages of a PDF use a picture."""
    return sum(map(_count_within, _get_pages(pdf)))


def _count_within(item):
    """Return how often a page, a group or a pattern uses a picture."""
    resources = item.get("/Resources", {})
    inner = [
        found.get_object()
        for kind in ("/XObject", "/Pattern")
        for found in (resources[kind].get_object() if kind in resources else {}).values()
    ]
    return sum(part.get("/Subtype") == "/Image" or _count_within(part) for part in inner)


def get_fonts(pdf):
    """Return the names of the fonts in a PDF, without the mark of a subset."""
    fonts = (font.get_object() for page in _get_pages(pdf) for font in page["/Resources"]["/Font"].values())
    return {str(font["/BaseFont"]).lstrip("/").rpartition("+")[2] for font in fonts}


class PdfReportCast:
    """A report of one paragraph for each record, printed by WeasyPrint."""

    CSS = """
        @page { size: A5; margin: 10mm; @bottom-right { content: "page " counter(page) " of " counter(pages) } }
        body { font-family: Roboto; font-size: 10pt } .next { break-before: page }
    """
    BODY = '<p>Contact <t t-out="doc.name"/></p>'
    MARKS = 'class="article" t-att-data-oe-model="doc._name" t-att-data-oe-id="doc.id"'

    @classmethod
    def _create_report(cls, body=BODY, key="crm_invoicing.test_contact", marks=MARKS, **values):
        """Return a report whose template shows this for each record."""
        arch = (
            f'<t t-name="{key}"><html lang="uk"><head><title>Contacts</title><style>{cls.CSS}</style></head>'
            f'<body><main><div t-foreach="docs" t-as="doc" {marks}>{body}</div></main></body></html></t>'
        )
        cls.env["ir.ui.view"].create({"name": key, "key": key, "type": "qweb", "arch": arch})
        values = {"name": "Contact", "model": "res.partner", "pdf_engine": "weasyprint", **values}
        return cls.env["ir.actions.report"].create({"report_type": "qweb-pdf", "report_name": key, **values})


class PdfReportCase(PdfReportCast, TransactionCase):
    """A report of contacts, and how to print it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's tests see HTML unless they ask for the real thing
        cls.env = cls.env(context=dict(cls.env.context, force_report_rendering=True))
        cls.alpha, cls.beta = cls.env["res.partner"].create([{"name": "Alpha"}, {"name": "Beta"}])
        cls.report = cls._create_report()

    def print_pages(self, records, report=None, **context):
        """Return the texts of the pages on which these records are printed."""
        report = report or self.report
        pdf, kind = report.with_context(**context)._render_qweb_pdf(report.report_name, records.ids)
        self.assertEqual(kind, "pdf")
        return read_pages(pdf)
