import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, xml } from "@odoo/owl";

/** Whether a line of a protocol was taken back: a word where it was, nothing else. */
export class TakenBackField extends Component {
    static template = xml`<span t-if="isTakenBack" class="o_call_taken_back badge text-bg-secondary" t-out="text" />`;
    static props = { ...standardFieldProps };

    get isTakenBack() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return _t("taken back");
    }
}

registry.category("fields").add("call_taken_back", {
    component: TakenBackField,
    displayName: _t("Taken back"),
    supportedTypes: ["boolean"],
});
