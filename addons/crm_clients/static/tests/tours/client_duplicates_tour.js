import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** A manager limited to own clients types a client that is there already, fills it from another card and merges both. */
registry.category("web_tour.tours").add("crm_clients_duplicates_tour", {
    url: "/odoo/my-clients/new",
    steps: () => [
        {
            trigger: ".o_field_widget[name='name'] :is(input, textarea)",
            run: "edit Dnipro twin",
        },
        {
            trigger: ".o_field_widget[name='phone'] input",
            run: "edit +380 44 200 0001",
        },
        {
            trigger: ".o_field_widget[name='email'] input",
            run: "edit office@karpaty.example && press Tab",
        },
        {
            trigger: ".o_client_duplicates:contains('Also: Dnipro LLC'):contains('same phone')",
        },
        {
            content: "a foreign client has no name",
            trigger: ".o_client_duplicates:contains('already a client of Taras'):not(:contains('Karpaty'))",
        },
        {
            content: "an unsaved card cannot be merged",
            trigger: ".o_client_duplicates:not(:has(button))",
        },
        {
            trigger: ".o_notebook a[name='client_requisites']",
            run: "click",
        },
        {
            trigger: ".o_client_fill_fields",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='source_id'] input",
            run: "edit Dnipro LLC",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item:contains('Dnipro LLC')",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains('EDRPOU'):contains('31316718')",
        },
        {
            trigger: ".modal button[name='action_apply']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_field_widget[name='bank_ids'] .o_data_row:contains('UA21')",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_client_duplicates button:contains('Merge')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='line_ids'] .o_data_row:contains('Dnipro twin')",
        },
        {
            trigger: ".modal button[name='action_merge']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_breadcrumb:contains('Dnipro LLC')",
        },
        {
            trigger: ".o_form_view:not(:has(.o_client_duplicates:contains('Also')))",
        },
    ],
});
