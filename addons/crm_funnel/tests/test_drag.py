from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestDrag(FunnelCommon):
    """What a drag on the kanban has to ask before the deal moves."""

    def _get_move_form(self, stage, user=None):
        return self.deal_dnipro.with_user(user or self.olena).get_move_form(stage.id)

    def test_stages_that_demand_something(self):
        Lead = self.env["crm.lead"].with_user(self.olena)
        demanding = Lead.get_demanding_stage_ids()
        self.assertIn(self.stage_meeting.id, demanding)
        self.assertFalse({self.stage_call.id, self.stage_offer.id, self.stage_won.id} & set(demanding))
        self.step_won.demands_file = True
        self.assertIn(self.stage_won.id, Lead.get_demanding_stage_ids())
        self.process.action_back_to_draft()
        self.assertNotIn(self.stage_meeting.id, Lead.get_demanding_stage_ids())

    def test_form_for_the_step_of_the_stage(self):
        self._press(self.deal_dnipro.with_user(self.olena), self.step_call)
        form = self._get_move_form(self.stage_meeting)
        self.assertEqual(form["res_model"], "crm.process.result.entry")
        context = form["context"]
        self.assertEqual(context["default_pressed_step_id"], self.step_meeting.id)
        self.assertEqual(context["default_last_result_number"], self.deal_dnipro.last_result_id.id)
        self.assertEqual(self.deal_dnipro.stage_id, self.stage_call, "asking moves nothing")
        entry = self.env[form["res_model"]].with_user(self.olena).with_context(**context).create({"comment": "Met"})
        entry.action_record()
        self.assertEqual(self.deal_dnipro.stage_id, self.stage_meeting)

    def test_nothing_demanded(self):
        self.assertFalse(self._get_move_form(self.stage_offer))

    def test_what_the_deal_has_is_not_asked(self):
        self.step_offer.demands_amount = True
        self.assertTrue(self._get_move_form(self.stage_offer))
        self.deal_dnipro.expected_revenue = 100
        self.assertFalse(self._get_move_form(self.stage_offer))

    def test_backwards_moves_freely(self):
        self._press(self.deal_dnipro, self.step_meeting, comment="Met")
        self._press(self.deal_dnipro, self.step_won)
        self.assertFalse(self._get_move_form(self.stage_meeting))

    def test_where_no_button_leads_the_deal_moves_freely(self):
        self.step_meeting.only_after_ids = self.step_offer
        self.assertFalse(self._get_move_form(self.stage_meeting))
        self._press(self.deal_dnipro, self.step_offer)
        self.assertTrue(self._get_move_form(self.stage_meeting))

    def test_stage_of_no_step(self):
        self.assertFalse(self._get_move_form(self.stage_new))
        self.assertFalse(self._get_move_form(self.env["crm.stage"]))

    def test_deal_of_a_colleague(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self._get_move_form(self.stage_meeting, self.taras)
