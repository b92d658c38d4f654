import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormRenderer } from "@web/views/form/form_renderer";

import { Component, onWillStart, useEffect, useState } from "@odoo/owl";

import { STATUS_LOOKS } from "../work_status/work_status";

const NOT_BEGUN = { text: "text-muted", icon: "fa-plus-circle" };
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * The lines of a work report as tabs, one per service; below them the form of the chosen one, which is the inline form
 * view of the field (`mode="form"`).
 *
 * A tab that cannot be saved is marked, and opened when saving fails.
 */
export class WorkTabsField extends Component {
    static template = "crm_projects.WorkTabsField";
    static components = { FormRenderer };
    static props = { ...standardFieldProps, views: Object };

    setup() {
        this.archInfo = this.props.views.form;
        this.state = useState({ resId: this.records[0]?.resId });
        onWillStart(() => this.edit(this.active));
        // what was saved is loaded anew, and to be looked at
        useEffect(
            () => void this.edit(this.active),
            () => [this.active?.id, this.active?.isInEdition],
        );
        useEffect(
            (resId) => this.showInvalid(resId),
            () => [this.records.find((record) => !record.isValid)?.resId],
        );
    }

    get records() {
        return this.props.record.data[this.props.name].records;
    }

    get active() {
        return this.records.find((record) => record.resId === this.state.resId) || this.records[0];
    }

    get tabs() {
        return this.records.map((record) => ({
            id: record.resId,
            name: record.data.name,
            isActive: record === this.active,
            isInvalid: !record.isValid,
            ...this.describeStatus(record),
        }));
    }

    describeStatus({ data, fields }) {
        const label = fields.status.selection.find(([status]) => status === data.status)?.[1];
        return { ...(STATUS_LOOKS[data.status] || NOT_BEGUN), label: label || _t("Not begun") };
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    /** Odoo edits one line of a list at a time; here every line that was opened stays open. */
    async edit(record) {
        if (!this.props.readonly && record && !record.isInEdition) {
            await record.switchMode("edit");
        }
    }

    showInvalid(resId) {
        if (resId && this.active.isValid) {
            this.state.resId = resId;
        }
    }

    async select(resId) {
        await this.edit(this.records.find((record) => record.resId === resId));
        this.state.resId = resId;
    }

    onKeydown(ev) {
        const step = STEPS[ev.key];
        if (step) {
            const index = this.records.indexOf(this.active) + step;
            const { resId } = this.records.at(index % this.records.length);
            this.select(resId);
            ev.currentTarget.querySelector(`[data-id="${resId}"]`).focus();
            ev.preventDefault();
        }
    }
}

export const workTabsField = {
    component: WorkTabsField,
    displayName: _t("Tabs of Works"),
    supportedTypes: ["one2many"],
    extractProps: ({ views }) => ({ views }),
};

registry.category("fields").add("work_tabs", workTabsField);
