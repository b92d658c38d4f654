import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const card = (name) => `.o_kanban_record:contains("${name}") .o_card_call`;
const press = (trigger, content) => ({ trigger, content, run: "click" });
const screen = { trigger: ".o_call_screen", content: "the conversation begins" };

tours.add("crm_call_from_deal_card", { steps: () => [press(card("Dnipro deal"), "one press"), screen] });

tours.add("crm_call_from_client_card", {
    steps: () => [
        press(".o_switch_view.o_kanban", "the clients as cards"),
        press(card("Dnipro LLC"), "one press"),
        screen,
    ],
});
