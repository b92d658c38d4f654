from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase

from odoo.addons.crm_clients.tests.common import ClientCast


class WorkCast(ClientCast):
    """The cast of the directory with people who deliver: a project manager and an executor.

    The clients of olena (Dnipro) and taras (Karpaty) buy both services; each has a project with one work under way,
    due in five days, which the executor does.
    """

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.delivery = new_test_user(
            cls.env, "cp_delivery", "base.group_user,project.group_project_manager", name="Delivery"
        )
        cls.executor = new_test_user(
            cls.env, "cp_executor", "base.group_user,project.group_project_user", name="Executor"
        )
        (cls.dnipro | cls.karpaty).client_service_ids = cls.service | cls.other_service
        cls.project_dnipro, cls.work_dnipro = cls._create_delivery(cls.dnipro)
        cls.project_karpaty, cls.work_karpaty = cls._create_delivery(cls.karpaty)

    @classmethod
    def _create_delivery(cls, client, **vals):
        """A project of `client` with one work of the first service under way."""
        starter = cls.env["crm.work.starter"]
        project = starter._create_project(client, {"name": f"Delivery to {client.name}", "user_id": cls.delivery.id})
        work = starter._create_work(
            client,
            cls.service,
            project,
            {
                "name": f"Promotion of {client.name}",
                "user_ids": [(6, 0, cls.executor.ids)],
                "is_work_under_way": True,
                "date_deadline": cls._days(5),
                **vals,
            },
        )
        return project, work

    @classmethod
    def _days(cls, days):
        """A deadline so many days from now, in UTC."""
        return fields.Datetime.now() + timedelta(days=days)

    def _row(self, work, user=None):
        """What the status of works says of a task."""
        self.env.flush_all()
        rows = self.env["crm.work"].with_user(user or self.env.user).with_context(active_test=False)
        rows.invalidate_model()
        return rows.search([("id", "=", work.id)])


class WorkCommon(WorkCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
