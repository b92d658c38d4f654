import random
import re
from collections import Counter

from odoo.tests import BaseCase, tagged

from ..department import plan_clients, tables


@tagged("post_install", "-at_install")
class TestPlanClients(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = plan_clients.plan_clients(random.Random("a directory"))

    def test_pairs(self):
        self.assertEqual(plan_clients.pairs("Київ=44=01 Львів=32=79"), [("Київ", "44", "01"), ("Львів", "32", "79")])

    def test_companies_by_channel_and_country(self):
        found = Counter((client.channel, client.country) for client in self.clients)
        for channel, countries in tables.CLIENTS.items():
            for country, count in countries.items():
                self.assertEqual(found[channel, country], count)

    def test_same_generator_same_clients(self):
        self.assertEqual(plan_clients.plan_clients(random.Random("a directory")), self.clients)

    def test_order_is_mixed(self):
        """Whoever takes the first clients gets some of every channel and country."""
        first = self.clients[:30]
        self.assertEqual({client.channel for client in first}, set(tables.CHANNELS))
        self.assertEqual({client.country for client in first}, set(tables.COUNTRIES))

    def test_legal_forms(self):
        forms = {"UA": r"^ТОВ «.+ .+»$", "KZ": r"^ТОО «.+ .+»$", "PL": r"^.+ .+ Sp\. z o\.o\.$"}
        for client in self.clients:
            self.assertRegex(client.name, forms[client.country])

    def test_currencies(self):
        found = Counter((client.country, client.currency) for client in self.clients)
        for country, table in tables.COUNTRIES.items():
            self.assertGreater(found[country, table["currency"]], found[country, "EUR"])
            self.assertGreater(found[country, "EUR"], 0)

    def test_phones(self):
        patterns = {"UA": r"^\+380 \d+ \d+$", "KZ": r"^\+7 7\d+ \d+$", "PL": r"^\+48 \d+ \d+$"}
        lengths = {"UA": 12, "KZ": 11, "PL": 11}
        for client in self.clients:
            for number in [client.phone, *(contact.phone for contact in client.contacts)]:
                self.assertRegex(number, patterns[client.country])
                self.assertEqual(len(re.sub(r"\D", "", number)), lengths[client.country], number)

    def test_postcodes(self):
        patterns = {"UA": r"^\d{5}$", "KZ": r"^\d{6}$", "PL": r"^\d{2}-\d{3}$"}
        for client in self.clients:
            self.assertRegex(client.zip, patterns[client.country])

    def test_contacts(self):
        for client in self.clients:
            domain = client.email.split("@")[1]
            self.assertIn(len(client.contacts), (1, 2))
            addresses = [contact.email for contact in client.contacts]
            self.assertEqual(len(addresses), len(set(addresses)))
            for contact in client.contacts:
                self.assertTrue(contact.email.endswith(f"@{domain}"))
                self.assertIn(contact.position, tables.POSITIONS)
                self.assertEqual(len(contact.name.split()), 2)

    def test_managers(self):
        for client in self.clients:
            self.assertIn(client.manager, tables.RESPONSIBLE[client.channel][client.country])
        managers = {client.manager for client in self.clients}
        self.assertEqual(managers, {login for login, user in tables.USERS.items() if user[2]})
