from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools.statistics import get_wilson_interval
from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestCalibration(FunnelCommon):
    """Probabilities proposed from the deals that were won and lost.

    20 deals: 5 lost while new, 5 lost at the offer, 10 won; 8 of them in the other channel: 2 lost at the offer, 6 won.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].with_context(active_test=False).search([("won_status", "!=", "pending")]).unlink()
        cls.other_channel = cls.env["crm.team"].create({"name": "Other channel"})
        cls.stages.write({"team_ids": [(4, cls.other_channel.id)]})
        cls._close(5, "lost", cls.stage_new)
        cls._close(3, "lost", cls.stage_offer)
        cls._close(4, "won", cls.stage_new)
        cls._close(2, "lost", cls.stage_offer, team_id=cls.other_channel.id)
        cls._close(6, "won", cls.stage_new, team_id=cls.other_channel.id)
        cls.env.flush_all()

    @classmethod
    def _close(cls, number, status, stage, **vals):
        deals = cls.env["crm.lead"].create(
            [
                {"name": f"{status} {position}", "type": "opportunity", "team_id": cls.channel.id, "stage_id": stage.id}
                | vals
                for position in range(number)
            ]
        )
        if status == "won":
            deals.write({"stage_id": cls.stage_won.id})
        else:
            deals.action_set_lost()
        return deals

    def _open(self, **vals):
        wizard = self.env["crm.stage.calibration"].with_user(self.head).create({"minimum_cases": 5, **vals})
        self.assertEqual(wizard.action_count()["res_id"], wizard.id)
        return wizard

    def _line(self, wizard, stage, team=None):
        return wizard.line_ids.filtered(
            lambda line: line.stage_id == stage and line.team_id.id == (team.id if team else False)
        )

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def test_share_of_those_that_reached_the_stage(self):
        wizard = self._open()
        expected = {self.stage_new: (20, 10, 50), self.stage_offer: (15, 10, 67), self.stage_meeting: (10, 10, 99)}
        for stage, figures in expected.items():
            line = self._line(wizard, stage)
            self.assertEqual((line.case_count, line.won_count, line.proposal), figures)
        self.assertFalse(self._line(wizard, self.stage_won), "A won stage is 100 %")

    def test_by_channel(self):
        wizard = self._open()
        self.assertEqual(self._line(wizard, self.stage_new, self.other_channel).proposal, 75)
        self.assertEqual(self._line(wizard, self.stage_new, self.channel).case_count, 12)
        self.assertFalse(self._line(wizard, self.stage_meeting, self.channel), "4 cases are too few for a channel")

    def test_only_channel_is_not_shown_apart(self):
        self.env["crm.lead"].with_context(active_test=False).search(
            [("team_id", "=", self.other_channel.id), ("won_status", "!=", "pending")]
        ).unlink()
        self.assertFalse(self._line(self._open(), self.stage_new, self.channel))

    def test_wilson_interval(self):
        """Against published values: 10 of 20 is 29.9 % to 70.1 %, 0 of 10 is 0 % to 27.8 %."""
        for (won, cases), (lower, upper) in {
            (10, 20): (29.93, 70.07),
            (0, 10): (0, 27.75),
            (10, 10): (72.25, 100),
            (81, 263): (25.53, 36.62),
        }.items():
            self.assertAlmostEqual(get_wilson_interval(won, cases)[0], lower, places=2)
            self.assertAlmostEqual(get_wilson_interval(won, cases)[1], upper, places=2)
        self.assertEqual(get_wilson_interval(0, 0), (0, 100))
        self.assertEqual(self._line(self._open(), self.stage_new).range_text, "30 to 70 %")

    def test_too_few_cases_propose_nothing(self):
        wizard = self._open(minimum_cases=20)
        self.assertFalse(self._line(wizard, self.stage_new).is_too_few)
        line = self._line(wizard, self.stage_offer)
        self.assertEqual((line.is_too_few, line.range_text), (True, "too few cases"))
        self.assertEqual(line.proposal, self.stage_offer.probability)

    def test_furthest_stage_is_in_the_history(self):
        """A deal lost after it was moved back died at the stage it had reached."""
        deal = self._close(1, "lost", self.stage_new)
        before = self._line(self._open(), self.stage_meeting).case_count
        deal.with_context(tracking_disable=False).write({"active": True, "probability": 10})
        for stage in (self.stage_meeting, self.stage_new):
            deal.stage_id = stage
            self.flush_tracking()
        deal.action_set_lost()
        self.assertEqual(self._line(self._open(), self.stage_meeting).case_count, before + 1)

    def flush_tracking(self):
        """Post the tracked changes, as the end of a request does."""
        self.env.flush_all()
        self.cr.precommit.run()

    def test_period(self):
        old = self.env["crm.lead"].search([("won_status", "=", "won"), ("team_id", "=", self.channel.id)])
        old.date_closed = fields.Datetime.now() - timedelta(days=3 * 365)
        self.assertEqual(self._line(self._open(), self.stage_new).case_count, 16)
        self.assertEqual(self._line(self._open(date_from=False), self.stage_new).case_count, 20)

    def test_open_deals_and_inquiries_do_not_count(self):
        self.env["crm.lead"].create({"name": "Open", "type": "opportunity", "team_id": self.channel.id})
        self._close(3, "lost", self.stage_new, type="lead")
        self.assertEqual(self._line(self._open(), self.stage_new).case_count, 20)

    def test_other_companies_do_not_count(self):
        company = self.env["res.company"].create({"name": "Funnel abroad"})
        self._close(3, "lost", self.stage_new, company_id=company.id, team_id=False, user_id=False)
        self.assertEqual(self._line(self._open(), self.stage_new).case_count, 20)

    def test_stage_of_some_channels(self):
        self.stage_offer.team_ids = self.other_channel
        line = self._line(self._open(), self.stage_offer)
        self.assertEqual((line.case_count, line.won_count), (8, 6))

    def test_one_query_for_any_number_of_deals(self):
        wizard = self._open()
        wizard._get_counts_by_furthest()
        with self.assertQueryCount(1):
            wizard._get_counts_by_furthest()

    # ------------------------------------------------------------
    # APPLYING
    # ------------------------------------------------------------

    def test_applies_what_is_ticked(self):
        self.stage_new.write({"probability": 10, "on_change": True})
        deal = self.deal_dnipro
        wizard = self._open(switch_on=True)
        (self._line(wizard, self.stage_new) | self._line(wizard, self.stage_new, self.other_channel)).is_ticked = True
        edited = self._line(wizard, self.stage_offer)
        edited.write({"proposal": 61, "is_ticked": True})
        message = wizard.action_apply()["params"]["message"]
        self.assertIn("3", message)
        self.assertEqual((self.stage_new.probability, self.stage_offer.probability), (50, 61))
        self.assertEqual(self.stage_new._get_deal_probability(self.other_channel), 75)
        self.assertTrue(self.stage_offer.on_change)
        self.assertNotEqual(self.stage_meeting.probability, 99)
        self.assertEqual((deal.probability, deal.probability_source), (50, "stage"))

    def test_applies_a_channel_again(self):
        self.stage_new.channel_probability_ids = [(0, 0, {"team_id": self.other_channel.id, "probability": 33})]
        wizard = self._open()
        line = self._line(wizard, self.stage_new, self.other_channel)
        self.assertEqual(line.current, 33)
        line.is_ticked = True
        wizard.action_apply()
        self.assertEqual(self.stage_new.channel_probability_ids.mapped("probability"), [75])
        self.assertFalse(self.stage_new.on_change, "Only if switched on")

    def test_open_deals_may_keep_theirs(self):
        self.stage_new.write({"probability": 10, "on_change": True})
        wizard = self._open(follow="keep")
        self._line(wizard, self.stage_new).is_ticked = True
        wizard.action_apply()
        self.assertEqual((self.deal_dnipro.probability, self.deal_dnipro.probability_source), (10, "manual"))

    def test_form(self):
        wizard = self._open()
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.is_ticked = True
        self.assertTrue(wizard.line_ids[0].is_ticked)

    def test_refused(self):
        wizard = self._open()
        with self.assertRaises(UserError):
            wizard.action_apply()
        line = self._line(wizard, self.stage_new)
        for proposal in (0, 100):
            with self.assertRaises(ValidationError):
                line.write({"proposal": proposal, "is_ticked": True})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            wizard.with_user(self.olena).action_apply()
