import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { contains, getService, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

import { getWindowName, isAlive } from "@crm_call_scripts/conversation/call_window";

defineMailModels();
describe.current.tags("desktop");

const ACTION = {
    type: "ir.actions.client",
    tag: "crm_call_screen",
    path: "call",
    name: "Call",
    params: { call_id: 5 },
};
const node = (id, kind, values = {}) => ({
    id,
    key: `n${id}`,
    kind,
    name: `Node ${id}`,
    text: `Text ${id}`,
    hint: "",
    is_objection: false,
    is_required: false,
    next_id: false,
    answers: [],
    outcome_id: false,
    field: false,
    x: 0,
    y: 0,
    ...values,
});
const answer = (id, name, next_id) => ({ id, key: `a${id}`, name, next_id, writes: false });

let screen, isOnline, refusal;

beforeEach(() => {
    mockDate("2026-05-13 07:00:00");
    isOnline = true;
    refusal = "";
    screen = {
        call: {
            id: 5,
            state: "open",
            start: "2026-05-13 07:00:00",
            user: [7, "Olena"],
            is_mine: true,
            script_id: 1,
            version_id: 1,
            lang: "en_US",
            seconds: 65,
            outcome_id: false,
            note: "",
        },
        who: {
            client: { id: 2, name: "Dnipro" },
            contact: false,
            deal: false,
            name: "Dnipro",
            function: "",
            phone: "+380 44 1",
            email: "",
            level: "",
            do_not_call: false,
            last_result: "",
            task: "",
            hours_text: "",
            is_callable_now: true,
            callable_until: false,
            tz: false,
            hints: [],
        },
        history: [],
        placeholders: { client: "<b>Dnipro</b>", manager: "Olena" },
        graph: {
            version_id: 1,
            script_id: 1,
            name: "Cold call",
            number: 1,
            start: 1,
            nodes: [
                node(1, "say", { text: "Is that {client}? <img src=x onerror=alert(1)> {{7*7}}", next_id: 2 }),
                node(2, "question", { answers: [answer(21, "Yes", 3), answer(22, "No", 4)] }),
                node(3, "number", { next_id: 4, is_required: true }),
                node(4, "end", { outcome_id: 31 }),
                node(5, "question", {
                    is_objection: true,
                    name: "Too expensive",
                    answers: [answer(51, "Fine", false)],
                }),
            ],
        },
        scripts: [{ id: 1, name: "Cold call" }],
        lines: [],
        outcomes: [
            { id: 30, name: "No Answer", kind: "no_answer", sequence: 1 },
            { id: 31, name: "Agreed", kind: "success", sequence: 2 },
        ],
        session_ok: true,
        holder: "Taras",
        since: false,
    };
    onRpc("crm.call", "open_screen", () => structuredClone(screen));
    onRpc("crm.call", "take_over", () => {
        expect.step("take_over");
        return structuredClone({ ...screen, session_ok: true });
    });
    onRpc("crm.call", "save_lines", ({ args }) => saveLines(args[2]));
});

function saveLines(events) {
    if (!isOnline) {
        return new Response("", { status: 502 });
    }
    if (refusal) {
        throw makeServerError({ message: refusal });
    }
    expect.step(
        events
            .map((event) => [event.kind, event.answer_id || event.value || event.to_node_id].filter(Boolean).join(" "))
            .join(", "),
    );
    return { saved: events.map((event) => event.key), count: 1, is_moved: !screen.session_ok, is_done: false };
}

const storageName = (name = getWindowName()) => `crm_call_scripts/${session.db}/${user.userId}/5/${name}`;

async function openScreen() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction(ACTION);
    await animationFrame();
}

async function pressAll(...keys) {
    for (const key of keys) {
        await press(key);
        await animationFrame();
        await animationFrame();
    }
}

test("a script with HTML and template code in it is shown as text", async () => {
    await openScreen();
    expect(".o_call_text").toHaveText("Is that <b>Dnipro</b>? <img src=x onerror=alert(1)> {{7*7}}");
    expect(".o_call_text *").toHaveCount(0);
    expect(".o_call_timer").toHaveText("1:05");
});

test("by keyboard alone, with a number as the user writes it", async () => {
    await openScreen();
    await pressAll("Enter", "1");
    expect(".o_call_text").toHaveText("Text 3");
    await pressAll("Enter");
    expect(".o_call_problem").toHaveText("This question cannot be passed without an answer.");
    await contains(".o_call_input input").edit("1,200.5", { confirm: false });
    await pressAll("Enter");
    expect(".o_call_text").toHaveText("Text 4");
    expect(queryAllTexts(".o_call_given_row")).toEqual(["Node 2Yes", "Node 31,200.5"]);
    expect.verifySteps(["next", "answer 21", "value 1200.5"]);
});

test("back, and a jump to what was answered", async () => {
    await openScreen();
    await pressAll("Enter", "2", "Backspace");
    expect(".o_call_text").toHaveText("Text 2");
    await pressAll("2");
    await contains(".o_call_given_row").click();
    expect(".o_call_text").toHaveText("Text 2");
    expect.verifySteps(["next", "answer 22", "back", "answer 22", "jump 2"]);
});

test("an objection leads back to where the conversation was", async () => {
    await openScreen();
    await pressAll("Enter", ["alt", "1"]);
    expect(".o_call_text").toHaveText("Text 5");
    await pressAll("1");
    expect(".o_call_text").toHaveText("Text 2");
    expect.verifySteps(["next", "objection 5", "answer 51"]);
});

test("without the network the call goes on, and is sent in its order afterwards", async () => {
    await openScreen();
    isOnline = false;
    await pressAll("Enter", "2");
    expect(".o_call_text").toHaveText("Text 4");
    expect(".o_call_offline").toHaveText(/^Not saved yet: 2\./);
    expect(JSON.parse(browser.localStorage.getItem(storageName()))).toHaveLength(2);
    isOnline = true;
    await advanceTime(2_500);
    await animationFrame();
    expect(".o_call_offline").toHaveCount(0);
    expect(browser.localStorage.getItem(storageName())).toBe(null);
    expect.verifySteps(["next, answer 22"]);
});

test("what an earlier window could not send is sent after a reload", async () => {
    const kept = [{ key: "k1", kind: "next", node_id: 1, seconds: 1 }];
    browser.localStorage.setItem(storageName(), JSON.stringify(kept));
    await openScreen();
    expect(".o_call_text").toHaveText("Text 2");
    expect.verifySteps(["next"]);
});

test("what a window could not send that is gone is sent, of one that is open nothing", async () => {
    const next = { key: "k1", kind: "next", node_id: 1, seconds: 1 };
    const answered = { key: "k2", kind: "answer", node_id: 2, answer_id: 22, seconds: 1 };
    browser.localStorage.setItem("crm_call_scripts.alive/gone", Date.now() - 11_000);
    browser.localStorage.setItem("crm_call_scripts.alive/open", Date.now() - 9_000);
    browser.localStorage.setItem(storageName("gone"), JSON.stringify([next]));
    browser.localStorage.setItem(storageName("open"), JSON.stringify([answered]));
    browser.localStorage.setItem(storageName("gone").replace("/5/", "/55/"), JSON.stringify([answered]));
    await openScreen();
    expect(".o_call_text").toHaveText("Text 2");
    expect(browser.localStorage.getItem(storageName("gone"))).toBe(null);
    expect(JSON.parse(browser.localStorage.getItem(storageName("open")))).toEqual([answered]);
    expect(browser.localStorage.getItem(storageName("gone").replace("/5/", "/55/"))).not.toBe(null);
    expect.verifySteps(["next"]);
});

test("a second window without the network keeps apart what is said in it", async () => {
    const waiting = JSON.stringify([{ key: "k1", kind: "next", node_id: 1, seconds: 1 }]);
    browser.localStorage.setItem("crm_call_scripts.alive/first", Date.now());
    browser.localStorage.setItem(storageName("first"), waiting);
    await openScreen();
    expect(".o_call_text").toHaveText(/^Is that/);
    isOnline = false;
    await pressAll("Enter");
    expect(JSON.parse(browser.localStorage.getItem(storageName()))).toHaveLength(1);
    expect(browser.localStorage.getItem(storageName("first"))).toBe(waiting);
    isOnline = true;
    await advanceTime(2_500);
    expect(browser.localStorage.getItem(storageName("first"))).toBe(waiting);
    expect.verifySteps(["next"]);
});

test("what a damaged box holds stops no call", async () => {
    browser.localStorage.setItem(storageName("gone"), "{not json");
    browser.localStorage.setItem(storageName("odd"), '{"key": 1}');
    await openScreen();
    expect(".o_call_text").toHaveText(/^Is that/);
    await pressAll("Enter");
    expect.verifySteps(["next"]);
});

test("a window says that it is open as long as it is", async () => {
    const alive = `crm_call_scripts.alive/${getWindowName()}`;
    await openScreen();
    expect(isAlive(getWindowName())).toBe(true);
    await advanceTime(9_000);
    expect(isAlive(getWindowName())).toBe(true);
    expect(Date.now() - Number(browser.localStorage.getItem(alive))).toBeLessThan(3_500);
    window.dispatchEvent(new Event("pagehide"));
    expect(isAlive(getWindowName())).toBe(false);
    window.dispatchEvent(new Event("pageshow"));
    expect(isAlive(getWindowName())).toBe(true);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_call_screen", params: {} });
    await animationFrame();
    expect(isAlive(getWindowName())).toBe(false);
});

test("what a window that is gone had said is sent once the call is taken over", async () => {
    screen.session_ok = false;
    browser.localStorage.setItem(
        storageName("gone"),
        JSON.stringify([{ key: "k1", kind: "next", node_id: 1, seconds: 1 }]),
    );
    await openScreen();
    expect(".o_call_text").toHaveText(/^Is that/);
    expect.verifySteps([]);
    screen.session_ok = true;
    await contains(".o_call_take_over").click();
    await animationFrame();
    expect(".o_call_text").toHaveText("Text 2");
    expect.verifySteps(["take_over", "next"]);
});

test("a call that goes on in another window is locked until it is taken over", async () => {
    await openScreen();
    screen.session_ok = false;
    await pressAll("Enter");
    expect(".o_call_moved").toHaveText(/another window: Taras/);
    await pressAll("1");
    await contains(".o_call_take_over").click();
    await animationFrame();
    expect(".o_call_moved").toHaveCount(0);
    expect.verifySteps(["next", "take_over"]);
});

test("what the server refuses is told and shown", async () => {
    screen.lines = [{ key: "k0", kind: "next", node_id: 1 }];
    await openScreen();
    refusal = "This does not fit.";
    await pressAll("2");
    await animationFrame();
    expect(".o_notification").toHaveText(/This does not fit/);
    expect(".o_call_refused").toHaveText(/Node 2:\s*No/);
    expect(".o_call_text").toHaveText("Text 2");
});

test("what was before is one paragraph each, without the marks of its letters", async () => {
    screen.history = [
        {
            id: 1,
            date: "2026-05-12 07:00:00",
            author: "Olena",
            title: "Call",
            text: "*Agreed*\n\n2 * 3 <b>boxes</b>\n",
        },
        { id: 2, date: "2026-05-11 07:00:00", author: "Taras", title: "", text: "Hello" },
    ];
    await openScreen();
    expect(queryAllTexts(".o_call_entry_text")).toEqual(["Agreed 2 * 3 <b>boxes</b>", "Hello"]);
    expect(".o_call_entry:first .fw-bolder").toHaveText("Call");
    expect(".o_call_entry:last .fw-bolder").toHaveText("Taras");
});

test("who is called: the contact without the client's name, which stands beside it", async () => {
    Object.assign(screen.who, {
        contact: { id: 3, name: "Dnipro, Halyna" },
        deal: { id: 4, name: "Pumps: Dnipro, spring" },
        phone: "+380 (44) 1-2",
    });
    await openScreen();
    expect(queryAllTexts(".o_call_who .btn")).toEqual(["Dnipro", "Halyna", "Pumps: Dnipro, spring"]);
    expect(".o_call_phone").toHaveAttribute("href", "tel:+3804412");
});

test("the choice of a script leaves its place when the conversation has begun", async () => {
    await openScreen();
    expect(".o_call_bar .o_call_script").toHaveCount(1);
    expect(".o_call_discard").toHaveCount(1);
    const { top } = queryOne(".o_call_say").getBoundingClientRect();
    await pressAll("Enter");
    expect(".o_call_script, .o_call_discard").toHaveCount(0);
    expect(".o_call_bar").toHaveText("Cold call");
    expect(Math.round(queryOne(".o_call_say").getBoundingClientRect().top)).toBe(Math.round(top));
    expect.verifySteps(["next"]);
});

test("a meeting is planned without leaving the call", async () => {
    onRpc("crm.call", "action_plan_meeting", ({ args }) => {
        expect.step(`meeting of ${args[0]}`);
        return { type: "ir.actions.client", tag: "display_notification", params: { message: "planned" } };
    });
    await openScreen();
    await pressAll(["control", "e"]);
    await animationFrame();
    await contains(".o_call_plan_meeting").click();
    expect(".o_call_finish").toHaveCount(1);
    expect.verifySteps(["meeting of 5"]);
});

test("notes are saved as they are typed", async () => {
    await openScreen();
    await contains(".o_call_note").edit("call the son", { confirm: false });
    expect.verifySteps([]);
    await advanceTime(2_000);
    expect.verifySteps(["note call the son"]);
});

test("finish with what the result demands, by one Enter when nothing is missing", async () => {
    onRpc("crm.call", "prepare_finish", ({ args }) => ({
        step: { step_id: 9, name: "Interested", kind: "progress", asks: ["comment"] },
        buttons: [],
        last_result_id: 77,
        writes: [
            {
                key: "n3",
                record: "deal",
                record_name: "Deal",
                label: "Revenue",
                old: "0",
                new: "5",
                is_allowed: true,
                problem: "",
            },
        ],
        next_task: false,
        lost_reasons: [],
    }));
    onRpc("crm.call", "finish", ({ args }) => {
        const { outcome_id, step_id, comment, writes, last_result_id } = args[3];
        expect(last_result_id).toBe(77);
        expect.step(`finish ${outcome_id} ${step_id} ${comment} ${writes}`);
        return { next_activity_id: false, message: "The protocol is saved.", is_moved: false };
    });
    onRpc("crm.call.day", "get_next", () => ({ activity_id: 8, name: "Karpaty" }));
    await openScreen();
    await pressAll("Enter", "2", ["control", "e"]);
    await animationFrame();
    expect(".o_call_outcome:first").toHaveText(/Agreed$/);
    expect(".o_call_missing").toHaveText("Missing: a comment");
    expect(".o_call_do_finish").not.toBeEnabled();
    await contains(".o_call_demands textarea").edit("good", { confirm: false });
    expect(".o_call_missing").toHaveCount(0);
    queryOne(".o_call_finish").focus();
    await pressAll("Enter");
    await animationFrame();
    expect(".o_call_done").toHaveText(/The protocol is saved\./);
    expect(".o_call_next_call").toHaveText("Next Call: Karpaty");
    expect.verifySteps(["next", "answer 22", "finish 31 9 good n3"]);
});
