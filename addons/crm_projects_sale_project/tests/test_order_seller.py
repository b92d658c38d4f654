from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OrderWorkCommon


@tagged("post_install", "-at_install")
class TestOrderSeller(OrderWorkCommon):
    """A salesperson without rights in Project sells services as before, and sees nothing more of projects."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["account.analytic.account"].create(
            {"name": "Support", "plan_id": cls.env.ref("analytic.analytic_plan_projects").id}
        )
        cls.support.account_id = cls.account

    def test_adding_a_line_to_a_confirmed_order(self):
        order = self._confirm(self.advice, deal=self.deal)
        for service in (self.seo, self.site, self.concept):
            order.write({"order_line": [(0, 0, self._prepare_line(service))]})
        order.invalidate_recordset()
        self.assertEqual(len(self._works(self.seo, self.site)), 2)
        self.assertIn("Task Created", "".join(order.message_ids.mapped("body")))
        with self.assertRaises(AccessError):
            order.order_line.task_id.mapped("name")

    def test_raising_a_quantity_from_nothing(self):
        order = self._create_order(self.advice, deal=self.deal)
        order.action_confirm()
        order.write({"order_line": [(0, 0, self._prepare_line(self.seo, product_uom_qty=0))]})
        self.assertFalse(self._works(self.seo))
        order.order_line[-1:].product_uom_qty = 3
        self.assertEqual(self._works(self.seo).allocated_hours, 3)

    def test_the_account_of_the_project(self):
        order = self._create_order(self.seo, deal=self.deal)
        self.assertEqual(order.order_line.analytic_distribution, {str(self.account.id): 100})
        order.project_id = self.support.id
        order.order_line = [(0, 0, self._prepare_line(self.advice))]
        self.assertEqual(order.order_line[-1:].analytic_distribution, {str(self.account.id): 100})

    def test_invoicing(self):
        order = self._confirm(self.site, self.seo, deal=self.deal)
        order.order_line.analytic_distribution = False
        order.order_line.qty_delivered = 1
        self.env.flush_all()
        self.env.invalidate_all()
        values = [line._prepare_invoice_line() for line in order.order_line]
        accounts = order.sudo().order_line.task_id.project_id.account_id
        self.assertEqual({next(iter(value["analytic_distribution"])) for value in values}, set(accounts.ids))

    def test_the_form_of_the_order(self):
        order = self._confirm(self.site, self.seo, self.concept, deal=self.deal)
        self.env.invalidate_all()
        view = order.get_view(self.env.ref("sale.view_order_form").id, "form")
        spec = {name: {} for name in set(view["models"]["sale.order"]) & set(order.fields_get())}
        lines = set(view["models"]["sale.order.line"]) & set(order.order_line.fields_get())
        spec["order_line"] = {"fields": {name: {} for name in lines}}
        spec["project_id"] = {"fields": {"display_name": {}}}
        (values,) = order.web_read(spec)
        self.assertEqual(values["project_id"]["display_name"], order.sudo().project_id.display_name)
        self.assertEqual(len(values["order_line"]), 3)

    def test_copying_and_cancelling(self):
        order = self._confirm(self.site, self.seo, deal=self.deal)
        copy = order.copy()
        self.assertFalse(copy.order_line.project_id)
        self.assertFalse(copy.order_line.task_id)
        order._action_cancel()
        self.assertEqual(order.state, "cancel")

    def test_who_may_not_read_does_not_follow(self):
        template = self.env["project.project"].create({"name": "Usual", "is_template": True, "allow_billable": True})
        self.env["project.task"].create({"name": "Kick-off", "project_id": template.id})
        self.concept.project_template_id = template
        lines = self._confirm(self.site, self.seo, self.concept, deal=self.deal).sudo().order_line
        self.assertEqual(len(lines.project_id), 2)
        records = (lines.project_id, lines.project_id.task_ids, lines.task_id)
        for record in (record for group in records for record in group):
            self.assertNotIn(self.olena.partner_id, record.message_partner_ids, record.name)

    def test_who_works_in_project_follows_as_in_odoo(self):
        self.olena.group_ids += self.env.ref("project.group_project_user")
        task = self._confirm(self.seo, deal=self.deal).sudo().order_line.task_id
        self.assertIn(self.olena.partner_id, task.message_partner_ids)

    def test_nothing_more_is_seen(self):
        order = self._confirm(self.site, self.seo, deal=self.deal)
        for record in (order.sudo().order_line.task_id, order.sudo().order_line.project_id):
            for user in (self.olena, self.taras):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["name"])
        works = self.env["crm.work"].with_user(self.taras).search([("client_id", "=", self.dnipro.id)])
        self.assertFalse(works)
        with self.assertRaises(AccessError):
            order.with_user(self.taras).action_confirm()
