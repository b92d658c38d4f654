from odoo import fields, models


class CrmDocument(models.Model):
    _inherit = "crm.document"

    order_id = fields.Many2one("sale.order", "Order", ondelete="set null", index="btree_not_null", copy=False)
    move_id = fields.Many2one(
        "account.move",
        "Invoice in the Accounts",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        domain=[("move_type", "in", ("out_invoice", "out_refund"))],
    )
