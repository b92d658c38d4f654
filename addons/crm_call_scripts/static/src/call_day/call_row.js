import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { formatLocalTime, formatMoment, isSoon } from "./call_times";

/** One planned call of the day. */
export class CallRow extends Component {
    static template = "crm_call_scripts.CallRow";
    static props = {
        row: Object,
        isSelected: Boolean,
        isBusy: Boolean,
        onCall: Function,
        onLater: Function,
        onNoAnswer: Function,
        onOpen: Function,
        onSelect: Function,
    };

    get whenText() {
        const { row } = this.props;
        if (row.start) {
            return formatMoment(row.start);
        }
        return row.section === "coming" ? formatDate(deserializeDate(row.deadline)) : _t("Any time");
    }

    get localTime() {
        return formatLocalTime(this.props.row.tz);
    }

    /** What is to be known before the call, in words. */
    get marks() {
        const { row } = this.props;
        const closesSoon = row.section === "now" && row.closes && isSoon(row.closes);
        return [
            row.is_promised && { class: "text-bg-warning", text: _t("Promised to the client") },
            row.days_late && { class: "text-bg-danger", text: _t("Days overdue: %s", row.days_late) },
            row.attempt > 1 && { class: "text-bg-info", text: _t("Attempt %s", row.attempt) },
            closesSoon && { class: "text-bg-light border", text: _t("until %s", formatMoment(row.closes)) },
        ].filter(Boolean);
    }

    get phoneLink() {
        return `tel:${this.props.row.phone.replace(/[^0-9+*#,;]/g, "")}`;
    }
}
