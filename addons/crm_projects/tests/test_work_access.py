import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import WorkCommon

SECRET = "Margin of 40 percent"
# what Odoo would let every employee read, and the global rules of the addon that stand before it
STOCK_RULES = {
    "project_task_rule_salesperson": "project.task",
    "project_project_rule_salesperson": "project.project",
    "project_update_rule_salesperson": "project.update",
    "project_milestone_rule_salesperson": "project.milestone",
    "rating_rating_rule_salesperson": "rating.rating",
    "mail_followers_rule_salesperson": "mail.followers",
}
OWN_RULES = {
    "crm_work_rule_own_clients": "crm.work",
    "crm_client_project_rule_own_clients": "crm.client.project",
    "crm_work_move_rule_own_clients": "crm.work.move",
}


class WorkSecrets(WorkCommon):
    """Both clients have works with everything a project can hold; in all of it stands the same secret."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olena.group_ids |= cls.env.ref("base.group_allow_export")
        cls.portal = new_test_user(cls.env, "cp_portal", "base.group_portal")
        for project, work in ((cls.project_dnipro, cls.work_dnipro), (cls.project_karpaty, cls.work_karpaty)):
            cls._tell_secrets(project, work)
        cls.env.flush_all()

    @classmethod
    def _tell_secrets(cls, project, work):
        project.description = work.description = SECRET
        work.message_post(body=SECRET, message_type="comment", subtype_xmlid="mail.mt_note")
        work.activity_schedule("mail.mail_activity_data_todo", user_id=cls.executor.id, summary=SECRET)
        work.write({"date_deadline": cls._days(9)})
        cls.env["ir.attachment"].create(
            {"name": SECRET, "res_model": work._name, "res_id": work.id, "raw": SECRET.encode()}
        )
        cls.env["project.update"].create(
            {"name": SECRET, "project_id": project.id, "status": "off_track", "description": SECRET}
        )
        cls.env["project.milestone"].create({"name": SECRET, "project_id": project.id})
        cls.env["rating.rating"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(work._name),
                "res_id": work.id,
                "rating": 1,
                "feedback": SECRET,
                "consumed": True,
            }
        )

    @classmethod
    def _of_works(cls, model):
        """The domain of what hangs on tasks and projects in a model of many documents."""
        works = cls.work_dnipro | cls.work_karpaty
        if "res_id" in cls.env[model]._fields:
            name = "model" if model == "mail.message" else "res_model"
            return Domain(name, "=", works._name) & Domain("res_id", "in", works.ids)
        if model == works._name:
            return Domain("id", "in", works.ids)
        name = "id" if model == "project.project" else "project_id"
        return Domain(name, "in", works.project_id.ids)

    def _check_hidden(self, function):
        """What is asked for is refused, or there is nothing."""
        try:
            with (
                self.cr.savepoint(),
                mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"),
            ):
                found = function()
        except AccessError:
            return
        self.assertFalse(found)

    def _ways(self, records, domain, name):
        """All ways to look for records of a model."""
        return {
            "search": lambda: records.search(domain),
            "count": lambda: records.search_count(domain),
            "read_group": lambda: records._read_group(domain, [], ["__count"])[0][0],
            "web_read_group": lambda: records.formatted_read_group(domain, [name], ["__count"]),
            "web_search_read": lambda: records.web_search_read(domain, {name: {}})["records"],
            "search_read": lambda: records.search_read(domain, [name]),
            "name_search": lambda: records.name_search("", Domain(domain)),
            "export": lambda: records.search(domain).export_data([name])["datas"],
        }

    def _ways_by_id(self, record, name):
        """All ways to read a record whose id one has guessed; each is refused."""
        return {
            "read": lambda: record.read([name]),
            "web_read": lambda: record.web_read({name: {}}),
            "field": lambda: record[name],
            "export": lambda: record.export_data([name]),
            "display_name": lambda: record.read(["display_name"]),
            "action": lambda: record.action_open() if hasattr(record, "action_open") else record.check_access("read"),
        }

    def _check_ways(self, record, user, name):
        record = record.with_user(user)
        for way, function in self._ways(record.browse(), [("id", "in", record.ids)], name).items():
            with self.subTest(model=record._name, user=user.name, way=way):
                self._check_hidden(function)
        for way, function in self._ways_by_id(record, name).items():
            self.env.invalidate_all()
            with self.subTest(model=record._name, user=user.name, way=f"{way} by id"), self.assertRaises(AccessError):
                function()


@tagged("post_install", "-at_install")
class TestStockAccess(WorkSecrets):
    """A salesperson without rights in Project sees nothing of Odoo's Project, not even of his own clients."""

    def test_tasks_and_projects(self):
        for record in (self.work_dnipro, self.work_karpaty, self.project_dnipro, self.project_karpaty):
            self._check_ways(record, self.olena, "name")

    def test_updates_and_milestones(self):
        for model in ("project.update", "project.milestone"):
            for record in self.env[model].search([("name", "=", SECRET)]):
                self._check_ways(record, self.olena, "name")

    def test_what_hangs_on_a_task(self):
        for model, name in (
            ("mail.message", "body"),
            ("mail.activity", "summary"),
            ("ir.attachment", "name"),
            ("mail.followers", "res_id"),
            ("rating.rating", "feedback"),
        ):
            records = self.env[model].search(self._of_works(model))
            self.assertTrue(records, "there is something to see")
            for way, function in self._ways(
                records.browse().with_user(self.olena), self._of_works(model), name
            ).items():
                with self.subTest(model=model, way=way):
                    self._check_hidden(function)

    def test_reports_of_project(self):
        for model in ("report.project.task.user", "project.task.burndown.chart.report"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.olena).search([])
        lines = self.env.get("account.analytic.line")
        if lines is not None:
            self._check_hidden(lambda: lines.with_user(self.olena).search([]))

    def test_through_a_card(self):
        client = self.dnipro.with_user(self.olena)
        self.env.invalidate_all()
        self.assertFalse(client.task_ids)
        self.assertFalse(client.project_ids)
        self.assertFalse(client.task_count)
        self.assertFalse(client.read(["task_ids", "project_ids"])[0]["task_ids"])
        self.assertFalse(client.web_read({"task_ids": {"fields": {"description": {}}}})[0]["task_ids"])

    def test_guessing_by_domains(self):
        """No condition on what is hidden finds what is open."""
        for model, path in (
            ("res.partner", "task_ids.description"),
            ("res.partner", "task_ids.name"),
            ("res.partner", "project_ids.description"),
            ("crm.work.move", "task_id.description"),
            ("crm.work.move", "task_id.project_id.description"),
            ("crm.work", "project_id.description"),
            ("crm.work", "project_id.task_ids.description"),
            ("crm.work", "move_ids.task_id.description"),
            ("crm.client.project", "project_id.description"),
            ("crm.client.project", "work_ids.project_id.description"),
            ("project.tags", "project_ids.description"),
            ("project.task.type", "project_ids.description"),
        ):
            records = self.env[model].with_user(self.olena)
            with self.subTest(model=model, path=path):
                self.assertTrue(self.env[model].search([(path, "!=", False)]) or model == "project.tags")
                self._check_hidden(lambda records=records, path=path: records.search([(path, "ilike", "a")]))

    def test_guessing_by_groups_and_order(self):
        moves, works = (self.env[name].with_user(self.olena) for name in ("crm.work.move", "crm.work"))
        for records, spec in ((moves, "task_id.description"), (moves, "task_id.name"), (works, "project_id")):
            with self.subTest(spec=spec):
                self._check_hidden(
                    lambda records=records, spec=spec: [
                        key for key, _n in records._read_group([], [spec], ["__count"]) if key
                    ]
                )
        with self.assertRaises(AccessError):
            works.search([], order="project_id")

    def test_her_own_tasks_are_hers(self):
        """What somebody gives her to do she reads, and nothing else of the project."""
        self.work_karpaty.user_ids = self.olena
        tasks = self.env["project.task"].with_user(self.olena)
        self.assertEqual(tasks.search(self._of_works(tasks._name)), self.work_karpaty.with_user(self.olena))
        self.assertIn(SECRET, self.work_karpaty.with_user(self.olena).description)
        with self.assertRaises(AccessError):
            self.work_karpaty.with_user(self.olena).work_progress = 10
        with self.assertRaises(AccessError):
            self.project_karpaty.with_user(self.olena).read(["name"])

    def test_each_rule_is_needed(self):
        for name, model in STOCK_RULES.items():
            domain = self._of_works(model)
            records = self.env[model].with_user(self.olena)
            self.assertFalse(records.search(domain), name)
            self.env.ref(f"crm_projects.{name}").active = False
            self.assertTrue(records.search(domain), f"{name} hides nothing")

    def test_colleagues_keep_what_odoo_gives_them(self):
        for user in (self.clerk, self.executor, self.delivery):
            self.assertIn(self.work_karpaty.with_user(user), self.env["project.task"].with_user(user).search([]))


@tagged("post_install", "-at_install")
class TestForeignWorks(WorkSecrets):
    """The works, projects and moved deadlines of clients of others."""

    def test_foreign_rows(self):
        for record, name in (
            (self.env["crm.work"].browse(self.work_karpaty.id), "name"),
            (self.env["crm.client.project"].browse(self.project_karpaty.id), "name"),
            (self.work_karpaty.work_move_ids[0], "reason"),
        ):
            self._check_ways(record, self.olena, name)
            self.assertTrue(record.with_user(self.taras).read([name]), "its manager reads it")

    def test_each_rule_is_needed(self):
        for name, model in OWN_RULES.items():
            records = self.env[model].with_user(self.olena)
            before = len(records.search([]))
            self.env.ref(f"crm_projects.{name}").active = False
            self.assertGreater(len(records.search([])), before, f"{name} hides nothing")

    def test_guessing_by_domains(self):
        works, projects, moves = (
            self.env[name].with_user(self.olena) for name in ("crm.work", "crm.client.project", "crm.work.move")
        )
        for records, domain in (
            (works, [("client_id.name", "ilike", "Karpaty")]),
            (works, [("client_id", "=", self.karpaty.id)]),
            (works, [("seller_id", "=", self.taras.id)]),
            (works, [("client_project_id.name", "ilike", "Karpaty")]),
            (works, ["!", ("client_id.name", "ilike", "Dnipro")]),
            (projects, [("client_id", "=", self.karpaty.id)]),
            (projects, [("work_ids.name", "ilike", "Karpaty")]),
            (moves, [("task_id", "=", self.work_karpaty.id)]),
            (moves, [("client_access", "=", self.taras.id)]),
        ):
            with self.subTest(domain=domain):
                self._check_hidden(lambda records=records, domain=domain: records.search(domain))
        self.assertEqual(works.search([("client_id.name", "ilike", "Dnipro")]).ids, self.work_dnipro.ids)

    def test_groups_name_no_foreign_client(self):
        works = self.env["crm.work"].with_user(self.olena)
        for name in ("client_id", "seller_id", "client_project_id", "deal_id", "executor_ids"):
            text = json.dumps(works.formatted_read_group([], [name], ["__count"]), default=str)
            self.assertNotIn("Karpaty", text)
            self.assertNotIn("Taras", text)

    def test_the_tab_of_a_foreign_client(self):
        for owner in (self.karpaty, self.deal_karpaty):
            for method in (
                "get_client_projects",
                "action_add_project",
                "action_work_report",
            ):
                with self.subTest(owner=owner._name, method=method), self.assertRaises(UserError):
                    getattr(owner.with_user(self.olena), method)()
        counted = self.karpaty.with_user(self.olena)
        with self.assertRaises(AccessError):
            counted.read(["work_count", "client_project_count", "late_work_count"])

    def test_what_she_must_see(self):
        self.work_dnipro.write(
            {"date_deadline": self._days(-3), "work_progress": 40, "crm_deal_id": self.deal_dnipro.id}
        )
        row = self._row(self.work_dnipro, self.olena)
        values = row.read(
            ["name", "status", "progress", "date_deadline", "days_late", "is_late", "service_id", "deal_id"]
        )
        self.assertEqual((values[0]["status"], values[0]["progress"], values[0]["days_late"]), ("late", 40, 3))
        self.assertEqual(values[0]["name"], "Promotion of Dnipro LLC")
        self.assertEqual(values[0]["deal_id"], (self.deal_dnipro.id, "Dnipro deal"))
        self.assertEqual(row.executor_ids.mapped("name"), ["Executor"])
        self.assertEqual(row.move_ids.mapped("reason"), ["Moved by the program"] * 2)
        self.assertEqual(row.action_open()["res_model"], "crm.work")
        panel = self.dnipro.with_user(self.olena).get_client_projects()
        self.assertEqual((panel["project_count"], panel["work_count"]), (1, 1))
        self.assertNotIn(SECRET, json.dumps(panel))
        for operation in ("write", "create", "unlink"):
            self.assertFalse(row.has_access(operation))

    def test_who_else_sees_what(self):
        works = self.work_dnipro | self.work_karpaty
        for user, seen in (
            (self.olena, self.work_dnipro),
            (self.taras, self.work_karpaty),
            (self.ivan, works),
            (self.head, works),
            (self.delivery, works),
            (self.executor, works),
        ):
            with self.subTest(user=user.name):
                rows = self.env["crm.work"].with_user(user).search([("id", "in", works.ids)])
                self.assertEqual(set(rows.ids), set(seen.ids))
        for user in (self.clerk, self.portal):
            for model in ("crm.work", "crm.client.project", "crm.work.move", "crm.project.template"):
                with self.subTest(user=user.name, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_projects_of_invited_colleagues(self):
        """An executor outside of a private project does not see its works, one within does."""
        self.project_karpaty.privacy_visibility = "followers"
        stranger = self.executor.copy({"login": "cp_stranger", "name": "Stranger"})
        stranger.group_ids |= self.env.ref("base.group_allow_export")
        for model, record in (("crm.work", self.work_karpaty), ("crm.client.project", self.project_karpaty)):
            rows = self.env[model].browse(record.id)
            self._check_ways(rows, stranger, "name")
            self.assertTrue(rows.with_user(self.delivery).read(["name"]))
        self._check_ways(self.work_karpaty.work_move_ids, stranger, "reason")
        self.assertTrue(self.env["crm.work"].with_user(self.executor).browse(self.work_karpaty.id).name)
        self.project_karpaty.message_subscribe(stranger.partner_id.ids)
        self.assertTrue(self.env["crm.work"].with_user(stranger).browse(self.work_karpaty.id).name)


@tagged("post_install", "-at_install")
class TestAccessFollows(WorkSecrets):
    """Access follows the client at once: handed over, merged, changed, archived, of another company."""

    def _sees(self, user, work=None):
        self.env.flush_all()
        self.env.invalidate_all()
        work = work or self.work_dnipro
        seen = [
            bool(self.env["crm.work"].with_user(user).search_count([("id", "=", work.id)])),
            bool(self.env["crm.client.project"].with_user(user).search_count([("id", "=", work.project_id.id)])),
            bool(self.env["crm.work.move"].with_user(user).search_count([("task_id", "=", work.id)])),
        ]
        self.assertEqual(len(set(seen)), 1, "work, project and history go together")
        return seen[0]

    def test_a_client_that_is_handed_over(self):
        self.assertTrue(self._sees(self.olena))
        self.dnipro.with_user(self.head).user_id = self.taras
        self.assertFalse(self._sees(self.olena))
        self.assertTrue(self._sees(self.taras))

    def test_a_client_that_becomes_everybodys(self):
        self.dnipro.client_type_id = self.env["crm.client.type"].create({"name": "Open", "is_open": True})
        self.assertTrue(self._sees(self.taras))

    def test_a_client_that_leaves_his_manager(self):
        self.dnipro.user_id = False
        self.assertFalse(self._sees(self.olena))
        self.assertFalse(self._sees(self.taras))
        self.assertTrue(self._sees(self.ivan))

    def test_merged_clients(self):
        self.env["base.partner.merge.automatic.wizard"]._merge((self.dnipro | self.karpaty).ids, self.karpaty)
        self.env.flush_all()
        self.assertEqual(self.work_dnipro.work_client_id, self.karpaty)
        self.assertEqual(self.work_dnipro.work_seller_id, self.taras)
        self.assertTrue(self._sees(self.taras))
        self.assertFalse(self._sees(self.olena))

    def test_a_work_of_another_customer(self):
        self.project_dnipro.with_user(self.delivery).partner_id = self.karpaty
        self.work_dnipro.with_user(self.delivery).partner_id = self.oksana
        self.assertFalse(self._sees(self.olena))
        self.assertTrue(self._sees(self.taras))

    def test_a_contact_person_and_a_subsidiary(self):
        self.work_dnipro.partner_id = self.project_dnipro.partner_id = self.petro
        self.assertTrue(self._sees(self.olena))
        self.petro.parent_id = self.karpaty
        self.assertFalse(self._sees(self.olena))
        self.assertTrue(self._sees(self.taras))

    def test_archived(self):
        self.dnipro.active = False
        self.work_dnipro.active = self.project_dnipro.active = False
        rows = self.env["crm.work"].with_context(active_test=False)
        self.assertTrue(rows.with_user(self.olena).search([("id", "=", self.work_dnipro.id)]).name)
        self.assertFalse(rows.with_user(self.taras).search([("id", "=", self.work_dnipro.id)]))
        self.assertFalse(self.env["crm.work"].with_user(self.olena).search([("id", "=", self.work_dnipro.id)]))
        panel = self.dnipro.with_user(self.olena).get_client_projects()
        self.assertFalse(panel["works"])

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.project_dnipro.company_id = company
        self.assertFalse(self._sees(self.olena))
        self.assertEqual(self.dnipro.with_user(self.olena).work_count, 0)
        self.assertFalse(self.dnipro.with_user(self.olena).get_client_projects()["projects"])
        self.olena.company_ids |= company
        both = self.env["crm.work"].with_user(self.olena).with_context(allowed_company_ids=self.olena.company_ids.ids)
        self.assertTrue(both.search([("id", "=", self.work_dnipro.id)]))

    def test_new_rights_in_project(self):
        tasks, domain = self.env["project.task"].with_user(self.olena), self._of_works("project.task")
        self.assertFalse(tasks.search(domain))
        self.olena.group_ids |= self.env.ref("project.group_project_user")
        self.assertTrue(tasks.search(domain))
        self.assertFalse(self._sees(self.olena, self.work_karpaty), "her clients stay her limit in the status of works")
        self.olena.group_ids -= self.env.ref("project.group_project_user")
        self.assertFalse(tasks.search(domain))
