import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const see = (trigger, content) => ({ trigger, content });
const press = (trigger, content) => ({ trigger, content, run: "click" });
const card = (name) => `.o_report_card[data-name=${name}]`;
const back = press(".o_back_button, .o_breadcrumb a", "back by the breadcrumb");
const loaded = see(".o_report_figures:not(.o_report_dimmed)", "the figures are there");

/** What the head asks: who, how much, compared with what, and the clients behind it. */
tours.add("crm_funnel_report_head", {
    steps: () => [
        see(`${card("worked")} .o_report_value:contains(/^2$/)`, "the deals of the two managers of the link"),
        see(`.o_report_selector[data-name=userIds] .o_tag:count(2)`, "who are chosen"),
        press(".o_period_button", "another period"),
        press(".o_period_menu [data-preset=last_365_days]"),
        see('.o_period_name:contains("Last 365 days")'),
        loaded,
        { trigger: ".o_report_compare", content: "against last year", run: "select year" },
        see('h2:contains("compared with")'),
        loaded,
        press(".o_report_favorites", "remember it"),
        { trigger: ".o_report_favorite_new input[type=text]", run: "edit Olena and Taras" },
        press(".o_report_favorite_save"),
        see('.o_notification:contains("Olena and Taras")'),
        press(".o_report_selector[data-name=userIds] .o_tag:first .o_delete:not(:visible)", "only one of them"),
        see(`${card("worked")} .o_report_value:contains(/^1$/)`),
        press(".o_report_favorites", "both again, by the favorite"),
        press('.o_report_favorite .dropdown-item:contains("Olena and Taras")'),
        see(`${card("worked")} .o_report_value:contains(/^2$/)`),
        press(`${card("lost")} button`, "what was lost"),
        see(".o_list_view .o_data_row:count(1):contains('Karpaty')", "is the deal that was counted"),
        back,
        see(`${card("worked")} .o_report_value:contains(/^2$/)`, "the same report"),
        see('.o_period_name:contains("Last 365 days")'),
        press('.o_pyramid_row[data-number="2"] .o_pyramid_passed', "who got the offer"),
        see(".o_list_view .o_data_row:count(1):contains('Dnipro')"),
        back,
        press(".o_report_sort[data-sort=lost]", "sort the managers by what they lost"),
        see(".o_report_section th[aria-sort=descending]"),
        press('.o_report_section tr:contains("Olena") td[data-name=worked] button', "her deals"),
        see(".o_list_view .o_data_row:count(1):contains('Dnipro')"),
        back,
        see(".o_report_clients .o_data_row:count(2)", "the clients are on the page"),
        press(".o_report_all_clients", "and in a list of their own"),
        see(".o_control_panel .o_searchview, .o_control_panel .o_cp_searchview"),
        see(".o_list_view .o_data_row:count(2)"),
    ],
});

/** The same page, about his own deals; a choice of managers would show nothing. */
tours.add("crm_funnel_report_manager", {
    steps: () => [
        see(`${card("worked")} .o_report_value:contains(/^1$/)`, "his own deal"),
        see(".o_report_bar:not(:has(.o_report_selector[data-name=userIds]))", "no choice of managers"),
        see(".o_report_clients .o_data_row:count(1):contains('Dnipro')"),
        press(`${card("worked")} button`),
        see(".o_list_view .o_data_row:count(1):contains('Dnipro')"),
        back,
        press(".o_report_clients .o_data_row:contains('Dnipro') td[name=name]", "open the deal"),
        see(".o_form_view .o_result_buttons"),
    ],
});

/** Who works when, and where deals die. */
tours.add("crm_funnel_process_report_head", {
    steps: () => [
        see(".o_report_steps tbody tr:contains('Called')"),
        press("#o_report_losses ~ .o_report_scroll td button", "where deals die"),
        see(".o_list_view .o_data_row:count(1):contains('Karpaty')"),
        back,
        press("#o_report_people ~ .o_report_scroll tr:contains('Olena') td button:first", "what Olena recorded"),
        see(".o_list_view .o_data_row:count(1):contains('Dnipro')"),
        back,
        press("#o_report_hours ~ .o_report_scroll td button:first", "when it was recorded"),
        see(".o_list_view .o_data_row"),
        back,
        press(".o_report_day:has(.o_report_bar_fill):last", "on which day"),
        see(".o_list_view .o_data_row"),
        back,
        press(".o_report_more"),
        see(".o_report_selector[data-name=tagIds]", "the other filters"),
    ],
});

tours.add("crm_funnel_report_rubbish", {
    steps: () => [
        see('.o_notification:contains("The link cannot be shown")'),
        see('.o_period_name:contains("Last 30 days")', "what makes no sense is left out"),
        see(card("worked")),
    ],
});
