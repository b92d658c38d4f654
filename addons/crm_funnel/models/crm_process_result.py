from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmProcessResult(models.Model):
    """One result on one deal: a button, or whatever does the same. A chain per deal that nobody edits.

    Every row names the one before it, and the database lets no two rows follow the same one: whatever is pressed
    twice or by two people at once is recorded once.
    """

    _name = "crm.process.result"
    _description = "Result of a Business Process"
    _order = "id DESC"
    _rec_name = "step_id"

    lead_id = fields.Many2one("crm.lead", "Deal", required=True, ondelete="cascade", readonly=True)
    previous_id = fields.Many2one("crm.process.result", "Result Before", ondelete="cascade", readonly=True)
    client_id = fields.Many2one("res.partner", ondelete="set null", index="btree_not_null", readonly=True)
    team_id = fields.Many2one("crm.team", "Channel", ondelete="set null", index="btree_not_null", readonly=True)
    process_id = fields.Many2one("crm.process", ondelete="restrict", index="btree_not_null", readonly=True)
    step_id = fields.Many2one("crm.process.step", "Result", ondelete="restrict", index="btree_not_null", readonly=True)
    pressed_step_id = fields.Many2one(
        "crm.process.step", "Button Pressed", ondelete="restrict", readonly=True, help="Differs after too many repeats."
    )
    kind = fields.Selection(
        [
            ("start", "Start"),
            ("progress", "Progress"),
            ("won", "Won"),
            ("refusal", "Refusal"),
            ("neutral", "No progress"),
            ("move", "Moved without result"),
            ("reopen", "Reopened"),
            ("revoke", "Revoked"),
        ],
        required=True,
        readonly=True,
    )
    is_backward = fields.Boolean("Backwards", readonly=True, help="The deal went back to an earlier step.")
    origin = fields.Selection(
        [
            ("button", "Button"),
            ("activity", "Finished task"),
            ("move", "Change of the deal"),
            ("call", "Call"),
            ("document", "Document"),
        ],
        default="button",
        required=True,
        readonly=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one("res.users", "Recorded by", required=True, index=True, readonly=True)
    salesperson_id = fields.Many2one("res.users", index="btree_not_null", readonly=True)
    repeat_number = fields.Integer("Time in a Row", default=1, readonly=True)
    wait_days = fields.Float(
        "Days since the Result before",
        digits=(10, 2),
        aggregator="avg",
        readonly=True,
        help="From the creation of the deal for its first result.",
    )
    comment = fields.Text(readonly=True, prefetch=False)
    lost_reason_id = fields.Many2one("crm.lost.reason", ondelete="restrict", readonly=True)
    activity_id = fields.Many2one("mail.activity", "Finished Task", ondelete="set null", readonly=True)
    next_activity_id = fields.Many2one("mail.activity", "Next Task", ondelete="set null", readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", readonly=True, bypass_search_access=True)
    revoked_id = fields.Many2one(
        "crm.process.result", "Revokes", ondelete="cascade", index="btree_not_null", readonly=True
    )
    is_revoked = fields.Boolean("Revoked", readonly=True)
    # recorded in bulk: the relationship level follows by the nightly job
    is_level_pending = fields.Boolean(readonly=True, export_string_translation=False)

    # What it changed
    step_before_id = fields.Many2one("crm.process.step", "Step before", ondelete="restrict", readonly=True)
    step_after_id = fields.Many2one(
        "crm.process.step", "Step after", ondelete="restrict", readonly=True, help="Where the deal stands afterwards."
    )
    stage_before_id = fields.Many2one("crm.stage", "Stage before", ondelete="set null", readonly=True)
    stage_id = fields.Many2one("crm.stage", "Stage after", ondelete="set null", readonly=True)
    level_before_id = fields.Many2one("crm.client.level", "Relationship before", ondelete="restrict", readonly=True)
    level_id = fields.Many2one("crm.client.level", "Relationship after", ondelete="restrict", readonly=True)
    # what revoking the result brings back
    before = fields.Json(readonly=True, prefetch=False, export_string_translation=False)

    # the first of a deal follows nothing: one index says both
    _chain_idx = models.UniqueIndex("(lead_id, COALESCE(previous_id, 0))", "This result has just been recorded.")
    _date_idx = models.Index("(date, team_id)")
    _level_pending_idx = models.Index("(id) WHERE is_level_pending IS TRUE")

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_by_hand()
        return super().write(vals)

    def unlink(self):
        self._refuse_by_hand()
        return super().unlink()

    def _refuse_by_hand(self):
        """The log is written by `crm.lead` alone, whatever rights somebody has been given on the model."""
        if not self.env.su:
            raise AccessError(self.env._("The log of results is written by the result buttons and by nobody's hand."))

    @api.depends("step_id", "kind", "stage_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for result in self:
            stage = result.stage_id.name if result.kind in ("move", "reopen") else False
            name = result.step_id.name or stage or kinds.get(result.kind)
            if result.kind == "revoke":
                name = f"{kinds['revoke']}: {name}"
            result.display_name = name
