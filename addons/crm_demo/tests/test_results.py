from collections import Counter
from itertools import pairwise

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..department import tables_process
from ..department.cast import Cast
from ..department.results import get_stages, set_up_process
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestResults(DepartmentCase):
    """The log as it was written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.logs = {lead: rows.sorted("id") for lead, rows in cls.results.grouped("lead_id").items()}
        cls.process = cls.env.ref("crm_funnel.crm_process_sale")

    def step(self, key):
        return self.env.ref(f"crm_funnel.crm_process_step_{key}")

    # ------------------------------------------------------------
    # THE LOG
    # ------------------------------------------------------------

    def test_results_are_those_of_the_plan(self):
        self.assertEqual(len(self.results), len(self.plan.results))
        found = Counter((row.kind, row.step_id) for row in self.results)
        steps = self.env["crm.process.step"]
        planned = Counter((r.kind, self.step(r.step) if r.step else steps) for r in self.plan.results)
        self.assertEqual(found, planned)

    def test_one_chain_for_each_deal(self):
        for log in self.logs.values():
            self.assertFalse(log[0].previous_id)
            for before, row in pairwise(log):
                self.assertEqual(row.previous_id, before)
                self.assertEqual(row.step_before_id, before.step_after_id)
                self.assertEqual(row.stage_before_id, before.stage_id)

    def test_the_log_is_in_the_order_of_time(self):
        """The list of results is ordered by id: it has to read as it happened."""
        dates = self.results.mapped("date")
        self.assertEqual(dates, sorted(dates))
        for month in self.months:
            self.assertTrue(self.in_month(self.results, "date", month), month[0])
        self.assertTrue(all(self.within_history(date) for date in dates))
        self.assertLessEqual(max(dates), fields.Datetime.now())

    def test_days_of_waiting(self):
        for lead, log in self.logs.items():
            moments = [lead.create_date, *log.mapped("date")]
            for row, (before, moment) in zip(log, pairwise(moments), strict=True):
                self.assertAlmostEqual(row.wait_days, (moment - before).total_seconds() / 86400, places=1)

    def test_rows_know_who_where_and_with_whom(self):
        for lead, log in self.logs.items():
            self.assertEqual(log.user_id, lead.user_id)
            self.assertEqual(log.salesperson_id, lead.user_id)
            self.assertEqual(log.team_id, lead.team_id)
            self.assertEqual(log.client_id, lead.partner_id.client_id)
            self.assertEqual(log.process_id, self.process)

    def test_refusals(self):
        for row in self.results.filtered(lambda row: row.kind == "refusal"):
            self.assertEqual(row.lost_reason_id, row.lead_id.lost_reason_id)
            unreachable = row.step_id == self.step("unreachable")
            self.assertEqual(row.pressed_step_id, self.step("no_answer" if unreachable else "refusal"))
            if unreachable:
                self.assertEqual(row.lost_reason_id, self.step("unreachable").lost_reason_id)

    def test_revoked(self):
        revocations = self.results.filtered("revoked_id")
        self.assertTrue(revocations)
        self.assertEqual(revocations.revoked_id, self.results.filtered("is_revoked"))
        for row in revocations:
            self.assertEqual(row.revoked_id, row.previous_id)
            self.assertEqual(row.step_after_id, row.previous_id.step_before_id)

    def test_nobody_writes_it_by_hand(self):
        row = self.results[0].with_user(self.users["head"])
        with self.assertRaises(AccessError):
            row.comment = "It was otherwise"

    # ------------------------------------------------------------
    # THE DEALS
    # ------------------------------------------------------------

    def test_deals_stand_where_the_log_says(self):
        for lead, log in self.logs.items():
            self.assertEqual(lead.last_result_id, log[-1])
            self.assertEqual(lead.last_result_date, log[-1].date)
            self.assertEqual(lead.process_step_id, log[-1].step_after_id)
            self.assertEqual(lead.stage_id, log[-1].stage_id)

    def test_closing_and_ordering_are_not_recorded_twice(self):
        for lead, log in self.logs.items():
            ends = log.filtered(lambda row: row.kind in ("won", "refusal"))
            self.assertEqual(len(ends), lead.won_status != "pending")

    def test_every_deal_follows_the_process(self):
        deals = self.leads.filtered(lambda lead: lead.type == "opportunity")
        self.assertEqual(deals.process_id, self.process)
        self.assertFalse((self.leads - deals).process_id)

    def test_next_task_of_an_open_deal_is_the_one_planned(self):
        open_logs = {lead: log for lead, log in self.logs.items() if lead.won_status == "pending"}
        planned = [log[-1].next_activity_id for log in open_logs.values()]
        self.assertGreater(sum(map(bool, planned)), len(planned) * 0.85)
        for lead, log in open_logs.items():
            task = log[-1].next_activity_id
            if task:
                self.assertTrue(task.active)
                self.assertEqual((task.res_id, task.user_id), (lead.id, lead.user_id))

    def test_finished_tasks_say_the_result(self):
        for row in self.results.filtered("activity_id"):
            self.assertFalse(row.is_revoked and row.activity_id.active)
            self.assertFalse(row.activity_id.active)
            if not row.is_revoked:
                self.assertEqual(row.activity_id.date_done, row.date.date())
                self.assertIn(row.step_id.name, row.activity_id.feedback)

    def test_levels_in_the_log_are_those_of_the_client(self):
        changed = self.results.filtered("level_id")
        self.assertGreater(len(changed), 100)
        for row in changed:
            self.assertEqual(row.level_id, row.step_id.level_id)
            change = row.client_id.client_level_change_ids.filtered(
                lambda change, row=row: change.date == row.date and change.new_level_id == row.level_id
            )
            self.assertEqual(len(change), 1)
            self.assertEqual(change.old_level_id, row.level_before_id)

    def test_the_nightly_job_finds_nothing_to_catch_up_with(self):
        self.assertFalse(self.results.filtered("is_level_pending"))

    def test_deals_of_all_colours(self):
        """In time, late and very late deals, as the cards show them; every manager has some to hurry with."""
        open_deals = self.leads.filtered(lambda lead: lead.user_id and lead.won_status == "pending")
        self.assertEqual(set(open_deals.mapped("result_lateness")), {"in_time", "late", "very_late"})
        for user, mine in open_deals.grouped("user_id").items():
            found = Counter(mine.mapped("result_lateness"))
            self.assertGreater(found["in_time"], 5, (user.login, found))
            self.assertGreater(found["very_late"], 0, (user.login, found))

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    def open_deal(self, login, key):
        return self.leads.filtered(
            lambda lead: (
                lead.user_id == self.users[login]
                and lead.won_status == "pending"
                and lead.type == "opportunity"
                and lead.last_result_id
                and lead.process_step_id == (self.step(key) if key else lead.process_step_id.browse())
            )
        )[0].with_user(self.users[login])

    def test_a_manager_goes_on(self):
        """The buttons go on from the log: the planned task is finished, the next one planned."""
        deal = self.open_deal("manager1", "decision_maker")
        task = deal.last_result_id.next_activity_id
        deal.action_record_result(self.step("offer").id, deal.last_result_id.id)
        self.assertEqual(deal.stage_id, self.env.ref("crm.stage_lead3"))
        self.assertFalse(task.active)
        self.assertEqual(deal.last_result_id.next_activity_id.summary, "Ask what they think of the offer")

    def test_a_manager_cannot_go_on_with_the_deal_of_another_channel(self):
        deal = self.open_deal("manager3", "call").with_user(self.users["manager1"])
        with self.assertRaises(AccessError):
            deal.action_record_result(self.step("offer").id, deal.sudo().last_result_id.id)

    def test_the_head_starts_what_nobody_has_touched(self):
        untouched = self.leads.filtered(
            lambda lead: lead.type == "opportunity" and lead.won_status == "pending" and not lead.last_result_id
        )
        self.assertTrue(untouched.filtered("user_id"))
        deal = untouched.filtered("user_id")[0].with_user(self.users["head"])
        self.assertTrue(deal.result_buttons["can_start"])
        deal.action_start_sale()
        self.assertEqual(deal.last_result_id.kind, "start")

    def test_old_results_are_not_revoked(self):
        deal = self.open_deal("manager1", "offer")
        self.assertFalse(deal.result_buttons["revoke"])

    def test_a_colleague_with_another_language(self):
        """Buttons and stages in his own language, over the department's data."""
        self.env["res.lang"]._activate_lang("uk_UA")
        self.step("offer").with_context(lang="uk_UA").name = "Пропозицію надіслано"
        user = self.users["manager2"]
        user.lang = "uk_UA"
        deal = self.open_deal("manager2", "call").with_context(lang=user.lang)
        names = [button["name"] for button in deal.result_buttons["buttons"]]
        self.assertIn("Пропозицію надіслано", names)
        with Form(deal) as form:
            form.expected_revenue = 12000.0
        deal.action_record_result(self.step("offer").id, deal.last_result_id.id)
        self.assertEqual(deal.last_result_id.display_name, "Пропозицію надіслано")

    def test_work_of_every_manager_in_the_report(self):
        """Results, calls, mails and meetings of every manager in the last four weeks."""
        since = fields.Date.subtract(self.day, weeks=4)
        rows = (
            self.env["crm.work.report"]
            .with_user(self.users["head"])
            ._read_group([("date", ">=", since)], ["user_id", "kind"], ["count:sum"])
        )
        found = {(user, kind): count for user, kind, count in rows}
        for login, user in self.users.items():
            if login != "head":
                for kind, least in {"result": 20, "call": 15, "mail": 1, "meeting": 1}.items():
                    self.assertGreaterEqual(found.get((user, kind), 0), least, (login, kind))

    # ------------------------------------------------------------
    # A DATABASE THAT WAS NOT FRESH
    # ------------------------------------------------------------

    def test_a_draft_process_is_put_in_use(self):
        self.process.action_back_to_draft()
        self.step("offer").stage_id = False
        set_up_process(Cast(self.env, self.company, self.plan))
        self.assertEqual(self.process.state, "running")
        self.assertEqual(self.step("offer").stage_id, self.env.ref("crm.stage_lead3"))

    def test_a_stage_that_is_gone_has_a_stand_in(self):
        other = self.env["crm.stage"].create({"name": "Last open one", "sequence": 99})
        self.env["ir.model.data"].search([("module", "=", "crm_funnel"), ("name", "=", "crm_stage_meeting")]).unlink()
        stages = get_stages(Cast(self.env, self.company, self.plan))
        self.assertEqual(stages["meeting"], other)
        self.assertEqual(list(stages), list(tables_process.STAGES))
        self.assertTrue(stages["contract"].is_won)
