import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const see = (trigger, content) => ({ trigger, content });
const press = (trigger, content) => ({ trigger, content, run: "click" });
const tab = (name) => `.modal .o_work_tab:contains("${name}")`;
const field = (name) => `.modal .o_field_widget[name="${name}"]`;
const work = (name) => `.o_client_work:contains("${name}")`;
const closed = (trigger) => see(`body:not(:has(.modal)) ${trigger}`, "the window is closed");
const PROJECTS = '.nav-link[name="client_projects"]';
const row = (name) => `.o_data_row:contains("${name}")`;
/** The list of exactly these works, in any order. */
const seeOnly = (...names) => {
    const others = WORKS.filter((name) => !names.includes(name));
    const rows = names.map((name) => `:has(${row(name)})`).join("");
    return see(`.o_list_view${rows}:not(:has(${others.map(row).join(", ")}))`, names.join(", "));
};
const WORKS = ["Promotion of Dnipro LLC", "Late design", "Design of the week", "Planned design", "Delivered design"];
const openSearch = press(".o_searchview_dropdown_toggler", "the menu of filters");
const closeSearch = press(".o_searchview_dropdown_toggler", "and away with it");
/** Filters stand in one menu, groups in another; both stay open. */
const choose = (name, menu = "o_filter_menu") => press(`.${menu} .o_menu_item:text("${name}")`);
/** One filter on, what it finds, and off again. */
const filter = (name, ...names) => [choose(name), seeOnly(...names), choose(name)];
const { DateTime } = luxon;

/** A day so many days from now, as it is typed in English. */
const day = (days) => DateTime.local().plus({ days }).toFormat("MM/dd/yyyy");

/** A seller without rights in Project starts a work and sees it; what is with delivery she only looks at. */
tours.add("crm_projects_work_report", {
    steps: () => [
        press(".o_work_report_button:enabled", "a service is ticked"),
        press(tab("Website promotion"), "the work that is there"),
        see(".modal .o_work_delivered", "it says who has it"),
        see(`${field("is_under_way")} input:disabled`, "and nothing of it can be changed"),
        press(tab("Web design"), "the work that has not begun"),
        see(".modal .o_work_not_begun"),
        press(`${field("is_under_way")} input:enabled`, "it begins"),
        press(tab("Website promotion")),
        press('.modal footer button[name="action_save"]', "without a deadline"),
        see(`${tab("Web design")}.active .o_work_tab_invalid`, "the tab that lacks it is opened and marked"),
        {
            trigger: `${field("date_deadline")} input`,
            content: "by when",
            run: `edit ${day(30)} && press Enter`,
        },
        { trigger: `${field("user_ids")} input`, content: "who delivers", run: "edit Executor" },
        press('.o-autocomplete--dropdown-item:contains("Executor")'),
        { trigger: `${field("note")} textarea`, content: "what they have to know", run: "edit Blue, as their logo" },
        press('.modal footer button[name="action_save"]'),
        closed(PROJECTS),
        press(PROJECTS, "the projects of the client"),
        see(`${work("Web design")} .o_work_status:contains("Under Way")`, "the work is under way"),
        press(`${work("Web design")} .o_client_work_name button`, "what a seller may know"),
        see('.o_form_view .o_field_widget[name="status"]'),
    ],
});

/** Delivery reports progress; a deadline that moves asks why. */
tours.add("crm_projects_delivery_report", {
    steps: () => [
        press(PROJECTS),
        press(".o_client_projects_report:enabled"),
        press(tab("Website promotion")),
        { trigger: `${field("progress")} input`, content: "how far it is", run: "edit 60 && press Tab" },
        see(`.modal:not(:has(.o_field_widget[name="reason"]))`, "nobody is asked why"),
        press(`${field("date_deadline")} button`),
        { trigger: `${field("date_deadline")} input`, content: "later", run: `edit ${day(40)} && press Enter` },
        { trigger: `${field("reason")} input`, content: "why", run: "edit Their texts came late" },
        press('.modal footer button[name="action_save"]'),
        closed(PROJECTS),
        {
            ...see(
                `.o_client_projects ${work("Promotion of Dnipro LLC")}:contains("60%")`,
                "the tab is still open, and new",
            ),
            // the whole card is read anew, by a dozen requests that a busy machine answers late
            timeout: 30000,
        },
    ],
});

/** What a won deal sold is handed over in two presses. */
tours.add("crm_projects_won_deal", {
    steps: () => [
        see('.o_proposed_works:contains("Web design")', "sold and not yet in work"),
        press('.o_proposed_works button[name="action_start_works"]'),
        see(`${field("service_ids")}:contains("Web design")`, "everything is filled in"),
        press('.modal footer button[name="action_add"]'),
        see('.o_form_view .o_field_widget[name="work_ids"]:contains("Web design")', "the project, as a seller sees it"),
        press(".o_back_button, .breadcrumb-item a:last", "back to the deal"),
        see(
            ".o_form_view:not(:has(.o_proposed_works)) .o_field_widget[name=partner_id]",
            "nothing is proposed any more",
        ),
    ],
});

/** Whoever un-ticks a service whose work is under way is asked. */
tours.add("crm_projects_untick", {
    steps: () => [
        press('.o_client_services .o-checkbox:contains("Website promotion") input', "un-tick it"),
        press(".o_form_button_save"),
        press('.modal button:contains("Decide")', "the work is under way"),
        see('.modal .o_field_widget[name="work_ids"]:contains("Promotion of Dnipro LLC")'),
        press('.modal footer button[name="action_untick"]'),
        see(
            "body:not(:has(.modal)):has(.o_form_status_indicator_buttons.invisible) " +
                '.o_client_services .o-checkbox:contains("Website promotion") input:not(:checked)',
            "the card is saved without the tick",
        ),
    ],
});

/** Each filter of the status of works finds what it says, beside *Open* that is on from the beginning. */
tours.add("crm_projects_filters", {
    steps: () => [
        see('.o_facet_value:contains("Open")'),
        press('.o_searchview_facet:contains("Service") .o_facet_remove', "one list without groups"),
        seeOnly("Promotion of Dnipro LLC", "Late design", "Design of the week", "Planned design"),
        openSearch,
        ...filter("My Clients", "Promotion of Dnipro LLC", "Late design", "Design of the week", "Planned design"),
        ...filter("Late", "Late design"),
        ...filter("Due This Week", "Design of the week"),
        ...filter("Under Way", "Promotion of Dnipro LLC", "Late design"),
        ...filter("Planned", "Planned design"),
        ...filter("Without Executor", "Late design", "Design of the week", "Planned design"),
        ...filter("Without Deadline", "Planned design"),
        choose("Late"),
        choose("Due This Week"),
        seeOnly("Late design", "Design of the week"),
        choose("Late"),
        choose("Due This Week"),
        choose("Open"),
        ...filter("Done", "Delivered design"),
        choose("Open"),
        choose("Manager", "o_group_by_menu"),
        see('.o_group_header:contains("Olena")', "grouped by the manager of the client"),
        closeSearch,
        press(".o_switch_view.o_kanban"),
        see('.o_kanban_group:contains("Olena")', "the other view is there"),
        press('.o_searchview_facet:contains("Manager") .o_facet_remove', "by status"),
        see(
            ".o_kanban_renderer:has(.o_kanban_group:eq(3)):not(:has(.o_kanban_group:eq(4)))",
            "a column for each status of an open work, none for those the filter leaves out",
        ),
        press(".o_switch_view.o_calendar"),
        press('.fc-event:contains("⚠ Dnipro LLC: Late design")', "whose it is, and that it is late"),
        press(".o_cw_popover_edit"),
        see('.o_form_view .o_field_widget[name="status"]:contains("Late")', "what a seller may know"),
    ],
});

/** The projects of clients that have open works, by who is responsible for the client. */
tours.add("crm_projects_client_projects", {
    steps: () => [
        see(row("Delivery to Dnipro LLC")),
        see(row("Nothing to deliver")),
        openSearch,
        choose("With Open Works"),
        see(`.o_list_view:has(${row("Delivery to Dnipro LLC")}):not(:has(${row("Nothing to deliver")}))`),
        choose("Late"),
        see(`.o_list_view:not(:has(${row("Delivery to Karpaty LLC")})) ${row("Delivery to Dnipro LLC")}`),
        choose("Late"),
        choose("Manager", "o_group_by_menu"),
        closeSearch,
        press('.o_group_header:contains("Taras")'),
        see(row("Delivery to Karpaty LLC")),
    ],
});

/** Who delivers moves the deadlines of several works at once, from the list as it opens. */
tours.add("crm_projects_move_many", {
    steps: () => [
        openSearch,
        choose("My Works"),
        closeSearch,
        press('.o_group_header:contains("Website promotion (2)")'),
        press(`${row("Promotion of Dnipro LLC")} .o_list_record_selector input`),
        press(`${row("Promotion of Karpaty LLC")} .o_list_record_selector input`),
        press('.o_control_panel button[name="action_move_deadline"]'),
        see(`${field("task_ids")}:contains("Promotion of Karpaty LLC"):contains("Promotion of Dnipro LLC")`, "both"),
        press(`${field("date_deadline")} button, ${field("date_deadline")} input`),
        { trigger: `${field("date_deadline")} input`, content: "till when", run: `edit ${day(40)} && press Enter` },
        press('.modal footer button[name="action_move"]', "without a reason"),
        see(`${field("reason")}.o_field_invalid`, "it is asked for"),
        { trigger: `${field("reason")} input`, content: "why", run: "edit The printer is broken" },
        press('.modal footer button[name="action_move"]'),
        closed(".o_list_view"),
    ],
});
