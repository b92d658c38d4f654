from odoo import Command
from odoo.tests import tagged

from .common import OrderWorkCommon


@tagged("post_install", "-at_install")
class TestOrderBegun(OrderWorkCommon):
    """No doubles: what began before the order was confirmed is taken over by its lines."""

    def _add_project(self, *services, deal=None, user=None):
        owner = (deal or self.deal).with_user(user or self.olena)
        wizard = owner.env["crm.project.add"].with_context(**owner.action_add_project()["context"]).create({})
        wizard.service_ids = [Command.set([service.id for service in services])]
        wizard.action_add()
        return self.env["project.project"].search([("work_client_id", "=", self.dnipro.id)], order="id DESC", limit=1)

    def test_a_work_of_the_work_report(self):
        for service in (self.seo, self.site):
            work = self._begin(service, deal=self.deal)
            deadline = work.date_deadline
            line = self._confirm(service, deal=self.deal, commitment_date="2035-05-06 12:00:00").sudo().order_line
            self.assertEqual(self._works(service), work)
            self.assertEqual((line.task_id, work.sale_line_id, work.sale_order_id), (work, line, line.order_id))
            self.assertEqual((work.date_deadline, work.is_work_under_way), (deadline, True), "as it was reported")
            self.assertFalse(work.work_move_ids)
            self.assertEqual(work.allocated_hours, 1)
            self.assertIn(line.order_id.name, work.message_ids[0].body)

    def test_its_project_too(self):
        project = self._add_project(self.site, self.concept)
        count = self.env["project.project"].search_count([])
        order = self._confirm(self.site, self.concept, deal=self.deal).sudo()
        self.assertEqual(order.order_line.project_id, project)
        self.assertEqual(order.project_id, project)
        self.assertEqual(project.reinvoiced_sale_order_id, order)
        self.assertEqual(self.env["project.project"].search_count([]), count)
        self.assertEqual(self._works(self.site), order.order_line[0].task_id)
        self.assertEqual(self._works(self.concept).sale_order_id, order)
        self.assertEqual(project.account_id, order.project_account_id)
        self.assertTrue(project.account_id)

    def test_the_project_of_another_line(self):
        """The first line begins something new, the second has begun already: both are in one project."""
        project = self._add_project(self.site)
        lines = self._confirm(self.concept, self.site, deal=self.deal).sudo().order_line
        self.assertEqual(lines.project_id, project)
        self.assertEqual(self._works(self.site), lines[1].task_id)
        self.assertEqual(project.work_service_ids, self.concept | self.site)

    def test_other_works_are_not_billed_to_the_line(self):
        project = self._add_project(self.site, self.seo)
        first = self._confirm(self.site, deal=self.deal).sudo().order_line
        self.assertNotEqual(self._works(self.seo).sale_line_id, first)
        second = self._confirm(self.seo, deal=self.deal).sudo().order_line
        self.assertEqual(self._works(self.seo), second.task_id)
        self.assertEqual(second.task_id.project_id, project)

    def test_a_work_begun_in_the_project_of_an_order(self):
        """It has the order line of its project, which sells another service; its own line comes later."""
        self._confirm(self.site, deal=self.deal)
        work = self._begin(self.seo, deal=self.deal)
        self.assertEqual(work.sale_line_id.product_template_id, self.site)
        line = self._confirm(self.seo, deal=self.deal).sudo().order_line
        self.assertEqual((self._works(self.seo), line.task_id, work.sale_line_id), (work, work, line))

    def test_a_work_of_no_deal(self):
        work = self._begin(self.site)
        line = self._confirm(self.site, deal=self.deal).sudo().order_line
        self.assertEqual((self._works(self.site), line.task_id), (work, work))
        self.assertEqual(work.crm_deal_id, self.deal)

    def test_neither_has_a_deal(self):
        work = self._begin(self.site)
        self._confirm(self.site)
        self.assertEqual(self._works(self.site), work)

    def test_the_work_of_the_deal_comes_first(self):
        other = self._begin(self.seo)
        self._confirm(self.seo)
        free = other.copy({"crm_deal_id": False, "sale_line_id": False})
        own = other.copy({"crm_deal_id": self.deal.id, "sale_line_id": False})
        line = self._confirm(self.seo, deal=self.deal).sudo().order_line
        self.assertEqual(line.task_id, own)
        self.assertFalse(free.sale_line_id)

    def test_each_line_has_its_own(self):
        work = self._begin(self.seo, deal=self.deal)
        lines = self._confirm(self.seo, self.seo, deal=self.deal).sudo().order_line
        self.assertEqual(len(lines.task_id), 2)
        self.assertIn(work, lines.task_id)
        self.assertEqual(self._works(self.seo), lines.task_id)

    def test_what_is_not_taken_over(self):
        other_deal = self._create_deal("Next year", self.dnipro, self.olena)
        foreign = self._begin(self.seo, deal=other_deal)
        line = self._confirm(self.seo, deal=self.deal).sudo().order_line
        self.assertNotEqual(line.task_id, foreign, "of another deal")
        done = self._begin(self.site, deal=self.deal)
        done.state = "1_done"
        line = self._confirm(self.site, deal=self.deal).sudo().order_line
        self.assertNotEqual(line.task_id, done, "it was delivered")
        line = self._confirm(self.site, client=self.karpaty, user=self.taras).sudo().order_line
        self.assertEqual(line.task_id.work_client_id, self.karpaty)

    def test_what_another_order_sold(self):
        """A second work of one order line, which delivery added to it."""
        first = self._confirm(self.seo, deal=self.deal).sudo().order_line
        added = first.task_id.copy({"name": "More texts", "sale_line_id": first.id, "crm_deal_id": self.deal.id})
        self.assertEqual(self._works(self.seo), first.task_id | added)
        second = self._confirm(self.seo, deal=self.deal).sudo().order_line
        self.assertNotIn(second.task_id, first.task_id | added)
        self.assertEqual(added.sale_line_id, first)
        first.task_id.sale_line_id = False
        third = self._confirm(self.seo, deal=self.deal).sudo().order_line
        self.assertNotEqual(third.task_id, first.task_id, "the line made it, whatever it is billed to")

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Other company"})
        work = self._begin(self.seo, deal=self.deal)
        project = work.project_id
        project.company_id = company
        self.assertEqual(work.company_id, company)
        line = self._confirm(self.seo, deal=self.deal).sudo().order_line
        self.assertNotEqual(line.task_id, work)

    def test_a_project_that_was_not_billable(self):
        """Begun before the addon was there: Odoo would take its customer away."""
        for service in (self.seo, self.site):
            work = self._begin(service, deal=self.deal)
            project = work.project_id
            self.assertTrue(project.allow_billable)
            self.env.flush_all()
            self.env.cr.execute("UPDATE project_project SET allow_billable = NULL WHERE id = %s", [project.id])
            self.env.invalidate_all()
            line = self._confirm(service, deal=self.deal).sudo().order_line
            self.assertEqual((line.task_id, work.sale_line_id), (work, line))
            self.assertTrue(project.allow_billable)
            self.assertEqual((work.partner_id, project.partner_id), (self.dnipro, self.dnipro))
        self.assertEqual(line.project_id, project)

    def test_a_template_is_followed(self):
        template = self.env["project.project"].create(
            {"name": "Usual site", "is_template": True, "allow_billable": True}
        )
        self.env["project.task"].create({"name": "Kick-off", "project_id": template.id})
        self.site.project_template_id = template
        work = self._begin(self.site, deal=self.deal)
        line = self._confirm(self.site, deal=self.deal).sudo().order_line
        self.assertEqual((self._works(self.site), line.task_id), (work, work))
        self.assertEqual(line.project_id.task_ids.mapped("name"), ["Kick-off"])

    def test_projects_of_clients_keep_their_customer(self):
        template = self.env["project.project"].create({"name": "Usual", "is_template": True})
        self.env["project.task"].create({"name": "Kick-off", "project_id": template.id})
        owner = self.dnipro.with_user(self.olena)
        wizard = owner.env["crm.project.add"].with_context(**owner.action_add_project()["context"]).create({})
        wizard.template_id = template.id
        wizard.action_add()
        project = self.env["project.project"].search(
            [("work_client_id", "=", self.dnipro.id)], order="id DESC", limit=1
        )
        self.assertTrue(project.allow_billable)
        self.assertEqual(project.partner_id, self.dnipro)
        self.assertEqual(project.task_ids.partner_id, self.dnipro)

    def test_cancelled_and_confirmed_again(self):
        work = self._begin(self.site, deal=self.deal)
        order = self._confirm(self.site, deal=self.deal)
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual((self._works(self.site), order.sudo().order_line.task_id), (work, work))
