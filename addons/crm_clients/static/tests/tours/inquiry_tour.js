import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

const see = (trigger, content) => ({ trigger, content });
const input = (name) => `.o_inquiry_form .o_field_widget[name=${name}] input`;
const type = (name, text) => ({ trigger: input(name), content: `type ${name}`, run: `edit ${text}` });
const press = (keys, trigger, content) => ({ trigger, content, run: `press ${keys}` });

/** Fails if a key has thrown the user out of the field he was typing in. */
const focusIsIn = (name) => ({
    content: `the focus is in ${name}`,
    trigger: input(name),
    run() {
        const field = document.activeElement.closest(".o_field_widget")?.getAttribute("name");
        if (field !== name) {
            throw new Error(`The focus is in ${field}, not in ${name}`);
        }
    },
});

const choose = (name, text) => [
    type(name, text),
    see(`.o-autocomplete--dropdown-item .ui-state-active:contains("${text}")`, `${text} is what Enter takes`),
    press("Enter", input(name), `take ${text}`),
    see("body:not(:has(.o-autocomplete--dropdown-menu))", "the choice is made"),
];

const openEntryForm = () => [
    ...stepUtils.goToAppSteps("crm.crm_menu_root"),
    {
        trigger: '.o_menu_sections button[data-menu-xmlid="crm_clients.crm_clients_menu"]',
        run: "click",
    },
    {
        trigger: '.o-dropdown--menu a[data-menu-xmlid="crm_clients.crm_lead_menu_new_inquiry"]',
        run: "click",
    },
    see(".o_inquiry_form .o_field_widget[name=phone] input:focus", "the phone can be typed at once"),
];

/** From the first ring to the deal of a new client: after the menu, what keys alone do. */
tours.add("crm_clients_inquiry_new_client", {
    steps: () => [
        ...openEntryForm(),
        type("phone", "050 123 45 67"),
        type("email_from", "anna@bees.example"),
        type("contact_name", "Anna"),
        ...choose("contact_profession_id", "Chief beekeeper"),
        type("partner_name", "Bees Ltd"),
        {
            trigger: '.o_field_widget[name=inquiry_purpose_id] .o_radio_item:contains("Asks for the price") input',
            content: "the space bar, of which the simulated one does not tick",
            run: "click",
        },
        ...choose("inquiry_service_ids", "Website promotion"),
        see('.o_field_widget[name=inquiry_service_ids] .o_tag:contains("Website promotion")'),
        ...choose("source_id", "Exhibition in Lviv"),
        press("alt+v", input("partner_name"), "make the deal"),
        see('.o_lead_opportunity_form .o_field_widget[name=partner_id] input:value("Bees Ltd, Anna")'),
        see('.o_lead_opportunity_form .o_field_widget[name=name] textarea:value("Bees Ltd: Asks for the price")'),
    ],
});

/** A second person calls from the company's phone: recognised, accepted by a key, a new contact person of it. */
tours.add("crm_clients_inquiry_known_client", {
    steps: () => [
        ...openEntryForm(),
        type("phone", "044 200 00 01"),
        press("Tab", input("phone")),
        see('.o_inquiry_known:contains("Dnipro LLC"):contains("Olena"):contains("Dnipro deal")', "the client is shown"),
        type("contact_name", "Anna"),
        press("alt+k", input("contact_name"), "it is this client"),
        see('.o_inquiry_linked:contains("Dnipro LLC")'),
        focusIsIn("contact_name"),
        press("alt+v", input("contact_name"), "make the deal"),
        see('.o_lead_opportunity_form .o_field_widget[name=partner_id] input:value("Dnipro LLC, Anna")'),
    ],
});

/** The client of a colleague: his name, a key, and the inquiry is the colleague's. */
tours.add("crm_clients_inquiry_foreign_client", {
    steps: () => [
        ...openEntryForm(),
        type("phone", "032 200 00 02"),
        press("Tab", input("phone")),
        {
            content: "the manager is told, the client is not",
            trigger: '.o_inquiry_foreign:contains("Taras")',
            run() {
                if (document.body.textContent.includes("Karpaty")) {
                    throw new Error("The name of a foreign client is shown");
                }
            },
        },
        press("alt+g", input("email_from"), "pass the inquiry on"),
        see('.o_notification:contains("Taras")'),
        see(".o_list_view"),
    ],
});
