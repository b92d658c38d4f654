import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const see = (trigger, content) => ({ trigger, content });
const press = (trigger, content) => ({ trigger, content, run: "click" });
const closed = see("body:not(:has(.modal))");

/** From the client's card into the calendar: the form, a proposed time, Plan. */
tours.add("crm_meeting_plan", {
    steps: () => [
        press('.o_statusbar_buttons button[name="action_plan_meeting"]', "first click: the form"),
        see(".modal .o_meeting_slots button", "times at which both sides are free"),
        press(".modal .o_meeting_slots button:eq(1)", "second click: a time"),
        see(".modal .o_meeting_slots .btn-primary", "it is taken over"),
        see(".modal:not(:has(.o_meeting_conflicts))", "nothing stands against it"),
        press('.modal button[name="action_plan"]:visible', "third click"),
        closed,
        see('button[name="action_view_meetings"]:contains("Next Meeting")', "the card says when"),
    ],
});

/** On a meeting that is over: a result button of the deal says how it went. */
tours.add("crm_meeting_record", {
    steps: () => [
        see('.o_meeting_results:contains("How did the meeting go?")', "the form asks"),
        press('.o_meeting_results .o_result_button:enabled:contains("Called")', "one press"),
        see(".o_form_view:not(:has(.o_meeting_results:visible))", "nobody is asked any more"),
        press('.nav-link:contains("Result")', "what came of it"),
        see('.o_field_widget[name="meeting_state"]:contains("Held")'),
    ],
});

/** Nobody came: recorded in the form, the next meeting is planned at once. */
tours.add("crm_meeting_no_show", {
    steps: () => [
        press('.o_meeting_results button:contains("Did Not Take Place")', "nobody came"),
        { trigger: '.modal .o_field_widget[name="note"]:visible textarea', run: "edit He is ill" },
        press('.modal button[name="action_record_and_plan"]', "and the next one"),
        press(".modal .o_meeting_slots button:eq(0)", "its time"),
        press('.modal button[name="action_plan"]:visible', "plan it"),
        closed,
    ],
});
