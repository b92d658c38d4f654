"""The money of the languages of the forms: how a unit is called beside a number, and its gender.

Only the words that forms are written with are here; other currencies are printed by their code. The smaller unit is
always a hundredth.
"""

from typing import NamedTuple

MASCULINE, FEMININE, NEUTER = "m", "f", "n"


class Noun(NamedTuple):
    """A unit of money beside a number: after 1, after 2 to 4, after 5; English has the last two alike."""

    one: str
    few: str
    many: str
    gender: str = MASCULINE


def _english(one, many=None):
    return Noun(one, many or f"{one}s", many or f"{one}s")


_CENT = {
    "uk": Noun("цент", "центи", "центів"),
    "ru": Noun("цент", "цента", "центов"),
    "en": _english("cent"),
}
_KOPECK = {
    "uk": Noun("копійка", "копійки", "копійок", FEMININE),
    "ru": Noun("копейка", "копейки", "копеек", FEMININE),
    "en": _english("kopeck"),
}

# By language and currency: the unit, and its hundredth.
NOUNS = {
    "uk": {
        "UAH": (Noun("гривня", "гривні", "гривень", FEMININE), _KOPECK["uk"]),
        "RUB": (Noun("рубль", "рублі", "рублів"), _KOPECK["uk"]),
        "BYN": (Noun("білоруський рубль", "білоруські рублі", "білоруських рублів"), _KOPECK["uk"]),
        "KZT": (Noun("теньге", "теньге", "теньге"), Noun("тиїн", "тиїни", "тиїнів")),
        "USD": (Noun("долар США", "долари США", "доларів США"), _CENT["uk"]),
        "EUR": (Noun("євро", "євро", "євро", NEUTER), _CENT["uk"]),
        "GBP": (
            Noun("фунт стерлінгів", "фунти стерлінгів", "фунтів стерлінгів"),
            Noun("пенс", "пенси", "пенсів"),
        ),
        "PLN": (Noun("злотий", "злоті", "злотих"), Noun("грош", "гроші", "грошів")),
        "CZK": (
            Noun("чеська крона", "чеські крони", "чеських крон", FEMININE),
            Noun("гелер", "гелери", "гелерів"),
        ),
        "CHF": (
            Noun("швейцарський франк", "швейцарські франки", "швейцарських франків"),
            Noun("сантим", "сантими", "сантимів"),
        ),
    },
    "ru": {
        "UAH": (Noun("гривна", "гривны", "гривен", FEMININE), _KOPECK["ru"]),
        "RUB": (Noun("рубль", "рубля", "рублей"), _KOPECK["ru"]),
        "BYN": (Noun("белорусский рубль", "белорусских рубля", "белорусских рублей"), _KOPECK["ru"]),
        "KZT": (Noun("тенге", "тенге", "тенге"), Noun("тиын", "тиына", "тиынов")),
        "USD": (Noun("доллар США", "доллара США", "долларов США"), _CENT["ru"]),
        "EUR": (Noun("евро", "евро", "евро"), _CENT["ru"]),
        "GBP": (
            Noun("фунт стерлингов", "фунта стерлингов", "фунтов стерлингов"),
            Noun("пенс", "пенса", "пенсов"),
        ),
        "PLN": (Noun("злотый", "злотых", "злотых"), Noun("грош", "гроша", "грошей")),
        "CZK": (
            Noun("чешская крона", "чешские кроны", "чешских крон", FEMININE),
            Noun("геллер", "геллера", "геллеров"),
        ),
        "CHF": (
            Noun("швейцарский франк", "швейцарских франка", "швейцарских франков"),
            Noun("сантим", "сантима", "сантимов"),
        ),
    },
    "en": {
        "UAH": (_english("hryvnia"), _english("kopiyka")),
        "RUB": (_english("ruble"), _KOPECK["en"]),
        "BYN": (_english("Belarusian ruble"), _KOPECK["en"]),
        "KZT": (_english("tenge", "tenge"), _english("tiyn", "tiyn")),
        "USD": (_english("US dollar"), _CENT["en"]),
        "EUR": (_english("euro"), _CENT["en"]),
        "GBP": (_english("pound sterling", "pounds sterling"), _english("penny", "pence")),
        "PLN": (_english("zloty"), _english("grosz", "groszy")),
        "CZK": (_english("Czech koruna"), _english("haler")),
        "CHF": (_english("Swiss franc"), _english("centime")),
    },
}
