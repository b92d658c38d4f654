from odoo import api, fields, models

CATEGORIES = [
    ("planned", "Planned"),
    ("to_sign", "To be signed"),
    ("signed", "Signed"),
    ("completed", "Completed"),
    ("rejected", "Rejected"),
]
# the categories in which a paper is still to be done, so that it can be late
OPEN_CATEGORIES = ("planned", "to_sign")


class CrmDocumentState(models.Model):
    """One state in the life of the documents of a type, in one of five categories that are the same for all types."""

    _name = "crm.document.state"
    _description = "State of Documents"
    _order = "type_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    type_id = fields.Many2one("crm.document.type", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    category = fields.Selection(
        CATEGORIES,
        required=True,
        default="planned",
        help="A document is overdue in planned and to be signed only.",
    )
    fold = fields.Boolean("Folded in the Kanban")

    # Deadline and task that begin when a document gets here
    deadline_days = fields.Integer(
        "Deadline, Days", help="So many days after a document gets here it is overdue; 0 leaves its deadline as it is."
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Task",
        ondelete="restrict",
        domain=[("res_model", "in", [False, "crm.document"])],
        help="Planned for the responsible when a document gets here, closed when it leaves.",
    )
    activity_summary = fields.Char("Task Summary", translate=True)
    activity_days = fields.Integer("Task after, Days", help="If the document is still here after so many days.")

    step_ids = fields.Many2many(
        "crm.process.step",
        "crm_process_step_document_state_rel",
        "state_id",
        "step_id",
        "Records the Step",
        help="The result that is recorded on the deal when one of its documents gets here.",
    )

    _check_deadline_days = models.Constraint("CHECK(deadline_days >= 0)", "Days cannot be negative.")
    _check_activity_days = models.Constraint("CHECK(activity_days >= 0)", "Days until a task cannot be negative.")

    @api.model_create_multi
    def create(self, vals_list):
        states = super().create(vals_list)
        states._set_step_trigger()
        return states

    def write(self, vals):
        result = super().write(vals)
        if "step_ids" in vals:
            self._set_step_trigger()
        return result

    def _set_step_trigger(self):
        """Let the steps that were chosen here wait for a document, unless they wait for something else already."""
        self.step_ids.filtered(lambda step: not step.trigger).trigger = "document"
