from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmQuickTask(models.TransientModel):
    """A task with a client in a few clicks: what, when, for whom. It starts the process if that has not begun."""

    _name = "crm.quick.task"
    _description = "Quick Task"

    partner_id = fields.Many2one("res.partner", "Client", readonly=True, ondelete="cascade")
    lead_id = fields.Many2one(
        "crm.lead",
        "Deal",
        ondelete="cascade",
        domain="[('type', '=', 'opportunity'), ('won_status', '=', 'pending'), ('partner_id.client_id', '=', client_id)]",
    )
    client_id = fields.Many2one(related="partner_id.client_id", string="Directory Card")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "What",
        required=True,
        domain=[("res_model", "in", [False, "crm.lead"])],
        default=lambda self: self._get_default_type(),
        ondelete="cascade",
    )
    summary = fields.Char("Task Text")
    note = fields.Html()
    when = fields.Selection(
        [("today", "Today"), ("tomorrow", "Tomorrow"), ("week", "In a week"), ("date", "On")],
        default="today",
        required=True,
    )
    date_deadline = fields.Date(
        "Due on",
        compute="_compute_date_deadline",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        compute_sudo=False,
    )
    user_id = fields.Many2one(
        "res.users",
        "For",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        ondelete="cascade",
    )

    @api.depends("when")
    def _compute_date_deadline(self):
        today = fields.Date.context_today(self)
        days = {"today": 0, "tomorrow": 1, "week": 7}
        for task in self:
            if task.when in days:
                task.date_deadline = today + timedelta(days=days[task.when])
            elif not task.date_deadline:
                task.date_deadline = today

    def _get_default_type(self):
        """Return what managers do most: the call, or else the first activity type."""
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        types = self.env["mail.activity.type"]
        return call if call and call.active else types.search([("res_model", "in", [False, "crm.lead"])], limit=1)

    @api.model
    def _get_action(self, partner, lead):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quick Task"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": partner.id, "default_lead_id": lead.id},
        }

    def action_plan(self):
        """Plan the task on the deal, which is made if the client has none, and start its process if need be.

        :raises UserError: if there is neither a deal nor a client
        """
        self.ensure_one()
        lead = self.lead_id or (self.client_id and self.partner_id._get_deal_to_start())
        if not lead:
            raise UserError(self.env._("Choose a deal, or give “%(name)s” a client type.", name=self.partner_id.name))
        lead.check_access("write")
        if lead.process_id and not lead.last_result_id and lead._is_open_deal():
            lead._start_process(plan_task=False)
        lead.activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=self.summary,
            note=self.note,
            date_deadline=self.date_deadline,
            user_id=self.user_id.id,
        )
        return {"type": "ir.actions.act_window_close"}
