from odoo.tests import new_test_user, tagged

from ..tools.client_lookups import Lookups
from ..tools.client_values import ValueReader
from .common import ClientCommon

EDRPOU = "32855961"
WRONG_EDRPOU = "32855968"
RNTRC = "3184710691"
INN = "7707083893"
IBAN = "UA213223130000026007233566001"


class ValuesCommon(ClientCommon):
    """The names of services and sources are of a kind that no demonstration data has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ua")
        cls.taras.name = "Taras Quokka"
        cls.source.name = "Quokka fair"
        cls.service.name, cls.other_service.name = "Quokka care", "Quokka food, dry"

    def _make_reader(self, user=None, create_missing=False):
        env = self.env(user=user or self.head)
        return ValueReader(env, Lookups(env), {}, create_missing)

    def _read(self, user=None, create_missing=False, name="Zoria", **texts):
        return self._make_reader(user, create_missing).read_client({"name": name, **texts})

    def assertProblem(self, values, *words):
        self.assertEqual(len(values.problems), 1, values.problems)
        for word in words:
            self.assertIn(word, values.problems[0])

    def assertPartner(self, values, **expected):
        self.assertFalse(values.problems)
        self.assertEqual({name: values.partner.get(name) for name in expected}, expected)


@tagged("post_install", "-at_install")
class TestPlaceOfClient(ValuesCommon):
    def test_country_by_name_and_code(self):
        for text in ("Germany", "Німеччина", "ГЕРМАНИЯ", "de"):
            self.assertPartner(self._read(country=text), country_id=self.env.ref("base.de").id)

    def test_unknown_country(self):
        self.assertProblem(self._read(country="Atlantis"), "“Atlantis”")

    def test_row_without_a_country(self):
        """The country of the company helps to read the row, but is not written on the card."""
        values = self._read(phone="044 200 11 22")
        self.assertPartner(values, phone="+380 44 200 1122", country_id=None)
        self.assertEqual(values.keys["country_code"], "UA")

    def test_region_brings_its_country(self):
        country = self.env.ref("base.ua")
        region = self.env["res.country.state"].create(
            {"name": "Quokka oblast", "code": "QUO", "country_id": country.id}
        )
        self.assertPartner(self._read(state="quokka OBLAST"), state_id=region.id, country_id=country.id)
        self.assertPartner(self._read(state="Quokka oblast", country="DE"), state_id=None, street2="Quokka oblast")

    def test_unknown_region_stays_in_the_address(self):
        self.assertPartner(self._read(state="Nowhere", street2="office 5"), street2="office 5, Nowhere", state_id=None)

    def test_texts_are_taken_as_they_are(self):
        texts = {"street": "Lva 1", "zip": "01001", "city": "Київ", "ref": "000123", "website": "zoria.example"}
        self.assertPartner(self._read(**texts), **texts)


@tagged("post_install", "-at_install")
class TestReachOfClient(ValuesCommon):
    def test_phones_by_country(self):
        for text, country, phone in (
            ("0442001122", "", "+380 44 200 1122"),
            ("(044) 200-11-22", "UA", "+380 44 200 1122"),
            ("+49 30 901820", "", "+49 30 901820"),
            ("030 901820", "Germany", "+49 30 901820"),
            ("00380442001122", "", "+380 44 200 1122"),
        ):
            with self.subTest(text=text):
                self.assertPartner(self._read(phone=text, **({"country": country} if country else {})), phone=phone)

    def test_phones_that_cannot_be_dialled_stay_as_they_are(self):
        for text in ("ask the secretary", "12", "044 200 11 22 / 33"):
            with self.subTest(text=text):
                self.assertPartner(self._read(phone=text), phone=text)

    def test_phone_is_compared_by_its_digits(self):
        for text in ("0442001122", "+380 44 200-11-22", "380442001122", "044 200 11 22"):
            keys = self._read(phone=text).keys["normalised"]
            with self.subTest(text=text):
                self.assertIn(("phone_sanitized", "phone", "+380442001122"), keys)

    def test_mails(self):
        for text, mail in (
            ("a@x.example", "a@x.example"),
            ("mailto:a@x.example", "a@x.example"),
            ("a@x.example; b@x.example", "a@x.example, b@x.example"),
            ("a@x.example,b@x.example\nc@x.example", "a@x.example, b@x.example, c@x.example"),
        ):
            with self.subTest(text=text):
                self.assertPartner(self._read(email=text), email=mail)

    def test_bad_mails(self):
        for text in ("a", "a@", "@x.example", "a@x.example; b", "Ivan <a@x.example>", "a@x@y.example"):
            with self.subTest(text=text):
                values = self._read(email=text)
                self.assertProblem(values, f"“{text}”")
                self.assertNotIn("email", values.partner)

    def test_numbers_that_a_program_has_shortened(self):
        for target in ("phone", "vat", "company_registry", "bank_account", "contact_phone"):
            with self.subTest(target=target):
                problems = self._read(contact_name="Ivan", **{target: "3,80442E+11"}).problems
                self.assertIn("3,80442E+11", problems[0])
        self.assertFalse(self._read(ref="3,80442E+11").problems, "a reference may look like anything")


@tagged("post_install", "-at_install")
class TestDirectoryOfClient(ValuesCommon):
    def test_everything_by_name(self):
        tag = self.env["res.partner.category"].create({"name": "Quokkas"})
        values = self._read(
            client_type=self.type_competitor.name.upper(),
            level=f" {self.level_regular.name} ",
            source="quokka  FAIR",
            services="quokka care",
            tags="QUOKKAS",
        )
        self.assertPartner(
            values,
            client_type_id=self.type_competitor.id,
            client_level_id=self.level_regular.id,
            client_source_id=self.source.id,
            client_service_ids=[self.service.id],
            category_id=[tag.id],
        )

    def test_several_services(self):
        both = [self.service.id, self.other_service.id]
        for text in (
            "Quokka care; Quokka food, dry",
            " quokka care ;; Quokka food, dry ; Quokka care;",
            "Quokka care\nQuokka food, dry",
        ):
            with self.subTest(text=text):
                self.assertPartner(self._read(services=text), client_service_ids=both)

    def test_commas_separate_if_nothing_else_does(self):
        tags = self.env["res.partner.category"].create([{"name": "Quokkas"}, {"name": "Wombats"}])
        self.assertPartner(self._read(tags="Quokkas, Wombats,"), category_id=tags.ids)

    def test_unknown_names_say_what_is_known(self):
        for target, known in (
            ("client_type", self.type_client.name),
            ("level", self.level_possible.name),
            ("services", ""),
            ("source", ""),
            ("tags", ""),
            ("contact_profession", ""),
        ):
            with self.subTest(target=target):
                values = self._read(contact_name="Ivan", **{target: "Wombat"})
                self.assertProblem(values, "“Wombat”", known)

    def test_each_unknown_service_is_reported(self):
        values = self._read(services="Wombat care; Quokka care; Wombat food")
        self.assertEqual(len(values.problems), 2)

    def test_product_that_is_no_service_of_clients(self):
        self.env["product.template"].create({"name": "Quokka spoon", "type": "consu"})
        self.assertProblem(self._read(services="Quokka spoon"), "Quokka spoon")

    def test_two_of_the_same_name(self):
        self.env["res.partner.category"].create([{"name": "Wombat"}, {"name": "WOMBAT"}])
        self.assertProblem(self._read(tags="wombat"), "several times")

    def test_missing_ones_are_created_if_wished(self):
        values = self._read(
            create_missing=True, source="Wombat fair", services="Wombat care", tags="Wombats", contact_name="Ivan",
            contact_profession="Wombat keeper",
        )  # fmt: skip
        self.assertFalse(values.problems)
        service = self.env["product.template"].browse(values.partner["client_service_ids"])
        self.assertEqual((service.name, service.type, service.is_client_service), ("Wombat care", "service", True))
        self.assertEqual(self.env["utm.source"].browse(values.partner["client_source_id"]).name, "Wombat fair")
        self.assertEqual(self.env["crm.profession"].browse(values.contact["profession_id"]).name, "Wombat keeper")

    def test_missing_ones_are_created_once(self):
        reader = self._make_reader(create_missing=True)
        first, second = (reader.read_client({"name": "Zoria", "tags": text}) for text in ("Wombats", " WOMBATS"))
        self.assertEqual(first.partner["category_id"], second.partner["category_id"])
        self.assertEqual(self.env["res.partner.category"].search_count([("name", "=ilike", "wombats")]), 1)

    def test_types_and_levels_are_never_created(self):
        for target in ("client_type", "level"):
            self.assertProblem(self._read(create_missing=True, **{target: "Wombat"}), "“Wombat”")


@tagged("post_install", "-at_install")
class TestManagerOfClient(ValuesCommon):
    def test_head_and_who_sees_all_may_name_anybody(self):
        for user in (self.head, self.manager_all):
            for text in ("cl_taras", "TARAS QUOKKA"):
                self.assertPartner(self._read(user, manager=text), user_id=self.taras.id)

    def test_one_limited_to_own_clients(self):
        self.assertPartner(self._read(self.olena, manager="cl_olena"), user_id=self.olena.id)
        self.assertPartner(self._read(self.olena), user_id=None)
        values = self._read(self.olena, manager="Taras Quokka")
        self.assertProblem(values, "yourself only", "“Taras Quokka”")
        self.assertNotIn("user_id", values.partner)

    def test_nobody_and_two_of_the_same_name(self):
        self.assertProblem(self._read(manager="Wombat"), "“Wombat”")
        new_test_user(self.env, "second_taras", "sales_team.group_sale_salesman", name="Taras Quokka")
        self.assertProblem(self._read(manager="Taras Quokka"), "login")


@tagged("post_install", "-at_install")
class TestLegalDataOfClient(ValuesCommon):
    def test_kind_in_three_languages(self):
        for is_company, words in (
            (True, ("company", "Компанія", "ЮРИДИЧНА ОСОБА", "юрлицо", "организация", "yes", "так", "1", "TRUE")),
            (False, ("person", "Особа", "фізична особа", "ФОП", "ИП", "человек", "no", "ні", "0", "FALSE")),
        ):
            for word in words:
                with self.subTest(word=word):
                    self.assertPartner(self._read(kind=word), is_company=is_company)

    def test_kind_by_the_length_of_the_number(self):
        for country, target, text, is_company in (
            ("UA", "company_registry", RNTRC, False),
            ("UA", "company_registry", EDRPOU, None),
            ("RU", "vat", "500100732259", False),
            ("RU", "vat", INN, None),
            ("PL", "vat", "5260001246", None),
        ):
            with self.subTest(text=text):
                self.assertPartner(self._read(country=country, **{target: text}), is_company=is_company)

    def test_kind_that_the_row_names_comes_first(self):
        values = self._read(kind="company", company_registry=RNTRC)
        self.assertTrue(values.partner["is_company"])

    def test_neither_company_nor_person(self):
        self.assertProblem(self._read(kind="tree"), "“tree”")

    def test_wrong_numbers(self):
        for country, target, text in (
            ("UA", "company_registry", WRONG_EDRPOU),
            ("UA", "bank_account", IBAN[:-1] + "2"),
            ("RU", "vat", "7707083894"),
            ("RU", "vat", "77070838"),
        ):
            with self.subTest(text=text):
                self.assertTrue(self._read(country=country, **{target: text}).problems)

    def test_right_numbers_keep_their_zeros(self):
        self.assertPartner(self._read(country="UA", company_registry="00032112"), company_registry="00032112")
        self.assertPartner(self._read(country="RU", vat=INN), vat=INN)

    def test_bank_account(self):
        self.assertEqual(self._read(bank_account=IBAN).bank, {"acc_number": IBAN, "bank_bic": ""})
        self.assertEqual(self._read(bank_bic="PBANUA2X").bank, {}, "a code without an account says nothing")

    def test_all_problems_of_a_row_at_once(self):
        values = self._read(self.olena, email="bad", country="Atlantis", kind="tree", manager="Nobody here", level="x")
        self.assertEqual(len(values.problems), 5, values.problems)

    def test_notes_are_no_html(self):
        comment = self._read(comment="<script>alert(1)</script>\nsecond & third").partner["comment"]
        self.assertNotIn("<script>", comment)
        self.assertIn("&lt;script&gt;", comment)
        self.assertIn("<br", comment)


@tagged("post_install", "-at_install")
class TestContactOfClient(ValuesCommon):
    def test_beside_the_client(self):
        director = self.env.ref("crm_clients.crm_profession_director", raise_if_not_found=False)
        director = director or self.env["crm.profession"].search([], limit=1)
        values = self._read(
            phone="0442001122",
            email="office@zoria.example",
            contact_name="Ivan",
            contact_phone="0671234567",
            contact_email="ivan@zoria.example",
            contact_profession=director.name,
        )
        self.assertPartner(values, phone="+380 44 200 1122", email="office@zoria.example")
        self.assertEqual(
            values.contact,
            {"name": "Ivan", "phone": "+380 67 123 4567", "email": "ivan@zoria.example", "profession_id": director.id},
        )

    def test_name_is_made_of_what_is_known(self):
        self.assertEqual(
            self._read(contact_email="i@x.example", contact_phone="0671234567").contact["name"], "i@x.example"
        )
        self.assertEqual(self._read(contact_phone="0671234567").contact["name"], "+380 67 123 4567")
        profession = self.env["crm.profession"].search([], limit=1)
        self.assertProblem(self._read(contact_profession=profession.name), "neither a name")

    def test_no_contact_person(self):
        self.assertEqual(self._read().contact, {})

    def test_country_of_the_client_reads_the_phone(self):
        self.assertEqual(self._read(country="DE", contact_phone="030 901820").contact["phone"], "+49 30 901820")

    def test_further_rows(self):
        reader = self._make_reader()
        values = reader.read_contact({"contact_name": "Maria", "contact_phone": "030 901820"}, "DE")
        self.assertEqual((values.problems, values.partner), ([], {}))
        self.assertEqual(values.contact, {"name": "Maria", "phone": "+49 30 901820"})
        self.assertProblem(reader.read_contact({"city": "Kyiv"}, "UA"), "neither a client nor a contact person")
        self.assertProblem(reader.read_contact({"contact_name": "x", "contact_email": "bad"}, "UA"), "“bad”")
