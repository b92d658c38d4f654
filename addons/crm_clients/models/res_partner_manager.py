from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ResPartner(models.Model):
    """Handing a client over: the responsible manager changes, and the whole client follows him."""

    _inherit = "res.partner"

    def _get_clients_changing_manager(self, vals):
        """Return the clients of ``self`` that get another responsible manager by ``vals``.

        :raises AccessError: if the user is limited to own clients: he would lose, or take, a client
        """
        if "user_id" not in vals:
            return self.browse()
        new_id = vals["user_id"] or False
        changing = self.filtered(lambda partner: partner.client_type_id and partner.user_id.id != new_id)
        if changing and not self.env.su and self.env.user._has_own_clients_only():
            raise AccessError(
                self.env._(
                    "Who is responsible for a client is decided by those who see all clients. "
                    "Ask your head of sales to hand over: %(clients)s.",
                    clients=", ".join(changing.mapped("display_name")),
                )
            )
        return changing

    def _move_whole_client(self, old_manager):
        """Give what ``old_manager`` had of these clients to their new manager, one and the same for all of them.

        Contact persons, open deals and planned activities move; won and lost deals stay with who did them, and so
        does whatever a third colleague works on. Without a new manager only the contact persons are freed.
        """
        if not old_manager:
            return
        new_manager = self.user_id
        # sudo: whoever may hand a client over, hands over all of it, also what is archived or not his to edit
        family = self.sudo().with_context(active_test=False).search([("client_id", "in", self.ids)])
        contacts = family.filtered(lambda partner: not partner.client_type_id and partner.user_id == old_manager)
        contacts.user_id = new_manager
        if old_manager.sudo()._has_own_clients_only():  # sudo: asks one yes or no about a colleague's groups
            family._unsubscribe_from_client(old_manager.partner_id)
        if not new_manager:
            return
        deals = family.env["crm.lead"].search(
            [
                ("partner_id", "in", family.ids),
                ("user_id", "=", old_manager.id),
                ("won_status", "=", "pending"),
            ]
        )
        deals.user_id = new_manager
        activities = family.env["mail.activity"].search(
            family._get_activity_domain(deals) & Domain("user_id", "=", old_manager.id)
        )
        activities.user_id = new_manager

    def _unsubscribe_from_client(self, follower):
        """Stop the mails of these partners, their inquiries and deals, which ``follower`` could not open any more."""
        leads = self.env["crm.lead"].with_context(active_test=False).search([("partner_id", "in", self.ids)])
        for records in (self, leads):
            records.message_unsubscribe(follower.ids)

    def _get_activity_domain(self, deals):
        """Return the domain of the planned activities on these partners and on ``deals``."""
        on_partners = Domain("res_model", "=", "res.partner") & Domain("res_id", "in", self.ids)
        on_deals = Domain("res_model", "=", "crm.lead") & Domain("res_id", "in", deals.ids)
        return on_partners | on_deals
