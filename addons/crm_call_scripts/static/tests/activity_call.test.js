import { click, contains, defineMailModels, openFormView, start, startServer } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

/** Opens the card of a client with one task; `isSalesperson`: whether the user may hold calls. */
async function openClient(category, isSalesperson) {
    onRpc("res.users", "has_group", ({ args }) => isSalesperson && args[1] === "sales_team.group_sale_salesman");
    const pyEnv = await startServer();
    const resId = pyEnv["res.partner"].create({ name: "Dnipro" });
    const activityId = pyEnv["mail.activity"].create({
        activity_category: category,
        can_write: true,
        res_id: resId,
        res_model: "res.partner",
    });
    await start();
    const arch = `<form><sheet><field name="name"/></sheet><chatter/></form>`;
    await openFormView("res.partner", resId, { arch });
    await contains(".o-mail-Activity-markDone");
    return activityId;
}

test("a planned call begins where it is seen", async () => {
    onRpc("mail.activity", "action_start_call", ({ args }) => {
        expect.step(`call ${args[0]}`);
        return { type: "ir.actions.client", tag: "crm_call_screen" };
    });
    const activityId = await openClient("phonecall", true);
    mockService("action", { doAction: (action) => expect.step(action.tag) });
    await click(".o_call_by_script", { text: "Call by Script" });
    await animationFrame();
    expect.verifySteps([`call ${activityId}`, "crm_call_screen"]);
});

test("another task is no call", async () => {
    await openClient("default", true);
    await contains(".o_call_by_script", { count: 0 });
});

test("who may hold no calls has no button", async () => {
    await openClient("phonecall", false);
    await contains(".o_call_by_script", { count: 0 });
});
