from odoo import fields, models


class CrmMergeOpportunity(models.TransientModel):
    _inherit = "crm.merge.opportunity"

    team_id = fields.Many2one(string="Sales Channel")
