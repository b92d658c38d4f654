from odoo import fields, models


class CrmLead(models.Model):
    """The papers of a deal."""

    _inherit = "crm.lead"

    document_ids = fields.One2many("crm.document", "lead_id", "Documents")
    document_count = fields.Integer("Number of Documents", compute="_compute_document_count")
    overdue_document_count = fields.Integer("Overdue Documents", compute="_compute_document_count")

    def _compute_document_count(self):
        documents = self.env["crm.document"]
        counts = dict(documents._read_group([("lead_id", "in", self.ids)], ["lead_id"], ["__count"]))
        overdue = dict(
            documents._read_group([("lead_id", "in", self.ids), ("is_overdue", "=", True)], ["lead_id"], ["__count"])
        )
        for lead in self:
            lead.document_count = counts.get(lead, 0)
            lead.overdue_document_count = overdue.get(lead, 0)

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

    def action_view_documents(self):
        """Return the action that shows the documents of the deal."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_documents.crm_document_action")
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = self._get_document_defaults()
        return action

    def action_new_document(self, kind=None):
        """Return the action of the form of a new document on the deal.

        :param str kind: one of the values of `crm.document.type.kind`
        """
        self.ensure_one()
        return self.env["crm.document"]._get_new_action(kind, self._get_document_defaults())

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
