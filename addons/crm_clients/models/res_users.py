from odoo import fields, models
from odoo.exceptions import AccessError, UserError

OWN_GROUP = "crm_clients.crm_clients_group_own"
ALL_GROUP = "crm_clients.crm_clients_group_all"


class ResUsers(models.Model):
    _inherit = "res.users"

    client_access_level = fields.Selection(
        [("own", "Own clients"), ("all", "All clients")],
        "Access to Clients",
        compute="_compute_client_access_level",
        help="Empty: the client directory does not limit this user, and he has no menu of it.",
    )

    def _compute_client_access_level(self):
        for user in self:
            # sudo: the groups of a colleague are not readable by everybody, only this answer is given away
            groups = user.sudo()
            if groups.has_group(ALL_GROUP):
                user.client_access_level = "all"
            else:
                user.client_access_level = "own" if groups.has_group(OWN_GROUP) else False

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "client_access_level", "profession_id"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "profession_id"]

    def _has_own_clients_only(self):
        """Return whether the user is limited to the clients he is responsible for; the record rules ask this."""
        return self.has_group(OWN_GROUP) and not self.has_group(ALL_GROUP)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_give_own_clients(self):
        """Limit the users to the clients they are responsible for.

        :raises AccessError: if the caller is not an administrator of sales
        :raises UserError: if a user is one, because those always see all clients
        """
        self._set_client_access(all_clients=False)

    def action_give_all_clients(self):
        """Let the users see and edit all clients.

        :raises AccessError: if the caller is not an administrator of sales
        """
        self._set_client_access(all_clients=True)

    def _set_client_access(self, all_clients):
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only a sales administrator decides who sees which clients."))
        own, everything = self.env.ref(OWN_GROUP), self.env.ref(ALL_GROUP)
        # sudo: a head of sales is no administrator of users, but decides on these two groups, checked above
        users = self.sudo().filtered(lambda user: user._is_internal())
        if all_clients:
            everything.sudo().user_ids |= users
            return
        heads = users.filtered(lambda user: user.has_group("sales_team.group_sale_manager"))
        if heads:
            raise UserError(
                self.env._(
                    "Sales administrators always see all clients: %(names)s. Lower their rights in Sales first.",
                    names=", ".join(heads.mapped("name")),
                )
            )
        everything.sudo().user_ids -= users
        own.sudo().user_ids |= users
