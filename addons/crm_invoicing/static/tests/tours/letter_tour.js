import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_invoicing_mailbox_tour", {
    steps: () => [
        {
            content: "The preferences say which address invoices are sent from",
            trigger: "[name=mailbox_address]:contains(old@company.example)",
        },
        { trigger: "button[name=action_open_mailbox]:contains(Change It)", run: "click" },
        { trigger: ".modal [name=address] input", run: "edit invoices@company.example" },
        {
            content: "A password that the mail server does not know is said to be wrong",
            trigger: ".modal [name=password] input",
            run: "edit wrong",
        },
        { trigger: ".modal button[name=action_test_and_save]", run: "click" },
        {
            trigger: ".modal:contains(refused the login or the password) .btn-primary:contains(Close)",
            run: "click",
        },
        { trigger: ".modal [name=password] input", run: "edit s3cret" },
        { trigger: ".modal button[name=action_test_and_save]", run: "click" },
        { trigger: ".o_notification:contains(It works)" },
        { trigger: "body:not(:has(.modal)) [name=mailbox_address]:contains(invoices@company.example)" },
    ],
});

registry.category("web_tour.tours").add("crm_invoicing_letter_tour", {
    steps: () => [
        { trigger: ".o_data_row [name=email_to]:contains(petro@dnipro.example)", run: "click" },
        { trigger: ".modal [name=mailbox_address]:contains(invoices@company.example)" },
        {
            content: "What the mail server refuses is shown in the letter, which stays open",
            trigger: ".modal [name=email_to] input",
            run: "edit nobody@dnipro.example",
        },
        { trigger: ".modal button[name=action_send]", run: "click" },
        { trigger: ".modal .alert-danger:contains(refused the address of the recipient)" },
        { trigger: ".modal [name=email_to] input", run: "edit petro@dnipro.example" },
        { trigger: ".modal [name=subject] input", run: "edit Рахунок" },
        { trigger: ".modal button[name=action_send]", run: "click" },
        { trigger: ".o_notification:contains(The invoice was sent to petro@dnipro.example)" },
        { trigger: "body:not(:has(.modal)) .o_data_row .badge:contains(Sent)" },
    ],
});
