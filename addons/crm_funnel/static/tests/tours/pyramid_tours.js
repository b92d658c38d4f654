import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const see = (trigger, content) => ({ trigger, content });
const press = (trigger, content) => ({ trigger, content, run: "click" });
const row = (name, passed, now) =>
    `tbody .o_pyramid_row:has(.o_pyramid_name:contains("${name}")):has(.o_pyramid_passed:contains(/^${passed}$/)):has(.o_pyramid_now:contains("(${now})"))`;

/** From the menu to who is stuck where with one click; one manager with a second, his deals with a third. */
tours.add("crm_funnel_pyramid_head", {
    steps: () => [
        press('.o_menu_sections [data-menu-xmlid="crm_funnel.crm_lead_menu_pyramid"]', "one click from the menu"),
        see(row("Opportunities", 2, 0), "the deals of both managers"),
        see(row("Called", 2, 2)),
        press('.o_search_panel_category_value:contains("Taras") header', "one manager"),
        see(row("Called", 1, 1)),
        press('.o_pyramid_row:contains("Called") .o_pyramid_now', "who stands there"),
        see('.o_list_view .o_data_row:contains("Karpaty deal")', "the client, and how long he waits"),
        see('.o_list_view th[data-name="result_silent_days"]'),
        see('.o_list_view:not(:has(.o_data_row:contains("Dnipro deal")))'),
        press(".o_breadcrumb .o_back_button, .breadcrumb-item a", "back"),
        see(row("Called", 1, 1), "the same pyramid"),
        press("[data-measure=amount]"),
        see("[data-measure=amount].active"),
        press(".o_switch_view.o_list", "the deals themselves"),
        see('.o_list_view .o_data_row:contains("Karpaty deal")'),
        see('.o_list_view:not(:has(.o_data_row:contains("Dnipro deal")))', "the manager is still chosen"),
        press(".o_switch_view.o_pyramid"),
        see("[data-measure=amount].active", "and the toolbar is as it was"),
    ],
});

/** Own deals only, and no row of anybody else. */
tours.add("crm_funnel_pyramid_salesperson", {
    steps: () => [
        see(row("Opportunities", 1, 0)),
        see(row("Called", 1, 1)),
        see('.o_search_panel:not(:has(.o_search_panel_category_value:contains("Taras")))'),
        press('.o_pyramid_row:contains("Opportunities") .o_pyramid_passed'),
        see('.o_list_view .o_data_row:contains("Dnipro deal")'),
        see('.o_list_view:not(:has(.o_data_row:contains("Karpaty deal")))'),
    ],
});

/** Whoever opens a copied link sees what its sender saw. */
tours.add("crm_funnel_pyramid_link", {
    steps: () => [
        see('.o_facet_value:contains("Dnipro")'),
        see("[data-basis=results].active"),
        see("[data-measure=amount].active"),
        press("[data-measure=count]"),
        see(row("Called", 1, 1)),
        press(".o_facet_remove"),
        see(row("Called", 2, 2)),
    ],
});

/** A link to what is no more opens the plain pyramid, and says so. */
tours.add("crm_funnel_pyramid_rubbish", {
    steps: () => [see(".o_notification:contains(The link cannot be shown)"), see(row("Called", 2, 2))],
});
