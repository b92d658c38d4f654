from odoo.tests import new_test_user, tagged

from ..tools.client_lookups import MAX_LISTED, AmbiguousNameError, Lookups, fold
from .common import ClientCommon


class LookupsCommon(ClientCommon):
    """The names are of a kind that no demonstration data has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source.name = "Quokka fair in Lviv"
        cls.other_service.name = "Quokka design"
        cls.taras.name = "Taras Quokka"
        cls.lookups = Lookups(cls.env(user=cls.olena))

    def _get_lookups(self, user=None):
        return Lookups(self.env(user=user or self.olena))


@tagged("post_install", "-at_install")
class TestFold(LookupsCommon):
    def test_how_names_are_compared(self):
        for text in ("Ёлка  и  ель", " ЕЛКА И\u00a0ЕЛЬ ", "елка\nи\tель"):
            self.assertEqual(fold(text), "елка и ель")
        self.assertEqual(fold("STRASSE"), fold("Straße"))
        self.assertNotEqual(fold("Київ"), fold("Киев"))
        self.assertEqual(fold(" \n "), "")


@tagged("post_install", "-at_install")
class TestFindByName(LookupsCommon):
    def test_case_and_spaces_do_not_matter(self):
        for text in ("Quokka fair in Lviv", "QUOKKA FAIR IN LVIV", "  quokka   fair in lviv "):
            self.assertEqual(self.lookups.find("utm.source", text), self.source.id)

    def test_parts_of_a_name_do_not_do(self):
        for text in ("Quokka", "in Lviv", "Quokka fair in Lviv 2026", "", "%", "_"):
            self.assertIsNone(self.lookups.find("utm.source", text), text)

    def test_names_in_every_installed_language(self):
        for code, name in (("uk_UA", "Квока-дизайн"), ("ru_RU", "Вёрстка квокк")):
            self.env["res.lang"]._activate_lang(code)
            self.other_service.with_context(lang=code).name = name
        lookups = self._get_lookups()
        for text in ("Quokka design", "квока-дизайн", "Верстка квокк", "вёрстка  квокк"):
            with self.subTest(text=text):
                self.assertEqual(lookups.find("product.template", text), self.other_service.id)

    def test_two_of_the_same_name(self):
        self.env["res.partner.category"].create([{"name": "Quokkas"}, {"name": "QUOKKAS "}])
        with self.assertRaises(AmbiguousNameError):
            self._get_lookups().find("res.partner.category", "quokkas")

    def test_domain_decides_what_is_known(self):
        self.env["product.template"].create({"name": "Quokka design", "type": "consu"})
        domain = self.env["product.template"]._get_client_service_domain()
        lookups = self._get_lookups()
        self.assertEqual(lookups.find("product.template", "Quokka design", domain), self.other_service.id)
        with self.assertRaises(AmbiguousNameError):
            lookups.find("product.template", "Quokka design")

    def test_archived_records_are_not_known(self):
        self.type_competitor.active = False
        self.assertIsNone(self._get_lookups().find("crm.client.type", self.type_competitor.name))

    def test_record_that_was_just_created(self):
        self.assertIsNone(self.lookups.find("crm.profession", "Beekeeper"))
        self.lookups.add("crm.profession", "BEEKEEPER", 42)
        self.assertEqual(self.lookups.find("crm.profession", " beekeeper"), 42)

    def test_names_are_read_once(self):
        lookups = self._get_lookups()
        lookups.find("utm.source", "x")
        lookups.find_country("x")
        lookups.find_state("x", 1)
        lookups.find_user("x")
        with self.assertQueryCount(0):
            for text in ("y", "Quokka fair in Lviv"):
                lookups.find("utm.source", text)
                lookups.find_country(text)
                lookups.find_state(text, 2)
                lookups.find_user(text)

    def test_list_of_what_is_known(self):
        self.env["crm.profession"].search([]).action_archive()
        self.assertEqual(self.lookups.list_names("crm.profession"), "")
        names = [f"Profession {number:02}" for number in range(MAX_LISTED)]
        self.env["crm.profession"].create([{"name": name} for name in names])
        self.assertEqual(sorted(self.lookups.list_names("crm.profession").split(", ")), names)
        self.env["crm.profession"].create({"name": "One more"})
        listed = self.lookups.list_names("crm.profession")
        self.assertTrue(listed.endswith(", …"))
        self.assertEqual(listed.count(","), MAX_LISTED)


@tagged("post_install", "-at_install")
class TestFindUser(LookupsCommon):
    def test_by_login_name_and_mail(self):
        self.taras.email = "Taras.Shevchuk@example.com"
        lookups = self._get_lookups()
        for text in ("cl_taras", "CL_TARAS", "taras quokka", " Taras  Quokka ", "taras.shevchuk@example.com"):
            with self.subTest(text=text):
                self.assertEqual(lookups.find_user(text), self.taras.id)

    def test_nobody(self):
        for text in ("", "Nobody", "Taras Quokk", "cl_"):
            self.assertIsNone(self.lookups.find_user(text), text)

    def test_two_of_the_same_name(self):
        new_test_user(
            self.env, "second_taras", "sales_team.group_sale_salesman", name="TARAS QUOKKA", email="t@example.com"
        )
        lookups = self._get_lookups()
        with self.assertRaises(AmbiguousNameError):
            lookups.find_user("Taras Quokka")
        self.assertEqual(lookups.find_user("cl_taras"), self.taras.id)

    def test_login_comes_before_a_name(self):
        new_test_user(self.env, "another", "sales_team.group_sale_salesman", name="cl_taras")
        self.assertEqual(self._get_lookups().find_user("cl_taras"), self.taras.id)

    def test_portal_users_and_those_who_left(self):
        new_test_user(self.env, "cl_portal", "base.group_portal", name="Portal Person")
        self.taras.active = False
        lookups = self._get_lookups()
        for text in ("cl_portal", "Portal Person", "cl_taras", "Taras Quokka"):
            self.assertIsNone(lookups.find_user(text), text)


@tagged("post_install", "-at_install")
class TestFindPlace(LookupsCommon):
    def test_countries_in_three_languages(self):
        """Without a single language installed beside English."""
        for code, names in (
            ("UA", ("Ukraine", "Україна", "Украина", "ua", "UA")),
            ("DE", ("Germany", "Німеччина", "ГЕРМАНИЯ", "de")),
            ("PL", ("poland", "Польща", "Польша")),
            ("KZ", ("Kazakhstan", "Казахстан")),
            ("CZ", ("Czech Republic", "Чехія", "Чехия")),
            ("US", ("United States", "Сполучені Штати", "Соединенные Штаты")),
        ):
            country = self.env.ref(f"base.{code.lower()}")
            for name in names:
                with self.subTest(name=name):
                    self.assertEqual(self.lookups.find_country(name), (country.id, code))

    def test_no_country(self):
        for text in ("", " ", "Atlantis", "Укр", "XX", "UKRAINE2"):
            self.assertIsNone(self.lookups.find_country(text), text)

    def test_regions_belong_to_their_country(self):
        ukraine, germany = self.env.ref("base.ua"), self.env.ref("base.de")
        region = self.env["res.country.state"].create({"name": "Test region", "code": "TST", "country_id": ukraine.id})
        lookups = self._get_lookups()
        for text in ("test  REGION", "tst"):
            self.assertEqual(lookups.find_state(text, ukraine.id), region.id)
            self.assertIsNone(lookups.find_state(text, germany.id))
            self.assertIsNone(lookups.find_state(text, False))
