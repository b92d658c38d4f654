import { _t } from "@web/core/l10n/translation";
import { x2ManyCommands } from "@web/core/orm_service";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/**
 * The table of allowed changes of state: a row per state to leave, a column per state to reach, a press allows or
 * forbids. An allowed change can ask for a reason and for an approval.
 *
 * Its states are those of the `states` field in the same form, as they are saved.
 */
export class TransitionMatrixField extends Component {
    static template = "crm_documents.TransitionMatrixField";
    static props = { ...standardFieldProps, statesField: { type: String, optional: true } };
    static defaultProps = { statesField: "state_ids" };

    get states() {
        const { records } = this.props.record.data[this.props.statesField];
        return records.filter((state) => state.resId).map(({ resId, data }) => ({ id: resId, name: data.name }));
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    get rows() {
        const states = this.states;
        return states.map((from) => ({ ...from, cells: states.map((to) => this.getCell(from, to)) }));
    }

    getCell(from, to) {
        const change = this.findChange(from.id, to.id);
        return {
            key: `${from.id}_${to.id}`,
            from,
            to,
            change,
            isDiagonal: from.id === to.id,
            label: _t("From “%(from)s” to “%(to)s”", { from: from.name, to: to.name }),
        };
    }

    findChange(fromId, toId) {
        return this.list.records.find(({ data }) => data.from_state_id?.id === fromId && data.to_state_id?.id === toId);
    }

    /** Where documents stay for good; a warning unless it is the end of their life. */
    isEnd(row) {
        return row.cells.every((cell) => !cell.change);
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    toggle({ change, from, to }) {
        const command = change
            ? [x2ManyCommands.DELETE, change.resId || change._virtualId]
            : x2ManyCommands.create(false, this.prepareChange(from, to));
        return this.apply(command);
    }

    toggleDemand({ change }, name) {
        return change.update({ [name]: !change.data[name] });
    }

    prepareChange(from, to) {
        return {
            from_state_id: { id: from.id, display_name: from.name },
            to_state_id: { id: to.id, display_name: to.name },
            sequence: 10 * (this.states.findIndex((state) => state.id === to.id) + 1),
            needs_reason: false,
            needs_approval: false,
        };
    }

    apply(command) {
        return this.props.record.update({ [this.props.name]: [command] });
    }
}

export const transitionMatrixField = {
    component: TransitionMatrixField,
    displayName: _t("Table of Allowed Changes"),
    supportedTypes: ["one2many"],
    supportedOptions: [
        { label: _t("States field"), name: "states_field", type: "field", availableTypes: ["one2many"] },
    ],
    relatedFields: [
        { name: "sequence", type: "integer", readonly: false },
        { name: "from_state_id", type: "many2one", relation: "crm.document.state", readonly: false },
        { name: "to_state_id", type: "many2one", relation: "crm.document.state", readonly: false },
        { name: "needs_reason", type: "boolean", readonly: false },
        { name: "needs_approval", type: "boolean", readonly: false },
    ],
    extractProps: ({ options }) => ({ statesField: options.states_field || "state_ids" }),
};

registry.category("fields").add("document_transitions", transitionMatrixField);
