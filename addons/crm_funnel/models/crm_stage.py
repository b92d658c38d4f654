from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.crm_clients.tools.schema import create_missing_columns

DEFAULT_PROBABILITY = 10
WON_PROBABILITY = 100


class CrmStage(models.Model):
    """A column of the funnel with the probability that its deals are won."""

    _inherit = "crm.stage"

    active = fields.Boolean(default=True)
    probability = fields.Float(
        "Probability (%)",
        default=DEFAULT_PROBABILITY,
        aggregator=None,
        help="Percent (0 to 100) of the deals of this stage that are won in the end. A won stage is 100 always.",
    )
    on_change = fields.Boolean(
        "Change Probability Automatically",
        help="A deal that enters the stage takes the stage's probability, and keeps it until the next stage "
        "unless somebody changes it by hand. Without it Odoo's prediction decides.",
    )
    channel_probability_ids = fields.One2many(
        "crm.stage.channel.probability",
        "stage_id",
        "Probability by Channel",
        copy=True,
        help="Channels whose deals have another probability in this stage.",
    )

    @api.constrains("probability", "on_change", "is_won")
    def _check_probability(self):
        for stage in self:
            if stage.is_won and stage.probability != WON_PROBABILITY:
                raise ValidationError(
                    self.env._("“%(stage)s” is a won stage: its probability is always 100 %%.", stage=stage.name)
                )
            stage._check_percent(stage.probability)

    def _check_percent(self, probability):
        """Check a probability of the stage.

        :param float probability: percent, of the stage itself or of one channel in it
        :raises ValidationError: if it is no percentage, or would win or lose the deals of an automatic open stage
        """
        if not 0 <= probability <= 100:
            raise ValidationError(
                self.env._("“%(stage)s”: the probability is a percentage between 0 and 100.", stage=self.name)
            )
        if self.on_change and not self.is_won and probability in (0, 100):
            raise ValidationError(
                self.env._(
                    "“%(stage)s” changes the probability of its deals automatically, so it must be more than 0 %% "
                    "(that is a lost deal) and less than 100 %% (that is a won one).",
                    stage=self.name,
                )
            )

    @api.onchange("is_won")
    def _onchange_is_won(self):
        """Odoo warns that many deals may change; a new stage has none."""
        return super()._onchange_is_won() if self._origin else None

    @api.onchange("is_won")
    def _onchange_is_won_probability(self):
        if self.is_won:
            self.probability = WON_PROBABILITY
        elif self.probability == WON_PROBABILITY:
            self.probability = DEFAULT_PROBABILITY

    # ------------------------------------------------------------
    # CREATE, WRITE, UNLINK
    # ------------------------------------------------------------

    def _auto_init(self):
        """Add the column empty, so that the hook tells the stages without a probability from those of an older Odoo
        or of OCA's `crm_stage_probability`, whose columns have the same names and keep their values."""
        create_missing_columns(self.env.cr, "crm_stage", {"probability": "float8"})
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{**vals, "probability": WON_PROBABILITY} if vals.get("is_won") else vals for vals in vals_list]
        stages = super().create(vals_list)
        self.env.registry.clear_cache()
        return stages

    def write(self, vals):
        """The deals of the stages follow a change of the probability, unless ``deals_follow`` says "keep"."""
        vals = dict(vals)
        follow = vals.pop("deals_follow", None) or "follow"
        if "is_won" in vals:
            vals = self._prepare_winning(vals)
        if not self._is_about_deals(vals):
            return super().write(vals)
        if vals.get("active") is False:
            self._move_deals_to_undefined()
        before = self._get_probability_map()
        # Odoo's own write computes the deals of a stage that is won no more: with the new map
        self.env.registry.clear_cache()
        result = super(CrmStage, self.with_context(crm_stage_deals_later=True)).write(vals)
        self.env.registry.clear_cache()
        if not self.env.context.get("crm_stage_deals_later"):
            self._change_deals(before, follow)
        return result

    def _is_about_deals(self, vals):
        return not {"probability", "on_change", "is_won", "channel_probability_ids", "active"}.isdisjoint(vals)

    def _prepare_winning(self, vals):
        """Return the values with the probability that a stage gets when it becomes won, or is won no more."""
        if vals["is_won"]:
            return {**vals, "probability": WON_PROBABILITY}
        left = self.filtered("is_won")
        if left and "probability" not in vals and not vals.get("on_change", any(left.mapped("on_change"))):
            return {**vals, "probability": DEFAULT_PROBABILITY}
        return vals

    def unlink(self):
        self.check_access("unlink")
        self._move_deals_to_undefined()
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # ------------------------------------------------------------
    # PROBABILITY OF A DEAL
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_probability_map(self):
        """Return {stage's id: {channel's id, or False for the others: percent}} of the automatic open stages."""
        self.env["crm.stage"].flush_model(["probability", "on_change", "is_won"])
        self.env["crm.stage.channel.probability"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT stage.id, stage.probability, channel.team_id, channel.probability
                     FROM crm_stage stage
                LEFT JOIN crm_stage_channel_probability channel ON channel.stage_id = stage.id
                    WHERE stage.on_change IS TRUE AND stage.is_won IS NOT TRUE"""
            )
        )
        by_stage = {}
        for stage_id, probability, team_id, of_team in rows:
            by_team = by_stage.setdefault(stage_id, {False: probability})
            if team_id:
                by_team[team_id] = of_team
        return by_stage

    def _get_deal_probability(self, team):
        """Return the probability that the stage gives a deal of a channel.

        :param team: `crm.team`, may be empty
        :return: percent (0 to 100); None if the stage leaves it to Odoo
        """
        return self._get_probability_of(self.id, team.id)

    @api.model
    def _get_probability_of(self, stage_id, team_id):
        """Return the percent that an automatic stage gives a deal of a channel, None for any other stage (ids)."""
        by_team = self._get_probability_map().get(stage_id)
        return by_team.get(team_id, by_team[False]) if by_team else None
