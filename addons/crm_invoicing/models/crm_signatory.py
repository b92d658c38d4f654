from odoo import fields, models


class CrmSignatory(models.Model):
    """Who signs the papers of an own company, as it stands on them."""

    _name = "crm.signatory"
    _description = "Signatory"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Name on Papers", required=True, translate=True, help="Such as: O. P. Kovalenko.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    role = fields.Selection(
        [("director", "Head of the company"), ("accountant", "Chief accountant"), ("issuer", "Issues the papers")],
        "Signs as",
        required=True,
        default="director",
        help="Decides on which line of a form the name stands.",
    )
    position = fields.Char("Position on Papers", translate=True)
    basis = fields.Char(
        "Acts on the Basis of",
        translate=True,
        help="As a contract says it: the statute, a power of attorney of a date.",
    )
    facsimile_id = fields.Many2one(
        "crm.facsimile",
        "Signature",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('kind', '=', 'signature'), ('company_id', '=', company_id)]",
    )
