import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { useNumpadDecimal } from "@web/views/fields/numpad_decimal_hook";
import { parseFloat } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatFullMoney, formatPercent, formatShortMoney } from "../channel_format";
import { keepButtonKeys } from "../channel_keyboard";

import { Component, useState } from "@odoo/owl";

/** Counters of what should not be there at all. */
const WARNING_COUNTERS = ["overdue"];

/**
 * What waits in a sales channel, as numbers that open their records, and its progress to the invoicing target.
 * The value is the dictionary described at `crm.team.dashboard_counters`.
 */
export class ChannelCountersField extends Component {
    static template = "crm_channels.ChannelCountersField";
    static props = { ...standardFieldProps };

    setup() {
        this.keepButtonKeys = keepButtonKeys;
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.isOpening = false;
        this.state = useState({ isEditing: false, isSaving: false, value: "" });
        useAutofocus({ refName: "numpadDecimal", selectAll: true });
        useNumpadDecimal();
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    // ------------------------------------------------------------------------
    // Counters
    // ------------------------------------------------------------------------

    isWarning(item) {
        return item.count > 0 && WARNING_COUNTERS.includes(item.name);
    }

    hasAmount(item) {
        return item.amount !== null && item.amount !== undefined && item.amount !== false;
    }

    getCount(item) {
        return formatFloat(item.count, { digits: [16, 0] });
    }

    getAmount(item) {
        return formatShortMoney(item.amount, this.data.currency_id);
    }

    getTitle(item) {
        const amount = this.hasAmount(item) && formatFullMoney(item.amount, this.data.currency_id);
        return [item.hint, amount].filter(Boolean).join("\n");
    }

    openCounter(item) {
        return this.openRecords("action_open_dashboard_counter", item.name);
    }

    openInvoiced() {
        return this.openRecords("action_open_dashboard_invoiced");
    }

    async openRecords(method, ...args) {
        const { record } = this.props;
        if (!record.resId || this.isOpening) {
            return;
        }
        this.isOpening = true;
        try {
            const { context, resId, resModel } = record;
            const action = await this.orm.call(resModel, method, [[resId], ...args], { context });
            await this.action.doAction(action);
        } finally {
            this.isOpening = false;
        }
    }

    // ------------------------------------------------------------------------
    // Progress to the target
    // ------------------------------------------------------------------------

    get progress() {
        return this.data.progress;
    }

    get ratio() {
        return this.progress.invoiced / this.progress.target;
    }

    get progressLabel() {
        const { invoiced, target } = this.progress;
        return _t("Invoiced %(invoiced)s of %(target)s (%(percent)s)", {
            invoiced: formatShortMoney(invoiced, this.data.currency_id),
            target: formatShortMoney(target, this.data.currency_id),
            percent: formatPercent(this.ratio),
        });
    }

    get invoicedLabel() {
        return _t("Invoiced %s", formatShortMoney(this.progress.invoiced, this.data.currency_id));
    }

    get progressTitle() {
        const { invoiced, paid, target } = this.progress;
        const format = (amount) => formatFullMoney(amount, this.data.currency_id);
        const lines = [_t("Invoiced: %s", format(invoiced)), _t("of which paid: %s", format(paid))];
        if (target) {
            lines.push(_t("Target: %s", format(target)));
        }
        return lines.join("\n");
    }

    /** Past the target the bar stands for what is invoiced, and a mark on it for the target. */
    get bar() {
        const { invoiced, paid, target } = this.progress;
        const whole = Math.max(invoiced, target);
        const getShare = (amount) => Math.min(Math.max((amount / whole) * 100, 0), 100);
        return {
            invoiced: getShare(invoiced),
            // of the invoiced part
            paid: invoiced > 0 ? Math.min(Math.max((paid / invoiced) * 100, 0), 100) : 0,
            target: getShare(target),
            isReached: invoiced >= target,
            isPassed: invoiced > target,
        };
    }

    // ------------------------------------------------------------------------
    // Editing the target
    // ------------------------------------------------------------------------

    startEditing() {
        const { target } = this.progress;
        this.state.value = target ? formatFloat(target, { trailingZeros: false }) : "";
        this.state.isEditing = true;
    }

    stopEditing() {
        this.state.isEditing = false;
    }

    onTargetKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            this.saveTarget();
        } else if (ev.key === "Escape") {
            ev.preventDefault();
            ev.stopPropagation();
            this.stopEditing();
        }
    }

    parseTarget() {
        const text = this.state.value.trim();
        try {
            return text ? parseFloat(text) : 0;
        } catch {
            return NaN;
        }
    }

    async saveTarget() {
        if (this.state.isSaving) {
            return;
        }
        const target = this.parseTarget();
        if (Number.isNaN(target)) {
            this.notification.add(_t("Enter the target as a number."), { type: "danger" });
            return;
        }
        this.state.isSaving = true;
        const { record } = this.props;
        try {
            await this.orm.call(record.resModel, "update_invoiced_target", [[record.resId], target], {
                context: record.context,
            });
        } catch (error) {
            this.notifyError(error);
            return;
        } finally {
            this.state.isSaving = false;
        }
        this.stopEditing();
        // All cards, not this one alone: they share a scale, on which the target counts too.
        await record.model.root.load();
    }

    /** What was typed stays: only the user knows whether it was wrong. */
    notifyError(error) {
        if (!(error instanceof RPCError) || error instanceof ConnectionLostError) {
            throw error;
        }
        this.notification.add(error.data?.message || error.message, { type: "danger" });
    }
}

export const channelCountersField = {
    component: ChannelCountersField,
    displayName: _t("Sales Channel Counters"),
    supportedTypes: ["json"],
};

registry.category("fields").add("channel_counters", channelCountersField);
