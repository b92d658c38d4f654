from odoo import api, models
from odoo.fields import Domain


class CrmFunnelReport(models.AbstractModel):
    """What the pages of the reports ask beside the figures: who may choose what, and the records behind a number."""

    _inherit = "crm.funnel.report"

    @api.model
    @api.readonly
    def get_choices(self):
        """Return what the user can choose on the pages of the reports.

        :return: dict with ``users``: whether deals of other managers can be seen, so that a choice makes sense
        """
        user = self.env.user
        is_manager_of_all = user.has_group("sales_team.group_sale_salesman_all_leads")
        return {"users": is_manager_of_all and not user._has_own_clients_only()}

    @api.model
    @api.readonly
    def get_pyramid_row_action(self, options, number, only_now=False):
        """Return the action of the list of clients on a row of the pyramid of the funnel report.

        :param dict options: as of `get_report`
        :param int number: of the row; 0 is the base
        :param bool only_now: those that stand on the row now, instead of all that passed it
        :return: dict of an `ir.actions.act_window`
        :raises UserError: if there is no such row, or an option makes no sense
        """
        domain = list(self._get_filter_domain(options))
        return self.env["crm.lead"].get_pyramid_action(domain, self._get_pyramid_options(options), number, only_now)

    @api.model
    @api.readonly
    def get_results_action(self, options, filters=None):
        """Return the action of the results behind a figure of the process report.

        :param dict options: as of `get_report`
        :param dict filters: ``user_id``, ``step_id``, ``lost_reason_id`` (id or False), ``weekday`` (1 Monday to 7 Sunday)
            and ``hour`` (0 to 23) of the user's time zone, or ``loss_row`` (number): the results by which deals died there
        :return: dict of an `ir.actions.act_window`
        """
        leads, filters = self.env["crm.lead"], filters or {}
        view = leads._get_pyramid_view({**self._get_pyramid_options(options), "basis": "results"})
        deals = self._get_filter_domain(options) & leads._get_process_domain(view)
        domain = leads._get_view_results_domain(view) & Domain("lead_id", "any", deals)
        for name in ("user_id", "step_id", "lost_reason_id"):
            if name in filters:
                domain &= Domain(name, "=", filters[name])
        if "weekday" in filters:
            domain &= Domain("weekday", "=", str(filters["weekday"]))
        if "hour" in filters:
            domain &= Domain("hour", "=", f"{filters['hour']:02}")
        if "loss_row" in filters:
            domain &= self._get_losses_domain(view.process, filters["loss_row"])
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_funnel.crm_process_result_action")
        action.update(domain=list(domain), context={})
        return action

    @api.model
    def _get_losses_domain(self, process, number):
        """Return the domain of the results that lost a deal which stood on the row of the pyramid of this number."""
        lost = Domain("won_status", "=", "lost") & Domain("won_status_before", "!=", "lost")
        rows = process._get_pyramid_rows()
        row = rows[number]
        if row.is_top:
            return lost & Domain("won_status_before", "=", "won")
        standing = Domain("step_before_id", "in", row.step_ids)
        if not number:
            # the base is where no step of the rows above was passed
            standing = Domain("step_before_id", "not in", process._get_steps_from(1))
        return lost & Domain("won_status_before", "!=", "won") & standing
