import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** The sign of an overdue document: red is not all that tells it. With `label` the word stands beside it. */
export class OverdueSignField extends Component {
    static template = "crm_documents.OverdueSignField";
    static props = { ...standardFieldProps, hasLabel: { type: Boolean, optional: true } };

    get isOverdue() {
        return this.props.record.data[this.props.name];
    }
}

export const overdueSignField = {
    component: OverdueSignField,
    displayName: _t("Overdue Sign"),
    supportedTypes: ["boolean"],
    supportedOptions: [{ label: _t("With the word"), name: "label", type: "boolean" }],
    extractProps: ({ options }) => ({ hasLabel: Boolean(options.label) }),
    listViewWidth: 28,
    label: false,
};

registry.category("fields").add("overdue_sign", overdueSignField);
