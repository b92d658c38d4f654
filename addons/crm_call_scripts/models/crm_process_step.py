from odoo import fields, models


class CrmProcessStep(models.Model):
    """Steps that the outcome of a call records."""

    _inherit = "crm.process.step"

    call_outcome_ids = fields.Many2many(
        "crm.call.outcome",
        "crm_process_step_call_outcome_rel",
        "step_id",
        "outcome_id",
        "Outcomes of Calls",
        help="The step is recorded when a call about the deal ends with one of these outcomes.",
    )
