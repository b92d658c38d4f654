import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

import { Component, useState } from "@odoo/owl";

/**
 * Asks which change of state is meant, if several are possible, and why it is made. Enter confirms.
 *
 * Choices: list of {id, name, needs_reason}. `confirm` gets the chosen one and the reason.
 */
export class StateDialog extends Component {
    static template = "crm_documents.StateDialog";
    static components = { Dialog };
    static props = {
        title: String,
        choices: Array,
        confirmLabel: String,
        placeholder: { type: String, optional: true },
        confirm: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ choiceId: this.props.choices[0].id, reason: "" });
        useAutofocus({ refName: "reason" });
    }

    get choice() {
        return this.props.choices.find((choice) => choice.id === this.state.choiceId);
    }

    get reason() {
        return this.state.reason.trim();
    }

    get isComplete() {
        return Boolean(this.reason) || !this.choice.needs_reason;
    }

    choose(choiceId) {
        this.state.choiceId = choiceId;
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.shiftKey && !ev.isComposing) {
            ev.preventDefault();
            this.confirm();
        }
    }

    confirm() {
        if (this.isComplete) {
            this.props.confirm(this.choice, this.reason);
            this.props.close();
        }
    }
}
