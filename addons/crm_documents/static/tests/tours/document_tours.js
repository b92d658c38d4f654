import { inputFiles } from "@web/../tests/utils";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const see = (trigger, content) => ({ trigger, content });
const press = (trigger, content) => ({ trigger, content, run: "click" });
const button = (label) => `.o_document_state_button:enabled:contains("${label}")`;
const state = (name) => see(`.o_arrow_button_current:contains("${name}")`, `the document stands at ${name}`);
const column = (name) => `.o_kanban_group:has(.o_column_title:contains("${name}"))`;

/** From the client's card to the signed contract. */
tours.add("crm_documents_contract", {
    steps: () => [
        press('.nav-link[name="documents"]', "the papers of the client"),
        press('.o_document_new button:contains("Contract")', "a new contract in one press"),
        see('.o_field_widget[name="partner_id"] input:value("Dnipro LLC")', "it knows whose it is"),
        {
            trigger: ".o_document_comment",
            content: "a version with a comment",
            run: "edit As agreed by phone",
        },
        {
            trigger: ".o_document_files input[type=file]:not(:visible)",
            content: "choose the file; the document is saved first",
            async run() {
                await inputFiles(".o_document_files input[type=file]", [
                    new File(["Contract"], "contract.txt", { type: "text/plain" }),
                ]);
            },
        },
        see('.o_document_version:contains("contract.txt")', "the version is there"),
        state("In preparation"),
        press(button("Out for signature"), "one press"),
        state("Out for signature"),
        press(button("Signed"), "one press"),
        state("Signed"),
        press('.nav-link[name="history"]'),
        see('.o_field_widget[name="log_ids"] .o_data_row:contains("Signed")', "the history tells it"),
    ],
});

/** The head puts urgent tasks on whoever is late; what is closed is left out and named. */
tours.add("crm_documents_sign_immediately", {
    steps: () => [
        see(".o_data_row .o_overdue_sign", "overdue by a sign too"),
        press(".o_list_record_selector:first input", "all of them"),
        press('.o_control_panel button[name="action_sign_immediately"]'),
        see('.o_notification:contains("Urgent tasks: 1 (Olena)")', "how many, for whom"),
        see('.o_notification:contains("Left out")', "and what not"),
    ],
});

const dragToRejected = {
    trigger: `${column("In preparation")} .o_kanban_record:contains("Dnipro LLC")`,
    run: `drag_and_drop (${column("Rejected")})`,
};

/** From the types to the columns of one of them; a card dropped on a rejection waits for its reason. */
tours.add("crm_documents_drag_with_reason", {
    steps: () => [
        press('.o_kanban_record:contains("Commercial proposal")', "the proposals"),
        see(`.breadcrumb-item.active:contains("Commercial proposal"), .o_breadcrumb:contains("Commercial proposal")`),
        see(column("Accepted"), "an empty column is there"),
        press(`.o_kanban_group.o_column_folded:contains("Rejected")`, "unfold"),
        dragToRejected,
        press(".modal .btn-secondary", "think twice"),
        see(`body:not(:has(.modal)) ${column("In preparation")} .o_kanban_record:contains("Dnipro LLC")`),
        dragToRejected,
        { trigger: ".modal textarea", run: "edit They chose another supplier" },
        press(".modal .btn-primary:enabled"),
        see(`${column("Rejected")} .o_kanban_record:contains("Dnipro LLC")`),
    ],
});

const shortcut = "[aria-label='From “In preparation” to “Signed”']";

/** The head allows one change more, with a reason. */
tours.add("crm_documents_transition_table", {
    steps: () => [
        press('.nav-link[name="transitions"]'),
        press(`${shortcut}:not(:checked)`, "allow it"),
        press(`td:has(${shortcut}) .o_transition_reason`, "with a reason"),
        press(".o_form_button_save"),
        see(".o_form_saved, .o_form_status_indicator_buttons.invisible", "saved"),
    ],
});
