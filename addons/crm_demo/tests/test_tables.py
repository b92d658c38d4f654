import re

from odoo.tests import BaseCase, tagged

from ..department import catalog, tables
from ..department.plan_clients import TAX_NUMBERS, pairs


@tagged("post_install", "-at_install")
class TestTables(BaseCase):
    """Slips of the pen in the tables show up here, not in the middle of an installation."""

    def test_every_country_has_the_same_columns(self):
        columns = {tuple(sorted(table)) for table in tables.COUNTRIES.values()}
        self.assertEqual(len(columns), 1)
        self.assertEqual(set(TAX_NUMBERS), set(tables.COUNTRIES))

    def test_words_come_with_their_latin_form(self):
        for country, table in tables.COUNTRIES.items():
            for column in ("roots", "trades", "first", "last"):
                for pair in pairs(table[column]):
                    self.assertEqual(len(pair), 2, f"{country} {column} {pair}")
                    self.assertRegex(pair[1], r"^[a-z]+$", f"{country} {column}")

    def test_words_are_not_repeated(self):
        for country, table in tables.COUNTRIES.items():
            for column in ("roots", "trades", "first", "last"):
                written = [pair[0] for pair in pairs(table[column])]
                self.assertEqual(len(written), len(set(written)), f"{country} {column}")

    def test_latin_names_do_not_mix_scripts(self):
        """Ukrainian and Kazakh names are Cyrillic throughout, Polish ones Latin throughout."""
        cyrillic = re.compile(r"^[А-Яа-яІіЇїЄєҐґ’'-]+$")
        latin = re.compile(r"^[A-Za-zĄąĆćĘęŁłŃńÓóŚśŹźŻż]+$")
        for country, table in tables.COUNTRIES.items():
            script = latin if country == "PL" else cyrillic
            for column in ("roots", "trades", "first", "last"):
                for written, _latin in pairs(table[column]):
                    self.assertRegex(written, script, f"{country} {column}")

    def test_cities_leave_digits_for_the_subscriber(self):
        for country, table in tables.COUNTRIES.items():
            for city, area, prefix in pairs(table["cities"]):
                self.assertGreaterEqual(table["length"] - len(area), 6, f"{country} {city}")
                self.assertTrue(prefix.isdigit(), f"{country} {city}")

    def test_there_are_more_names_than_clients(self):
        for country, table in tables.COUNTRIES.items():
            needed = sum(countries[country] for countries in tables.CLIENTS.values())
            available = len(pairs(table["roots"])) * len(pairs(table["trades"]))
            self.assertGreaterEqual(available, needed, country)

    def test_two_hundred_clients(self):
        self.assertEqual(sum(sum(countries.values()) for countries in tables.CLIENTS.values()), 200)

    def test_responsible_managers_exist_and_belong_to_the_channel(self):
        for channel, countries in tables.RESPONSIBLE.items():
            self.assertEqual(set(countries), set(tables.COUNTRIES))
            for logins in countries.values():
                for login in logins:
                    self.assertEqual(tables.USERS[login][2], channel)

    def test_tables_by_channel_are_complete(self):
        for table in (tables.SOURCES, tables.CLIENTS, tables.RESPONSIBLE):
            self.assertEqual(set(table), set(tables.CHANNELS))
        for channel in tables.CHANNELS.values():
            self.assertIn(channel["leader"], tables.USERS)
            self.assertTrue(channel["switches"]["use_opportunities"])

    def test_pipeline_needs_a_pipeline(self):
        """Settings that crm_channels refuses to save."""
        for channel in tables.CHANNELS.values():
            dashboard = channel["dashboard"]
            if dashboard["dashboard_content"] == "pipeline":
                self.assertTrue(channel["switches"]["use_opportunities"])
            if dashboard["dashboard_group"] == "stage":
                self.assertEqual(dashboard["dashboard_content"], "pipeline")

    def test_currencies(self):
        countries = {table["currency"] for table in tables.COUNTRIES.values()} | {"EUR"}
        self.assertEqual(set(catalog.ROUNDING), countries)
        self.assertLessEqual(countries - {"UAH"}, set(tables.RATES))

    def test_tables_of_the_directory_name_what_exists(self):
        self.assertLessEqual(set(tables.ACCESSORIES), set(tables.PRODUCTS))
        self.assertEqual(set(tables.SPECIAL_TYPES), set(tables.CHANNELS))
        sources = {name for names in tables.SOURCES.values() for name in names}
        self.assertLessEqual({*tables.INBOUND_SOURCES, *tables.COSTS}, sources)
        self.assertLessEqual({country for *_name, country in tables.COMPETITORS}, set(tables.COUNTRIES))

    def test_paid_sources_are_of_one_channel_with_inquiries(self):
        """Else what a source cost could not be compared with what its inquiries brought."""
        for source in tables.COSTS:
            (channel,) = [key for key, names in tables.SOURCES.items() if source in names]
            self.assertTrue(tables.CHANNELS[channel]["switches"]["use_leads"], source)

    def test_competitors_have_no_name_of_a_client(self):
        for written, latin, country in tables.COMPETITORS:
            words = {pair[0] for column in ("roots", "trades") for pair in pairs(tables.COUNTRIES[country][column])}
            self.assertFalse(set(written.split()) & words, written)
            self.assertRegex(latin, r"^[a-z-]+$")

    def test_purposes_are_those_of_the_directory(self):
        keys = {"buy", "price", "advice", "service", "cooperation", "other"}
        self.assertEqual({*tables.PURPOSES, *tables.REFUSED_PURPOSES}, keys)

    def test_closings_are_on_both_sides_of_today(self):
        self.assertTrue(min(tables.CLOSINGS) < 0 < max(tables.CLOSINGS))
        self.assertIn(0, tables.CLOSINGS)

    def test_activities_have_feedback(self):
        for rows in tables.ACTIVITIES.values():
            for summary, feedback in rows:
                self.assertTrue(summary and feedback)

    def test_a_head_and_five_managers_in_three_channels(self):
        self.assertEqual(list(tables.USERS), ["head", *(f"manager{number}" for number in range(1, 6))])
        self.assertEqual(len({channel["name"] for channel in tables.CHANNELS.values()}), 3)

    def test_products_have_a_price_and_a_name_of_their_own(self):
        names = [name for name, _price, _kind, _quantities in tables.PRODUCTS.values()]
        self.assertEqual(len(set(names)), 12)
        for code, (_name, price, kind, quantities) in tables.PRODUCTS.items():
            self.assertGreater(price, 0, code)
            self.assertIn(kind, ("consu", "service"), code)
            self.assertTrue(quantities, code)
