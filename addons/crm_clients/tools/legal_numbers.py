"""Numbers that identify companies, persons and their bank accounts: can they be right? No Odoo in here.

    >>> find_problems("RU", True, {"vat": "7707083893", "kpp": "773601001"})
    {}
    >>> find_problems("UA", True, {"company_registry": "32855968"})
    {'company_registry': WrongCheckDigit('edrpou')}

Check digits come from python-stdnum where release 1.19 has them; the others are here, each with its source.
"""

import re
import unicodedata

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10
from stdnum.ru import inn
from stdnum.ua import edrpou, rntrc
from stdnum.util import get_cc_module

FIELDS = ("vat", "company_registry", "kpp", "bank_bic", "bank_account")

# No number is longer than an IBAN, 34 characters; of what is longer the beginning shows that it is wrong.
LONGEST = 40

# The letter that stands for a clearing currency in the sixth place of a Russian account, and the digit it counts as
CURRENCY_LETTERS = {letter: str(index % 10) for index, letter in enumerate("ABCEHKMPTXАВСЕНКМРТХ")}

# Tax numbers that are as good as the VAT number: {country: modules of stdnum}
OTHER_TAX_NUMBERS = {"DE": ("stnr",), "IT": ("codicefiscale",), "PL": ("pesel",), "SE": ("orgnr",)}
COUNTRIES_OUTSIDE_EU = ("GB", "NO", "CH")

# How long an IBAN is, by country. Source: SWIFT's registry of IBAN formats, ISO 13616.
# `stdnum.iban` would know, but cannot find its table where Odoo has patched the import of stdnum.
IBAN_COUNTRIES = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU",
    31: "MT SC",
    32: "LC",
    33: "RU",
}


class LegalNumberError(ValueError):
    """A number that cannot be right; `number` is the key of its name, such as "inn"."""

    def __init__(self, number, **details):
        super().__init__(number)
        self.number = number
        self.details = details


class WrongLength(LegalNumberError):
    """Details: `expected`, a tuple of lengths, and `found`."""


class WrongCharacters(LegalNumberError):
    """Letters or signs where digits belong."""


class WrongCheckDigit(LegalNumberError):
    """A digit is mistyped, or two are swapped."""


class NumberOfCompany(LegalNumberError):
    """The number of a company on the card of a person."""


class NumberOfOrganisation(LegalNumberError):
    """A number that only organisations have, beside the tax number of a person."""


class OtherNumber(LegalNumberError):
    """A number of another kind; details: `found`, the key of what it is."""


class OtherHolder(LegalNumberError):
    """Two numbers that belong to different holders; details: `other`, the key of the second."""


def compact(value):
    """Return a number as it is compared: capital letters and digits, nothing else.

    :param value: what a person typed or a table held; an empty value, text or a number
    """
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)[: 4 * LONGEST])
    return re.sub(r"[\W_]", "", text).upper()[:LONGEST]


def find_problems(country_code, is_company, values):
    """Return what is wrong with the numbers of one card.

    :param str country_code: two letters; of other countries than Russia and Ukraine the VAT number is checked, in
        Europe, and the account if it looks like an IBAN
    :param bool is_company: whether the card is a company's
    :param dict values: any of `FIELDS`, as typed: spaces, hyphens and the country's code before a number do not matter
    :return: {field: LegalNumberError}
    """
    country_code = compact(country_code)[:2]
    card = {
        field: _without_country(country_code, compact(values.get(field))) for field in FIELDS if field != "bank_account"
    }
    card["bank_account"] = compact(values.get("bank_account"))
    card["vat_as_typed"] = compact(values.get("vat"))
    card["is_company"] = bool(is_company)
    problems = {}
    for field, check in RULES.get(country_code, OTHER_RULES).items():
        if card[field]:
            try:
                check(card, country_code)
            except LegalNumberError as problem:
                problems[field] = problem
    return problems


def _without_country(country_code, number):
    rest = number.removeprefix(country_code)
    return rest if rest[:1].isdigit() else number


def _check_digits(name, number, lengths):
    """:raises LegalNumberError: if the number is not of digits alone, as many as one of ``lengths``"""
    if not re.fullmatch("[0-9]*", number):
        raise WrongCharacters(name)
    if len(number) not in lengths:
        raise WrongLength(name, expected=lengths, found=len(number))


# ------------------------------------------------------------
# RUSSIA
# ------------------------------------------------------------


def _check_inn(card, _country_code):
    """INN: 10 digits of an organisation, 12 of a person, who as an entrepreneur may be kept as a company."""
    number = card["vat"]
    _check_digits("inn", number, (10, 12) if card["is_company"] else (12, 10))
    if not inn.is_valid(number):
        raise WrongCheckDigit("inn")
    if len(number) == 10 and not card["is_company"]:
        raise NumberOfCompany("inn")


def _check_kpp(card, _country_code):
    """KPP: tax office (4 digits), reason (2 digits or capital letters), ordinal (3 digits); no check digit.

    Source: order of the Federal Tax Service of 29.06.2012 No. MMV-7-6/435@, annex.
    """
    number = card["kpp"]
    if len(number) != 9:
        raise WrongLength("kpp", expected=(9,), found=len(number))
    if not re.fullmatch("[0-9]{4}[0-9A-Z]{2}[0-9]{3}", number):
        raise WrongCharacters("kpp")
    if len(card["vat"]) == 12:
        raise NumberOfOrganisation("kpp")


def _check_ogrn(card, _country_code):
    """OGRN: 13 digits, the last is the rest by 11 of those before; OGRNIP of an entrepreneur: 15 digits, by 13.

    Of a rest of two digits the last one counts. Source: order of the Ministry of Finance of 30.10.2017 No. 165n, annex.
    """
    number = card["company_registry"]
    name = "ogrnip" if len(number) == 15 else "ogrn"
    _check_digits(name, number, (13, 15))
    if int(number[:-1]) % (len(number) - 2) % 10 != int(number[-1]):
        raise WrongCheckDigit(name)
    if name == "ogrn" and not card["is_company"]:
        raise NumberOfCompany("ogrn")
    holder_has = {10: "ogrn", 12: "ogrnip"}.get(len(card["vat"]), name)
    if holder_has != name:
        raise OtherHolder(name, other="inn")


def _check_bik(card, _country_code):
    """BIK: 9 digits, the first one 0 to 2; a bank outside Russia has letters, which are not checked here.

    Source: Bank of Russia, regulation of 24.09.2020 No. 732-P, annex on the structure of the BIK.
    """
    number = card["bank_bic"]
    if re.fullmatch("[A-Z]{6}[0-9A-Z]{2}([0-9A-Z]{3})?", number):
        return
    _check_digits("bik", number, (9,))
    if number[0] not in "012":
        raise WrongCharacters("bik")


def _check_ru_account(card, country_code):
    """Account: 20 digits, or a letter in the sixth place; the ninth is a control key that knows the bank."""
    number, bik = card["bank_account"], card["bank_bic"]
    if _looks_like_iban(number):
        _check_iban(card, country_code)
        return
    digits = number[:5] + CURRENCY_LETTERS.get(number[5:6], number[5:6]) + number[6:]
    _check_digits("account", digits, (20,))
    if re.fullmatch("[0-9]{9}", bik) and not _is_account_of_bank(digits, bik):
        raise OtherHolder("account", other="bik")


def _is_account_of_bank(account, bik):
    """Return whether the control key of an account fits the bank.

    The account is preceded by three digits: of a bank the last three of its BIK; of an account with the Bank of Russia
    a zero and the fifth and sixth digit. The digits are multiplied by 7, 1, 3 in turn: the sum of the products ends with 0.
    Treasury accounts, which begin with 0, have no key.
    Source: Bank of Russia, 08.09.1997 No. 515, rules and worked examples of the control key.
    """
    if account.startswith("0"):
        return True
    with_central_bank = bik.endswith(("000", "001", "002")) or account.startswith(("30101", "40102"))
    digits = ("0" + bik[4:6] if with_central_bank else bik[-3:]) + account
    return sum(int(digit) * (7, 1, 3)[place % 3] for place, digit in enumerate(digits)) % 10 == 0


# ------------------------------------------------------------
# UKRAINE
# ------------------------------------------------------------


def _check_ua_registry(card, _country_code):
    """EDRPOU of an organisation: 8 digits. A person has the RNTRC: 10 digits.

    Without a check digit that is known: 9 digits, which are the number that the tax office gives to those outside the
    register, or that of an identity card; and a passport's two letters and six digits, of persons who refused the RNTRC.
    Source: Ministry of Finance, order of 09.12.2011 No. 1588, section II, points 2.2 to 2.4.
    """
    number = card["company_registry"]
    if re.fullmatch(r"[0-9]{9}|[^\W\d]{2}[0-9]{6}", number):
        return
    name = "edrpou" if card["is_company"] and len(number) != 10 else "rntrc"
    if len(number) == 8 and number.isdecimal():
        name = "edrpou"
    _check_digits(name, number, (8, 10) if card["is_company"] else (10, 8))
    if not (_is_edrpou(number) if name == "edrpou" else rntrc.is_valid(number)):
        raise WrongCheckDigit(name)
    if name == "edrpou" and not card["is_company"]:
        raise NumberOfCompany("edrpou")


def _is_edrpou(number):
    """Return whether the check digit fits; where stdnum 1.19 says 10, the rest of ten counts as 0."""
    return edrpou.calc_check_digit(number)[-1] == number[-1]


def _check_ua_vat(card, _country_code):
    """Number of a VAT payer: 12 digits, of which seven come from the EDRPOU; of a person the RNTRC, 10 digits.

    What stands instead of these for persons without RNTRC and for payers outside the register has 9 digits, or two
    letters and six digits. The check digit was verified on numbers that companies publish.
    Source: Ministry of Finance, order of 14.11.2014 No. 1130, on the registration of VAT payers.
    """
    number = card["vat"]
    if re.fullmatch(r"[0-9]{9}|[^\W\d]{2}[0-9]{6}", number):
        return
    if re.fullmatch("[0-9]{8}", number):
        raise OtherNumber("ua_vat", found="edrpou")
    _check_digits("ua_vat", number, (12, 10) if card["is_company"] else (10, 12))
    if not (rntrc.is_valid(number) if len(number) == 10 else _is_ua_vat(number)):
        raise WrongCheckDigit("ua_vat")
    code = card["company_registry"]
    if len(number) == 12 and re.fullmatch("[0-9]{8}", code) and number[:7] != code[:7]:
        raise OtherHolder("ua_vat", other="edrpou")


def _is_ua_vat(number):
    weights = (11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
    total = sum(weight * int(digit) for weight, digit in zip(weights, number[:11], strict=True))
    return total % 11 % 10 == int(number[11])


def _check_ua_account(card, country_code):
    """Since 2020 every account in Ukraine is an IBAN. Source: National Bank, resolution of 28.12.2018 No. 162."""
    if not _looks_like_iban(card["bank_account"]):
        raise OtherNumber("iban", found="account")
    _check_iban(card, country_code)


# ------------------------------------------------------------
# OTHER COUNTRIES
# ------------------------------------------------------------


def _check_vat(card, country_code):
    """VAT number by the rules of the country, or of the country in Europe whose code it begins with."""
    number = card["vat_as_typed"]
    prefix = number[:2]
    if len(number) < 2 or prefix == "EU":
        return  # Odoo's sign for "not subject to tax", and sellers from outside Europe, whose number has no country
    if prefix != country_code and _has_vat_rules(country_code) and _has_vat_rules(prefix):
        country_code = prefix
    if _has_vat_rules(country_code) and not _is_vat(country_code, number):
        raise WrongCheckDigit("tax")


def _has_vat_rules(code):
    return code.lower() in eu_vat.MEMBER_STATES or code in (*COUNTRIES_OUTSIDE_EU, "EL", "XI")


def _is_vat(country_code, number):
    code = {"EL": "GR", "XI": "GB"}.get(country_code, country_code)
    if country_code == "HU" and len(number.removeprefix("HU")) == 11:
        number = number[:-3]  # the domestic form: number of the payer, kind of tax, county
    if country_code == "XI":
        number = number.removeprefix("XI")
    names = ("vat", *OTHER_TAX_NUMBERS.get(code, ()))
    return any(_is_valid(get_cc_module(code.lower(), name), number) for name in names)


def _is_valid(module, number):
    """Return whether a module of stdnum accepts the number; it may also stumble over one of foreign form."""
    try:
        return bool(module.validate(number))
    except (ValidationError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _looks_like_iban(number):
    return bool(re.match("[A-Z]{2}[0-9]{2}", number))


def _check_account(card, country_code):
    """An account that looks like an IBAN is checked as one; others have as many forms as there are banks."""
    if _looks_like_iban(card["bank_account"]):
        _check_iban(card, country_code)


def _check_iban(card, _country_code):
    """:raises LegalNumberError: if the country has no IBAN, or of another length, or the check digits do not fit"""
    number = card["bank_account"]
    lengths = tuple(length for length, countries in IBAN_COUNTRIES.items() if number[:2] in countries.split())
    if not lengths or not re.fullmatch("[0-9A-Z]*", number):
        raise WrongCharacters("iban")
    if len(number) not in lengths:
        raise WrongLength("iban", expected=lengths, found=len(number))
    if not mod_97_10.is_valid(number[4:] + number[:4]):
        raise WrongCheckDigit("iban")


RULES = {
    "RU": {
        "vat": _check_inn,
        "kpp": _check_kpp,
        "company_registry": _check_ogrn,
        "bank_bic": _check_bik,
        "bank_account": _check_ru_account,
    },
    "UA": {"vat": _check_ua_vat, "company_registry": _check_ua_registry, "bank_account": _check_ua_account},
}
OTHER_RULES = {"vat": _check_vat, "bank_account": _check_account}
