from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, float_compare


class CrmLead(models.Model):
    """Where the probability of a deal comes from."""

    _inherit = "crm.lead"

    stage_id = fields.Many2one(falsy_value_label="Undefined")
    probability_source = fields.Selection(
        [("stage", "Stage"), ("prediction", "Prediction"), ("manual", "By hand"), ("kept", "Kept without a stage")],
        "Source of Probability",
        compute="_compute_probability_source",
        search="_search_probability_source",
        help="Stage: the probability of the stage, which changes with it. Prediction: Odoo's own, from the history. "
        "By hand: somebody has set it; it stands until the deal enters another stage. "
        "Kept: the deal has lost its stage and keeps the probability it had. Lost deals have none.",
    )
    has_stage_probability = fields.Boolean(
        compute="_compute_has_stage_probability", export_string_translation=False, help="Whether its stage gives one."
    )

    @api.depends("type", "stage_id.on_change", "stage_id.is_won")
    def _compute_has_stage_probability(self):
        for lead in self:
            lead.has_stage_probability = lead.type == "opportunity" and lead.stage_id.on_change

    @api.depends("probability", "automated_probability", "won_status", "type", "stage_id.is_won", "stage_id.on_change")
    def _compute_probability_source(self):
        for lead in self:
            lead.probability_source = lead._get_probability_source()

    def _get_probability_source(self):
        is_deal = self.type == "opportunity"
        if self.won_status == "lost":
            return False
        if is_deal and not self.stage_id:
            return "kept"
        if is_deal and self.stage_id.is_won:
            return "stage"
        if float_compare(self.probability, self.automated_probability, 2) != 0:
            return "manual"
        return "stage" if is_deal and self.stage_id.on_change else "prediction"

    def _search_probability_source(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.custom(to_sql=lambda model, alias, query: self._get_source_condition(alias, value))

    def _get_source_condition(self, alias, sources):
        """Return the SQL condition that the source of a probability is one of ``sources``; False: it is lost."""
        self.env["crm.lead"].flush_model(["probability", "automated_probability", "won_status", "type", "stage_id"])
        self.env["crm.stage"].flush_model(["on_change", "is_won"])
        return SQL(
            """coalesce(CASE
                WHEN %(lead)s.won_status = 'lost' THEN NULL
                WHEN %(lead)s.type = 'opportunity' AND %(lead)s.stage_id IS NULL THEN 'kept'
                WHEN %(lead)s.type = 'opportunity' AND %(lead)s.stage_id IN (SELECT id FROM crm_stage WHERE is_won)
                    THEN 'stage'
                WHEN round(coalesce(%(lead)s.probability, 0)::numeric, 2)
                    <> round(coalesce(%(lead)s.automated_probability, 0)::numeric, 2) THEN 'manual'
                WHEN %(lead)s.type = 'opportunity' AND %(lead)s.stage_id IN (SELECT id FROM crm_stage WHERE on_change)
                    THEN 'stage'
                ELSE 'prediction' END, '') IN %(sources)s""",
            lead=SQL.identifier(alias),
            sources=tuple(source or "" for source in sources),
        )
