import { registry } from "@web/core/registry";

/** From the client's card to the letter with the invoice: two presses, the third sends it. */
registry.category("web_tour.tours").add("crm_invoicing_entry_tour", {
    steps: () => [
        {
            trigger: "button[name='action_enter_invoice']",
            run: "click",
        },
        {
            content: "the ticked service is proposed with its price and tax, the contact person is chosen",
            trigger:
                ".modal .o_invoice_entry:has(.o_data_row:contains('Promotion by the month')" +
                ":contains('1,000.00')):has(.o_field_widget[name='contact_id'])",
        },
        {
            trigger: ".modal footer button[name='action_generate_and_send']",
            run: "click",
        },
        {
            content: "the letter to the contact person waits to be sent",
            trigger: ".modal .o_field_widget[name='email_to'] input:value('petro@dnipro.example')",
        },
        {
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_notebook a[name='issued_invoices']",
            run: "click",
        },
        {
            content: "the invoice is on the card, with its state and its buttons",
            trigger: ".o_field_widget[name='issued_invoice_ids'] .o_data_row button[name='action_send_issued']",
        },
        {
            trigger: ".o_field_widget[name='issued_invoice_ids'] .o_data_row button[name='action_open_issued']",
            run: "click",
        },
        {
            content: "a salesperson without rights in the accounts opens the invoice",
            trigger: ".o_form_view button[name='action_make_act']",
        },
    ],
});
