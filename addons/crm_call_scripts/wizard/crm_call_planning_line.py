from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.crm_call_list_items import BY_PLANNING, PLANNING_TOKEN
from .crm_call_planning_targets import Target

# how many lines a message names before it goes on with dots
NAMED_IN_MESSAGE = 5


class CrmCallPlanningLine(models.TransientModel):
    """One call that would be planned, or a client who would be skipped and why."""

    _name = "crm.call.planning.line"
    _description = "Planned Call in the Making"
    _order = "planning_id, sequence, id"

    planning_id = fields.Many2one("crm.call.planning", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    is_included = fields.Boolean("Include", default=True)
    is_skipped = fields.Boolean(readonly=True, export_string_translation=False)
    partner_id = fields.Many2one("res.partner", "Whom to Call", readonly=True, ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", "About the Deal", readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Manager", domain=[("share", "=", False)], ondelete="cascade")
    date = fields.Date(compute="_compute_date", store=True, readonly=False, precompute=True)
    start = fields.Datetime("Time of the Call", help="Empty: any time of the day.")
    problem = fields.Char("Why Not", readonly=True)
    contact_tz = fields.Selection(related="partner_id.tz", string="Client's Time Zone")

    @api.depends("start")
    def _compute_date(self):
        """The day of a call with a time is the day of that time, on the clock of whoever calls."""
        for line in self:
            if line.start:
                tz = line.user_id.tz or self.env.user.tz
                line.date = fields.Datetime.context_timestamp(line.with_context(tz=tz), line.start).date()

    def _get_target(self):
        self.ensure_one()
        return Target(self.partner_id.id, self.lead_id.id)

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check_plannable(self):
        """Check all these lines once more: minutes may have passed, and the user may have changed some.

        :raises UserError: naming the first few that cannot be planned, and why
        """
        planning = self.planning_id
        planning._check_users(self.user_id)
        targets = {line: line._get_target() for line in self}
        problems = self._find_changes(planning, targets)
        for line in self:
            if line not in problems and (not line.user_id or not line.date):
                problems[line] = self.env._("Has no manager or no day.")
            elif line not in problems and self._is_over(line):
                problems[line] = self.env._("The time is over.")
        self._raise_problems(problems)

    def _find_changes(self, planning, targets):
        """Return what has come up since the preview: {line: text}."""
        every = list(targets.values())
        reasons = planning._get_reasons(every)[0]
        # a client who was skipped and taken in by hand is called for all that
        fresh = [target for line, target in targets.items() if not line.is_skipped and target not in reasons]
        reasons.update(planning._find_planned(fresh))
        for user, lines in self.grouped("user_id").items():
            of_user = [targets[line] for line in lines if targets[line] not in reasons]
            allowed = planning._get_allowed(of_user, user) if user else set()
            reasons.update(
                {one: self.env._("%(user)s may not call.", user=user.name) for one in of_user if one not in allowed}
            )
        return {line: reasons[target] for line, target in targets.items() if target in reasons}

    def _is_over(self, line):
        if line.start:
            return line.start < fields.Datetime.now()
        return line.date < fields.Date.context_today(line)

    def _raise_problems(self, problems):
        if not problems:
            return
        named = [f"{line._get_visible_name()}: {text}" for line, text in list(problems.items())[:NAMED_IN_MESSAGE]]
        raise UserError(
            self.env._(
                "Nothing was planned, because these calls are not possible (%(count)s):\n%(calls)s\nLeave them out or change them.",
                count=len(problems),
                calls="\n".join(named),
            )
        )

    def _get_visible_name(self):
        record = (self.partner_id or self.lead_id)._filtered_access("read")
        return record.display_name or self.env._("A client whom you may not see")

    # ------------------------------------------------------------
    # PLANNING
    # ------------------------------------------------------------

    def _create_tasks(self, call_list):
        """Create the tasks of these lines, all at once. The managers find them in their day: no mail for each."""
        kind = self.planning_id._get_call_type()
        context = {"mail_activity_quick_update": True, BY_PLANNING: PLANNING_TOKEN}
        self.env["mail.activity"].with_context(**context).create([line._prepare_task(call_list, kind) for line in self])

    def _prepare_task(self, call_list, kind):
        target = self.lead_id or self.partner_id
        planning = self.planning_id
        return {
            "res_model_id": self.env["ir.model"]._get_id(target._name),
            "res_id": target.id,
            "activity_type_id": kind.id,
            "summary": planning.summary or planning.name,
            "date_deadline": self.date,
            "call_start": self.start,
            "call_minutes": planning.minutes,
            "call_script_id": planning.script_id.id,
            "call_list_id": call_list.id,
            "user_id": self.user_id.id,
        }
