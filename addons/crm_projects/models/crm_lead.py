from odoo import api, fields, models


class CrmLead(models.Model):
    """The projects and works of a deal, and those that are proposed once it is won. Nothing here changes the deal."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.work.owner"]
    _work_field = "deal_id"

    proposed_service_ids = fields.Many2many(
        "product.template",
        string="Services to Deliver",
        compute="_compute_proposed_service_ids",
        compute_sudo=False,
        help="Sold by the won deal, and no work of them has begun or is planned.",
    )

    def _get_work_client(self):
        return self.partner_id.client_id or self.partner_id.commercial_partner_id

    def _get_work_deal(self):
        return self

    def _get_sold_services(self):
        """Return the services that the deal sells: those that were asked for, or else what is ticked for the client."""
        self.ensure_one()
        return self.inquiry_service_ids or self._get_work_client().client_service_ids

    @api.depends_context("uid")
    def _compute_proposed_service_ids(self):
        for lead in self:
            is_won = lead.type == "opportunity" and lead.won_status == "won"
            lead.proposed_service_ids = lead._get_sold_services() - lead._get_begun_services() if is_won else False

    def _get_begun_services(self):
        """Return the services whose works belong to the deal, or are open for its client and belong to no deal."""
        self.ensure_one()
        # sudo: a work that the user does not see is a work all the same
        tasks = self.env["project.task"].sudo().with_context(active_test=False)
        works = tasks.search([("work_client_id", "=", self._get_work_client().id)])
        own = works.filtered(
            # what was delivered may be archived since
            lambda work: (
                work.crm_deal_id == self or (work.active and not work.crm_deal_id and not work.work_closed_date)
            )
        )
        return own.work_service_id.with_env(self.env)

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def _merge_dependences(self, opportunities):
        """Projects and works of the merged deals go to the one that stays. Inquiries, merged by hundreds, have none."""
        deals = opportunities.filtered(lambda lead: lead.type == "opportunity")
        for name in ("project.project", "project.task") if deals else ():
            # sudo: whoever may merge the deals, merges all that hangs on them
            owners = self.env[name].sudo().with_context(active_test=False)
            owners.search([("crm_deal_id", "in", deals.ids)]).crm_deal_id = self
        return super()._merge_dependences(opportunities)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start_works(self):
        """Return the action that asks for the project of what the won deal sold.

        :raises AccessError: if the user may not add one
        """
        action = self.action_add_project()
        action["context"]["default_service_ids"] = self.proposed_service_ids.ids
        return action
