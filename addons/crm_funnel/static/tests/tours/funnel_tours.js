import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const see = (trigger, content) => ({ trigger, content });
const press = (trigger, content) => ({ trigger, content, run: "click" });
const button = (label) => `.o_result_button:enabled:contains("${label}")`;
const stage = (name) => see(`.o_arrow_button_current:contains("${name}")`, `the deal stands at ${name}`);

/** From the client's card to the signed contract: the start, then nothing but result buttons. */
tours.add("crm_funnel_to_won", {
    steps: () => [
        press('.o_statusbar_buttons button[name="action_start_sale"]', "start the sale on the client's card"),
        see(".o_lead_opportunity_form .o_result_buttons", "the deal is open"),
        see('.o-mail-Activity:contains("Cold call")', "its first task is planned"),
        press(button("Called"), "one press"),
        stage("Funnel Call"),
        press(button("Offer sent"), "one press"),
        stage("Funnel Offer"),
        press(button("Meeting held"), "a comment is demanded"),
        { trigger: ".modal .o_field_widget[name=comment] textarea", run: "edit They agree" },
        press('.modal button[name="action_record"]', "record it"),
        see("body:not(:has(.modal))"),
        stage("Funnel Meeting"),
        press(button("Contract signed"), "won"),
        see(".o_reward", "the rainbow man"),
        stage("Funnel Signed"),
        see('.o-mail-Message:contains("They agree")', "the history tells what was said"),
    ],
});

/** On the kanban: no answer by one tap, a refusal with its reason from the menu of the card. */
tours.add("crm_funnel_refusal_on_card", {
    steps: () => [
        press(`.o_kanban_record:contains("Dnipro deal") ${button("Start Sale")}`, "the card of a fresh deal starts it"),
        press(`.o_kanban_record:contains("Dnipro deal") ${button("No answer")}`, "one tap"),
        see(".o_kanban_view .o_kanban_record:contains('Dnipro deal')", "the kanban is still there"),
        see('.o_kanban_record:contains("Dnipro deal") .o_result_button:enabled'),
        press('.o_kanban_record:contains("Dnipro deal") .o_result_more', "the other results"),
        press('.o_result_menu .dropdown-item:contains("Refused")', "refuse"),
        press(".modal .o_field_widget[name=lost_reason_id] input", "why"),
        press('.o-autocomplete--dropdown-item:contains("Funnel: price")'),
        press('.modal button[name="action_record"]'),
        see('.o_kanban_view:not(:has(.o_kanban_record:contains("Dnipro deal")))', "it has left the funnel"),
    ],
});

/** A wrong press is taken back, and a task is planned beside the process. */
tours.add("crm_funnel_revoke_and_quick_task", {
    steps: () => [
        press(button("Called")),
        stage("Funnel Call"),
        press(button("Revoke “Called”"), "taken back without a question"),
        stage("Funnel New"),
        press(button("Quick Task")),
        { trigger: ".modal .o_field_widget[name=summary] input", run: "edit Ask about the budget" },
        press('.modal button[name="action_plan"]'),
        see('.o-mail-Activity:contains("Ask about the budget")'),
    ],
});

/** The task of a deal is finished with a result, in the chatter. */
tours.add("crm_funnel_task_with_result", {
    steps: () => [
        press(".o-mail-Activity .o-mail-Activity-markDone", "mark done"),
        { trigger: ".o-mail-ActivityMarkAsDone textarea", run: "edit He will call the director" },
        press(`.o-mail-ActivityMarkAsDone ${button("Called")}`),
        see('.o-mail-Message:contains("He will call the director")'),
        stage("Funnel Call"),
        see('.o_result_button:contains("Revoke “Called”")', "the buttons of the form follow"),
    ],
});

const dragToMeeting = {
    trigger: '.o_kanban_record:contains("Dnipro deal"):has(.o_result_button:enabled)',
    run: 'drag_and_drop (.o_opportunity_kanban .o_kanban_group:has(.o_column_title:contains("Funnel Meeting")))',
};

/** A card dropped where a comment is demanded stays, until the comment is given. */
tours.add("crm_funnel_drag_that_asks", {
    steps: () => [
        dragToMeeting,
        see(".modal .o_field_widget[name=comment]", "the form asks"),
        {
            trigger: ".modal .o_form_button_cancel, .modal button[special=cancel]",
            content: "think twice",
            async run({ click }) {
                document.querySelector(".o_kanban_record").classList.add("o_before_discard");
                await click();
            },
        },
        see(".o_kanban_record:not(.o_before_discard)", "the kanban has been read again"),
        see('.o_kanban_group:contains("Funnel New") .o_kanban_record:contains("Dnipro deal")', "it has not moved"),
        dragToMeeting,
        { trigger: ".modal .o_field_widget[name=comment] textarea", run: "edit We have met" },
        press('.modal button[name="action_record"]'),
        see('.o_kanban_group:contains("Funnel Meeting") .o_kanban_record:contains("Dnipro deal")'),
    ],
});

const openGear = (name) => [
    { trigger: `.o_kanban_group:contains("${name}") .o_kanban_header`, run: "hover" },
    press(
        `.o_kanban_group:contains("${name}") .o_group_config button:not(:visible), .o_kanban_group:contains("${name}") .o_group_config button`,
    ),
];

/** The head deletes a column, and takes it back. */
tours.add("crm_funnel_delete_column", {
    steps: () => [
        ...openGear("Funnel New"),
        press(".o-dropdown--menu .o_group_delete"),
        see('.modal-body:contains("Undefined")'),
        press(".modal .btn-danger"),
        see('.o_kanban_view:not(:has(.o_column_title:contains("Funnel New")))', "the column is gone"),
        press(".o_notification_buttons button"),
        see('.o_kanban_group:contains("Funnel New") .o_kanban_record:contains("Dnipro deal")', "all is as it was"),
    ],
});

/** A salesperson may archive his deals together, but define nothing. */
tours.add("crm_funnel_salesperson_column", {
    steps: () => [
        ...openGear("Funnel New"),
        {
            trigger: ".o-dropdown--menu .o_group_archive_deals",
            content: "nothing that he may not do",
            run() {
                if (document.querySelector(".o_group_delete, .o_group_edit, .o_column_quick_create")) {
                    throw new Error("A salesperson is offered to change the columns");
                }
                document.querySelector(".o-dropdown--menu .o_group_archive_deals").click();
            },
        },
        see('.modal-body:contains("1")', "his own deal alone"),
        press(".modal .btn-primary"),
        see('.o_kanban_view:not(:has(.o_kanban_record:contains("Dnipro deal")))'),
        press(".o_notification_buttons button"),
        see('.o_kanban_record:contains("Dnipro deal")'),
    ],
});
