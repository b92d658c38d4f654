import { ActivityMarkAsDone } from "@mail/core/web/activity_markasdone_popover";
import { RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";

import { onWillStart, useState } from "@odoo/owl";

import { describeButton, recordResult, RESULT_RECORDED } from "../result_buttons/result_recording";

/** The task of a deal is finished with a result of its process, what is written beside it is the comment. */
patch(ActivityMarkAsDone.prototype, {
    setup() {
        super.setup(...arguments);
        this.resultState = useState({ info: false, isBusy: false });
        if (this.props.activity.res_model === "crm.lead") {
            // before it opens: a popover that grows afterwards does not fit a narrow screen
            onWillStart(() => this.loadResultButtons());
        }
    },

    get resultEntries() {
        const { info } = this.resultState;
        return (info?.buttons || []).map((button) => ({
            ...describeButton(button),
            run: () => this.onClickResult(button),
        }));
    },

    async loadResultButtons() {
        const { orm } = this.env.services;
        try {
            this.resultState.info = await orm.silent.call("crm.lead", "get_result_buttons", [
                [this.props.activity.res_id],
            ]);
        } catch (error) {
            // a colleague may finish a task of a deal that is not shown to him: as in Odoo, without results
            if (!(error instanceof RPCError && error.exceptionName === "odoo.exceptions.AccessError")) {
                throw error;
            }
        }
    },

    async onClickResult(button) {
        if (this.resultState.isBusy) {
            return;
        }
        this.resultState.isBusy = true;
        try {
            await this.recordResult(button);
        } finally {
            this.resultState.isBusy = false;
        }
    },

    async recordResult(button) {
        // the popover may be gone when the result is recorded
        const { activity, onActivityChanged } = this.props;
        const { action, effect, orm } = this.env.services;
        const { id, feedback, res_id: dealId, store } = activity;
        const given = { comment: feedback || false, activity_id: id };
        const lastResultId = this.resultState.info.last_result_id;
        try {
            await recordResult({ action, effect, orm }, dealId, button, lastResultId, given);
        } catch (error) {
            await this.loadResultButtons();
            throw error;
        }
        const thread = store.Thread.insert({ model: "crm.lead", id: dealId });
        store.activityBroadcastChannel?.postMessage({
            type: "RELOAD_CHATTER",
            payload: { id: dealId, model: "crm.lead" },
        });
        onActivityChanged?.(thread);
        this.env.bus.trigger(RESULT_RECORDED, { dealId });
        await thread.fetchNewMessages();
    },
});
