from odoo.tests import tagged
from odoo.tests.common import TransactionCase

NAMES = ["Potential client", "Call", "Commercial proposal", "Meeting", "Contract"]


class SetUpCommon(TransactionCase):
    """A database as it is before the addon: Odoo's own four stages, nothing sold, the ready process a draft."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Stage = cls.env["crm.stage"].with_context(active_test=False, lang="en_US")
        cls.process = cls.env.ref("crm_funnel.crm_process_sale")
        cls.env["crm.process"].search([]).action_back_to_draft()
        cls.process.step_ids.stage_id = False
        cls.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        stock = {"New": 1, "Qualified": 2, "Proposition": 3, "Won": 70}
        cls.stock = cls.Stage
        for number, (name, sequence) in enumerate(stock.items(), start=1):
            stage = cls.env.ref(f"crm.stage_lead{number}")
            stage.write({"is_won": name == "Won", "probability": 100 if name == "Won" else 10, "on_change": False})
            stage.write({"sequence": sequence, "team_ids": [(5,)]})
            stage.with_context(lang="en_US").name = name
            cls.stock |= stage
        (cls.Stage.search([]) - cls.stock).unlink()
        cls.env["ir.model.data"].search([("name", "=", "crm_stage_meeting")]).unlink()

    def _get_stages(self, lang="en_US"):
        return self.Stage.with_context(lang=lang).search([("active", "=", True)])

    def _forget_probabilities(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_stage SET probability = NULL, on_change = NULL")
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def _load_language(self, code):
        self.env["res.lang"]._activate_lang(code)


@tagged("post_install", "-at_install")
class TestFreshDatabase(SetUpCommon):
    """A fresh database gets the five stages and a process in use."""

    def test_five_stages(self):
        self.Stage._set_up_database()
        stages = self._get_stages()
        self.assertEqual(stages.mapped("name"), NAMES)
        self.assertEqual(stages.mapped("probability"), [10, 20, 40, 60, 100])
        self.assertEqual(set(stages.mapped("on_change")), {True})
        self.assertEqual(stages.filtered("is_won"), self.env.ref("crm.stage_lead4"))
        self.assertEqual(self.env.ref("crm_funnel.crm_stage_meeting").name, "Meeting")
        self.assertFalse(self.Stage._is_fresh_database(), "Once only")

    def test_process_in_use(self):
        self.Stage._set_up_database()
        self.assertEqual(self.process.state, "running")
        self.assertFalse(self.process.problems)
        steps = self.process.step_ids.filtered(lambda step: step._is_forward())
        self.assertEqual(steps.stage_id.sorted().mapped("name"), ["Call", "Commercial proposal", "Meeting", "Contract"])
        deal = self.env["crm.lead"].create({"name": "First deal", "type": "opportunity"})
        self.assertEqual((deal.stage_id.name, deal.probability), ("Potential client", 10))
        self.assertTrue(deal.result_buttons["buttons"])

    def test_names_in_installed_languages(self):
        self._load_language("ru_RU")
        self.Stage._set_up_database()
        self.assertEqual(self._get_stages().mapped("name"), NAMES)
        expected = self.Stage._get_default_stage_names("ru_RU")
        self.assertEqual(self._get_stages("ru_RU").mapped("name"), list(expected.values()))

    def test_language_installed_later_brings_no_stock_name_back(self):
        self.Stage._set_up_database()
        first, call = self._get_stages()[:2]
        call.with_context(lang="en_US").name = "Telephone"
        self._load_language("uk_UA")
        # as loading the .po file of Odoo's crm does
        self.env["ir.module.module"]._load_module_terms(["crm", "crm_funnel"], ["uk_UA"])
        self.env.invalidate_all()
        expected = self.Stage._get_default_stage_names("uk_UA")["crm.stage_lead1"]
        self.assertEqual(first.with_context(lang="uk_UA").name, expected)
        self.assertNotEqual(first.with_context(lang="uk_UA").name, "Новий")
        first.with_context(lang="uk_UA").name = "Моя назва"
        self.env["ir.module.module"]._load_module_terms(["crm", "crm_funnel"], ["uk_UA"], overwrite=True)
        self.env.invalidate_all()
        self.assertEqual(first.with_context(lang="uk_UA").name, "Моя назва")


@tagged("post_install", "-at_install")
class TestDatabaseWithHistory(SetUpCommon):
    """A database that has been worked with keeps its stages, deals and probabilities."""

    def _assert_untouched(self, names):
        self.Stage._set_up_database()
        self.assertEqual(self._get_stages().mapped("name"), names)
        self.assertNotIn(True, self._get_stages().mapped("on_change"))
        self.assertEqual(self.process.state, "draft")

    def test_with_a_deal(self):
        lead = self.env["crm.lead"].create({"name": "An archived inquiry", "type": "lead", "active": False})
        probability = lead.probability
        self._assert_untouched(["New", "Qualified", "Proposition", "Won"])
        self.assertEqual(lead.probability, probability)

    def test_with_a_renamed_stage(self):
        self.env.ref("crm.stage_lead2").name = "Interested"
        self._assert_untouched(["New", "Interested", "Proposition", "Won"])

    def test_with_another_stage(self):
        self.Stage.create({"name": "Mine", "sequence": 99, "active": False})
        self._assert_untouched(["New", "Qualified", "Proposition", "Won"])

    def test_ladder_without_history(self):
        self.env.ref("crm.stage_lead2").name = "Interested"
        self._forget_probabilities()
        self.Stage._set_up_database()
        self.assertEqual(self._get_stages().mapped("probability"), [25, 50, 75, 100])

    def test_proposed_from_history(self):
        deals = self.env["crm.lead"].create([{"name": f"{number}", "type": "opportunity"} for number in range(20)])
        deals.action_set_won()
        lost = self.env["crm.lead"].create([{"name": f"{number}", "type": "opportunity"} for number in range(20)])
        lost.action_set_lost()
        self._forget_probabilities()
        self.Stage._set_up_database()
        self.assertEqual(self._get_stages().mapped("probability"), [50, 99, 99, 100])

    def test_columns_of_an_older_odoo_keep_their_values(self):
        self.env.ref("crm.stage_lead2").name = "Interested"
        self._forget_probabilities()
        values = {"crm.stage_lead1": (15, True), "crm.stage_lead2": (0, True), "crm.stage_lead3": (170, True)}
        for xmlid, (probability, on_change) in values.items():
            stage_id = self.env.ref(xmlid).id
            self.env.cr.execute(
                "UPDATE crm_stage SET probability = %s, on_change = %s WHERE id = %s",
                (probability, on_change, stage_id),
            )
        self.env.invalidate_all()
        self.Stage._set_up_database()
        stages = self._get_stages()
        self.assertEqual(stages.mapped("probability"), [15, 0, 75, 100])
        self.assertEqual(stages.mapped("on_change"), [True, False, False, False])
