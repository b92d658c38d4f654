from odoo import api, fields, models

KINDS = [
    ("proposal", "Commercial proposal"),
    ("contract", "Contract"),
    ("addendum", "Addendum"),
    ("invoice", "Invoice"),
    ("act", "Act"),
    ("waybill", "Waybill"),
    ("other", "Other"),
]


class CrmDocumentType(models.Model):
    """A type of papers: how they are numbered, through which states they go, and who must approve them."""

    _name = "crm.document.type"
    _description = "Type of Documents"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        KINDS, required=True, default="other", help="What other parts of the suite look for: contracts, acts and so on."
    )
    parent_type_ids = fields.Many2many(
        "crm.document.type",
        "crm_document_type_parent_rel",
        "type_id",
        "parent_type_id",
        "Belongs to",
        help="The types a document of this one can belong to: an addendum to a contract.",
    )

    # Numbers
    number_sequence_id = fields.Many2one(
        "ir.sequence",
        "Numbering",
        copy=False,
        ondelete="restrict",
        help="Gives a new document its number. Without it the number is typed.",
    )

    # Life cycle
    state_ids = fields.One2many("crm.document.state", "type_id", "States", copy=True)
    transition_ids = fields.One2many("crm.document.transition", "type_id", "Allowed Changes")

    # Approval
    approval = fields.Selection(
        [("none", "Nobody"), ("leader", "Leader of the channel"), ("users", "Named users")],
        "Approved by",
        required=True,
        default="none",
        help="Who agrees before a change of state that needs an approval.",
    )
    approver_ids = fields.Many2many("res.users", string="Approvers", domain=[("share", "=", False)])

    document_count = fields.Integer("Documents", compute="_compute_document_count")

    def _compute_document_count(self):
        counts = dict(
            self.env["crm.document"]._read_group([("type_id", "in", self.ids)], ["type_id"], ["__count"])
        )
        for document_type in self:
            document_type.document_count = counts.get(document_type, 0)

    def _get_first_state(self):
        """Return the state in which a new document of the type stands: the first one."""
        self.ensure_one()
        return self.state_ids[:1]

    @api.model
    def _get_by_kind(self, kind):
        """Return the first type of a kind, or nothing if the administrator archived all of them."""
        return self.search([("kind", "=", kind)], limit=1)
