from odoo import fields, models


class CrmLead(models.Model):
    """The papers of a deal."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.document.owner"]
    _document_field = "lead_id"

    document_ids = fields.One2many("crm.document", "lead_id", "Documents")

    def unlink(self):
        """Papers outlive the deal, and so do their tasks."""
        # sudo: the papers of colleagues too
        self.env["crm.document"].sudo().with_context(active_test=False).search(
            [("lead_id", "in", self.ids)]
        ).lead_id = False
        return super().unlink()

    def _merge_dependences(self, opportunities):
        # sudo: whoever may merge the deals, merges all that hangs on them
        documents = self.env["crm.document"].sudo().with_context(active_test=False)
        documents.search([("lead_id", "in", opportunities.ids)]).lead_id = self
        return super()._merge_dependences(opportunities)

    def _get_document_defaults(self):
        """Return the context that lets a new document begin with what the deal knows."""
        client = self.partner_id.client_id or self.partner_id.commercial_partner_id
        return {
            "default_lead_id": self.id,
            "default_partner_id": client.id,
            "default_contact_id": self.partner_id.id if self.partner_id != client else False,
            "default_user_id": self.user_id.id or self.env.uid,
            "default_company_id": (self.company_id or self.env.company).id,
            "default_amount": self.expected_revenue,
            "default_currency_id": self.company_currency.id,
        }
