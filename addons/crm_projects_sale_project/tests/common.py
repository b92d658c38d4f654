from datetime import timedelta

from odoo import fields

from odoo.addons.crm_projects_sale.tests.common import OrderCommon


class OrderWorkCommon(OrderCommon):
    """Services that make a task in a project for all, a project with a task, or a project alone; Dnipro has no work yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support = cls.env["project.project"].create({"name": "Support for all", "allow_billable": True})
        cls.seo, cls.site, cls.concept, cls.advice = cls.env["product.template"].create(
            [
                {"name": "SEO", "service_tracking": "task_global_project", "project_id": cls.support.id},
                {"name": "Site", "service_tracking": "task_in_project"},
                {"name": "Concept", "service_tracking": "project_only"},
                {"name": "Advice", "service_tracking": "no"},
            ]
        )
        (cls.seo | cls.site | cls.concept | cls.advice).write({"type": "service", "is_client_service": True})
        cls.deal = cls.deal_dnipro
        cls.day = fields.Date.context_today(cls.env.user) + timedelta(days=20)
        cls.work_dnipro.state = "1_done"
        cls.dnipro.client_service_ids = cls.seo | cls.site | cls.concept

    @classmethod
    def _works(cls, *services):
        """The works of Dnipro of these services, whatever became of them."""
        return cls.env["project.task"].search(
            [("work_client_id", "=", cls.dnipro.id), ("work_service_id", "in", [service.id for service in services])],
            order="id",
        )

    def _begin(self, service, deal=None, user=None):
        """A work that olena begins by the work report, without an order."""
        self.dnipro.client_service_ids |= service
        owner = (deal or self.dnipro).with_user(user or self.olena)
        report = owner.env["crm.client.work.report"].browse(owner.action_work_report()["res_id"])
        line = report.line_ids.filtered(lambda line: line.service_id == service and not line.work_id)
        line.write({"is_under_way": True, "date_deadline": self.day})
        report.action_save()
        return self._works(service)[-1:]
