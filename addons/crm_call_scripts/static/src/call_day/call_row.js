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
        const marks = [];
        const mark = (look, text) => marks.push({ class: look, text });
        if (row.is_promised) {
            mark("text-bg-warning", _t("Promised to the client"));
        }
        if (row.days_late) {
            mark("text-bg-danger", _t("Days overdue: %s", row.days_late));
        }
        if (row.attempt > 1) {
            mark("text-bg-info", _t("Attempt %s", row.attempt));
        }
        if (row.section === "now" && row.closes && isSoon(row.closes)) {
            mark("text-bg-light border", _t("until %s", formatMoment(row.closes)));
        }
        return marks;
    }

    get phoneLink() {
        return `tel:${this.props.row.phone.replace(/[^0-9+*#,;]/g, "")}`;
    }
}
