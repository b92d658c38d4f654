/** Kinds of events that lead to another text or question. */
export const MOVING = new Set(["next", "answer", "value", "objection", "jump", "back"]);
/** Kinds of events that say something about the text or question they were given at. */
export const ANSWERING = new Set(["answer", "value"]);
/** Kinds of nodes that take what the client says. */
export const ENTERED = new Set(["text", "number", "date", "choice"]);
const MAX_TEXT = 10_000;

/** An event does not fit where the conversation is; `reason` is one of those of `tools/conversation.py`. */
export class ConversationError extends Error {
    constructor(reason) {
        super(reason);
        this.reason = reason;
    }
}

const isDay = (value) =>
    typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && luxon.DateTime.fromISO(value).isValid;
const CHECKS = {
    text: (value) => typeof value === "string" && value.length <= MAX_TEXT,
    number: (value) => Number.isFinite(value),
    date: isDay,
};

/**
 * Where a conversation is and how it came there: the rules of `tools/conversation.py`, so that a call goes on while the
 * network is away. Both are held to `static/tests/conversation_cases.json`.
 */
export class Conversation {
    /** @param {Object|false} graph as `crm.call.script.version._get_graph` makes it */
    constructor(graph) {
        this.ordered = graph?.nodes || [];
        this.nodes = Object.fromEntries(this.ordered.map((node) => [node.id, node]));
        this.start = graph?.start || false;
        this.nodeId = this.start;
        // where objections lead back to, the last one on top
        this.stack = [];
        // {key, nodeId, stack} before each step that can be taken back
        this.path = [];
        // node id: key of the event whose answer counts
        this.given = {};
        this.takenBack = new Set();
        // what was saved has been checked then
        this.isTrusted = false;
    }

    get node() {
        return this.nodes[this.nodeId];
    }

    get isCompleted() {
        return this.node?.kind === "end";
    }

    get canGoBack() {
        return this.path.length > 0;
    }

    /**
     * Lets one thing happen.
     *
     * @throws {ConversationError} if it cannot happen here; nothing has changed then
     */
    apply(event) {
        if (!MOVING.has(event.kind)) {
            return;
        }
        if (!this.node || event.node_id !== this.nodeId) {
            throw new ConversationError("elsewhere");
        }
        if (event.kind === "back") {
            this.takeBack();
            return;
        }
        const { target, stack } = this.follow(event);
        this.path.push({ key: event.key, nodeId: this.nodeId, stack: this.stack });
        if (ANSWERING.has(event.kind)) {
            this.count(event.key);
        }
        this.nodeId = target;
        this.stack = stack;
    }

    /** Lets happen again what was saved: only where it led is looked at, not what was entered. */
    replay(events) {
        this.isTrusted = true;
        events.forEach((event) => this.apply(event));
        this.isTrusted = false;
    }

    // ------------------------------------------------------------------------
    // Where an event leads
    // ------------------------------------------------------------------------

    follow(event) {
        switch (event.kind) {
            case "next":
                this.checkKind(["say"]);
                return this.leadTo(this.node.next_id);
            case "answer":
                this.checkKind(["question"]);
                return this.leadTo(this.getAnswer(event.answer_id).next_id);
            case "value":
                this.checkKind([...ENTERED]);
                this.checkEntered(event);
                return this.leadTo(this.node.next_id);
            case "objection":
                return { target: this.getTarget(event, true), stack: [...this.stack, this.nodeId] };
            default:
                return { target: this.getTarget(event, false), stack: [] };
        }
    }

    /** Without a target an objection is over and leads back. */
    leadTo(target) {
        if (target) {
            return { target, stack: this.stack };
        }
        return this.stack.length
            ? { target: this.stack.at(-1), stack: this.stack.slice(0, -1) }
            : { target: this.start, stack: [] };
    }

    takeBack() {
        if (!this.canGoBack) {
            throw new ConversationError("target");
        }
        const { key, nodeId, stack } = this.path.pop();
        this.nodeId = nodeId;
        this.stack = stack;
        this.takenBack.add(key);
        if (this.given[nodeId] === key) {
            delete this.given[nodeId];
        }
    }

    /** The answer counts for its node, instead of the one that was given there before. */
    count(key) {
        if (this.nodeId in this.given) {
            this.takenBack.add(this.given[this.nodeId]);
        }
        this.given[this.nodeId] = key;
    }

    // ------------------------------------------------------------------------
    // Checks
    // ------------------------------------------------------------------------

    checkKind(kinds) {
        if (!kinds.includes(this.node.kind)) {
            throw new ConversationError("kind");
        }
    }

    getAnswer(answerId) {
        const answer = this.node.answers.find((one) => one.id === answerId);
        if (!answer) {
            throw new ConversationError("target");
        }
        return answer;
    }

    getTarget(event, isObjection) {
        const node = this.nodes[event.to_node_id];
        if (!node || node.is_objection !== isObjection) {
            throw new ConversationError("target");
        }
        return node.id;
    }

    checkEntered(event) {
        if (!this.isTrusted && !this.hasValue(event) && this.node.is_required) {
            throw new ConversationError("required");
        }
    }

    /** Whether anything was entered. Throws if it is of a wrong type. */
    hasValue(event) {
        if (this.node.kind === "choice") {
            const chosen = event.answer_ids || [];
            chosen.forEach((answerId) => this.getAnswer(answerId));
            return chosen.length > 0;
        }
        const { value } = event;
        if (value === undefined || value === null || value === false || value === "") {
            return false;
        }
        if (!CHECKS[this.node.kind](value)) {
            throw new ConversationError("value");
        }
        return this.node.kind !== "text" || value.trim() !== "";
    }
}
