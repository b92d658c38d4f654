from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What the directory shows of a client beside the card: the last contact and the whole history."""

    _inherit = "res.partner"

    client_last_contact = fields.Datetime(
        "Last Contact",
        readonly=True,
        copy=False,
        help="When somebody last wrote, called or noted something on the client, a contact person or a deal.",
    )
    client_silent_days = fields.Integer(
        "Days without Contact",
        compute="_compute_client_silent_days",
        search="_search_client_silent_days",
        help="Days since the last contact, or since the client was entered if there was none.",
    )
    client_next_activity_id = fields.Many2one(
        "mail.activity",
        "Next Step",
        compute="_compute_client_next_activity_id",
        groups="base.group_user",
        help="The planned activity that is due first: on the client, a contact person or an open deal.",
    )
    client_next_activity_summary = fields.Char("What is Next", compute="_compute_client_next_activity_id")
    client_next_activity_date = fields.Date("Due", compute="_compute_client_next_activity_id")
    client_next_activity_user_id = fields.Many2one("res.users", "By", compute="_compute_client_next_activity_id")

    _client_last_contact_idx = models.Index("(client_last_contact) WHERE client_type_id IS NOT NULL")

    @api.depends("client_last_contact", "create_date")
    def _compute_client_silent_days(self):
        now = fields.Datetime.now()
        for partner in self:
            since = partner.client_last_contact or partner.create_date
            partner.client_silent_days = (now - since).days if since else 0

    @api.model
    def _search_client_silent_days(self, operator, value):
        """Turn days into a moment; ``value`` in days."""
        if operator not in (">=", ">", "<", "<="):
            return NotImplemented
        days = int(value) + (1 if operator in (">", "<=") else 0)
        limit = fields.Datetime.now() - timedelta(days=days)
        silent = Domain("client_last_contact", "<=", limit) | (
            Domain("client_last_contact", "=", False) & Domain("create_date", "<=", limit)
        )
        return silent if operator in (">=", ">") else ~silent

    @api.depends("activity_ids", "opportunity_ids.activity_ids")
    @api.depends_context("uid")
    def _compute_client_next_activity_id(self):
        for partner in self:
            activity = partner._get_next_activity()
            partner.client_next_activity_id = activity
            partner.client_next_activity_summary = activity.summary or activity.activity_type_id.name
            partner.client_next_activity_date = activity.date_deadline
            partner.client_next_activity_user_id = activity.user_id

    def _get_next_activity(self):
        """Return the planned activity due first among those of the whole client that the user may see."""
        if not self.client_type_id or not self._origin:
            return self.env["mail.activity"]
        family = self.search([("client_id", "=", self._origin.id)])
        deals = family._get_visible_leads([("won_status", "=", "pending")])
        return self.env["mail.activity"].search(family._get_activity_domain(deals), order="date_deadline, id", limit=1)

    def _get_visible_leads(self, domain):
        """Return the inquiries and deals of these partners that the user may see, archived ones included."""
        Lead = self.env["crm.lead"].with_context(active_test=False)
        if not Lead.has_access("read"):
            return Lead
        return Lead.search(Domain("partner_id", "in", self.ids) & Domain(domain))

    # ------------------------------------------------------------
    # LAST CONTACT
    # ------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_vals):
        if message._is_contact_with_client():
            self._touch_clients()
        return super()._message_post_after_hook(message, msg_vals)

    def _touch_clients(self):
        """Note that there was a contact with the clients of these partners just now."""
        # sudo: whoever may post on a card need not be allowed to edit it
        clients = self.sudo().client_id
        if clients:
            clients.client_last_contact = fields.Datetime.now()

    # ------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------

    def action_view_client_history(self):
        """Return the action that shows, newest first, everything said and done with the client on one page:
        notes, mails, finished activities and files of the client, the contact persons, the inquiries and deals.
        """
        self.ensure_one()
        family = self.with_context(active_test=False).search([("client_id", "=", (self.client_id or self).id)]) | self
        leads = family._get_visible_leads([])
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_clients.mail_message_action_client_history")
        action["display_name"] = self.env._("History of %(client)s", client=self.display_name)
        action["domain"] = list(
            (Domain("model", "=", "res.partner") & Domain("res_id", "in", family.ids))
            | (Domain("model", "=", "crm.lead") & Domain("res_id", "in", leads.ids))
        )
        return action
