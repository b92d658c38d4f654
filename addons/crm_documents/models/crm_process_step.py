from odoo import fields, models


class CrmProcessStep(models.Model):
    _inherit = "crm.process.step"

    trigger = fields.Selection(selection_add=[("document", "A document reaches a state")])
    document_state_ids = fields.Many2many(
        "crm.document.state",
        "crm_process_step_document_state_rel",
        "step_id",
        "state_id",
        "Document States",
        help="The step is recorded when a document of the deal gets to one of these states.",
    )
