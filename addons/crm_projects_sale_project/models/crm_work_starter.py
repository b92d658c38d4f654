from odoo import api, models


class CrmWorkStarter(models.AbstractModel):
    _inherit = "crm.work.starter"

    @api.model
    def _prepare_project(self, client):
        """A project that is not billable loses its customer, and its tasks theirs."""
        return {**super()._prepare_project(client), "allow_billable": True}

    @api.model
    def _prepare_work(self, client, service, project):
        """A work in a project of an order belongs to the order line that sells its service."""
        line = self._find_order_line(service, project)
        return {**super()._prepare_work(client, service, project), **({"sale_line_id": line.id} if line else {})}

    @api.model
    def _find_order_line(self, service, project):
        """Return the line of a confirmed order that made ``project`` for ``service`` and has no task, or no line."""
        # sudo: a work is begun also by who does not see the order
        lines = self.env["sale.order.line"].sudo()
        return lines.search(
            [
                ("project_id", "=", project.id),
                ("product_id.product_tmpl_id", "=", service.id),
                ("state", "=", "sale"),
                ("task_id", "=", False),
            ],
            order="id",
            limit=1,
        )
