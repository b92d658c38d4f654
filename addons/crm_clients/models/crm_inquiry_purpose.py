from odoo import fields, models


class CrmInquiryPurpose(models.Model):
    """What somebody wants who turns to the company."""

    _name = "crm.inquiry.purpose"
    _description = "Purpose of Inquiry"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.Constraint("UNIQUE(name)", "There is already a purpose of inquiries with this name.")
