import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllAttributes, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate, mockTimeZone } from "@odoo/hoot-mock";
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

import { formatLength, formatLocalTime, formatMoment } from "@crm_call_scripts/call_day/call_times";

defineMailModels();
describe.current.tags("desktop");

const ACTION = { type: "ir.actions.client", tag: "crm_call_day", id: 78, name: "Calls Today" };
const row = (id, section, values = {}) => ({
    id,
    section,
    name: `Client ${id}`,
    client: { id: 100 + id, name: `Client ${id}` },
    contact: false,
    deal: { id: 200 + id, name: `Deal ${id}` },
    phone: `+380 44 ${id}`,
    summary: "Ask about the budget",
    script: "",
    level: "",
    start: false,
    is_promised: false,
    minutes: 15,
    deadline: "2026-05-13",
    days_late: 0,
    opens: false,
    closes: false,
    is_open: true,
    tz: false,
    problem: "",
    attempt: 1,
    can_call: true,
    ...values,
});

let day;

beforeEach(() => {
    mockDate("2026-05-13 07:00:00");
    mockTimeZone(3);
    day = {
        user: [7, "Olena"],
        is_mine: true,
        users: [],
        date: "2026-05-13",
        interrupted: [],
        rows: [
            row(1, "promised", { is_promised: true, start: "2026-05-13 07:05:00" }),
            row(2, "now"),
            row(3, "coming"),
        ],
        counts: { done: 12, left: 28, reached: 3, seconds: 4200 },
    };
    onRpc("crm.call.day", "get_day", ({ args }) => {
        expect.step(`get_day ${args[0]}`);
        return structuredClone(day);
    });
});

/** Opens the page; actions that it opens afterwards become steps. */
async function openDay() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction(ACTION);
    patchWithCleanup(getService("action"), {
        doAction: (action) => {
            expect.step(`${action.tag || action.res_model} ${action.params?.call_id || action.res_id}`);
        },
    });
    await animationFrame();
    expect.verifySteps(["get_day false"]);
}

function onStartCall() {
    onRpc("mail.activity", "action_start_call", ({ args }) => ({
        type: "ir.actions.client",
        tag: "crm_call_screen",
        params: { call_id: args[0][0] },
    }));
}

const shownCalls = () => queryAllAttributes(".o_call_row", "data-call");

test("sections in their order, those of the coming days folded", async () => {
    await openDay();
    expect(queryAllTexts(".o_call_section")).toEqual(["Promised1", "Call now1", "Coming days1"]);
    expect(shownCalls()).toEqual(["1", "2"]);
    expect(".o_call_day_progress").toHaveText("12 of 40 done, 3 reached, 1 h 10 min");
    await contains("[data-section=coming] .o_call_section").click();
    expect(shownCalls()).toEqual(["1", "2", "3"]);
});

test("one click to call", async () => {
    onStartCall();
    await openDay();
    await contains("[data-call='2'] .o_call_start").click();
    expect.verifySteps(["crm_call_screen 2"]);
});

test("by keyboard: choose and call", async () => {
    onStartCall();
    await openDay();
    await press("j");
    await press("ArrowDown");
    await animationFrame();
    expect(".o_call_selected").toHaveAttribute("data-call", "2");
    await press("ArrowDown");
    await press("k");
    await animationFrame();
    expect(".o_call_selected").toHaveAttribute("data-call", "1");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["crm_call_screen 1"]);
});

test("enter on a button is for the button", async () => {
    onStartCall();
    await openDay();
    queryOne("[data-section=now] .o_call_section").focus();
    await press("Enter");
    await animationFrame();
    expect.verifySteps([]);
});

test("no answer, taken back", async () => {
    onRpc("crm.call.day", "record_no_answer", ({ args }) => {
        expect.step(`no answer ${args[0]}`);
        day.rows = day.rows.filter((one) => one.id !== args[0]);
        return { call_id: 55, message: "Next: tomorrow." };
    });
    onRpc("crm.call.day", "undo_no_answer", ({ args }) => {
        expect.step(`undo ${args[0]}`);
        return true;
    });
    await openDay();
    await press("n");
    await animationFrame();
    expect(shownCalls()).toEqual(["2"]);
    expect(".o_notification").toHaveText(/Client 1\. Next: tomorrow\./);
    await contains(".o_notification button:contains(Undo)").click();
    expect.verifySteps(["no answer 1", "get_day false", "undo 55", "get_day false"]);
});

test("a refused press shows why and reads the day again", async () => {
    expect.errors(1);
    onRpc("crm.call.day", "record_no_answer", () => {
        throw makeServerError({ message: "done already" });
    });
    await openDay();
    await contains("[data-call='2'] .o_call_no_answer").click();
    await animationFrame();
    expect.verifyErrors(["done already"]);
    expect.verifySteps(["get_day false"]);
    expect("[data-call='2'] .o_call_no_answer").toBeEnabled();
});

test("later: one of the next free times", async () => {
    onRpc("crm.call.day", "get_later_slots", () => [
        { start: "2026-05-13 12:00:00", stop: "2026-05-13 12:15:00", label: "Today, 15:00" },
    ]);
    onRpc("crm.call.day", "postpone", ({ args }) => {
        expect.step(args.join(" "));
        return "Put to 15:00.";
    });
    await openDay();
    await press("j");
    await press("l");
    await animationFrame();
    expect(queryAllTexts(".o_later_slot")).toEqual(["Today, 15:00"]);
    await contains(".o_later_slot").click();
    await animationFrame();
    expect.verifySteps(["1 2026-05-13 12:00:00", "get_day false"]);
    expect(".modal").toHaveCount(0);
});

test("later: nothing free, another time", async () => {
    onRpc("crm.call.day", "get_later_slots", () => []);
    await openDay();
    await contains("[data-call='1'] .o_call_later").click();
    expect(".o_later_empty").toHaveCount(1);
    let options;
    patchWithCleanup(getService("action"), {
        doAction: (action, actionOptions) => {
            expect.step(`${action.res_model} ${action.res_id}`);
            options = actionOptions;
        },
    });
    await contains(".o_later_other").click();
    expect.verifySteps(["mail.activity 1"]);
    // the dialog of the task does not wait for the list
    expect(options.onClose({ noReload: true })).toBe(undefined);
    expect(options.onClose()).toBe(undefined);
    await animationFrame();
    expect.verifySteps(["get_day false"]);
});

test("texts of clients are shown as text", async () => {
    day.rows = [row(1, "now", { name: "<b>x</b>", client: false, summary: "<img src=x onerror=alert(1)> {{ 1 }}" })];
    await openDay();
    expect(".o_call_row b, .o_call_row img").toHaveCount(0);
    expect(".o_call_what").toHaveText(/<img src=x onerror=alert\(1\)> \{\{ 1 \}\}/);
});

test("what may not be called has no button that works", async () => {
    day.rows = [row(1, "blocked", { problem: "Must not be called." }), row(2, "now", { can_call: false })];
    await openDay();
    await contains("[data-section=blocked] .o_call_section").click();
    expect("[data-call='1'] .o_call_start").not.toBeEnabled();
    expect("[data-call='2'] .o_call_buttons").toHaveCount(0);
    await press("Enter");
    await animationFrame();
    expect.verifySteps([]);
});

test("interrupted calls are resumed", async () => {
    day.interrupted = [{ call_id: 9, name: "Petro", deal: false, start: "2026-05-13 06:00:00", script: "Cold call" }];
    onRpc("crm.call", "action_open_call", ({ args }) => ({
        type: "ir.actions.client",
        tag: "crm_call_screen",
        params: { call_id: args[0][0] },
    }));
    await openDay();
    await contains(".o_call_resume").click();
    expect.verifySteps(["crm_call_screen 9"]);
});

test("a leader looks at the day of another", async () => {
    day.users = [
        { id: 7, name: "Olena" },
        { id: 8, name: "Taras" },
    ];
    await openDay();
    await contains(".o_call_day_user").select("8");
    expect.verifySteps(["get_day 8"]);
});

test("refreshed by itself; a lost connection changes nothing", async () => {
    await openDay();
    day.rows = [row(4, "now")];
    await advanceTime(60_000);
    await animationFrame();
    expect.verifySteps(["get_day false"]);
    expect(shownCalls()).toEqual(["4"]);
    onRpc("crm.call.day", "get_day", () => {
        throw makeServerError({ message: "gone" });
    });
    window.dispatchEvent(new Event("focus"));
    await animationFrame();
    expect(shownCalls()).toEqual(["4"]);
});

test("nothing planned: what to do first", async () => {
    day.rows = [];
    await openDay();
    expect(".o_call_day_empty").toHaveText(/Plan Calls/);
});

test("marks in words", async () => {
    day.rows = [
        row(1, "now", { days_late: 2, attempt: 3, closes: "2026-05-13 07:30:00" }),
        row(2, "later", { is_open: false, opens: "2026-05-13 11:00:00", problem: "Can be called from 14:00." }),
        row(3, "now", { closes: "2026-05-13 08:30:00" }),
    ];
    await openDay();
    expect(queryAllTexts("[data-call='1'] .badge")).toEqual(["Days overdue: 2", "Attempt 3", "until 10:30 AM"]);
    expect("[data-call='2'] .o_call_marks").toHaveText("Can be called from 14:00.");
    expect("[data-call='3'] .badge").toHaveCount(0);
});

test("lengths and times", async () => {
    await makeMockEnv();
    expect(`${formatLength(0)}`).toBe("0 min");
    expect(`${formatLength(59 * 60)}`).toBe("59 min");
    expect(`${formatLength(3601)}`).toBe("1 h 0 min");
    expect(formatMoment("2026-05-13 07:30:00")).toBe("10:30 AM");
    expect(formatMoment("2026-05-14 07:30:00")).toBe("May 14, 10:30 AM");
    expect(formatLocalTime("Europe/Warsaw")).toBe("9:00 AM");
    expect(formatLocalTime("Europe/Kyiv")).toBe("");
    expect(formatLocalTime(false)).toBe("");
    expect(formatLocalTime("Nowhere/None")).toBe("");
});
