from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestStageSettings(FunnelCommon):
    """What a stage may say about the probability of its deals, and who may say it."""

    @contextmanager
    def _refused(self, text):
        with self.assertRaises(ValidationError) as refused:
            yield
        self.assertIn(text, str(refused.exception))

    def test_head_edits_stage_in_form(self):
        with Form(self.stage_offer.with_user(self.head)) as form:
            form.name = "Offer"
            form.probability = 45
            form.on_change = True
            form.fold = True
        self.assertRecordValues(
            self.stage_offer, [{"name": "Offer", "probability": 45, "on_change": True, "fold": True}]
        )

    def test_salesperson_only_reads(self):
        stage = self.stage_offer.with_user(self.olena)
        self.assertIsInstance(stage.probability, float)
        self.assertEqual(stage._get_deal_probability(self.channel), None)
        channel_values = {"stage_id": stage.id, "team_id": self.channel.id, "probability": 5}
        for forbidden in (
            lambda: stage.write({"probability": 50}),
            lambda: stage.write({"on_change": True}),
            lambda: stage.write({"active": False}),
            lambda: stage.create({"name": "Mine"}),
            lambda: self.env["crm.stage.channel.probability"].with_user(self.olena).create(channel_values),
            stage.unlink,
            stage.get_delete_info,
            stage.action_delete_column,
            self.env["crm.stage.calibration"].with_user(self.olena).action_open,
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                forbidden()
        self.assertTrue(self.stage_offer.active)

    def test_won_stage_is_always_100(self):
        self.assertEqual(self.stage_won.probability, 100)
        with self._refused("won stage"):
            self.stage_won.probability = 90
        self.stage_offer.write({"is_won": True})
        self.assertEqual(self.stage_offer.probability, 100)

    def test_won_no_more_needs_a_probability_below_100(self):
        self.stage_won.on_change = True
        with self._refused("less than 100"):
            self.stage_won.is_won = False
        self.stage_won.write({"is_won": False, "probability": 80})
        self.assertEqual(self.stage_won._get_deal_probability(self.channel), 80)

    def test_won_no_more_of_a_stage_that_predicts(self):
        self.stage_won.is_won = False
        self.assertEqual(self.stage_won.probability, 10)

    def test_form_suggests_probability_of_won_stage(self):
        with mute_logger("odoo.tests.form.onchange"), Form(self.stage_offer.with_user(self.head)) as form:
            form.is_won = True
            self.assertEqual(form.probability, 100)
            form.is_won = False
            self.assertEqual(form.probability, 10)

    def test_automatic_open_stage_neither_wins_nor_loses(self):
        for probability in (0, 100, -1, 101):
            with self.assertRaises(ValidationError):
                self.stage_offer.write({"probability": probability, "on_change": True})
        self.stage_offer.write({"probability": 0})
        with self._refused("lost deal"):
            self.stage_offer.on_change = True

    def test_channel_has_one_valid_value(self):
        self.stage_offer.write({"probability": 40, "on_change": True})
        channels = self.env["crm.stage.channel.probability"].with_user(self.head)
        values = {"stage_id": self.stage_offer.id, "team_id": self.channel.id}
        with self._refused("less than 100"):
            channels.create({**values, "probability": 100})
        channel = channels.create({**values, "probability": 55})
        self.assertEqual(channel.display_name, "Funnel channel: 55 %")
        self.assertEqual(self.stage_offer._get_deal_probability(self.channel), 55)
        self.assertEqual(self.stage_offer._get_deal_probability(self.env["crm.team"]), 40)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            channels.create({**values, "probability": 30})

    def test_copy_keeps_probabilities(self):
        self.stage_offer.write(
            {
                "probability": 40,
                "on_change": True,
                "channel_probability_ids": [(0, 0, {"team_id": self.channel.id, "probability": 70})],
            }
        )
        copy = self.stage_offer.copy()
        self.assertEqual(copy._get_deal_probability(self.channel), 70)

    def test_list_edits_many_stages(self):
        stages = (self.stage_call | self.stage_offer).with_user(self.head)
        stages.write({"probability": 30, "on_change": True})
        self.assertEqual(stages.mapped("probability"), [30, 30])

    def test_menu_is_for_heads(self):
        menu = self.env.ref("crm_funnel.crm_stage_menu")
        visible = menu.with_user(self.head)._visible_menu_ids()
        self.assertIn(menu.id, visible)
        self.assertNotIn(menu.id, menu.with_user(self.olena)._visible_menu_ids())
