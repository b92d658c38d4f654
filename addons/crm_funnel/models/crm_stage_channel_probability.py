from odoo import api, fields, models


class CrmStageChannelProbability(models.Model):
    """The probability that the deals of one channel have in a stage, where it differs from the stage's own."""

    _name = "crm.stage.channel.probability"
    _description = "Probability of a Stage in a Channel"
    _order = "stage_id, team_id"

    stage_id = fields.Many2one("crm.stage", required=True, ondelete="cascade", index=True)
    team_id = fields.Many2one("crm.team", "Channel", required=True, ondelete="cascade", index=True)
    probability = fields.Float(
        "Probability (%)",
        required=True,
        aggregator=None,
        help="Percent (0 to 100) of the channel's deals that are won.",
    )

    _unique_pair = models.Constraint(
        "UNIQUE(stage_id, team_id)", "A channel has one probability in a stage: change the one that is there."
    )

    @api.constrains("probability", "stage_id")
    def _check_probability(self):
        for channel in self:
            channel.stage_id._check_percent(channel.probability)

    @api.depends("team_id", "probability")
    def _compute_display_name(self):
        for channel in self:
            channel.display_name = f"{channel.team_id.name}: {channel.probability:g} %"

    @api.model_create_multi
    def create(self, vals_list):
        stages = self.env["crm.stage"].browse({vals["stage_id"] for vals in vals_list if vals.get("stage_id")})
        before = self.env["crm.stage"]._get_probability_map()
        channels = super().create(vals_list)
        stages._change_deals_of_channels(before)
        return channels

    def write(self, vals):
        stages, before = self.stage_id, self.env["crm.stage"]._get_probability_map()
        result = super().write(vals)
        (stages | self.stage_id)._change_deals_of_channels(before)
        return result

    def unlink(self):
        stages, before = self.stage_id, self.env["crm.stage"]._get_probability_map()
        result = super().unlink()
        stages._change_deals_of_channels(before)
        return result
