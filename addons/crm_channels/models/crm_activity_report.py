from odoo import fields, models


class CrmActivityReport(models.Model):
    _inherit = "crm.activity.report"

    team_id = fields.Many2one(string="Sales Channel")
