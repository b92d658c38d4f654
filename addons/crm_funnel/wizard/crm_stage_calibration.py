from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ..tools.statistics import get_wilson_interval

PERIOD_MONTHS = 24
MINIMUM_CASES = 20


class CrmStageCalibration(models.TransientModel):
    """Probabilities of the stages, proposed from the deals that were won and lost.

    A deal has *reached* a stage if the furthest stage it ever stood in is this one or a later one, by the order of the
    stages. The furthest is found among its present stage and all the changes of stage in its history. Then

        share = won deals that reached the stage / closed (won or lost) deals that reached it

    with the 95 % score interval of Wilson, see `get_wilson_interval`.
    """

    _name = "crm.stage.calibration"
    _description = "Calibration of Stages"

    @api.model
    def _default_date_from(self):
        return fields.Date.context_today(self) - relativedelta(months=PERIOD_MONTHS)

    date_from = fields.Date(
        "Closed since",
        default=lambda self: self._default_date_from(),
        help="Deals closed earlier do not count; empty: all do.",
    )
    minimum_cases = fields.Integer(
        default=MINIMUM_CASES, help="Nothing is proposed from fewer closed deals that reached the stage."
    )
    follow = fields.Selection(
        [("follow", "Take the new probability"), ("keep", "Keep theirs, as if set by hand")],
        "Open Deals",
        default="follow",
        required=True,
        help="What the open deals do that have the probability of a stage which changes.",
    )
    switch_on = fields.Boolean(
        help="Let the ticked stages change the probability of their deals automatically from now on.",
    )
    has_manual_stages = fields.Boolean(compute="_compute_has_manual_stages", export_string_translation=False)
    line_ids = fields.One2many("crm.stage.calibration.line", "wizard_id", "Stages")

    _check_minimum_cases = models.Constraint(
        "CHECK(minimum_cases > 0)", "At least one closed deal is needed to propose a probability."
    )

    @api.depends("line_ids.stage_id")
    def _compute_has_manual_stages(self):
        for wizard in self:
            wizard.has_manual_stages = any(not stage.on_change for stage in wizard.line_ids.stage_id)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def action_open(self):
        """Count the history and open the proposals.

        :return: action of the form
        """
        wizard = self.create({})
        return wizard.action_count()

    def action_count(self):
        """Count again, after the period or the number of cases has been changed.

        :return: action of the form
        """
        self.ensure_one()
        self.line_ids = [Command.clear(), *(Command.create(vals) for vals in self._prepare_lines())]
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_funnel.crm_stage_calibration_action")
        return {**action, "res_id": self.id}

    def action_apply(self):
        """Give the ticked stages and channels the proposed probabilities.

        :return: action that closes the form and says what was done
        :raises UserError: if nothing is ticked
        """
        self.ensure_one()
        ticked = self.line_ids.filtered("is_ticked")
        if not ticked:
            raise UserError(self.env._("Tick the proposals that you want to apply."))
        for stage, lines in ticked.grouped("stage_id").items():
            stage.write({"deals_follow": self.follow, **lines._prepare_stage_values(self.switch_on)})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Probabilities applied: %(number)s", number=len(ticked)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # ------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------

    @api.model
    def _get_history_proposals(self):
        """Return {stage's id: percent} of the open stages with enough cases in the default period."""
        wizard = self.new({})
        return {
            vals["stage_id"]: vals["proposal"]
            for vals in wizard._prepare_lines()
            if not vals["team_id"] and not vals["is_too_few"]
        }

    def _prepare_lines(self):
        """Return the values of the lines: every open stage, and its channels that have enough cases."""
        stages = self.env["crm.stage"].search([])  # pylint: disable=no-search-all  # the order of all of them counts
        counts = self._get_counts_by_furthest()
        lines = []
        for stage in stages.filtered(lambda stage: not stage.is_won):
            reached = self._get_reached(stage, counts)
            total = [sum(count) for count in zip(*reached.values(), strict=True)] or [0, 0]
            lines.append(self._prepare_line(stage, self.env["crm.team"], *total))
            lines += [
                self._prepare_line(stage, team, *reached[team.id])
                for team in self.env["crm.team"].browse(team_id for team_id in reached if team_id).exists().sorted()
                # a channel that has all the cases says nothing more
                if self.minimum_cases <= reached[team.id][0] < total[0]
            ]
        return lines

    def _get_reached(self, stage, counts):
        """Return {channel's id: [cases, won ones]} of the closed deals that reached a stage, of its channels only."""
        place = (stage.sequence, stage.id)
        reached = defaultdict(lambda: [0, 0])
        for furthest, team_id, cases, won in counts:
            if furthest >= place and (not stage.team_ids or team_id in stage.team_ids.ids):
                reached[team_id][0] += cases
                reached[team_id][1] += won
        return reached

    def _prepare_line(self, stage, team, cases, won):
        lower, upper = get_wilson_interval(won, cases)
        is_too_few = cases < self.minimum_cases
        channel = stage.channel_probability_ids.filtered(lambda channel: channel.team_id == team)
        current = channel.probability if channel else stage.probability
        share = 100 * won / cases if cases else 0
        proposal = current if is_too_few else min(max(round(share), 1), 99)
        return {
            "stage_id": stage.id,
            "team_id": team.id,
            "case_count": cases,
            "won_count": won,
            "share": share,
            "lower": lower,
            "upper": upper,
            "is_too_few": is_too_few,
            "current": current,
            "proposal": proposal,
        }

    def _get_counts_by_furthest(self):
        """Count the closed deals of the user's companies by the furthest stage they ever stood in.

        One grouped query, whatever the number of deals.

        :return: list of (place of the stage: (sequence, id), channel's id or None, closed deals, won ones)
        """
        self.env["crm.lead"].flush_model()
        self.env["mail.message"].flush_model()
        self.env["mail.tracking.value"].flush_model()
        # sudo: the definition of a field is no secret of an administrator
        field = self.env["ir.model.fields"].sudo()._get("crm.lead", "stage_id")
        rows = self.env.execute_query(
            SQL(
                """
                WITH place AS (
                    SELECT id AS stage_id, sequence, row_number() OVER (ORDER BY sequence, id) AS number
                      FROM crm_stage
                ), deal AS (
                    SELECT lead.id, lead.team_id, lead.won_status = 'won' AS is_won, place.number
                      FROM crm_lead lead
                 LEFT JOIN place ON place.stage_id = lead.stage_id
                     WHERE lead.type = 'opportunity'
                       AND lead.won_status IN ('won', 'lost')
                       AND (lead.company_id IS NULL OR lead.company_id IN %(company_ids)s)
                       AND %(period)s
                ), past AS (
                    SELECT message.res_id, max(greatest(before.number, after.number)) AS number
                      FROM mail_tracking_value tracking
                      JOIN mail_message message
                        ON message.id = tracking.mail_message_id AND message.model = 'crm.lead'
                 LEFT JOIN place before ON before.stage_id = tracking.old_value_integer
                 LEFT JOIN place after ON after.stage_id = tracking.new_value_integer
                     WHERE tracking.field_id = %(field_id)s
                  GROUP BY message.res_id
                ), furthest AS (
                    SELECT deal.team_id, deal.is_won, greatest(deal.number, past.number) AS number
                      FROM deal
                 LEFT JOIN past ON past.res_id = deal.id
                )
                SELECT place.sequence, place.stage_id, furthest.team_id,
                       count(*), count(*) FILTER (WHERE furthest.is_won)
                  FROM furthest
                  JOIN place ON place.number = furthest.number
              GROUP BY place.sequence, place.stage_id, furthest.team_id
                """,
                company_ids=tuple(self.env.companies.ids),
                period=SQL("lead.date_closed >= %s", self.date_from) if self.date_from else SQL("TRUE"),
                field_id=field.id,
            )
        )
        return [((sequence, stage_id), team_id, cases, won) for sequence, stage_id, team_id, cases, won in rows]


class CrmStageCalibrationLine(models.TransientModel):
    _name = "crm.stage.calibration.line"
    _description = "Proposed Probability of a Stage"

    wizard_id = fields.Many2one("crm.stage.calibration", required=True, ondelete="cascade", index=True)
    is_ticked = fields.Boolean("Apply")
    stage_id = fields.Many2one("crm.stage", required=True, readonly=True, ondelete="cascade")
    team_id = fields.Many2one("crm.team", "Channel", readonly=True, ondelete="cascade")
    case_count = fields.Integer("Closed Deals", readonly=True, help="Won and lost deals that reached the stage.")
    won_count = fields.Integer("Won Deals", readonly=True)
    share = fields.Float("Won, %", readonly=True, digits=(5, 1), help="Percent of the closed deals.")
    lower = fields.Float("Range from, %", readonly=True, digits=(5, 1))
    upper = fields.Float("Range to, %", readonly=True, digits=(5, 1))
    range_text = fields.Char("95 % Range", compute="_compute_range_text")
    is_too_few = fields.Boolean(readonly=True)
    current = fields.Float("Now, %", readonly=True, digits=(5, 1))
    proposal = fields.Float("Proposal, %", digits=(5, 1))

    @api.depends("lower", "upper", "is_too_few")
    @api.depends_context("lang")
    def _compute_range_text(self):
        for line in self:
            if line.is_too_few:
                line.range_text = self.env._("too few cases")
            else:
                line.range_text = self.env._(
                    "%(lower)d to %(upper)d %%", lower=round(line.lower), upper=round(line.upper)
                )

    @api.constrains("proposal", "is_ticked")
    def _check_proposal(self):
        for line in self:
            if line.is_ticked and not 1 <= line.proposal <= 99:
                raise ValidationError(
                    self.env._("“%(stage)s”: propose a probability from 1 to 99 %%.", stage=line.stage_id.name)
                )

    def _prepare_stage_values(self, switch_on):
        """Return the values of the one stage of the lines that apply its own and its channels' probabilities."""
        values = {"on_change": True} if switch_on else {}
        commands = []
        for line in self:
            if not line.team_id:
                values["probability"] = line.proposal
                continue
            known = line.stage_id.channel_probability_ids.filtered(
                lambda channel, team=line.team_id: channel.team_id == team
            )
            if known:
                commands.append(Command.update(known.id, {"probability": line.proposal}))
            else:
                commands.append(Command.create({"team_id": line.team_id.id, "probability": line.proposal}))
        return {**values, "channel_probability_ids": commands} if commands else values
