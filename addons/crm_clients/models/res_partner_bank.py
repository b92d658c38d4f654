from odoo import api, fields, models


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    account_problem = fields.Char("Problem", compute="_compute_account_problem")

    @api.depends("acc_number", "bank_id.bic", "partner_id.legal_country_code", "partner_id.is_company")
    def _compute_account_problem(self):
        """Say what is wrong with the account, or with the bank's code, by the rules of the client's country."""
        for account in self:
            partner = account.partner_id
            problems = partner._get_legal_number_problems(
                partner.legal_country_code,
                partner.is_company,
                {"bank_account": account.acc_number, "bank_bic": account.bank_id.bic},
            )
            account.account_problem = " ".join(problems.values())
