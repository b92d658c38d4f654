import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { serializeDate } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { parseFloat } from "@web/views/fields/parsers";

import { Component, onMounted, useRef, useState } from "@odoo/owl";

/** A number as people type it in a hurry: with spaces of any width, and with a point where the comma is meant. */
function tidyNumber(text) {
    const { decimalPoint, thousandsSep } = localization;
    const tidy = text.replace(/\s/g, "");
    return thousandsSep === "." || decimalPoint === "." ? tidy : tidy.replace(".", decimalPoint);
}

/** Takes what the client says: a text, a number, a day, or several answers at once. */
export class CallInput extends Component {
    static template = "crm_call_scripts.CallInput";
    static components = { DateTimeInput };
    static props = { node: Object, isLocked: Boolean, label: Function, onEnter: Function };

    setup() {
        this.root = useRef("root");
        this.state = useState({ text: "", date: false, chosen: [], problem: "" });
        onMounted(() => this.root.el.querySelector("input, textarea")?.focus());
        useHotkey("control+enter", () => this.enter(), { bypassEditableProtection: true });
        if (this.props.node.kind === "choice") {
            this.setupChoiceKeys();
        }
    }

    setupChoiceKeys() {
        this.props.node.answers.slice(0, 10).forEach((answer, index) => {
            useHotkey(String((index + 1) % 10), () => this.toggle(answer.id));
        });
        useHotkey("enter", () => this.enter(), { isAvailable: (target) => !target?.closest?.("button, a, select") });
    }

    toggle(answerId) {
        const { chosen } = this.state;
        this.state.chosen = chosen.includes(answerId)
            ? chosen.filter((one) => one !== answerId)
            : [...chosen, answerId];
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && this.props.node.kind !== "text") {
            ev.preventDefault();
            ev.stopPropagation();
            this.enter();
        }
    }

    enter() {
        if (this.props.isLocked) {
            return;
        }
        const entered = this.read();
        const isEmpty =
            entered && !entered.answer_ids?.length && (entered.value === false || entered.value === undefined);
        if (isEmpty && this.props.node.is_required) {
            this.state.problem = _t("This question cannot be passed without an answer.");
        } else if (entered) {
            this.props.onEnter(entered);
        }
    }

    /** What was entered, for the event; undefined if it is none of its kind. */
    read() {
        const { chosen, date, text } = this.state;
        switch (this.props.node.kind) {
            case "choice":
                return { answer_ids: [...chosen] };
            case "date":
                return { value: date ? serializeDate(date) : false };
            case "number":
                return this.readNumber(text.trim());
            default:
                return { value: text.trim() || false };
        }
    }

    readNumber(text) {
        try {
            return { value: text ? parseFloat(tidyNumber(text)) : false };
        } catch {
            this.state.problem = _t("“%s” is no number.", text);
        }
    }
}
