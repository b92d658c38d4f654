from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestTrigger(FunnelCommon):
    """Steps that an event of another addon records, as a document that is signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        field = cls.env["crm.process.step"]._fields["trigger"]
        # what an addon does with selection_add
        cls.classPatch(field, "_selection", {"offer_sent": "Offer sent", "signed": "Contract signed"})
        cls.step_offer.trigger = "offer_sent"
        cls.step_won.write({"trigger": "signed", "has_button": False, "demands_comment": True})
        cls.deal = cls.deal_dnipro.with_user(cls.olena)

    def test_event_records_the_step(self):
        result = self.deal._record_trigger("offer_sent")
        self.assertEqual((result.step_id, result.origin, result.user_id), (self.step_offer, "document", self.olena))
        self.assertEqual(self.deal.stage_id, self.stage_offer)
        self.assertEqual(result.next_activity_id.user_id, self.olena)

    def test_step_without_button_demands_nothing(self):
        self.assertNotIn("Contract signed", [b["name"] for b in self.deal.get_result_buttons()["buttons"]])
        self.deal._record_trigger("signed", comment="Number 12")
        self.assertEqual(self.deal.won_status, "won")
        self.assertEqual(self.deal.last_result_id.comment, "Number 12")

    def test_second_event_changes_nothing(self):
        self.deal._record_trigger("offer_sent")
        self.assertFalse(self.deal._record_trigger("offer_sent"))
        self.assertEqual(len(self._results(self.deal)), 1)

    def test_deal_that_is_closed_or_further_stays(self):
        self._press(self.deal, self.step_meeting, comment="Met")
        self.assertFalse(self.deal._record_trigger("offer_sent"))
        self.deal.action_set_lost()
        self.assertFalse(self.deal._record_trigger("signed"))
        self.assertEqual(self.deal.won_status, "lost")

    def test_process_without_such_a_step(self):
        self.step_offer.trigger = False
        self.assertFalse(self.deal._record_trigger("offer_sent"))

    def test_several_deals_each_by_its_own_state(self):
        other = self._create_deal("Second", self.dnipro, self.olena, stage_id=self.stage_meeting.id)
        results = (self.deal | other.with_user(self.olena))._record_trigger("offer_sent")
        self.assertEqual(results.lead_id, self.deal)

    def test_foreign_deal_is_refused(self):
        with self.assertRaises(AccessError):
            self.deal_karpaty.with_user(self.olena)._record_trigger("offer_sent")

    def test_hidden_step_with_an_event_is_within_reach(self):
        self.assertEqual(self.process._get_problems(), [])
        self.process.action_back_to_draft()
        self.step_won.trigger = False
        self.assertIn("“Contract signed” is out of reach", "\n".join(self.process._get_problems()))
