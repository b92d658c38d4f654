import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, getService, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { getBox, route } from "@crm_call_scripts/call_builder/script_arrows";
import { arrange, isArranged } from "@crm_call_scripts/call_builder/script_layout";
import { getPorts, ScriptModel, toKeyed } from "@crm_call_scripts/call_builder/script_model";
import { findNeighbour, findReturning, sortByFlow } from "@crm_call_scripts/call_builder/script_places";

defineMailModels();
describe.current.tags("desktop");

const ACTION = {
    type: "ir.actions.client",
    tag: "crm_call_builder",
    path: "call-builder",
    name: "Script",
    params: { version_id: 5 },
};
const OUTCOMES = [{ id: 31, name: "Agreed", kind: "success" }];
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
    write_record: false,
    write_field: false,
    x: 0,
    y: 0,
    ...values,
});
const answer = (id, name, next_id) => ({ id, key: `a${id}`, name, next_id, writes: false, write_value: "" });

let data, saved, failure, server;

function makeGraph() {
    return {
        version_id: 5,
        script_id: 1,
        name: "Cold call",
        number: 2,
        purpose: "prospects",
        minutes: 5,
        start: 1,
        nodes: [
            node(1, "say", { text: "I am {manager} <b>x</b>", next_id: 2 }),
            node(2, "question", { answers: [answer(21, "Yes", 3), answer(22, "No", false)] }),
            node(3, "end", { outcome_id: 31 }),
            node(4, "question", { is_objection: true, answers: [answer(41, "Fine", false)] }),
        ],
    };
}

beforeEach(() => {
    failure = null;
    saved = [];
    server = { revision: 7, state: "draft" };
    data = {
        graph: makeGraph(),
        state: "draft",
        can_edit: true,
        revision: 7,
        problems: [{ node_key: "n2", level: "error", text: "No leads nowhere." }],
        script: { id: 1, name: "Cold call", purpose: "prospects", minutes: 5 },
        fields: {
            client: [],
            contact: [],
            deal: [{ name: "priority", label: "Priority", type: "selection", choices: [["1", "High"]] }],
        },
        records: [{ id: "deal", name: "Deal" }],
        placeholders: [
            { name: "client", label: "Client", example: "Green Valley" },
            { name: "manager", label: "Manager", example: "Olena" },
        ],
        outcomes: OUTCOMES,
    };
    onRpc("res.users", "has_group", () => true);
    onRpc("crm.call.script.version", "load_graph", () => structuredClone({ ...data, revision: server.revision }));
    onRpc("crm.call.script.version", "read", () => [{ id: 5, ...server }]);
    onRpc("crm.call.script.version", "save_graph", ({ args }) => save(args[1], args[2]));
});

function save(revision, graph) {
    if (failure === "offline") {
        return new Response("", { status: 502 });
    }
    if (failure || revision !== server.revision) {
        throw makeServerError({ message: failure || "Taras has changed the script." });
    }
    saved.push(graph);
    server.revision++;
    return { revision: server.revision, ids: {}, problems: [] };
}

async function openBuilder() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction(ACTION);
    await animationFrame();
}

async function waitForSaving() {
    await advanceTime(1_100);
    await animationFrame();
    await animationFrame();
}

const openCard = (key) => contains(`.o_builder_card[data-key=${key}] .o_builder_card_head`).click();
const makeModel = () => new ScriptModel(toKeyed(makeGraph()));
const overlaps = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

/** Whether an arrow passes through the inside of a box. */
function passes(points, box) {
    const inner = { left: box.left + 1, right: box.right - 1, top: box.top + 1, bottom: box.bottom - 1 };
    return points.slice(1).some((to, index) => {
        const from = points[index];
        const line = {
            left: Math.min(from.x, to.x) - 0.1,
            right: Math.max(from.x, to.x) + 0.1,
            top: Math.min(from.y, to.y) - 0.1,
            bottom: Math.max(from.y, to.y) + 0.1,
        };
        return overlaps(line, inner);
    });
}

/** A conversation of many questions whose answers skip some of them and lead back. */
function makeLargeGraph(size) {
    const nodes = Array.from({ length: size }, (_, index) =>
        node(index + 1, "question", {
            answers: [index + 2, index + 3, index - 4].map((target, number) =>
                answer(index * 10 + number, `Answer ${number}`, target > 0 && target <= size ? target : false),
            ),
        }),
    );
    return toKeyed({ name: "Large", start: 1, nodes });
}

describe("model", () => {
    test("what is new is linked, and undone and redone in one step", () => {
        const model = makeModel();
        const key = model.addNode("end", { x: 0, y: 900 }, { nodeKey: "n2", answerKey: "a22" });
        expect(getPorts(model.find("n2"))[1].target).toBe(key);
        model.undo();
        expect(model.find(key)).toBe(undefined);
        expect(getPorts(model.find("n2"))[1].target).toBe(false);
        model.redo();
        expect(getPorts(model.find("n2"))[1].target).toBe(key);
    });

    test("the letters of a word are one step, those of another field the next", () => {
        const model = makeModel();
        ["H", "He", "Hey"].forEach((name) => model.setNode("n1", { name }));
        model.setNode("n1", { text: "Hello" });
        model.undo();
        expect(model.find("n1").name).toBe("Hey");
        model.undo();
        expect(model.find("n1").name).toBe("Node 1");
        expect(model.canUndo).toBe(false);
    });

    test("a removed text leaves no way to it", () => {
        const model = makeModel();
        expect(model.findSources("n3").map((one) => one.key)).toEqual(["n2"]);
        model.removeNode("n3");
        expect(getPorts(model.find("n2"))[0].target).toBe(false);
        model.removeNode("n1");
        expect(model.graph.start).toBe(false);
    });

    test("a copy has keys of its own and leads where its original does", () => {
        const model = makeModel();
        const copy = model.find(model.duplicateNode("n2"));
        expect(copy.answers[0].next_id).toBe("n3");
        expect(copy.key).not.toBe("n2");
        expect(copy.answers[0].key).not.toBe("a21");
    });

    test("answers are moved no further than to the ends", () => {
        const model = makeModel();
        model.moveAnswer("n2", "a22", -1);
        model.moveAnswer("n2", "a22", -1);
        expect(model.find("n2").answers.map((one) => one.key)).toEqual(["a22", "a21"]);
    });

    test("an end is no objection, a question has an answer", () => {
        const model = makeModel();
        model.setNode("n4", { kind: "end" });
        expect(model.find("n4").is_objection).toBe(false);
        model.setNode("n1", { kind: "question" });
        expect(model.find("n1").answers).toHaveLength(1);
    });
});

describe("layout", () => {
    test("top down, objections in a lane of their own, always the same", () => {
        const graph = arrange(toKeyed(makeGraph()));
        const [first, second, last, objection] = graph.nodes;
        expect(first.y < second.y && second.y < last.y).toBe(true);
        for (const one of [first, second, last]) {
            expect(objection.x).toBeGreaterThan(getBox(one).right);
        }
        expect(arrange(graph)).toEqual(graph);
        expect(isArranged(graph)).toBe(true);
    });

    test("no two of sixty cards lie on each other, and no arrow passes through a card", () => {
        const graph = arrange(makeLargeGraph(60));
        const boxes = graph.nodes.map(getBox);
        boxes.forEach((box, index) => {
            expect(boxes.slice(index + 1).some((other) => overlaps(box, other))).toBe(false);
        });
        const byKey = Object.fromEntries(graph.nodes.map((one) => [one.key, one]));
        let crossed = 0;
        for (const one of graph.nodes) {
            getPorts(one).forEach((port, index) => {
                const way = port.target && route(one, index, byKey[port.target], boxes);
                crossed += way && boxes.some((box) => passes(way, box)) ? 1 : 0;
            });
        }
        expect(crossed).toBe(0);
    });

    test("what nothing leads to has a place, and so has a circle without a start", () => {
        const graph = toKeyed(makeGraph());
        graph.start = false;
        graph.nodes[0].next_id = "n1";
        expect(isArranged(arrange(graph))).toBe(true);
    });

    test("what is reached from an objection alone leads back", () => {
        const graph = makeGraph();
        graph.nodes.push(node(5, "say"), node(6, "say"));
        graph.nodes[3].answers.push(answer(42, "Explain", 5), answer(43, "Yes", 2));
        expect([...findReturning(toKeyed(graph))]).toEqual(["n4", "n5"]);
    });

    test("arrow keys go to the next card, the outline follows the conversation", () => {
        const graph = arrange(toKeyed(makeGraph()));
        expect(findNeighbour(graph, false, "arrowdown")).toBe("n1");
        expect(findNeighbour(graph, "n1", "arrowdown")).toBe("n2");
        expect(findNeighbour(graph, "n2", "arrowup")).toBe("n1");
        expect(findNeighbour(graph, "n1", "arrowup")).toBe(undefined);
        const outline = sortByFlow({ ...graph, nodes: [...graph.nodes].reverse() });
        expect(outline.map((one) => one.key)).toEqual(["n1", "n2", "n3", "n4"]);
    });
});

test("cards, arrows and signs of problems; HTML is text", async () => {
    await openBuilder();
    expect(".o_builder_card").toHaveCount(4);
    expect(".o_builder_arrow").toHaveCount(2);
    expect("[data-key=n1] .o_builder_card_text").toHaveText("I am {manager} <b>x</b>");
    expect("[data-key=n2] .o_builder_sign").toHaveAttribute("title", "No leads nowhere.");
    expect("[data-key=n3] .badge").toHaveText("Agreed");
    expect("[data-key=n1].o_builder_start").toHaveCount(1);
    expect(".o_builder_saving").toHaveText("Saved");
});

test("edit a card: it is saved by itself", async () => {
    await openBuilder();
    await openCard("n1");
    await contains(".o_builder_name").edit("Greeting", { confirm: false });
    expect("[data-key=n1] .o_builder_card_head").toHaveText("Greeting");
    expect(".o_builder_saving").toHaveText("Not saved yet");
    expect(saved).toHaveLength(0);
    await waitForSaving();
    expect(saved[0].nodes[0].name).toBe("Greeting");
    expect(saved[0].start).toBe("n1");
    expect(".o_builder_saving").toHaveText("Saved");
});

test("a placeholder is written where the caret is", async () => {
    await openBuilder();
    await openCard("n2");
    const text = queryOne(".o_builder_text");
    text.setSelectionRange(4, 4);
    await contains(".o_builder_placeholders button:first").click();
    expect(text).toHaveValue("Text{client} 2");
});

test("the plus of a loose answer makes what comes next", async () => {
    await openBuilder();
    await contains("[data-key=n2] .o_builder_add").click();
    expect(".o_builder_card").toHaveCount(5);
    expect(".o_builder_arrow").toHaveCount(3);
    expect(".o_builder_panel").toHaveCount(1);
    await press(["control", "z"]);
    await animationFrame();
    expect(".o_builder_card").toHaveCount(4);
});

test("the selector leads somewhere else, or to something new", async () => {
    await openBuilder();
    await openCard("n2");
    await contains(".o_builder_then:last").select("n1");
    expect(".o_builder_arrow").toHaveCount(3);
    await contains(".o_builder_then:last").select("new:end");
    expect(".o_builder_card").toHaveCount(5);
    expect(".o_builder_kind").toHaveValue("end");
});

test("drag a card, and an arrow to a card", async () => {
    await openBuilder();
    await contains(".o_builder_fit").click();
    const card = await contains("[data-key=n3] .o_builder_card_head").drag();
    await card.moveTo(".o_builder_picture", { position: { x: 5, y: 300 }, relative: true });
    await card.drop();
    const port = await contains("[data-node=n2][data-answer=a22]").drag();
    await port.moveTo("[data-key=n4] .o_builder_card_head");
    await port.drop();
    await animationFrame();
    expect(".o_builder_arrow").toHaveCount(3);
    expect(".o_builder_panel").toHaveCount(0);
    await waitForSaving();
    expect(saved.at(-1).nodes[1].answers[1].next_id).toBe("n4");
    const before = arrange(toKeyed(makeGraph())).nodes[2];
    expect(saved.at(-1).nodes[2].x).not.toBe(before.x);
});

test("by keyboard: walk, open, close, delete what others lead to, undo", async () => {
    await openBuilder();
    await press("ArrowDown");
    await press("ArrowDown");
    await press("ArrowDown");
    await animationFrame();
    expect(".o_builder_selected").toHaveAttribute("data-key", "n3");
    await press("Enter");
    await animationFrame();
    expect(".o_builder_panel").toHaveCount(1);
    await press("Escape");
    await animationFrame();
    expect(".o_builder_panel").toHaveCount(0);
    await press("Delete");
    await animationFrame();
    expect(".modal-body").toHaveText(/“Node 2”/);
    await contains(".modal-footer .btn-primary").click();
    expect(".o_builder_card").toHaveCount(3);
    await press(["control", "z"]);
    await animationFrame();
    expect(".o_builder_card").toHaveCount(4);
    await press(["control", "s"]);
    await animationFrame();
    expect(saved).toHaveLength(1);
});

test("without the network saving is tried again", async () => {
    await openBuilder();
    failure = "offline";
    await contains(".o_builder_new").click();
    await waitForSaving();
    expect(".o_builder_saving").toHaveText(/No connection/);
    failure = null;
    await advanceTime(5_100);
    await animationFrame();
    expect(saved).toHaveLength(1);
    expect(".o_builder_saving").toHaveText("Saved");
});

test("what somebody else has saved is not overwritten", async () => {
    await openBuilder();
    server.revision = 9;
    await contains(".o_builder_new").click();
    await waitForSaving();
    expect(".o_builder_conflict").toHaveText(/Taras has changed the script/);
    await openCard("n1");
    await contains(".o_builder_name").edit("Mine", { confirm: false });
    await waitForSaving();
    expect(saved).toHaveLength(0);
    await contains(".o_builder_load_newer").click();
    await animationFrame();
    expect(".o_builder_conflict").toHaveCount(0);
    expect(".o_builder_card").toHaveCount(4);
    await contains(".o_builder_name").edit("Again", { confirm: false });
    await waitForSaving();
    expect(saved).toHaveLength(1);
});

test("what the server refuses is told, and the next change is tried", async () => {
    await openBuilder();
    failure = "Too long.";
    await contains(".o_builder_new").click();
    await waitForSaving();
    expect(".o_builder_refused").toHaveText("Too long.");
    failure = null;
    await contains(".o_builder_undo").click();
    await waitForSaving();
    expect(".o_builder_refused").toHaveCount(0);
    expect(saved).toHaveLength(1);
});

test("publishing is refused with the problems, a click goes to the card", async () => {
    onRpc("crm.call.script.version", "action_publish", () => {
        expect.step("publish");
        return true;
    });
    onRpc("crm.call.script.version", "write", ({ args }) => {
        expect.step(args[1].note);
        return true;
    });
    await openBuilder();
    await contains(".o_builder_publish").click();
    expect(".modal").toHaveCount(0);
    await contains(".o_builder_problem").click();
    expect(".o_builder_selected").toHaveAttribute("data-key", "n2");
    await contains(".o_builder_name").edit("Mended", { confirm: false });
    await waitForSaving();
    await contains(".o_builder_publish").click();
    await contains(".o_builder_note").edit("shorter");
    data = { ...data, can_edit: false, state: "published", problems: [] };
    await contains(".o_builder_do_publish").click();
    await animationFrame();
    expect.verifySteps(["shorter", "publish"]);
    expect(".o_builder_readonly").toHaveCount(1);
});

test("a published version is looked at only", async () => {
    data = { ...data, can_edit: false, state: "published" };
    await openBuilder();
    expect(".o_builder_publish, .o_builder_add, .o_builder_new").toHaveCount(0);
    expect(".o_builder_edit").toHaveCount(1);
    await openCard("n2");
    expect(".o_builder_panel :is(input, textarea, select):not(:disabled)").toHaveCount(0);
    await press("Escape");
    await press("Delete");
    await animationFrame();
    expect(".o_builder_card").toHaveCount(4);
    expect(".modal").toHaveCount(0);
});

test("a test run with invented names, from the beginning and from a card", async () => {
    await openBuilder();
    await contains(".o_builder_test_run").click();
    expect(".modal .o_call_text").toHaveText("I am Olena <b>x</b>");
    await contains(".modal .o_call_next").click();
    await contains(".modal .o_call_answer:first").click();
    expect(queryAllTexts(".o_builder_test_outcome")).toEqual(["Outcome: Agreed"]);
    await contains(".o_builder_restart").click();
    expect(".modal .o_call_text").toHaveText("I am Olena <b>x</b>");
    await contains(".modal .btn-close").click();
    expect(saved).toHaveLength(0);
});
