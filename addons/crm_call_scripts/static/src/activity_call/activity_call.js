import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";

import { onWillStart, useState } from "@odoo/owl";

const CALLED = new Set(["crm.lead", "res.partner"]);

/** A planned call of a client or deal begins where it is seen, for who may hold calls. */
const makeCallByScript = () => ({
    setup() {
        super.setup(...arguments);
        this.callState = useState({ isEntitled: false, isBusy: false });
        if (this.isPlannedCall) {
            onWillStart(async () => {
                this.callState.isEntitled = await user.hasGroup("sales_team.group_sale_salesman");
            });
        }
    },

    get isPlannedCall() {
        const { activity_category: category, res_model: model, state } = this.props.activity;
        return category === "phonecall" && CALLED.has(model) && state !== "done";
    },

    get canCallByScript() {
        return this.isPlannedCall && this.callState.isEntitled;
    },

    async onClickCallByScript() {
        if (this.callState.isBusy) {
            return;
        }
        this.callState.isBusy = true;
        // the popover may be gone when the call begins
        const { action, orm } = this.env.services;
        try {
            const screen = await orm.call("mail.activity", "action_start_call", [[this.props.activity.id]]);
            await action.doAction(screen);
        } finally {
            this.callState.isBusy = false;
        }
    },
});

// `super` means the class that is patched: each has an object of its own
patch(Activity.prototype, makeCallByScript());
patch(ActivityListPopoverItem.prototype, makeCallByScript());
