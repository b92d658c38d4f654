from odoo import fields, models


class CrmDocumentOwner(models.AbstractModel):
    """What has documents: a client, a deal. They are counted, shown and begun from it."""

    _name = "crm.document.owner"
    _description = "Owner of Documents"

    # the field of `crm.document` that leads here
    _document_field = None

    document_count = fields.Integer("Number of Documents", compute="_compute_document_count")
    overdue_document_count = fields.Integer("Overdue Documents", compute="_compute_document_count")

    def _compute_document_count(self):
        counts, overdue = self._count_documents([]), self._count_documents([("is_overdue", "=", True)])
        for owner in self:
            owner.document_count = counts.get(owner, 0)
            owner.overdue_document_count = overdue.get(owner, 0)

    def _count_documents(self, domain):
        """Return {owner: number of those of its documents that the user sees and ``domain`` chooses}."""
        mine = [(self._document_field, "in", self.ids), *domain]
        return dict(self.env["crm.document"]._read_group(mine, [self._document_field], ["__count"]))

    def action_view_documents(self):
        """Return the action that shows the documents."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_documents.crm_document_action")
        action["domain"] = [(self._document_field, "=", self.id)]
        action["context"] = self._get_document_defaults()
        return action

    def action_new_document(self, kind=None):
        """Return the action of the form of a new document.

        :param str kind: one of the values of `crm.document.type.kind`
        """
        self.ensure_one()
        return self.env["crm.document"]._get_new_action(kind, self._get_document_defaults())

    def _get_document_defaults(self):
        """Return the context that lets a new document begin with what is known here."""
        raise NotImplementedError
