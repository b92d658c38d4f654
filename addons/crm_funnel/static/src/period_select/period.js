import { getStartOfLocalWeek, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/**
 * Days of a report. Links and favourites keep the name, which goes with the calendar; only a custom period is kept by
 * its days.
 *
 * @typedef {Object} Period
 * @property {string} preset name of the period
 * @property {string|false} from first day, 'YYYY-MM-DD'; false: from the beginning
 * @property {string|false} to last day, included; false: without an end
 */

const getStartOf = (day, unit) => (unit === "week" ? getStartOfLocalWeek(day) : day.startOf(unit));

/** From the first day of the week, month, quarter or year until today. */
const getThis = (unit) => (day) => [getStartOf(day, unit), day];

function getLast(unit) {
    return (day) => {
        const start = getStartOf(day, unit);
        return [start.minus({ [`${unit}s`]: 1 }), start.minus({ days: 1 })];
    };
}

/** So many days, today among them. */
const getLastDays = (count) => (day) => [day.minus({ days: count - 1 }), day];

const DAYS = {
    today: (day) => [day, day],
    this_week: getThis("week"),
    this_month: getThis("month"),
    this_quarter: getThis("quarter"),
    this_year: getThis("year"),
    last_week: getLast("week"),
    last_month: getLast("month"),
    last_quarter: getLast("quarter"),
    last_year: getLast("year"),
    last_30_days: getLastDays(30),
    last_90_days: getLastDays(90),
    last_365_days: getLastDays(365),
    all: () => [false, false],
};

/** @returns {{preset: string, label: string}[][]} groups of presets, in the order of the menu */
export function getPresetGroups() {
    const groups = [
        {
            today: _t("Today"),
            this_week: _t("This week"),
            this_month: _t("This month"),
            this_quarter: _t("This quarter"),
            this_year: _t("This year"),
        },
        {
            last_week: _t("Last week"),
            last_month: _t("Last month"),
            last_quarter: _t("Last quarter"),
            last_year: _t("Last year"),
        },
        { last_30_days: _t("Last 30 days"), last_90_days: _t("Last 90 days"), last_365_days: _t("Last 365 days") },
        { all: _t("All time"), custom: _t("Other days…") },
    ];
    return groups.map((group) => Object.entries(group).map(([preset, label]) => ({ preset, label })));
}

/** @returns {boolean} whether it is a day as the server reads it */
export function isDay(day) {
    return typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day) && luxon.DateTime.fromISO(day).isValid;
}

/**
 * @param {Period} period as it was kept
 * @returns {Period} with the days that it means today; all of the past instead of what is no period
 */
export function resolvePeriod({ preset, from, to }) {
    if (preset === "custom") {
        return { preset, from: isDay(from) && from, to: isDay(to) && to };
    }
    const known = Object.hasOwn(DAYS, preset) ? preset : "all";
    const [first, last] = DAYS[known](today());
    return { preset: known, from: first && first.toISODate(), to: last && last.toISODate() };
}
