from odoo import api, models
from odoo.fields import Domain

# Odoo's entries that this addon offers in other places and words; hidden, not changed,
# so that they are back as they were when it is uninstalled
REPLACED_MENUS = (
    "crm.sales_team_menu_team_pipeline",
    "crm.crm_team_menu_config_activity_types",
    "crm.menu_crm_lead_categ",
    "crm.menu_crm_lost_reason",
    "crm.menu_crm_lead_stage_act",
)
# Odoo's entry that only gets the words and the list of this one: guided tours look for it
RENAMED_MENU = ("crm.crm_team_config", "crm_channels.crm_team_menu_config")
# entries that make no sense when no channel has the switch on
MENUS_OF_SWITCH = {
    "use_quotations": "sale_crm.sale_order_menu_quotations_crm",
    "use_opportunities": "crm.menu_crm_opportunities",
    "use_leads": "crm.crm_menu_leads",
}
# where orders that need no quotation wait for their confirmation
MENU_DIRECT_ORDERS = "crm_channels.sale_order_menu_my"


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        names = [xmlid.partition(".")[::2] for xmlid in self._get_channel_blacklist()]
        # sudo: users may not read external ids
        menus = (
            self.env["ir.model.data"]
            .sudo()
            .search(Domain.OR(Domain("module", "=", module) & Domain("name", "=", name) for module, name in names))
        )
        hidden = self.sudo().browse(menus.mapped("res_id"))
        # a heading all of whose entries are hidden would be an entry without action
        headings = hidden.parent_id.filtered(lambda menu: not menu.action and menu.child_id <= hidden)
        return super()._load_menus_blacklist() + (hidden | headings).ids

    @api.model
    def load_menus(self, debug):
        menus = super().load_menus(debug)
        find_id = self.env["ir.model.data"]._xmlid_to_res_id
        theirs, ours = (find_id(xmlid, raise_if_not_found=False) for xmlid in RENAMED_MENU)
        if theirs not in menus or ours not in menus:
            return menus
        # a copy: what Odoo returns is its cache
        renamed = {menu_id: menu for menu_id, menu in menus.items() if menu_id != ours}
        kept = ("id", "xmlid", "children")
        renamed[theirs] = {**menus[ours], **{key: menus[theirs][key] for key in kept}}
        for menu_id, menu in renamed.items():
            if ours in menu["children"]:
                renamed[menu_id] = {**menu, "children": [child for child in menu["children"] if child != ours]}
        return renamed

    def _get_channel_blacklist(self):
        """XML ids of the menus that the channels replace or have no use for."""
        usage = self.env["crm.team"]._get_switch_usage()
        hidden = [*REPLACED_MENUS]
        hidden += [menu for switch, menu in MENUS_OF_SWITCH.items() if True not in usage[switch]]
        if MENUS_OF_SWITCH["use_leads"] in hidden and self._has_open_leads():
            hidden.remove(MENUS_OF_SWITCH["use_leads"])
        if False not in usage["use_quotations"]:
            hidden.append(MENU_DIRECT_ORDERS)
        return hidden

    def _has_open_leads(self):
        """Whether leads are left that no channel qualifies any more: they must stay within reach."""
        # sudo: the menu is one for all users with the same rights
        return bool(
            self.env["crm.lead"].sudo().search_count([("type", "=", "lead"), ("won_status", "=", "pending")], limit=1)
        )
