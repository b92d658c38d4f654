from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

# more deals than this wait for Odoo's nightly prediction instead of being predicted at once
PREDICT_AT_ONCE = 5000

# the stored fields that the set-based change of a probability keeps up by itself; an open deal stays open
KEPT_UP = {
    "probability",
    "automated_probability",
    "prorated_revenue",
    "recurring_revenue_monthly_prorated",
    "recurring_revenue_prorated",
    "won_status",
}


class CrmStage(models.Model):
    """What happens to the open deals of a stage whose probability changes."""

    _inherit = "crm.stage"

    deals_follow = fields.Selection(
        [("follow", "Take the new probability"), ("keep", "Keep theirs, as if set by hand")],
        "Open Deals",
        compute="_compute_deals_follow",
        readonly=False,
        help="Whether the open deals that have the stage's probability take the new one.",
    )
    following_deal_count = fields.Integer(
        "Deals with the Stage's Probability", compute="_compute_following_deal_count", compute_sudo=True
    )
    is_probability_changed = fields.Boolean(compute="_compute_is_probability_changed", export_string_translation=False)

    def _compute_deals_follow(self):
        self.deals_follow = "follow"

    def _compute_following_deal_count(self):
        """Count the open deals whose probability nobody has changed by hand, whoever may see them."""
        following = self._get_open_deals_domain() & Domain("probability_source", "in", ["stage", "prediction"])
        counts = dict(self.env["crm.lead"]._read_group(following, ["stage_id"], ["__count"]))
        for stage in self:
            stage.following_deal_count = counts.get(stage._origin, 0)

    @api.depends(
        "probability",
        "on_change",
        "is_won",
        "channel_probability_ids.team_id",
        "channel_probability_ids.probability",
    )
    def _compute_is_probability_changed(self):
        for stage in self:
            before = stage._origin
            stage.is_probability_changed = before and stage._get_deciding_values() != before._get_deciding_values()

    def _get_deciding_values(self):
        """Return what decides on the probability of the stage's deals, to compare a form with the database."""
        if self.is_won or not self.on_change:
            return (self.is_won, False)
        channels = {(channel.team_id._origin.id, channel.probability) for channel in self.channel_probability_ids}
        return (False, self.probability, channels)

    def _get_open_deals_domain(self):
        """Return the domain of the open deals of the stages, archived ones that are not lost too."""
        return Domain(
            [
                ("stage_id", "in", self._origin.ids),
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("active", "in", [True, False]),
            ]
        )

    # ------------------------------------------------------------
    # CHANGE
    # ------------------------------------------------------------

    def _change_deals_of_channels(self, before):
        """Let the deals follow a change of the channels' values, unless the stage itself is being saved."""
        self.env.registry.clear_cache()
        if not self.env.context.get("crm_stage_deals_later"):
            self._change_deals(before, "follow")

    def _change_deals(self, before, follow):
        """Let the open deals of the stages follow what has changed since ``before``.

        :param dict before: `_get_probability_map` before the change
        :param str follow: value of ``deals_follow``
        """
        now = self._get_probability_map()
        for stage in self.exists():
            old, new = before.get(stage.id), now.get(stage.id)
            if new and new != old:
                stage._change_automatic_deals(old, new, follow)
            elif old and not new and not stage.is_won:
                stage._predict_deals(follow)

    def _change_automatic_deals(self, old, new, follow):
        """Give the deals their new probability, set-based: for each channel with a value of its own, and the others."""
        self.env["crm.lead"].flush_model()
        teams = {team_id for team_id in {*(old or {}), *new} if team_id}
        for team_id in [*teams, False]:
            probability = new.get(team_id, new[False])
            if old and old.get(team_id, old[False]) == probability:
                continue
            condition = SQL("lead.team_id = %s", team_id)
            if not team_id:
                condition = SQL("(lead.team_id IS NULL OR lead.team_id NOT IN %s)", tuple(teams) or (0,))
            self._update_deals(probability, condition, follow)
        self.env["crm.lead"].invalidate_model()

    def _update_deals(self, probability, condition, follow):
        """Set the probability of the stage's open deals that fulfil a condition.

        Deals with a probability by hand keep it; the stage's one is noted as their automated probability. So it is
        for all of them if they shall keep theirs.

        :param float probability: percent (0 to 100)
        :param SQL condition: on the alias ``lead``
        :param str follow: value of ``deals_follow``
        """
        of_stage = SQL(
            "lead.stage_id = %s AND lead.type = 'opportunity' AND lead.won_status = 'pending' AND %s",
            self.id,
            condition,
        )
        if follow == "follow":
            self._update_following_deals(probability, of_stage)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_lead lead SET automated_probability = %s, write_uid = %s, write_date = %s
                    WHERE %s AND lead.automated_probability IS DISTINCT FROM %s""",
                probability,
                self.env.uid,
                self.env.cr.now(),
                of_stage,
                probability,
            )
        )

    def _update_following_deals(self, probability, of_stage):
        """Set both probabilities and what Odoo stores of them; other stored fields follow as the ORM computes them."""
        Lead = self.env["crm.lead"]
        share, digits = SQL("%s::numeric / 100", probability), self._get_currency_digits()
        query = SQL(
            """UPDATE crm_lead lead
                  SET probability = %(probability)s,
                      automated_probability = %(probability)s,
                      prorated_revenue = round(coalesce(lead.expected_revenue, 0) * %(share)s, %(digits)s),
                      recurring_revenue_monthly_prorated =
                          round(coalesce(lead.recurring_revenue_monthly, 0) * %(share)s, %(digits)s),
                      recurring_revenue_prorated = round(coalesce(lead.recurring_revenue, 0) * %(share)s, %(digits)s),
                      write_uid = %(uid)s,
                      write_date = %(now)s
                WHERE %(of_stage)s
                  AND round(coalesce(lead.probability, 0)::numeric, 2)
                      = round(coalesce(lead.automated_probability, 0)::numeric, 2)""",
            probability=probability,
            share=share,
            digits=digits,
            uid=self.env.uid,
            now=self.env.cr.now(),
            of_stage=of_stage,
        )
        if Lead._has_dependents_besides(["probability", "automated_probability"], KEPT_UP):
            ids = [row[0] for row in self.env.execute_query(SQL("%s RETURNING lead.id", query))]
            Lead.invalidate_model()
            Lead.browse(ids).modified(["probability", "automated_probability"])
        else:
            self.env.cr.execute(query)

    def _get_currency_digits(self):
        """Return the SQL of the number of decimal places of the currency of a deal's company."""
        digits = SQL("%s", self.env.company.currency_id.decimal_places)
        # sudo: the set-based change covers the deals of every company
        for company in self.env["res.company"].sudo().search([]):  # pylint: disable=no-search-all  # usually few
            if company.currency_id.decimal_places != self.env.company.currency_id.decimal_places:
                digits = SQL(
                    "CASE WHEN lead.company_id = %s THEN %s ELSE %s END",
                    company.id,
                    company.currency_id.decimal_places,
                    digits,
                )
        return digits

    # ------------------------------------------------------------
    # PREDICTION
    # ------------------------------------------------------------

    def _predict_deals(self, follow):
        """Leave the open deals to Odoo's prediction: at once, or by its cron if they are many.

        Deals that keep their probability get an automated one of zero until the prediction has another: as the
        two differ, it is one by hand.
        """
        # sudo: the stage's probability is that of all its deals, also of those that the user does not see
        Lead = self.env["crm.lead"].sudo()
        deals = Lead.search(self._get_open_deals_domain())
        if follow == "keep":
            Lead.flush_model()
            self._update_deals(0, SQL("TRUE"), follow)
            Lead.invalidate_model()
        # sudo: whoever defines stages may start the prediction that this needs
        cron = self.env.ref("crm.website_crm_score_cron").sudo()
        if len(deals) > PREDICT_AT_ONCE and cron.active:
            cron._trigger()
            return
        for some in split_every(PREDICT_AT_ONCE, deals.ids, Lead.browse):
            # Odoo predicts archived deals, but leaves them the probability they have
            archived = some.filtered(lambda deal: not deal.active and deal.is_automated_probability)
            some._compute_probabilities()
            for deal in archived:
                deal.probability = deal.automated_probability
            some.flush_recordset()
            some.invalidate_recordset()
