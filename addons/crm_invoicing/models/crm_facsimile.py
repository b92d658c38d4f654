from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# Usual widths on paper in millimetres: a round stamp has 38 to 42, a signature takes the room of its line.
WIDTHS = {"signature": 45, "stamp": 40}


class CrmFacsimile(models.Model):
    """The scan of a signature or stamp, and who may put it on papers.

    The picture itself is no field: see `crm_facsimile_scan.py`.
    """

    _name = "crm.facsimile"
    _description = "Facsimile"
    _order = "company_id, kind, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True, help="An archived facsimile is put on no paper any more.")
    kind = fields.Selection([("signature", "Signature"), ("stamp", "Stamp")], required=True, default="signature")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    owner_id = fields.Many2one(
        "res.users",
        "Whose Signature",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="May use it, may replace the scan and sees where it was used.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="May Be Used by",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="They and the owner put it on papers and see it; nobody else does, whatever other rights he has.",
    )
    width_mm = fields.Integer(
        "Width on Paper", compute="_compute_width_mm", store=True, readonly=False, precompute=True, help="Millimetres."
    )
    can_use = fields.Boolean("Allowed to Me", compute="_compute_can_use", search="_search_can_use")
    can_set_scan = fields.Boolean(compute="_compute_can_set_scan", export_string_translation=False)
    use_count = fields.Integer("Stamped Copies", compute="_compute_use_count")

    _check_width_mm = models.Constraint(
        "CHECK (width_mm BETWEEN 5 AND 120)", "The width of a facsimile on paper is 5 to 120 millimetres."
    )

    @api.depends("kind")
    def _compute_width_mm(self):
        for facsimile in self:
            facsimile.width_mm = WIDTHS.get(facsimile.kind)

    @api.depends("active", "owner_id", "user_ids", "company_id")
    @api.depends_context("uid")
    def _compute_can_use(self):
        for facsimile in self:
            facsimile.can_use = facsimile._may_use(self.env.user)

    def _search_can_use(self, operator, value):
        if operator != "in":
            return NotImplemented
        user = self.env.user
        allowed = [
            "&",
            ("company_id", "in", user.company_ids.ids),
            "|",
            ("owner_id", "=", user.id),
            ("user_ids", "in", user.ids),
        ]
        return [*allowed, ("active", "=", True)] if True in value else ["!", *allowed]

    @api.depends("owner_id")
    @api.depends_context("uid")
    def _compute_can_set_scan(self):
        for facsimile in self:
            facsimile.can_set_scan = facsimile._may_set_scan()

    def _compute_use_count(self):
        counts = self.env["crm.facsimile.use"]._read_group(
            [("facsimile_id", "in", self.ids), ("event", "=", "stamped")], ["facsimile_id"], ["__count"]
        )
        counts = {facsimile.id: count for facsimile, count in counts}
        for facsimile in self:
            facsimile.use_count = counts.get(facsimile.id, 0)

    @api.constrains("user_ids", "owner_id")
    def _check_users(self):
        for facsimile in self:
            outsider = facsimile._get_entitled_users().filtered("share")[:1]
            if outsider:
                raise ValidationError(
                    self.env._("%(user)s is no user of the office: no facsimile for portals.", user=outsider.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        facsimiles = super().create(vals_list)
        for facsimile in facsimiles:
            facsimile._log_entitled(self.env["res.users"])
        return facsimiles

    def write(self, vals):
        """Who may use a facsimile is part of the log: nobody gets the right for an hour unseen."""
        if not {"owner_id", "user_ids"} & vals.keys():
            return super().write(vals)
        before = {facsimile: facsimile._get_entitled_users() for facsimile in self}
        result = super().write(vals)
        for facsimile, users in before.items():
            facsimile._log_entitled(users)
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=facsimile.name)}
            for facsimile, vals in zip(self, vals_list, strict=True)
        ]

    def action_view_uses(self):
        """Open the papers that carry the facsimile."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.crm_facsimile_use_action")
        return {**action, "domain": [("facsimile_id", "in", self.ids)], "context": {}}

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def _get_entitled_users(self):
        # archived users as well: they come back with their rights
        facsimile = self.with_context(active_test=False)
        return facsimile.owner_id | facsimile.user_ids

    def _may_use(self, user):
        """Return whether a user may put this facsimile on papers and see it. No group gives this right."""
        # sudo: the answer is asked for papers whose facsimile the user does not see, and of any user's companies
        facsimile = self.sudo()
        return (
            facsimile.active
            and not user.share
            and user in facsimile._get_entitled_users()
            and facsimile.company_id in user.sudo().company_ids  # sudo: as above
        )

    def _may_set_scan(self):
        """Return whether the user may replace the scan: sales administrators and the owner of the signature."""
        self.ensure_one()
        # sudo: the owner reads his facsimile by a rule, whose he is, is asked before
        return self.sudo().owner_id == self.env.user or self.has_access("write")

    def _check_may_use(self):
        """:raises UserError: if one is archived
        :raises AccessError: if one may not be used by the user; superuser rights do not help
        """
        # sudo: names the facsimile in the message, of which the user sees nothing else
        for facsimile in self.sudo():
            if not facsimile.active:
                raise UserError(
                    self.env._(
                        'The facsimile "%(facsimile)s" is archived: no paper gets it any more.',
                        facsimile=facsimile.name,
                    )
                )
            if not facsimile._may_use(self.env.user):
                raise AccessError(
                    self.env._(
                        'You may not use the facsimile "%(facsimile)s". Print without signature and stamp, '
                        "or ask a sales administrator for the right.",
                        facsimile=facsimile.name,
                    )
                )

    def _log_entitled(self, before):
        """Write into the log who may use the facsimile from now on, if that has changed."""
        users = self._get_entitled_users()
        names = [f"+ {user.name}" for user in users - before] + [f"- {user.name}" for user in before - users]
        if names:
            self._log_event("users", ", ".join(names))

    def _log_event(self, event, note=None):
        # sudo: the log is closed to everybody's hand
        uses = self.env["crm.facsimile.use"].sudo()
        return uses.create([{"facsimile_id": facsimile.id, "event": event, "note": note} for facsimile in self])
