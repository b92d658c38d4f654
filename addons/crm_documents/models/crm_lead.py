from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    document_ids = fields.One2many("crm.document", "lead_id", "Documents")
