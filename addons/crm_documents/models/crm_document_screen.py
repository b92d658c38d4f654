from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_document_state import OPEN_CATEGORIES


class CrmDocument(models.Model):
    """What the screens ask for: the columns of the kanban, and where the buttons lead."""

    _inherit = "crm.document"

    # the columns in the order of a document's life, the empty ones too
    state_category = fields.Selection(group_expand=True)

    @api.model
    def _read_group_state_ids(self, states, domain):
        """Show all states of the type if the kanban is of one type; those of all types would be too many columns."""
        types = states.type_id or self.env["crm.document.type"].browse(self.env.context.get("default_type_id"))
        return types.state_ids if len(types) == 1 else super()._read_group_state_ids(states, domain)

    def action_view_partner(self):
        """Return the action of the client's card."""
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_view_lead(self):
        """Return the action of the deal."""
        self.ensure_one()
        return self.lead_id.get_formview_action()

    def _check_one_type(self):
        """Check that these documents share their states.

        :raises UserError: if they are of several types
        """
        if len(self.type_id) > 1:
            raise UserError(
                self.env._(
                    "Documents of one type change their state together. Selected: %(types)s.",
                    types=", ".join(self.type_id.mapped("name")),
                )
            )


class CrmDocumentType(models.Model):
    """The card of a type: how much of it is under way."""

    _inherit = "crm.document.type"

    open_document_count = fields.Integer("Still to Do", compute="_compute_open_document_count")
    overdue_document_count = fields.Integer("Overdue")

    @api.depends_context("uid")
    def _compute_open_document_count(self):
        counts = self._count_documents([("state_category", "in", OPEN_CATEGORIES)])
        for document_type in self:
            document_type.open_document_count = counts.get(document_type, 0)

    def action_view_documents(self):
        """Return the action of the documents of the type, named after it: the kanban has its states as columns."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_documents.crm_document_action_of_type")
        return {
            **action,
            "name": self.name,
            "display_name": self.name,
            "domain": [("type_id", "=", self.id)],
            "context": self._get_document_defaults(),
        }
