from odoo import fields, models


class CrmProcessResult(models.Model):
    """Results that meetings have brought."""

    _inherit = "crm.process.result"

    origin = fields.Selection(selection_add=[("meeting", "Meeting")], ondelete={"meeting": "set default"})
