"""Amounts in words, as accountants write them: units in words, hundredths in digits.

The numbers come from num2words, in the gender it makes no mistake in; agreement with the unit is made here, since the
library says «одна миллион» in Russian, knows no neuter, and lacks some of the currencies.
"""

from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

from .amount_nouns import FEMININE, NEUTER, NOUNS

DEFAULT_LANG = "en"
MINUS = {"uk": "мінус", "ru": "минус", "en": "minus"}
# The last word of a number beside a unit that is not masculine. Thousands and millions within it are right already.
LAST_WORDS = {
    ("uk", FEMININE): {"один": "одна", "два": "дві"},
    ("uk", NEUTER): {"один": "одне"},
    ("ru", FEMININE): {"один": "одна", "два": "две"},
}


def amount_to_words(amount, currency_code, lang, decimals=2):
    """Return an amount of money as it is written out on an invoice.

        amount_to_words(1001.05, "UAH", "uk_UA")  # Одна тисяча одна гривня 05 копійок
        amount_to_words(-21, "RUB", "ru_RU")      # Минус двадцать один рубль 00 копеек
        amount_to_words(101.5, "GEL", "en_US")    # One hundred and one GEL 50/100

    :param amount: units of the currency (float, int or Decimal); below zero for a refund
    :param str currency_code: ISO 4217; one without words here keeps its code
    :param str lang: code of a language; all but Ukrainian and Russian read English
    :param int decimals: the places of the currency, 0 for one without hundredths
    :rtype: str
    :raises ValueError: if the amount is not a finite number
    """
    amount = _round(amount, decimals)
    short = (lang or "").lower()[:2]
    lang = short if short in NOUNS else DEFAULT_LANG
    units, rest = divmod(abs(amount), 1)
    parts = [MINUS[lang]] if amount < 0 else []
    parts += _get_parts(int(units), int(rest.scaleb(decimals)), (currency_code or "").upper(), lang, decimals)
    text = " ".join(filter(None, parts))
    return text[:1].upper() + text[1:]


def _round(amount, decimals):
    """Return the amount in the currency's places, half away from zero as Odoo's currencies round."""
    amount = Decimal(str(amount))
    if not amount.is_finite():
        raise ValueError(f"Not an amount of money: {amount}")
    return amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _get_parts(units, rest, currency_code, lang, decimals):
    """Return the number, its unit and what is left, as texts."""
    nouns = NOUNS[lang].get(currency_code)
    fraction = f"{rest:0{decimals}d}" if decimals else ""
    if not nouns or decimals not in (0, 2):
        number = num2words(units, lang=lang)
        return [number, currency_code, fraction and f"{fraction}/{10**decimals}"]
    unit, hundredth = nouns
    parts = [_get_number(units, unit.gender, lang), agree(units, unit, lang)]
    return [*parts, fraction, agree(rest, hundredth, lang)] if decimals else parts


def _get_number(number, gender, lang):
    """Return a number in words that agrees with a unit of this gender."""
    head, space, last = num2words(number, lang=lang).rpartition(" ")
    return head + space + LAST_WORDS.get((lang, gender), {}).get(last, last)


def agree(number, noun, lang):
    """Return the form of a noun beside a number: the plural rule of the language.

    :param int number: from 0
    :param Noun noun: see `amount_nouns`
    :param str lang: uk, ru or en
    """
    if lang == DEFAULT_LANG:
        return noun.one if number == 1 else noun.many
    if number % 100 in (11, 12, 13, 14):
        return noun.many
    return {1: noun.one, 2: noun.few, 3: noun.few, 4: noun.few}.get(number % 10, noun.many)
