import io
import random

from odoo.tests import BaseCase, tagged

from ..tools.client_columns import HEADER_ROWS, REASON, SYNONYMS, TARGETS, find_header, normalise, recognise
from ..tools.client_peek import MAX_SAMPLE, PEEK_ROWS, peek_into
from ..tools.sheet_errors import EmptySheetError
from .import_files import make_csv, make_xlsx

ENGLISH = {
    "Client": "name",
    "Company or person": "kind",
    "Client type": "client_type",
    "Relationship": "level",
    "Responsible manager": "manager",
    "Phone": "phone",
    "E-mail": "email",
    "Tax ID": "vat",
    "Registration number": "company_registry",
    "Bank account": "bank_account",
    "Contact person": "contact_name",
    "Contact's phone": "contact_phone",
    "Contact's e-mail": "contact_email",
}
UKRAINIAN = {
    "Назва клієнта": "name",
    "Тип клієнта": "client_type",
    "Відповідальний менеджер": "manager",
    "Телефон": "phone",
    "Електронна пошта": "email",
    "Поштовий індекс": "zip",
    "Місто": "city",
    "Область": "state",
    "Джерело": "source",
    "Послуги": "services",
    "Код ЄДРПОУ": "company_registry",
    "ІПН": "vat",
    "МФО": "bank_bic",
    "Контактна особа": "contact_name",
    "Посада": "contact_profession",
    "Примітки": "comment",
}
RUSSIAN = {
    "Наименование организации": "name",
    "Ответственный": "manager",
    "Номер телефона": "phone",
    "Эл. почта": "email",
    "Юридический адрес": "street",
    "Населённый пункт": "city",
    "Страна": "country",
    "Источник": "source",
    "ИНН": "vat",
    "ОГРН/ОГРНИП": "company_registry",
    "КПП": "kpp",
    "Р/с": "bank_account",
    "БИК": "bank_bic",
    "ФИО": "contact_name",
    "Должность": "contact_profession",
    "Метки": "tags",
}


@tagged("post_install", "-at_install")
class TestHeaders(BaseCase):
    def assertTarget(self, header, target):
        self.assertEqual(recognise([header]).targets, [target], header)

    def test_lists_of_three_languages_in_any_order(self):
        shuffle = random.Random(2026).shuffle
        for words in (ENGLISH, UKRAINIAN, RUSSIAN):
            for _attempt in range(5):
                headers = list(words)
                shuffle(headers)
                if "Contact person" in headers:  # before it, a phone is the client's; behind it, it may not be
                    headers.sort(key=lambda header: header.startswith("Contact"))
                found = recognise(headers)
                self.assertEqual(dict(zip(headers, found.targets, strict=True)), words)
                self.assertEqual(found.headers, headers)

    def test_every_word_however_it_is_written(self):
        for target, words in SYNONYMS.items():
            for word in words.split(", "):
                for header in (
                    word,
                    word.upper(),
                    word.title(),
                    f" {word} *",
                    f"{word}:",
                    f"{word} (required)",
                    f"{word}.",
                ):
                    self.assertTarget(header, target)

    def test_apostrophes_and_letters_that_look_alike(self):
        for apostrophe in "'`ʼ’‘´":
            self.assertTarget(f"Ім{apostrophe}я контактної особи", "contact_name")
            self.assertTarget(f"Contact{apostrophe}s phone", "contact_phone")
        for header in ("Счет", "Счёт", "Р/с", "р / с", "E-MAIL", "Е-mail", "Email", "e-mail:"):
            self.assertIsNotNone(recognise([header]).targets[0], header)

    def test_remarks_and_signs_do_not_matter(self):
        for header in (
            "Телефон (моб. або міський)",
            "телефон [1]",
            "** ТЕЛЕФОН **",
            "Телефон,",
            "«Телефон»",
            "Телефон\n(роб.)",
        ):
            self.assertTarget(header, "phone")

    def test_words_within_other_words_are_not_recognised(self):
        for header in (
            "",
            "№",
            "Discount",
            "Phone calls of last year",
            "Телефонія",
            "Не клієнт",
            "12345",
            "?",
            "()",
            "()" * 500,
        ):
            self.assertTarget(header, None)

    def test_a_meaning_is_given_once(self):
        self.assertEqual(
            recognise(["Client", "Name", "Company", "City", "Місто", "Город"]).targets,
            ["name", None, None, "city", None, None],
        )

    def test_words_of_another_installation(self):
        labels = {"name": "Kunde", "phone": "Telefonnummer", "city": ""}
        self.assertEqual(
            recognise(["KUNDE:", "telefonnummer", "City"], labels=labels).targets, ["name", "phone", "city"]
        )

    def test_label_comes_before_the_words(self):
        self.assertEqual(recognise(["Source"], labels={"comment": "Source"}).targets, ["comment"])

    def test_normalise(self):
        for header, text in (
            ("  Назва   КЛІЄНТА: ", "назва клієнта"),
            ("Ёлка", "елка"),
            ("ОГРН / ОГРНИП", "огрн/огрнип"),
            ("Е-mail*", "email"),
            ("(…)", ""),
        ):
            with self.subTest(header=header):
                self.assertEqual(normalise(header), text)


@tagged("post_install", "-at_install")
class TestGroupsOfColumns(BaseCase):
    def test_phone_and_mail_behind_the_contact_person(self):
        targets = recognise(["Клієнт", "Контактна особа", "Телефон", "Пошта", "Телефон", "Пошта"]).targets
        self.assertEqual(targets, ["name", "contact_name", "phone", "email", "contact_phone", "contact_email"])

    def test_second_phone_without_a_contact_person(self):
        self.assertEqual(recognise(["Client", "Phone", "Phone"]).targets, ["name", "phone", None])

    def test_group_over_several_columns(self):
        upper = ["Client", "", "", "Contact person", "", "", ""]
        found = recognise(["Name", "Phone", "E-mail", "Name", "Position", "Phone", "E-mail"], upper)
        self.assertEqual(found.targets[:3], ["name", "phone", "email"])
        self.assertEqual(found.targets[3:], ["contact_name", "contact_profession", "contact_phone", "contact_email"])
        self.assertEqual(found.headers[5], "Contact person: Phone")

    def test_group_without_own_headers(self):
        found = recognise(["", "", "Full name"], ["Клієнт", "Місто", "Контактна особа"])
        self.assertEqual(found.targets, ["name", "city", "contact_name"])
        self.assertEqual(found.headers[:2], ["Клієнт", "Місто"])

    def test_groups_wider_than_the_headers(self):
        self.assertEqual(recognise(["Client"], ["", "", "City"]).targets, ["name", None, "city"])


@tagged("post_install", "-at_install")
class TestRowOfHeaders(BaseCase):
    def test_any_of_the_first_rows(self):
        for number in range(1, HEADER_ROWS + 1):
            rows = [(above, [f"Report {above}"]) for above in range(1, number)]
            rows += [(number, ["City", "Client"]), (number + 1, ["Kyiv", "Dnipro"])]
            self.assertEqual(find_header(rows)[0], number)

    def test_further_down_they_are_not_sought(self):
        rows = [*((number, [f"Report {number}"]) for number in range(1, HEADER_ROWS + 1)), (50, ["Client", "City"])]
        self.assertEqual(find_header(rows)[0], 1)

    def test_cell_that_reads_like_a_header(self):
        rows = [(1, ["Client", "Notes", "City"]), (2, ["Phone", "Source", "x"]), (3, ["Client", "Notes", "City"])]
        self.assertEqual(find_header(rows)[0], 1)

    def test_row_with_the_name_is_preferred(self):
        self.assertEqual(find_header([(1, ["City", "Phone"]), (2, ["Client", "x"])])[0], 2)

    def test_no_rows(self):
        self.assertEqual(find_header([]), (0, None))


@tagged("post_install", "-at_install")
class TestPeek(BaseCase):
    def _peek(self, rows, headers, **labels):
        return peek_into(io.BytesIO(make_xlsx(rows, headers)), labels, "Pourquoi")

    def test_first_filled_cell_is_the_sample(self):
        peek = self._peek([("", "x" * 500), ("Dnipro", "y")], ("Client", "Notes"))
        self.assertEqual([column["sample"] for column in peek.columns], ["Dnipro", "x" * MAX_SAMPLE])

    def test_only_the_beginning_is_looked_at(self):
        peek = self._peek([*[("Dnipro", "")] * PEEK_ROWS, ("Zoria", "late")], ("Client", "Notes"))
        self.assertEqual(peek.columns[1]["sample"], "")

    def test_columns_keep_their_place(self):
        peek = self._peek([("", "Dnipro", "", "Kyiv")], ("", "Client", "", "City"))
        self.assertEqual([(column["index"], column["target"]) for column in peek.columns], [(1, "name"), (3, "city")])

    def test_column_without_a_header_may_be_assigned_by_hand(self):
        peek = self._peek([("Dnipro", "Kyiv", "x")], ("Client", "", "City"))
        self.assertEqual(peek.columns[1], {"index": 1, "header": "", "sample": "Kyiv", "target": False})

    def test_reasons_of_an_earlier_import_are_left_out(self):
        for header in ("Reason", "Причина", "POURQUOI"):
            peek = self._peek([("bad e-mail", "Dnipro")], (header, "Client"))
            self.assertEqual([column["target"] for column in peek.columns], ["name"], header)
        self.assertNotIn(REASON, TARGETS)

    def test_headers_alone(self):
        for content in (make_xlsx([]), make_csv([]), make_xlsx([("", "")], ("Client", "City"))):
            with self.assertRaises(EmptySheetError):
                peek_into(io.BytesIO(content), {}, "")

    def test_labels_of_the_user(self):
        self.assertEqual(self._peek([("Dnipro",)], ("Кліент",), name="Кліент").columns[0]["target"], "name")
