from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    plan_line_ids = fields.One2many("crm.plan.line", "partner_id", "Payments Planned")
    plan_line_count = fields.Integer("Awaited Payments", compute="_compute_plan_line_count")
    plan_overdue_count = fields.Integer("Overdue Payments", compute="_compute_plan_line_count")

    @api.depends("plan_line_ids.state", "plan_line_ids.date")
    @api.depends_context("uid")
    def _compute_plan_line_count(self):
        """Count what the user may see."""
        self.plan_line_count = self.plan_overdue_count = 0
        Line = self.env["crm.plan.line"]
        if not Line.has_access("read"):
            return
        awaited = [("partner_id", "in", self.ids), ("state", "!=", "done"), ("amount", ">", 0)]
        for name, domain in (("plan_line_count", []), ("plan_overdue_count", Line._get_overdue_domain())):
            for partner, count in Line._read_group([*awaited, *domain], ["partner_id"], ["__count"]):
                partner[name] = count

    def action_view_plan(self):
        """Return the action of the financial plan of the client."""
        self.ensure_one()
        client = self.client_id or self
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.crm_plan_line_action")
        action.update(domain=[("partner_id", "=", client.id)], context={"default_partner_id": client.id})
        return action

    def _move_whole_client(self, old_manager):
        """What is still awaited is the new manager's business; what has come stays with who brought it."""
        result = super()._move_whole_client(old_manager)
        for client in self.filtered("user_id"):
            # sudo: whoever may hand a client over, hands over all of it, also what is not his to edit
            lines = self.env["crm.plan.line"].sudo()
            awaited = [("partner_id", "=", client.id), ("user_id", "=", old_manager.id), ("state", "!=", "done")]
            lines.search(awaited).user_id = client.user_id
        return result
