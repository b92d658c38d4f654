from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.mail_activity import _join_names


class CrmTaskChange(models.TransientModel):
    """Change many tasks at once: whose, when, what. All of them are changed, or none."""

    _name = "crm.task.change"
    _description = "Change of Tasks"

    task_ids = fields.Many2many("mail.activity", string="Tasks to Change", required=True)
    task_count = fields.Integer("Number of Tasks", compute="_compute_task_count")
    user_id = fields.Many2one("res.users", "Give to", domain=[("share", "=", False)], ondelete="cascade")
    date_deadline = fields.Date("Move to")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Change the Type to",
        domain=[("res_model", "in", [False, "crm.lead"])],
        ondelete="cascade",
    )
    summary = fields.Char("Change the Text to")
    hidden_count = fields.Integer("Hidden from Him", compute="_compute_hidden_count")
    hands_over = fields.Boolean(
        "Hand the Clients and Deals over, too",
        help="Without it the new manager may get only tasks whose deals and clients he may open.",
    )

    @api.depends("task_ids")
    def _compute_task_count(self):
        for change in self:
            change.task_count = len(change.task_ids)

    @api.depends("task_ids", "user_id")
    def _compute_hidden_count(self):
        for change in self:
            leads, partners = change._get_hidden()
            change.hidden_count = len(leads) + len(partners)

    def _get_hidden(self):
        tasks = self.task_ids._origin
        return (
            tasks._get_documents_hidden_from(self.user_id)
            if self.user_id
            else (tasks.lead_id[:0], tasks.contact_id[:0])
        )

    def action_apply(self):
        """Change the tasks by the fields that are filled in.

        :raises UserError: if one of the tasks may not be changed, or the new manager may not open what they are about
        """
        self.ensure_one()
        self.task_ids._check_tasks_changeable()
        names = ("date_deadline", "activity_type_id", "summary")
        values = {name: self._fields[name].convert_to_write(self[name], self) for name in names if self[name]}
        if self.user_id:
            self.task_ids._check_new_user(self.user_id)
            self._give_documents()
            values["user_id"] = self.user_id.id
        if not values:
            raise UserError(self.env._("Fill in what is to be changed: the manager, the day, the type or the text."))
        self.task_ids.write(values)
        return {"type": "ir.actions.act_window_close"}

    def _give_documents(self):
        """Let the new manager open what the tasks are about, or refuse."""
        if self.hands_over:
            self._hand_over(*self._get_hidden())
        hidden = [records for records in self._get_hidden() if records]
        if hidden:
            raise UserError(
                self.env._(
                    "%(user)s may not open these: %(names)s. Hand the clients and deals over, too, or choose another manager.",
                    user=self.user_id.name,
                    names=", ".join(_join_names(records) for records in hidden),
                )
            )

    def _hand_over(self, leads, partners):
        """Make the new manager responsible; the former one's open deals and tasks go with the client."""
        (leads.partner_id | partners).client_id.filtered(lambda one: one.user_id != self.user_id).user_id = self.user_id
        leads.filtered(lambda lead: lead.user_id != self.user_id).user_id = self.user_id
