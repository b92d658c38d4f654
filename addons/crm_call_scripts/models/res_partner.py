from odoo import fields, models


class ResPartner(models.Model):
    """When and whether a client is called."""

    _inherit = "res.partner"

    call_hours_ids = fields.One2many(
        "crm.call.hours", "partner_id", "Free Hours", help="Empty: those of the company he works for, else any hour."
    )
    call_not_before = fields.Datetime("Do not Call before", tracking=True)
    do_not_call = fields.Boolean(
        "Do not Call", tracking=True, help="Nobody calls: planned calls are refused, and a call says so."
    )
    do_not_call_reason = fields.Char("Why not", tracking=True)
    call_ids = fields.One2many("crm.call", "client_id", "Calls")
