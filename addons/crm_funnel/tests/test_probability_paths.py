from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import FunnelCommon


class ProbabilityCommon(FunnelCommon):
    """Automatic stages: new 10 %, call 20 %, offer 40 %, meeting 60 % (75 % in the other channel)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_channel = cls.env["crm.team"].create({"name": "Other channel", "member_ids": [(4, cls.olena.id)]})
        cls.stages.write({"team_ids": [(4, cls.other_channel.id)]})
        for stage, probability in zip(cls.stages[:4], (10, 20, 40, 60), strict=True):
            stage.write({"probability": probability, "on_change": True})
        cls.env["crm.stage.channel.probability"].create(
            {"stage_id": cls.stage_meeting.id, "team_id": cls.other_channel.id, "probability": 75}
        )
        cls.stage_predicted = cls.env["crm.stage"].create(
            {"name": "Funnel predicted", "sequence": -90, "team_ids": [(6, 0, (cls.channel | cls.other_channel).ids)]}
        )
        cls.deal = cls.deal_dnipro.with_user(cls.olena)
        cls.reason = cls.env["crm.lost.reason"].create({"name": "Funnel: too dear"})

    def _assert_stage_probability(self, deals, probability):
        for deal in deals:
            self.assertEqual(
                (deal.probability, deal.automated_probability, deal.probability_source),
                (probability, probability, "stage"),
            )


@tagged("post_install", "-at_install")
class TestProbabilityPaths(ProbabilityCommon):
    """Every way a deal can change stage or life obeys the probability of its stage."""

    # ------------------------------------------------------------
    # BETWEEN STAGES
    # ------------------------------------------------------------

    def test_drag_takes_stage_probability(self):
        self._assert_stage_probability(self.deal, 10)
        self.deal.web_save({"stage_id": self.stage_offer.id}, {"probability": {}})
        self._assert_stage_probability(self.deal, 40)
        self.deal.expected_revenue = 1000
        self.assertEqual(self.deal.prorated_revenue, 400)

    def test_form_shows_stage_probability_at_once(self):
        with Form(self.deal) as form:
            form.stage_id = self.stage_call
            self.assertEqual(form.probability, 20)
        self._assert_stage_probability(self.deal, 20)

    def test_form_after_probability_by_hand(self):
        self.deal.probability = 77
        with Form(self.deal) as form:
            form.stage_id = self.stage_call
            self.assertEqual(form.probability, 20)
        self._assert_stage_probability(self.deal, 20)

    def test_form_keeps_probability_typed_after_change_of_stage(self):
        with Form(self.deal) as form:
            form.stage_id = self.stage_call
            form.probability = 33
            form.priority = "2"
        self.assertEqual(self.deal.probability, 33)
        self.assertEqual(self.deal.probability_source, "manual")

    def test_by_hand_stays_until_next_stage(self):
        self.deal.probability = 77
        self.assertEqual(self.deal.probability_source, "manual")
        self.deal.write({"stage_id": self.stage_new.id, "priority": "1"})
        self.assertEqual(self.deal.probability, 77)
        self.deal.stage_id = self.stage_call
        self._assert_stage_probability(self.deal, 20)

    def test_mass_change_over_several_stages(self):
        deals = self._create_deals(4)
        deals[0].stage_id = self.stage_call
        deals[1].write({"stage_id": self.stage_offer.id, "probability": 90})
        deals[2].action_set_lost()
        deals.write({"stage_id": self.stage_offer.id})
        self._assert_stage_probability(deals[0] | deals[3], 40)
        self.assertEqual(deals[1].probability, 90, "It was in this stage already")
        self.assertEqual((deals[2].probability, deals[2].won_status), (0, "lost"))

    def test_back_to_automated_probability(self):
        self.deal.probability = 77
        self.deal.action_set_automated_probability()
        self._assert_stage_probability(self.deal, 10)

    def test_other_channel_has_its_own_value(self):
        self.deal.stage_id = self.stage_meeting
        self._assert_stage_probability(self.deal, 60)
        self.deal_dnipro.team_id = self.other_channel
        self._assert_stage_probability(self.deal, 75)
        self.deal_dnipro.write({"team_id": self.channel.id, "stage_id": self.stage_call.id})
        self.deal_dnipro.write({"team_id": self.other_channel.id, "stage_id": self.stage_meeting.id})
        self._assert_stage_probability(self.deal, 75)

    def test_channel_without_the_stage_moves_the_deal(self):
        self.deal_dnipro.probability = 77
        alone = self.env["crm.team"].create({"name": "With stages of its own"})
        stage = self.env["crm.stage"].create(
            {"name": "Own", "sequence": -500, "team_ids": [(6, 0, alone.ids)], "probability": 35, "on_change": True}
        )
        self.deal_dnipro.team_id = alone
        self.assertEqual(self.deal_dnipro.stage_id, stage)
        self._assert_stage_probability(self.deal_dnipro, 35)

    def test_stage_that_predicts_leaves_it_to_odoo(self):
        self.deal.probability = 77
        self.deal.stage_id = self.stage_predicted
        self.assertEqual(self.deal.probability, 77)
        self.assertEqual(self.deal.probability_source, "manual")

    def test_salesperson_moves_no_foreign_deal(self):
        foreign = self.deal_karpaty.with_user(self.olena)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            foreign.write({"stage_id": self.stage_offer.id})
        self._assert_stage_probability(self.deal_karpaty, 10)

    # ------------------------------------------------------------
    # CREATION
    # ------------------------------------------------------------

    def _create_deals(self, number, **vals):
        return (
            self.env["crm.lead"]
            .with_user(self.olena)
            .create(
                [
                    {
                        "name": f"Deal {position}",
                        "type": "opportunity",
                        "partner_id": self.dnipro.id,
                        "user_id": self.olena.id,
                        "team_id": self.channel.id,
                        "stage_id": self.stage_new.id,
                        **vals,
                    }
                    for position in range(number)
                ]
            )
        )

    def test_created_in_a_stage(self):
        self._assert_stage_probability(self._create_deals(2, stage_id=self.stage_offer.id), 40)
        by_hand = self._create_deals(1, stage_id=self.stage_offer.id, probability=12)
        self.assertEqual((by_hand.probability, by_hand.probability_source), (12, "manual"))

    def test_created_with_a_probability_by_hand(self):
        deal = self._create_deal("By hand", self.dnipro, self.olena, stage_id=self.stage_call.id, probability=55)
        self.assertEqual((deal.probability, deal.automated_probability), (55, self.stage_call.probability))
        self.assertEqual(deal.probability_source, "manual")

    def test_created_won(self):
        deal = self._create_deals(1, stage_id=self.stage_won.id)
        self.assertEqual((deal.probability, deal.won_status, deal.probability_source), (100, "won", "stage"))

    def test_copy_starts_anew(self):
        self.deal.write({"stage_id": self.stage_offer.id, "probability": 77})
        copy = self.deal.copy()
        self.assertEqual(copy.stage_id, self.stage_new)
        self._assert_stage_probability(copy, 10)

    def test_import_creates_and_changes(self):
        fields = ["id", "name", "type", "stage_id/.id", "team_id/.id"]
        leads = self.env["crm.lead"].with_user(self.head).with_context(import_file=True)
        team = str(self.channel.id)
        row = ["__import__.st4_deal", "Imported", "Opportunity", str(self.stage_call.id), team]
        deal = leads.browse(leads.load(fields, [row])["ids"])
        self._assert_stage_probability(deal, 20)
        row[3] = str(self.stage_offer.id)
        leads.load(fields, [row])
        self._assert_stage_probability(deal, 40)
        leads.load([*fields, "probability"], [[*row, "50"]])
        self.assertEqual((deal.probability, deal.probability_source), (50, "manual"))

    def test_import_of_a_file(self):
        content = f"name,type,stage_id/.id,team_id/.id\nFrom file,Opportunity,{self.stage_call.id},{self.channel.id}\n"
        wizard = self.env["base_import.import"].create(
            {"res_model": "crm.lead", "file": content.encode(), "file_type": "text/csv", "file_name": "deals.csv"}
        )
        columns = ["name", "type", "stage_id/.id", "team_id/.id"]
        options = {"quoting": '"', "separator": ",", "has_headers": True, "encoding": "utf-8"}
        result = wizard.execute_import(columns, columns, options)
        self.assertFalse(result["messages"])
        self._assert_stage_probability(self.env["crm.lead"].browse(result["ids"]), 20)

    # ------------------------------------------------------------
    # INQUIRIES
    # ------------------------------------------------------------

    def test_inquiry_is_left_to_odoo_until_it_is_a_deal(self):
        inquiry = self._create_deals(1, type="lead", stage_id=self.stage_offer.id)
        self.assertNotEqual(inquiry.probability_source, "stage")
        self.assertNotEqual(inquiry.probability, 40)
        inquiry.probability = 5
        inquiry.convert_opportunity(self.dnipro)
        self._assert_stage_probability(inquiry, 40)

    def test_convert_wizard(self):
        inquiry = self._create_deals(1, type="lead", stage_id=self.stage_call.id)
        wizard = self.env["crm.lead2opportunity.partner"].with_user(self.olena)
        context = {"active_model": "crm.lead", "active_id": inquiry.id, "active_ids": inquiry.ids}
        wizard.with_context(**context).create({"name": "convert", "action": "exist"}).action_apply()
        self.assertEqual(inquiry.type, "opportunity")
        self._assert_stage_probability(inquiry, inquiry.stage_id.probability)

    def test_deal_becomes_inquiry(self):
        self.deal.type = "lead"
        self.assertNotEqual(self.deal.probability_source, "stage")

    def test_merge_keeps_stage_probability(self):
        deals = self._create_deals(3)
        deals[1].stage_id = self.stage_offer
        deals[2].probability = 77
        merged = deals.with_user(self.head).merge_opportunity()
        self._assert_stage_probability(merged, merged.stage_id.probability)

    def test_merge_into_a_lost_deal_by_wizard(self):
        deals = self._create_deals(2, stage_id=self.stage_call.id)
        deals[0].action_set_lost()
        wizard = self.env["crm.merge.opportunity"].with_user(self.head).create({"opportunity_ids": [(6, 0, deals.ids)]})
        wizard.action_merge()
        self._assert_stage_probability(deals.exists().filtered("active"), 20)

    # ------------------------------------------------------------
    # LOST, RESTORED, ARCHIVED, WON
    # ------------------------------------------------------------

    def test_lost_is_zero_wherever_it_is_put(self):
        self.deal.action_set_lost(lost_reason_id=self.reason.id)
        for stage in (self.stage_offer, self.stage_predicted, self.stage_meeting):
            self.deal.stage_id = stage
            self.assertEqual((self.deal.probability, self.deal.won_status), (0, "lost"))
        self.assertFalse(self.deal.probability_source)

    def test_restore(self):
        self.deal.write({"stage_id": self.stage_offer.id, "probability": 77})
        self.deal.action_set_lost(lost_reason_id=self.reason.id)
        self.deal.action_restore()
        self._assert_stage_probability(self.deal, 40)
        self.assertEqual(self.deal.won_status, "pending")

    def test_plain_unarchive_of_a_lost_deal(self):
        """Over RPC, by import, and after the tags of the lost deal have been edited, where Odoo leaves 0 %."""
        self.deal.stage_id = self.stage_offer
        self.deal.action_set_lost()
        self.deal.tag_ids = [(0, 0, {"name": "Funnel: edited while lost"})]
        self.env.flush_all()
        self.deal.write({"active": True})
        self._assert_stage_probability(self.deal, 40)
        self.deal.action_set_lost()
        self.deal.tag_ids = [(5,)]
        self.deal.action_unarchive()
        self._assert_stage_probability(self.deal, 40)

    def test_archive_keeps_probability(self):
        self.deal.action_archive()
        self.assertEqual((self.deal.probability, self.deal.won_status), (10, "pending"))
        self.deal.action_unarchive()
        self._assert_stage_probability(self.deal, 10)
        self.deal.probability = 77
        self.deal.action_archive()
        self.deal.action_unarchive()
        self.assertEqual((self.deal.probability, self.deal.probability_source), (77, "manual"))

    def test_won_and_won_no_more(self):
        self.deal.action_set_won()
        self.assertEqual((self.deal.stage_id, self.deal.probability), (self.stage_won, 100))
        self.assertEqual(self.deal.probability_source, "stage")
        self.deal.stage_id = self.stage_offer
        self._assert_stage_probability(self.deal, 40)
        self.assertEqual(self.deal.won_status, "pending")
        self.assertFalse(self.deal.date_closed)
        self.deal.stage_id = self.stage_won
        self.assertEqual((self.deal.probability, self.deal.won_status), (100, "won"))

    def test_lost_deal_is_won(self):
        self.deal.action_set_lost()
        self.deal.action_set_won()
        self.assertEqual((self.deal.probability, self.deal.won_status, self.deal.active), (100, "won", True))

    # ------------------------------------------------------------
    # PREDICTION
    # ------------------------------------------------------------

    def _learn(self):
        """Win and lose enough for Odoo to predict something that is no stage's probability."""
        deals = self._create_deals(12, stage_id=self.stage_predicted.id)
        deals[:5].action_set_won()
        deals[5:8].action_set_lost()
        return deals[8:]

    def test_cron_and_manual_update(self):
        predicted = self._learn()
        by_hand = self._create_deals(1, probability=77)
        lost = self._create_deals(1)
        lost.action_set_lost()
        admin = self.env.ref("base.user_admin")
        for update in (
            self.env["crm.lead"]._cron_update_automated_probabilities,
            self.env["crm.lead.pls.update"]
            .with_user(admin)
            .create({"pls_start_date": "2000-01-01"})
            .action_update_crm_lead_probabilities,
        ):
            update()
            self._assert_stage_probability(self.deal, 10)
            self.assertEqual((by_hand.probability, by_hand.automated_probability), (77, 10))
            self.assertEqual(lost.probability, 0)
            self.assertEqual(set(predicted.mapped("probability_source")), {"prediction"})
            self.assertNotIn(predicted[0].probability, (0, 10, 20, 40, 60))

    def test_cron_with_automatic_stages_only(self):
        self.env["crm.stage"].search([("is_won", "=", False)]).write({"on_change": True, "probability": 15})
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self._assert_stage_probability(self.deal, 15)

    def test_salesperson_cannot_run_the_prediction(self):
        wizard = self.env["crm.lead.pls.update"].with_user(self.olena)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            wizard.create({"pls_start_date": "2000-01-01"})

    def test_tooltip_is_still_odoos(self):
        self.assertIn("probability", self.deal.prepare_pls_tooltip_data())
        self.deal._compute_probabilities()
        self._assert_stage_probability(self.deal, 10)

    def test_edited_prediction_field_changes_nothing(self):
        self.deal.tag_ids = [(0, 0, {"name": "Funnel: tag"})]
        self.env.flush_all()
        self._assert_stage_probability(self.deal, 10)

    # ------------------------------------------------------------
    # WITHOUT A STAGE
    # ------------------------------------------------------------

    def test_deal_without_a_stage_keeps_its_probability(self):
        self.deal.stage_id = self.stage_offer
        self.deal.stage_id = False
        self.assertEqual((self.deal.probability, self.deal.probability_source), (40, "kept"))
        self.deal.tag_ids = [(0, 0, {"name": "Funnel: kept"})]
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self.assertEqual((self.deal.probability, self.deal.probability_source), (40, "kept"))

    # ------------------------------------------------------------
    # SOURCE
    # ------------------------------------------------------------

    def test_search_finds_what_is_shown(self):
        deals = self._create_deals(6)
        deals[0].probability = 77
        deals[1].action_set_lost()
        deals[2].action_set_won()
        deals[3].stage_id = self.stage_predicted
        deals[4].stage_id = False
        deals |= self._create_deals(1, type="lead")
        for source in ("stage", "prediction", "manual", "kept", False):
            found = deals.with_context(active_test=False).search(
                [("id", "in", deals.ids), ("probability_source", "=", source)]
            )
            self.assertEqual(
                found, deals.filtered(lambda deal, source=source: deal.probability_source == source).sorted()
            )
        others = deals.with_context(active_test=False).search(
            [("id", "in", deals.ids), ("probability_source", "!=", "stage")]
        )
        self.assertEqual(others, deals.filtered(lambda deal: deal.probability_source != "stage").sorted())

    def test_move_costs_the_same_for_any_number(self):
        """No query of the addon's probability grows with the number of deals."""
        queries = []
        for number in (5, 40):
            deals = self._create_deals(number).with_context(tracking_disable=True)
            self.env.flush_all()
            self.env.invalidate_all()
            deals._get_given_probabilities()
            before = self.env.cr.sql_log_count
            self.env.invalidate_all()
            deals._group_by_entered_probability({"stage_id": self.stage_offer.id})
            deals._get_given_probabilities()
            queries.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*queries)
