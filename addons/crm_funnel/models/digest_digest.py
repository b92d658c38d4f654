from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..report.crm_lead_pyramid import STANDING_RESULTS

# KPI: (measure of the analysis of deals, date by which a deal belongs to the period, value where there are none)
DEAL_KPIS = {
    "kpi_funnel_new": ("count:sum", "create_date", 0),
    "kpi_funnel_won": ("won_count:sum", "date_closed", 0),
    "kpi_funnel_lost": ("lost_count:sum", "date_closed", 0),
    "kpi_funnel_win_rate": ("win_rate:avg", "date_closed", 0.0),
}


class DigestDigest(models.Model):
    """The figures of the funnel in Odoo's digest: those of the pivot of deals, as far as the recipient sees them.

    Of the digest's company and of the deals without a company.
    """

    _inherit = "digest.digest"

    kpi_funnel_new = fields.Boolean("New Deals")
    kpi_funnel_new_value = fields.Integer(compute="_compute_kpi_funnel_new_value", export_string_translation=False)
    kpi_funnel_won = fields.Boolean("Won Deals")
    kpi_funnel_won_value = fields.Integer(compute="_compute_kpi_funnel_won_value", export_string_translation=False)
    kpi_funnel_won_amount = fields.Boolean("Won Amount")
    kpi_funnel_won_amount_value = fields.Monetary(
        compute="_compute_kpi_funnel_won_amount_value", export_string_translation=False
    )
    kpi_funnel_lost = fields.Boolean("Lost Deals")
    kpi_funnel_lost_value = fields.Integer(compute="_compute_kpi_funnel_lost_value", export_string_translation=False)
    kpi_funnel_win_rate = fields.Boolean("Win Rate (%)")
    kpi_funnel_win_rate_value = fields.Float(
        compute="_compute_kpi_funnel_win_rate_value", export_string_translation=False
    )
    kpi_funnel_results = fields.Boolean("Results Recorded")
    kpi_funnel_results_value = fields.Integer(
        compute="_compute_kpi_funnel_results_value", export_string_translation=False
    )
    kpi_funnel_waiting = fields.Boolean("Deals Waiting too Long, Now")
    kpi_funnel_waiting_value = fields.Integer(
        compute="_compute_kpi_funnel_waiting_value", export_string_translation=False
    )

    # ------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------

    def _compute_kpi_funnel_new_value(self):
        self._compute_deal_kpi("kpi_funnel_new")

    def _compute_kpi_funnel_won_value(self):
        self._compute_deal_kpi("kpi_funnel_won")

    def _compute_kpi_funnel_won_amount_value(self):
        """In the currency of the recipient's company, as Odoo prints it, at today's rates."""
        self._check_funnel_kpi_access()
        get_rate = self.env["crm.lead"]._get_amount_rate
        for digest in self:
            domain = digest._get_funnel_kpi_deals() & digest._get_funnel_kpi_period("date_closed")
            groups = self.env["crm.deal.report"]._read_group(domain, ["company_id"], ["won_amount:sum"])
            digest.kpi_funnel_won_amount_value = sum(amount * get_rate(company.id) for company, amount in groups)

    def _compute_kpi_funnel_lost_value(self):
        self._compute_deal_kpi("kpi_funnel_lost")

    def _compute_kpi_funnel_win_rate_value(self):
        self._compute_deal_kpi("kpi_funnel_win_rate")

    def _compute_kpi_funnel_results_value(self):
        self._check_funnel_kpi_access()
        for digest in self:
            deals = digest._get_funnel_kpi_deals()
            digest.kpi_funnel_results_value = self.env["crm.process.result"].search_count(
                STANDING_RESULTS & digest._get_funnel_kpi_period("date") & Domain("lead_id", "any", deals)
            )

    def _compute_kpi_funnel_waiting_value(self):
        """Count the deals that wait now, whatever the period: how many waited a week ago nobody knows any more."""
        self._check_funnel_kpi_access()
        leads = self.env["crm.lead"]
        for digest in self:
            pyramids = [
                leads.get_pyramid(list(digest._get_funnel_kpi_deals()), {"process_id": process.id})
                for process in leads._get_pyramid_processes()
            ]
            digest.kpi_funnel_waiting_value = sum(row["late"] for pyramid in pyramids for row in pyramid["rows"])

    def _compute_deal_kpi(self, name):
        self._check_funnel_kpi_access()
        measure, date_field, nothing = DEAL_KPIS[name]
        for digest in self:
            domain = digest._get_funnel_kpi_deals() & digest._get_funnel_kpi_period(date_field)
            [[value]] = self.env["crm.deal.report"]._read_group(domain, aggregates=[measure])
            digest[f"{name}_value"] = value or nothing

    def _check_funnel_kpi_access(self):
        """Raise what makes Odoo leave the figure out of the mail of somebody who does not sell."""
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only people of the sales department get the figures of the funnel."))

    def _get_funnel_kpi_deals(self):
        company = self.company_id or self.env.company
        return Domain("company_id", "in", [company.id, False])

    def _get_funnel_kpi_period(self, date_field):
        start, end, __ = self._get_kpi_compute_parameters()
        return Domain(date_field, ">=", start) & Domain(date_field, "<", end)

    # ------------------------------------------------------------
    # LINKS
    # ------------------------------------------------------------

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = f"?menu_id={self.env.ref('crm.crm_menu_root').id}"
        kpis = (*DEAL_KPIS, "kpi_funnel_won_amount")
        actions.update(dict.fromkeys(kpis, f"crm_funnel.crm_deal_report_action{menu}"))
        actions["kpi_funnel_results"] = f"crm_funnel.crm_process_result_action_analysis{menu}"
        actions["kpi_funnel_waiting"] = f"crm_funnel.crm_lead_action_pyramid{menu}"
        return actions
