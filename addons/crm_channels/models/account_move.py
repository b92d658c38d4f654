from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    team_id = fields.Many2one(string="Sales Channel")

    _team_id_invoice_date_idx = models.Index(
        "(team_id, invoice_date) WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )
