from odoo import api, fields, models


class ProjectProject(models.Model):
    _inherit = "project.project"

    crm_deal_id = fields.Many2one(
        "crm.lead",
        "Deal",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        tracking=True,
        groups="sales_team.group_sale_salesman",
        help="The sale that the project delivers.",
    )
    work_service_ids = fields.Many2many(
        "product.template",
        "project_project_work_service_rel",
        "project_id",
        "product_tmpl_id",
        "Services",
        domain=lambda self: self.env["product.template"]._get_client_service_domain(),
        help="What the project delivers to its client.",
    )
    work_client_id = fields.Many2one(
        "res.partner", "Client", compute="_compute_work_client_id", store=True, index="btree_not_null"
    )
    work_client_access = fields.Integer(
        related="work_client_id.client_access",
        string="Client's Access Key",
        store=True,
        index="btree_not_null",
        export_string_translation=False,
    )

    @api.depends("partner_id.client_id", "partner_id.commercial_partner_id")
    def _compute_work_client_id(self):
        for project in self:
            project.work_client_id = project.partner_id.client_id or project.partner_id.commercial_partner_id
