from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The papers of a client."""

    _inherit = "res.partner"

    document_ids = fields.One2many("crm.document", "partner_id", "Documents")
    document_count = fields.Integer("Number of Documents", compute="_compute_document_count")
    overdue_document_count = fields.Integer("Overdue Documents", compute="_compute_document_count")

    def _compute_document_count(self):
        documents = self.env["crm.document"]
        counts = dict(documents._read_group([("partner_id", "in", self.ids)], ["partner_id"], ["__count"]))
        overdue = dict(
            documents._read_group(
                [("partner_id", "in", self.ids), ("is_overdue", "=", True)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.document_count = counts.get(partner, 0)
            partner.overdue_document_count = overdue.get(partner, 0)

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

    def action_view_documents(self):
        """Return the action that shows the documents of the client."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_documents.crm_document_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = self._get_document_defaults()
        return action

    def action_new_document(self, kind=None):
        """Return the action of the form of a new document of the client.

        :param str kind: one of the values of `crm.document.type.kind`
        """
        self.ensure_one()
        return self.env["crm.document"]._get_new_action(kind, self._get_document_defaults())

    def _get_document_defaults(self):
        """Return the context that lets a new document begin with what the card knows."""
        client = self.client_id or self.commercial_partner_id
        return {
            "default_partner_id": client.id,
            "default_contact_id": self.id if self != client else False,
            "default_user_id": client.user_id.id or self.env.uid,
            "default_company_id": (self.company_id or self.env.company).id,
        }
