import { click, contains, insertText, openFormView, start, startServer } from "@mail/../tests/mail_test_helpers";
import { defineCrmModels } from "@crm/../tests/crm_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { asyncStep, makeServerError, onRpc, waitForSteps } from "@web/../tests/web_test_helpers";

import { BUTTONS } from "./funnel_test_helpers";

describe.current.tags("desktop");
defineCrmModels();

async function openTask(resModel, values = {}) {
    const pyEnv = await startServer();
    const resId = pyEnv[resModel].create(values);
    const activityId = pyEnv["mail.activity"].create({
        activity_category: "not_upload_file",
        can_write: true,
        res_id: resId,
        res_model: resModel,
    });
    await start();
    const arch = `<form><sheet><field name="display_name"/></sheet><chatter/></form>`;
    await openFormView(resModel, resId, { arch });
    await click(".btn", { text: "Mark Done" });
    await contains(".o-mail-ActivityMarkAsDone");
    return { resId, activityId };
}

test("the task of a deal is finished with a result and its comment", async () => {
    onRpc("crm.lead", "get_result_buttons", () => BUTTONS);
    onRpc("crm.lead", "action_record_result", ({ args, kwargs }) => {
        asyncStep(`record ${args[1]} after ${args[2]}: ${kwargs.comment}`);
        asyncStep(kwargs.activity_id);
        return false;
    });
    const { activityId } = await openTask("crm.lead");
    await contains(".o_activity_results .o_result_button", { count: 6 });
    await insertText(".o-mail-ActivityMarkAsDone textarea", "They want it");
    await click(".o_result_button[data-key=step_1]");
    await waitForSteps(["record 1 after 70: They want it", activityId]);
});

test("without words there is no comment", async () => {
    onRpc("crm.lead", "get_result_buttons", () => BUTTONS);
    onRpc("crm.lead", "action_record_result", ({ kwargs }) => {
        asyncStep(kwargs.comment);
        return false;
    });
    await openTask("crm.lead");
    await click(".o_result_button[data-key=step_4]");
    await waitForSteps([false]);
});

test("the task of anything else is finished as ever", async () => {
    onRpc("crm.lead", "get_result_buttons", () => expect.step("never"));
    await openTask("res.partner");
    await contains(".o-mail-ActivityMarkAsDone button", { text: "Discard" });
    await contains(".o_activity_results", { count: 0 });
});

test("the task of a deal that is not shown has no results", async () => {
    onRpc("crm.lead", "get_result_buttons", () => {
        asyncStep("refused");
        throw makeServerError({ type: "AccessError" });
    });
    await openTask("crm.lead");
    await waitForSteps(["refused"]);
    await contains(".o-mail-ActivityMarkAsDone button", { text: "Discard" });
    await contains(".o_activity_results", { count: 0 });
});
