import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const SOURCES = {
    stage: { icon: "fa-columns", title: _t("Probability of the stage") },
    prediction: { icon: "fa-magic", title: _t("Predicted by the outcome of similar deals") },
    manual: { icon: "fa-pencil", title: _t("Probability set by hand") },
    kept: { icon: "fa-lock", title: _t("Probability kept from before") },
};

/** Probability of success in whole percent, with a small sign that tells where it comes from. */
export class DealProbabilityField extends Component {
    static template = "crm_funnel.DealProbabilityField";
    static props = { ...standardFieldProps };

    get text() {
        return `${formatFloat(this.props.record.data[this.props.name], { digits: [16, 0] })} %`;
    }

    /** Lost deals have none. */
    get source() {
        return SOURCES[this.props.record.data.probability_source];
    }
}

export const dealProbabilityField = {
    component: DealProbabilityField,
    displayName: _t("Probability with its Source"),
    supportedTypes: ["float"],
    fieldDependencies: [{ name: "probability_source", type: "selection", readonly: true }],
};

registry.category("fields").add("deal_probability", dealProbabilityField);
