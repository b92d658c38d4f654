from odoo import fields, models


class CrmClientLevel(models.Model):
    """How far the relationship with a client has come."""

    _name = "crm.client.level"
    _description = "Relationship Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    fold = fields.Boolean("Folded", help="The column of this level is folded in the client directory.")

    _name_unique = models.Constraint("UNIQUE(name)", "There is already a relationship level with this name.")
