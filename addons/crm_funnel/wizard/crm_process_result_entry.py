from odoo import api, fields, models

from ..models.crm_process_step import DEMANDS


class CrmProcessResultEntry(models.TransientModel):
    """The form that a result button opens if its step demands something."""

    _name = "crm.process.result.entry"
    _description = "Entry of a Result"

    lead_id = fields.Many2one("crm.lead", "Deal", required=True, readonly=True, ondelete="cascade")
    pressed_step_id = fields.Many2one(
        "crm.process.step", required=True, readonly=True, ondelete="cascade", export_string_translation=False
    )
    step_id = fields.Many2one("crm.process.step", "Result", compute="_compute_step_id")
    last_result_number = fields.Integer(readonly=True, export_string_translation=False)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    company_currency = fields.Many2one(related="lead_id.company_currency")
    hint = fields.Char(compute="_compute_step_id", export_string_translation=False)

    comment = fields.Text()
    lost_reason_id = fields.Many2one(
        "crm.lost.reason", compute="_compute_values", store=True, readonly=False, ondelete="cascade", compute_sudo=False
    )
    amount = fields.Monetary(
        compute="_compute_values", store=True, readonly=False, currency_field="company_currency", compute_sudo=False
    )
    closing_date = fields.Date(
        "Expected Closing", compute="_compute_values", store=True, readonly=False, compute_sudo=False
    )
    task_date = fields.Date("Next Task on")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", bypass_search_access=True)

    asks_comment = fields.Boolean(compute="_compute_asks", export_string_translation=False)
    asks_lost_reason = fields.Boolean(compute="_compute_asks", export_string_translation=False)
    asks_amount = fields.Boolean(compute="_compute_asks", export_string_translation=False)
    asks_closing_date = fields.Boolean(compute="_compute_asks", export_string_translation=False)
    asks_task_date = fields.Boolean(compute="_compute_asks", export_string_translation=False)
    asks_file = fields.Boolean(compute="_compute_asks", export_string_translation=False)

    @api.depends("lead_id", "pressed_step_id")
    def _compute_step_id(self):
        for entry in self:
            lead, pressed = entry.lead_id, entry.pressed_step_id
            entry.step_id = lead._get_effective_step(pressed) if lead else pressed
            entry.hint = pressed._get_button_hint(entry.step_id, lead._get_repeat_number(pressed)) if lead else False

    @api.depends("step_id")
    def _compute_asks(self):
        for entry in self:
            demands = entry.step_id._get_demands()
            for name in DEMANDS:
                entry[f"asks_{name}"] = name in demands

    @api.depends("lead_id", "step_id")
    def _compute_values(self):
        for entry in self:
            entry.lost_reason_id = entry.step_id.lost_reason_id
            entry.amount = entry.lead_id.expected_revenue
            entry.closing_date = entry.lead_id.date_deadline

    def action_record(self):
        """Record the result with what the form holds.

        :raises ValidationError: if something demanded is still missing
        """
        self.ensure_one()
        self.lead_id._record_result(
            self.pressed_step_id,
            last_result_id=self.last_result_number,
            comment=self.comment,
            lost_reason=self.lost_reason_id if self.asks_lost_reason else None,
            amount=self.amount if self.asks_amount else None,
            closing_date=self.closing_date if self.asks_closing_date else None,
            task_date=self.task_date if self.asks_task_date else None,
            attachments=self.attachment_ids,
            activity=self.activity_id,
        )
        return {"type": "ir.actions.act_window_close"}
