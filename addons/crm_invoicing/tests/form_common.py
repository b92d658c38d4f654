"""What the tests of the printed forms share: own companies of four countries, their papers, and what a PDF shows."""

import base64
import io

from PIL import Image, ImageDraw

from odoo import Command
from odoo.tools.pdf import PdfFileReader

from .common import InvoicingCommon
from .pdf_common import read_pages

FORMS = ("invoice", "act", "waybill")
MILLIMETRE = 72 / 25.4  # points


def squeeze(text):
    """Return a text with single ordinary spaces: a PDF keeps no difference between them."""
    return " ".join(text.split())


def read_places(pdf, page_number=0):
    """Return (pictures, texts) of a page with their places in mm from its lower left corner.

    :return: list of (left, bottom, width, height) of the pictures, list of (text, left, baseline)
    """
    pictures, texts = [], []

    def see_operand(operand, arguments, cm, tm):
        if operand == b"Do" and cm[0] > MILLIMETRE:  # groups are drawn at their own size, 1 to 1
            pictures.append(tuple(value / MILLIMETRE for value in (cm[4], cm[5], cm[0], cm[3])))

    def see_text(text, cm, tm, font, size):
        if text.strip():
            # the text's own matrix lies on that of the page
            left, base = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            texts.append((squeeze(text), left / MILLIMETRE, base / MILLIMETRE))

    page = PdfFileReader(io.BytesIO(pdf)).pages[page_number]
    page.extract_text(visitor_operand_before=see_operand, visitor_text=see_text)
    return pictures, texts


def draw_scan(width, height):
    """Return a scan in base64: an ellipse that fills a sheet of this size in pixels."""
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).ellipse((2, 2, width - 3, height - 3), outline=(20, 40, 150), width=6)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


class FormCommon(InvoicingCommon):
    """The cast of the invoices with Ukrainian and Russian, real PDFs, and requisites of any country."""

    # own company: what stands on its card; account, bank, code of the bank; client of the same country
    COUNTRIES = {
        "UA": {
            "card": {"company_registry": "32855961", "vat": "328559626551", "zip": "01001", "city": "Kyiv"},
            "account": ("UA213223130000026007233566001", "PrivatBank", "PBANUA2X"),
            "client": {"company_registry": "14360570"},
            "printed": ["32855961", "328559626551", "UA213223130000026007233566001", "322313", "14360570"],
        },
        "RU": {
            "card": {"vat": "7707083893", "kpp": "770701001", "zip": "125009", "city": "Moskva"},
            "account": ("40702810900000002851", "Sberbank", "044525225"),
            "client": {"vat": "7736050003"},
            "printed": ["7707083893", "770701001", "40702810900000002851", "044525225", "7736050003"],
        },
        "KZ": {
            "card": {"vat": "050540004455", "zip": "050000", "city": "Almaty"},
            "account": ("KZ86125KZT5004100100", "Halyk", "HSBKKZKX"),
            "client": {"vat": "180440012345"},
            "printed": ["050540004455", "KZ86125KZT5004100100", "HSBKKZKX", "180440012345"],
        },
        "PL": {
            "card": {"vat": "PL5260250995", "zip": "00-514", "city": "Warszawa"},
            "account": ("PL61109010140000071219812874", "Santander", "WBKPPLPP"),
            "client": {"vat": "PL7740001454"},
            "printed": ["PL5260250995", "PL61109010140000071219812874", "WBKPPLPP", "PL7740001454"],
        },
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, force_report_rendering=True))
        for code in ("uk_UA", "ru_RU"):
            cls.env["res.lang"]._activate_lang(code)
        cls.dnipro.write({"street": "Naberezhna 1", "city": "Dnipro", "lang": "en_US"})

    @classmethod
    def _move_to(cls, code, lang="en_US"):
        """Make the own company and the client of a country."""
        facts = cls.COUNTRIES[code]
        country = cls.env["res.country"].search([("code", "=", code)])
        unchecked = {"no_vat_validation": True}
        cls.company.partner_id.with_context(**unchecked).write(
            {"country_id": country.id, "street": "Main street 5", "company_registry": False, **facts["card"]}
        )
        cls.dnipro.with_context(**unchecked).write({"country_id": country.id, "lang": lang, **facts["client"]})
        number, name, bic = facts["account"]
        cls.bank.write({"acc_number": number, "bank_id": cls.env["res.bank"].create({"name": name, "bic": bic}).id})
        cls.requisites.write({"place": facts["card"]["city"]})

    @classmethod
    def _sign(cls, users):
        """Give the requisites a director and a stamp with scans that these users may use."""
        signature, stamp = cls.env["crm.facsimile"].create(
            [
                {"name": f"The {kind}", "kind": kind, "company_id": cls.company.id, "user_ids": users.ids}
                for kind in ("signature", "stamp")
            ]
        )
        signature.action_set_scan(draw_scan(600, 240))
        stamp.action_set_scan(draw_scan(480, 480))
        director = cls.env["crm.signatory"].create(
            {
                "name": "O. P. Kovalenko",
                "role": "director",
                "position": "Director",
                "company_id": cls.company.id,
                "facsimile_id": signature.id,
            }
        )
        cls.requisites.write({"signatory_ids": [Command.set(director.ids)], "stamp_id": stamp.id})
        return signature, stamp

    def _invoice(self, lines=None, **vals):
        """Return an invoice of olena to dnipro, of a service and of goods unless other lines are given."""
        lines = lines or [(self.promotion, 1, 1000.0), (self.paper, 10, 50.0)]
        return self._create_invoice(self.dnipro, self.olena, lines, **vals)

    def _print(self, papers, form, user=None):
        """Return the PDF of a form as a user sees it."""
        report = self.env.ref(f"crm_invoicing.{papers._name.replace('.', '_')}_report_{form}")
        Report = self.env["ir.actions.report"].with_user(user or self.env.user)
        pdf, kind = Report._render_qweb_pdf(report.report_name, papers.ids)
        self.assertEqual(kind, "pdf")
        return pdf

    def _print_text(self, papers, form, user=None):
        return squeeze(" ".join(read_pages(self._print(papers, form, user))))

    def assertPrinted(self, text, *expected):
        for part in expected:
            self.assertIn(squeeze(str(part)), text)
