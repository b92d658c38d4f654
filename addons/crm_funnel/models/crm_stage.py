from odoo import api, fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    active = fields.Boolean(default=True)

    @api.model
    def _set_up_database(self):
        """Make the stages of a fresh database ready."""
