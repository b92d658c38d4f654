import { formatValue } from "@crm_funnel/funnel_report/report_format";

import { _t } from "@web/core/l10n/translation";

/** @returns {string} whole percent: tenths of so few calls would only pretend to know */
export function formatPercent(value) {
    return formatValue(value === false ? false : Math.round(value), "percent");
}

/** @returns {string} minutes and seconds, as on a clock */
export function formatSeconds(seconds) {
    if (seconds === false || seconds === undefined) {
        return formatValue(false);
    }
    const rounded = Math.round(seconds);
    return `${Math.floor(rounded / 60)}:${String(rounded % 60).padStart(2, "0")}`;
}

/** @returns {string} the range in which the share is, 95 % sure */
export function formatRange({ success_low: low, success_high: high }) {
    return low === false
        ? ""
        : _t("most likely %(low)s to %(high)s", { low: formatPercent(low), high: formatPercent(high) });
}

/** The figures of some calls, in the order in which they are read: name, label, text, and what a click opens. */
export function getFigures(totals) {
    return [
        { name: "calls", label: _t("Calls"), text: formatValue(totals.calls, "count"), figure: "calls" },
        { name: "reached", label: _t("Conversations"), text: formatValue(totals.reached, "count"), figure: "reached" },
        {
            name: "completed",
            label: _t("Led to the End"),
            text: formatPercent(totals.completed_rate),
            figure: totals.reached && "completed",
        },
        {
            name: "success",
            label: _t("Success"),
            text: formatPercent(totals.success_rate),
            figure: totals.reached && "success",
            note: formatRange(totals),
        },
        { name: "seconds", label: _t("Average Talk"), text: formatSeconds(totals.seconds), figure: false },
        {
            name: "forward",
            label: _t("Moved the Deal"),
            text: formatPercent(totals.forward_rate),
            figure: totals.deals && "forward",
            note: totals.deals ? _t("of %s about a deal", formatValue(totals.deals, "count")) : "",
        },
    ];
}
