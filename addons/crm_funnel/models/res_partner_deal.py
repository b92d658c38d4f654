from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """The leading deal of a client: where the sale stands, and its buttons, on the client's card."""

    _inherit = "res.partner"

    client_deal_id = fields.Many2one(
        "crm.lead",
        "Leading Deal",
        compute="_compute_client_deal_id",
        help="Of the open deals that you may see: the one furthest in the funnel, the newest of equals.",
    )
    client_deal_count = fields.Integer("Open Deals", compute="_compute_client_deal_id")
    client_stage_id = fields.Many2one(
        "crm.stage",
        "Stage of the Sale",
        compute="_compute_client_stage_id",
        inverse="_inverse_client_stage_id",
        help="The stage of the leading deal; a client without any deal stands at the first one.",
    )
    client_team_id = fields.Many2one("crm.team", "Channel of the Leading Deal", compute="_compute_client_deal_id")
    client_result_buttons = fields.Json(compute="_compute_client_result_buttons", export_string_translation=False)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("client_id")
    @api.depends_context("uid")
    def _compute_client_deal_id(self):
        for partner in self:
            deals = partner._get_open_deals()
            partner.client_deal_id = partner._get_leading_deal(deals)
            partner.client_deal_count = len(deals)
            partner.client_team_id = partner.client_deal_id.team_id or partner._get_sale_team()

    @api.depends("client_deal_id", "client_team_id")
    @api.depends_context("uid")
    def _compute_client_stage_id(self):
        for partner in self:
            partner.client_stage_id = partner.client_deal_id.stage_id or partner._get_first_stage()

    def _inverse_client_stage_id(self):
        for partner in self.filtered("client_stage_id"):
            deal = partner._get_leading_deal(partner._get_open_deals()) or partner._create_deal()
            if deal.stage_id != partner.client_stage_id:
                deal.stage_id = partner.client_stage_id
        self.invalidate_recordset(["client_deal_id", "client_deal_count", "client_team_id", "client_result_buttons"])

    @api.depends("client_deal_id")
    @api.depends_context("lang", "uid")
    def _compute_client_result_buttons(self):
        for partner in self:
            partner.client_result_buttons = partner.client_deal_id.result_buttons

    # ------------------------------------------------------------
    # DEALS
    # ------------------------------------------------------------

    def _get_family_domain(self):
        """Return the domain of the deals of the client that the partner is or belongs to."""
        client = self.client_id or self
        return Domain("partner_id", "=", client._origin.id) | Domain("partner_id.client_id", "=", client._origin.id)

    def _get_open_deals(self):
        """Return the open deals of one client that the user may see."""
        Lead = self.env["crm.lead"]
        if not self._origin or not Lead.has_access("read"):
            return Lead
        return Lead.search(
            self._get_family_domain() & Domain("type", "=", "opportunity") & Domain("won_status", "=", "pending")
        )

    def _get_leading_deal(self, deals):
        """Return which of ``deals`` stands for the client: the furthest in the funnel, the newest of equals."""
        return deals.sorted(lambda deal: (deal.stage_id.sequence, deal.stage_id.id, deal.id))[-1:]

    def _get_first_stage(self):
        """Return the first stage for a client without any deal, nothing for one whose deals are all closed."""
        Lead = self.env["crm.lead"].with_context(active_test=False)
        if not Lead.has_access("read") or not self.client_type_id:
            return self.env["crm.stage"]
        if self._origin and Lead.search_count(self._get_family_domain() & Domain("type", "=", "opportunity"), limit=1):
            return self.env["crm.stage"]
        return Lead._stage_find(team_id=self.client_team_id.id, domain=[("fold", "=", False)])

    def _get_sale_team(self):
        """Return the channel in which a sale to the client would be made."""
        manager = self.user_id or self.env.user
        return self.env["crm.team"]._get_default_team_id(user_id=manager.id, domain=[("use_opportunities", "=", True)])

    def _create_deal(self):
        """Make a deal of the client for its responsible manager.

        :raises UserError: if the partner is not in the client directory
        """
        self.ensure_one()
        client = self.client_id
        if not client:
            raise UserError(
                self.env._("“%(name)s” is not in the client directory. Give it a client type first.", name=self.name)
            )
        return self.env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": client.name,
                "partner_id": self.id,
                "user_id": (client.user_id or self.env.user).id,
            }
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start_sale(self):
        """Start a sale to the client: a deal in its channel, with the first task of the process.

        A deal that has not begun yet is taken instead of a second one, so two presses start one sale.

        :return: action that opens the deal
        """
        deal = self._get_deal_to_start()
        if deal.process_id and not deal.last_result_id:
            deal.action_start_sale()
        return deal.redirect_lead_opportunity_view()

    def _get_deal_to_start(self):
        """Return an open deal without results, or make one; one at a time for a client."""
        self.ensure_one()
        self.check_access("read")
        # two presses at once: the row changes, so the second waits, is retried by Odoo, and finds the deal of the first
        client_id = self.client_id.id or self.id
        self.env.cr.execute(SQL("UPDATE res_partner SET write_date = write_date WHERE id = %s", client_id))
        fresh = self._get_open_deals().filtered(lambda deal: not deal.last_result_id or deal._is_just_started())
        return self._get_leading_deal(fresh) or self._create_deal()

    def action_quick_task(self):
        """Return the action of the form that plans a task with the client in a few clicks."""
        self.ensure_one()
        return self.env["crm.quick.task"]._get_action(self, self.client_deal_id)

    def action_view_open_deals(self):
        """Return the action that shows the open deals of the client, or the only one."""
        self.ensure_one()
        deals = self._get_open_deals()
        if len(deals) == 1:
            return deals.redirect_lead_opportunity_view()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_opportunities")
        action["domain"] = [("id", "in", deals.ids)]
        action["context"] = {"default_type": "opportunity", "default_partner_id": self.id}
        return action
