import io

from PIL import Image

from odoo.tests import BaseCase, tagged

from ..department.numbers import iban_ua
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

    def test_the_check_digits_of_an_account(self):
        iban = iban_ua(26001)
        moved = iban[4:] + "3010" + iban[2:4]
        self.assertEqual(int(moved) % 97, 1)
        self.assertEqual(len(iban), 29)
