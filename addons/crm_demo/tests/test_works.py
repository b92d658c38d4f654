from collections import Counter
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..department import tables, tables_works
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestWorks(DepartmentCase):
    """The deliveries as the installation left them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = {login: cls.env["res.users"].search([("login", "=", login)]) for login in tables_works.USERS}
        cls.delivery = cls.team[tables_works.PROJECT_MANAGER]
        cls.projects = cls.env["project.project"].search(
            [("work_client_id", "in", cls.clients.ids), ("is_template", "=", False)]
        )
        cls.works = cls.env["crm.work"].search([("client_id", "in", cls.clients.ids)])
        cls.tasks = cls.env["project.task"].browse(cls.works.ids)
        cls.moves = cls.env["crm.work.move"].search([("task_id", "in", cls.tasks.ids)])

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    def test_who_delivers_can_log_in(self):
        for login, user in self.team.items():
            credential = {"type": "password", "login": login, "password": login}
            self.assertEqual(self.env["res.users"].authenticate(credential, {"interactive": False})["uid"], user.id)

    def test_one_manages_projects_and_nobody_sells(self):
        for user in self.team.values():
            self.assertTrue(user.has_group("project.group_project_user"))
            self.assertEqual(user.has_group("project.group_project_manager"), user == self.delivery)
            self.assertFalse(user.has_group("sales_team.group_sale_salesman"))

    def test_salespeople_have_no_rights_in_project(self):
        for user in self.users.values():
            self.assertTrue(user.reads_works_only, user.login)

    # ------------------------------------------------------------
    # WHAT IS THERE
    # ------------------------------------------------------------

    def test_every_planned_project_and_work_is_there(self):
        self.assertEqual(len(self.projects), len(self.plan.projects))
        self.assertEqual(len(self.works), len(self.plan.works))
        self.assertEqual(len(self.moves), sum(len(work.moves) for work in self.plan.works))

    def test_states_are_those_of_the_plan(self):
        """But for those that fall due as the days go by after the installation."""
        planned = Counter(work.state for work in self.plan.works)
        self.assertEqual(len(self.works.filtered(lambda work: work.status == "done")), planned["done"])
        self.assertEqual(len(self.works.filtered(lambda work: work.status == "cancelled")), planned["cancelled"])
        late = [work for work in self.plan.works if work.state == "open" and work.deadline < self.day]
        self.assertGreaterEqual(len(self.works.filtered("is_late")), len(late))

    def test_what_is_closed_is_in_the_folded_column(self):
        for task in self.tasks:
            self.assertEqual(task.stage_id.fold, bool(task.work_closed_date), task.name)

    def test_all_projects_share_their_columns(self):
        self.assertEqual(self.projects.type_ids.mapped("name"), [name for name, _fold in tables_works.STAGES])
        for project in self.projects:
            self.assertEqual(project.type_ids, self.projects.type_ids)

    def test_projects_say_how_they_stand(self):
        for project in self.projects:
            works = self.tasks.filtered(lambda task, project=project: task.project_id == project)
            self.assertEqual(project.last_update_status == "done", all(works.mapped("work_closed_date")))
            self.assertEqual(project.user_id, self.delivery)
            self.assertEqual(project.work_service_ids, works.work_service_id)

    def test_templates_and_what_was_made_from_them(self):
        names = list(tables_works.TEMPLATES)
        templates = self.env["project.project"].search([("is_template", "=", True), ("name", "in", names)])
        self.assertEqual(sorted(templates.mapped("name")), sorted(names))
        self.assertFalse(self.works & self.works.browse(templates.task_ids.ids))
        made = self.projects.filtered(lambda project: project.task_ids - self.tasks)
        self.assertEqual(len(made), sum(bool(project.template) for project in self.plan.projects))
        for project in made:
            (template,) = templates.filtered(
                lambda template, project=project: (
                    set(template.task_ids.mapped("name")) <= set(project.task_ids.mapped("name"))
                )
            )
            tasks = (project.task_ids - self.tasks).sorted("sequence")
            self.assertEqual(tasks.mapped("name"), template.task_ids.sorted("sequence").mapped("name"))
            done = [task.state == "1_done" for task in tasks]
            self.assertEqual(done, sorted(done, reverse=True), project.name)

    # ------------------------------------------------------------
    # THE PAST
    # ------------------------------------------------------------

    def test_works_began_with_the_sale_and_ended_after_it(self):
        for task in self.tasks:
            self.assertTrue(self.within_history(task.create_date))
            self.assertLess(task.create_date, task.date_deadline)
            if task.work_closed_date:
                self.assertLess(task.create_date, task.work_closed_date)
                self.assertLessEqual(task.work_closed_date, fields.Datetime.now())
                self.assertEqual(task.date_end, task.work_closed_date)
                self.assertEqual(task.date_last_stage_update, task.work_closed_date)

    def test_the_history_of_a_deadline_ends_at_the_deadline(self):
        for task, moves in self.moves.grouped("task_id").items():
            self.assertEqual(moves.sorted("create_date")[-1].new_deadline, task.date_deadline)
        for move in self.moves:
            self.assertEqual(move.days, (move.new_deadline.date() - move.old_deadline.date()).days)
            self.assertIn(move.user_id, self.env["res.users"].union(*self.team.values()))
            self.assertLess(move.create_date, move.old_deadline + timedelta(days=1))

    def test_the_cards_of_the_clients_tell_of_moved_deadlines(self):
        """As the last thing that was written there: the chatter shows messages as they were written, not by their date."""
        messages = self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "in", self.clients.ids)], order="id"
        )
        notes = messages.filtered(lambda message: (message.subject or "").startswith("Deadline moved:"))
        self.assertTrue(notes)
        self.assertLessEqual(set(notes.mapped("date")), set(self.moves.mapped("create_date")))
        for of_client in messages.grouped("res_id").values():
            told = of_client & notes
            self.assertEqual(told.mapped("date"), sorted(told.mapped("date")))
            if told:
                before = of_client.filtered(lambda message, first=told[0]: message.id < first.id)
                self.assertGreater(told[0].date, max(before.mapped("date"), default=datetime.min))

    # ------------------------------------------------------------
    # WHO SEES IT
    # ------------------------------------------------------------

    def test_every_manager_has_works_of_his_own_clients_late_ones_too(self):
        for login, (_name, _tz, channel, groups) in tables.USERS.items():
            if not channel:
                continue
            works = self.works.with_user(self.users[login]).search([("id", "in", self.works.ids)])
            self.assertTrue(works.filtered("is_late"), login)
            if groups == tables.MANAGER:
                # partners and suppliers are everybody's, also those of colleagues
                self.assertEqual(works.filtered("client_access").seller_id, self.users[login])
                self.assertLess(len(works), len(self.works))

    def test_managers_read_no_tasks(self):
        manager = self.users["manager1"]
        self.assertFalse(self.env["project.task"].with_user(manager).search([("id", "in", self.tasks.ids)]))
        with self.assertRaises(AccessError):
            self.tasks[0].with_user(manager).read(["name"])

    def test_who_delivers_sees_all_works(self):
        for user in self.team.values():
            self.assertEqual(self.works.with_user(user).search_count([("id", "in", self.works.ids)]), len(self.works))

    # ------------------------------------------------------------
    # SALES
    # ------------------------------------------------------------

    def test_services_of_the_works_are_ticked(self):
        for client, works in self.works.grouped("client_id").items():
            self.assertLessEqual(works.service_id, client.client_service_ids)

    def test_the_last_won_deal_of_every_manager_proposes_its_works(self):
        won = self.leads.filtered(lambda lead: lead.won_status == "won" and lead.order_ids)
        waiting = won - self.projects.crm_deal_id
        waiting = waiting.filtered(
            lambda lead: lead.order_ids.order_line.product_template_id.filtered("is_client_service")
        )
        self.assertEqual(len(waiting), 5)
        for deal in waiting:
            self.assertTrue(deal.with_user(deal.user_id).proposed_service_ids, deal.name)

    def test_a_delivered_deal_proposes_nothing(self):
        for deal in self.projects.crm_deal_id:
            self.assertFalse(deal.proposed_service_ids, deal.name)

    def test_odoo_made_no_projects_of_the_orders(self):
        self.assertFalse(self.orders.order_line.filtered(lambda line: line.product_id.service_tracking != "no"))
