"""Turn the texts of one row of a list of clients into values of records, or into reasons why that cannot be done."""

import re
from dataclasses import dataclass, field

from odoo.tools import plaintext2html, single_email_re

from odoo.addons.phone_validation.tools import phone_validation

from .client_columns import CONTACT
from .client_lookups import AmbiguousNameError, fold
from .sheet_cells import is_shortened_number

_COPIED = ("name", "website", "street", "street2", "zip", "city", "vat", "company_registry", "kpp", "ref")
_NUMBERS = ("phone", "vat", "company_registry", "kpp", "bank_account", "bank_bic", "contact_phone")
_LEGAL = ("vat", "company_registry", "kpp", "bank_account", "bank_bic")
_PERSON = {"person", "individual", "private person", "особа", "фізособа", "фізична особа", "людина", "фоп", "человек"} | {
    "физлицо", "физическое лицо", "частное лицо", "ип", "лицо", "приватна особа", "false", "0", "ні", "нет", "no",
}  # fmt: skip
_COMPANY = {"company", "legal entity", "organization", "компанія", "юрособа", "юридична особа", "компания", "юрлицо"} | {
    "юридическое лицо", "организация", "організація", "true", "1", "так", "да", "yes",
}  # fmt: skip
# digits of the numbers that only a person has: INN in Russia, RNTRC in Ukraine
_PERSON_DIGITS = {("RU", "vat"): 12, ("UA", "company_registry"): 10}
_INTERNATIONAL = re.compile(r"\+[0-9][0-9 -]+")
_NO_DIGIT = re.compile("[^0-9]")


@dataclass
class ClientValues:
    """What a row says about a client and a contact person.

    :ivar dict partner: values of the client
    :ivar dict contact: values of the contact person; empty if the row names none
    :ivar dict bank: ``acc_number`` and, if given, ``bank_bic``
    :ivar dict keys: what tells whether the client is there already, see `res.partner._find_client_duplicates`
    :ivar list problems: sentences; with any of them the row is not imported
    """

    partner: dict = field(default_factory=dict)
    contact: dict = field(default_factory=dict)
    bank: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)


class ValueReader:
    """Reads rows as the importing user.

    :param env: environment of the user
    :param lookups: `Lookups` of the same user
    :param dict defaults: ``user_id`` and ``client_type_id`` of clients for which the file names none
    :param bool create_missing: create sources, services, professions and tags that the directory lacks
    """

    def __init__(self, env, lookups, defaults, create_missing=False):
        self.env = env
        self.lookups = lookups
        self.defaults = defaults
        self.create_missing = create_missing
        self.limited_to_self = env.user._has_own_clients_only()
        self.company_country = env.company.country_id
        self.has_kpp = "kpp" in env["res.partner"]._fields

    def read_client(self, texts):
        """Return `ClientValues` of a row with a client.

        :param dict texts: target (see `client_columns`) to text, only filled cells
        """
        result = ClientValues()
        vals, problems = result.partner, result.problems
        self._check_numbers(texts, problems)
        vals.update({name: texts[name] for name in _COPIED if name in texts})
        country_code = self._read_place(texts, vals, problems)
        self._read_reach(texts, vals, "", country_code, problems)
        self._read_directory(texts, vals, problems)
        self._read_manager(texts, vals, problems)
        self._read_kind(texts, vals, country_code, problems)
        if "comment" in texts:
            vals["comment"] = plaintext2html(texts["comment"])
        result.bank = self._read_bank(texts)
        result.keys = self._read_keys(texts, vals, country_code)
        problems.extend(self._check_legal(texts, vals, country_code))
        result.contact = self._read_contact(texts, country_code, problems)
        return result

    def read_contact(self, texts, country_code):
        """Return `ClientValues` of a row that only names a further contact person of the client above.

        :param str country_code: country of that client, for phone numbers
        """
        result = ClientValues()
        self._check_numbers(texts, result.problems)
        result.contact = self._read_contact(texts, country_code, result.problems)
        if not result.contact:
            result.problems.append(self.env._("The row names neither a client nor a contact person."))
        return result

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check_numbers(self, texts, problems):
        """Refuse numbers of which a spreadsheet program kept the first digits only."""
        for target in _NUMBERS:
            if is_shortened_number(texts.get(target, "")):
                problems.append(
                    self.env._(
                        "The spreadsheet program has shortened a number to %(text)s. "
                        "Format the column as text and enter the number again.",
                        text=texts[target],
                    )
                )

    def _check_legal(self, texts, vals, country_code):
        numbers = {target: texts[target] for target in _LEGAL if target in texts}
        if not numbers:
            return []
        is_company = vals.get("is_company", True)
        return self.env["res.partner"]._get_legal_number_problems(country_code, is_company, numbers).values()

    # ------------------------------------------------------------
    # PARTS OF A CLIENT
    # ------------------------------------------------------------

    def _read_place(self, texts, vals, problems):
        """Fill country and region; return the code of the country, the company's own if the row names none."""
        code, country_id = self.company_country.code, self.company_country.id
        if text := texts.get("country"):
            if found := self.lookups.find_country(text):
                country_id, code = found
                vals["country_id"] = country_id
            else:
                problems.append(self.env._("There is no country “%(text)s”.", text=text))
        if text := texts.get("state"):
            if state_id := self.lookups.find_state(text, country_id):
                vals.update(state_id=state_id, country_id=country_id)
            else:
                # Odoo does not know the regions of every country: it stays in the address
                vals["street2"] = ", ".join(filter(None, (vals.get("street2"), text)))
        return code

    def _read_reach(self, texts, vals, prefix, country_code, problems):
        """Fill phone and e-mail of a client or, with a prefix, of a contact person."""
        if text := texts.get(f"{prefix}phone"):
            vals["phone"] = phone_validation.phone_format(
                text, country_code, None, force_format="INTERNATIONAL", raise_exception=False
            )
        if text := texts.get(f"{prefix}email"):
            emails = [part.removeprefix("mailto:") for part in text.replace(";", " ").replace(",", " ").split()]
            if all(single_email_re.match(email) for email in emails):
                vals["email"] = ", ".join(emails)
            else:
                problems.append(self.env._("“%(text)s” is no e-mail address.", text=text))

    def _read_directory(self, texts, vals, problems):
        """Fill what points to a directory: type, relationship, source, services, tags."""
        for target, name, model in (
            ("client_type", "client_type_id", "crm.client.type"),
            ("level", "client_level_id", "crm.client.level"),
            ("source", "client_source_id", "utm.source"),
        ):
            if target in texts and (record_id := self._find(model, texts[target], problems)):
                vals[name] = record_id
        for target, name, model in (
            ("services", "client_service_ids", "product.template"),
            ("tags", "category_id", "res.partner.category"),
        ):
            if target in texts:
                ids = [self._find(model, text, problems) for text in _split(texts[target])]
                vals[name] = [id_ for id_ in dict.fromkeys(ids) if id_]

    def _find(self, model, text, problems):
        """Return the id of a directory record, created if that is wished; without one, note the problem."""
        domain = self._get_domain(model)
        try:
            record_id = self.lookups.find(model, text, domain)
        except AmbiguousNameError:
            problems.append(self.env._("“%(text)s” exists several times. Which one is meant?", text=text))
            return None
        if record_id:
            return record_id
        if self.create_missing and (create := self._get_missing_values(model, text)):
            record_id = self.env[model].create(create).id
            self.lookups.add(model, text, record_id, domain)
            return record_id
        problems.append(self._get_unknown_message(model, text, domain))
        return None

    def _get_domain(self, model):
        return self.env["product.template"]._get_client_service_domain() if model == "product.template" else ()

    def _get_missing_values(self, model, text):
        """Return the values of a new record; nothing for types and levels, which are few and mean something."""
        if model in ("utm.source", "crm.profession", "res.partner.category"):
            return {"name": text}
        return {"name": text, "type": "service", "is_client_service": True} if model == "product.template" else None

    def _get_unknown_message(self, model, text, domain):
        what = self.env["ir.model"]._get(model).name
        known = self.lookups.list_names(model, domain)
        if not known:
            return self.env._("%(what)s: “%(text)s” does not exist, nor does any other.", what=what, text=text)
        return self.env._(
            "%(what)s: “%(text)s” does not exist. Known are: %(known)s.", what=what, text=text, known=known
        )

    def _read_manager(self, texts, vals, problems):
        text = texts.get("manager")
        if not text:
            return
        try:
            user_id = self.lookups.find_user(text)
        except AmbiguousNameError:
            problems.append(self.env._("Several users are called “%(text)s”. Enter the login.", text=text))
            return
        if not user_id:
            problems.append(self.env._("There is no user “%(text)s”.", text=text))
        elif self.limited_to_self and user_id != self.env.uid:
            problems.append(self.env._("You may import clients for yourself only, not for “%(text)s”.", text=text))
        else:
            vals["user_id"] = user_id

    def _read_kind(self, texts, vals, country_code, problems):
        """Tell companies from persons: as the row says, else by the length of the number; else it is a company."""
        kind = fold(texts.get("kind", ""))
        if kind in _PERSON or kind in _COMPANY:
            vals["is_company"] = kind in _COMPANY
        elif kind:
            problems.append(self.env._("“%(text)s” is neither “company” nor “person”.", text=texts["kind"]))
        elif any(
            sum(map(str.isdigit, texts.get(target, ""))) == digits
            for (code, target), digits in _PERSON_DIGITS.items()
            if code == country_code
        ):
            vals["is_company"] = False

    def _read_bank(self, texts):
        if not texts.get("bank_account"):
            return {}
        return {"acc_number": texts["bank_account"], "bank_bic": texts.get("bank_bic", "")}

    def _read_keys(self, texts, vals, country_code):
        """Return what tells whether the client is there already, also normalised, so that it is done once for a row."""
        keys = {key: texts[key] for key in ("vat", "company_registry") if key in texts}
        keys.update({key: vals[key] for key in ("email", "phone") if key in vals}, country_code=country_code)
        country = self.env["res.country"].browse(vals.get("country_id") or self.company_country.id)
        phone = vals.get("phone", "")
        is_formatted = bool(_INTERNATIONAL.fullmatch(phone))
        known = {**keys, "phone": ""} if is_formatted else keys
        keys["normalised"] = list(self.env["res.partner"]._get_duplicate_values(known, country))
        if is_formatted:  # parsing a number takes as long as all the rest
            keys["normalised"].append(("phone_sanitized", "phone", f"+{_NO_DIGIT.sub('', phone)}"))
        return keys

    # ------------------------------------------------------------
    # CONTACT PERSON
    # ------------------------------------------------------------

    def _read_contact(self, texts, country_code, problems):
        if not any(target.startswith(CONTACT) for target in texts):
            return {}
        contact = {}
        self._read_reach(texts, contact, CONTACT, country_code, problems)
        profession = texts.get("contact_profession")
        if profession and (profession_id := self._find("crm.profession", profession, problems)):
            contact["profession_id"] = profession_id
        contact["name"] = texts.get("contact_name") or contact.get("email") or contact.get("phone")
        if not contact["name"]:
            problems.append(self.env._("The contact person has neither a name nor an e-mail nor a phone."))
        return contact


def _split(text):
    """Return the entries of a cell with several; separated by semicolons or lines, else by commas."""
    separator = ";" if ";" in text else "\n" if "\n" in text else ","
    return [part.strip() for part in text.split(separator) if part.strip()]
