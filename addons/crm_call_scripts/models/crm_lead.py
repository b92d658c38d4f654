from odoo import fields, models


class CrmLead(models.Model):
    """The calls about a deal."""

    _inherit = "crm.lead"

    call_ids = fields.One2many("crm.call", "lead_id", "Calls")
