import { describe, expect, test } from "@odoo/hoot";
import { hover } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { contains, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { defineWorkModels, stepActions, tick } from "./work_test_helpers";

describe.current.tags("desktop");
defineWorkModels();

const BUTTON = ".o_work_report_button";

async function mountCard(resId) {
    stepActions();
    onRpc("web_save", () => expect.step("save"));
    await mountView({
        type: "form",
        resModel: "test.client",
        resId,
        arch: /* xml */ `
            <form>
                <field name="client_service_ids" widget="many2many_checkboxes"/>
                <widget name="work_report_button"/>
            </form>`,
    });
}

test("a card with a ticked service opens the report and saves nothing", async () => {
    await mountCard(1);
    expect(BUTTON).toBeEnabled();
    expect(".o_work_report_refusal").toHaveCount(0);
    await contains(BUTTON).click();
    expect.verifySteps(["action_work_report 1"]);
});

test("without one it waits and says for what: beside it and as a tooltip", async () => {
    await mountCard(2);
    expect(BUTTON).not.toBeEnabled();
    expect(".o_work_report_refusal").toHaveText(/^Tick the services that the client buys/);
    await hover(`span:has(> ${BUTTON})`);
    await runAllTimers();
    await animationFrame();
    expect(".o-tooltip").toHaveText(/^Tick the services/);
});

test("the tick that was just made counts, and is saved first", async () => {
    await mountCard(2);
    await tick(1);
    await contains(BUTTON).click();
    await animationFrame();
    expect.verifySteps(["save", "action_work_report 2"]);
});

test("the last tick taken away closes it", async () => {
    await mountCard(1);
    await tick(0);
    expect(BUTTON).not.toBeEnabled();
});
