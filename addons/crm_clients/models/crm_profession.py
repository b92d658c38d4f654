from odoo import fields, models


class CrmProfession(models.Model):
    """What a colleague or a contact person does for a living."""

    _name = "crm.profession"
    _description = "Profession"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.Constraint("UNIQUE(name)", "There is already a profession with this name.")
