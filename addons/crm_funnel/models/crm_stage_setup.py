from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_stage import WON_PROBABILITY

# Odoo's own stages as a new database has them
STOCK_NAMES = {
    "crm.stage_lead1": "New",
    "crm.stage_lead2": "Qualified",
    "crm.stage_lead3": "Proposition",
    "crm.stage_lead4": "Won",
}
MEETING = "crm_funnel.crm_stage_meeting"
STEPS_OF_STAGES = {
    "crm.stage_lead2": ("crm_process_step_call", "crm_process_step_decision_maker"),
    "crm.stage_lead3": ("crm_process_step_offer",),
    MEETING: ("crm_process_step_meeting",),
    "crm.stage_lead4": ("crm_process_step_contract",),
}


class CrmStage(models.Model):
    """The stages that a database starts with."""

    _inherit = "crm.stage"

    @api.model
    def _set_up_database(self):
        """Give a fresh database the five stages and its process; one with history keeps what it has.

        Stages of such a database get a probability proposed, and stay with Odoo's prediction until somebody says
        that they change it automatically.
        """
        if self._is_fresh_database():
            self._set_up_default_stages()
            self._set_up_default_process()
        else:
            self._mend_taken_over_stages()
            self._propose_probabilities()
        self.env.registry.clear_cache()

    @api.model
    def _is_fresh_database(self):
        """Return whether there are no deals or inquiries, and Odoo's own stages alone, nobody having renamed them."""
        stages = self.with_context(active_test=False, lang="en_US").search([])  # pylint: disable=no-search-all
        stock = {self.env.ref(xmlid, raise_if_not_found=False): name for xmlid, name in STOCK_NAMES.items()}
        if len(stages) != len(stock) or any(stock.get(stage) != stage.name for stage in stages):
            return False
        return not self.env["crm.lead"].with_context(active_test=False).search_count([], limit=1)

    # ------------------------------------------------------------
    # FRESH DATABASE
    # ------------------------------------------------------------

    @api.model
    def _get_default_stage_names(self, lang):
        """Return {xmlid: name} of the five stages in a language.

        :param str lang: code of the language
        """
        env = self.with_context(lang=lang).env
        return {
            "crm.stage_lead1": env._("Potential client"),
            "crm.stage_lead2": env._("Call"),
            "crm.stage_lead3": env._("Commercial proposal"),
            MEETING: env._("Meeting"),
            "crm.stage_lead4": env._("Contract"),
        }

    @api.model
    def _set_up_default_stages(self):
        meeting = self.create({"name": "Meeting", "sequence": 4, "color": self.env.ref("crm.stage_lead3").color})
        self.env["ir.model.data"]._update_xmlids([{"xml_id": MEETING, "record": meeting, "noupdate": True}])
        probabilities = {"crm.stage_lead1": 10, "crm.stage_lead2": 20, "crm.stage_lead3": 40, MEETING: 60}
        for xmlid, probability in probabilities.items():
            self.env.ref(xmlid).write({"probability": probability, "on_change": True})
        self.env.ref("crm.stage_lead4").write({"probability": WON_PROBABILITY, "on_change": True})
        for lang, _name in self.env["res.lang"].get_installed():
            self._translate_default_stages(lang)

    @api.model
    def _translate_default_stages(self, lang):
        for xmlid, name in self._get_default_stage_names(lang).items():
            stage = self.env.ref(xmlid, raise_if_not_found=False)
            if stage:
                stage.with_context(lang=lang).name = name

    @api.model
    def _set_up_default_process(self):
        """Tell the steps of the ready process their stages, and put it in use."""
        for xmlid, names in STEPS_OF_STAGES.items():
            for name in names:
                self.env.ref(f"crm_funnel.{name}").stage_id = self.env.ref(xmlid)
        self.env.ref("crm_funnel.crm_process_sale").action_start_using()

    @api.model
    def _get_untranslated_default_stages(self, lang):
        """Return the xmlids of the default stages, not renamed since, that have no name in a language yet."""
        names = self._get_default_stage_names("en_US")
        ids = {self.env["ir.model.data"]._xmlid_to_res_id(xmlid): xmlid for xmlid in names}
        self.flush_model(["name"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, name->>'en_US' FROM crm_stage WHERE id IN %s AND NOT name ? %s",
                tuple(stage_id or 0 for stage_id in ids),
                lang,
            )
        )
        return [ids[stage_id] for stage_id, name in rows if name == names[ids[stage_id]]]

    # ------------------------------------------------------------
    # DATABASE WITH HISTORY
    # ------------------------------------------------------------

    @api.model
    def _mend_taken_over_stages(self):
        """Make valid what an older Odoo, or OCA's `crm_stage_probability`, has left in the columns.

        A won stage is 100 %; an open one that would win or lose its deals is no automatic one; a value that is no
        percentage is proposed anew.
        """
        self.env.cr.execute("UPDATE crm_stage SET probability = 100 WHERE is_won")
        self.env.cr.execute("UPDATE crm_stage SET probability = NULL WHERE probability < 0 OR probability > 100")
        self.env.cr.execute(
            """UPDATE crm_stage SET on_change = FALSE
                WHERE is_won IS NOT TRUE AND (probability IS NULL OR probability <= 0 OR probability >= 100)"""
        )
        self.env["crm.stage"].invalidate_model(["probability", "on_change"])

    @api.model
    def _propose_probabilities(self):
        """Give the stages without a probability that of their own history, or else a step of an even ladder."""
        rows = self.env.execute_query(SQL("SELECT id FROM crm_stage WHERE probability IS NULL"))
        proposals = self.env["crm.stage.calibration"]._get_history_proposals()
        stages = self.with_context(active_test=False).search(Domain("is_won", "=", False))
        for position, stage in enumerate(stages, start=1):
            if (stage.id,) in rows:
                ladder = round(100 * position / (len(stages) + 1))
                stage.probability = proposals.get(stage.id, ladder)


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """The default stages are Odoo's own records: a language installed later must not bring back Odoo's names."""
        Stage = self.env["crm.stage"]
        missing = {lang: Stage._get_untranslated_default_stages(lang) for lang in langs if "crm" in modules}
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        for lang, xmlids in missing.items():
            names = Stage._get_default_stage_names(lang)
            for xmlid in xmlids:
                self.env.ref(xmlid).with_context(lang=lang).name = names[xmlid]
        return result
