import { deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** How many calls each manager gets on each day, see `crm.call.planning._get_summary_table`. */
export class CallPlanningSummary extends Component {
    static template = "crm_call_scripts.CallPlanningSummary";
    static props = { ...standardFieldProps };

    get table() {
        return this.props.record.data[this.props.name] || { days: [], rows: [] };
    }

    get days() {
        return this.table.days.map((day) => deserializeDate(day).toFormat("ccc d"));
    }

    get counts() {
        const { planned_count: planned, skipped_count: skipped } = this.props.record.data;
        return { planned, skipped };
    }
}

registry.category("fields").add("call_planning_summary", {
    component: CallPlanningSummary,
    supportedTypes: ["json"],
});
