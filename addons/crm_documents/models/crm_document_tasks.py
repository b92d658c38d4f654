from odoo import models


class CrmDocument(models.Model):
    _inherit = "crm.document"
