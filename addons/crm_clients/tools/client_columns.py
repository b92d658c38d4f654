"""Recognise what the columns of a list of clients hold, by their headers in English, Ukrainian or Russian.

>>> recognise(["№", "Назва компанії", "ЄДРПОУ"]).targets
[None, 'name', 'company_registry']
"""

import re
from typing import NamedTuple

NAME = "name"
REASON = "reason"
CONTACT = "contact_"
HEADER_ROWS = 10

# What a column can hold, in the order of the template, and how people call it
SYNONYMS = {
    "name": (
        "name, client, client name, customer, customer name, company, company name, organization, organisation, account name, "
        "назва, назва клієнта, клієнт, компанія, назва компанії, підприємство, організація, контрагент, замовник, найменування, "
        "название, название клиента, клиент, компания, название компании, предприятие, организация, заказчик, наименование, "
        "полное наименование, повна назва, наименование организации, назва організації, найменування контрагента"
    ),
    "kind": (
        "kind, company or person, company/person, legal form, is a company, вид, компанія чи особа, юрособа чи фізособа, "
        "компания или человек, юрлицо или физлицо, компания или лицо"
    ),
    "client_type": (
        "client type, type, type of client, customer type, тип клієнта, тип, вид клієнта, категорія, "
        "тип клиента, вид клиента, категория, категория клиента"
    ),
    "level": (
        "relationship, relationship level, level, relation, відносини, стосунки, рівень відносин, рівень стосунків, "
        "отношения, уровень отношений, уровень, рівень, статус клієнта, статус клиента"
    ),
    "manager": (
        "responsible manager, manager, responsible, salesperson, owner, account manager, відповідальний менеджер, менеджер, "
        "відповідальний, продавець, ответственный менеджер, ответственный, продавец, куратор"
    ),
    "phone": (
        "phone, telephone, phone number, tel, mobile, mobile phone, телефон, тел, номер телефону, мобільний, моб телефон, "
        "мобільний телефон, номер телефона, мобильный, мобильный телефон, телефон компании, телефон компанії"
    ),
    "email": (
        "e-mail, email, mail, email address, e-mail address, пошта, електронна пошта, електронна адреса, ел пошта, е-пошта, имейл, "
        "почта, электронная почта, эл почта, адрес электронной почты, адреса електронної пошти, емейл"
    ),
    "website": "website, web site, site, web, url, homepage, сайт, веб-сайт, вебсайт, інтернет-сторінка",
    "street": (
        "street, address, street address, address line 1, вулиця, адреса, поштова адреса, юридична адреса, "
        "улица, адрес, почтовый адрес, юридический адрес, фактический адрес, фактична адреса"
    ),
    "street2": "street 2, street2, address line 2, адреса 2, вулиця 2, адрес 2, улица 2, офіс, офис, office",
    "zip": "zip, zip code, postal code, postcode, індекс, поштовий індекс, индекс, почтовый индекс",
    "city": "city, town, місто, населений пункт, город, населённый пункт",
    "state": "region, state, province, oblast, область, регіон, регион, край",
    "country": "country, країна, страна, держава, государство",
    "source": (
        "source, where from, lead source, how did they find us, джерело, звідки прийшов клієнт, звідки, "
        "источник, откуда пришёл клиент, откуда, источник клиента, джерело клієнта"
    ),
    "services": (
        "services, service, products, product, interests, послуги, послуга, товари, продукти, що цікавить, "
        "услуги, услуга, товары, продукты, что интересует"
    ),
    "vat": (
        "tax id, vat, vat number, tax number, tin, vat id, inn, ipn, nip, податковий номер, іпн, номер платника пдв, "
        "податковий номер пдв, індивідуальний податковий номер, пдв, инн, налоговый номер, номер плательщика ндс, унп, бин, иин"
    ),
    "company_registry": (
        "registration number, company id, company registry, registry code, edrpou, ogrn, rntrc, regon, єдрпоу, код єдрпоу, рнокпп, "
        "код єдрпоу або рнокпп, єдрпоу / рнокпп, реєстраційний номер, егрпоу, код егрпоу, огрн, огрнип, огрн/огрнип, "
        "регистрационный номер"
    ),
    "kpp": "kpp, кпп",
    "bank_account": (
        "bank account, account number, iban, account, рахунок, банківський рахунок, розрахунковий рахунок, номер рахунку, "
        "счёт, банковский счёт, расчётный счёт, номер счёта, р/с, р/р"
    ),
    "bank_bic": "bic, bik, swift, bank code, мфо, мфо / bic, бік, бик, бик / bic, бик банка, код банку, код банка",
    "ref": (
        "reference, internal reference, client number, customer number, код клієнта, внутрішній код, номер клієнта, артикул, "
        "код клиента, внутренний код, номер клиента, внутренний номер, внутрішній номер, ref"
    ),
    "tags": "tags, tag, labels, мітки, мітка, теги, тег, метки, метка",
    "comment": (
        "notes, note, comment, comments, remarks, нотатки, нотатка, примітки, примітка, коментар, коментарі, "
        "заметки, заметка, примечание, примечания, комментарий, комментарии"
    ),
    "contact_name": (
        "contact person, contact, contact name, person, full name, контактна особа, контакт, піб, піб контактної особи, "
        "контактное лицо, фио, фио контактного лица, имя контактного лица, ім'я контактної особи, представник, представитель"
    ),
    "contact_profession": (
        "contact's profession, contact profession, profession, job, position, job position, job title, contact's position, "
        "професія, посада, професія контактної особи, посада контактної особи, "
        "профессия, должность, профессия контактного лица, должность контактного лица"
    ),
    "contact_phone": (
        "contact's phone, contact phone, contact person's phone, телефон контактної особи, телефон контакту, "
        "телефон контактного лица, телефон контакта, мобільний контактної особи, мобильный контактного лица"
    ),
    "contact_email": (
        "contact's e-mail, contact email, contact e-mail, contact's email, contact person's e-mail, пошта контактної особи, "
        "e-mail контактної особи, e-mail контакту, почта контактного лица, e-mail контактного лица, e-mail контакта, "
        "email контактної особи, email контактного лица"
    ),
    "reason": (
        "reason, why it was not imported, error, причина, чому не імпортовано, помилка, почему не импортировано, ошибка"
    ),
}
TARGETS = tuple(target for target in SYNONYMS if target != REASON)
# a phone of the client, if the contact person has not been named yet
_OF_CONTACT = {NAME: "contact_name", "phone": "contact_phone", "email": "contact_email"}

_APOSTROPHES = re.compile("['`ʼ’‘´]")
_REMARK = re.compile(r"\(.*?\)|\[.*?\]")
_NOISE = re.compile(r"[^\w/']+")


class Recognised(NamedTuple):
    """What the columns of a table hold.

    :ivar list targets: for each column a key of `SYNONYMS`, or None
    :ivar list headers: for each column its header as one text
    """

    targets: list
    headers: list

    @property
    def score(self):
        return sum(target is not None for target in self.targets) + 2 * (NAME in self.targets)


def normalise(header):
    """Return the header as it is compared: lower case, without remarks in brackets, stars, full stops and colons."""
    text = _REMARK.sub(" ", header.lower().replace("ё", "е").replace("e-mail", "email").replace("е-mail", "email"))
    return _NOISE.sub(" ", _APOSTROPHES.sub("'", text)).replace(" / ", "/").strip()


def _index(synonyms):
    return {normalise(word): target for target, words in synonyms.items() for word in words.split(", ")}


_TARGET_OF = _index(SYNONYMS)


def recognise(headers, upper=(), labels=None):
    """Return what the columns hold; every meaning is given to one column at most.

    :param list headers: texts of the row with the headers
    :param list upper: texts of the row above it, which may hold headers of groups of columns
    :param dict labels: ``{target: label}`` in the user's language, beside the synonyms
    :return: `Recognised`
    """
    known = {**_TARGET_OF, **{normalise(label): target for target, label in (labels or {}).items() if label}}
    targets, full = [], []
    for header, group in _join_groups(headers, upper):
        target = known.get(normalise(header)) if header else known.get(normalise(group))
        if target in _OF_CONTACT and (
            _names_contact(group, known) or (target in targets and "contact_name" in targets)
        ):
            target = _OF_CONTACT[target]
        targets.append(target if target not in targets else None)
        full.append(f"{group}: {header}" if header and group else header or group)
    return Recognised(targets, full)


def _names_contact(group, known):
    """Return whether the header of a group of columns says that they are about the contact person."""
    return bool(group) and (known.get(normalise(group)) or "").startswith(CONTACT)


def _join_groups(headers, upper):
    """Yield header and group of each column; a group's header stands over its first column only."""
    group = ""
    for index in range(max(len(headers), len(upper))):
        header = headers[index] if index < len(headers) else ""
        above = upper[index] if index < len(upper) else ""
        group = above or (group if header else "")
        yield header, group


def find_header(rows, labels=None):
    """Find the row with the headers: a title and an empty row or two may stand above it.

    :param list rows: first ``(number, cells)`` of the table
    :return: ``(number, Recognised)``; ``(0, None)`` if there is no row
    """
    best = (0, None)
    upper = []
    for number, cells in rows[:HEADER_ROWS]:
        is_group_row = sum(map(bool, upper)) > 1
        for above in ([], upper) if is_group_row else ([],):
            found = recognise(cells, above, labels)
            if best[1] is None or found.score > best[1].score:
                best = (number, found)
        upper = cells
    return best
