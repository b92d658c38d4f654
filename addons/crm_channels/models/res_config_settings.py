from odoo import api, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    @api.onchange("group_use_lead")
    def _onchange_group_use_lead(self):
        """Turning leads off for all channels turns their open leads into deals: say so before it is saved."""
        if self.group_use_lead:
            return None
        channels = self.env["crm.team"].search([("use_leads", "=", True)])
        effects = [
            f"{channel.name}: {effect}"
            for channel in channels
            if (effect := channel._get_switch_off_effect("use_leads"))
        ]
        return channels._get_switch_off_warning(effects)
