from odoo import fields, models


class CrmCallAnswer(models.Model):
    """One answer to a question, or one value of a choice."""

    _name = "crm.call.answer"
    _description = "Answer of a Call Script"
    _order = "node_id, sequence, id"

    node_id = fields.Many2one("crm.call.node", required=True, ondelete="cascade", index=True)
    key = fields.Char(required=True, readonly=True, export_string_translation=False)
    sequence = fields.Integer(default=10)
    name = fields.Char("Answer", required=True, translate=True)
    next_node_id = fields.Many2one(
        "crm.call.node",
        "Then",
        ondelete="set null",
        index="btree_not_null",
        help="Of a question. Empty after an objection: back to where the conversation was.",
    )
    write_value = fields.Char("Writes", help="The value that the answer gives to the field of its question.")

    _key_uniq = models.Constraint("UNIQUE(node_id, key)", "Each answer stands once under its question.")
