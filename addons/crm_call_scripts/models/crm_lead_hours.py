from odoo import fields, models


class CrmLead(models.Model):
    """A deal whose client must not be called says so."""

    _inherit = "crm.lead"

    is_call_blocked = fields.Boolean(related="partner_id.is_call_blocked")
