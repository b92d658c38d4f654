import re
import unittest

from odoo.tests import tagged

from ..department import tables
from .common import DepartmentCase

try:
    import phonenumbers
except ImportError:
    phonenumbers = None

EXAMPLE_DOMAIN = re.compile(
    r"^[a-z0-9.-]+@([a-z0-9-]+\.)?example(\.com|\.org|\.net)?$|^[a-z0-9.-]+@[a-z0-9-]+\.example$"
)


@tagged("post_install", "-at_install")
class TestDirectory(DepartmentCase):
    def test_number_of_clients(self):
        self.assertEqual(len(self.clients), 200)
        self.assertGreaterEqual(len(self.clients.child_ids), 200)
        self.assertTrue(all(client.child_ids for client in self.clients))

    def test_names_are_those_of_the_plan(self):
        self.assertEqual(sorted(self.clients.mapped("name")), sorted(client.name for client in self.plan.clients))

    def test_countries(self):
        codes = self.clients.mapped("country_id.code")
        self.assertEqual(set(codes), {"UA", "KZ", "PL"})
        for code in ("UA", "KZ", "PL"):
            expected = sum(countries[code] for countries in tables.CLIENTS.values())
            self.assertEqual(
                self.clients.filtered(lambda client, code=code: client.country_code == code).ids.__len__(), expected
            )

    def test_addresses_are_complete(self):
        for name in ("street", "city", "zip", "country_id", "email", "phone", "user_id"):
            self.assertTrue(all(client[name] for client in self.clients), name)
        polish = self.clients.filtered(lambda client: client.country_code == "PL")
        self.assertTrue(all(re.fullmatch(r"\d\d-\d{3}", client.zip) for client in polish))

    def test_mail_goes_nowhere(self):
        people = self.clients | self.clients.child_ids
        for user in self.users.values():
            people |= user.partner_id
        for partner in people | self.company.partner_id:
            self.assertRegex(partner.email, EXAMPLE_DOMAIN)
        for lead in self.leads.filtered("email_from"):
            self.assertRegex(lead.email_from, EXAMPLE_DOMAIN)

    @unittest.skipUnless(phonenumbers, "phonenumbers is not installed")
    def test_phone_numbers_are_valid(self):
        for partner in self.clients | self.clients.child_ids:
            country = (partner.parent_id or partner).country_code
            number = phonenumbers.parse(partner.phone, country)
            self.assertTrue(phonenumbers.is_valid_number(number), partner.phone)
            international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            self.assertEqual(partner.phone, international)

    @unittest.skipUnless(phonenumbers, "phonenumbers is not installed")
    def test_phone_numbers_are_of_the_country(self):
        for client in self.clients:
            region = phonenumbers.region_code_for_number(phonenumbers.parse(client.phone))
            self.assertEqual(region, client.country_code, client.phone)

    def test_tax_numbers(self):
        for client in self.clients:
            if client.country_code == "UA":
                self.assertRegex(client.company_registry, r"^99\d{6}$")
                self.assertFalse(client.vat)
            elif client.country_code == "KZ":
                self.assertRegex(client.vat, r"^701140\d{6}$")
            else:
                self.assertRegex(client.vat, r"^PL999\d{7}$")

    def test_price_lists_and_terms(self):
        currencies = set(self.clients.property_product_pricelist.currency_id.mapped("name"))
        self.assertEqual(currencies, {"UAH", "EUR", "PLN", "KZT"})
        self.assertEqual(len(self.clients.property_payment_term_id), 3)

    def test_clients_are_as_old_as_their_first_deal(self):
        for deal in self.leads.filtered("partner_id"):
            company = deal.partner_id.commercial_partner_id
            self.assertLessEqual(company.create_date, deal.create_date)
