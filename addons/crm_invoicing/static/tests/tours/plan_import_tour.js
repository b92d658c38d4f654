import { inputFiles } from "@web/../tests/utils";
import { registry } from "@web/core/registry";

const TABLE = `Client;Planned day;Amount
Dnipro LLC;31.05.2026;1 250,50
Dnipro LLC;30.06.2026;much
Karpaty LLC;31.05.2026;700`;
const row = (text) => `.modal .o_field_widget[name='row_ids'] .o_data_row:contains('${text}')`;

/** Choose a file, look at what will happen, import, and see what is to be corrected. */
registry.category("web_tour.tours").add("crm_invoicing_plan_import_tour", {
    steps: () => [
        {
            trigger: "button.o_plan_import",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='file'] input[type=file]:not(:visible)",
            content: "a text table as spreadsheets save it",
            async run() {
                await inputFiles(".modal .o_field_widget[name='file'] input[type=file]", [
                    new File([TABLE], "plan.csv", { type: "text/csv" }),
                ]);
            },
        },
        {
            trigger: ".modal .o_field_widget[name='file'] input:value('plan.csv')",
        },
        {
            trigger: ".modal footer button[name='action_check']",
            run: "click",
        },
        {
            content: "the good row is new",
            trigger: `${row("1,250.50")}:contains('New')`,
        },
        {
            content: "the bad one says why",
            trigger: `${row("much is no number")}:contains('Cannot be taken')`,
        },
        {
            content: "a client of a colleague is not there",
            trigger: row("not one of yours"),
        },
        {
            trigger: ".modal .o_field_widget[name='failed_count']:contains('2')",
        },
        {
            trigger: ".modal footer button[name='action_import']",
            run: "click",
        },
        {
            content: "done; what was not taken can be downloaded",
            trigger: ".modal footer button[name='action_view_plan']",
        },
        {
            trigger: ".modal footer button[name='action_download_rows']",
        },
        {
            content: "whatever the grid behind the dialog still asks is answered after the plan is shown",
            trigger: ".modal footer button[name='action_view_plan']",
            run() {
                const { open, send } = XMLHttpRequest.prototype;
                Object.assign(XMLHttpRequest.prototype, {
                    open(method, url, ...args) {
                        this.isLate = String(url).includes("get_plan_grid");
                        return open.call(this, method, url, ...args);
                    },
                    send(body) {
                        setTimeout(() => send.call(this, body), this.isLate ? 3000 : 0);
                    },
                });
            },
        },
        {
            trigger: ".modal footer button[name='action_view_plan']",
            run: "click",
        },
        {
            content: "the plan opens with what was imported",
            trigger: "body:not(:has(.modal)) .o_list_view .o_data_row:contains('Dnipro LLC'):contains('1,250.50')",
        },
    ],
});
