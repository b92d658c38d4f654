import { describe, expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { contains, fields, getMockEnv, MockServer, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { BUTTONS, CrmLead, defineFunnelModels, FORM, FRESH, stepDialogs, stepResults } from "./funnel_test_helpers";

class Client extends models.Model {
    _name = "test.client";

    deal_id = fields.Many2one({ relation: "crm.lead" });
    buttons = fields.Json();

    _records = [{ id: 9, deal_id: 3, buttons: BUTTONS }];
}

defineFunnelModels(Client);

async function mountDeal(values = {}) {
    Object.assign(CrmLead._records[0], values);
    const arch = `<form><field name="name"/><field name="result_buttons" widget="result_buttons"/></form>`;
    await mountView({ type: "form", resModel: "crm.lead", resId: 1, arch });
}

async function mountCards() {
    onRpc("crm.lead", "web_search_read", () => expect.step("reload"));
    await mountView({
        type: "kanban",
        resModel: "crm.lead",
        domain: [["id", "=", 1]],
        arch: /* xml */ `
            <kanban>
                <templates>
                    <t t-name="card">
                        <field name="name"/>
                        <field name="result_card" widget="result_buttons" options="{'compact': True}"/>
                    </t>
                </templates>
            </kanban>`,
        selectRecord: () => expect.step("card opened"),
    });
    expect.verifySteps(["reload"]);
}

const key = (name) => `.o_result_button[data-key=${name}]`;

describe("deal", () => {
    describe.current.tags("desktop");

    test("every result has its words, kind and order", async () => {
        await mountDeal();
        expect(queryAllTexts(".o_result_button").map((text) => text.split("\n")[0])).toEqual([
            "Offer sent",
            "Meeting held…",
            "Contract signed",
            "No answer (2 of 3 in a row)",
            "Call back",
            "Refused…",
            "Quick Task",
            "Revoke “Called”",
        ]);
        expect(key("step_1")).toHaveClass("btn-outline-primary");
        expect(key("step_3")).toHaveClass("btn-outline-success");
        expect(key("step_4")).toHaveClass("btn-secondary");
        expect(key("step_6")).toHaveClass("btn-outline-danger");
        expect(".o_result_button i.fa").toHaveCount(8, { message: "the kind is not told by colour alone" });
        expect(`${key("step_4")} small`).toHaveText("(2 of 3 in a row)");
    });

    test("a fresh deal is started", async () => {
        stepResults();
        await mountDeal({ result_buttons: FRESH });
        expect(key("revoke")).toHaveCount(0);
        await contains(key("start")).click();
        expect.verifySteps(["action_start_sale 1"]);
    });

    test("a record that is no deal has no buttons", async () => {
        await mountDeal({ result_buttons: false });
        expect(".o_result_buttons").toHaveCount(0);
    });

    test("a press records after the result that is shown, and reads the deal again", async () => {
        stepResults();
        onRpc("crm.lead", "web_read", () => expect.step("reload"));
        await mountDeal();
        expect.verifySteps(["reload"]);
        await contains(key("step_4")).click();
        expect.verifySteps(["action_record_result 1 4 70", "reload"]);
    });

    test("a double click records one result", async () => {
        const answer = new Deferred();
        stepResults(() => answer);
        await mountDeal();
        const offer = queryFirst(key("step_1"));
        offer.click();
        offer.click();
        await animationFrame();
        expect(".o_result_button:disabled").toHaveCount(8);
        await click(key("step_4"));
        expect.verifySteps(["action_record_result 1 1 70"]);
        answer.resolve(false);
        await animationFrame();
        expect(".o_result_button:disabled").toHaveCount(0);
    });

    test("what has been typed is saved first", async () => {
        stepResults();
        onRpc("crm.lead", "web_save", ({ args }) => expect.step(`save ${args[1].name}`));
        await mountDeal();
        await contains(".o_field_widget[name=name] input").edit("Big site");
        await contains(key("step_1")).click();
        expect.verifySteps(["save Big site", "action_record_result 1 1 70"]);
    });

    test("what cannot be saved records nothing", async () => {
        stepResults();
        CrmLead._fields.name = fields.Char({ required: true });
        await mountDeal();
        await contains(".o_field_widget[name=name] input").edit("");
        await contains(key("step_1")).click();
        expect.verifySteps([]);
        expect(".o_result_button:disabled").toHaveCount(0);
    });

    test("a form is asked, then the deal is read again", async () => {
        const closed = new Deferred();
        stepResults(FORM);
        stepDialogs(closed);
        onRpc("crm.lead", "web_read", () => expect.step("reload"));
        await mountDeal();
        await contains(key("step_6")).click();
        expect.verifySteps(["reload", "action_record_result 1 6 70", "open crm.process.result.entry"]);
        closed.resolve();
        await animationFrame();
        expect.verifySteps(["reload"]);
    });

    test("a won deal is celebrated", async () => {
        stepResults();
        await mountDeal();
        await contains(key("step_3")).click();
        expect(".o_reward").toHaveCount(1);
        expect.verifySteps(["action_record_result 1 3 70", "rainbow man"]);
    });

    test("who was not quick enough sees why, and fresh buttons", async () => {
        expect.errors(1);
        stepResults(() => {
            throw new Error("Taras has just recorded “Refused”");
        });
        onRpc("crm.lead", "web_read", () => expect.step("reload"));
        await mountDeal();
        MockServer.env["crm.lead"].write([1], { result_buttons: { ...BUTTONS, buttons: [] } });
        await contains(key("step_1")).click();
        await animationFrame();
        expect.verifyErrors(["Taras has just recorded"]);
        expect.verifySteps(["reload", "action_record_result 1 1 70", "reload"]);
        expect(key("step_1")).toHaveCount(0);
        expect(".o_result_button:disabled").toHaveCount(0);
    });

    test("the last result is revoked without asking", async () => {
        stepResults();
        await mountDeal();
        await contains(key("revoke")).click();
        expect.verifySteps(["action_revoke_result 1 70"]);
    });

    test("a quick task opens", async () => {
        stepDialogs();
        onRpc("crm.lead", "action_quick_task", ({ args }) => ({ ...FORM, res_model: `task ${args[0]}` }));
        await mountDeal();
        await contains(key("task")).click();
        expect.verifySteps(["open task 1"]);
    });

    test("a result recorded elsewhere is shown", async () => {
        await mountDeal();
        onRpc("crm.lead", "web_read", () => expect.step("reload"));
        const env = getMockEnv();
        env.bus.trigger("CRM_FUNNEL:RESULT-RECORDED", { dealId: 5 });
        await animationFrame();
        expect.verifySteps([]);
        env.bus.trigger("CRM_FUNNEL:RESULT-RECORDED", { dealId: 1 });
        await animationFrame();
        expect.verifySteps(["reload"]);
    });
});

describe("client", () => {
    describe.current.tags("desktop");

    test("buttons are those of the leading deal", async () => {
        stepResults();
        await mountView({
            type: "form",
            resModel: "test.client",
            resId: 9,
            arch: /* xml */ `
                <form>
                    <field name="deal_id" invisible="1"/>
                    <field name="buttons" widget="result_buttons"
                        options="{'deal_field': 'deal_id', 'only_results': True}"/>
                </form>`,
        });
        expect(key("task")).toHaveCount(0);
        await contains(key("step_1")).click();
        expect.verifySteps(["action_record_result 3 1 70"]);
    });
});

describe("card", () => {
    describe.current.tags("desktop");

    test("the next progress and the first neutral are one tap away, the rest in the menu", async () => {
        await mountCards();
        expect(queryAllTexts(".o_result_button")).toEqual(["Offer sent", "No answer"]);
        await contains(".o_result_more").click();
        expect(queryAllTexts(".o_result_menu .dropdown-item")).toEqual([
            "Meeting held…",
            "Contract signed",
            "Call back",
            "Refused…",
            "Quick Task",
            "Revoke “Called”",
        ]);
        expect.verifySteps([]);
    });

    for (const text of ["", "Laoreet id"]) {
        test(`a card that is no deal has no buttons: “${text}”`, async () => {
            CrmLead._records[0].result_card = text;
            await mountCards();
            expect(".o_kanban_record:not(.o_kanban_ghost)").toHaveCount(1);
            expect(".o_result_buttons").toHaveCount(0);
        });
    }

    test("a fresh deal offers its start first", async () => {
        CrmLead._records[0].result_card = JSON.stringify(FRESH);
        await mountCards();
        expect(queryAllTexts(".o_result_button")).toEqual(["Start Sale", "Offer sent"]);
    });

    test("a tap records and does not open the card", async () => {
        stepResults();
        await mountCards();
        await contains(key("step_1")).click();
        expect.verifySteps(["action_record_result 1 1 70", "reload"]);
        await contains(".o_kanban_record .o_field_widget[name=name], .o_kanban_record span:contains(Site)").click();
        expect.verifySteps(["card opened"]);
    });

    test("the menu records, too", async () => {
        stepResults();
        await mountCards();
        await contains(".o_result_more").click();
        await contains(".o_result_menu .dropdown-item[data-key=step_5]").click();
        expect.verifySteps(["action_record_result 1 5 70", "reload"]);
    });
});

describe("phone", () => {
    describe.current.tags("mobile");

    test("the form shows what fits, the rest in the menu", async () => {
        await mountDeal();
        expect(queryAllTexts(".o_result_button").map((text) => text.split("\n")[0])).toEqual([
            "Offer sent",
            "No answer (2 of 3 in a row)",
            "Refused…",
        ]);
        await contains(".o_result_more").click();
        expect(".o-dropdown-item, .dropdown-item").toHaveCount(5);
    });
});
