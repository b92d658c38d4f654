from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


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
    # how long the deal stood on the step before, whatever was tried there meanwhile
    step_days = fields.Float(
        "Days on the Step before",
        digits=(10, 2),
        aggregator="avg",
        readonly=True,
        help="Since the deal reached the step on which it stood; since its creation if none.",
    )
    step_date = fields.Datetime("On Its Step since", readonly=True, help="When the deal reached the step after.")
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
    won_status_before = fields.Selection("_get_won_statuses", "Won or Lost before", readonly=True)
    won_status = fields.Selection("_get_won_statuses", "Won or Lost after", readonly=True)
    level_before_id = fields.Many2one("crm.client.level", "Relationship before", ondelete="restrict", readonly=True)
    level_id = fields.Many2one("crm.client.level", "Relationship after", ondelete="restrict", readonly=True)
    # what revoking the result brings back
    before = fields.Json(readonly=True, prefetch=False, export_string_translation=False)

    # the first of a deal follows nothing: one index says both
    _chain_idx = models.UniqueIndex("(lead_id, COALESCE(previous_id, 0))", "This result has just been recorded.")
    _date_idx = models.Index("(date, team_id)")
    # the results that moved a deal, for the time on each step: the figures of a deal read this index and no result
    _arrival_idx = models.Index(
        "(lead_id) INCLUDE (process_id, date, step_after_id, step_before_id, won_status, won_status_before, step_days) "
        "WHERE is_revoked IS NOT TRUE AND kind <> 'revoke' AND (step_after_id IS DISTINCT FROM step_before_id "
        "OR won_status IS DISTINCT FROM won_status_before)"
    )
    _level_pending_idx = models.Index("(id) WHERE is_level_pending IS TRUE")

    @api.model
    def _get_won_statuses(self):
        return self.env["crm.lead"]._fields["won_status"]._description_selection(self.env)

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

    # ------------------------------------------------------------
    # SET-BASED
    # ------------------------------------------------------------

    @api.model
    def _fill_standing(self, leads=None):
        """Work out for a whole log since when the deals stood on their step, and whether they were won or lost.

        For a log that was not written by `crm.lead._append_results`. Of a movement without result it does not say what the deal was
        afterwards: that is known of its last row only, the others count as open. What was revoked counts from the day
        on which it was.

        :param leads: the deals whose log it is; by default all
        """
        self.flush_model()
        self.env["crm.lead"].flush_model()
        condition = SQL("result.lead_id IN %s", tuple(leads.ids)) if leads else SQL("TRUE")
        self.env.cr.execute(
            SQL(
                """
            WITH turn AS (
                SELECT result.id, result.lead_id, result.date, lead.create_date,
                       CASE WHEN result.kind = 'won' THEN 'won'
                            WHEN result.kind = 'refusal' THEN 'lost'
                            WHEN result.id = lead.last_result_id THEN lead.won_status
                            ELSE 'pending' END AS won_status,
                       result.kind = 'reopen' OR result.step_after_id IS DISTINCT FROM result.step_before_id AS moves
                  FROM crm_process_result result
                  JOIN crm_lead lead ON lead.id = result.lead_id
                 WHERE %s
            ), stand AS (
                SELECT id, date, won_status, lag(won_status, 1, 'pending') OVER deal AS won_status_before,
                       COALESCE(max(date) FILTER (WHERE moves) OVER deal, create_date) AS step_date,
                       COALESCE(max(date) FILTER (WHERE moves) OVER earlier, create_date) AS date_before
                  FROM turn
                WINDOW deal AS (PARTITION BY lead_id ORDER BY id),
                       earlier AS (PARTITION BY lead_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            )
            UPDATE crm_process_result result
               SET won_status = stand.won_status,
                   won_status_before = stand.won_status_before,
                   step_date = stand.step_date,
                   step_days = round(GREATEST(EXTRACT(epoch FROM stand.date - stand.date_before), 0) / 86400, 2)
              FROM stand
             WHERE stand.id = result.id
            """,
                condition,
            )
        )
        self.invalidate_model(["won_status", "won_status_before", "step_date", "step_days"])
