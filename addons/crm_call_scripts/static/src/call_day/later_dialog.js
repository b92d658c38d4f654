import { Dialog } from "@web/core/dialog/dialog";

import { Component, onWillStart, useState } from "@odoo/owl";

/** The next free times of manager and client, one of which a call is put to. */
export class LaterDialog extends Component {
    static template = "crm_call_scripts.LaterDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        title: String,
        /** Returns the slots: [{start, stop, label}]. */
        load: Function,
        choose: Function,
        /** Lets the user type a time. */
        chooseOther: Function,
    };

    setup() {
        this.state = useState({ slots: [] });
        onWillStart(async () => {
            this.state.slots = await this.props.load();
        });
    }

    async chooseOther() {
        this.props.close();
        await this.props.chooseOther();
    }

    async choose(slot) {
        this.props.close();
        await this.props.choose(slot);
    }
}
