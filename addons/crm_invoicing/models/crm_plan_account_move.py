from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    plan_line_ids = fields.Many2many(
        "crm.plan.line", "crm_plan_line_move_rel", "move_id", "line_id", "Financial Plan", copy=False
    )
