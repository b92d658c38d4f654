import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { fill } from "../conversation/placeholders";
import { CallInput } from "./call_input";

/** Keys that a control of the page understands itself are left to it. */
const isFree = (target) => !target?.closest?.("button, a, select, summary");
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

/**
 * What to say now, the answers and the objections. Knows no server: whoever shows it gets each event, by `onEvent`, and
 * lets it happen in the conversation.
 */
export class CallTalk extends Component {
    static template = "crm_call_scripts.CallTalk";
    static components = { CallInput };
    static props = {
        talk: Object,
        values: Object,
        isLocked: { type: Boolean, optional: true },
        onEvent: Function,
        onEnd: { type: Function, optional: true },
    };

    setup() {
        this.label = (text) => fill(text || "", this.props.values);
        DIGITS.forEach((key, index) => {
            useHotkey(key, () => this.answer(this.node.answers[index]), {
                isAvailable: () => this.node?.kind === "question",
            });
            useHotkey(`alt+${key}`, () => this.object(this.objections[index]), { bypassEditableProtection: true });
        });
        for (const key of ["enter", "space"]) {
            useHotkey(key, () => this.goOn(), {
                isAvailable: (target) => ["say", "end"].includes(this.node?.kind) && isFree(target),
            });
        }
        useHotkey("backspace", () => this.goBack());
        useHotkey("alt+arrowleft", () => this.goBack(), { bypassEditableProtection: true });
    }

    get node() {
        return this.props.talk.node;
    }

    get isLocked() {
        return Boolean(this.props.isLocked);
    }

    get objections() {
        return this.props.talk.ordered.filter((node) => node.is_objection);
    }

    get isObjection() {
        return this.props.talk.stack.length > 0 && !this.props.talk.isCompleted;
    }

    get endText() {
        return this.node.text ? "" : _t("The script ends here.");
    }

    send(event) {
        if (!this.isLocked && this.node) {
            this.props.onEvent({ node_id: this.node.id, ...event });
        }
    }

    answer(answer) {
        if (answer) {
            this.send({ kind: "answer", answer_id: answer.id });
        }
    }

    object(node) {
        if (node) {
            this.send({ kind: "objection", to_node_id: node.id });
        }
    }

    goOn() {
        if (this.node.kind === "end") {
            this.props.onEnd?.();
        } else {
            this.send({ kind: "next" });
        }
    }

    goBack() {
        if (this.props.talk.canGoBack) {
            this.send({ kind: "back" });
        }
    }

    enter(entered) {
        this.send({ kind: "value", ...entered });
    }
}
