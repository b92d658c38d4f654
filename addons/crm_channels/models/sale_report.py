from odoo import fields, models


class SaleReport(models.Model):
    _inherit = "sale.report"

    team_id = fields.Many2one(string="Sales Channel")
