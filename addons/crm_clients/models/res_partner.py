from odoo import api, fields, models

from ..tools.schema import create_missing_columns

ACCESS_OPEN = 0
ACCESS_NOBODY = -1


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Directory
    client_type_id = fields.Many2one(
        "crm.client.type",
        tracking=True,
        ondelete="restrict",
        index="btree_not_null",
        help="A company or person with a type is in the client directory.",
    )
    client_id = fields.Many2one(
        "res.partner",
        compute="_compute_client_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        help="The partner itself if it is in the directory, else the nearest company above it that is.",
    )
    client_access = fields.Integer(
        "Access Key",
        compute="_compute_client_access",
        store=True,
        export_string_translation=False,
        help="Who of the users limited to own clients may see the partner: 0 everybody, -1 nobody, else the user's id.",
    )

    # Relationship
    client_level_id = fields.Many2one(
        "crm.client.level",
        "Relationship",
        tracking=True,
        ondelete="restrict",
        index="btree_not_null",
        group_expand="_read_group_client_level_ids",
    )
    is_client_level_changed = fields.Boolean(compute="_compute_is_client_level_changed")
    client_level_reason = fields.Char("Why", store=False, help="Why the relationship changes; kept in its history.")
    client_level_change_ids = fields.One2many(
        "crm.client.level.change", "partner_id", "Relationship History", groups="crm_clients.crm_clients_group_own"
    )
    client_source_id = fields.Many2one(
        "utm.source", "Source", index="btree_not_null", help="Where the client learned of the company."
    )
    client_service_ids = fields.Many2many(
        "product.template",
        "res_partner_client_service_rel",
        "partner_id",
        "product_tmpl_id",
        "Services",
        domain=[("is_client_service", "=", True)],
        help="What the client buys or may buy.",
    )
    profession_id = fields.Many2one("crm.profession", ondelete="restrict", index="btree_not_null")

    # The list of My clients: one index answers who, in which order, and how many; it holds what the rules ask as well,
    # so that counting never visits the table (bench/client_directory.py)
    _client_manager_idx = models.Index(
        "(user_id, complete_name, id DESC) INCLUDE (active, client_access, company_id, partner_share)"
        " WHERE client_type_id IS NOT NULL"
    )
    _client_access_idx = models.Index("(client_access) INCLUDE (active, company_id, partner_share)")

    def _auto_init(self):
        """Add the columns empty, which means outside the directory and open: nothing to compute in a big database."""
        create_missing_columns(self.env.cr, "res_partner", {"client_id": "int4", "client_access": "int4"})
        return super()._auto_init()

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("client_type_id", "parent_id.client_id")
    def _compute_client_id(self):
        for partner in self:
            partner.client_id = partner if partner.client_type_id else partner.parent_id.client_id

    @api.depends("client_id.user_id", "client_id.client_type_id.is_open", "partner_share")
    def _compute_client_access(self):
        own_companies = None
        for partner in self:
            client = partner.client_id
            if not client or client.client_type_id.is_open or not partner.partner_share:
                partner.client_access = ACCESS_OPEN
                continue
            if own_companies is None:
                own_companies = self.env["res.company"].sudo().search([]).partner_id  # pylint: disable=no-search-all
            partner.client_access = ACCESS_OPEN if client in own_companies else client.user_id.id or ACCESS_NOBODY

    @api.depends("client_level_id")
    def _compute_is_client_level_changed(self):
        """Whether the form holds a level that is not saved yet, so that it asks why."""
        for partner in self:
            partner.is_client_level_changed = bool(partner._origin) and (
                partner.client_level_id != partner._origin.client_level_id
            )

    @api.model
    def _read_group_client_level_ids(self, levels, domain):
        return levels.search([])  # pylint: disable=no-search-all

    # ------------------------------------------------------------
    # CREATE, WRITE
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """In the directory a new card is a client of the first type."""
        values = super().default_get(fields)
        if self.env.context.get("client_directory") and "client_type_id" in fields and not values.get("client_type_id"):
            values["client_type_id"] = self.env["crm.client.type"].search([], limit=1).id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        reasons = [vals.pop("client_level_reason", None) for vals in vals_list]
        if not self.env.su and self.env.user._has_own_clients_only():
            for vals in vals_list:
                if vals.get("client_type_id") and not vals.get("user_id"):
                    vals["user_id"] = self.env.uid
        partners = super().create(vals_list)
        self._log_level_changes(
            [
                (partner, self.env["crm.client.level"], reason)
                for partner, reason in zip(partners, reasons, strict=True)
                if partner.client_level_id
            ]
        )
        return partners

    def write(self, vals):
        vals = dict(vals)
        reason = vals.pop("client_level_reason", None)
        if vals.get("client_type_id") and not self.env.su and self.env.user._has_own_clients_only():
            # whoever takes a card into the directory keeps it in sight
            self.filtered(lambda partner: not partner.user_id and not partner.client_type_id).user_id = self.env.user
        handed_over = self._get_clients_changing_manager(vals)
        by_old_manager = handed_over.grouped("user_id")
        old_levels = {partner: partner.client_level_id for partner in self} if "client_level_id" in vals else {}
        result = super().write(vals) if vals else True
        self._log_level_changes(
            [(partner, old, reason) for partner, old in old_levels.items() if partner.client_level_id != old]
        )
        for old_manager, clients in by_old_manager.items():
            clients._move_whole_client(old_manager)
        return result

    # ------------------------------------------------------------
    # RELATIONSHIP LEVEL
    # ------------------------------------------------------------

    def _set_client_level(self, level, reason=False):
        """Set the relationship level of clients, as the business process and the import do.

        :param level: record of `crm.client.level`
        :param str reason: why, in the user's language; kept in the history
        """
        changed = self.filtered(lambda partner: partner.client_level_id != level)
        if changed:
            changed.write({"client_level_id": level.id, "client_level_reason": reason})

    def _log_level_changes(self, changes):
        """Append to the history: ``changes`` is a list of (partner, old level, reason)."""
        # sudo: nobody may write the history by hand, it is kept here alone
        self.env["crm.client.level.change"].sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "user_id": self.env.uid,
                    "old_level_id": old_level.id,
                    "new_level_id": partner.client_level_id.id,
                    "reason": reason,
                }
                for partner, old_level, reason in changes
            ]
        )
