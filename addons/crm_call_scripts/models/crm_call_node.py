from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# what may be written by an answer: records of a call
WRITTEN_RECORDS = [("client", "Client"), ("contact", "Contact person"), ("deal", "Deal")]


def make_key():
    """Return a key that no other text, question or answer has."""
    return uuid4().hex[:12]


class CrmCallNode(models.Model):
    """One thing to say or to ask, or an end of the conversation."""

    _name = "crm.call.node"
    _description = "Text or Question of a Call Script"
    _inherit = "crm.call.script.part"
    _order = "version_id, sequence, id"

    version_id = fields.Many2one("crm.call.script.version", required=True, ondelete="cascade", index=True)
    # the same text or question keeps its key in later versions, so that figures can be compared
    key = fields.Char(required=True, readonly=True, default=lambda self: make_key(), export_string_translation=False)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("say", "Text to say"),
            ("question", "Question with answers"),
            ("text", "Free text"),
            ("number", "Number"),
            ("date", "Date"),
            ("choice", "Choice of several"),
            ("end", "End"),
        ],
        default="say",
        required=True,
    )
    name = fields.Char("Title", required=True, translate=True, help="In a few words, as it stands in the picture.")
    text = fields.Text("What to Say", translate=True, help="As the manager says it.")
    hint = fields.Text("Advice", translate=True, help="For the manager, not to be said.")
    is_objection = fields.Boolean(
        "Objection", help="Can be reached at any moment; afterwards the conversation goes on where it was."
    )
    is_required = fields.Boolean("Required", help="Cannot be passed without an answer.")
    answer_ids = fields.One2many("crm.call.answer", "node_id", "Answers")
    next_node_id = fields.Many2one(
        "crm.call.node",
        "Then",
        ondelete="set null",
        index="btree_not_null",
        domain="[('version_id', '=', version_id), ('id', '!=', id)]",
        help="Empty after an objection: back to where the conversation was.",
    )
    outcome_id = fields.Many2one("crm.call.outcome", ondelete="restrict", help="What a call that ends here came to.")
    # where it stands in the picture, in pixels from the upper left corner
    x = fields.Integer(export_string_translation=False)
    y = fields.Integer(export_string_translation=False)

    # What the answer writes
    write_record = fields.Selection(WRITTEN_RECORDS, "Write to")
    write_field_id = fields.Many2one("ir.model.fields", "Field", ondelete="set null")

    _key_uniq = models.Constraint("UNIQUE(version_id, key)", "Each text and question stands once in a version.")

    _kept_fields = frozenset(("version_id", "key"))

    def _get_versions(self):
        return self.version_id

    @api.constrains("next_node_id", "version_id")
    def _check_next_node(self):
        for node in self:
            if node.next_node_id and node.next_node_id.version_id != node.version_id:
                raise ValidationError(self.env._("“%(node)s” leads to a text of another version.", node=node.name))
