import json
from unittest.mock import patch
from urllib.parse import urlencode

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import no_retry
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_actions_report import IrActionsReport as BaseReport
from odoo.addons.crm_clients.tests.hoot import HootCase

from ..tools.pdf_engine import PdfEngine, PdfEngineMissing
from .common import InvoicingCommon
from .pdf_common import PdfReportCase, PdfReportCast, read_pages

LOADER = "odoo.addons.crm_invoicing.tools.pdf_engine.load_weasyprint"


@tagged("post_install", "-at_install")
class TestPdfReport(PdfReportCase):
    def setUp(self):
        super().setUp()
        # What Debian 13 is like, whatever there is on this machine
        self.startPatcher(patch.object(BaseReport, "get_wkhtmltopdf_state", return_value="install"))

    def test_each_record_has_its_own_stream(self):
        streams, kind = self.report._pre_render_qweb_pdf(self.report.report_name, (self.beta + self.alpha).ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(list(streams), (self.beta + self.alpha).ids)
        texts = [read_pages(stream["stream"].getvalue()) for stream in streams.values()]
        self.assertEqual([len(pages) for pages in texts], [1, 1])
        self.assertIn("Contact Beta", texts[0][0])
        self.assertNotIn("Alpha", texts[0][0])

    def test_together_in_the_order_asked_for(self):
        pages = self.print_pages(self.beta + self.alpha)
        self.assertEqual(len(pages), 2)
        self.assertIn("Contact Beta", pages[0])
        self.assertIn("Contact Alpha", pages[1])
        self.assertIn("page 1 of 1", pages[1], "pages are counted within a document")

    def test_a_record_named_twice_is_printed_twice(self):
        pages = self.print_pages(self.alpha + self.beta + self.alpha)
        self.assertEqual([page.split()[1] for page in pages], ["Alpha", "Beta", "Alpha"])
        name = self.report.report_name
        pdf, _kind = self.report._render_qweb_pdf(name, [self.alpha.id, self.alpha.id])
        self.assertEqual(len(read_pages(pdf)), 2)

    def test_copies_within_one_document(self):
        body = '<p>One <t t-out="doc.name"/></p><p class="next">Two</p>'
        pages = self.print_pages(self.alpha + self.beta, self._create_report(body, "crm_invoicing.test_pages"))
        self.assertEqual([page.splitlines()[0] for page in pages], ["One Alpha", "Two", "One Beta", "Two"])
        self.assertIn("page 2 of 2", pages[3])

    def test_fonts_and_style_are_read_once(self):
        with patch.object(PdfEngine, "__init__", autospec=True, side_effect=PdfEngine.__init__) as init:
            self.print_pages(self.alpha + self.beta)
        init.assert_called_once()

    def test_without_records(self):
        report = self._create_report("", "crm_invoicing.test_empty", marks="")
        arch = '<t t-name="crm_invoicing.test_empty"><html><body><p>All <t t-out="report_type"/></p></body></html></t>'
        self.env["ir.ui.view"].search([("key", "=", "crm_invoicing.test_empty")]).arch = arch
        pdf, _kind = report._render_qweb_pdf(report.report_name, None)
        self.assertIn("All pdf", read_pages(pdf)[0])

    def test_one_record_without_marks(self):
        report = self._create_report(key="crm_invoicing.test_unmarked", marks="")
        self.assertIn("Contact Alpha", self.print_pages(self.alpha, report)[0])
        with self.assertRaisesRegex(UserError, "Contact.*shows nothing of Alpha, Beta"):
            self.print_pages(self.alpha + self.beta, report)

    def test_record_left_out(self):
        marks = self.MARKS + " t-if=\"doc.name != 'Beta'\""
        report = self._create_report(key="crm_invoicing.test_left_out", marks=marks.replace("t-if", "t-att-hidden"))
        self.assertEqual(len(self.print_pages(self.alpha + self.beta, report)), 2)
        self.env["ir.ui.view"].search([("key", "=", report.report_name)]).arch = (
            f'<t t-name="{report.report_name}"><html><body><t t-foreach="docs" t-as="doc">'
            f"<div {marks}>A</div></t></body></html></t>"
        )
        with self.assertRaisesRegex(UserError, "shows nothing of Beta"):
            self.print_pages(self.alpha + self.beta, report)

    def test_name_is_text(self):
        self.alpha.name = '<img src="file:///etc/passwd"/> & Co'
        self.assertIn('<img src="file:///etc/passwd"/> & Co', self.print_pages(self.alpha)[0])

    def test_archived_record(self):
        self.alpha.active = False
        self.assertIn("Contact Alpha", self.print_pages(self.alpha)[0])

    def test_user_reads_what_is_his(self):
        portal = new_test_user(self.env, "pdf_portal", "base.group_portal")
        report = self.report.with_user(portal).with_context(force_report_rendering=True)
        pdf, _kind = report._render_qweb_pdf(self.report.report_name, portal.partner_id.ids)
        self.assertIn("pdf_portal", read_pages(pdf)[0])
        with self.assertRaises(AccessError):
            report._render_qweb_pdf(self.report.report_name, self.alpha.ids)

    # ------------------------------------------------------------
    # KEPT COPIES
    # ------------------------------------------------------------

    def _get_copies(self):
        return self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", (self.alpha + self.beta).ids)], order="id"
        )

    def test_print_is_kept_and_used_again(self):
        self.report.write({"attachment": "object.name + '.pdf'", "attachment_use": True})
        self.assertIn("Contact Alpha", self.print_pages(self.alpha)[0])
        self.assertEqual(self._get_copies().mapped("name"), ["Alpha.pdf"])
        self.alpha.name = "Alpha"
        self._get_copies().raw = self.report.with_context(report_pdf_no_attachment=True)._render_qweb_pdf(
            self.report.report_name, self.beta.ids
        )[0]
        pages = self.print_pages(self.beta + self.alpha)
        self.assertEqual(len(pages), 2)
        self.assertIn("Contact Beta", pages[1], "the kept copy of Alpha, which holds Beta, is printed")
        self.assertEqual(self._get_copies().mapped("name"), ["Alpha.pdf", "Beta.pdf"])

    def test_print_is_kept_once(self):
        self.report.attachment = "object.name + '.pdf'"
        self.print_pages(self.alpha)
        self.print_pages(self.alpha + self.beta)
        self.assertEqual(self._get_copies().mapped("name"), ["Alpha.pdf", "Beta.pdf"])

    def test_print_without_copy(self):
        self.report.write({"attachment": "object.name + '.pdf'", "attachment_use": True})
        self.print_pages(self.alpha, report_pdf_no_attachment=True)
        self.assertFalse(self._get_copies())

    # ------------------------------------------------------------
    # BESIDE ODOO'S OWN
    # ------------------------------------------------------------

    def test_stock_reports_keep_their_engine(self):
        self.assertFalse(
            self.env["ir.actions.report"]
            .search([("pdf_engine", "=", "weasyprint")])
            .filtered(
                lambda report: (
                    (report.get_external_id().get(report.id) or "crm_invoicing.").split(".")[0] != "crm_invoicing"
                )
            )
        )
        for engine in ("odoo", False):
            self.report.pdf_engine = engine
            with self.assertRaisesRegex(UserError, "Wkhtmltopdf"):
                self.print_pages(self.alpha)

    def test_html_in_tests(self):
        html, kind = self.report._render_qweb_pdf(self.report.report_name, self.alpha.ids)
        self.assertEqual(kind, "pdf")
        html, kind = self.report.with_context(force_report_rendering=False)._render_qweb_pdf(
            self.report.report_name, self.alpha.ids
        )
        self.assertEqual(kind, "html")
        self.assertIn(b"Contact Alpha", html)

    def test_action_names_the_engine(self):
        self.env.company.external_report_layout_id = False
        for report in (self.report, self.report.with_user(self.env.ref("base.user_admin"))):
            action = report.report_action(self.alpha)
            self.assertEqual((action["type"], action["pdf_engine"]), ("ir.actions.report", "weasyprint"))
        self.assertIn("pdf_engine", self.report._get_readable_fields())
        self.report.pdf_engine = "odoo"
        self.assertNotIn("pdf_engine", self.report.with_user(self.env.ref("base.user_root")).report_action(self.alpha))

    @mute_logger("odoo.http")
    def test_missing_library_is_named(self):
        error = PdfEngineMissing("cannot load library 'libpango-1.0-0'")
        with patch(LOADER, side_effect=error), self.assertRaisesRegex(UserError, "libpango-1.0-0"):
            self.print_pages(self.alpha)

    def test_mail_with_the_form(self):
        self.report.print_report_name = "'Form of ' + object.name"
        template = self.env["mail.template"].create(
            {
                "name": "Form",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Form",
                "report_template_ids": self.report.ids,
            }
        )
        mail = self.env["mail.mail"].browse(template.send_mail(self.alpha.id))
        self.assertEqual(mail.attachment_ids.mapped("name"), ["Form of Alpha.pdf"])
        self.assertIn("Contact Alpha", read_pages(mail.attachment_ids.raw)[0])


class TestPdfOfInvoice(PdfReportCast, InvoicingCommon):
    def test_invoice_is_sent_with_the_form(self):
        env = self.env(context=dict(self.env.context, force_report_rendering=True))
        report = self._create_report(key="crm_invoicing.test_invoice", model="account.move")
        report.is_invoice_report = True
        self.startPatcher(patch.object(BaseReport, "get_wkhtmltopdf_state", return_value="install"))
        moves = self._create_invoice(self.dnipro, self.olena) + self._create_invoice(self.dnipro, self.olena)
        for move in moves.with_env(env):
            env["account.move.send"]._generate_and_send_invoices(move, pdf_report=report, sending_methods=[])
            self.assertIn(f"Contact {move.name}", read_pages(move.invoice_pdf_report_id.raw)[0])


@tagged("post_install", "-at_install")
class TestPdfRoutes(PdfReportCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(BaseReport, "get_wkhtmltopdf_state", return_value="install"))
        self.context = json.dumps({"force_report_rendering": True})
        self.authenticate("admin", "admin")

    def test_open(self):
        ids = f"{self.alpha.id},{self.beta.id}"
        answer = self.url_open(f"/report/pdf/{self.report.report_name}/{ids}?{urlencode({'context': self.context})}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(len(read_pages(answer.content)), 2)

    def test_download(self):
        self.report.print_report_name = "'Form of ' + object.name"
        url = f"/report/pdf/{self.report.report_name}/{self.alpha.id}"
        query = urlencode({"data": json.dumps([url, "qweb-pdf"]), "context": self.context})
        answer = self.url_open(f"/report/download?{query}")
        self.assertIn("Form%20of%20Alpha.pdf", answer.headers["Content-Disposition"])
        self.assertIn("Contact Alpha", read_pages(answer.content)[0])


@tagged("post_install", "-at_install")
class TestReportActionWidget(HootCase):
    @no_retry
    def test_handler(self):
        self._run_hoot("@crm_invoicing/report_action")
