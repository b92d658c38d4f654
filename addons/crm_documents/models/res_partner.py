from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    document_ids = fields.One2many("crm.document", "partner_id", "Documents")
