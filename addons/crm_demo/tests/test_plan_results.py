from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

from odoo.tests import tagged

from ..department import tables, tables_process
from ..department.results import split_waves
from .common import PlanCase

ORDER = ["start", *tables_process.STEPS]


@tagged("post_install", "-at_install")
class TestPlanResults(PlanCase):
    """The log before it is written, also on a Sunday, a leap day and at New Year."""

    days = [date(2026, 11, 18), date(2026, 11, 22), date(2028, 2, 29), date(2027, 1, 1)]

    def each_log(self):
        """Plan, deal, and its results in their order."""
        for plan in self.each_plan():
            logs = defaultdict(list)
            for result in plan.results:
                logs[result.deal].append(result)
            for position, log in logs.items():
                yield plan, plan.deals[position], log

    # ------------------------------------------------------------
    # ONE DEAL
    # ------------------------------------------------------------

    def test_a_log_begins_with_the_start_and_ends_with_the_end(self):
        for _plan, deal, log in self.each_log():
            self.assertEqual(log[0].kind, "start")
            self.assertEqual(log[0].moment, deal.assigned or deal.created)
            ends = [result for result in log if result.kind in ("won", "refusal")]
            self.assertEqual(ends, log[-1:] if deal.closed else [])
            if deal.closed:
                self.assertEqual(log[-1].moment, deal.closed)
                self.assertEqual(log[-1].kind, "won" if deal.outcome == "won" else "refusal")

    def test_the_log_says_where_the_deal_stands(self):
        for _plan, deal, log in self.each_log():
            self.assertEqual(log[-1].standing, deal.step)

    def test_only_results_that_progress_move_a_deal(self):
        for _plan, _deal, log in self.each_log():
            for before, result in pairwise(log):
                if result.kind in ("progress", "won"):
                    self.assertEqual(result.standing, result.step)
                    self.assertEqual(ORDER.index(result.step) < ORDER.index(before.standing), result.backward)
                elif result.kind != "revoke":
                    self.assertEqual(result.standing, before.standing)

    def test_moments_are_in_order_and_within_the_deal(self):
        for plan, deal, log in self.each_log():
            moments = [result.moment for result in log]
            self.assertEqual(moments, sorted(moments))
            self.assertGreaterEqual(moments[0], deal.created)
            self.assertLessEqual(moments[-1].date(), plan.today)

    def test_work_is_done_on_working_days(self):
        """By day, in office hours; now and then somebody adds a few results in the evening."""
        for plan in self.each_plan():
            moments = [result.moment for result in plan.results]
            self.assertLess(sum(moment.weekday() > 4 for moment in moments), len(moments) / 100)
            outside = [moment for moment in moments if not 6 <= moment.hour <= 15]
            self.assertLess(len(outside), len(moments) / 50)

    def test_no_two_results_at_once(self):
        for _plan, deal, log in self.each_log():
            if deal.outcome == "open":
                moments = [result.moment for result in log]
                self.assertEqual(len(moments), len(set(moments)))

    def test_a_revoked_result_is_followed_by_its_revocation(self):
        for _plan, _deal, log in self.each_log():
            for before, result, after in zip(log, log[1:], log[2:], strict=False):
                self.assertEqual(result.revoked, after.kind == "revoke")
                if result.revoked:
                    self.assertEqual(after.standing, before.standing)
                    self.assertEqual(after.planned, before.planned, "the task is open again")
                    self.assertLess(after.moment - result.moment, timedelta(hours=1))

    def test_the_third_time_nobody_picks_up_is_the_end(self):
        for _plan, deal, log in self.each_log():
            for before, result in pairwise(log):
                repeated = result.step in ("no_answer", "call_back") and before.step == result.step
                if result.step == "unreachable":
                    self.assertEqual((result.repeat, before.repeat, before.step), (3, 2, "no_answer"))
                    self.assertEqual(deal.lost_reason, tables_process.UNREACHABLE)
                else:
                    self.assertEqual(result.repeat, before.repeat + 1 if repeated else 1)
                    self.assertLess(result.repeat, 3 if result.step == "no_answer" else 9)

    def test_meetings_have_a_comment(self):
        for _plan, _deal, log in self.each_log():
            for result in log:
                if result.step == "meeting":
                    self.assertTrue(result.comment)

    # ------------------------------------------------------------
    # TASKS
    # ------------------------------------------------------------

    def test_each_result_finishes_what_the_one_before_planned(self):
        for plan, _deal, log in self.each_log():
            for before, result in pairwise(log):
                if result.step == "meeting":
                    self.assertTrue(plan.activities[result.finished].type.endswith("meeting"))
                elif not before.revoked:
                    self.assertEqual(result.finished, before.planned)

    def test_tasks_are_done_when_their_result_came(self):
        for plan, deal, log in self.each_log():
            for result in log:
                if result.finished is not None and not result.revoked:
                    activity = plan.activities[result.finished]
                    self.assertEqual(activity.done, result.moment)
                    self.assertEqual((plan.deals[activity.deal], activity.manager), (deal, deal.manager))

    def test_open_tasks_are_what_the_last_result_planned(self):
        for plan in self.each_plan():
            last = {result.deal: result for result in plan.results}
            planned = {result.planned for result in last.values() if result.planned is not None}
            found = {n for n, task in enumerate(plan.activities) if task.after and not task.done}
            self.assertEqual(found, planned)
            self.assertGreater(len(found), 130)

    def test_tasks_follow_the_delay_of_the_process(self):
        for plan in self.each_plan():
            for result in plan.results:
                if result.planned is not None and result.kind != "revoke":
                    task = plan.activities[result.planned]
                    self.assertEqual(task.after, result.step or "start")
                    if task.done and result.step != "call_back":
                        self.assertGreaterEqual(task.deadline, result.moment.date())
                        self.assertLess((task.deadline - result.moment.date()).days, 6)

    def test_an_overdue_task_is_older_than_its_deadline(self):
        for plan in self.each_plan():
            for result in plan.results:
                task = plan.activities[result.planned] if result.planned is not None else None
                if task and not task.done and task.deadline < plan.today:
                    self.assertLessEqual(result.moment.date(), task.deadline)

    # ------------------------------------------------------------
    # THE PICTURE
    # ------------------------------------------------------------

    def pyramid(self, deals):
        """How many passed each step, beginning with all."""
        passed = Counter(ORDER.index(deal.step) for deal in deals)
        return [sum(count for step, count in passed.items() if step >= least) for least in range(len(ORDER))]

    def conversions(self, deals):
        """Percent of the deals of the step before, by step."""
        rows = self.pyramid(deals)
        return dict(zip(ORDER[1:], (100 * after / before for before, after in pairwise(rows)), strict=True))

    def test_the_meeting_is_the_bottleneck(self):
        norms = {"call": 50, "decision_maker": 60, "offer": 70, "meeting": 50, "contract": 60}
        for plan in self.each_plan():
            found = self.conversions([deal for deal in plan.deals if deal.type == "opportunity"])
            below = [step for step, norm in norms.items() if found[step] < norm]
            self.assertEqual(below, ["meeting"], found)
            self.assertLess(found["meeting"], 40)

    def test_meetings_take_longest(self):
        for plan in self.each_plan():
            waits, last = defaultdict(list), {}
            for result in plan.results:
                if result.kind in ("progress", "won") and not result.backward:
                    waits[result.step].append((result.moment - last[result.deal]).total_seconds() / 86400)
                last[result.deal] = result.moment
            average = {step: sum(days) / len(days) for step, days in waits.items()}
            self.assertEqual(max(average, key=average.get), "meeting", average)
            self.assertGreater(average["meeting"], 7)

    def test_managers_and_channels_differ(self):
        for plan in self.each_plan():
            deals = [deal for deal in plan.deals if deal.type == "opportunity"]
            managers = [self.of(deals, manager=login) for login in list(tables.USERS)[1:]]
            channels = [self.of(deals, channel=channel) for channel in tables.CHANNELS]
            found = [self.pyramid(group) for group in managers]
            early = [100 * passed[ORDER.index("decision_maker")] / passed[0] for passed in found]
            self.assertGreater(max(early) - min(early), 8, early)
            for groups in (managers, channels):
                shares = [self.conversions(group)["meeting"] for group in groups]
                self.assertGreater(max(shares) - min(shares), 8, shares)

    def of(self, deals, **values):
        return [deal for deal in deals if all(getattr(deal, name) == value for name, value in values.items())]

    def test_everything_happens(self):
        """Each kind of result, steps passed over, dragged cards, mistakes, deals that went back."""
        for plan in self.each_plan():
            kinds = Counter(result.kind for result in plan.results)
            self.assertEqual(set(kinds), {"start", "progress", "won", "refusal", "neutral", "revoke"})
            self.assertGreater(sum(result.backward and result.kind == "progress" for result in plan.results), 2)
            self.assertGreater(sum(result.origin == "move" for result in plan.results), 20)
            reached = Counter(result.step for result in plan.results if not result.revoked)
            self.assertGreater(reached["offer"] + 50, reached["decision_maker"])

    def test_some_deals_are_untouched(self):
        for plan in self.each_plan():
            logged = {result.deal for result in plan.results}
            for position, deal in enumerate(plan.deals):
                if deal.type == "lead" or not deal.manager:
                    self.assertNotIn(position, logged)
                elif deal.outcome != "open" or deal.step != "start":
                    self.assertIn(position, logged)
            opened = [n for n, deal in enumerate(plan.deals) if deal.outcome == "open" and deal.type == "opportunity"]
            self.assertTrue(set(opened) - logged)

    def test_every_manager_has_a_day(self):
        """Deals on which something happened just now, some that wait, a few that wait too long."""
        for plan in self.each_plan():
            last = {result.deal: result for result in plan.results}
            for login in list(tables.USERS)[1:]:
                silent = [
                    (plan.today - last[n].moment.date()).days
                    for n, deal in enumerate(plan.deals)
                    if n in last and deal.manager == login and deal.outcome == "open"
                ]
                self.assertGreater(sum(days <= 5 for days in silent), 10, login)
                self.assertGreater(sum(days > 7 for days in silent), 3, login)

    def test_waves_keep_the_order_and_have_a_deal_once(self):
        for plan in self.each_plan():
            waves = list(split_waves(plan.results))
            self.assertEqual([result for wave in waves for result in wave], plan.results)
            for wave in waves:
                deals = [result.deal for result in wave]
                self.assertEqual(len(deals), len(set(deals)))
            self.assertEqual(list(split_waves([])), [])
