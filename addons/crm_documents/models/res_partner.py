from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The papers of a client."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.document.owner"]
    _document_field = "partner_id"

    document_ids = fields.One2many("crm.document", "partner_id", "Documents")

    def _move_whole_client(self, old_manager):
        """Open documents of the old manager follow the client to the new one; closed ones stay with who did them."""
        super()._move_whole_client(old_manager)
        if old_manager and self.user_id:
            self._get_open_documents(old_manager).user_id = self.user_id

    def _get_open_documents(self, manager):
        # sudo: whoever may hand a client over, hands over all of it
        return (
            self.env["crm.document"]
            .sudo()
            .search(
                [
                    ("partner_id.client_id", "in", self.ids),
                    ("user_id", "=", manager.id),
                    ("state_category", "in", ("planned", "to_sign")),
                ]
            )
        )

    def _get_activity_domain(self, deals):
        """Tasks on the documents of the client move with him too."""
        # sudo: see _get_open_documents
        documents = self.env["crm.document"].sudo().search([("partner_id", "in", self.ids)])
        on_documents = Domain("res_model", "=", "crm.document") & Domain("res_id", "in", documents.ids)
        return super()._get_activity_domain(deals) | on_documents

    def _get_document_defaults(self):
        """Return the context that lets a new document begin with what the card knows."""
        client = self.client_id or self.commercial_partner_id
        return {
            "default_partner_id": client.id,
            "default_contact_id": self.id if self != client else False,
            "default_user_id": client.user_id.id or self.env.uid,
            "default_company_id": (self.company_id or self.env.company).id,
        }
