from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list, ormcache

# switch of the channel -> type of the lead it lets in
LEAD_TYPE_OF_SWITCH = {"use_leads": "lead", "use_opportunities": "opportunity"}
SWITCH_OF_LEAD_TYPE = {lead_type: switch for switch, lead_type in LEAD_TYPE_OF_SWITCH.items()}


class CrmTeam(models.Model):
    _inherit = "crm.team"
    _description = "Sales Channel"

    name = fields.Char("Sales Channel")
    user_id = fields.Many2one(string="Channel Leader")
    member_ids = fields.Many2many(string="Members")
    # switches
    use_quotations = fields.Boolean(
        "Quotations",
        default=True,
        help="Customers of this channel get a quotation first. Without it an order is confirmed directly.",
    )
    use_opportunities = fields.Boolean(
        "Sales Pipeline", help="Deals of this channel move through the stages of the pipeline."
    )
    use_leads = fields.Boolean(
        "Leads",
        help="Incoming inquiries of this channel are qualified as leads before they become deals of a salesperson.",
    )

    # ------------------------------------------------------------
    # CONSTRAINS AND ONCHANGE
    # ------------------------------------------------------------

    @api.onchange("use_quotations", "use_opportunities", "use_leads")
    def _onchange_switches(self):
        """Say, before anything is saved, what happens to the records in flight."""
        channel = self._origin
        turned_off = [switch for switch in self._switch_names() if channel[switch] and not self[switch]]
        effects = [effect for switch in turned_off if (effect := self._get_switch_off_effect(switch))]
        return self._get_switch_off_warning(effects)

    # ------------------------------------------------------------
    # CREATE, WRITE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        channels._after_switches_changed()
        return channels

    def write(self, vals):
        turned_off = {
            switch: self.filtered(switch) for switch in self._switch_names() if switch in vals and not vals[switch]
        }
        result = super().write(vals)
        for switch, lead_type in LEAD_TYPE_OF_SWITCH.items():
            turned_off.get(switch, self.browse())._clear_open_leads(lead_type)
        if any(name in vals for name in self._switch_names()) or "active" in vals:
            self._after_switches_changed()
        return result

    # ------------------------------------------------------------
    # SWITCHES
    # ------------------------------------------------------------

    @api.model
    def _switch_names(self):
        """Names of the boolean fields that open a channel for a kind of records."""
        return ("use_quotations", "use_opportunities", "use_leads")

    @api.model
    @ormcache()
    def _get_ids_without_quotations(self):
        """Ids of the channels whose orders are confirmed directly; forms of deals and orders ask for them.

        :rtype: frozenset[int]
        """
        # sudo: cached for all users; says nothing but which channels have the switch off
        channels = self.sudo().with_context(active_test=False).search([("use_quotations", "=", False)])
        return frozenset(channels.ids)

    def _takes_lead_type(self, lead_type):
        """Whether leads of this type may be in the channel.

        :param str lead_type: 'opportunity' needs the pipeline; 'lead' needs leads, or a pipeline to become a deal in
        """
        self.ensure_one()
        return self.use_opportunities or (lead_type == "lead" and self.use_leads)

    def _get_open_leads(self, lead_type):
        """Leads or deals of the channels that are neither won nor lost, of every company."""
        # sudo: a channel without company holds leads of companies that its administrator does not work in
        return (
            self.env["crm.lead"]
            .sudo()
            .search([("team_id", "in", self.ids), ("type", "=", lead_type), ("won_status", "=", "pending")])
        )

    def _get_switch_off_effect(self, switch):
        """Sentence on what turning `switch` off does to the open records, False if there are none."""
        channel = self._origin
        if switch == "use_quotations":
            # sudo: as in `_get_open_leads`
            sent = self.env["sale.order"].sudo().search_count([("team_id", "=", channel.id), ("state", "=", "sent")])
            return sent and self.env._(
                "Quotations sent and not yet answered: %(count)s. They stay as they are and can still be confirmed or "
                "cancelled. New orders of this channel are confirmed directly.",
                count=sent,
            )
        leads = channel._get_open_leads(LEAD_TYPE_OF_SWITCH[switch])
        if not leads:
            return False
        if switch == "use_leads" and self.use_opportunities:
            return self.env._(
                "Leads not yet qualified: %(count)s. They become deals in the pipeline of this channel.",
                count=len(leads),
            )
        moves = channel._plan_lead_moves(leads)
        left = len(moves.pop(self.browse(), ()))
        moved = [
            self.env._("%(count)s to “%(channel)s”", count=len(records), channel=target.name)
            for target, records in moves.items()
        ]
        if left:
            moved.append(self.env._("%(count)s are left without a channel", count=left))
        return self.env._(
            "Open records: %(count)s. They go to another channel of their salesperson: %(moved)s. "
            "Won and lost ones stay in this channel.",
            count=len(leads),
            moved=format_list(self.env, moved),
        )

    @api.model
    def _get_switch_off_warning(self, effects):
        """Dialog that says what will happen, as an onchange returns it; None if nothing will.

        :param list[str] effects: sentences of `_get_switch_off_effect`
        """
        if not effects:
            return None
        return {
            "warning": {
                "title": self.env._("When you save, this happens to the open records"),
                "message": "\n\n".join(effects),
                "type": "dialog",
            }
        }

    def _clear_open_leads(self, lead_type):
        """Take the open leads of `lead_type` out of channels that do not take them any more.

        Leads become deals where the channel has a pipeline; everything else goes where
        `_plan_lead_moves` says. What was done is written into the channel's history.
        """
        for channel in self:
            leads = channel._get_open_leads(lead_type)
            if not leads:
                continue
            if lead_type == "lead" and channel.use_opportunities:
                leads._skip_qualification()
                channel._message_log(body=self.env._("Leads turned into deals: %(count)s.", count=len(leads)))
                continue
            for target, records in channel._plan_lead_moves(leads).items():
                records.write({"team_id": target.id})
                channel._message_log(
                    body=self.env._(
                        "Open records moved to %(target)s: %(count)s.",
                        target=f"“{target.name}”" if target else self.env._("no channel"),
                        count=len(records),
                    )
                )

    def _plan_lead_moves(self, leads):
        """Where the open leads of a channel go when it takes them no more.

        :return: the leads by their new channel: the first other channel that the salesperson leads or
            is a member of, that takes this type and lies in the lead's company; an empty channel if there is none
        :rtype: dict[crm.team, crm.lead]
        """
        self.ensure_one()
        users = leads.user_id
        # sudo: as in `_get_open_leads`
        others = self.sudo().search(
            [("id", "!=", self.id), "|", ("user_id", "in", users.ids), ("member_ids", "in", users.ids)]
        )
        moves = defaultdict(leads.browse)
        for (user, company, lead_type), records in leads.grouped(
            lambda lead: (lead.user_id, lead.company_id, lead.type)
        ).items():
            target = others.browse()
            for other in others:
                mine = user and user in (other.user_id | other.member_ids)
                if mine and other._takes_lead_type(lead_type) and (not other.company_id or other.company_id == company):
                    target = other
                    break
            moves[target] |= records
        return dict(moves)

    def _after_switches_changed(self):
        """Menus follow the switches: show *Leads* once somebody qualifies leads, and load menus anew.

        Channels that modules load (as superuser) leave the setting as the administrator has it.
        """
        if not self.env.su and any(self.mapped("use_leads")):
            # sudo: the switch of a channel does what Settings > Leads does, also for a sales administrator
            self.env.ref("base.group_user").sudo()._apply_group(self.env.ref("crm.group_use_lead").sudo())
        self.env.registry.clear_cache()

    @api.model
    def _get_switch_usage(self):
        """Which switches the active channels of the user's companies have on.

        :return: for each switch the set of its values over these channels
        :rtype: dict[str, set[bool]]
        """
        # sudo: menus are computed for users who may not read channels, too
        channels = self.sudo().search([("company_id", "in", [False, *self.env.user.company_ids.ids])])
        return {switch: set(channels.mapped(switch)) for switch in self._switch_names()}

    # ------------------------------------------------------------
    # TARGET
    # ------------------------------------------------------------

    def _may_edit_target(self):
        """Whether the user may set the invoicing target: leader of the channel or sales administrator."""
        self.ensure_one()
        return self.user_id == self.env.user or self.env.user.has_group("sales_team.group_sale_manager")

    def update_invoiced_target(self, value):
        """Set the monthly invoicing target of one channel.

        :param float value: target in the currency of the channel's card, not negative
        :raise UserError: not a number, negative, or the user is neither leader nor sales administrator
        """
        self.ensure_one()
        if not self._may_edit_target():
            raise UserError(
                self.env._(
                    "Only the leader of the channel “%(channel)s” and sales administrators may set its target.",
                    channel=self.name,
                )
            )
        try:
            target = float(value or 0)
        except (TypeError, ValueError):
            target = -1
        if not 0 <= target < float("inf"):
            raise UserError(self.env._("The invoicing target must be a number that is not negative."))
        # sudo: a leader who is no sales administrator may write this one field of his channel
        return super(CrmTeam, self.sudo()).update_invoiced_target(target)

    # ------------------------------------------------------------
    # DEFAULT CHANNEL
    # ------------------------------------------------------------

    @api.model
    def _get_default_channel_taking(self, lead_type, user):
        """First channel that `user` leads or is a member of and that takes leads of this type, if any;
        for leads one that qualifies them is preferred.

        :param str lead_type: 'lead' or 'opportunity'
        :param res.users user: salesperson
        :rtype: crm.team
        """
        channel = self._get_default_team_id(user_id=user.id, domain=[(SWITCH_OF_LEAD_TYPE[lead_type], "=", True)])
        return channel if channel and channel._takes_lead_type(lead_type) else self.browse()
