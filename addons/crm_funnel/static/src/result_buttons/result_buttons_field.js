import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useState } from "@odoo/owl";

import { describeButton, openAndWait, recordResult, RESULT_RECORDED } from "./result_recording";

// buttons beside the menu, where there is not room for all
const CARD_LIMIT = 2;
const SMALL_SCREEN_LIMIT = 3;

/**
 * The result buttons of a deal: one press records one result.
 *
 * The value is described at `crm.lead.get_result_buttons`. Options: `deal_field` names the many2one of the deal if the
 * record is not the deal itself, `compact` shows the likeliest buttons and keeps the others in a menu, `only_results`
 * leaves *Start Sale* and *Quick Task* to the view.
 */
export class ResultButtonsField extends Component {
    static template = "crm_funnel.ResultButtonsField";
    static components = { Dropdown, DropdownItem };
    static props = {
        ...standardFieldProps,
        dealField: { type: String, optional: true },
        isCompact: { type: Boolean, optional: true },
        onlyResults: { type: Boolean, optional: true },
    };

    setup() {
        this.services = {
            action: useService("action"),
            effect: useService("effect"),
            orm: useService("orm"),
        };
        this.state = useState({ isBusy: false });
        if (!this.props.isCompact) {
            useBus(this.env.bus, RESULT_RECORDED, ({ detail }) => this.onRecordedElsewhere(detail));
        }
    }

    /**
     * On cards the value is text, which the server has not to copy for every card. It is empty on what is no deal,
     * and any words on the sample of an empty kanban.
     */
    get info() {
        const value = this.props.record.data[this.props.name];
        if (typeof value !== "string") {
            return value;
        }
        if (!value.startsWith("{")) {
            return false;
        }
        if (this.parsed?.text !== value) {
            this.parsed = { text: value, info: JSON.parse(value) };
        }
        return this.parsed.info;
    }

    get dealId() {
        const { dealField, record } = this.props;
        return dealField ? record.data[dealField]?.id : record.resId;
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get entries() {
        const own = !this.props.onlyResults;
        return [
            ...(own && this.info.can_start ? [this.startEntry] : []),
            ...this.info.buttons.map((button) => ({
                ...describeButton(button),
                run: () => this.press(() => this.record(button)),
            })),
            ...(own ? [this.taskEntry] : []),
            ...(this.info.revoke ? [this.revokeEntry] : []),
        ];
    }

    get startEntry() {
        return {
            key: "start",
            class: "btn-primary",
            icon: "fa-play",
            label: _t("Start Sale"),
            run: () => this.press(() => this.call("action_start_sale")),
        };
    }

    get taskEntry() {
        return {
            key: "task",
            class: "btn-link",
            icon: "fa-calendar-plus-o",
            label: _t("Quick Task"),
            run: () => this.press(() => this.openQuickTask()),
        };
    }

    get revokeEntry() {
        const { name, result_id: resultId } = this.info.revoke;
        return {
            key: "revoke",
            class: "btn-link",
            icon: "fa-undo",
            label: _t("Revoke “%s”", name),
            run: () => this.press(() => this.call("action_revoke_result", resultId)),
        };
    }

    get limit() {
        if (this.props.isCompact) {
            return CARD_LIMIT;
        }
        return this.env.isSmall ? SMALL_SCREEN_LIMIT : Infinity;
    }

    /** Where there is not room for all: the start of the sale, the next progress, the first "no progress", a refusal. */
    get visibleEntries() {
        if (this.limit === Infinity) {
            return this.entries;
        }
        const find = (...kinds) => this.entries.find((entry) => kinds.includes(entry.kind || entry.key));
        const likely = [find("start"), find("progress", "won"), find("neutral"), find("refusal")];
        return likely.filter(Boolean).slice(0, this.limit);
    }

    get menuEntries() {
        const visible = this.visibleEntries.map((entry) => entry.key);
        return this.entries.filter((entry) => !visible.includes(entry.key));
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    /** One press at a time; whatever comes of it, the buttons are read again. */
    async press(work) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            if (await this.saveForm()) {
                await work().finally(() => this.reload());
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    /** The result follows what the form says. A card has nothing to save. */
    saveForm() {
        return this.props.isCompact || this.props.record.save();
    }

    reload() {
        return this.props.record.model.root.load();
    }

    record(button) {
        // not read again after saving: somebody else's result in between must be refused, not followed
        return recordResult(this.services, this.dealId, button, this.info.last_result_id);
    }

    call(method, ...args) {
        return this.services.orm.call("crm.lead", method, [[this.dealId], ...args]);
    }

    async openQuickTask() {
        await openAndWait(this.services.action, await this.call("action_quick_task"));
    }

    async onRecordedElsewhere({ dealId }) {
        if (dealId === this.dealId && (await this.props.record.save())) {
            await this.reload();
        }
    }
}

export const resultButtonsField = {
    component: ResultButtonsField,
    displayName: _t("Result Buttons"),
    supportedTypes: ["json", "char"],
    supportedOptions: [
        { label: _t("Deal field"), name: "deal_field", type: "field", availableTypes: ["many2one"] },
        { label: _t("Compact"), name: "compact", type: "boolean" },
        { label: _t("Results only"), name: "only_results", type: "boolean" },
    ],
    extractProps: ({ options }) => ({
        dealField: options.deal_field,
        isCompact: Boolean(options.compact),
        onlyResults: Boolean(options.only_results),
    }),
};

registry.category("fields").add("result_buttons", resultButtonsField);
