import re

from odoo import api, fields, models


class CrmRequisites(models.Model):
    """What is wrong with the requisites, or missing, before a client finds it on an invoice."""

    _inherit = "crm.requisites"

    problems = fields.Text(compute="_compute_problems")

    @api.depends(
        "company_id.partner_id.vat",
        "company_id.partner_id.company_registry",
        "company_id.partner_id.kpp",
        "company_id.partner_id.street",
        "partner_bank_id.acc_number",
        "partner_bank_id.bank_id.bic",
        "correspondent_account",
        "beneficiary_code",
        "purpose_code",
        "signatory_ids.role",
        "signatory_ids.position",
        "country_code",
    )
    @api.depends_context("lang")
    def _compute_problems(self):
        for requisites in self:
            # sudo: of the own company's card and account only the warnings are told
            checked = requisites.sudo().with_company(requisites.company_id)
            found = (
                checked._find_company_problems() + checked._find_bank_problems() + checked._find_signatory_problems()
            )
            requisites.problems = "\n".join(found)

    def _find_company_problems(self):
        partner = self.company_id.partner_id
        found = [partner.vat_problem, partner.company_registry_problem, partner.kpp_problem]
        if not (partner.vat or partner.company_registry):
            found.append(self.env._("The company has neither a tax ID nor a registration number."))
        if not partner.street:
            found.append(self.env._("The company has no address."))
        return [problem for problem in found if problem]

    def _find_bank_problems(self):
        if not self.partner_bank_id:
            return [self.env._("There is no bank account: clients cannot pay by these papers.")]
        found = [self.partner_bank_id.account_problem]
        if not self.partner_bank_id.bank_id:
            found.append(self.env._("The bank of the account is not known."))
        if not self._is_correspondent_account():
            found.append(self.env._("The correspondent account does not belong to the BIK of the bank."))
        if not re.fullmatch("([0-9]{2})?", self.beneficiary_code or ""):
            found.append(self.env._("The beneficiary code has two digits."))
        if not re.fullmatch("([0-9]{3})?", self.purpose_code or ""):
            found.append(self.env._("The payment purpose code has three digits."))
        return [problem for problem in found if problem]

    def _is_correspondent_account(self):
        """Return whether the correspondent account can be right: 20 digits, and its last three are those of the BIK.

        Source: Bank of Russia, regulation of 24.11.2022 No. 809-P, chart of accounts, on the numbers of accounts 30101.
        """
        account, bic = self.correspondent_account, self.partner_bank_id.bank_id.bic
        if not account:
            return True
        digits = re.sub(r"\s", "", account)
        return bool(re.fullmatch("301[0-9]{17}", digits)) and (not bic or digits[-3:] == bic[-3:])

    def _find_signatory_problems(self):
        nameless = self.signatory_ids.filtered(lambda signatory: not signatory.position)
        found = [self.env._("%(signatory)s has no position.", signatory=signatory.name) for signatory in nameless]
        if "director" not in self.signatory_ids.mapped("role"):
            found.append(self.env._("Nobody signs as the head of the company."))
        return found
