import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

const click = (trigger, content) => ({ trigger, content, run: "click" });
const see = (trigger, content) => ({ trigger, content });

const openMenu = (section, menu) => [
    click(`.o_menu_sections button[data-menu-xmlid="${section}"]`),
    click(`.dropdown-menu a[data-menu-xmlid="${menu}"], .o-dropdown--menu a[data-menu-xmlid="${menu}"]`),
];

const openDashboard = () => [
    ...stepUtils.goToAppSteps("crm.crm_menu_root"),
    ...openMenu("crm.crm_menu_report", "crm_channels.crm_team_menu_report"),
    see(".o_channel_dashboard .o_channel_graph"),
];

const card = (name) => `.o_channel_dashboard .o_kanban_record:contains("${name}")`;

/** Exactly these records are listed. */
const listIs = (...names) => ({
    content: `the list holds ${names.join(", ")}`,
    trigger: `.o_list_view .o_data_row:contains("${names[0]}")`,
    run() {
        const rows = [...document.querySelectorAll(".o_list_view .o_data_row")];
        const isEach = names.every((name) => rows.some((row) => row.textContent.includes(name)));
        if (rows.length !== names.length || !isEach) {
            const found = rows.map((row) => row.textContent.trim()).join("\n");
            throw new Error(`Expected ${names.join(", ")}, found:\n${found}`);
        }
    },
});

/** Clicks the highest bar of the current period, where the mouse of a user would. */
const clickHighestBar = (name) => ({
    content: `the highest bar of ${name}`,
    trigger: `${card(name)} canvas`,
    run({ anchor }) {
        const chart = window.Chart.getChart(anchor);
        const datasetIndex = chart.data.datasets.findIndex((dataset) => !dataset.isPrevious);
        const { data } = chart.data.datasets[datasetIndex];
        const bar = chart.getDatasetMeta(datasetIndex).data[data.indexOf(Math.max(...data))];
        const { left, top } = anchor.getBoundingClientRect();
        const position = { bubbles: true, clientX: left + bar.x, clientY: top + bar.y + 2 };
        anchor.dispatchEvent(new MouseEvent("mousemove", position));
        anchor.dispatchEvent(new MouseEvent("click", position));
    },
});

// ----------------------------------------------------------------------------
// Administrator: a channel with each content
// ----------------------------------------------------------------------------

const createChannel = (name, content) => [
    click(".o_list_button_add"),
    { trigger: ".o_field_widget[name=name] input", run: `edit ${name}` },
    click(".o_notebook .nav-link[name=dashboard]"),
    click(".o_field_widget[name=dashboard_content] input"),
    click(`.o_select_menu_item:contains("${content}")`),
    see(`.o_channel_graph_content:contains("${content}")`, "the preview follows"),
    ...stepUtils.saveForm(),
    click(".o_back_button a, .o_back_button"),
    see(`.o_list_view .o_data_row:contains("${name}")`),
];

tours.add("crm_channels_create", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root"),
        ...openMenu("crm.crm_menu_config", "crm.crm_team_config"),
        ...createChannel("Social networks", "Pipeline"),
        ...createChannel("Web shop", "Sales"),
        ...createChannel("Dealers", "Invoices"),
        ...openMenu("crm.crm_menu_report", "crm_channels.crm_team_menu_report"),
        see(`${card("Social networks")} .o_channel_graph_content:contains("Pipeline")`),
        see(`${card("Web shop")} .o_channel_graph_content:contains("Sales")`),
        see(`${card("Dealers")} .o_channel_graph_content:contains("Invoices")`),
    ],
});

// ----------------------------------------------------------------------------
// Manager: from a bar and from a counter to their records
// ----------------------------------------------------------------------------

tours.add("crm_channels_click_through", {
    url: "/odoo",
    steps: () => [
        ...openDashboard(),
        clickHighestBar("Website"),
        listIs("Closing soon", "Closing next week"),
        click(".o_back_button a, .o_back_button"),
        click(`${card("Website")} [data-counter=deals]`),
        listIs("Closing soon", "Closing next week", "Some day"),
        click(".o_back_button a, .o_back_button"),
        {
            content: "a bar by the button of the keyboard",
            trigger: `${card("Website")} .o_channel_graph_cursor`,
            run({ anchor }) {
                anchor.focus();
                anchor.click();
            },
        },
        see(".o_list_view"),
        click(".o_back_button a, .o_back_button"),
        click(`${card("Website")} a:contains("Website")`),
        see(".o_opportunity_kanban .o_kanban_record:contains('Some day')", "the channel's deals"),
    ],
});

// ----------------------------------------------------------------------------
// Leader: a target on the card
// ----------------------------------------------------------------------------

tours.add("crm_channels_set_target", {
    url: "/odoo",
    steps: () => [
        ...openDashboard(),
        click(`${card("Website")} .o_channel_target_edit:contains("Set a target")`),
        { trigger: `${card("Website")} .o_channel_target_input`, run: "edit -1" },
        click(`${card("Website")} .o_channel_target_save`),
        see(".o_notification:contains('negative')", "the server refuses, the input stays"),
        { trigger: `${card("Website")} .o_channel_target_input`, run: "edit 5000" },
        { trigger: `${card("Website")} .o_channel_target_input`, run: "press Enter" },
        see(`${card("Website")} .o_channel_progress_open:contains("5k")`),
        see(`${card("Website")} .o_channel_graph_target:contains("5k")`, "the line moved, too"),
        see(`${card("Partners")}:not(:has(.o_channel_target_edit))`, "somebody else's channel"),
    ],
});

// ----------------------------------------------------------------------------
// Paths of the old system through the pipeline
// ----------------------------------------------------------------------------

const openPipeline = () => [
    ...stepUtils.goToAppSteps("crm.crm_menu_root"),
    ...openMenu("crm.crm_menu_sales", "crm.menu_crm_opportunities"),
    see(".o_opportunity_kanban .o_kanban_record:contains('Some day')"),
];

const condition = (part) => `.modal .o_tree_editor_condition > .o_tree_editor_editor:nth-child(${part})`;

tours.add("crm_channels_filter_by_tag", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        click(".o_searchview_dropdown_toggler"),
        click(".o_filter_menu .o_add_custom_filter"),
        click(`${condition(1)} .o_model_field_selector`),
        { trigger: ".o_model_field_selector_popover_search input", run: "edit Tags" },
        click(".o_model_field_selector_popover_item[data-name=tag_ids] .o_model_field_selector_popover_item_name"),
        { trigger: `${condition(2)} select`, run: "selectByLabel is equal to" },
        { trigger: `${condition(3)} .o-autocomplete--input`, run: "edit Industry" },
        click(".o-autocomplete--dropdown-item:contains('Industry')"),
        click(".modal .modal-footer .btn-primary"),
        see(".o_searchview_facet:contains('Tags'):contains('Industry')", "the filter is in the search bar"),
        see(".o_opportunity_kanban .o_kanban_record:contains('Closing soon')"),
        see(".o_opportunity_kanban:not(:has(.o_kanban_record:contains('Some day')))"),
    ],
});

tours.add("crm_channels_lost_by_reason", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        click(".o_searchview_dropdown_toggler"),
        click(".o_filter_menu .o_menu_item:contains(/^Lost$/)"),
        see(".o_searchview_facet:contains('Lost')"),
        click(".o_group_by_menu .o_menu_item:contains('Lost Reason')"),
        see(".o_kanban_group:contains('Bought from a neighbour') .o_kanban_record:contains('Gone')"),
        see(".o_opportunity_kanban:not(:has(.o_kanban_record:contains('Some day')))"),
    ],
});
