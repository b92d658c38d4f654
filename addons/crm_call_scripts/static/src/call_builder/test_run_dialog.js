import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

import { Component, useState } from "@odoo/owl";

import { makeKey } from "../conversation/call_window";
import { Conversation } from "../conversation/conversation";
import { CallTalk } from "../call_screen/call_talk";

/** A call without a client: the script as the manager will see it, with invented names. Nothing is saved. */
export class TestRunDialog extends Component {
    static template = "crm_call_scripts.TestRunDialog";
    static components = { CallTalk, Dialog };
    static props = {
        close: Function,
        graph: Object,
        values: Object,
        outcomes: Object,
        /** Key of the text to begin with, instead of the first one. */
        from: { type: [String, Boolean], optional: true },
    };

    setup() {
        this.state = useState({ talk: this.begin() });
    }

    get title() {
        return _t("Test run: %s", this.props.graph.name);
    }

    get outcome() {
        const { node, isCompleted } = this.state.talk;
        return isCompleted && this.props.outcomes[node.outcome_id];
    }

    begin() {
        const talk = new Conversation(this.props.graph);
        const from = talk.nodes[this.props.from];
        if (from) {
            // an objection is raised somewhere: where the conversation begins
            talk.stack = from.is_objection && talk.start ? [talk.start] : [];
            talk.nodeId = from.id;
        }
        return talk;
    }

    restart() {
        this.state.talk = this.begin();
    }

    onEvent(event) {
        this.state.talk.apply({ ...event, key: makeKey() });
    }
}
