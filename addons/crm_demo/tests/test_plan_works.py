from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from odoo.tests import tagged

from ..department import tables
from ..department.plan_works import find_services, find_title
from ..department.planning import build_plan
from .common import PlanCase


@tagged("post_install", "-at_install")
class TestPlanWorks(PlanCase):
    """The deliveries before they are written, also on a Sunday, a leap day and at New Year."""

    days = [date(2026, 11, 18), date(2026, 11, 22), date(2028, 2, 29), date(2027, 1, 1)]

    def each_work(self):
        for plan in self.each_plan():
            for work in plan.works:
                yield plan, work

    def late(self, plan):
        return [work for work in plan.works if work.state == "open" and work.deadline < plan.today]

    # ------------------------------------------------------------
    # SIZE AND KINDS
    # ------------------------------------------------------------

    def test_about_three_hundred_works(self):
        for plan in self.each_plan():
            self.assertTrue(250 <= len(plan.works) <= 340, len(plan.works))

    def test_there_is_some_of_everything(self):
        for plan in self.each_plan():
            states = Counter(work.state for work in plan.works)
            self.assertEqual(states["cancelled"], 5)
            self.assertGreater(states["done"], 150)
            opened = [work for work in plan.works if work.state == "open"]
            self.assertGreater(sum(work.is_under_way for work in opened), 15)
            self.assertGreater(sum(not work.is_under_way for work in opened), 4)

    def test_about_fifteen_are_late_and_some_of_every_manager(self):
        managers = {login for login, user in tables.USERS.items() if user[2]}
        for plan in self.each_plan():
            late = self.late(plan)
            self.assertTrue(12 <= len(late) <= 22, len(late))
            self.assertEqual({work.manager for work in late}, managers)

    def test_some_are_due_this_week_as_long_as_there_are_working_days(self):
        for plan in self.each_plan():
            friday = plan.today + timedelta(days=4 - plan.today.weekday())
            due = [work for work in plan.works if work.state == "open" and plan.today <= work.deadline <= friday]
            self.assertGreaterEqual(len(due), 5 if plan.today <= friday else 0)

    def test_most_were_delivered_in_time(self):
        for plan in self.each_plan():
            done = [work for work in plan.works if work.state == "done"]
            in_time = [work for work in done if work.closed.date() <= work.deadline]
            self.assertTrue(0.65 <= len(in_time) / len(done) <= 0.9, len(in_time) / len(done))

    def test_about_forty_deadlines_were_moved_some_twice(self):
        for plan in self.each_plan():
            self.assertTrue(30 <= sum(len(work.moves) for work in plan.works) <= 55)
            self.assertIn(2, {len(work.moves) for work in plan.works})

    # ------------------------------------------------------------
    # SENSE
    # ------------------------------------------------------------

    def test_every_sale_is_delivered_but_the_last_deal_of_each_manager(self):
        for plan in self.each_plan():
            sold = [order for order in plan.orders if order.state == "sale" and find_services(order)]
            waiting = {order.deal for order in sold} - {project.deal for project in plan.projects}
            self.assertEqual(len(plan.projects), len(sold) - 5)
            last = {}
            for order in sorted(sold, key=lambda order: order.ordered):
                if order.deal is not None:
                    last[order.manager] = order.deal
            self.assertEqual(waiting, set(last.values()))

    def test_what_is_delivered_was_sold(self):
        for plan in self.each_plan():
            sold = Counter(
                (order.client, order.deal, order.ordered, code)
                for order in plan.orders
                if order.state == "sale"
                for code in find_services(order)
            )
            projects = [plan.projects[work.project] for work in plan.works]
            delivered = Counter(
                (project.client, project.deal, project.created, work.product)
                for project, work in zip(projects, plan.works, strict=True)
            )
            self.assertLessEqual(delivered, sold)

    def test_what_is_delivered_is_ticked_on_the_card(self):
        for plan, work in self.each_work():
            self.assertIn(work.product, plan.cards[plan.projects[work.project].client].services)

    def test_a_project_is_called_as_its_deal(self):
        for plan in self.each_plan():
            for project in plan.projects:
                if project.deal is not None:
                    self.assertEqual(project.title, plan.deals[project.deal].title)
                    self.assertEqual(plan.deals[project.deal].outcome, "won")
            self.assertTrue(all(find_title(order) for order in plan.orders))

    def test_works_of_a_project_follow_each_other(self):
        for plan in self.each_plan():
            for one, other in pairwise(plan.works):
                if one.project == other.project:
                    self.assertGreater(other.begun, one.begun)

    def test_deadlines_are_working_days_after_the_beginning(self):
        for _plan, work in self.each_work():
            self.assertLess(work.deadline.weekday(), 5)
            self.assertLess(work.created.date(), work.begun)
            self.assertLessEqual(work.begun, work.deadline)

    def test_only_what_is_closed_has_an_end(self):
        for plan, work in self.each_work():
            self.assertEqual(work.closed is None, work.state == "open")
            if work.closed:
                self.assertTrue(work.begun <= work.closed.date() <= plan.today)
                self.assertFalse(work.is_under_way)

    def test_progress_says_how_far_it_is(self):
        for plan, work in self.each_work():
            if work.state == "done":
                self.assertEqual(work.progress, 100)
            elif work.state == "open":
                self.assertEqual(work.progress > 0, work.is_under_way)
                self.assertEqual(work.begun <= plan.today, work.is_under_way)
            self.assertTrue(0 <= work.progress <= 100 and work.progress % 5 == 0)

    def test_only_what_has_not_begun_is_nobodys(self):
        nobodys = 0
        for plan, work in self.each_work():
            if not work.executors:
                nobodys += 1
                self.assertGreater(work.begun, plan.today)
        self.assertTrue(nobodys)

    def test_moves_lead_from_one_deadline_to_the_next(self):
        for plan, work in self.each_work():
            for one, other in pairwise(work.moves):
                self.assertEqual(one.new, other.old)
                self.assertLess(one.moment, other.moment)
            for move in work.moves:
                self.assertLess(move.old, move.new)
                self.assertTrue(work.begun <= move.moment.date() <= min(move.old, plan.today))
            if work.moves:
                self.assertEqual(work.moves[-1].new, work.deadline)
                self.assertTrue(not work.closed or work.closed.date() >= work.moves[-1].moment.date())

    def test_templates_are_for_recent_projects_of_several_works(self):
        for plan in self.each_plan():
            works = Counter(work.project for work in plan.works)
            chosen = {project.template for project in plan.projects}
            self.assertEqual(chosen, {None, "Software integration", "Equipment rollout"})
            for position, project in enumerate(plan.projects):
                if project.template:
                    self.assertGreater(works[position], 1)
                    self.assertLessEqual((plan.today - project.created.date()).days, 40)

    def test_the_same_day_gives_the_same_works(self):
        for plan in self.each_plan():
            again = build_plan(plan.today)
            self.assertEqual((again.projects, again.works), (plan.projects, plan.works))
