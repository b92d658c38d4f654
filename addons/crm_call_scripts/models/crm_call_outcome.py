from odoo import fields, models


class CrmCallOutcome(models.Model):
    """What a call has come to, in the words of the department."""

    _name = "crm.call.outcome"
    _description = "Outcome of a Call"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("success", "Success"),
            ("later", "To be continued"),
            ("refusal", "Refusal"),
            ("no_answer", "No answer"),
        ],
        default="success",
        required=True,
        help="No answer: nobody was reached, the call is put back.",
    )
    step_ids = fields.Many2many(
        "crm.process.step",
        "crm_process_step_call_outcome_rel",
        "outcome_id",
        "step_id",
        "Records the Steps",
        help="Steps of business processes that a call with this outcome records on its deal.",
    )
