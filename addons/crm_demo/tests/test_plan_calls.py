from datetime import date, timedelta

from odoo.tests import tagged

from ..department import tables, tables_calls
from ..department.planning import build_plan
from .common import PlanCase


@tagged("post_install", "-at_install")
class TestPlanCalls(PlanCase):
    """The calls before they are written, also on a Sunday, a leap day and at New Year."""

    days = [date(2026, 11, 18), date(2026, 11, 22), date(2028, 2, 29), date(2027, 1, 1)]

    def each_call(self):
        for plan in self.each_plan():
            for call in plan.calls:
                yield plan, call

    def test_a_call_brings_the_result_of_the_log(self):
        for plan, call in self.each_call():
            if call.result is not None:
                result = plan.results[call.result]
                self.assertEqual((result.deal, result.moment), (call.deal, call.moment))
                self.assertEqual(tables_calls.OUTCOMES[result.step], call.outcome)
                self.assertFalse(result.revoked)
                self.assertEqual(result.origin, "button")

    def test_no_result_has_two_calls(self):
        for plan in self.each_plan():
            linked = [call.result for call in plan.calls if call.result is not None]
            self.assertEqual(len(linked), len(set(linked)))
            self.assertGreater(len(linked), 600)

    def test_calls_are_in_their_order_and_past(self):
        for plan in self.each_plan():
            moments = [call.moment for call in plan.calls]
            self.assertEqual(moments, sorted(moments))
            self.assertLessEqual(moments[-1].date(), plan.today)

    def test_both_versions_of_the_script_were_used(self):
        for plan in self.each_plan():
            sales = [call for call in plan.calls if call.purpose == "prospect"]
            former = [call for call in sales if call.version == 1]
            self.assertGreater(len(former), 200)
            self.assertGreater(len(sales) - len(former), 200)
            self.assertLess(max(call.moment for call in former), min(c.moment for c in sales if c.version == 2))

            def broken(calls):
                return sum(call.is_broken_off for call in calls) / len(calls)

            self.assertGreater(broken(former), broken([call for call in sales if call.version == 2]))

    def test_only_clients_who_have_bought_are_interviewed(self):
        for plan, call in self.each_call():
            if call.purpose == "feedback":
                deal = plan.deals[call.deal]
                self.assertEqual(deal.outcome, "won")
                self.assertGreater(call.moment, deal.closed)
                self.assertFalse(plan.reachable[deal.client].silent_reason)

    def test_list_of_interviews(self):
        for plan in self.each_plan():
            asked = {plan.deals[call.deal].client for call in plan.calls if call.purpose == "feedback"}
            clients = [plan.deals[call.deal].client for call in plan.call_list]
            self.assertEqual(len(clients), len(set(clients)))
            self.assertGreater(len(clients), 4)
            self.assertFalse(asked & set(clients))
            self.assertTrue(
                all(
                    (call.deadline > plan.today and call.deadline.weekday() < 5) or call.deadline == plan.today
                    for call in plan.call_list
                )
            )

    def test_one_call_was_interrupted_today(self):
        for plan in self.each_plan():
            [call] = [call for call in plan.calls if call.is_open]
            activity = plan.activities[call.activity]
            self.assertEqual((call.manager, activity.manager), ("manager1", "manager1"))
            self.assertEqual(activity.deadline, plan.today)
            self.assertIsNone(activity.done)

    def test_every_manager_has_planned_calls(self):
        for plan in self.each_plan():
            for login in set(tables.USERS) - {"head"}:
                times = [t for t in plan.call_times if plan.activities[t.activity].manager == login]
                days = [(time.start.date() - plan.today).days for time in times]
                self.assertGreaterEqual(len(days), 15, login)
                self.assertLessEqual(len(days), sum(tables_calls.PLANNED_CALLS))
                self.assertTrue(any(day < 0 for day in days), "overdue")
                self.assertGreater(days.count(0), 5)
                self.assertTrue(any(day > 0 for day in days))
                self.assertTrue(any(time.is_promised for time in times))

    def test_hours_keep_the_day_of_the_task(self):
        for plan in self.each_plan():
            for planned in plan.call_times:
                activity = plan.activities[planned.activity]
                self.assertEqual(planned.start.date(), activity.deadline)
                self.assertIsNone(activity.done)
                self.assertIn(planned.start.hour, tables_calls.CALL_HOURS)

    def test_some_clients_are_not_called(self):
        for plan in self.each_plan():
            self.assertEqual(len(plan.reachable), len(plan.clients))
            silent = {n for n, reachable in enumerate(plan.reachable) if reachable.silent_reason}
            self.assertGreater(len(silent), 2)
            self.assertFalse(silent & {deal.client for deal in plan.deals if deal.outcome == "open"})
            self.assertGreater(sum(bool(reachable.hours) for reachable in plan.reachable), 50)

    def test_meetings_that_are_over(self):
        for plan in self.each_plan():
            ends = [m.end for m in plan.meetings if m.start.date() < plan.today - timedelta(days=1)]
            self.assertIn("held", ends)
            self.assertIn("", ends, "somebody has forgotten to record one")

    def test_the_same_day_gives_the_same_calls(self):
        for plan in self.each_plan():
            again = build_plan(plan.today)
            self.assertEqual((again.calls, again.call_times), (plan.calls, plan.call_times))
