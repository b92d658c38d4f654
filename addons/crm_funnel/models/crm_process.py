from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

CHECK_LATER = "crm_process_check_later"


class CrmProcess(models.Model):
    """The ordered steps by which a sale is made; each is a result button on the deal."""

    _name = "crm.process"
    _inherit = ["crm.process.task"]
    _description = "Business Process"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "In Use")],
        default="draft",
        required=True,
        copy=False,
        readonly=True,
        help="Only a process in use gives result buttons; it is checked whenever it changes.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        "crm_process_team_rel",
        "process_id",
        "team_id",
        "Channels",
        help="Deals of these channels follow the process; empty: of every channel that has no process of its own.",
    )
    description = fields.Text(translate=True)
    step_ids = fields.One2many("crm.process.step", "process_id", "Steps", copy=True)
    problems = fields.Text(compute="_compute_problems", export_string_translation=False)
    deal_count = fields.Integer("Open Deals", compute="_compute_deal_count")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends(lambda self: ["team_ids", *self._get_checked_fields()])
    @api.depends_context("lang")
    def _compute_problems(self):
        for process in self:
            process.problems = "\n".join(process._get_problems()) if process._origin else False

    @api.depends_context("uid")
    def _compute_deal_count(self):
        counts = dict(
            self.env["crm.lead"]._read_group(
                [("process_id", "in", self.ids), ("won_status", "=", "pending"), ("type", "=", "opportunity")],
                ["process_id"],
                ["__count"],
            )
        )
        for process in self:
            process.deal_count = counts.get(process, 0)

    # ------------------------------------------------------------
    # CREATE, WRITE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        processes = super(CrmProcess, self.with_context(**{CHECK_LATER: True})).create(vals_list).with_env(self.env)
        processes._check_running()
        self.env.registry.clear_cache()
        return processes

    def write(self, vals):
        result = super(CrmProcess, self.with_context(**{CHECK_LATER: True})).write(vals)
        self._check_running()
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        self.env["crm.lead"]._assign_processes()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        # sudo: the log must not lose its process, whoever of its deals the user may see
        recorded = self.env["crm.process.result"].sudo().search([("process_id", "in", self.ids)], limit=1)
        if recorded:
            raise UserError(
                self.env._(
                    "“%(process)s” has recorded results. Archive the process instead.",
                    process=recorded.process_id.name,
                )
            )
        # sudo: all of its deals lose it, not only those that the user may see
        deals = self.env["crm.lead"].sudo().with_context(active_test=False)
        deals.search([("process_id", "in", self.ids)]).write({"process_id": False})

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(process)s (copy)", process=process.name)}
            for process, vals in zip(self, super().copy_data(default=default), strict=True)
        ]

    def copy(self, default=None):
        """Copy the processes with their steps; what one step says of another says it of the copies."""
        copies = super().copy(default=default)
        for process, copy in zip(self, copies, strict=True):
            # copied in the order of their creation
            new_by_old = dict(zip(process.step_ids.sorted("id"), copy.step_ids.sorted("id"), strict=True))
            for old, new in new_by_old.items():
                new.write(
                    {
                        "only_after_ids": [
                            Command.set([new_by_old[step].id for step in old.only_after_ids if step in new_by_old])
                        ],
                        "repeat_step_id": new_by_old.get(old.repeat_step_id, old.browse()).id,
                    }
                )
        return copies

    def _check_running(self):
        """Refuse a change that would leave a process in use with a problem.

        :raises ValidationError: says every problem, one in a line
        """
        for process in self.filtered(lambda process: process._is_in_use()):
            problems = process._get_problems()
            if problems:
                raise ValidationError(
                    self.env._(
                        "The process “%(process)s” is in use and must stay complete:\n%(problems)s",
                        process=process.name,
                        problems="\n".join(problems),
                    )
                )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start_using(self):
        """Put the processes in use: from now on their steps are result buttons.

        :raises ValidationError: if a process has a problem
        """
        self.write({"state": "running"})
        self.env["crm.lead"]._assign_processes()

    def action_back_to_draft(self):
        """Take the processes out of use; deals keep their results, and have no buttons until a process is in use."""
        self.write({"state": "draft"})

    def action_view_deals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_action_pipeline")
        action["domain"] = [("type", "=", "opportunity"), ("process_id", "=", self.id)]
        action["context"] = {"default_type": "opportunity"}
        return action

    def _is_in_use(self):
        """Return whether the process gives its deals result buttons."""
        return self.state == "running" and self.active

    # ------------------------------------------------------------
    # CHOICE
    # ------------------------------------------------------------

    @api.model
    def _get_id_by_team(self):
        """Return {channel's id or False: id of the process in use}; the first in order wins."""
        return {team_id: allowed[0] for team_id, allowed in self._get_allowed_ids_by_team().items()}

    @api.model
    @tools.ormcache()
    def _get_allowed_ids_by_team(self):
        """Return {channel's id, or False for every channel: list of ids of the processes in use, in their order}."""
        allowed = defaultdict(list)
        # sudo: which process a channel follows is no secret of an administrator
        for process in self.sudo().search([("state", "=", "running")]):
            for team_id in process.team_ids.ids or [False]:
                allowed[team_id].append(process.id)
        return dict(allowed)

    def _get_step_of_stage(self, stage, behind=None):
        """Return the step that a deal standing in ``stage`` has passed, empty if none leads there.

        :param stage: record of `crm.stage`, may be empty
        :param behind: step that the deal comes back from: then the last step of the stage before that one counts,
            else the first, which claims least
        """
        return self.env["crm.process.step"].browse(self._get_step_id_of_stage(stage.id, behind.id if behind else False))

    @tools.ormcache("self.id", "stage_id", "behind_id")
    def _get_step_id_of_stage(self, stage_id, behind_id):
        behind = self.env["crm.process.step"].browse(behind_id or [])
        # sudo: the steps of a process are no secret, and everybody shares what is remembered of them
        steps = self.sudo().step_ids.filtered(
            lambda step: step._is_forward() and stage_id and step.stage_id.id == stage_id
        )
        if behind:
            return (steps.filtered(lambda step: not step._comes_after(behind))[-1:] or steps[:1]).ids
        return steps[:1].ids

    def _get_step_by_stage_sql(self):
        """Return the SQL expression of the step that a deal standing in its stage has passed."""
        cases = [
            SQL("WHEN stage_id = %s THEN %s", stage.id, self._get_step_of_stage(stage).id)
            for stage in self.step_ids.filtered(lambda step: step._is_forward()).stage_id
        ]
        return SQL("CASE %s END", SQL(" ").join(cases)) if cases else SQL("NULL::int4")

    @tools.ormcache("self.id", "step_id")
    def _get_offered_step_ids(self, step_id):
        """Return the ids of the steps that can be recorded on a deal whose last step is ``step_id``, in their order."""
        # sudo: the steps of a process are no secret, and everybody shares what is remembered of them
        process, step = self.sudo(), self.env["crm.process.step"].sudo().browse(step_id or [])
        if not process._is_in_use():
            return []
        return process.step_ids.filtered(lambda other: other._is_offered_after(step)).ids

    @tools.ormcache("self.id", "step_id")
    def _get_expected_days(self, step_id):
        """Return the days in which a deal whose last step is ``step_id`` should reach the next; 0: no matter."""
        # sudo: the steps of a process are no secret, and everybody shares what is remembered of them
        step = self.env["crm.process.step"].sudo().browse(step_id or [])
        return self.sudo().step_ids.filtered(lambda other: other._is_forward() and other._comes_after(step))[:1].days
