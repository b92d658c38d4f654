from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Datetime

from ..models.project_task_deadline import REASON


class CrmWorkDeadline(models.TransientModel):
    """Move the deadline of works: till when, and why."""

    _name = "crm.work.deadline"
    _inherit = ["crm.work.starter", "crm.work.window"]
    _description = "Moving a Deadline"

    task_ids = fields.Many2many("project.task", string="Works", required=True)
    old_deadline = fields.Datetime("Deadline Now", compute="_compute_old_deadline", compute_sudo=False)
    date_deadline = fields.Date("New Deadline", help="Empty: the works have no deadline any more.")
    exact_deadline = fields.Datetime(help="The moment that was chosen where the deadline was moved, if it was.")
    reason = fields.Char(
        "Why Is It Moved?", required=True, help="The client's manager is told, and the history keeps it."
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if exact := self.env.context.get("default_exact_deadline"):
            values["date_deadline"] = self._to_date(Datetime.to_datetime(exact))
        return values

    @api.depends("task_ids")
    def _compute_old_deadline(self):
        """Show the first of them."""
        for wizard in self:
            wizard.old_deadline = min(filter(None, wizard.task_ids.mapped("date_deadline")), default=False)

    def action_move(self):
        """Move the deadline of all these works and close the window.

        :raises AccessError: if the user may not write one of the works
        :raises UserError: if no reason is given
        """
        self.ensure_one()
        self.task_ids.check_access("write")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the deadline is moved."))
        is_exact = self.exact_deadline and self._to_date(self.exact_deadline) == self.date_deadline
        # the moment itself where one was chosen: a form that still holds it is saved without another question
        deadline = self.exact_deadline if is_exact else self._to_deadline(self.date_deadline)
        self.task_ids.with_context(**{REASON: self.reason}).write({"date_deadline": deadline})
        return {"type": "ir.actions.client", "tag": "soft_reload"}
