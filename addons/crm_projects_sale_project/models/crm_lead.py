from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _get_begun_services(self):
        """A project that an order made for a service is its beginning, also if it has no task yet."""
        # sudo: the project is there, whoever may see it
        lines = self.sudo().order_ids.order_line.filtered(lambda line: line.state == "sale" and line.project_id)
        return super()._get_begun_services() | lines.product_template_id.with_env(self.env)
