from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    crm_team_ids = fields.Many2many(string="Sales Channels")
    sale_team_id = fields.Many2one(string="User's Sales Channel")
