from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, tagged

from odoo.addons.crm_funnel.models import crm_stage_follow

from .test_probability_paths import ProbabilityCommon


@tagged("post_install", "-at_install")
class TestStageFollow(ProbabilityCommon):
    """The probability of a stage changes: its open deals follow, or keep theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open, cls.by_hand, cls.lost, cls.won, cls.elsewhere, cls.archived = (
            cls._create_deal(
                name,
                cls.dnipro,
                cls.olena,
                stage_id=cls.stage_meeting.id,
                expected_revenue=33.33,
                recurring_revenue=77.77,
            )
            for name in ("Open", "By hand", "Lost", "Won", "Elsewhere", "Archived")
        )
        cls.by_hand.probability = 77
        cls.lost.action_set_lost()
        cls.won.action_set_won()
        cls.elsewhere.team_id = cls.other_channel
        cls.archived.action_archive()
        cls.inquiry = cls._create_deal("Inquiry", cls.dnipro, cls.olena, type="lead", stage_id=cls.stage_meeting.id)
        cls.stage = cls.stage_meeting.with_user(cls.head)
        cls.env.flush_all()

    def _assert_others_untouched(self):
        self.assertEqual((self.lost.probability, self.lost.won_status), (0, "lost"))
        self.assertEqual((self.won.probability, self.won.won_status), (100, "won"))
        self.assertEqual(self.by_hand.probability, 77)
        self.assertEqual(self.by_hand.probability_source, "manual")
        self.assertNotEqual(self.inquiry.probability_source, "stage")

    # ------------------------------------------------------------
    # FOLLOW
    # ------------------------------------------------------------

    def test_open_deals_follow(self):
        self.stage.probability = 65
        self._assert_stage_probability(self.open | self.archived, 65)
        self._assert_stage_probability(self.elsewhere, 75)
        self.assertEqual(self.by_hand.automated_probability, 65)
        self._assert_others_untouched()

    def test_stored_revenues_are_what_odoo_computes(self):
        names = ["prorated_revenue", "recurring_revenue_monthly_prorated", "recurring_revenue_prorated"]
        self.stage.probability = 64
        followed = {name: self.open[name] for name in names}
        for name in names:
            self.env.add_to_compute(self.open._fields[name], self.open)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(followed, {name: self.open[name] for name in names})
        self.assertEqual(followed["prorated_revenue"], 21.33)

    def test_currency_without_decimals(self):
        yen = self.env["res.currency"].create({"name": "FNY", "symbol": "Y", "rounding": 1})
        company = self.env["res.company"].create({"name": "Funnel abroad", "currency_id": yen.id})
        abroad = self._create_deal(
            "Abroad",
            self.env["res.partner"].create({"name": "Abroad"}),
            self.env["res.users"],
            company_id=company.id,
            team_id=False,
            expected_revenue=33,
        )
        abroad.stage_id = self.stage_meeting
        self.stage_meeting.probability = 64
        self.assertEqual((abroad.probability, abroad.prorated_revenue), (64, 21))
        self.assertEqual(self.open.prorated_revenue, 21.33)

    def test_channel_value_changes(self):
        channel = self.stage.channel_probability_ids
        channel.probability = 85
        self._assert_stage_probability(self.elsewhere, 85)
        self._assert_stage_probability(self.open, 60)
        channel.unlink()
        self._assert_stage_probability(self.elsewhere | self.open, 60)
        self.stage.channel_probability_ids = [(0, 0, {"team_id": self.channel.id, "probability": 50})]
        self._assert_stage_probability(self.open, 50)
        self._assert_stage_probability(self.elsewhere, 60)
        self._assert_others_untouched()

    def test_other_stored_fields_follow_too(self):
        """A stored field of another addon that depends on the probability is computed by the ORM."""
        Lead = type(self.env["crm.lead"])
        with (
            patch.object(Lead, "_has_dependents_besides", return_value=True),
            patch.object(Lead, "modified", autospec=True, side_effect=Lead.modified) as modified,
        ):
            self.stage.probability = 65
        found = [
            call.args[0] for call in modified.call_args_list if call.args[1] == ["probability", "automated_probability"]
        ]
        self.assertIn(self.open, found[0])
        self._assert_stage_probability(self.open, 65)

    def test_dependents_are_found_by_the_registry(self):
        Lead = self.env["crm.lead"]
        self.assertTrue(Lead._has_dependents_besides(["probability"], set()))
        self.assertFalse(Lead._has_dependents_besides(["probability"], {field.name for field in Lead._fields.values()}))

    def test_number_of_updates_is_that_of_channels(self):
        deals = self.env["crm.lead"].create(
            [
                {"name": f"{position}", "type": "opportunity", "team_id": self.channel.id, "stage_id": self.stage.id}
                for position in range(50)
            ]
        )
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.stage.probability = 66
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 25)
        self._assert_stage_probability(deals, 66)

    # ------------------------------------------------------------
    # KEEP
    # ------------------------------------------------------------

    def test_open_deals_keep(self):
        self.stage.write({"probability": 65, "deals_follow": "keep"})
        for deal, probability in ((self.open, 60), (self.archived, 60)):
            self.assertEqual((deal.probability, deal.automated_probability), (probability, 65))
            self.assertEqual(deal.probability_source, "manual")
        self._assert_stage_probability(self.elsewhere, 75)
        self._assert_others_untouched()
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self.assertEqual(self.open.probability, 60)

    def test_form_asks_only_when_something_changes(self):
        with Form(self.stage) as form:
            self.assertFalse(form.is_probability_changed)
            form.fold = True
            self.assertFalse(form.is_probability_changed)
            form.probability = 65
            self.assertTrue(form.is_probability_changed)
            self.assertEqual(form.following_deal_count, 3)
            self.assertEqual(form.deals_follow, "follow")
            form.deals_follow = "keep"
        self.assertEqual(self.open.probability, 60)
        self.assertEqual(self.stage.probability, 65)

    def test_form_changes_a_channel(self):
        with Form(self.stage) as form, form.channel_probability_ids.edit(0) as channel:
            channel.probability = 85
        self._assert_stage_probability(self.elsewhere, 85)

    # ------------------------------------------------------------
    # SWITCHED ON AND OFF, WON
    # ------------------------------------------------------------

    def test_switched_on(self):
        deals = self.env["crm.lead"].create(
            [
                {"name": name, "type": "opportunity", "team_id": self.channel.id, "stage_id": self.stage_predicted.id}
                for name in ("Predicted", "Typed")
            ]
        )
        deals[1].probability = 77
        self.stage_predicted.with_user(self.head).write({"probability": 30, "on_change": True})
        self._assert_stage_probability(deals[0], 30)
        self.assertEqual((deals[1].probability, deals[1].automated_probability), (77, 30))

    def _teach(self):
        """Let Odoo have won and lost deals to learn from."""
        values = {"type": "opportunity", "team_id": self.channel.id, "stage_id": self.stage_meeting.id}
        deals = self.env["crm.lead"].create([{"name": f"Taught {position}", **values} for position in range(8)])
        deals[:3].action_set_won()
        deals[3:].action_set_lost()

    def test_switched_off_the_prediction_takes_over(self):
        self._teach()
        self.stage.on_change = False
        self.assertEqual(self.open.probability_source, "prediction")
        self.assertNotIn(self.open.probability, (0, 60))
        self._assert_others_untouched()

    def test_switched_off_and_kept(self):
        self._teach()
        self.stage.write({"on_change": False, "deals_follow": "keep"})
        self.assertEqual((self.open.probability, self.open.probability_source), (60, "manual"))
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self.assertEqual((self.open.probability, self.open.probability_source), (60, "manual"))

    def test_switched_off_with_many_deals_starts_the_cron(self):
        cron = self.env.ref("crm.website_crm_score_cron")
        cron.active = True
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        with patch.object(crm_stage_follow, "PREDICT_AT_ONCE", 1):
            self.stage.on_change = False
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), triggers + 1)
        self.assertEqual(self.open.probability, 60)
        self._teach()
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self.assertNotEqual(self.open.probability, 60)

    def test_switched_off_with_many_deals_and_no_cron(self):
        self.env.ref("crm.website_crm_score_cron").active = False
        self._teach()
        with patch.object(crm_stage_follow, "PREDICT_AT_ONCE", 1):
            self.stage.on_change = False
        self.assertEqual((self.open | self.archived).mapped("probability_source"), ["prediction"] * 2)
        self.assertNotEqual(self.open.probability, 60)

    def test_stage_becomes_won_and_won_no_more(self):
        self.lost.unlink()
        self.stage.write({"is_won": True})
        self.assertEqual((self.open.probability, self.open.won_status), (100, "won"))
        self.stage.write({"is_won": False, "probability": 45})
        self._assert_stage_probability(self.open, 45)
        self.assertEqual(self.open.won_status, "pending")

    def test_deals_know_who_changed_them(self):
        self.env.cr.execute("UPDATE crm_lead SET write_date = '2001-01-01'")
        self.env.invalidate_all()
        self.stage.probability = 65
        self.assertGreater(self.open.write_date, fields.Datetime.to_datetime("2001-01-02"))
        self.assertEqual(self.open.write_uid, self.head)
