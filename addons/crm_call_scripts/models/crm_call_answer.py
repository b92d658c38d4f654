from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_call_node import make_key


class CrmCallAnswer(models.Model):
    """One answer to a question, or one value of a choice."""

    _name = "crm.call.answer"
    _description = "Answer of a Call Script"
    _inherit = "crm.call.script.part"
    _order = "node_id, sequence, id"

    node_id = fields.Many2one("crm.call.node", required=True, ondelete="cascade", index=True)
    key = fields.Char(required=True, readonly=True, default=lambda self: make_key(), export_string_translation=False)
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

    _kept_fields = frozenset(("node_id", "key"))

    def _get_versions(self):
        return self.node_id.version_id

    @api.constrains("next_node_id", "node_id")
    def _check_next_node(self):
        for answer in self:
            if answer.next_node_id and answer.next_node_id.version_id != answer.node_id.version_id:
                raise ValidationError(
                    self.env._("“%(answer)s” leads to a text of another version.", answer=answer.name)
                )
