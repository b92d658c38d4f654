from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_import_id = fields.Many2one(
        "crm.client.import",
        "Imported by",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The import that created the card.",
    )
