import re

from odoo import models

from ..tools.form_format import join_texts

IBAN = re.compile(r"[A-Z]{2}\d{2}[0-9A-Z]{11,30}")
UKRAINIAN_IBAN = re.compile(r"UA\d{2}(?P<bank>\d{6})\d{19}")

# Numbers of a party by its own country: field of the partner, kind of number for a company and for a person
PARTY_NUMBERS = {
    "UA": [("company_registry", "edrpou", "rntrc"), ("vat", "ua_vat", "ua_vat")],
    "RU": [("vat", "inn", "inn"), ("kpp", "kpp", "kpp"), ("company_registry", None, "ogrnip")],
    "KZ": [("vat", "bin", "iin")],
}
OTHER_NUMBERS = [("vat", "tax", "tax"), ("company_registry", "registry", "registry")]

# Where addresses go from the large to the small: index, region, city, street
LARGE_FIRST_COUNTRIES = ("UA", "RU", "KZ", "BY", "KG")

# Which of its numbers a party cannot do without, by country
MANDATORY_NUMBERS = {"UA": "company_registry", "RU": "vat", "KZ": "vat"}
# Rows of the bank that an own company of a country cannot do without
MANDATORY_BANK = {
    "ua": ("account", "bank"),
    "ru": ("account", "bank", "bic", "correspondent"),
    "kz": ("account", "bank", "bic", "beneficiary_code"),
}


class CrmPrintedPaper(models.AbstractModel):
    """The two parties of a printed form: names, numbers, addresses, bank."""

    _inherit = "crm.printed.paper"

    def _get_form_parties(self, form):
        """Return seller, buyer, consignee (nothing if it is the buyer) and the seller's bank."""
        bank = self._get_form_bank()
        buyer = self._get_party(self.partner_id)
        return {
            "bank": bank,
            "seller": self._get_party(self._get_own_partner()),
            "buyer": buyer,
            "consignee": form == "waybill" and self._get_consignee_text(buyer),
        }

    def _get_own_partner(self):
        """Return the card of the own company, read under this company: its country may be the company's."""
        # sudo: whoever prints a paper of a company of his prints its name and address
        partner = self.company_id.sudo().partner_id
        return partner.with_company(self.company_id)

    def _get_party(self, partner):
        """Return name, numbers and address of whom the paper is for: of the company above a contact person.

        :return: dict: name, numbers [(label, value)], address, phone (texts), person (whether it is a private person)
        """
        owner = partner.commercial_partner_id
        return {
            "name": owner.name or "",
            "is_person": not owner.is_company,
            "numbers": self._get_party_numbers(owner),
            "address": self._get_party_address(partner) or self._get_party_address(owner),
            "phone": partner.phone or owner.phone or "",
        }

    def _get_party_numbers(self, partner):
        """Return (label, number) of the numbers that there are; a number that stands twice is printed once."""
        labels, found = self._get_party_number_labels(), {}
        country = partner.legal_country_code
        for field, *kinds in PARTY_NUMBERS.get(country, OTHER_NUMBERS):
            number, kind = (partner[field] or "").strip(), kinds[not partner.is_company]
            if kind and number and number not in found:
                found[number] = self._get_party_number_label(partner, kind, labels)
        return [(label, number) for number, label in found.items()]

    def _get_party_number_label(self, partner, kind, labels):
        """Return the name of a number; other countries have their own word for the tax number."""
        if kind == "tax":
            return partner.country_id.vat_label or labels[kind]
        return labels[kind]

    def _get_party_number_labels(self):
        names = self.env["res.partner"]._get_legal_number_names()
        return {**names, "bin": self.env._("BIN"), "iin": self.env._("IIN"), "ua_vat": self.env._("VAT payer's number")}

    def _get_party_address(self, partner):
        """Return the address on one line, the country if it is not the own one; nothing if only that is known."""
        if not (partner.street or partner.city or partner.zip):
            return ""
        if partner.legal_country_code not in LARGE_FIRST_COUNTRIES:
            return re.sub(r"\s+", " ", join_texts(partner._display_address(without_company=True)))
        is_abroad = partner.country_id and partner.country_id != self.company_id.country_id
        parts = (partner.zip, is_abroad and partner.country_id.name, partner.state_id.name, partner.city)
        return join_texts(*parts, partner.street, partner.street2)

    def _get_consignee_text(self, buyer):
        """Return to whom and where the goods go, if that is not the buyer at his address."""
        consignee = self._get_form_consignee()
        address = self._get_party_address(consignee)
        if consignee == self.partner_id or not address or address == buyer["address"]:
            return ""
        return join_texts(consignee.name or consignee.commercial_partner_id.name, address, consignee.phone)

    # ------------------------------------------------------------
    # BANK
    # ------------------------------------------------------------

    def _get_form_bank(self):
        """Return the own bank account: texts, empty if unknown."""
        requisites = self._get_requisites()
        # sudo: an own account stands on every paper, whoever may see the company's bank accounts elsewhere
        account = requisites.sudo().partner_bank_id
        bank = account.bank_id
        return {
            # without spaces: it is copied into payments
            "account": account.sanitized_acc_number or "",
            "holder": account.acc_holder_name or self._get_own_partner().name or "",
            "bank": join_texts(bank.name, bank.city),
            "bic": bank.bic or "",
            "correspondent": requisites.correspondent_account or "",
            "beneficiary_code": requisites.beneficiary_code or "",
            "purpose_code": requisites.purpose_code or "",
            "is_iban": bool(IBAN.fullmatch(account.sanitized_acc_number or "")),
            "mfo": self._get_ukrainian_bank_code(account),
        }

    def _get_ukrainian_bank_code(self, account):
        """Return the six digits of the bank that a Ukrainian IBAN holds after its check digits."""
        iban = UKRAINIAN_IBAN.fullmatch(account.sanitized_acc_number or "")
        return iban["bank"] if iban else ""

    # ------------------------------------------------------------
    # WHAT IS MISSING
    # ------------------------------------------------------------

    def _get_missing_requisites(self, form):
        """Return what the law or the bank wants on a form and is not known yet: the form is printed without.

        :param str form: `invoice`, `act` or `waybill`
        :return: list of texts in the user's language, such as "Own company: EDRPOU"; empty if all is there
        """
        self.ensure_one()
        bank = self._get_form_bank() if form == "invoice" else {}
        own = [*self._get_missing_of_party(self._get_own_partner()), *self._get_missing_of_bank(bank)]
        own += self._get_missing_account(form) + self._get_missing_signatures(form)
        client = self._get_missing_of_party(self.partner_id)
        return [self.env._("Own company: %(missing)s", missing=name) for name in own] + [
            self.env._("Client: %(missing)s", missing=name) for name in client
        ]

    def _get_missing_of_party(self, partner):
        """Return the names of what the card lacks; a private person needs an address only."""
        owner, missing = partner.commercial_partner_id, []
        field = MANDATORY_NUMBERS.get(owner.legal_country_code, "vat")
        if owner.is_company and not owner[field]:
            kinds = {name: kind for name, kind, _personal in PARTY_NUMBERS.get(owner.legal_country_code, OTHER_NUMBERS)}
            missing.append(self._get_party_number_labels()[kinds[field]])
        if not self._get_party_address(partner) and not self._get_party_address(owner):
            missing.append(self.env._("address"))
        return missing

    def _get_missing_of_bank(self, bank):
        mandatory = MANDATORY_BANK.get(self._get_form_layout(), ("account",)) if bank else ()
        names = self._get_bank_labels()
        return [names[key] for key in mandatory if not bank[key]]

    def _get_bank_labels(self):
        return {
            "account": self.env._("bank account"),
            "bank": self.env._("name of the bank"),
            "bic": self.env._("BIK"),
            "correspondent": self.env._("correspondent account"),
            "beneficiary_code": self.env._("KBe"),
        }

    def _get_missing_account(self, form):
        """An account in another currency is printed, but the client's bank may refuse to pay to it."""
        account_currency = self._get_requisites().currency_id
        if form != "invoice" or not account_currency or account_currency == self.currency_id:
            return []
        return [self.env._("account in %(currency)s", currency=self.currency_id.name)]

    def _get_missing_signatures(self, form):
        """An act and a waybill are void without the name and position of who signs."""
        # sudo: whether there is a signatory, not who
        if form == "invoice" or self._get_requisites().sudo().signatory_ids:
            return []
        return [self.env._("who signs")]
