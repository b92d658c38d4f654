import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { DayChart } from "./day_chart";
import { HeatTable } from "./heat_table";
import { formatValue } from "./report_format";
import { ReportPage } from "./report_page";

/** Keeps the first of each key, in the order of the list. */
function unique(items) {
    return [...new Map(items.map((item) => [item.key, item])).values()];
}

/** The days of the week: 1 Monday to 7 Sunday, beginning with that of the user's language. */
function getWeekdays() {
    const names = luxon.Info.weekdays("long");
    return names.map((__, index) => {
        const number = ((localization.weekStart - 1 + index) % 7) + 1;
        return { key: number, label: names[number - 1] };
    });
}

/** Who recorded what and when, how long each step takes, and where deals die. */
export class ProcessReport extends ReportPage {
    static template = "crm_funnel.ProcessReport";
    static components = { ...ReportPage.components, DayChart, HeatTable };
    static method = "get_process_report";

    get hasResults() {
        return this.data.days.length > 0;
    }

    // ------------------------------------------------------------------------
    // Time on each step
    // ------------------------------------------------------------------------

    get steps() {
        const { steps } = this.data;
        const longest = Math.max(
            1,
            ...steps.flatMap((step) => [step.median || 0, step.days_90 || 0, step.expected_days]),
        );
        const getShare = (days) => `${(100 * (days || 0)) / longest}%`;
        return steps.map((step) => ({
            ...step,
            figures: ["average", "median", "days_90"].map((name) => ({ name, text: formatValue(step[name], "days") })),
            casesText: formatValue(step.cases, "count"),
            expectedText: formatValue(step.expected_days || false, "days"),
            medianShare: getShare(step.median),
            share90: getShare(step.days_90),
            expectedShare: step.expected_days && getShare(step.expected_days),
            isSlow: step.expected_days > 0 && step.median > step.expected_days,
        }));
    }

    // ------------------------------------------------------------------------
    // Where deals die
    // ------------------------------------------------------------------------

    get losses() {
        const { losses, currency_id } = this.data;
        const rows = unique(losses.map(({ number, row }) => ({ key: number, label: row })));
        const cells = losses.map(({ number, row, reason_id, reason, count, amount }) => ({
            row: number,
            column: reason_id,
            count,
            title: _t("%(row)s, %(reason)s: %(count)s deals, %(amount)s", {
                row,
                reason,
                count,
                amount: formatValue(amount, "amount", currency_id),
            }),
        }));
        return {
            rows: rows.sort((a, b) => a.key - b.key),
            columns: unique(losses.map(({ reason_id, reason }) => ({ key: reason_id, label: reason }))),
            cells,
        };
    }

    openLosses({ row, column }) {
        return this.openResults({ loss_row: row, lost_reason_id: column });
    }

    // ------------------------------------------------------------------------
    // Who recorded what and when
    // ------------------------------------------------------------------------

    get people() {
        const { people } = this.data;
        return {
            rows: unique(people.map(({ user_id, user }) => ({ key: user_id, label: user }))),
            columns: unique(people.map(({ step_id, step }) => ({ key: step_id, label: step }))),
            cells: people.map(({ user_id, user, step_id, step, count }) => ({
                row: user_id,
                column: step_id,
                count,
                title: _t("%(user)s, %(step)s: %(count)s results", { user, step, count }),
            })),
        };
    }

    openPeople({ row, column }) {
        return this.openResults({ user_id: row, step_id: column });
    }

    /** From the first hour at which anything was recorded to the last. */
    get hours() {
        const { hours } = this.data;
        const found = hours.map(({ hour }) => hour);
        const [first, last] = [Math.min(...found), Math.max(...found)];
        const weekdays = getWeekdays();
        const getName = (weekday) => weekdays.find(({ key }) => key === weekday).label;
        const columns = [];
        for (let hour = first; hour <= last; hour++) {
            columns.push({ key: hour, label: String(hour).padStart(2, "0") });
        }
        return {
            rows: weekdays,
            columns,
            cells: hours.map(({ weekday, hour, count }) => ({
                row: weekday,
                column: hour,
                count,
                title: _t("%(weekday)s, %(from)s:00 to %(to)s:00: %(count)s results", {
                    weekday: getName(weekday),
                    from: hour,
                    to: hour + 1,
                    count,
                }),
            })),
        };
    }

    openHour({ row, column }) {
        return this.openResults({ weekday: row, hour: column });
    }

    /** A week at the end of the period is only a part of it. */
    openDays({ from, to }) {
        const { date_from, date_to } = this.shown;
        return this.openResults(
            {},
            {
                date_from: date_from && date_from > from ? date_from : from,
                date_to: date_to && date_to < to ? date_to : to,
            },
        );
    }

    openResults(filters, values = {}) {
        return this.open("get_results_action", { ...this.shown, ...values, process_id: this.processId }, filters);
    }
}

registry.category("actions").add("crm_funnel_process_report", ProcessReport);
