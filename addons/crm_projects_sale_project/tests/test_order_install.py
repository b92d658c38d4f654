from odoo.tests import tagged

from odoo.addons.crm_projects_sale_project.hooks import post_init_hook

from .common import OrderWorkCommon


@tagged("post_install", "-at_install")
class TestOrderInstall(OrderWorkCommon):
    """What orders made before the addon was there becomes works when it is installed."""

    def _forget(self, tasks, projects):
        """Make of works and projects what Odoo alone makes of orders."""
        (tasks | projects.task_ids).write({"work_service_id": False, "crm_deal_id": False})
        projects.write({"work_service_ids": [(5,)], "crm_deal_id": False})
        (tasks | projects.task_ids).crm_deal_id = False
        self.assertFalse(tasks.work_client_id)

    def test_tasks_and_projects_of_orders(self):
        order = self._confirm(self.site, self.seo, self.concept, deal=self.deal, commitment_date="2035-05-06 12:00:00")
        lines = order.sudo().order_line
        tasks, project = lines.task_id, lines.project_id
        self.env["project.task"].create({"name": "Kick-off", "project_id": project.id})
        lines[0].task_id.state = "1_done"
        self._forget(tasks, project)
        tasks.work_closed_date = False
        tasks.date_deadline = False
        post_init_hook(self.env)
        self.assertEqual(self._works(self.site, self.seo), tasks)
        self.assertEqual((tasks.crm_deal_id, project.crm_deal_id), (self.deal, self.deal))
        self.assertEqual(project.work_service_ids, self.site | self.concept)
        self.assertEqual(tasks.mapped("work_client_access"), [self.olena.id] * 2)
        self.assertEqual([bool(task.work_closed_date) for task in tasks], [True, False])
        self.assertEqual(len(set(tasks.mapped("date_deadline"))), 1)
        self.assertFalse(project.task_ids.filtered(lambda task: task.name == "Kick-off").work_service_id)
        self.assertEqual(self._row(lines[0].task_id, self.olena).status, "done")

    def test_a_project_that_was_there_keeps_its_client(self):
        project = self.env["project.project"].create(
            {"name": "Former", "partner_id": self.dnipro.id, "allow_billable": True}
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE project_project SET allow_billable = NULL WHERE id = %s", [project.id])
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.assertTrue(project.allow_billable)
        self.env.add_to_compute(project._fields["partner_id"], project)
        self.assertEqual(project.partner_id, self.dnipro)

    def test_what_stays(self):
        """A service that somebody chose, tasks of cancelled orders, and doing it twice."""
        kept, cancelled = self._confirm(self.seo, deal=self.deal), self._confirm(self.site, deal=self.deal)
        task = cancelled.sudo().order_line.task_id
        kept.sudo().order_line.task_id.work_service_id = self.concept
        cancelled._action_cancel()
        task.work_service_id = False
        post_init_hook(self.env)
        post_init_hook(self.env)
        self.assertEqual(kept.sudo().order_line.task_id.work_service_id, self.concept)
        self.assertFalse(task.work_service_id)

    def test_for_any_number(self):
        """As many queries for three orders as for one."""
        counts = []
        for number in (1, 3):
            orders = [self._confirm(self.site, deal=self.deal).sudo() for _order in range(number)]
            lines = orders[0].order_line.union(*(order.order_line for order in orders))
            self._forget(lines.task_id, lines.project_id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            post_init_hook(self.env)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertTrue(all(lines.task_id.mapped("work_client_id")))
        self.assertLessEqual(counts[1], counts[0] + 2)
