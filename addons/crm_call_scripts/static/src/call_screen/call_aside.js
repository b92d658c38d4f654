import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";

import { Component } from "@odoo/owl";

import { formatMoment } from "../call_day/call_times";
import { ANSWERING } from "../conversation/conversation";
import { fill } from "../conversation/placeholders";

/** Beside the conversation: notes, what was answered so far, where one may jump, what was before. */
export class CallAside extends Component {
    static template = "crm_call_scripts.CallAside";
    static props = {
        talk: Object,
        events: Array,
        values: Object,
        history: Array,
        task: String,
        note: String,
        isLocked: Boolean,
        onNote: Function,
        onNoteLeft: Function,
        onJump: Function,
    };

    setup() {
        this.label = (text) => fill(text || "", this.props.values);
        this.formatMoment = formatMoment;
        // asked once: a list that somebody has opened stays open
        this.isWide = !this.env.isSmall;
    }

    get answers() {
        const { events, talk } = this.props;
        const counts = new Set(Object.values(talk.given));
        return events
            .filter((event) => ANSWERING.has(event.kind) && counts.has(event.key))
            .map((event) => ({ key: event.key, node: talk.nodes[event.node_id], text: this.describe(event) }));
    }

    /** What was before, each as one paragraph; the server marks bold words with stars. */
    get entries() {
        const tidy = (text) =>
            text
                .replace(/\*(\S[^*\n]*)\*/g, "$1")
                .replace(/\s+/g, " ")
                .trim();
        return this.props.history.map((entry) => ({ ...entry, text: tidy(entry.text) }));
    }

    get targets() {
        return this.props.talk.ordered.filter((node) => !node.is_objection);
    }

    describe(event) {
        const node = this.props.talk.nodes[event.node_id];
        if (["question", "choice"].includes(node.kind)) {
            const chosen = [event.answer_id, ...(event.answer_ids || [])];
            const answers = node.answers.filter((answer) => chosen.includes(answer.id));
            return answers.map((answer) => this.label(answer.name)).join(", ");
        }
        if (event.value === false || event.value === undefined) {
            return "—";
        }
        if (node.kind === "date") {
            return formatDate(deserializeDate(event.value));
        }
        return node.kind === "number" ? formatFloat(event.value, { trailingZeros: false }) : event.value;
    }
}
