from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CrmDocumentReason(models.TransientModel):
    """Moves several documents of one type to one state, with one reason for all of them."""

    _name = "crm.document.reason"
    _description = "Change of State of Documents"

    document_ids = fields.Many2many("crm.document", string="Documents", required=True, context={"active_test": False})
    document_count = fields.Integer("Number of Documents", compute="_compute_allowed")
    allowed_state_ids = fields.Many2many(
        "crm.document.state", compute="_compute_allowed", export_string_translation=False
    )
    state_id = fields.Many2one(
        "crm.document.state", "New State", domain="[('id', 'in', allowed_state_ids)]", ondelete="cascade"
    )
    needs_reason = fields.Boolean(compute="_compute_needs_reason", export_string_translation=False)
    reason = fields.Char("Why")

    @api.model
    def default_get(self, fields):
        """Begin with the documents selected in the list.

        :raises UserError: if they are of several types, whose states have nothing in common
        """
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "crm.document" and "document_ids" in fields:
            documents = self.env["crm.document"].browse(self.env.context.get("active_ids", []))
            documents.check_access("write")
            documents._check_one_type()
            values["document_ids"] = [Command.set(documents.ids)]
        return values

    @api.depends("document_ids")
    def _compute_allowed(self):
        """The states to which every one of the documents may go."""
        for wizard in self:
            allowed = [document._get_allowed_changes().to_state_id for document in wizard.document_ids]
            states = allowed[0] if allowed else self.env["crm.document.state"]
            for others in allowed[1:]:
                states &= others
            wizard.allowed_state_ids = states
            wizard.document_count = len(allowed)

    @api.depends("document_ids", "state_id")
    def _compute_needs_reason(self):
        for wizard in self:
            changes = [document._get_change(wizard.state_id) for document in wizard.document_ids]
            wizard.needs_reason = any(change.needs_reason for change in changes)

    def action_change_state(self):
        """Move the documents, all of them or none.

        :raises UserError: if no state was chosen, or one of the documents may not go there
        """
        self.ensure_one()
        if not self.state_id:
            raise UserError(self.env._("Choose the new state."))
        self.document_ids.action_change_state(self.state_id.id, reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
