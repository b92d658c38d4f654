from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmDocumentTransition(models.Model):
    """A row of the table of allowed changes: from one state to another of the same type."""

    _name = "crm.document.transition"
    _description = "Allowed Change of State"
    _order = "type_id, from_state_id, sequence, id"
    _rec_name = "to_state_id"

    type_id = fields.Many2one("crm.document.type", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    from_state_id = fields.Many2one(
        "crm.document.state",
        "From",
        required=True,
        ondelete="cascade",
        domain="[('type_id', '=', type_id)]",
        index=True,
    )
    to_state_id = fields.Many2one(
        "crm.document.state", "To", required=True, ondelete="cascade", domain="[('type_id', '=', type_id)]", index=True
    )
    needs_reason = fields.Boolean("Asks Why", help="The change is made with a reason, which the history keeps.")
    needs_approval = fields.Boolean(help="The change is made after the document was approved.")

    _unique_change = models.Constraint("UNIQUE(from_state_id, to_state_id)", "This change is in the table already.")
    _check_states_differ = models.Constraint("CHECK(from_state_id != to_state_id)", "A change leads to another state.")

    @api.constrains("type_id", "from_state_id", "to_state_id")
    def _check_states_of_type(self):
        for change in self:
            if (change.from_state_id | change.to_state_id).type_id != change.type_id:
                raise ValidationError(
                    self.env._("A change leads from one state to another of “%(type)s”.", type=change.type_id.name)
                )

    def _copy_between(self, states):
        """Return the values of the same row between other states; ``states`` is {old state: new state}."""
        return {
            "sequence": self.sequence,
            "from_state_id": states[self.from_state_id].id,
            "to_state_id": states[self.to_state_id].id,
            "needs_reason": self.needs_reason,
            "needs_approval": self.needs_approval,
        }
