from odoo import api, models


class ProjectProject(models.Model):
    _inherit = "project.project"

    @api.model_create_multi
    def create(self, vals_list):
        """A project that is created from an order belongs to the deal of the order."""
        projects = super().create(vals_list)
        projects._take_deal_of_order()
        return projects

    def _take_deal_of_order(self):
        # sudo: a project manager need not see the order's deal; only its number is written
        for project in self.sudo():
            order = project.reinvoiced_sale_order_id or project.sale_order_id
            if order.opportunity_id and not project.crm_deal_id:
                project.crm_deal_id = order.opportunity_id
                project.work_service_ids |= project.sale_line_id.product_template_id
