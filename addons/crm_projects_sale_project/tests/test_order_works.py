from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .common import OrderWorkCommon


@tagged("post_install", "-at_install")
class TestOrderWorks(OrderWorkCommon):
    """The tasks and projects that confirmed orders make are the client's works and projects."""

    def _check_work(self, work, service, line):
        self.assertEqual(len(work), 1)
        self.assertEqual((work.work_service_id, work.work_client_id), (service, self.dnipro))
        self.assertEqual((line.task_id, work.sale_line_id), (work, line))
        self.assertEqual(work.crm_deal_id, self.deal)

    def test_a_task_in_a_project_for_all(self):
        order = self._confirm(self.seo, deal=self.deal).sudo()
        work = self._works(self.seo)
        self._check_work(work, self.seo, order.order_line)
        self.assertEqual(work.project_id, self.support)
        self.assertFalse(self.support.crm_deal_id, "it is for all")
        self.assertFalse(self.support.work_service_ids)
        row = self._row(work, self.olena)
        self.assertEqual((row.service_id, row.status, row.deal_id), (self.seo, "planned", self.deal))

    def test_a_project_with_a_task(self):
        order = self._confirm(self.site, deal=self.deal).sudo()
        project = order.order_line.project_id
        self._check_work(self._works(self.site), self.site, order.order_line)
        self.assertEqual((project.crm_deal_id, project.work_client_id), (self.deal, self.dnipro))
        self.assertEqual(project.work_service_ids, self.site)
        self.assertEqual(project.task_ids, order.order_line.task_id)
        panel = self.deal.with_user(self.olena).get_client_projects()
        self.assertEqual([row["id"] for row in panel["projects"]], project.ids)
        self.assertEqual([row["service"] for row in panel["projects"][0]["works"]], ["Site"])

    def test_a_project_alone(self):
        project = self._confirm(self.concept, deal=self.deal).sudo().order_line.project_id
        self.assertEqual((project.crm_deal_id, project.work_service_ids), (self.deal, self.concept))
        self.assertFalse(self._works(self.concept))
        work = self._begin(self.concept, deal=self.deal)
        self.assertEqual(work.project_id, project, "the work report finds it")
        self.assertEqual(work.sale_line_id, self.deal.sudo().order_ids.order_line)

    def test_the_order_line_of_the_service(self):
        order = self._confirm(self.site, self.concept, deal=self.deal).sudo()
        site_line, concept_line = order.order_line
        work = self._begin(self.concept, deal=self.deal)
        self.assertEqual(work.project_id, site_line.project_id)
        self.assertEqual(work.sale_line_id, concept_line, "not the one that the project is billed to")

    def test_a_project_that_is_created_from_the_order(self):
        order = self._confirm(self.advice, deal=self.deal)
        self.delivery.group_ids += self.env.ref("crm_clients.crm_clients_group_all")
        self.delivery.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        context = order.with_user(self.delivery).action_create_project()["context"]
        project = self.env["project.project"].with_user(self.delivery).with_context(**context).create({}).sudo()
        self.assertEqual((project.crm_deal_id, project.work_client_id), (self.deal, self.dnipro))
        self.assertEqual(project.work_service_ids, self.advice)

    def test_no_task(self):
        self._confirm(self.advice, deal=self.deal)
        self.assertFalse(self._works(self.advice))

    def test_lines_of_one_order_share_a_project(self):
        lines = self._confirm(self.site, self.concept, self.site, self.seo, deal=self.deal).sudo().order_line
        self.assertEqual(len(lines.project_id), 1)
        self.assertEqual(lines.project_id.work_service_ids, self.site | self.concept)
        self.assertEqual(len(self._works(self.site)), 2, "it was sold twice")
        self.assertEqual(self._works(self.site), (lines[0] | lines[2]).task_id)
        self.assertEqual(self._works(self.seo), lines[3].task_id)

    def test_two_orders(self):
        first = self._confirm(self.site, deal=self.deal).sudo()
        second = self._confirm(self.site, deal=self.deal).sudo()
        self.assertEqual(self._works(self.site), (first | second).order_line.task_id)
        self.assertEqual(len((first | second).order_line.project_id), 2)

    def test_orders_confirmed_together(self):
        orders = self._create_order(self.site, deal=self.deal) | self._create_order(self.seo, deal=self.deal)
        orders.action_confirm()
        self.assertEqual(len(self._works(self.site, self.seo)), 2)

    def test_the_promised_date_is_the_deadline(self):
        promised = datetime(2035, 5, 6, 12)
        self._confirm(self.site, self.seo, deal=self.deal, commitment_date=promised)
        self.assertEqual(self._works(self.site, self.seo).mapped("date_deadline"), [promised] * 2)

    def test_an_order_without_a_deal(self):
        order = self._confirm(self.site).sudo()
        work = self._works(self.site)
        self.assertEqual(work, order.order_line.task_id)
        self.assertFalse(work.crm_deal_id | order.order_line.project_id.crm_deal_id)

    def test_a_contact_person_orders(self):
        self._confirm(self.site, client=self.petro, deal=self.deal)
        self.assertEqual(self._works(self.site).partner_id, self.petro)

    def test_a_customer_outside_the_directory(self):
        customer = self.env["res.partner"].create({"name": "Passer-by"})
        order = self._confirm(self.site, client=customer).sudo()
        self.assertEqual(order.order_line.task_id.work_client_id, customer)

    def test_a_task_template(self):
        template = self.env["project.task"].create(
            {
                "name": "Usual steps",
                "project_id": self.support.id,
                "is_template": True,
                "child_ids": [Command.create({"name": "Keywords"}), Command.create({"name": "Texts"})],
            }
        )
        self.seo.task_template_id = template
        line = self._confirm(self.seo, deal=self.deal).sudo().order_line
        self._check_work(self._works(self.seo), self.seo, line)
        self.assertEqual(set(line.task_id.child_ids.mapped("name")), {"Keywords", "Texts"})
        self.assertFalse(line.task_id.child_ids.work_client_id, "they stay tasks")
        self.assertFalse(template.work_client_id)

    def test_a_project_template(self):
        template = self.env["project.project"].create(
            {"name": "Usual site", "is_template": True, "allow_billable": True}
        )
        self.env["project.task"].create([{"name": name, "project_id": template.id} for name in ("Kick-off", "Launch")])
        (self.site | self.concept).project_template_id = template
        lines = self._confirm(self.site, self.concept, deal=self.deal).sudo().order_line
        self.assertEqual(len(lines.project_id), 1)
        self.assertEqual(lines.project_id.work_service_ids, self.site | self.concept)
        self.assertEqual(lines.project_id.task_ids.work_service_id, self.site)
        self._check_work(self._works(self.site), self.site, lines[0])
        self.assertEqual(len(lines.project_id.task_ids), 3)
        self.assertFalse(self._works(self.concept))

    def test_a_template_that_has_the_work(self):
        template = self.env["project.project"].create(
            {"name": "Usual site", "is_template": True, "allow_billable": True}
        )
        task = self.env["project.task"].create(
            {"name": "Make the site", "project_id": template.id, "work_service_id": self.site.id}
        )
        self.site.project_template_id = template
        line = self._confirm(self.site, deal=self.deal).sudo().order_line
        self._check_work(self._works(self.site), self.site, line)
        self.assertEqual(line.task_id.name, "Make the site")
        self.assertFalse(task.work_client_id, "the template is nobody's work")

    def test_quantities(self):
        order = self._create_order(self.seo, self.site, deal=self.deal)
        order.order_line.product_uom_qty = 0
        order.action_confirm()
        self.assertFalse(self._works(self.seo), "nothing was sold")
        self.assertEqual(len(self._works(self.site)), 1, "as in Odoo")
        for quantity in (2, 5):
            order.order_line.write({"product_uom_qty": quantity})
            self.assertEqual(self._works(self.seo, self.site), order.sudo().order_line.task_id)
            self.assertEqual(len(self._works(self.seo, self.site)), 2)
            self.assertEqual(self._works(self.site).allocated_hours, quantity)

    def test_cancelled_and_confirmed_again(self):
        order = self._confirm(self.site, self.seo, deal=self.deal)
        works = self._works(self.site, self.seo)
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self._works(self.site, self.seo), works)

    def test_the_proposal_of_the_won_deal(self):
        self._confirm(self.seo, self.site, self.concept, self.advice, deal=self.deal)
        deal = self.deal.with_user(self.olena)
        deal.action_set_won()
        deal.invalidate_recordset()
        self.assertEqual(deal.proposed_service_ids, self.advice, "projects and tasks are there for the others")

    def test_the_work_report_finds_them(self):
        self._confirm(self.seo, self.site, deal=self.deal)
        client = self.dnipro.with_user(self.delivery)
        report = client.env["crm.client.work.report"].browse(client.action_work_report()["res_id"])
        tasks = {line.service_id: line.work_id.id for line in report.line_ids}
        self.assertEqual(tasks[self.seo], self._works(self.seo).id)
        self.assertEqual(tasks[self.site], self._works(self.site).id)
        report.line_ids.write({"is_under_way": True, "date_deadline": self.day})
        report.action_save()
        self.assertEqual(len(self._works(self.seo, self.site)), 2)
        self.assertEqual(self._works(self.seo).date_deadline.date(), self.day)
