import { Dialog } from "@web/core/dialog/dialog";

import { Component, useState } from "@odoo/owl";

/** Asks what is new before a draft is published. */
export class PublishDialog extends Component {
    static template = "crm_call_scripts.PublishDialog";
    static components = { Dialog };
    static props = { close: Function, warnings: Number, publish: Function };

    setup() {
        this.state = useState({ note: "", isBusy: false });
    }

    async publish() {
        this.state.isBusy = true;
        try {
            await this.props.publish(this.state.note.trim());
        } finally {
            this.props.close();
        }
    }
}
