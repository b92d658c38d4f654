from odoo import api, models

# what may bring a deal into another stage, or back to life
MOVING_FIELDS = {"stage_id", "team_id", "user_id", "type", "active"}
# of these only the ORM's recomputation of the stage tells afterwards where the deal is
STAGE_CHANGING_FIELDS = {"team_id", "user_id", "type"}


class CrmLead(models.Model):
    """A deal has the probability of its stage, if the stage is an automatic one.

    The stage's probability takes the place of Odoo's predicted one, so all of Odoo's own ways (its cron and manual
    update with raw SQL, restoring, unarchiving, merging, its compute) obey without further ado.
    """

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # AUTOMATED PROBABILITY
    # ------------------------------------------------------------

    def _pls_get_naive_bayes_probabilities(self, batch_mode=False, is_tooltip=False):
        if is_tooltip:
            return super()._pls_get_naive_bayes_probabilities(batch_mode=batch_mode, is_tooltip=True)
        given = self._get_given_probabilities(batch_mode)
        predicted = self.filtered(lambda lead: lead.id not in given)
        # Odoo returns an empty dict instead of its pair if there is nothing to predict
        found = predicted and super(CrmLead, predicted)._pls_get_naive_bayes_probabilities(batch_mode=batch_mode)
        return {**(found[0] if found else {}), **given}, {}

    def _get_given_probabilities(self, batch_mode=False):
        """Return {id: percent} of the deals whose probability is not to be predicted.

        A deal in an automatic stage has the stage's, one without a stage keeps the automated one it has.

        :param bool batch_mode: whether only open deals count, as in Odoo's cron
        """
        if batch_mode:
            self.fetch(["type", "stage_id", "team_id", "active", "won_status", "automated_probability"])
        get_probability_of = self.env["crm.stage"]._get_probability_of
        given = {}
        for lead in self:
            if lead.type != "opportunity" or (batch_mode and not (lead.active and lead.won_status == "pending")):
                continue
            probability = get_probability_of(lead.stage_id._origin.id, lead.team_id._origin.id)
            if not lead.stage_id:
                probability = lead.automated_probability
            if probability is not None:
                given[lead.id] = probability
        return given

    @api.depends("type")
    def _compute_probabilities(self):
        """In a form a deal that is put into another automatic stage shows its probability at once."""
        result = super()._compute_probabilities()
        for lead in self.filtered(lambda lead: not lead.id and lead._origin):
            lead._show_entered_probability()
        return result

    def _show_entered_probability(self):
        before, stage = self._origin, self.stage_id._origin
        if stage == before.stage_id or self.probability != before.probability or self.type != "opportunity":
            return
        if self.active and stage._get_deal_probability(self.team_id._origin) is not None:
            self.probability = self.automated_probability

    # ------------------------------------------------------------
    # CHANGE OF STAGE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A deal made with a probability by hand knows the stage's one as well, which Odoo leaves at zero."""
        leads = super().create(vals_list)
        given = zip(leads, vals_list, strict=True)
        by_hand = leads.browse([lead.id for lead, vals in given if "probability" in vals and lead.active])
        for lead_id, probability in by_hand._get_given_probabilities().items():
            lead = self.browse(lead_id)
            if lead.stage_id and lead.automated_probability != probability:
                lead.automated_probability = probability
        return leads

    def write(self, vals):
        """Deals that enter an automatic stage take its probability, also those that had one by hand before.

        A probability among the values is one by hand and stands.
        """
        if "probability" in vals or MOVING_FIELDS.isdisjoint(vals):
            return super().write(vals)
        may_move = "stage_id" not in vals and not STAGE_CHANGING_FIELDS.isdisjoint(vals)
        stages = {lead: lead.stage_id for lead in self if lead.type == "opportunity"} if may_move else {}
        result = True
        for probability, leads in self._group_by_entered_probability(vals).items():
            entered = {} if probability is None else {"probability": probability, "automated_probability": probability}
            result = super(CrmLead, leads).write({**vals, **entered})
        for lead, stage in stages.items():
            lead._take_probability_after_move(stage)
        return result

    def _group_by_entered_probability(self, vals):
        """Return {percent: deals that the write brings into an automatic stage, None: the others}."""
        grouped = self.grouped(lambda lead: lead._get_entered_probability(vals))
        return grouped or {None: self}

    def _get_entered_probability(self, vals):
        """Return the percent of the automatic stage that writing ``vals`` brings the deal into, or None.

        Becoming a deal and coming back to life count as entering; a lost deal stays at zero wherever it is put.
        """
        if vals.get("type", self.type) != "opportunity":
            return None
        is_lost = self.won_status == "lost"
        if is_lost and not vals.get("active"):
            return None
        stage_id = vals.get("stage_id", self.stage_id.id)
        if stage_id == self.stage_id.id and self.type == "opportunity" and not is_lost:
            return None
        team_id = vals.get("team_id", self.team_id.id)
        return self.env["crm.stage"]._get_probability_of(stage_id, team_id)

    def _take_probability_after_move(self, stage_before):
        """Take the probability of the stage that another channel has brought the deal into."""
        if self.stage_id == stage_before or self.won_status == "lost":
            return
        probability = self.stage_id._get_deal_probability(self.team_id)
        if probability is not None and self.probability != probability:
            self.write({"probability": probability, "automated_probability": probability})

    # ------------------------------------------------------------
    # SET-BASED CHANGES
    # ------------------------------------------------------------

    @api.model
    def _has_dependents_besides(self, names, kept_up):
        """Return whether a stored field outside ``kept_up`` depends on the fields of the given names."""
        return any(
            dependent.store and not (dependent.model_name == self._name and dependent.name in kept_up)
            for name in names
            for dependent in self.pool.get_dependent_fields(self._fields[name])
        )
