import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, xml } from "@odoo/owl";

/** A number of seconds as minutes and seconds: 4:05. */
export class CallLengthField extends Component {
    static template = xml`<span t-out="text" />`;
    static props = { ...standardFieldProps };

    get text() {
        const seconds = this.props.record.data[this.props.name] || 0;
        return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
}

registry.category("fields").add("call_length", {
    component: CallLengthField,
    displayName: _t("Length of a call"),
    supportedTypes: ["integer"],
});
