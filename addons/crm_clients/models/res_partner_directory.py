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
    client_contact_count = fields.Integer("Contact Persons", compute="_compute_client_contact_count")

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

    def _compute_client_contact_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("client_id", "in", self.ids), ("client_type_id", "=", False)], ["client_id"], ["__count"]
            )
        )
        for partner in self:
            partner.client_contact_count = counts.get(partner, 0)

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
            super(ResPartner, clients).write({"client_last_contact": fields.Datetime.now()})
