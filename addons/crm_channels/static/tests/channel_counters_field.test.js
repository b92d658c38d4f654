import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, press, queryAllTexts, queryOne, waitForNone } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const COUNTERS = {
    currency_id: 1,
    items: [
        { name: "unassigned", label: "Unassigned", hint: "Nobody's", count: 0, amount: null },
        { name: "deals", label: "Deals", hint: "Open deals", count: 128, amount: 1284300.5 },
        { name: "overdue", label: "Overdue", hint: "Past closing", count: 4, amount: 18300 },
    ],
    progress: { invoiced: 120000, paid: 60000, target: 300000, can_edit: true },
};

class CrmTeam extends models.Model {
    _name = "crm.team";

    name = fields.Char();
    dashboard_counters = fields.Json();

    _records = [{ id: 1, name: "Website", dashboard_counters: COUNTERS }];
}

function setCounters(values) {
    CrmTeam._records[0].dashboard_counters = { ...COUNTERS, ...values };
}

function setProgress(values) {
    setCounters({ progress: { ...COUNTERS.progress, ...values } });
}

describe.current.tags("desktop");
defineMailModels();
defineModels([CrmTeam]);

const KANBAN = /* xml */ `
    <kanban can_open="0">
        <templates>
            <t t-name="card">
                <field name="dashboard_counters" widget="channel_counters"/>
            </t>
        </templates>
    </kanban>`;

function mountKanban() {
    return mountView({ type: "kanban", resModel: "crm.team", arch: KANBAN });
}

function getWidth(selector) {
    return queryOne(selector).style.width;
}

function mockAction() {
    mockService("action", {
        doAction(action) {
            expect.step(action.name);
        },
    });
}

test("number, label and amount of each counter", async () => {
    await mountKanban();
    expect(queryAllTexts(".o_channel_counter_number")).toEqual(["0", "128", "4"]);
    expect(queryAllTexts(".o_channel_counter_label")).toEqual(["Unassigned", "Deals", "Overdue"]);
    expect(queryOne("[data-counter=deals]").textContent).toMatch(/1\.3M/);
    expect(queryOne("[data-counter=deals]").title).toMatch(/Open deals\n.*1,284,300\.50/);
    expect("[data-counter=unassigned]").toHaveAttribute("title", "Nobody's");
});

test("nothing is muted but there, overdue has an icon beside its colour", async () => {
    await mountKanban();
    expect("[data-counter=unassigned] .o_channel_counter_number").toHaveClass("text-muted");
    expect("[data-counter=deals] .o_channel_counter_number").not.toHaveClass("text-muted");
    expect("[data-counter=overdue] .fa-exclamation-triangle").toHaveCount(1);
    expect(".fa-exclamation-triangle").toHaveCount(1);
});

test("a counter opens what it counts", async () => {
    onRpc("crm.team", "action_open_dashboard_counter", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window", name: "Deals" };
    });
    mockAction();
    await mountKanban();
    await contains("[data-counter=deals]").click();
    expect.verifySteps([[[1], "deals"], "Deals"]);
});

test("progress: invoiced of target, paid inside, opens its invoices", async () => {
    onRpc("crm.team", "action_open_dashboard_invoiced", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window", name: "Invoices" };
    });
    mockAction();
    await mountKanban();
    expect(queryOne(".o_channel_progress_open").textContent.replace(/[\u00a0]/g, " ")).toMatch(
        /^Invoiced .*120k.* of .*300k.* \(40 %\)$/,
    );
    expect(getWidth(".o_channel_progress_invoiced")).toBe("40%");
    expect(getWidth(".o_channel_progress_paid")).toBe("50%");
    expect(".o_channel_progress_mark").toHaveCount(0);
    expect(".o_channel_progress_bar").toHaveAttribute("aria-valuenow", "40");
    await contains(".o_channel_progress_open").click();
    expect.verifySteps([[[1]], "Invoices"]);
});

test("past the target the bar is full and the target a mark on it", async () => {
    setProgress({ invoiced: 400000, paid: 500000 });
    await mountKanban();
    expect(queryOne(".o_channel_progress_open").textContent).toMatch(/\(133\u00a0%\)/);
    expect(getWidth(".o_channel_progress_invoiced")).toBe("100%");
    expect(getWidth(".o_channel_progress_paid")).toBe("100%");
    expect(queryOne(".o_channel_progress_mark").style.insetInlineStart).toBe("75%");
    expect(".fa-check-circle").toHaveCount(1);
});

test("more refunded than invoiced", async () => {
    setProgress({ invoiced: -30000, paid: 0 });
    await mountKanban();
    expect(queryOne(".o_channel_progress_open").textContent).toMatch(/\(-10\u00a0%\)/);
    expect(getWidth(".o_channel_progress_invoiced")).toBe("0%");
});

test("no target and no right to set one", async () => {
    setProgress({ target: 0, can_edit: false });
    await mountKanban();
    expect(".o_channel_progress_bar").toHaveCount(0);
    expect(".o_channel_target_edit").toHaveCount(0);
    expect(".o_channel_progress_line").toHaveText(/No target/);
});

test("no progress without access to invoices", async () => {
    setCounters({ progress: null });
    await mountKanban();
    expect(".o_channel_counter").toHaveCount(3);
    expect(".o_channel_progress").toHaveCount(0);
});

test("a target is set in place, then the page is read again", async () => {
    setProgress({ target: 0 });
    onRpc("crm.team", "update_invoiced_target", ({ args }) => {
        expect.step(args);
        return true;
    });
    onRpc("crm.team", "web_search_read", () => expect.step("load"));
    await mountKanban();
    expect.verifySteps(["load"]);
    expect(".o_channel_target_edit").toHaveText("Set a target");
    await contains(".o_channel_target_edit").click();
    expect(".o_channel_target_input").toBeFocused();
    await contains(".o_channel_target_input").edit("250,000", { confirm: false });
    await press("Enter");
    await waitForNone(".o_channel_target_input");
    await expect.waitForSteps([[[1], 250000], "load"]);
});

test("Escape keeps the former target", async () => {
    onRpc("crm.team", "update_invoiced_target", () => expect.step("update"));
    await mountKanban();
    await contains(".o_channel_target_edit").click();
    expect(".o_channel_target_input").toHaveValue("300,000");
    await contains(".o_channel_target_input").edit("5", { confirm: false });
    await press("Escape");
    await animationFrame();
    expect(".o_channel_target_input").toHaveCount(0);
    await contains(".o_channel_target_edit").click();
    expect(".o_channel_target_input").toHaveValue("300,000");
    expect.verifySteps([]);
});

test("what the server refuses is said, and what was typed stays", async () => {
    onRpc("crm.team", "update_invoiced_target", () => {
        throw makeServerError({ message: "The target cannot be negative." });
    });
    await mountKanban();
    await contains(".o_channel_target_edit").click();
    await contains(".o_channel_target_input").edit("-5", { confirm: false });
    await contains(".o_channel_target_save").click();
    expect(".o_notification:contains(The target cannot be negative.)").toHaveCount(1);
    expect(".o_channel_target_input").toHaveValue("-5");
});

test("what is no number is not sent", async () => {
    onRpc("crm.team", "update_invoiced_target", () => expect.step("update"));
    await mountKanban();
    await contains(".o_channel_target_edit").click();
    await contains(".o_channel_target_input").edit("many", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect(".o_notification:contains(Enter the target as a number.)").toHaveCount(1);
    expect(".o_channel_target_input").toHaveValue("many");
    expect.verifySteps([]);
});
