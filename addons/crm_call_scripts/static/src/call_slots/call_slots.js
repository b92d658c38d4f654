import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

/** What nobody should overlook; the rest is a matter of taste. */
const GRAVE = new Set(["do_not_call", "my_call", "my_meeting", "client_meeting"]);

/**
 * Beside the time of a planned call: what speaks against it in words, and the next times at which manager and client
 * are both free.
 */
export class CallSlots extends Component {
    static template = "crm_call_scripts.CallSlots";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ slots: null, isLoading: false });
    }

    get conflicts() {
        return (this.props.record.data.call_conflicts || []).map((conflict) => ({
            ...conflict,
            className: GRAVE.has(conflict.kind) ? "alert-danger" : "alert-warning",
        }));
    }

    get emptyText() {
        return _t("No free time is left within two weeks.");
    }

    get canPropose() {
        return Boolean(this.props.record.data.user_id) && !this.state.isLoading;
    }

    async propose() {
        const { user_id, contact_id, call_minutes, call_start } = this.props.record.data;
        const after = call_start ? call_start.plus({ minutes: 1 }) : null;
        this.state.isLoading = true;
        try {
            this.state.slots = await this.orm.call("crm.free.time", "get_slots", [
                user_id.id,
                contact_id?.id || false,
                Math.min(Math.max(call_minutes || 15, 1), 480),
                after && after > luxon.DateTime.now() ? serializeDateTime(after) : null,
            ]);
        } finally {
            this.state.isLoading = false;
        }
    }

    async choose(slot) {
        this.state.slots = null;
        await this.props.record.update({ call_start: deserializeDateTime(slot.start) });
    }
}

export const callSlots = {
    component: CallSlots,
    fieldDependencies: [
        { name: "user_id", type: "many2one" },
        { name: "contact_id", type: "many2one" },
        { name: "call_start", type: "datetime" },
        { name: "call_minutes", type: "integer" },
        { name: "call_conflicts", type: "json" },
    ],
};

registry.category("view_widgets").add("call_slots", callSlots);
