from odoo import api, fields, models

from ..tools.schema import create_missing_columns


class CrmLead(models.Model):
    _inherit = "crm.lead"

    client_access = fields.Integer(
        related="partner_id.client_access",
        string="Client's Access Key",
        store=True,
        index=True,
        export_string_translation=False,
    )
    is_hidden_from_salesperson = fields.Boolean(compute="_compute_is_hidden_from_salesperson")

    def _auto_init(self):
        """Add the column empty, which means open: no partner is in the directory yet, nothing to compute."""
        create_missing_columns(self.env.cr, "crm_lead", {"client_access": "int4"})
        return super()._auto_init()

    @api.depends("user_id", "client_access")
    def _compute_is_hidden_from_salesperson(self):
        for lead in self:
            lead.is_hidden_from_salesperson = bool(
                lead.client_access
                and lead.user_id
                and lead.client_access != lead.user_id.id
                and lead.user_id.sudo()._has_own_clients_only()  # sudo: asks one yes or no about a colleague's groups
            )

    def action_hand_client_to_salesperson(self):
        """Make the salesperson of the deal responsible for its client, so that he sees both."""
        for lead in self.filtered(lambda lead: lead.user_id and lead.partner_id.client_id):
            lead.partner_id.client_id.user_id = lead.user_id

    def _message_post_after_hook(self, message, msg_vals):
        if message._is_contact_with_client():
            self.partner_id._touch_clients()
        return super()._message_post_after_hook(message, msg_vals)
