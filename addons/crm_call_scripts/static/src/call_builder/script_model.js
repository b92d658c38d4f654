import { makeKey } from "../conversation/call_window";
import { arrange, isArranged } from "./script_layout";

const MAX_STEPS = 200;
/** Kinds of nodes with a list of answers. */
export const LISTING = new Set(["question", "choice"]);

/**
 * Returns a graph of `load_graph` in which nodes and answers are referred to by the keys that they keep, so that what is
 * new needs no number from the server, and nothing changes its name when it is saved.
 */
export function toKeyed(graph) {
    const keys = Object.fromEntries(graph.nodes.map((node) => [node.id, node.key]));
    const follow = (id) => keys[id] || false;
    const nodes = graph.nodes.map((node) => ({
        ...node,
        id: node.key,
        next_id: follow(node.next_id),
        answers: node.answers.map((one) => ({ ...one, id: one.key, next_id: follow(one.next_id) })),
    }));
    return { ...graph, start: follow(graph.start), nodes };
}

/** Returns where a node can lead to: [{answerKey, name, target}]; the key is false for the node itself. */
export function getPorts(node) {
    if (node.kind === "end") {
        return [];
    }
    if (node.kind === "question") {
        return node.answers.map((one) => ({ answerKey: one.key, name: one.name, target: one.next_id }));
    }
    return [{ answerKey: false, name: "", target: node.next_id }];
}

/** A script while it is edited, with every step that can be undone. Knows neither server nor page. */
export class ScriptModel {
    /**
     * @param {Object} graph as `toKeyed` returns it
     * @param {Function} [onChange] called after each step
     */
    constructor(graph, onChange = () => {}) {
        this.onChange = onChange;
        this.graph = isArranged(graph) ? graph : arrange(graph);
        this.undone = [];
        this.done = [];
        this.lastTag = "";
    }

    get canUndo() {
        return this.done.length > 0;
    }

    get canRedo() {
        return this.undone.length > 0;
    }

    find(key) {
        return this.graph.nodes.find((node) => node.key === key);
    }

    /** Returns the nodes from which something leads to one. */
    findSources(key) {
        return this.graph.nodes.filter(
            (node) => node.key !== key && getPorts(node).some((port) => port.target === key),
        );
    }

    /**
     * Changes the graph in one step that can be undone.
     *
     * @param {Function} edit changes the copy that it gets
     * @param {string} [tag] steps with the same one after each other are one step: the letters of a word
     */
    change(edit, tag = "") {
        const graph = structuredClone(this.graph);
        const result = edit(graph, (key) => graph.nodes.find((node) => node.key === key));
        if (!tag || tag !== this.lastTag) {
            this.done = [...this.done, this.graph].slice(-MAX_STEPS);
        }
        this.lastTag = tag;
        this.undone = [];
        this.graph = graph;
        this.onChange();
        return result;
    }

    undo() {
        this.step(this.done, this.undone);
    }

    redo() {
        this.step(this.undone, this.done);
    }

    step(from, to) {
        if (from.length) {
            to.push(this.graph);
            this.graph = from.pop();
            this.lastTag = "";
            this.onChange();
        }
    }

    // ------------------------------------------------------------------------
    // Nodes
    // ------------------------------------------------------------------------

    /** Adds a node, as the target of a port if there is one, and returns its key. */
    addNode(kind, place, port = false) {
        return this.change((graph, find) => {
            const node = makeNode(kind, place);
            graph.nodes.push(node);
            if (port) {
                connect(find(port.nodeKey), port.answerKey, node.key);
            } else if (!graph.start && kind !== "end") {
                graph.start = node.key;
            }
            return node.key;
        });
    }

    setNode(key, values) {
        const tag = "text" in values || "name" in values || "hint" in values ? `${key}/${Object.keys(values)}` : "";
        this.change((graph, find) => {
            const node = Object.assign(find(key), values);
            if (LISTING.has(node.kind) && !node.answers.length) {
                node.answers.push(makeAnswer());
            }
            if (node.kind === "end") {
                node.is_objection = false;
            }
        }, tag);
    }

    moveNode(key, place) {
        this.change((graph, find) => Object.assign(find(key), place));
    }

    duplicateNode(key) {
        return this.change((graph, find) => {
            const node = structuredClone(find(key));
            node.key = node.id = makeKey();
            node.answers.forEach((one) => (one.key = one.id = makeKey()));
            Object.assign(node, { x: node.x + 32, y: node.y + 32 });
            graph.nodes.push(node);
            return node.key;
        });
    }

    /** Removes a node; what led to it leads nowhere then. */
    removeNode(key) {
        this.change((graph) => {
            graph.nodes = graph.nodes.filter((node) => node.key !== key);
            graph.start = graph.start === key ? false : graph.start;
            for (const one of graph.nodes.flatMap((node) => [node, ...node.answers])) {
                one.next_id = one.next_id === key ? false : one.next_id;
            }
        });
    }

    setStart(key) {
        this.change((graph) => {
            graph.start = key;
        });
    }

    arrange() {
        this.change((graph) => {
            graph.nodes = arrange(graph).nodes;
        });
    }

    // ------------------------------------------------------------------------
    // Answers and ways
    // ------------------------------------------------------------------------

    addAnswer(key) {
        return this.change((graph, find) => {
            const answer = makeAnswer();
            find(key).answers.push(answer);
            return answer.key;
        });
    }

    setAnswer(key, answerKey, values) {
        const tag = "name" in values || "write_value" in values ? `${answerKey}/${Object.keys(values)}` : "";
        this.change((graph, find) => {
            Object.assign(
                find(key).answers.find((one) => one.key === answerKey),
                values,
            );
        }, tag);
    }

    removeAnswer(key, answerKey) {
        this.change((graph, find) => {
            const node = find(key);
            node.answers = node.answers.filter((one) => one.key !== answerKey);
        });
    }

    /** Moves an answer up (-1) or down (1). */
    moveAnswer(key, answerKey, step) {
        this.change((graph, find) => {
            const { answers } = find(key);
            const index = answers.findIndex((one) => one.key === answerKey);
            if (answers[index + step]) {
                [answers[index], answers[index + step]] = [answers[index + step], answers[index]];
            }
        });
    }

    connect(port, target) {
        this.change((graph, find) => connect(find(port.nodeKey), port.answerKey, target));
    }
}

function connect(node, answerKey, target) {
    const from = answerKey ? node.answers.find((one) => one.key === answerKey) : node;
    from.next_id = target;
}

function makeAnswer() {
    const key = makeKey();
    return { id: key, key, name: "", next_id: false, writes: false, write_value: "" };
}

function makeNode(kind, place) {
    const key = makeKey();
    return {
        id: key,
        key,
        kind,
        name: "",
        text: "",
        hint: "",
        is_objection: false,
        is_required: false,
        next_id: false,
        answers: LISTING.has(kind) ? [makeAnswer(), makeAnswer()] : [],
        outcome_id: false,
        field: false,
        write_record: false,
        write_field: false,
        ...place,
    };
}
