from odoo import api, fields, models
from odoo.fields import Domain


class CrmCall(models.Model):
    """What the figures of calls count besides what the call itself says."""

    _inherit = "crm.call"

    is_forward = fields.Boolean(
        "Moved the Deal",
        compute="_compute_is_forward",
        search="_search_is_forward",
        help="A result of the process was recorded by which the deal moved forward.",
    )

    @api.depends("result_id")
    def _compute_is_forward(self):
        for call in self:
            # sudo: that the deal moved belongs to the call, whoever may see the deal
            call.is_forward = bool(call.sudo().result_id.filtered_domain(self._get_forward_domain()))

    def _search_is_forward(self, operator, value):
        if operator != "in":
            return NotImplemented
        # any!: see _compute_is_forward
        return Domain("result_id", "any!", self._get_forward_domain())

    @api.model
    def _get_forward_domain(self):
        """Return the domain of the results that moved a deal forward, as `crm.call.figures._get_forward_sql`."""
        kinds = Domain("kind", "in", ("progress", "won"))
        return kinds & Domain("is_backward", "=", False) & Domain("is_revoked", "=", False)


class CrmCallScript(models.Model):
    """The way from a script to its figures."""

    _inherit = "crm.call.script"

    def action_view_figures(self):
        """Return the action of the figures of the script."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("crm_call_scripts.crm_call_figures_action")
        action["params"] = {"script_id": self.id}
        return action
