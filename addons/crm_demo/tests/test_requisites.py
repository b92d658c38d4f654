import io

from PIL import Image

from odoo.tests import BaseCase, tagged

from ..department.requisites import draw_signature, draw_stamp
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestRequisites(DepartmentCase):
    """What the papers of the department show."""

    def test_requisites_in_both_currencies(self):
        requisites = self.env["crm.requisites"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(requisites.currency_id.mapped("name")), {"UAH", "EUR"})
        self.assertFalse(any(requisites.partner_bank_id.mapped("account_problem")))

    def test_the_company_has_numbers_without_a_mistake(self):
        partner = self.company.partner_id
        self.assertTrue(partner.vat and partner.company_registry)
        self.assertFalse(partner.company_registry_problem)
        self.assertFalse(partner.vat_problem)

    def test_signatories_of_both_lines(self):
        requisites = self.env["crm.requisites"].search([("company_id", "=", self.company.id)])
        for record in requisites:
            self.assertEqual(set(record.signatory_ids.mapped("role")), {"director", "accountant"})
            self.assertTrue(record.signatory_ids.facsimile_id and record.stamp_id)

    def test_invoices_know_the_requisites_of_their_currency(self):
        for invoice in self.invoices:
            if invoice.currency_id.name in ("UAH", "EUR"):
                self.assertEqual(invoice.requisites_id.currency_id, invoice.currency_id, invoice.name)
            self.assertEqual(invoice.requisites_id.company_id, self.company)

    def test_scans_are_there_and_nobody_reads_them(self):
        facsimiles = self.env["crm.facsimile"].search([("company_id", "=", self.company.id)])
        self.assertTrue(all(facsimiles.mapped("has_scan")))
        self.assertNotIn("scan", facsimiles._fields)

    def test_every_manager_may_stamp(self):
        facsimiles = self.env["crm.facsimile"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(facsimiles), 3)
        for user in self.users.values():
            self.assertTrue(all(facsimiles.with_user(user).mapped("can_use")), user.login)


@tagged("post_install", "-at_install")
class TestDrawings(BaseCase):
    def test_drawings_are_pictures(self):
        for content in (draw_stamp("Lybid"), draw_signature(4)):
            self.assertEqual(Image.open(io.BytesIO(content)).format, "PNG")

    def test_drawings_have_ink_and_paper(self):
        for content in (draw_stamp("Lybid"), draw_signature(4)):
            colours = Image.open(io.BytesIO(content)).convert("L").getextrema()
            self.assertLess(colours[0], 100)
            self.assertEqual(colours[1], 255)

    def test_signatures_differ(self):
        self.assertNotEqual(draw_signature(3), draw_signature(5))
