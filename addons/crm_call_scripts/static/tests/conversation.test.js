import { before, describe, expect, globals, test } from "@odoo/hoot";

import { Conversation } from "@crm_call_scripts/conversation/conversation";
import { fill } from "@crm_call_scripts/conversation/placeholders";

describe.current.tags("headless");

let graph, cases, refused;

// the rules in Python are held to the same file
before(async () => {
    const response = await globals.fetch("/crm_call_scripts/static/tests/conversation_cases.json");
    ({ graph, cases, refused } = await response.json());
});

function walk(events) {
    const talk = new Conversation(graph);
    events.forEach((event) => talk.apply(event));
    return talk;
}

test("the cases of a conversation", () => {
    expect(cases.length).toBeGreaterThan(20);
    for (const { name, events, node_id, stack, taken_back, is_completed } of cases) {
        const talk = walk(events);
        const result = [talk.nodeId, talk.stack, [...talk.takenBack].sort(), talk.isCompleted];
        expect(result).toEqual([node_id, stack, taken_back, is_completed], { message: name });
    }
});

test("what does not fit is refused, and nothing has changed then", () => {
    for (const { name, events, reason } of refused) {
        const talk = walk(events.slice(0, -1));
        const before = JSON.stringify([talk.nodeId, talk.stack, talk.path]);
        let problem = "";
        try {
            talk.apply(events.at(-1));
        } catch (error) {
            problem = error.reason;
        }
        expect(problem).toBe(reason, { message: name });
        expect(JSON.stringify([talk.nodeId, talk.stack, talk.path])).toBe(before, { message: name });
    }
});

test("a call without a script has no conversation", () => {
    expect(new Conversation(false).node).toBe(undefined);
});

test("placeholders are replaced and nothing is evaluated", () => {
    const values = { client: "<b>Dnipro</b>", contact: "" };
    expect(fill("{client}, {contact|colleague}, {contact}", values)).toBe("<b>Dnipro</b>, colleague, …");
    expect(fill("{constructor} ${client} {{client}} {1+1}", { client: "x" })).toBe("{constructor} $x {x} {1+1}");
});
