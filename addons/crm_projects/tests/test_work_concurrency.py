from datetime import timedelta

from odoo import api, fields
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.project_task_deadline import REASON
from .concurrency import SideBySideCase

PREFIX = "Side by side"


@tagged("post_install", "-at_install")
class TestWorkConcurrency(SideBySideCase):
    """Two people, or two windows, at the same moment: one work, one chain of deadlines, nothing lost."""

    @classmethod
    def _set_up_records(cls, env):
        groups = "base.group_user,sales_team.group_sale_salesman"
        cls.olena = new_test_user(env, "side_olena", groups).id
        cls.head = new_test_user(env, "side_head", "base.group_user,sales_team.group_sale_manager").id
        cls.delivery = new_test_user(env, "side_delivery", "base.group_user,project.group_project_manager").id
        cls.service = env["product.template"].create({"name": PREFIX, "type": "service", "is_client_service": True}).id

    @classmethod
    def _remove_records(cls, env):
        env = env(context={"active_test": False})
        clients = env["res.partner"].search([("name", "=like", f"{PREFIX}%")])
        env["project.task"].search([("partner_id", "in", clients.ids)]).unlink()
        env["project.project"].search([("partner_id", "in", clients.ids)]).unlink()
        clients.unlink()
        env["product.template"].browse(cls.service).unlink()
        users = env["res.users"].browse([cls.olena, cls.head, cls.delivery])
        partners = users.partner_id
        users.unlink()
        partners.unlink()

    def _create_client(self):
        def create(env):
            vals = {"name": f"{PREFIX} LLC", "is_company": True, "user_id": self.olena}
            vals["client_type_id"] = env.ref("crm_clients.crm_client_type_client").id
            vals["client_service_ids"] = [Command.set([self.service])]
            return env["res.partner"].create(vals).id

        return self._commit(create)

    def _open_report(self, client_id, user_id):
        """A window with a new work in it, as it stands before somebody presses Save."""

        def open_report(env):
            report = env["crm.client.work.report"].browse(
                env["res.partner"].browse(client_id).action_work_report()["res_id"]
            )
            day = fields.Date.context_today(env.user) + timedelta(days=9)
            report.line_ids.write({"is_under_way": True, "date_deadline": day})
            return report.id

        return self._commit(open_report, user_id)

    def _save(self, report_id):
        return lambda env: env["crm.client.work.report"].browse(report_id).action_save()

    def _get_works(self, client_id):
        return self._commit(lambda env: env["project.task"].search([("partner_id", "=", client_id)]).ids)

    def test_two_windows_begin_one_work(self):
        client = self._create_client()
        reports = [self._open_report(client, user) for user in (self.olena, self.head)]
        results = self._at_once((self.olena, self._save(reports[0])), (self.head, self._save(reports[1])))
        self.assertEqual(len(self._get_works(client)), 1)
        errors = [result for result in results if isinstance(result, UserError)]
        self.assertEqual(len(errors), 1)
        self.assertIn("has begun the work meanwhile", str(errors[0]))

    def test_save_pressed_twice(self):
        client = self._create_client()
        report = self._open_report(client, self.olena)
        self._at_once(*[(self.olena, self._save(report))] * 2)
        self.assertEqual(len(self._get_works(client)), 1)

    def test_a_window_opened_while_another_is_saved(self):
        """It did not see the work that was being begun, although that is older than the window."""
        client = self._create_client()
        first = self._open_report(client, self.olena)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.olena, {})
            env["crm.client.work.report"].browse(first).action_save()
            env.flush_all()
            second = self._open_report(client, self.head)
            cr.commit()  # pylint: disable=invalid-commit  # what another request would do
        with self.assertRaisesRegex(UserError, "has begun the work meanwhile"):
            self._commit(self._save(second), self.head)
        self.assertEqual(len(self._get_works(client)), 1)

    def test_add_project_pressed_twice(self):
        """Two windows are two projects, one button pressed twice is one."""
        client = self._create_client()

        def create(env):
            vals = {"client_id": client, "name": PREFIX, "service_ids": [Command.set([self.service])]}
            return env["crm.project.add"].create(vals).id

        wizard = self._commit(create, self.olena)
        self._at_once(*[(self.olena, lambda env: env["crm.project.add"].browse(wizard).action_add())] * 2)
        projects = self._commit(lambda env: env["project.project"].search([("partner_id", "=", client)]).ids)
        self.assertEqual(len(projects), 1)
        self.assertEqual(len(self._get_works(client)), 1)

    def _begin_work(self, client):
        self._commit(self._save(self._open_report(client, self.olena)), self.olena)
        return self._get_works(client)[0]

    def test_history_is_a_chain(self):
        work = self._begin_work(self._create_client())

        def move(days):
            def write(env):
                task = env["project.task"].browse(work).with_context(**{REASON: f"By {days}"})
                task.date_deadline = fields.Datetime.now() + timedelta(days=days)

            return write

        self._at_once((self.delivery, move(20)), (self.delivery, move(30)))
        chain = self._commit(
            lambda env: [
                (move.old_deadline, move.new_deadline) for move in env["project.task"].browse(work).work_move_ids
            ]
        )
        deadline = self._commit(lambda env: env["project.task"].browse(work).date_deadline)
        self.assertEqual(len(chain), 2)
        (_old, last), (_first, former) = sorted(chain, key=lambda one: one[1] != deadline)
        self.assertEqual(last, deadline)
        self.assertEqual(_old, former, "each move begins where the one before it has ended")

    def test_a_client_is_merged_during_a_report(self):
        client, other = self._create_client(), self._create_client()
        report = self._open_report(client, self.head)

        def merge(env):
            env["base.partner.merge.automatic.wizard"]._merge([client, other], env["res.partner"].browse(other))

        self._at_once((self.head, self._save(report)), (self.head, merge))
        works = self._get_works(other) + self._get_works(client)
        clients = self._commit(lambda env: env["project.task"].browse(works).work_client_id.exists().ids)
        self.assertIn(len(works), (0, 1))
        self.assertEqual(clients, [other] * len(works), "no work hangs on a card that is gone")

    def test_a_service_is_unticked_while_its_work_begins(self):
        """Either the question is asked, or the work begins for a service that is not ticked; nothing breaks."""
        client = self._create_client()
        report = self._open_report(client, self.olena)

        def untick(env):
            env["res.partner"].browse(client).client_service_ids = [Command.unlink(self.service)]

        results = self._at_once((self.olena, self._save(report)), (self.head, untick))
        ticked = self._commit(lambda env: env["res.partner"].browse(client).client_service_ids.ids)
        self.assertEqual(len(self._get_works(client)), 1)
        self.assertEqual(bool(ticked), isinstance(results[1], RedirectWarning))
