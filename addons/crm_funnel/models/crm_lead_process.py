import json

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_clients.tools.schema import create_missing_columns

# a deal that waits longer than this many times the expected days is very late
VERY_LATE = 2


class CrmLead(models.Model):
    """Where a deal stands in its business process, and which result buttons that gives."""

    _inherit = "crm.lead"

    process_id = fields.Many2one(
        "crm.process",
        compute="_compute_process_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        domain="[('state', '=', 'running'), '|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]",
        help="The business process that the deal follows; by default that of its channel.",
    )
    result_ids = fields.One2many("crm.process.result", "lead_id", "Results", readonly=True, copy=False)
    process_step_id = fields.Many2one(
        "crm.process.step",
        "Last Step",
        compute="_compute_last_result",
        store=True,
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        help="The last step of the process that the deal has passed.",
    )
    last_result_id = fields.Many2one(
        "crm.process.result", compute="_compute_last_result", store=True, ondelete="set null", copy=False
    )
    last_result_date = fields.Datetime("Last Result on", compute="_compute_last_result", store=True, copy=False)
    silent_since = fields.Datetime(
        "Waiting since",
        compute="_compute_last_result",
        store=True,
        copy=False,
        help="Since the last result; since its creation if there is none.",
    )
    result_silent_days = fields.Integer(
        "Days since the Last Result", compute="_compute_result_silent_days", help="Since its creation if there is none."
    )
    result_lateness = fields.Selection(
        [("in_time", "In time"), ("late", "Late"), ("very_late", "Very late")],
        "Against the Expected Time",
        compute="_compute_result_silent_days",
        help="Late: the next step takes longer than the process expects. Very late: twice as long.",
    )
    result_buttons = fields.Json(compute="_compute_result_buttons", export_string_translation=False)
    # the same as text for kanban cards: a Json value is copied deeply every time it is read
    result_card = fields.Char(compute="_compute_result_card", export_string_translation=False)

    _last_result_idx = models.Index("(last_result_id) WHERE last_result_id IS NOT NULL")
    # whatever the pyramid, the report and the rules of access look at: their counts read this index and no deal
    _pyramid_idx = models.Index(
        "(process_id, create_date) INCLUDE (id, process_step_id, won_status, active, silent_since, company_id, user_id, "
        "team_id, source_id, client_access, date_closed, expected_revenue) "
        "WHERE type = 'opportunity' AND process_id IS NOT NULL"
    )
    _date_closed_idx = models.Index("(date_closed, process_id) WHERE date_closed IS NOT NULL")

    def _auto_init(self):
        """Add the columns with one query at most: there are no results yet, and `_assign_processes` fills the rest."""
        columns = dict.fromkeys(("process_id", "process_step_id", "last_result_id"), "int4")
        columns.update(last_result_date="timestamp", silent_since="timestamp")
        if "silent_since" in create_missing_columns(self.env.cr, "crm_lead", columns):
            self.env.cr.execute("UPDATE crm_lead SET silent_since = COALESCE(last_result_date, create_date)")
        return super()._auto_init()

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("team_id", "type")
    def _compute_process_id(self):
        """A deal keeps a process that its channel still has; else it gets the channel's."""
        by_team = self.env["crm.process"]._get_allowed_ids_by_team()
        for lead in self:
            # those of its own channel come before those of every channel
            allowed = [*by_team.get(lead.team_id.id, []), *by_team.get(False, [])]
            if lead.type != "opportunity":
                lead.process_id = False
            elif lead.process_id.id not in allowed:
                lead.process_id = allowed[0] if allowed else False

    @api.depends("result_ids", "process_id")
    def _compute_last_result(self):
        """The log says where a deal stands; before its first result, and in another process, its stage does."""
        last_ids = dict(
            self.env["crm.process.result"]._read_group([("lead_id", "in", self.ids)], ["lead_id"], ["id:max"])
        )
        results = self.env["crm.process.result"].browse(last_ids.values()).grouped("lead_id")
        for lead in self:
            last = results.get(lead._origin, self.env["crm.process.result"])
            lead.last_result_id = last
            lead.last_result_date = last.date
            lead.silent_since = last.date or lead.create_date
            step = last.step_after_id if last else lead.process_step_id
            if not last or step.process_id != lead.process_id:
                step = lead.process_id._get_step_of_stage(lead.stage_id)
            lead.process_step_id = step

    @api.depends("silent_since", "process_step_id", "won_status")
    def _compute_result_silent_days(self):
        now = fields.Datetime.now()
        for lead in self:
            lead.result_silent_days = (now - (lead.silent_since or now)).days
            expected = lead.won_status == "pending" and lead.process_id._get_expected_days(lead.process_step_id.id)
            if not expected or lead.result_silent_days <= expected:
                lead.result_lateness = "in_time"
            else:
                lead.result_lateness = "late" if lead.result_silent_days <= VERY_LATE * expected else "very_late"

    @api.depends("process_id", "process_step_id", "last_result_id", "won_status", "active", "type")
    @api.depends_context("lang", "uid")
    def _compute_result_buttons(self):
        for lead in self:
            lead.result_buttons = lead._prepare_result_buttons()

    @api.depends("process_id", "process_step_id", "last_result_id", "won_status", "active", "type")
    @api.depends_context("lang", "uid")
    def _compute_result_card(self):
        """Cards that stand at the same place have the same buttons: they are worked out and written down once."""
        texts = {}
        for lead in self:
            key = lead._get_button_key()
            if key not in texts:
                texts[key] = json.dumps(lead._prepare_buttons())
            state = lead._prepare_result_state()
            lead.result_card = state and f'{json.dumps(state)[:-1]}, "buttons": {texts[key]}}}'

    # ------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------

    @api.readonly
    def get_result_buttons(self):
        """Return the result buttons of one deal, as the field `result_buttons` has them.

        :return: dict with ``last_result_id`` (id of the result that the buttons follow, False for none),
            ``can_start`` (whether *Start sale* is possible), ``buttons`` (list of dict with ``step_id``, ``name``,
            ``kind``, ``asks``: whether the press opens a form, ``hint``: text or False) and ``revoke`` (dict with
            ``result_id`` and ``name`` of the last result if the user may revoke it now, else False);
            False if the record is no deal
        """
        self.ensure_one()
        self.check_access("read")
        return self._prepare_result_buttons()

    def _prepare_result_buttons(self):
        state = self._prepare_result_state()
        return state and {**state, "buttons": self._prepare_buttons()}

    def _prepare_result_state(self):
        """Return what every deal has of its own beside the buttons; False if the record is no deal."""
        if self.type != "opportunity" or not self._origin:
            return False
        return {
            "last_result_id": self.last_result_id.id,
            "can_start": bool(self.process_id) and not self.last_result_id and self._is_open_deal(),
            "revoke": self._prepare_revoke_button(),
        }

    def _get_button_key(self):
        """Return what the buttons of a deal depend on: deals with the same key have the same ones."""
        if not self._is_open_deal():
            return False
        last = self._get_standing_result()
        repeated = (last.step_id.id, last.repeat_number) if last.kind == "neutral" else False
        return (self.process_id.id, self.process_step_id.id, repeated, bool(self.expected_revenue))

    def _prepare_buttons(self):
        return [self._prepare_result_button(step) for step in self._get_possible_steps()]

    def _prepare_result_button(self, step):
        effective = self._get_effective_step(step)
        return {
            "step_id": step.id,
            "name": step.name,
            "kind": step.kind,
            "asks": bool(self._get_missing_demands(effective)),
            "hint": step._get_button_hint(effective, self._get_repeat_number(step)),
        }

    def _is_open_deal(self):
        return self.type == "opportunity" and self.active and self.won_status == "pending"

    def _get_possible_steps(self):
        """Return the steps whose buttons the deal has now."""
        return self._get_offered_steps().filtered("has_button")

    def _get_offered_steps(self):
        """Return the steps that can be recorded now: of the deal's process, not behind it, not waiting for another."""
        steps = self.env["crm.process.step"]
        if not self.process_id or not self._is_open_deal():
            return steps
        return steps.browse(self.process_id._get_offered_step_ids(self.process_step_id.id))

    def _get_standing_result(self):
        """Return the last result of the deal that has not been revoked, maybe none."""
        # sudo: whoever sees the deal sees its log; it is read at once for all deals on the screen
        return self.sudo().last_result_id._get_standing()

    def _get_repeat_number(self, step):
        """Return the how many-th time in a row this result would be."""
        last = self._get_standing_result()
        return last.repeat_number + 1 if last.step_id == step and last.kind == step.kind else 1

    def _get_effective_step(self, step):
        """Return what pressing the button of ``step`` records: itself, or what happens after so many times."""
        if step.repeat_step_id and self._get_repeat_number(step) >= step.repeat_count > 1:
            return step.repeat_step_id
        return step

    # ------------------------------------------------------------
    # SET-BASED
    # ------------------------------------------------------------

    @api.model
    def _assign_processes(self):
        """Give every deal without a process that of its channel, and the last step that its stage stands for.

        One query for each channel with a process, whatever the number of deals; nothing is recorded in the log.
        """
        self.env["crm.lead"].flush_model()
        by_team = self.env["crm.process"]._get_id_by_team()
        for team_id, process_id in by_team.items():
            of_team = SQL("team_id = %s", team_id)
            if not team_id:
                others = [other for other in by_team if other] or [0]
                of_team = SQL("(team_id IS NULL OR team_id NOT IN %s)", tuple(others))
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_lead SET process_id = %s, process_step_id = COALESCE(process_step_id, %s)
                        WHERE process_id IS NULL AND type = 'opportunity' AND %s""",
                    process_id,
                    self.env["crm.process"].browse(process_id)._get_step_by_stage_sql(),
                    of_team,
                )
            )
        self.env["crm.lead"].invalidate_model(["process_id", "process_step_id"])
