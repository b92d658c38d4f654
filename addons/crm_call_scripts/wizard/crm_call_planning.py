from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.crm_call_day import LEADER_GROUP

# more clients are planned in several lists: one transaction stays short, and nobody calls so many in a month
MAX_CLIENTS = 5000
MAX_DAYS = 92


class CrmCallPlanning(models.TransientModel):
    """Plan calls with many clients at once: first what would happen is shown and can be changed, then all of it
    happens or nothing."""

    _name = "crm.call.planning"
    _description = "Planning of Calls"

    state = fields.Selection([("settings", "Settings"), ("preview", "What Will Happen")], default="settings")

    # With whom
    partner_ids = fields.Many2many("res.partner", "crm_call_planning_partner_rel", string="Clients and Contacts")
    lead_ids = fields.Many2many("crm.lead", "crm_call_planning_lead_rel", string="Deals to Call about")
    target_count = fields.Integer("Chosen", compute="_compute_target_count")

    # What
    name = fields.Char("Name of the List", required=True, default=lambda self: self._get_default_name())
    script_id = fields.Many2one("crm.call.script", domain=[("published_id", "!=", False)], ondelete="cascade")
    summary = fields.Char("What to Do")
    minutes = fields.Integer(
        "Length", compute="_compute_minutes", store=True, readonly=False, precompute=True, help="Minutes of one call."
    )

    # By whom
    can_choose_users = fields.Boolean(compute="_compute_can_choose_users")
    spread = fields.Selection(
        [("own", "Each client's own manager"), ("even", "Evenly over these managers")],
        default="own",
        required=True,
        help="Evenly: a manager who is limited to own clients gets none but his own.",
    )
    user_ids = fields.Many2many("res.users", string="Managers", domain=[("share", "=", False)])

    # When
    date_from = fields.Date("First Day", required=True, default=fields.Date.context_today)
    date_to = fields.Date(
        "Last Day", required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=6)
    )
    day_limit = fields.Integer("Calls a Day", default=40, required=True, help="Of one manager, planned ones included.")
    timing = fields.Selection(
        [("slot", "Each call at its own time"), ("day", "Any time of the day")], default="slot", required=True
    )
    hour_from = fields.Float("Not before", default=9.0, help="On the clock of the manager.")
    hour_to = fields.Float("Not after", default=18.0)

    # Whom not
    skip_planned = fields.Boolean("Skip Clients with a Planned Call", default=True)
    skip_days = fields.Integer("Skip Clients Called within", default=14, help="Days; 0: none is skipped.")

    # What will happen
    line_ids = fields.One2many("crm.call.planning.line", "planning_id", "Calls", domain=[("is_skipped", "=", False)])
    skipped_ids = fields.One2many(
        "crm.call.planning.line", "planning_id", "Skipped Clients", domain=[("is_skipped", "=", True)]
    )
    planned_count = fields.Integer("Calls to Plan", compute="_compute_summary")
    skipped_count = fields.Integer("Clients Skipped", compute="_compute_summary")
    summary_table = fields.Json(compute="_compute_summary", export_string_translation=False)

    _check_limits = models.Constraint("CHECK(day_limit > 0 AND minutes > 0)", "Plan at least one call of one minute.")
    _check_hours = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The time of day begins before it ends, between 0:00 and 24:00.",
    )

    # ------------------------------------------------------------
    # DEFAULTS, COMPUTES
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """The chosen cards or deals; who is no leader plans for himself."""
        values = super().default_get(fields)
        ids = self.env.context.get("active_ids") or []
        name = {"res.partner": "partner_ids", "crm.lead": "lead_ids"}.get(self.env.context.get("active_model"))
        if name and ids:
            values[name] = [Command.set(ids)]
        if not self.env.user.has_group(LEADER_GROUP):
            values.update(spread="even", user_ids=[Command.set(self.env.user.ids)])
        return values

    @api.model
    def _get_default_name(self):
        return self.env._("Calls of %(day)s", day=fields.Date.to_string(fields.Date.context_today(self)))

    @api.depends("partner_ids", "lead_ids")
    def _compute_target_count(self):
        for planning in self:
            planning.target_count = len(planning.partner_ids) + len(planning.lead_ids)

    @api.depends("script_id")
    def _compute_minutes(self):
        for planning in self:
            planning.minutes = planning.script_id.minutes or planning.minutes or 15

    @api.depends_context("uid")
    def _compute_can_choose_users(self):
        self.can_choose_users = self.env.user.has_group(LEADER_GROUP)

    @api.depends("line_ids.is_included", "line_ids.user_id", "line_ids.date", "skipped_ids.is_included")
    def _compute_summary(self):
        for planning in self:
            lines = planning._get_included()
            planning.planned_count = len(lines)
            planning.skipped_count = len(planning.line_ids) + len(planning.skipped_ids) - len(lines)
            planning.summary_table = planning._get_summary_table(lines)

    def _get_summary_table(self, lines):
        """Return how many calls each manager gets on each day: {days: [text], rows: [{name, counts, total}]}."""
        days = sorted({line.date for line in lines if line.date})
        counts = {}
        for line in lines:
            of_user = counts.setdefault(line.user_id, {})
            of_user[line.date] = of_user.get(line.date, 0) + 1
        return {
            "days": [fields.Date.to_string(day) for day in days],
            "rows": [
                {
                    "name": user.name or "",
                    "counts": [of_user.get(day, 0) for day in days],
                    "total": sum(of_user.values()),
                }
                for user, of_user in sorted(counts.items(), key=lambda pair: pair[0].name or "")
            ],
        }

    def _get_included(self):
        return (self.line_ids | self.skipped_ids).filtered("is_included")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_preview(self):
        """Work out who would call whom and when, and show it.

        :raises UserError: if the settings do not fit together
        """
        self.ensure_one()
        self._check_settings()
        self.env["crm.call.planning.line"].search([("planning_id", "=", self.id)]).unlink()
        self.env["crm.call.planning.line"].create(self._prepare_lines())
        self.invalidate_recordset(["line_ids", "skipped_ids"])
        self.state = "preview"
        return self._reopen()

    def action_back(self):
        """Go back to the settings."""
        self.ensure_one()
        self.state = "settings"
        return self._reopen()

    def action_plan(self):
        """Plan all calls that are included, or none.

        :return: action of the new call list
        :raises UserError: if something has changed meanwhile, so that one of them is not possible
        """
        self.ensure_one()
        lines = self._get_included()
        if not lines:
            raise UserError(self.env._("No client is left to be called. Go back and change the settings."))
        self._check_settings()
        lines._check_plannable()
        call_list = self._create_list(lines)
        lines._create_tasks(call_list)
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.call.list",
            "res_id": call_list.id,
            "views": [(False, "form")],
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan Calls"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _create_list(self, lines):
        values = {
            "name": self.name,
            "script_id": self.script_id.id,
            "summary": self.summary,
            "date_from": min(lines.mapped("date")),
            "date_to": max(lines.mapped("date")),
            "author_id": self.env.uid,
            "user_ids": [Command.set(lines.user_id.ids)],
            "company_id": self.env.company.id,
            "planned_count": len(lines),
        }
        # sudo: a list is made by the planning alone, whose rights were asked before
        return self.env["crm.call.list"].sudo().create(values)

    def _get_call_type(self):
        """Return the type of activity of the planned calls.

        :raises UserError: if there is none
        """
        models = ("crm.lead",) if self.lead_ids else ("res.partner",)
        kind = self.env["mail.activity.type"].search(
            [("category", "=", "phonecall"), ("res_model", "in", [False, *models])], limit=1
        )
        if not kind:
            raise UserError(self.env._("There is no type of activity for calls any more. An administrator adds one."))
        return kind

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check_settings(self):
        """Check what can be said before anything is worked out.

        :raises UserError: with what is to be changed
        """
        today = fields.Date.context_today(self)
        if not self.target_count:
            raise UserError(self.env._("Choose clients or deals in a list first, then plan calls with them."))
        if self.target_count > MAX_CLIENTS:
            raise UserError(
                self.env._("At most %(count)s clients are planned at once. Make several lists.", count=MAX_CLIENTS)
            )
        if self.date_to < self.date_from or self.date_to < today:
            raise UserError(self.env._("The last day must not be over, nor before the first one."))
        if (self.date_to - max(self.date_from, today)).days > MAX_DAYS:
            raise UserError(self.env._("Plan at most %(days)s days ahead.", days=MAX_DAYS))
        if self.spread == "even" and not self.user_ids:
            raise UserError(self.env._("Choose the managers who are to call."))
        self.script_id.check_access("read")
        self._check_users(self.user_ids if self.spread == "even" else self.env.user)

    def _check_users(self, users):
        """Check that the user may plan calls for these managers.

        :raises UserError: if he is no leader and one of them is not himself, or one of them is no manager
        """
        if users - self.env.user and not self.env.user.has_group(LEADER_GROUP):
            raise UserError(self.env._("Only a leader plans calls for others. Plan them for yourself."))
        for user in users:
            # sudo: whether a colleague works here and sells is no secret
            if not user.sudo().active or not user.sudo().has_group("sales_team.group_sale_salesman"):
                raise UserError(self.env._("%(user)s has no access to sales and cannot call.", user=user.sudo().name))
