import { Component, useEffect, useRef } from "@odoo/owl";

import { getKindIcon, getKindName, getNowhere, getTitle, KINDS } from "./builder_words";
import { LISTING } from "./script_model";
import { findReturning } from "./script_places";

const NEW = "new:";
const ENTERED = new Set(["text", "number", "date", "choice"]);

/** Everything of one text or question, beside the picture. Tells the model each change, keeps nothing itself. */
export class NodePanel extends Component {
    static template = "crm_call_scripts.NodePanel";
    static props = {
        node: Object,
        graph: Object,
        data: Object,
        model: Object,
        problems: Array,
        isReadonly: Boolean,
        onAdd: Function,
        onRemove: Function,
        onDuplicate: Function,
        onTest: Function,
        onClose: Function,
    };

    setup() {
        Object.assign(this, { getKindIcon, getKindName, getNowhere, getTitle });
        this.kinds = KINDS;
        this.root = useRef("root");
        this.text = useRef("text");
        useEffect(
            () => this.root.el.querySelector(".o_builder_name:not([disabled])")?.focus({ preventScroll: true }),
            () => [this.props.node.key],
        );
    }

    get node() {
        return this.props.node;
    }

    get isListing() {
        return LISTING.has(this.node.kind);
    }

    get isQuestion() {
        return this.node.kind === "question";
    }

    get isEntered() {
        return ENTERED.has(this.node.kind);
    }

    get canWrite() {
        return this.isQuestion || this.isEntered;
    }

    get isReturning() {
        return findReturning(this.props.graph).has(this.node.key);
    }

    get isStart() {
        return this.props.graph.start === this.node.key;
    }

    get targets() {
        return this.props.graph.nodes.map((node) => ({ key: node.key, title: getTitle(node) }));
    }

    get fields() {
        return this.props.data.fields[this.node.write_record] || [];
    }

    get field() {
        return this.fields.find((field) => field.name === this.node.write_field);
    }

    set(values) {
        this.props.model.setNode(this.node.key, values);
    }

    setAnswer(answer, values) {
        this.props.model.setAnswer(this.node.key, answer.key, values);
    }

    /** Lets a port lead to what was chosen, which may be something new. */
    lead(answerKey, value) {
        const port = { nodeKey: this.node.key, answerKey };
        if (value.startsWith(NEW)) {
            this.props.onAdd(port, value.slice(NEW.length));
        } else {
            this.props.model.connect(port, value || false);
        }
    }

    /** Writes a placeholder where the caret is. */
    insert(name) {
        const { el } = this.text;
        const [from, to] = [el.selectionStart, el.selectionEnd];
        this.set({ text: `${el.value.slice(0, from)}{${name}}${el.value.slice(to)}` });
        const caret = from + name.length + 2;
        // the page shows the new text first
        requestAnimationFrame(() => {
            el.focus();
            el.setSelectionRange(caret, caret);
        });
    }

    setOutcome(value) {
        this.set({ outcome_id: Number(value) || false });
    }

    setRecord(value) {
        this.set({ write_record: value || false, write_field: false });
    }
}
