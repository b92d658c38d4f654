import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** Days since the last result: amber when the next one is late, red with a sign when it is very late. */
export class ResultAgeField extends Component {
    static template = "crm_funnel.ResultAgeField";
    static props = { ...standardFieldProps, isCompact: { type: Boolean, optional: true } };

    get days() {
        return this.props.record.data[this.props.name];
    }

    get lateness() {
        return this.props.record.data.result_lateness;
    }

    get className() {
        return { late: "text-warning-emphasis", very_late: "text-danger" }[this.lateness] || "text-muted";
    }

    get icon() {
        return this.lateness === "very_late" ? "fa-exclamation-circle" : "fa-clock-o";
    }

    get longText() {
        return _t("Days since the last result: %s", this.days);
    }

    get text() {
        return this.props.isCompact ? _t("%s d", this.days) : this.longText;
    }

    get title() {
        const remarks = {
            late: _t("later than the process expects"),
            very_late: _t("more than twice as late as the process expects"),
        };
        return [this.longText, remarks[this.lateness]].filter(Boolean).join(", ");
    }
}

export const resultAgeField = {
    component: ResultAgeField,
    displayName: _t("Days since the Last Result"),
    supportedTypes: ["integer"],
    supportedOptions: [{ label: _t("Compact"), name: "compact", type: "boolean" }],
    fieldDependencies: [{ name: "result_lateness", type: "selection", readonly: true }],
    extractProps: ({ options }) => ({ isCompact: Boolean(options.compact) }),
};

registry.category("fields").add("result_age", resultAgeField);
