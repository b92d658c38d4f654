from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import WorkCommon


@tagged("post_install", "-at_install")
class TestWorkGuard(WorkCommon):
    """Who sees a work follows from its customer; nobody writes it by hand."""

    def test_nobody_writes_who_sees_a_work(self):
        for name, value in (
            ("work_client_id", self.karpaty.id),
            ("work_client_access", self.taras.id),
            ("work_seller_id", self.taras.id),
            ("work_closed_date", "2026-01-01 00:00:00"),
        ):
            tasks = self.env["project.task"].with_user(self.delivery)
            with self.assertRaises(AccessError):
                self.work_dnipro.with_user(self.delivery).write({name: value})
            with self.assertRaises(AccessError):
                tasks.create({"name": "Forged", "project_id": self.project_dnipro.id, name: value})
            self.assertNotIn(name, tasks.with_context(**{f"default_{name}": value}).default_get([name]))
        self.assertEqual(self.work_dnipro.work_client_id, self.dnipro)

    def test_nobody_writes_who_sees_a_project(self):
        for name, value in (("work_client_id", self.karpaty.id), ("work_client_access", self.taras.id)):
            with self.assertRaises(AccessError):
                self.project_dnipro.with_user(self.delivery).write({name: value})

    def test_the_customer_decides(self):
        self.work_dnipro.with_user(self.delivery).partner_id = self.karpaty
        self.assertEqual(self.work_dnipro.work_client_access, self.taras.id)
        self.project_dnipro.with_user(self.delivery).partner_id = self.karpaty
        self.assertEqual(self.project_dnipro.work_client_access, self.taras.id)
