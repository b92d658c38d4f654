from odoo import api, fields, models

from odoo.addons.crm_clients.tools.schema import create_missing_columns


class MailActivity(models.Model):
    """Tasks on documents: they belong to the deal and the client of the document, and know why they were planned."""

    _inherit = "mail.activity"

    document_id = fields.Many2one(
        "crm.document",
        "Task on Document",
        compute="_compute_document_id",
        store=True,
        precompute=True,
        ondelete="cascade",
    )
    document_task = fields.Selection(
        [
            ("state", "State of the document"),
            ("approval", "Approval"),
            ("rework", "Rework after a refusal"),
            ("urge", "Sign immediately"),
        ],
        "Follows from",
        readonly=True,
    )
    document_state_id = fields.Many2one("crm.document.state", "Planned in State", ondelete="set null", readonly=True)

    _document_idx = models.Index("(document_id) WHERE document_id IS NOT NULL")
    _document_state_idx = models.Index("(document_state_id) WHERE document_state_id IS NOT NULL")

    def _auto_init(self):
        """Add the columns empty: no task is on a document yet."""
        columns = {"document_id": "int4", "document_state_id": "int4", "document_task": "varchar"}
        create_missing_columns(self.env.cr, "mail_activity", columns)
        return super()._auto_init()

    @api.model
    def _get_kept_fields(self):
        return super()._get_kept_fields() | {"document_id", "document_task", "document_state_id"}

    @api.depends("res_model", "res_id")
    def _compute_document_id(self):
        for task in self:
            task.document_id = task.res_id if task.res_model == "crm.document" else False

    @api.depends("document_id.lead_id")
    def _compute_lead_id(self):
        result = super()._compute_lead_id()
        for task in self.filtered("document_id"):
            task.lead_id = task.document_id.lead_id
        return result

    @api.depends("document_id.contact_id", "document_id.partner_id")
    def _compute_contact_id(self):
        result = super()._compute_contact_id()
        for task in self.filtered("document_id"):
            task.contact_id = task.document_id.contact_id or task.document_id.partner_id
        return result
