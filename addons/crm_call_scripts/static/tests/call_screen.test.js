import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { contains, getService, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();
describe.current.tags("desktop");

const ACTION = { type: "ir.actions.client", tag: "crm_call_screen", path: "call", name: "Call", params: { call_id: 5 } };
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
        call: { id: 5, state: "open", start: "2026-05-13 07:00:00", user: [7, "Olena"], is_mine: true, script_id: 1, version_id: 1, lang: "en_US", seconds: 65, outcome_id: false, note: "" },
        who: { client: { id: 2, name: "Dnipro" }, contact: false, deal: false, name: "Dnipro", function: "", phone: "+380 44 1", email: "", level: "", do_not_call: false, last_result: "", task: "", hours_text: "", is_callable_now: true, callable_until: false, tz: false, hints: [] },
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
                node(5, "question", { is_objection: true, name: "Too expensive", answers: [answer(51, "Fine", false)] }),
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
    expect.step(events.map((event) => [event.kind, event.answer_id || event.value || event.to_node_id].filter(Boolean).join(" ")).join(", "));
    return { saved: events.map((event) => event.key), count: 1, is_moved: !screen.session_ok, is_done: false };
}

const storageName = () => `crm_call_scripts/${session.db}/${user.userId}/5`;

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
        writes: [{ key: "n3", record: "deal", record_name: "Deal", label: "Revenue", old: "0", new: "5", is_allowed: true, problem: "" }],
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
    expect(".o_call_outcome:first").toHaveText("Agreed");
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
