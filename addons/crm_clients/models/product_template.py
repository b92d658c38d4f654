from odoo import api, fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_client_service = fields.Boolean(
        "Offered to Clients",
        index="btree_not_null",
        help="The product or service can be ticked on a client's card and named in an inquiry.",
    )
    service_client_count = fields.Integer(
        "Clients", compute="_compute_service_client_count", help="Clients on whose card the service is ticked."
    )

    def _compute_service_client_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("client_service_ids", "in", self.ids)], ["client_service_ids"], ["__count"]
            )
        )
        for template in self:
            template.service_client_count = counts.get(template, 0)

    @api.model
    def _get_client_service_domain(self):
        """Return the domain of what can be ticked on a client's card."""
        return Domain("is_client_service", "=", True)

    def action_view_service_clients(self):
        """Return the action that lists the clients on whose card this service is ticked."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_clients.res_partner_action_all_clients")
        action["domain"] = [("client_type_id", "!=", False), ("client_service_ids", "in", self.ids)]
        return action
