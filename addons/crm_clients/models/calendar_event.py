from odoo import api, fields, models
from odoo.fields import Domain


class CalendarEvent(models.Model):
    """For a manager limited to own clients a colleague's meeting with a foreign client is busy time and no more."""

    _inherit = "calendar.event"

    is_with_foreign_client = fields.Boolean(
        compute="_compute_is_with_foreign_client", compute_sudo=True, export_string_translation=False
    )

    @api.depends("opportunity_id", "partner_ids")
    @api.depends_context("uid")
    def _compute_is_with_foreign_client(self):
        """Whether the meeting is with a client, or about a deal, that the user may not see.

        Read by searches, not from the record: a user's own reading of the attendees leaves out whom he may not see, and
        the cache is one for all.
        """
        foreign = self.browse()
        if self.env.user._has_own_clients_only():
            domain = Domain("id", "in", self.ids)
            foreign = self.with_context(active_test=False).search(domain & self._get_foreign_client_domain())
        for event in self:
            event.is_with_foreign_client = event._origin in foreign

    @api.model
    def _get_foreign_client_domain(self):
        """Return the domain of meetings with foreign clients to which the user is not invited."""
        user = self.env.user
        foreign = Domain("client_access", "not in", [0, user.id])
        mine = Domain("user_id", "=", user.id) | Domain("partner_ids", "in", user.partner_id.ids)
        return ~mine & (Domain("partner_ids", "any!", foreign) | Domain("opportunity_id", "any!", foreign))

    @api.depends("is_with_foreign_client")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """The name depends on who reads it, and the cache is one for all."""
        super()._compute_display_name()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_foreign_client(self):
        """Odoo asks who may change a private meeting when it is written, and not when it is deleted."""
        if not self.env.su and (foreign := self.filtered("is_with_foreign_client")):
            raise self.env["ir.rule"]._make_access_error("unlink", foreign)

    def _check_private_event_conditions(self):
        return super()._check_private_event_conditions() or self.is_with_foreign_client

    def _get_default_privacy_domain(self):
        """Odoo keeps private meetings out of grouped figures by this domain; so are those with foreign clients."""
        domain = Domain(super()._get_default_privacy_domain())
        if self.env.user._has_own_clients_only():
            domain &= ~self._get_foreign_client_domain()
        return domain
