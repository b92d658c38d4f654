import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    edit,
    manuallyDispatchProgrammaticEvent,
    press,
    queryAllTexts,
    queryAllValues,
    queryFirst,
} from "@odoo/hoot-dom";
import { animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeMockEnv,
    makeServerError,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { addUp, formatDifference, parseAmount, placeBlock, readBlock } from "@crm_invoicing/plan_grid/plan_cells";
import { restrictToMeasure } from "@crm_invoicing/plan_report/plan_report_views";

defineMailModels();

const MINUS = "\u2212";
const ACTION = { type: "ir.actions.client", tag: "crm_plan_grid", id: 78, name: "Plan by Months" };
const MONTHS = ["2026-04-01", "2026-05-01", "2026-06-01"];
const cell = (plan, fact = 0, values = {}) => ({ plan, fact, count: 1, is_overdue: false, ...values });
const row = (partner_id, cells, values = {}) => ({
    user_id: [7, "Olena"],
    partner_id,
    contract_id: false,
    service_id: false,
    currency_id: [1, "USD"],
    cells,
    ...values,
});

function getGrid(values = {}) {
    return {
        months: MONTHS,
        this_month: "2026-05-01",
        rows: [
            row([21, "Dnipro"], { "2026-04-01": cell(100, 40, { is_overdue: true }), "2026-05-01": cell(50, 50) }),
            row([21, "Dnipro"], { "2026-06-01": cell(70) }, { service_id: [5, "Design"] }),
            row([22, "Karpaty"], { "2026-05-01": cell(200) }, { user_id: [8, "Taras"], currency_id: [2, "EUR"] }),
        ],
        row_count: 3,
        totals: { "2026-04-01": { plan: 100, fact: 40, received: 60, forecast: 0 } },
        currency_id: 1,
        can_edit: true,
        ...values,
    };
}

describe.current.tags("desktop");

let grid;

beforeEach(() => {
    mockDate("2026-05-13 10:00:00");
    grid = getGrid();
    onRpc("crm.funnel.report", "get_choices", () => ({ users: true }));
    onRpc("crm.plan.line", "get_plan_grid", ({ args: [options] }) => {
        expect.step(`grid ${options.month} ${options.months}`);
        return grid;
    });
    onRpc("crm.plan.line", "set_plan_cells", ({ args: [changes] }) => {
        for (const { row, month, amount, shown } of changes) {
            expect.step(`set ${row.partner_id} ${row.service_id} ${month} ${shown} to ${amount}`);
            grid = structuredClone(grid);
            const changed = grid.rows.find(
                ({ partner_id: [id], service_id }) =>
                    id === row.partner_id && (service_id[0] || false) === row.service_id,
            );
            changed.cells[month] = cell(amount);
        }
        return [{ created: 91, amounts: [] }];
    });
    onRpc("crm.plan.line", "undo_plan_cells", ({ args: [undo] }) => {
        expect.step(`undo ${undo[0].created}`);
        grid = getGrid();
    });
});

async function openGrid() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction(ACTION);
    expect.verifySteps(["grid 2026-01-01 12"]);
}

const at = (line, column) => `input[data-row='${line}'][data-column='${column}']`;

describe("cells", () => {
    beforeEach(() => makeMockEnv());

    test("amounts as people type and copy them", () => {
        const texts = ["1200", "1,200.50", "12,5", "1 200", "\u00a01\u202f200,75 ", "$ 7", "7 \u20ac", ""];
        expect(texts.map(parseAmount)).toEqual([1200, 1200.5, 12.5, 1200, 1200.75, 7, 7, 0]);
        expect(["much", "-3", "1-2"].map(parseAmount)).toEqual([false, false, false]);
    });

    test("a difference has its sign", () => {
        expect([5, -5, 0].map(formatDifference)).toEqual(["+5", `${MINUS}5`, "+0"]);
    });

    test("a block of a spreadsheet", () => {
        expect(readBlock("1\t2\r\n3\t\r\n")).toEqual([
            ["1", "2"],
            ["3", ""],
        ]);
    });

    test("a block is placed from a cell on", () => {
        const rows = [{ id: 1 }, { id: 2 }];
        const block = [
            ["1", "", "3"],
            ["x", "5", "6"],
            ["7", "8", "9"],
        ];
        const { cells, bad, outside } = placeBlock(block, { row: 0, column: 1 }, rows, MONTHS);
        expect(cells).toEqual([
            { row: rows[0], month: MONTHS[1], amount: 1 },
            { row: rows[1], month: MONTHS[2], amount: 5 },
        ]);
        expect(bad).toEqual(["x"]);
        expect(outside).toBe(5);
    });

    test("sums", () => {
        expect(addUp([cell(1, 2), cell(3, 4)])).toEqual({ plan: 4, fact: 6 });
    });

    test("a measure opens its own rows", () => {
        expect(restrictToMeasure([["user_id", "=", 7]], "fact_amount")).toEqual([
            "&",
            ["user_id", "=", 7],
            ["kind", "in", ["payment", "by_hand"]],
        ]);
        expect(restrictToMeasure([], "__count")).toEqual([]);
    });
});

test("plan, fact and difference", async () => {
    await openGrid();
    expect(queryAllValues(".o_plan_input")).toEqual(["100", "50", "", "", "", "70", "", "200", ""]);
    expect(queryAllTexts(".o_plan_manager td")).toEqual(["100", "50", "70", "", "", "", "", ""]);
    expect(queryAllTexts(".o_plan_fact")).toEqual([`40${MINUS}60`, "50", "\u2026", "\u2026"]);
    expect(".o_plan_late").toHaveCount(1);
    expect(".o_plan_late .fa-exclamation-triangle").toHaveCount(1);
    expect(queryAllTexts(".o_plan_manager th")).toEqual(["Olena", "Taras"]);
    expect(queryAllTexts("tbody tr:not(.o_plan_manager) .o_plan_total .fw-bold")).toEqual(["150", "70", "200"]);
    expect(queryAllTexts(".o_plan_footer_received td")).toEqual(["60", "", "", "60"]);
    expect(".o_plan_cell .badge, th .badge").toHaveText("EUR");
    expect(at(0, 0)).toHaveAttribute("aria-label", "Dnipro, April 2026, overdue");
});

test("typing, and taking it back", async () => {
    await openGrid();
    expect(".o_plan_undo").not.toBeEnabled();
    await contains(at(0, 1)).click();
    await edit("1,080", { confirm: "Enter" });
    await animationFrame();
    expect.verifySteps(["set 21 false 2026-05-01 50 to 1080", "grid 2026-01-01 12"]);
    expect(at(0, 1)).toHaveValue("1,080");
    expect(at(1, 1)).toBeFocused();
    await contains(".o_plan_undo").click();
    await animationFrame();
    expect.verifySteps(["undo 91", "grid 2026-01-01 12"]);
    expect(at(0, 1)).toHaveValue("50");
    expect(".o_plan_undo").not.toBeEnabled();
});

test("whoever types faster than the server answers loses nothing", async () => {
    const slow = new Deferred();
    onRpc("crm.plan.line", "set_plan_cells", () => slow);
    await openGrid();
    await contains(at(0, 0)).click();
    await edit("110", { confirm: "Enter" });
    await contains(at(0, 1)).click();
    await edit("55", { confirm: "Enter" });
    await contains(at(0, 2)).click();
    await edit("6", { confirm: false });
    slow.resolve();
    await animationFrame();
    expect([at(0, 0), at(0, 1), at(0, 2)].map((cell) => queryFirst(cell).value)).toEqual(["110", "55", "6"]);
    expect(at(0, 2)).toBeFocused();
    await press("Escape");
    expect(at(0, 2)).toHaveValue("");
    expect.verifySteps([
        "set 21 false 2026-04-01 100 to 110",
        "grid 2026-01-01 12",
        "set 21 false 2026-05-01 50 to 55",
        "grid 2026-01-01 12",
    ]);
});

test("what is no amount changes nothing", async () => {
    await openGrid();
    await contains(at(0, 1)).click();
    await edit("much", { confirm: "Enter" });
    await animationFrame();
    expect(at(0, 1)).toHaveValue("50");
    expect(".o_notification").toHaveCount(1);
    expect.verifySteps([]);
});

test("arrows, Enter and Escape", async () => {
    await openGrid();
    await contains(at(0, 0)).click();
    await press("ArrowRight");
    expect(at(0, 1)).toBeFocused();
    await press("ArrowDown");
    expect(at(1, 1)).toBeFocused();
    await press(["Shift", "Enter"]);
    expect(at(0, 1)).toBeFocused();
    await press("ArrowUp");
    expect(at(0, 1)).toBeFocused();
    await edit("7", { confirm: false });
    await press("Escape");
    expect(at(0, 1)).toHaveValue("50");
    await press("ArrowLeft");
    expect(at(0, 0)).toBeFocused();
    expect.verifySteps([]);
});

test("a block is pasted at once", async () => {
    await openGrid();
    await contains(at(0, 1)).click();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "11\t12\n\t22\n");
    await manuallyDispatchProgrammaticEvent(queryFirst(at(0, 1)), "paste", { clipboardData });
    await animationFrame();
    expect.verifySteps([
        "set 21 false 2026-05-01 50 to 11",
        "set 21 false 2026-06-01 0 to 12",
        "set 21 5 2026-06-01 70 to 22",
        "grid 2026-01-01 12",
    ]);
});

test("a block with a word in it is not pasted at all", async () => {
    await openGrid();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "11\tmuch");
    await manuallyDispatchProgrammaticEvent(queryFirst(at(0, 0)), "paste", { clipboardData });
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_notification").toHaveText(/much/);
});

test("what the server refuses is told, and the amount is as it was", async () => {
    onRpc("crm.plan.line", "set_plan_cells", () => {
        throw makeServerError({ message: "This plan has been changed meanwhile" });
    });
    await openGrid();
    await contains(at(0, 1)).click();
    await edit("80", { confirm: "Enter" });
    await animationFrame();
    expect(".o_notification").toHaveText(/changed meanwhile/);
    expect(at(0, 1)).toHaveValue("50");
    expect(".o_plan_undo").not.toBeEnabled();
    expect.verifySteps(["grid 2026-01-01 12"]);
});

test("periods", async () => {
    await openGrid();
    await contains(".o_plan_bar .btn-group button:contains(Quarter)").click();
    await contains(".o_plan_next").click();
    await contains(".o_plan_bar .btn-group button:contains(Month)").click();
    await contains(".o_plan_previous").click();
    expect.verifySteps(["grid 2026-04-01 3", "grid 2026-07-01 3", "grid 2026-05-01 1", "grid 2026-04-01 1"]);
    expect(".o_plan_period").toHaveText("April 2026");
});

test("the payments of a cell", async () => {
    onRpc("crm.plan.line", "get_plan_cell_action", ({ args: [ids, month] }) => {
        expect.step(`cell ${ids.partner_id} ${month}`);
        return { type: "ir.actions.act_window_close" };
    });
    await openGrid();
    await contains(".o_plan_fact:eq(0)").click();
    expect.verifySteps(["cell 21 2026-04-01"]);
});

test("the dialog of the import does not wait for the grid when it closes", async () => {
    await openGrid();
    let options;
    patchWithCleanup(getService("action"), {
        doAction: (action, actionOptions) => {
            expect.step(action);
            options = actionOptions;
        },
    });
    await contains(".o_plan_import").click();
    expect.verifySteps(["crm_invoicing.crm_plan_import_action"]);
    expect(options.onClose({ noReload: true })).toBe(undefined);
    expect(options.onClose()).toBe(undefined);
    await animationFrame();
    expect.verifySteps(["grid 2026-01-01 12"]);
});

test("whoever may only look cannot type", async () => {
    grid = getGrid({ can_edit: false });
    await openGrid();
    expect(at(0, 0)).toHaveAttribute("readonly");
    expect(".o_plan_add, .o_plan_import, .o_plan_undo").toHaveCount(0);
    expect(".o_plan_excel").toHaveCount(1);
});

test("an empty plan says what to do", async () => {
    grid = getGrid({ rows: [], row_count: 0, totals: {} });
    await openGrid();
    expect(".o_plan_empty").toHaveText(/Plan the first payment/);
    expect(".o_plan_add").toHaveCount(1);
});

test("rows that are not shown are counted", async () => {
    grid = getGrid({ row_count: 203 });
    await openGrid();
    expect(".o_plan_figures > p").toHaveText(/200 more rows/);
});
