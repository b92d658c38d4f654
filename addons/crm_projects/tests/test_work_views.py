from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.crm_projects.report.crm_work import STATUSES

from .common import WorkCommon

VIEWS = {
    "crm.work": ("list", "kanban", "calendar", "pivot", "graph", "form", "search"),
    "crm.client.project": ("list", "kanban", "form", "search"),
}
SELLERS_NEVER = ("description", "message_ids", "activity_ids", "task_id", "project_id")


@tagged("post_install", "-at_install")
class TestWorkViews(WorkCommon):
    """The screens of works and projects, for whoever is entitled to them."""

    def _get_view(self, model, kind, user):
        return etree.fromstring(self.env[model].with_user(user).get_view(view_type=kind)["arch"])

    def test_every_view_can_be_read_by_everybody(self):
        for user in (self.olena, self.head, self.delivery, self.executor):
            for model, kinds in VIEWS.items():
                records = self.env[model].with_user(user).search([])
                for kind in kinds:
                    names = {node.get("name") for node in self._get_view(model, kind, user).iter("field")}
                    records.read([name for name in names if name in records._fields])

    def test_a_seller_sees_nothing_of_the_task(self):
        for model, kinds in VIEWS.items():
            for kind in kinds:
                view = self._get_view(model, kind, self.olena)
                for name in SELLERS_NEVER:
                    self.assertFalse(view.xpath(f"//field[@name='{name}']"), (model, kind, name))
        self.assertFalse(self._get_view("crm.work", "list", self.olena).xpath("//button[@name='action_move_deadline']"))
        self.assertTrue(
            self._get_view("crm.work", "list", self.executor).xpath("//button[@name='action_move_deadline']")
        )

    def test_who_delivers_sees_no_deal(self):
        for model in VIEWS:
            self.assertFalse(self._get_view(model, "form", self.executor).xpath("//field[@name='deal_id']"))
            self.assertTrue(self._get_view(model, "form", self.olena).xpath("//field[@name='deal_id']"))

    def test_filters_and_groups_work(self):
        """Every filter and every group of the search views is one that the database can answer."""
        for model in VIEWS:
            records = self.env[model].with_user(self.olena)
            view = self._get_view(model, "search", self.olena)
            for node in view.xpath("//filter[@domain]"):
                domain = self._evaluate(node.get("domain"))
                self.assertIsInstance(records.search_count(domain), int, node.get("name"))
            for node in view.xpath("//filter[@context]"):
                group = self._evaluate(node.get("context"))["group_by"]
                groups = records.formatted_read_group([], [group], ["__count"])
                self.assertTrue(groups, node.get("name"))

    def _evaluate(self, text):
        return safe_eval(text, {"uid": self.olena.id})

    def test_filters_find_what_they_say(self):
        self.work_dnipro.with_context(work_move_reason="Test").date_deadline = self._days(-4)
        self.env.flush_all()
        view = self._get_view("crm.work", "search", self.olena)
        found = {
            node.get("name"): self.env["crm.work"].with_user(self.olena).search(self._evaluate(node.get("domain"))).ids
            for node in view.xpath("//filter[@domain]")
        }
        for name in ("mine", "open", "late", "under_way"):
            self.assertEqual(found[name], self.work_dnipro.ids, name)
        for name in ("executed", "no_executor", "this_week", "planned", "done", "no_deadline", "archived"):
            self.assertEqual(found[name], [], name)

    def test_what_narrows_stands_apart_from_open(self):
        """The search widens within a group of filters: beside *Open*, on from the beginning, *Late* would do nothing."""
        groups = [set()]
        for node in self._get_view("crm.work", "search", self.olena):
            if node.tag == "separator":
                groups.append(set())
            elif node.tag == "filter":
                groups[-1].add(node.get("name"))
        self.assertIn({"open", "done"}, groups)
        self.assertIn({"late", "this_week", "under_way", "planned"}, groups)

    def test_columns_are_those_the_filters_allow(self):
        """By status, no column is empty because of the filter itself; without filters each status has one."""
        self.assertEqual(self._get_columns([]), [status for status, _label in STATUSES])
        view = self._get_view("crm.work", "search", self.olena)
        domains = {node.get("name"): self._evaluate(node.get("domain")) for node in view.xpath("//filter[@domain]")}
        columns = {name: self._get_columns(domains[name]) for name in domains}
        self.assertEqual(columns["open"], ["late", "this_week", "under_way", "planned"])
        self.assertEqual(columns["late"], ["late"])
        self.assertEqual(columns["this_week"], ["this_week"])
        self.assertEqual(columns["planned"], ["planned"])
        self.assertEqual(columns["done"], ["done"])
        self.assertEqual(columns["mine"], self._get_columns([]), "it says nothing about the status")
        both = ["|", *domains["open"], *domains["done"]]
        self.assertEqual(self._get_columns(both), [*columns["open"], "done"])
        self.work_dnipro.state = "1_canceled"
        self.env.flush_all()
        self.assertIn("cancelled", self._get_columns(domains["mine"]))

    def _get_columns(self, domain):
        works = self.env["crm.work"].with_user(self.olena).with_context(read_group_expand=True)
        return [group["status"] for group in works.web_read_group(domain, ["status"])["groups"]]

    def test_projects_of_clients_by_manager(self):
        projects = self.env["crm.client.project"].with_user(self.head)
        mine = [("client_id", "in", (self.dnipro | self.karpaty).ids)]
        groups = {group["seller_id"][0] for group in projects.formatted_read_group(mine, ["seller_id"], ["__count"])}
        self.assertEqual(groups, {self.olena.id, self.taras.id})
        self.dnipro.user_id = self.taras
        self.assertEqual(projects.browse(self.project_dnipro.id).seller_id, self.taras)

    def test_filters_of_projects_find_what_they_say(self):
        def find(name):
            node = view.xpath(f"//filter[@name='{name}']")[0]
            self.env.flush_all()
            return self.env["crm.client.project"].with_user(self.olena).search(self._evaluate(node.get("domain"))).ids

        view = self._get_view("crm.client.project", "search", self.olena)
        project = self.project_dnipro.ids
        self.assertEqual([find(name) for name in ("mine", "open", "late", "managed")], [project, project, [], []])
        self.work_dnipro.with_context(work_move_reason="Test").date_deadline = self._days(-4)
        self.assertEqual([find(name) for name in ("open", "late")], [project, project])
        self.work_dnipro.state = "1_done"
        self.assertEqual([find(name) for name in ("mine", "open", "late")], [project, [], []])

    def test_a_row_opens_what_one_may_see(self):
        for user, model in ((self.olena, "crm.work"), (self.executor, "project.task"), (self.delivery, "project.task")):
            action = self._row(self.work_dnipro, user).action_open()
            self.assertEqual((action["res_model"], action["res_id"]), (model, self.work_dnipro.id), user.name)
        project = self.env["crm.client.project"].browse(self.project_dnipro.id)
        self.assertEqual(project.with_user(self.olena).action_open()["res_model"], "crm.client.project")
        self.assertEqual(project.with_user(self.delivery).action_open()["res_model"], "project.task")

    def test_from_a_client_a_deal_and_a_project(self):
        self.work_dnipro.crm_deal_id = self.deal_dnipro
        self.env.flush_all()
        project = self.env["crm.client.project"].browse(self.project_dnipro.id)
        for record in (self.dnipro, self.deal_dnipro, project):
            action = record.with_user(self.olena).action_view_works()
            found = self.env["crm.work"].with_user(self.olena).search(action["domain"])
            self.assertEqual(found.ids, self.work_dnipro.ids, record)
        action = self.dnipro.with_user(self.olena).action_view_client_projects()
        self.assertEqual(
            self.env["crm.client.project"].with_user(self.olena).search(action["domain"]).ids, self.project_dnipro.ids
        )

    def test_the_task_form_of_who_delivers(self):
        with Form(self.work_dnipro.with_user(self.executor)) as form:
            form.work_progress = 45
        self.assertEqual(self.work_dnipro.work_progress, 45)
        view = self._get_view("project.task", "form", self.executor)
        self.assertTrue(view.xpath("//button[@name='action_move_deadline']"))
        self.assertFalse(view.xpath("//field[@name='crm_deal_id']"))

    def test_menus(self):
        def menus(user):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            names = ("crm_work_menu", "crm_client_project_menu", "project_menu_work", "project_menu_client_project")
            return {name for name in names if self.env.ref(f"crm_projects.{name}").id in visible}

        self.assertEqual(menus(self.olena), {"crm_work_menu", "crm_client_project_menu"})
        self.assertEqual(menus(self.executor), {"project_menu_work", "project_menu_client_project"})
        self.assertFalse(menus(self.clerk))
