from odoo import fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    team_ids = fields.Many2many(string="Sales Channels")
