import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { contains, makeMockEnv, mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";

import { Component, useState, xml } from "@odoo/owl";

import { CallTalk } from "@crm_call_scripts/call_screen/call_talk";
import { Conversation } from "@crm_call_scripts/conversation/conversation";

defineMailModels();
describe.current.tags("desktop");

const NONE = { key: "", text: "", hint: "", is_objection: false, is_required: false, next_id: false, answers: [] };
const END = { ...NONE, id: 9, kind: "end", name: "End", text: "The end" };
const makeAnswers = (count) =>
    Array.from({ length: count }, (_, index) => ({ id: 100 + index, name: `Answer ${index + 1}`, next_id: 9 }));

let sent;

/** Shows one node that leads to the end, as the screen of a call and a test run do. */
class Talk extends Component {
    static template = xml`<CallTalk talk="state.talk" values="{}" isLocked="props.isLocked" onEvent.bind="onEvent" />`;
    static components = { CallTalk };
    static props = ["*"];

    setup() {
        const nodes = [
            { ...NONE, id: 1, next_id: 9, name: "Ask", ...this.props.node },
            END,
            ...(this.props.more || []),
        ];
        this.state = useState({ talk: new Conversation({ start: 1, nodes }) });
    }

    onEvent(event) {
        sent.push(event);
        this.state.talk.apply({ ...event, key: `k${sent.length}` });
    }
}

const ask = (node, props = {}) => mountWithCleanup(Talk, { props: { node, isLocked: false, ...props } });

/** The formats of a language: set after the services have read those of the test server. */
async function useFormats(formats) {
    await makeMockEnv();
    patchWithCleanup(localization, formats);
}

async function pressAll(...keys) {
    for (const key of keys) {
        await press(key);
        await animationFrame();
    }
}

async function enterNumber(text) {
    await contains(".o_call_input input").edit(text, { confirm: false });
    await pressAll("Enter");
}

beforeEach(() => {
    sent = [];
    mockDate("2026-05-13 07:00:00");
});

describe("numbers", () => {
    for (const [name, thousandsSep, text] of [
        ["a comma and a space that does not break", "\u00a0", "12\u00a0500,25"],
        ["a comma and a thin space", "\u202f", "12\u202f500,25"],
        ["a comma and an ordinary space", "\u00a0", "12 500,25"],
        ["a thin space where another one is usual", "\u00a0", "12\u2009500,25"],
        ["a point where the comma is usual", "\u00a0", "12500.25"],
        ["points between the thousands", ".", "12.500,25"],
    ]) {
        test(name, async () => {
            await useFormats({ decimalPoint: ",", thousandsSep, grouping: [3, 0] });
            await ask({ kind: "number" });
            await enterNumber(text);
            expect(sent).toEqual([{ node_id: 1, kind: "value", value: 12500.25 }]);
        });
    }

    test("commas between the thousands", async () => {
        await ask({ kind: "number" });
        await enterNumber("12,500.25");
        expect(sent.map((event) => event.value)).toEqual([12500.25]);
    });

    test("zero is an answer, words are none", async () => {
        await ask({ kind: "number", is_required: true });
        await enterNumber("about ten");
        expect(".o_call_problem").toHaveText("“about ten” is no number.");
        await enterNumber("0");
        expect(sent.map((event) => event.value)).toEqual([0]);
        expect(".o_call_text").toHaveText("The end");
    });

    test("nothing passes a question that need not be answered", async () => {
        await ask({ kind: "number" });
        await enterNumber("  ");
        expect(sent.map((event) => event.value)).toEqual([false]);
    });
});

describe("days", () => {
    test("a day is typed and sent whatever the format of the language", async () => {
        await useFormats({ dateFormat: "dd.MM.yyyy" });
        await ask({ kind: "date", is_required: true });
        await contains(".o_call_date input").edit("01.06.2026", { confirm: false });
        await pressAll("Enter", "Enter");
        expect(sent).toEqual([{ node_id: 1, kind: "value", value: "2026-06-01" }]);
    });

    test("no day does not pass a question that must be answered", async () => {
        await ask({ kind: "date", is_required: true });
        await contains(".o_call_enter").click();
        expect(".o_call_problem").toHaveText("This question cannot be passed without an answer.");
        expect(sent).toEqual([]);
    });
});

describe("texts", () => {
    test("Enter begins a new line, Ctrl+Enter goes on", async () => {
        await ask({ kind: "text" });
        await contains(".o_call_input textarea").edit("one\ntwo ", { confirm: false });
        await pressAll("Enter");
        expect(sent).toEqual([]);
        await contains(".o_call_input textarea").edit(" one\ntwo ", { confirm: false });
        await pressAll(["control", "Enter"]);
        expect(sent.map((event) => event.value)).toEqual(["one\ntwo"]);
    });

    test("digits typed into a text choose no answer and no objection", async () => {
        const more = [{ ...NONE, id: 2, kind: "say", name: "Too expensive", is_objection: true }];
        await ask({ kind: "text" }, { more });
        await pressAll("1", "2");
        expect(sent).toEqual([]);
        await pressAll(["alt", "1"]);
        expect(sent).toEqual([{ node_id: 1, kind: "objection", to_node_id: 2 }]);
    });
});

describe("answers", () => {
    test("key 0 is the tenth answer", async () => {
        await ask({ kind: "question", answers: makeAnswers(12) });
        await pressAll("0");
        expect(sent).toEqual([{ node_id: 1, kind: "answer", answer_id: 109 }]);
    });

    test("more than ten answers: the others have no key and are clicked", async () => {
        await ask({ kind: "question", answers: makeAnswers(12) });
        expect(queryAllTexts(".o_call_answer kbd")).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]);
        expect(".o_call_answer").toHaveCount(12);
        await contains(".o_call_answer:last").click();
        expect(sent.map((event) => event.answer_id)).toEqual([111]);
    });

    test("a key without an answer does nothing", async () => {
        await ask({ kind: "question", answers: makeAnswers(2) });
        await pressAll("3", "0", "Enter");
        expect(sent).toEqual([]);
    });

    test("several answers are chosen and taken back by keys", async () => {
        await ask({ kind: "choice", answers: makeAnswers(11) });
        await pressAll("1", "0", "2", "1");
        expect(queryAllTexts(".o_call_choice[aria-pressed=true] span")).toEqual(["Answer 2", "Answer 10"]);
        await pressAll("Enter");
        expect(sent).toEqual([{ node_id: 1, kind: "value", answer_ids: [109, 101] }]);
        expect(".o_call_text").toHaveText("The end");
    });

    test("a choice that must be made is not passed without one", async () => {
        await ask({ kind: "choice", is_required: true, answers: makeAnswers(2) });
        await pressAll("Enter");
        expect(".o_call_problem").toHaveText("This question cannot be passed without an answer.");
        expect(sent).toEqual([]);
    });

    test("nothing can be answered in a locked conversation", async () => {
        await ask({ kind: "question", answers: makeAnswers(2) }, { isLocked: true });
        await pressAll("1");
        expect(".o_call_answer:enabled").toHaveCount(0);
        expect(sent).toEqual([]);
    });

    test("an objection is said to be one, in a word", async () => {
        const more = [{ ...NONE, id: 2, kind: "say", name: "Too expensive", is_objection: true }];
        await ask({ kind: "question", answers: makeAnswers(2) }, { more });
        expect(".o_call_say .badge").toHaveCount(0);
        await pressAll(["alt", "1"]);
        expect(".o_call_say .badge").toHaveText("Objection");
        await pressAll("Enter");
        expect(".o_call_say .badge").toHaveCount(0);
        expect(".o_call_node_name").toHaveText("Ask");
    });
});
