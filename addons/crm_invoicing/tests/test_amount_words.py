import random
import re
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.amount_nouns import FEMININE, MASCULINE, NEUTER, NOUNS
from ..tools.amount_words import amount_to_words

AMOUNTS = (0, 1, 2, 5, 11, 21, 101, 1000000.01)
# What each language says for AMOUNTS: the number beside each gender, and the form of the noun, "o"ne, "f"ew or "m"any.
NUMBERS = {
    ("uk", FEMININE): "Нуль|Одна|Дві|П'ять|Одинадцять|Двадцять одна|Сто одна|Один мільйон",
    ("uk", MASCULINE): "Нуль|Один|Два|П'ять|Одинадцять|Двадцять один|Сто один|Один мільйон",
    ("uk", NEUTER): "Нуль|Одне|Два|П'ять|Одинадцять|Двадцять одне|Сто одне|Один мільйон",
    ("ru", FEMININE): "Ноль|Одна|Две|Пять|Одиннадцать|Двадцать одна|Сто одна|Один миллион",
    ("ru", MASCULINE): "Ноль|Один|Два|Пять|Одиннадцать|Двадцать один|Сто один|Один миллион",
    ("en", MASCULINE): "Zero|One|Two|Five|Eleven|Twenty-one|One hundred and one|One million",
}
FORMS = {"uk": "mofmmoom", "ru": "mofmmoom", "en": "mommmmmm"}
# gender, the unit after 1, 2 and 5, its hundredth after 00 and 01
MONEY = {
    ("uk", "UAH"): (FEMININE, "гривня", "гривні", "гривень", "копійок", "копійка"),
    ("uk", "RUB"): (MASCULINE, "рубль", "рублі", "рублів", "копійок", "копійка"),
    ("uk", "KZT"): (MASCULINE, "теньге", "теньге", "теньге", "тиїнів", "тиїн"),
    ("uk", "USD"): (MASCULINE, "долар США", "долари США", "доларів США", "центів", "цент"),
    ("uk", "EUR"): (NEUTER, "євро", "євро", "євро", "центів", "цент"),
    ("uk", "PLN"): (MASCULINE, "злотий", "злоті", "злотих", "грошів", "грош"),
    ("ru", "UAH"): (FEMININE, "гривна", "гривны", "гривен", "копеек", "копейка"),
    ("ru", "RUB"): (MASCULINE, "рубль", "рубля", "рублей", "копеек", "копейка"),
    ("ru", "KZT"): (MASCULINE, "тенге", "тенге", "тенге", "тиынов", "тиын"),
    ("ru", "USD"): (MASCULINE, "доллар США", "доллара США", "долларов США", "центов", "цент"),
    ("ru", "EUR"): (MASCULINE, "евро", "евро", "евро", "центов", "цент"),
    ("ru", "PLN"): (MASCULINE, "злотый", "злотых", "злотых", "грошей", "грош"),
    ("en", "UAH"): (MASCULINE, "hryvnia", "hryvnias", "hryvnias", "kopiykas", "kopiyka"),
    ("en", "RUB"): (MASCULINE, "ruble", "rubles", "rubles", "kopecks", "kopeck"),
    ("en", "KZT"): (MASCULINE, "tenge", "tenge", "tenge", "tiyn", "tiyn"),
    ("en", "USD"): (MASCULINE, "US dollar", "US dollars", "US dollars", "cents", "cent"),
    ("en", "EUR"): (MASCULINE, "euro", "euros", "euros", "cents", "cent"),
    ("en", "PLN"): (MASCULINE, "zloty", "zlotys", "zlotys", "groszy", "grosz"),
}

# A little reader of numbers that knows nothing of the writer: the words for 0 to 19, the tens, the hundreds.
VALUES = (*range(20), *range(20, 100, 10), *range(100, 1000, 100))
WORDS = {
    "uk": """
        нуль|один одна одне|два дві|три|чотири|п'ять|шість|сім|вісім|дев'ять|
        десять|одинадцять|дванадцять|тринадцять|чотирнадцять|п'ятнадцять|шістнадцять|сімнадцять|вісімнадцять|дев'ятнадцять|
        двадцять|тридцять|сорок|п'ятдесят|шістдесят|сімдесят|вісімдесят|дев'яносто|
        сто|двісті|триста|чотириста|п'ятсот|шістсот|сімсот|вісімсот|дев'ятсот
    """,
    "ru": """
        ноль|один одна|два две|три|четыре|пять|шесть|семь|восемь|девять|
        десять|одиннадцать|двенадцать|тринадцать|четырнадцать|пятнадцать|шестнадцать|семнадцать|восемнадцать|девятнадцать|
        двадцать|тридцать|сорок|пятьдесят|шестьдесят|семьдесят|восемьдесят|девяносто|
        сто|двести|триста|четыреста|пятьсот|шестьсот|семьсот|восемьсот|девятьсот
    """,
}
READER = {
    lang: {word: value for value, words in zip(VALUES, text.split("|"), strict=True) for word in words.split()}
    for lang, text in WORDS.items()
}
# thousands and so on: gender, after 1, 2 and 5, how many
SCALES = {
    "uk": (
        (FEMININE, ("тисяча", "тисячі", "тисяч"), 10**3),
        (MASCULINE, ("мільйон", "мільйони", "мільйонів"), 10**6),
        (MASCULINE, ("мільярд", "мільярди", "мільярдів"), 10**9),
        (MASCULINE, ("трильйон", "трильйони", "трильйонів"), 10**12),
    ),
    "ru": (
        (FEMININE, ("тысяча", "тысячи", "тысяч"), 10**3),
        (MASCULINE, ("миллион", "миллиона", "миллионов"), 10**6),
        (MASCULINE, ("миллиард", "миллиарда", "миллиардов"), 10**9),
        (MASCULINE, ("триллион", "триллиона", "триллионов"), 10**12),
    ),
}
GENDERED = {
    "uk": {FEMININE: ("одна", "дві"), MASCULINE: ("один", "два"), NEUTER: ("одне", "два")},
    "ru": {FEMININE: ("одна", "две"), MASCULINE: ("один", "два")},
}


def get_form(number, forms):
    """Return the form of a noun beside a number, told from its digits."""
    digits = str(number)
    if re.fullmatch(r"(.*[^1])?1", digits):
        return forms[0]
    return forms[1] if re.fullmatch(r"(.*[^1])?[234]", digits) else forms[2]


@tagged("post_install", "-at_install")
class TestAmountWords(BaseCase):
    def test_every_language_and_currency(self):
        for (lang, currency), (gender, *forms, many_rest, one_rest) in MONEY.items():
            numbers = NUMBERS[lang, gender].split("|")
            for amount, number, form in zip(AMOUNTS, numbers, FORMS[lang], strict=True):
                unit = forms["ofm".index(form)]
                rest = f"01 {one_rest}" if amount == 1000000.01 else f"00 {many_rest}"
                with self.subTest(lang=lang, currency=currency, amount=amount):
                    self.assertEqual(amount_to_words(amount, currency, lang), f"{number} {unit} {rest}")

    def test_as_accountants_write(self):
        for amount, currency, lang, text in (
            (1001.05, "UAH", "uk_UA", "Одна тисяча одна гривня 05 копійок"),
            (101, "UAH", "ru_RU", "Сто одна гривна 00 копеек"),
            (2002.02, "UAH", "uk_UA", "Дві тисячі дві гривні 02 копійки"),
            (1000001, "UAH", "ru_RU", "Один миллион одна гривна 00 копеек"),
            (2000002.22, "UAH", "ru_RU", "Два миллиона две гривны 22 копейки"),
            (1000001, "UAH", "uk_UA", "Один мільйон одна гривня 00 копійок"),
            (12.12, "UAH", "uk_UA", "Дванадцять гривень 12 копійок"),
            (111.14, "RUB", "ru_RU", "Сто одиннадцать рублей 14 копеек"),
            (1522.21, "BYN", "ru_RU", "Одна тысяча пятьсот двадцать два белорусских рубля 21 копейка"),
            (42, "CZK", "ru_RU", "Сорок две чешские кроны 00 геллеров"),
            (31.5, "GBP", "uk_UA", "Тридцять один фунт стерлінгів 50 пенсів"),
            (3, "CHF", "en_GB", "Three Swiss francs 00 centimes"),
            (1.01, "GBP", "en_GB", "One pound sterling 01 penny"),
        ):
            with self.subTest(text=text):
                self.assertEqual(amount_to_words(amount, currency, lang), text)

    def test_refund(self):
        self.assertEqual(amount_to_words(-21.5, "RUB", "ru"), "Минус двадцать один рубль 50 копеек")
        self.assertEqual(amount_to_words(-1, "UAH", "uk"), "Мінус одна гривня 00 копійок")
        self.assertEqual(amount_to_words(-0.004, "UAH", "uk"), "Нуль гривень 00 копійок", "nothing is not below zero")

    def test_rounding(self):
        for amount, text in (
            (0.995, "Одна гривня 00 копійок"),
            (1.005, "Одна гривня 01 копійка"),
            (2.675, "Дві гривні 68 копійок"),
            (0.1 + 0.2, "Нуль гривень 30 копійок"),
            (Decimal("999999999999.99"), None),
        ):
            with self.subTest(amount=amount):
                self.assertIn(text or " 99 копійок", amount_to_words(amount, "UAH", "uk"))
        with self.assertRaises(ValueError):
            amount_to_words(float("nan"), "UAH", "uk")

    def test_up_to_a_million_millions(self):
        self.assertEqual(amount_to_words(10**12, "KZT", "ru"), "Один триллион тенге 00 тиынов")
        self.assertEqual(amount_to_words(10**12 + 1, "UAH", "uk"), "Один трильйон одна гривня 00 копійок")

    def test_currency_without_words(self):
        self.assertEqual(amount_to_words(101.5, "GEL", "en_US"), "One hundred and one GEL 50/100")
        self.assertEqual(amount_to_words(2.05, "gel", "uk_UA"), "Два GEL 05/100")
        self.assertEqual(amount_to_words(5, "JPY", "ru_RU", decimals=0), "Пять JPY")
        self.assertEqual(amount_to_words(1.234, "KWD", "en_US", decimals=3), "One KWD 234/1000")
        self.assertEqual(amount_to_words(1, None, "en_US"), "One 00/100")

    def test_currency_without_hundredths(self):
        self.assertEqual(amount_to_words(20.6, "KZT", "ru_RU", decimals=0), "Двадцать один тенге")

    def test_other_language(self):
        for lang in ("pl_PL", "fr", "", None, False):
            self.assertEqual(amount_to_words(1, "UAH", lang), "One hryvnia 00 kopiykas")

    def test_tables_are_complete(self):
        self.assertEqual(*(set(NOUNS[lang]) for lang in ("uk", "ru")))
        self.assertEqual(*(set(NOUNS[lang]) for lang in ("uk", "en")))
        for lang, letters in (("uk", "[А-ЯЄІЇҐа-яєіїґ' ]+"), ("ru", "[А-Яа-яё ]+"), ("en", "[A-Za-z ]+")):
            for noun in (noun for nouns in NOUNS[lang].values() for noun in nouns):
                for form in noun[:3]:
                    self.assertRegex(form, f"^{letters}$", lang)


@tagged("post_install", "-at_install")
class TestManyAmounts(BaseCase):
    """What is true of any amount, tried on a hundred thousand of them."""

    COUNT = 100_000
    LETTERS = {"uk": "А-ЩЬЮЯЄІЇҐа-щьюяєіїґ'", "ru": "А-Яа-яё"}
    CASES = (("uk", "UAH"), ("uk", "EUR"), ("ru", "UAH"), ("ru", "RUB"))

    def test_words_say_the_amount(self):
        for number, rest in self._get_amounts():
            lang, currency = self.CASES[number % 4]
            text = amount_to_words(Decimal(f"{number}.{rest:02d}"), currency, lang)
            self._check(text, number, rest, lang, MONEY[lang, currency])

    def _get_amounts(self):
        """Yield units and hundredths: all small numbers, then any up to a million millions, round ones among them."""
        source = random.Random(6)
        for number in range(self.COUNT):
            if number >= 20_000:
                number = source.randrange(10 ** source.randint(5, 12)) // (step := 10 ** source.randint(0, 4)) * step
            yield number, source.randrange(100)

    def _check(self, text, number, rest, lang, money):
        gender, *forms, _many_rest, _one_rest = money
        match = re.fullmatch(f"([{self.LETTERS[lang]} ]+) (\\d\\d) ([{self.LETTERS[lang]}]+)", text)
        self.assertTrue(match, text)
        words, digits, _hundredth = match.groups()
        self.assertEqual(int(digits), rest, text)
        unit = get_form(number, forms)
        self.assertTrue(words.endswith(f" {unit}"), text)
        self.assertTrue(words[0].isupper(), text)
        self.assertEqual(self._read(words.removesuffix(f" {unit}").lower().split(), gender, lang), number, text)

    def _read(self, words, gender, lang):
        """Return the number that the words say; each of its parts has to agree with the noun that follows."""
        total, part = 0, []
        scales = {form: scale for scale in SCALES[lang] for form in scale[1]}
        for word in words:
            if word not in scales:
                part.append(word)
                continue
            scale_gender, forms, count = scales[word]
            value = self._read_part(part, scale_gender, lang)
            self.assertEqual(word, get_form(value, forms), words)
            total, part = total + value * count, []
        return total + self._read_part(part, gender, lang)

    def _read_part(self, part, gender, lang):
        for word in part:
            if READER[lang][word] in (1, 2):
                self.assertIn(word, GENDERED[lang][gender], part)
        return sum(READER[lang][word] for word in part)
