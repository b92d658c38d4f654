from odoo import fields, models


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"

    team_id = fields.Many2one(string="Sales Channel")
