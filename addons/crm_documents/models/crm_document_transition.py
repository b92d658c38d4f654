from odoo import fields, models


class CrmDocumentTransition(models.Model):
    """A row of the table of allowed changes: from one state to another of the same type."""

    _name = "crm.document.transition"
    _description = "Allowed Change of State"
    _order = "type_id, from_state_id, sequence, id"
    _rec_name = "to_state_id"

    type_id = fields.Many2one("crm.document.type", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    from_state_id = fields.Many2one(
        "crm.document.state", "From", required=True, ondelete="cascade", domain="[('type_id', '=', type_id)]", index=True
    )
    to_state_id = fields.Many2one(
        "crm.document.state", "To", required=True, ondelete="cascade", domain="[('type_id', '=', type_id)]", index=True
    )
    needs_reason = fields.Boolean("Asks Why", help="The change is made with a reason, which the history keeps.")
    needs_approval = fields.Boolean("Needs Approval", help="The change is made after the document was approved.")

    _unique_change = models.Constraint("UNIQUE(from_state_id, to_state_id)", "This change is in the table already.")
    _check_states_differ = models.Constraint("CHECK(from_state_id != to_state_id)", "A change leads to another state.")
