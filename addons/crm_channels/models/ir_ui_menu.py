from odoo import models

# Odoo's entries that this addon offers in other places and words; hidden, not changed,
# so that they are back as they were when it is uninstalled
REPLACED_MENUS = (
    "crm.crm_team_config",
    "crm.sales_team_menu_team_pipeline",
    "crm.crm_team_menu_config_activity_types",
    "crm.menu_crm_lead_categ",
    "crm.menu_crm_lost_reason",
)
# entries that make no sense when no channel has the switch on
MENUS_OF_SWITCH = {
    "use_quotations": ("sale_crm.sale_order_menu_quotations_crm",),
    "use_opportunities": ("crm.menu_crm_opportunities",),
    "use_leads": ("crm.crm_menu_leads",),
}


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        hidden = [*REPLACED_MENUS]
        unused = self.env["crm.team"]._get_unused_switches()
        for switch in unused:
            hidden += MENUS_OF_SWITCH[switch]
        menus = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in hidden]
        return super()._load_menus_blacklist() + [menu.id for menu in menus if menu]
