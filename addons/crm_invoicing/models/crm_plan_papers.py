from odoo import fields, models


class CrmPlanPaper(models.AbstractModel):
    """What payments are planned for: a contract or a deal."""

    _name = "crm.plan.paper"
    _description = "Paper with a Financial Plan"

    _plan_field = ""

    plan_line_count = fields.Integer("Planned Payments", compute="_compute_plan_line_count")

    def _compute_plan_line_count(self):
        """Count what the user may see."""
        self.plan_line_count = 0
        Line = self.env["crm.plan.line"]
        if Line.has_access("read"):
            for paper, count in Line._read_group([(self._plan_field, "in", self.ids)], [self._plan_field], ["__count"]):
                paper.plan_line_count = count

    def action_view_plan(self):
        """Return the action of the payments planned for the paper."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.crm_plan_line_action")
        action.update(
            domain=[(self._plan_field, "=", self.id)],
            context={f"default_{self._plan_field}": self.id, "default_partner_id": self.partner_id.client_id.id},
        )
        return action


class CrmDocument(models.Model):
    _name = "crm.document"
    _inherit = ["crm.document", "crm.plan.paper"]
    _plan_field = "contract_id"


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.plan.paper"]
    _plan_field = "lead_id"
