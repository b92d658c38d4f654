from odoo import fields, models


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
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        "Bank Account",
        ondelete="restrict",
        domain="[('partner_id.ref_company_ids', 'in', company_id)]",
    )
