from odoo import api, fields, models

from ..tools import legal_numbers


class ResPartner(models.Model):
    """Legal data by country, with a warning beside each number that cannot be right."""

    _inherit = "res.partner"

    kpp = fields.Char("KPP", help="Russia: the code of the reason for registration, 9 characters.")
    legal_country_code = fields.Char(compute="_compute_legal_country_code", export_string_translation=False)
    legal_vat_label = fields.Char(compute="_compute_legal_labels", export_string_translation=False)
    legal_registry_label = fields.Char(compute="_compute_legal_labels", export_string_translation=False)
    vat_problem = fields.Char("Problem with the Tax ID", compute="_compute_legal_number_problems")
    company_registry_problem = fields.Char(
        "Problem with the Registration Number", compute="_compute_legal_number_problems"
    )
    kpp_problem = fields.Char("Problem with the KPP", compute="_compute_legal_number_problems")

    @api.depends("country_id")
    @api.depends_context("company")
    def _compute_legal_country_code(self):
        """A card without a country is taken for one of the company's own country."""
        for partner in self:
            partner.legal_country_code = partner.country_id.code or self.env.company.country_id.code

    @api.depends("legal_country_code", "is_company")
    def _compute_legal_labels(self):
        names = self._get_legal_number_names()
        for partner in self:
            match partner.legal_country_code:
                case "RU":
                    vat, registry = "inn", "ogrn" if partner.is_company else "ogrnip"
                case "UA":
                    vat, registry = "ua_vat", "edrpou" if partner.is_company else "rntrc"
                case _:
                    vat, registry = "tax", "registry"
            partner.legal_vat_label, partner.legal_registry_label = names[vat], names[registry]

    @api.depends("legal_country_code", "is_company", "vat", "company_registry", "kpp")
    def _compute_legal_number_problems(self):
        names = ("vat", "company_registry", "kpp")
        for partner in self:
            values = {name: partner[name] for name in names}
            problems = self._get_legal_number_problems(partner.legal_country_code, partner.is_company, values)
            for name in names:
                partner[f"{name}_problem"] = problems.get(name, False)

    def _commercial_fields(self):
        """KPP belongs to the company, as its other numbers do: contact persons follow."""
        return [*super()._commercial_fields(), "kpp"]

    def _get_company_registry_labels(self):
        return {
            **super()._get_company_registry_labels(),
            "RU": self.env._("OGRN"),
            "UA": self.env._("EDRPOU"),
        }

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.model
    def _get_legal_number_problems(self, country_code, is_company, values):
        """Return what is wrong with the legal numbers of one card, in the user's language.

        :param str country_code: two letters, or nothing
        :param bool is_company: a company, or else a person
        :param dict values: any of vat, company_registry, kpp, bank_bic and bank_account, as typed.
            Russia: vat is the INN, company_registry the OGRN or OGRNIP, bank_bic the BIK;
            Ukraine: company_registry is the EDRPOU or RNTRC, vat the number of a VAT payer, bank_account an IBAN
        :return: {field: message}; empty if all is well or cannot be checked. Never raises, whatever the values
        """
        problems = legal_numbers.find_problems(country_code, is_company, values)
        return {field: self._get_legal_number_message(problem) for field, problem in problems.items()}

    @api.model
    def _get_legal_number_message(self, problem):
        """Return one sentence on a `LegalNumberError`."""
        names = self._get_legal_number_names()
        number = names[problem.number]
        match problem:
            case legal_numbers.WrongLength():
                lengths = self.env._(" or ").join(map(str, problem.details["expected"]))
                return self.env._(
                    "%(number)s has %(expected)s characters, here are %(found)s.",
                    number=number,
                    expected=lengths,
                    found=problem.details["found"],
                )
            case legal_numbers.WrongCharacters():
                return self.env._("%(number)s contains characters that it cannot have.", number=number)
            case legal_numbers.NumberOfCompany():
                return self.env._("This is the %(number)s of a company, but the card is a person's.", number=number)
            case legal_numbers.NumberOfOrganisation():
                return self.env._(
                    "%(number)s is given to organisations only, but the INN is a person's.", number=number
                )
            case legal_numbers.OtherNumber():
                return self.env._(
                    "This is no %(number)s, but: %(found)s.", number=number, found=names[problem.details["found"]]
                )
            case legal_numbers.OtherHolder():
                return self.env._(
                    "%(number)s and %(other)s do not belong together: one of them has a mistake.",
                    number=number,
                    other=names[problem.details["other"]],
                )
        return self.env._("%(number)s has a mistake: its check digit does not fit.", number=number)

    @api.model
    def _get_legal_number_names(self):
        return {
            "inn": self.env._("INN"),
            "kpp": self.env._("KPP"),
            "ogrn": self.env._("OGRN"),
            "ogrnip": self.env._("OGRNIP"),
            "bik": self.env._("BIK"),
            "account": self.env._("Bank account"),
            "edrpou": self.env._("EDRPOU"),
            "rntrc": self.env._("RNTRC"),
            "ua_vat": self.env._("VAT number"),
            "iban": self.env._("IBAN"),
            "tax": self.env._("Tax ID"),
            "registry": self.env._("Registration number"),
        }
