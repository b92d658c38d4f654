from odoo import fields, models


class CrmClientType(models.Model):
    """What a company or person is to us. A partner with a type is in the client directory."""

    _name = "crm.client.type"
    _description = "Client Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first type is given to a new client.")
    active = fields.Boolean(default=True)
    color = fields.Integer()
    is_open = fields.Boolean(
        "Visible to Everybody",
        help="Partners of this type, for example one's own companies, are seen also by users limited to own clients.",
    )

    _name_unique = models.Constraint("UNIQUE(name)", "There is already a client type with this name.")
