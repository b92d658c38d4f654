from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestProcess(FunnelCommon):
    """A process: who defines it, which channel follows it, and what makes it complete."""

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    def test_head_defines_process_in_form(self):
        with Form(self.env["crm.process"].with_user(self.head)) as form:
            form.name = "Second sales"
            with form.step_ids.new() as step:
                step.name = "Agreed"
                step.kind = "won"
                step.stage_id = self.stage_won
            form.team_ids.add(self.channel)
        process = form.record
        process.action_start_using()
        self.assertEqual(process.state, "running")

    def test_salesperson_only_reads(self):
        process, step = self.process.with_user(self.olena), self.step_call.with_user(self.olena)
        self.assertEqual(step.name, "Called")
        for forbidden in (
            lambda: process.write({"name": "Mine"}),
            lambda: step.write({"days": 1}),
            step.unlink,
            process.action_back_to_draft,
            lambda: step.create({"name": "Mine", "process_id": process.id}),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                forbidden()

    # ------------------------------------------------------------
    # CHOICE BY CHANNEL
    # ------------------------------------------------------------

    def test_deal_follows_process_of_its_channel(self):
        self.assertEqual(self.deal_dnipro.process_id, self.process)
        other = self.env["crm.team"].create({"name": "Without process of its own"})
        everywhere = self._create_process("Everywhere", self.env["crm.team"])
        deal = self._create_deal("Elsewhere", self.dnipro, self.head, team_id=other.id)
        by_team = self.env["crm.process"]._get_id_by_team()
        self.assertEqual(deal.process_id.id, by_team[False])
        self.assertIn(everywhere.id, self.env["crm.process"]._get_allowed_ids_by_team()[False])

    def test_inquiry_has_no_process_until_it_is_a_deal(self):
        inquiry = self._create_deal("Asks", self.dnipro, self.olena, type="lead")
        self.assertFalse(inquiry.process_id)
        self.assertFalse(inquiry.result_buttons)
        inquiry.convert_opportunity(self.dnipro)
        self.assertEqual(inquiry.process_id, self.process)
        self.assertTrue(inquiry.result_buttons["buttons"])

    def test_draft_process_gives_no_buttons(self):
        self.process.action_back_to_draft()
        self.deal_dnipro.invalidate_recordset()
        self.assertEqual(self.deal_dnipro.result_buttons["buttons"], [])
        self.assertFalse(self.env["crm.process"]._get_id_by_team().get(self.channel.id))
        self.process.action_start_using()
        self.deal_dnipro.invalidate_recordset()
        self.assertTrue(self.deal_dnipro.result_buttons["buttons"])

    def test_existing_deals_get_process_by_one_query_for_each_stage(self):
        self.process.action_back_to_draft()
        deals = self.env["crm.lead"].create(
            [
                {"name": f"Deal {stage.name}", "type": "opportunity", "team_id": self.channel.id, "stage_id": stage.id}
                for stage in self.stages
            ]
        )
        deals.process_id = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET process_step_id = NULL WHERE id IN %s", (tuple(deals.ids),))
        self.env.invalidate_all()
        self.process.action_start_using()
        self.assertEqual(deals.process_id, self.process)
        self.assertEqual(
            [deal.process_step_id for deal in deals],
            [self.env["crm.process.step"], self.step_call, self.step_offer, self.step_meeting, self.step_won],
        )

    def test_other_channel_keeps_the_step_of_the_stage(self):
        other = self.env["crm.team"].create({"name": "Other channel", "member_ids": [(4, self.olena.id)]})
        process = self._create_process("Other process", other, progress=self.stage_call)
        self.stage_call.team_ids = self.channel | other
        deal = self._create_deal("Moves", self.dnipro, self.olena, stage_id=self.stage_call.id)
        self.assertEqual(deal.process_step_id, self.step_call)
        deal.team_id = other
        self.assertEqual(deal.process_id, process)
        self.assertEqual(deal.process_step_id, process.step_ids[0])

    def _create_process(self, name, teams, progress=None):
        stage_won = self.env["crm.stage"].create({"name": f"Won {name}", "is_won": True, "sequence": 500})
        steps = [{"name": "Won", "kind": "won", "stage_id": stage_won.id, "sequence": 20}]
        if progress:
            progress.team_ids |= teams
            steps.insert(0, {"name": "Progress", "stage_id": progress.id, "sequence": 10})
        process = self.env["crm.process"].create(
            {"name": name, "team_ids": [(6, 0, teams.ids)], "step_ids": [(0, 0, step) for step in steps]}
        )
        process.action_start_using()
        return process

    # ------------------------------------------------------------
    # COMPLETENESS
    # ------------------------------------------------------------

    def _assert_problem(self, text):
        self.env.flush_all()
        problems = "\n".join(self.process._get_problems())
        self.assertIn(text, problems)
        self.assertIn(text, self.process.problems)

    def _draft(self):
        self.process.action_back_to_draft()

    def test_complete_process_has_no_problem(self):
        self.assertEqual(self.process._get_problems(), [])
        self.assertFalse(self.process.problems)

    def test_needs_a_won_step(self):
        self._draft()
        self.step_won.unlink()
        self.process.invalidate_recordset()
        self._assert_problem("No step wins the deal")
        with self.assertRaisesRegex(ValidationError, "No step wins"):
            self.process.action_start_using()

    def test_step_out_of_reach(self):
        self._draft()
        self.step_call.only_after_ids = self.step_meeting
        self._assert_problem("“Called” is out of reach")

    def test_hidden_step_is_reached_by_repetition_only(self):
        self._draft()
        self.assertEqual(self.process._get_reachable_steps(), self.process.step_ids)
        self.step_no_answer.write({"repeat_count": 0, "repeat_step_id": False})
        self._assert_problem("“Unreachable” is out of reach")

    def test_dead_end(self):
        self._draft()
        self.step_won.only_after_ids = self.step_meeting
        (self.step_refusal | self.step_no_answer).only_after_ids = self.step_call
        self.step_meeting.only_after_ids = self.step_offer
        self.assertEqual(self.process._get_problems(), [])
        # after the offer nothing but a second offer would be left
        self.step_meeting.only_after_ids = self.step_call
        self._assert_problem("“Offer sent” is a dead end")

    def test_stage_must_fit_the_kind(self):
        self._draft()
        self.step_offer.stage_id = self.stage_won
        self._assert_problem("“Offer sent” only progresses")
        self.step_offer.stage_id = False
        self._assert_problem("“Offer sent” leads to no stage")
        self.step_won.stage_id = self.stage_meeting
        self._assert_problem("“Contract signed” wins the deal")

    def test_stage_must_exist_in_every_channel(self):
        self._draft()
        self.process.team_ids |= self.env["crm.team"].create({"name": "Other channel"})
        self._assert_problem("does not exist in every channel")

    def test_repetition_needs_both_number_and_step(self):
        self._draft()
        self.step_no_answer.repeat_step_id = False
        self._assert_problem("“No answer”: give both")

    def test_demanded_task_date_needs_a_task(self):
        self._draft()
        self.step_call_back.activity_type_id = False
        self._assert_problem("“Call back” asks for the date")

    def test_task_for_a_certain_user_needs_one(self):
        self._draft()
        self.step_call.activity_for = "user"
        self._assert_problem("“Called”: say which user")

    def test_process_in_use_stays_complete(self):
        for change in (
            self.step_won.unlink,
            lambda: self.step_won.write({"active": False}),
            lambda: self.step_offer.write({"stage_id": False}),
            lambda: self.process.write({"step_ids": [(2, self.step_won.id)]}),
        ):
            with self.assertRaisesRegex(ValidationError, "in use and must stay complete"), self.cr.savepoint():
                change()

    def test_several_changes_are_checked_together(self):
        self.process.write(
            {
                "step_ids": [
                    (1, self.step_won.id, {"kind": "progress", "stage_id": self.stage_meeting.id}),
                    (0, 0, {"name": "Paid", "kind": "won", "stage_id": self.stage_won.id, "sequence": 900}),
                ]
            }
        )
        self.assertEqual(self.process._get_problems(), [])

    def test_recorded_step_is_archived_not_deleted(self):
        self._press(self.deal_dnipro, self.step_call)
        with self.assertRaisesRegex(UserError, "Archive the step instead"):
            self.step_call.unlink()
        self.step_call.active = False
        self.assertNotIn(self.step_call, self.process.step_ids)

    def test_process_with_results_is_archived_not_deleted(self):
        self._press(self.deal_dnipro, self.step_call)
        process = self.process.with_user(self.head)
        with self.assertRaisesRegex(UserError, "Archive the process instead"):
            process.unlink()
        process.active = False
        self.assertFalse(self.env["crm.process"]._get_id_by_team().get(self.channel.id))

    def test_unused_process_is_deleted_and_its_deals_go_on(self):
        everywhere = self._create_process("Everywhere", self.env["crm.team"])
        self.process.with_user(self.head).unlink()
        self.assertEqual(self.deal_dnipro.process_id.id, self.env["crm.process"]._get_id_by_team()[False])
        self.assertTrue(everywhere.exists())

    def test_percent_and_days_are_bounded(self):
        for vals in ({"conversion": 101}, {"conversion": -1}, {"days": -1}, {"activity_delay": -1}):
            with self.assertRaises(Exception), mute_logger("odoo.sql_db"), self.cr.savepoint():  # noqa: B017
                self.step_call.write(vals)
                self.env.flush_all()

    def test_copy_is_a_complete_draft(self):
        # an order that is not the one in which the steps were made
        self.step_refusal.sequence = 1
        self.env.flush_all()
        self.env.invalidate_all()
        copy = self.process.copy()
        self.assertEqual(copy.state, "draft")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(copy.step_ids.mapped("name"), self.process.step_ids.mapped("name"))
        no_answer = copy.step_ids.filtered(lambda step: step.name == "No answer")
        self.assertEqual(no_answer.repeat_step_id.process_id, copy)
        self.assertEqual(no_answer.repeat_step_id.name, "Unreachable")
        self.assertEqual(copy._get_problems(), [])
