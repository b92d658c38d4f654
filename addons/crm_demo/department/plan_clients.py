"""Plan of the directory: companies and their contact persons."""

import itertools

from . import numbers, tables
from .plan import Client, Contact

TAX_NUMBERS = {
    "UA": lambda serial: {"registry": numbers.edrpou(serial), "vat": ""},
    "KZ": lambda serial: {"registry": "", "vat": numbers.bin_kz(serial)},
    "PL": lambda serial: {"registry": "", "vat": numbers.nip(serial)},
}


def plan_clients(rng):
    """Companies of every channel, in random order, no name twice."""
    names = {country: _company_names(rng, table) for country, table in tables.COUNTRIES.items()}
    clients = [
        plan_client(rng, channel, country, names[country].pop())
        for channel, countries in tables.CLIENTS.items()
        for country, count in countries.items()
        for _serial in range(count)
    ]
    rng.shuffle(clients)
    return clients


def pairs(words):
    """`"Київ=kyiv Львів=lviv"` as tuples of its parts."""
    return [tuple(word.split("=")) for word in words.split()]


def _company_names(rng, table):
    """Every root with every trade, shuffled: tuples of the written and the Latin name."""
    names = [
        (f"{root} {trade}", f"{root_latin}-{trade_latin}")
        for (root, root_latin), (trade, trade_latin) in itertools.product(pairs(table["roots"]), pairs(table["trades"]))
    ]
    rng.shuffle(names)
    return names


def plan_client(rng, channel, country, name):
    table = tables.COUNTRIES[country]
    written, latin = name
    city, area, zip_prefix = rng.choice(pairs(table["cities"]))
    domain = f"{latin}.example"
    contacts = [_plan_contact(rng, table, domain) for _serial in range(rng.choice((1, 1, 2)))]
    return Client(
        name=table["company"].format(written),
        country=country,
        channel=channel,
        manager=rng.choice(tables.RESPONSIBLE[channel][country]),
        currency=_currency(rng, country),
        terms=rng.choice((0, 15, 15, 30)),
        city=city,
        zip=_zip(rng, country, zip_prefix),
        street=f"{rng.choice(table['streets'].split('|'))}, {rng.randint(1, 120)}",
        email=f"office@{domain}",
        phone=_phone(rng, table, area, "23"),
        contacts=tuple({contact.email: contact for contact in contacts}.values()),
        **TAX_NUMBERS[country](rng.randint(0, 99999)),
    )


def _plan_contact(rng, table, domain):
    first, first_latin = rng.choice(pairs(table["first"]))
    last, last_latin = rng.choice(pairs(table["last"]))
    return Contact(
        name=f"{first} {last}",
        position=rng.choice(tables.POSITIONS),
        email=f"{first_latin}.{last_latin}@{domain}",
        phone=_phone(rng, table, rng.choice(table["mobile"].split()), "23456789"),
    )


def _currency(rng, country):
    """The currency of the country; one foreign client in four buys in euros, as does one Ukrainian in twelve."""
    euro_share = 1 / 12 if country == "UA" else 1 / 4
    return "EUR" if rng.random() < euro_share else tables.COUNTRIES[country]["currency"]


def _phone(rng, table, area, beginnings):
    """International number of that area or mobile network, its own part beginning with one of those digits."""
    digits = table["length"] - len(area) - 1
    return f"{table['dial']} {area} {rng.choice(beginnings)}{rng.randint(0, 10**digits - 1):0{digits}d}"


def _zip(rng, country, prefix):
    if country == "PL":
        return f"{prefix}-{rng.randint(0, 999):03d}"
    return f"{prefix}{rng.randint(0, 999):03d}" + ("0" if country == "KZ" else "")
