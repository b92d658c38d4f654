from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..department import fill
from ..department.filling import FILLED_ON
from ..hooks import post_init_hook
from .common import DepartmentCase

COUNTED = (
    "account.move",
    "account.payment",
    "calendar.event",
    "crm.call",
    "crm.call.hours",
    "crm.call.line",
    "crm.call.list",
    "crm.call.script.version",
    "crm.client.level.change",
    "crm.lead",
    "crm.lost.reason",
    "crm.process",
    "crm.process.result",
    "crm.profession",
    "crm.source.cost",
    "crm.stage",
    "crm.tag",
    "crm.team",
    "crm.work.move",
    "mail.activity",
    "mail.message",
    "product.pricelist",
    "product.product",
    "project.project",
    "project.task",
    "project.task.type",
    "res.currency.rate",
    "res.partner",
    "res.users",
    "sale.order",
    "utm.source",
)


@tagged("post_install", "-at_install")
class TestFill(DepartmentCase):
    def count_records(self):
        return {model: self.env[model].with_context(active_test=False).search_count([]) for model in COUNTED}

    def test_second_run_adds_nothing(self):
        before = self.count_records()
        self.assertFalse(fill(self.env))
        post_init_hook(self.env)
        self.assertEqual(self.count_records(), before)

    def test_refused_where_there_are_books(self):
        """Accounting entries in the company: a clear message, and nothing is half done."""
        self.env["ir.config_parameter"].set_param(FILLED_ON, False)
        before = self.count_records()
        name = self.company.name
        self.assertTrue(self.company._existing_accounting())
        with self.assertRaisesRegex(UserError, "already has accounting entries"):
            fill(self.env)
        self.assertEqual(self.count_records(), before)
        self.assertEqual(self.company.name, name)
        self.assertFalse(self.env["ir.config_parameter"].get_param(FILLED_ON))

    def test_refused_where_logins_are_taken(self):
        """Found out before anything but the company is written, and the whole transaction is rolled back."""
        self.env["ir.config_parameter"].set_param(FILLED_ON, False)
        fill_module = "odoo.addons.crm_demo.department.filling"
        with (
            patch(f"{fill_module}._check_untouched"),
            patch(f"{fill_module}.set_up_company", __name__="set_up_company"),
            self.assertRaisesRegex(UserError, "head"),
        ):
            fill(self.env)

    def test_day_of_installation_is_kept(self):
        self.assertTrue(self.day)
        self.assertEqual(self.plan.today, self.day)

    def test_nobody_gets_mail(self):
        partners = self.clients | self.clients.child_ids
        for user in self.users.values():
            partners |= user.partner_id
        self.assertFalse(self.env["mail.mail"].search_count([("recipient_ids", "in", partners.ids)]))
        self.assertFalse(self.env["mail.notification"].search_count([("res_partner_id", "in", partners.ids)]))

    def test_never_installed_by_itself(self):
        module = self.env["ir.module.module"].search([("name", "=", "crm_demo")])
        self.assertFalse(module.auto_install)
        self.assertIn("invented", module.summary)
