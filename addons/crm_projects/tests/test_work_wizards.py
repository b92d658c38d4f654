import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_work_access import WorkSecrets


@tagged("post_install", "-at_install")
class TestWizardAccess(WorkSecrets):
    """What is put into a wizard over RPC: nothing of it gives away, or changes, what is not one's own."""

    def _create(self, model, user=None, **vals):
        wizard = self.env[model].with_user(user or self.olena).create(vals)
        self.env.flush_all()
        self.env.invalidate_all()
        return wizard

    def test_foreign_targets(self):
        """Neither a name nor a computed value of a foreign record comes out of a wizard."""
        own_report = self._create("crm.client.work.report", client_id=self.dnipro.id)
        foreign_report = self._create("crm.client.work.report", self.taras, client_id=self.karpaty.id)
        line = {"service_id": self.service.id}
        for model, vals in (
            ("crm.project.add", {"client_id": self.karpaty.id, "name": "x"}),
            ("crm.project.add", {"client_id": self.karpaty.id}),
            ("crm.project.add", {"client_id": self.dnipro.id, "deal_id": self.deal_karpaty.id}),
            ("crm.client.work.report", {"client_id": self.karpaty.id}),
            ("crm.client.work.report", {"client_id": self.dnipro.id, "deal_id": self.deal_karpaty.id}),
            ("crm.client.work.report.line", {**line, "report_id": own_report.id, "work_id": self.work_karpaty.id}),
            ("crm.client.work.report.line", {**line, "report_id": foreign_report.id}),
            ("crm.work.untick", {"partner_ids": [Command.set(self.karpaty.ids)], "service_ids": self.service.ids}),
        ):
            with self.subTest(model=model, vals=vals), self.assertRaises(AccessError), self.cr.savepoint():
                self._create(model, **vals)

    def test_targets_written_afterwards(self):
        adding = self._create("crm.project.add", client_id=self.dnipro.id)
        report = self._create("crm.client.work.report", client_id=self.dnipro.id)
        line = self._create("crm.client.work.report.line", report_id=report.id, service_id=self.service.id)
        foreign = self._create("crm.client.work.report", self.taras, client_id=self.karpaty.id)
        for wizard, vals in (
            (adding, {"client_id": self.karpaty.id}),
            (adding, {"deal_id": self.deal_karpaty.id}),
            (report, {"client_id": self.karpaty.id}),
            (report, {"deal_id": self.deal_karpaty.id}),
            (report, {"line_ids": [Command.update(line.id, {"work_id": self.work_karpaty.id})]}),
            (line, {"work_id": self.work_karpaty.id}),
            (line, {"report_id": foreign.id}),
        ):
            with self.subTest(model=wizard._name, vals=vals), self.assertRaises(AccessError), self.cr.savepoint():
                wizard.write(vals)

    def test_defaults_of_the_context(self):
        for model, name, value in (
            ("crm.project.add", "default_client_id", self.karpaty.id),
            ("crm.project.add", "default_deal_id", self.deal_karpaty.id),
            ("crm.client.work.report", "default_client_id", self.karpaty.id),
            ("crm.client.work.report.line", "default_work_id", self.work_karpaty.id),
            ("crm.work.untick", "default_partner_ids", self.karpaty.ids),
        ):
            wizards = self.env[model].with_user(self.olena).with_context(**{name: value})
            with self.subTest(model=model, name=name):
                self._check_hidden(lambda wizards=wizards: self._find_names(wizards))

    def _find_names(self, wizards):
        """The foreign names in what the form would show of a new wizard."""
        specification = {
            name: {"fields": {"display_name": {}}} for name in wizards._fields if wizards._fields[name].relational
        }
        specification.update({name: {} for name in ("name", "display_name", "status") if name in wizards._fields})
        self.env.invalidate_all()
        text = json.dumps(wizards.onchange({}, [], specification), default=str)
        return [word for word in ("Karpaty", "Promotion of") if word in text]

    def test_colleagues_wizards(self):
        report = self._create("crm.client.work.report", self.taras, client_id=self.karpaty.id)
        adding = self._create("crm.project.add", self.taras, client_id=self.karpaty.id)
        for wizard in (report, adding):
            for user in (self.olena, self.head):
                with self.subTest(model=wizard._name, user=user.name), self.assertRaises(AccessError):
                    wizard.with_user(user).read(["client_id"])

    def test_a_foreign_client_starts_nothing(self):
        count = self.env["project.project"].search_count([]), self.env["project.task"].search_count([])
        for model, method in (("crm.project.add", "action_add"), ("crm.client.work.report", "action_save")):
            with self.subTest(model=model), self.assertRaises(AccessError), self.cr.savepoint():
                getattr(self._create(model, client_id=self.karpaty.id), method)()
        for user in (self.clerk, self.portal):
            with self.subTest(user=user.name), self.assertRaises(AccessError), self.cr.savepoint():
                self._create("crm.project.add", user, client_id=self.dnipro.id)
        self.assertEqual(
            (self.env["project.project"].search_count([]), self.env["project.task"].search_count([])), count
        )

    def test_only_who_delivers_is_responsible(self):
        """Over RPC one could name anybody: oneself, to read the task, or a customer."""
        for user in (self.olena, self.portal, self.clerk):
            with self.subTest(user=user.name), self.assertRaises(UserError), self.cr.savepoint():
                self._create("crm.project.add", client_id=self.dnipro.id, user_id=user.id).action_add()
            report = self._create("crm.client.work.report", client_id=self.dnipro.id)
            line = {"report_id": report.id, "service_id": self.other_service.id, "name": "Mine"}
            with self.subTest(line=user.name), self.assertRaises(UserError), self.cr.savepoint():
                self._create("crm.client.work.report.line", **line, user_ids=[Command.set(user.ids)])
                report.action_save()

    def test_an_executor_without_rights_in_project(self):
        """Odoo lets a task be given to any employee; a report that says nothing of it takes it from nobody."""
        self.work_dnipro.user_ids = self.clerk
        self.env.flush_all()
        for user in (self.olena, self.executor):
            action = self.dnipro.with_user(user).action_work_report()
            report = self.env["crm.client.work.report"].with_user(user).browse(action["res_id"])
            self.env.invalidate_all()
            report.action_save()
            self.assertEqual(self.work_dnipro.user_ids, self.clerk)

    def test_a_foreign_deadline(self):
        with self.assertRaises(AccessError):
            self.env["crm.work"].with_user(self.olena).browse(self.work_karpaty.id).action_move_deadline()
        with self.assertRaises(AccessError):
            self._create("crm.work.deadline", task_ids=self.work_dnipro.ids, reason="Mine")

    def test_the_question_about_a_service(self):
        with self.assertRaises(AccessError):
            self.env["crm.work.untick"].with_user(self.clerk).create({})
        wizard = self._create(
            "crm.work.untick",
            partner_ids=[Command.set(self.dnipro.ids)],
            service_ids=[Command.set(self.service.ids)],
            decision="cancel",
        )
        self.assertEqual(wizard.work_ids.ids, self.work_dnipro.ids)
        with self.assertRaises(AccessError):
            wizard.action_untick()
