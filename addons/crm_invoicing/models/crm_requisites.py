from odoo import api, fields, models


class CrmRequisites(models.Model):
    """What stands on the papers of an own company: one set for each of its bank accounts."""

    _name = "crm.requisites"
    _description = "Own Requisites"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    company_partner_id = fields.Many2one(related="company_id.partner_id", export_string_translation=False)
    country_code = fields.Char(compute="_compute_country_code", export_string_translation=False)
    is_default = fields.Boolean("Default", help="Taken for new papers of the company in this currency.")

    # Bank
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        "Bank Account",
        ondelete="restrict",
        domain="[('partner_id', '=', company_partner_id)]",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Of the papers with these requisites. Empty: of any currency.",
    )
    correspondent_account = fields.Char(help="Russia: the account of the bank with the Bank of Russia.")
    beneficiary_code = fields.Char("Beneficiary Code (KBe)", help="Kazakhstan: two digits.")
    purpose_code = fields.Char("Payment Purpose Code (KNP)", help="Kazakhstan: three digits.")

    # Papers
    place = fields.Char("Place of Drawing up", translate=True, help="The city that stands on acts and waybills.")
    vat_note = fields.Char(
        "Tax Status on Papers", translate=True, help="Such as: payer of the single tax, group 3, without VAT."
    )
    logo = fields.Image("Logo on Papers", max_width=1200, max_height=1200, help="Empty: the company's.")
    signatory_ids = fields.Many2many("crm.signatory", string="Signatories", check_company=True)
    stamp_id = fields.Many2one(
        "crm.facsimile",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('kind', '=', 'stamp'), ('company_id', '=', company_id)]",
    )

    @api.depends("company_id.partner_id.legal_country_code")
    def _compute_country_code(self):
        for requisites in self:
            # sudo: the country of an own company is no secret of its card
            partner = requisites.company_id.sudo().partner_id.with_company(requisites.company_id)
            requisites.country_code = partner.legal_country_code

    @api.depends("partner_bank_id")
    def _compute_currency_id(self):
        for requisites in self:
            # sudo: of the account only its currency is taken
            requisites.currency_id = requisites.partner_bank_id.sudo().currency_id or requisites.currency_id

    @api.model_create_multi
    def create(self, vals_list):
        requisites = super().create(vals_list)
        requisites._keep_one_default()
        return requisites

    def write(self, vals):
        result = super().write(vals)
        if {"is_default", "currency_id", "partner_bank_id", "company_id", "active"} & vals.keys():
            self._keep_one_default()
        return result

    def _keep_one_default(self):
        """Of the requisites of a company in one currency the last one that was made the default stays it."""
        for requisites in self.filtered(lambda record: record.is_default and record.active):
            others = self.search(
                [
                    ("id", "!=", requisites.id),
                    ("company_id", "=", requisites.company_id.id),
                    ("currency_id", "=", requisites.currency_id.id),
                    ("is_default", "=", True),
                ]
            )
            if others:
                others.is_default = False

    @api.model
    def _get_for(self, company, currency=None):
        """Return the requisites for a new paper: those of its currency before those of any, the default before others.

        :param company: the own company
        :param currency: currency of the paper; nothing, if it is not known
        :return: one record, or none if the company has no requisites for this currency
        """
        currency_ids = [currency.id, False] if currency else [False]
        candidates = self.search([("company_id", "=", company.id), ("currency_id", "in", currency_ids)])
        if not candidates and not currency:
            candidates = self.search([("company_id", "=", company.id)])
        return candidates.sorted(lambda record: (not record.currency_id, not record.is_default))[:1]
