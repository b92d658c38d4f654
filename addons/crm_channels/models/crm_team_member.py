from odoo import fields, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    crm_team_id = fields.Many2one(string="Sales Channel")
