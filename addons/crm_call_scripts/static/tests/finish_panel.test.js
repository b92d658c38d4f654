import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne, setInputFiles, waitFor } from "@odoo/hoot-dom";
import { animationFrame, Deferred, mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { contains, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { FinishPanel } from "@crm_call_scripts/call_screen/finish_panel";

defineMailModels();
describe.current.tags("desktop");

const TASK = {
    activity_type_id: 2,
    type_name: "Call",
    is_call: true,
    summary: "Ask again",
    date_deadline: "2026-05-20",
    user_id: 7,
    user_name: "Olena",
    is_planned_by_process: true,
};
const STEPS = {
    9: { step_id: 9, name: "Interested", kind: "progress", asks: [] },
    10: { step_id: 10, name: "Offer sent", kind: "progress", asks: ["file"] },
    11: { step_id: 11, name: "Lost", kind: "lost", asks: ["lost_reason", "comment"] },
};

let finished, answers;

function prepare(outcomeId, stepId) {
    expect.step(`prepare ${outcomeId} ${stepId}`);
    const chosen = stepId === undefined ? 9 : stepId;
    const info = {
        step: STEPS[chosen] || false,
        buttons: Object.values(STEPS).filter((step) => step.step_id !== chosen),
        last_result_id: 77,
        writes: [],
        next_task: chosen === 9 ? TASK : false,
        lost_reasons: [{ id: 3, name: "Too dear" }],
    };
    return answers[chosen] ? answers[chosen].then(() => info) : Promise.resolve(info);
}

beforeEach(() => {
    mockDate("2026-05-13 07:00:00");
    mockTimeZone(0);
    finished = [];
    answers = {};
});

async function openPanel(props = {}) {
    await mountWithCleanup(FinishPanel, {
        props: {
            outcomes: [
                { id: 30, name: "No Answer", kind: "no_answer", sequence: 1 },
                { id: 31, name: "Agreed", kind: "success", sequence: 2 },
            ],
            outcomeId: 31,
            who: { client: { id: 2, name: "Dnipro" }, contact: false, deal: { id: 4, name: "Deal" } },
            prepare,
            onFinish: async (values) => finished.push(values),
            onClose: () => expect.step("close"),
            onPlanMeeting: () => expect.step("meeting"),
            ...props,
        },
    });
    await animationFrame();
    await animationFrame();
}

async function pressAll(...keys) {
    for (const key of keys) {
        await press(key);
        await animationFrame();
    }
}

test("another result asks for what it demands, and plans what its process plans", async () => {
    await openPanel();
    expect(".o_call_next_task").toHaveCount(1);
    expect(".o_call_missing").toHaveCount(0);
    await contains(".o_call_step").select("11");
    await animationFrame();
    expect(".o_call_next_task").toHaveCount(0);
    expect(".o_call_missing").toHaveText("Missing: the reason of the loss, a comment");
    expect(".o_call_do_finish").not.toBeEnabled();
    await contains("[aria-label='Lost Reason']").select("3");
    await contains(".o_call_demands textarea").edit("paid less elsewhere", { confirm: false });
    await contains(".o_call_do_finish").click();
    expect(finished).toHaveLength(1);
    expect(finished[0].step_id).toBe(11);
    expect(finished[0].lost_reason_id).toBe(3);
    expect(finished[0].task).toBe(false);
    expect.verifySteps(["prepare 31 undefined", "prepare 31 11"]);
});

test("the results stay where they stand, whichever is chosen", async () => {
    await openPanel();
    const before = queryAllTexts(".o_call_step option");
    expect(before).toEqual(["Record no result", "Interested", "Offer sent", "Lost"]);
    await contains(".o_call_step").select("11");
    await animationFrame();
    expect(queryAllTexts(".o_call_step option")).toEqual(before);
    expect(".o_call_step").toHaveValue("11");
    expect.verifySteps(["prepare 31 undefined", "prepare 31 11"]);
});

test("no result is a choice too", async () => {
    await openPanel();
    await contains(".o_call_step").select("");
    await animationFrame();
    await contains(".o_call_do_finish").click();
    expect(finished[0].step_id).toBe(false);
    expect(finished[0].task).toBe(false);
    expect.verifySteps(["prepare 31 undefined", "prepare 31 false"]);
});

test("nothing is finished before it is known what the result demands", async () => {
    answers[11] = new Deferred();
    await openPanel();
    await contains(".o_call_step").select("11");
    expect(".o_call_do_finish").not.toBeEnabled();
    queryOne(".o_call_finish").focus();
    await pressAll("Enter");
    expect(finished).toHaveLength(0);
    answers[11].resolve();
    await animationFrame();
    expect(".o_call_missing").toHaveCount(1);
    expect.verifySteps(["prepare 31 undefined", "prepare 31 11"]);
});

test("an answer that comes late is not of the result chosen meanwhile", async () => {
    answers[11] = new Deferred();
    await openPanel();
    await contains(".o_call_step").select("11");
    await contains(".o_call_step").select("9");
    await animationFrame();
    answers[11].resolve();
    await animationFrame();
    expect(".o_call_step").toHaveValue("9");
    expect(".o_call_missing").toHaveCount(0);
    expect(".o_call_next_task").toHaveCount(1);
    expect(".o_call_do_finish").toBeEnabled();
    expect.verifySteps(["prepare 31 undefined", "prepare 31 11", "prepare 31 9"]);
});

test("a result that cannot be asked for is not recorded", async () => {
    await openPanel();
    answers[11] = Promise.reject(new Error("Somebody has closed the deal."));
    await contains(".o_call_step").select("11");
    await animationFrame();
    expect(".o_call_finish_problem").toHaveText("Somebody has closed the deal.");
    expect(".o_call_do_finish").not.toBeEnabled();
    await pressAll("2");
    await animationFrame();
    expect(".o_call_finish_problem").toHaveText("");
    expect.verifySteps(["prepare 31 undefined", "prepare 31 11", "prepare 30 undefined"]);
});

test("a result that takes files", async () => {
    let answer = [{ error: "You are not allowed to upload an attachment here." }];
    mockService("http", {
        post: async (route, { model, id, ufile }) => {
            expect.step(`${route} ${model} ${id} ${ufile.length}`);
            return JSON.stringify(answer);
        },
    });
    await openPanel();
    await contains(".o_call_step").select("10");
    await animationFrame();
    expect(".o_call_do_finish").not.toBeEnabled();
    expect(".o_call_missing").toHaveText(/a file/);
    const upload = async (shown) => {
        await contains(".o_call_files button").click();
        await setInputFiles([new File(["x"], "offer.pdf", { type: "application/pdf" })]);
        await waitFor(shown);
    };
    await upload(".o_call_finish_problem:contains('not allowed')");
    expect(".o_call_file").toHaveCount(0);
    answer = [
        { id: 51, filename: "offer.pdf" },
        { id: 52, filename: "wrong.pdf" },
    ];
    await upload(".o_call_file");
    expect(".o_call_finish_problem").toHaveText("");
    expect(queryAllTexts(".o_call_file")).toEqual(["offer.pdf", "wrong.pdf"]);
    await contains(".o_call_file:last button").click();
    await contains(".o_call_do_finish").click();
    expect(finished[0].file_ids).toEqual([51]);
    expect.verifySteps([
        "prepare 31 undefined",
        "prepare 31 10",
        "/web/binary/upload_attachment crm.lead 0 1",
        "/web/binary/upload_attachment crm.lead 0 1",
    ]);
});

test("by keyboard alone: outcome, demand, end", async () => {
    STEPS[9].asks = ["comment"];
    try {
        await openPanel({ outcomeId: false });
        expect(".o_call_do_finish").not.toBeEnabled();
        await pressAll("2");
        await animationFrame();
        expect(".o_call_outcome[aria-pressed=true]").toHaveText(/Agreed$/);
        await pressAll("Enter");
        expect(finished).toHaveLength(0);
        await contains(".o_call_demands textarea", { visible: true }).focus();
        await pressAll("o", "k", "Enter");
        expect(finished).toHaveLength(0);
        queryOne(".o_call_finish").focus();
        await pressAll("Enter");
        expect(finished).toHaveLength(1);
        expect(finished[0].outcome_id).toBe(31);
        expect(finished[0].comment).toMatch(/^ok/);
        expect.verifySteps(["prepare 31 undefined"]);
    } finally {
        STEPS[9].asks = [];
    }
});

test("free times for the next call, and what speaks against another one", async () => {
    onRpc("crm.free.time", "get_slots", ({ args }) => {
        expect.step(`slots ${args[0]} ${args[1]} ${args[3]}`);
        return [{ start: "2026-05-20 08:00:00", stop: "2026-05-20 08:15:00", label: "Wed 08:00" }];
    });
    onRpc("crm.free.time", "get_conflicts", ({ args }) => {
        expect.step(`conflicts ${args[2]}`);
        return [{ kind: "my_call", text: "You have another call then." }];
    });
    await openPanel();
    await contains(".o_call_free").click();
    await contains(".o_call_slot").click();
    await animationFrame();
    expect(".o_call_conflict").toHaveText("You have another call then.");
    expect(".o_call_slot").toHaveCount(0);
    await contains(".o_call_do_finish").click();
    expect(finished[0].task).toEqual({
        activity_type_id: 2,
        summary: "Ask again",
        date_deadline: "2026-05-20",
        call_start: "2026-05-20 08:00:00",
        user_id: 7,
    });
    expect.verifySteps(["prepare 31 undefined", "slots 7 2 2026-05-20 00:00:00", "conflicts 2026-05-20 08:00:00"]);
});

test("a meeting is planned from the end of a call", async () => {
    await openPanel();
    await contains(".o_call_plan_meeting").click();
    expect.verifySteps(["prepare 31 undefined", "meeting"]);
    expect(finished).toHaveLength(0);
});
