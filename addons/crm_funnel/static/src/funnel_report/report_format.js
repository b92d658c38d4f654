import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { nbsp } from "@web/core/utils/strings";

const MINUS = "\u2212";
const DASH = "\u2013";

const formatNumber = (value, decimals) => formatFloat(value, { digits: [false, decimals], trailingZeros: false });

/**
 * @param {number|false} value
 * @param {"count"|"amount"|"percent"|"days"} unit
 * @param {number} currencyId of an amount
 * @returns {string} as the user writes numbers; a dash where there is nothing to say
 */
export function formatValue(value, unit, currencyId) {
    if (value === false || value === undefined) {
        return DASH;
    }
    if (unit === "amount") {
        return formatCurrency(value, currencyId, { digits: [false, 0] });
    }
    const text = formatNumber(value, unit === "count" ? 0 : 1);
    return unit === "percent" ? `${text}${nbsp}%` : text;
}

/**
 * How an indicator changed: never told by the colour alone.
 *
 * @param {Object} indicator of `get_report`
 * @param {number} currencyId
 * @returns {{text: string, verdict: string, icon: string, className: string}|false} false if nothing is compared
 */
export function getChange({ unit, change, change_percent, is_more_better }, currencyId) {
    if (change === false) {
        return false;
    }
    if (!change) {
        return { text: _t("no change"), verdict: "", icon: "fa-minus", className: "text-muted" };
    }
    const isMore = change > 0;
    const size = describeSize(Math.abs(change), unit, change_percent, currencyId);
    return {
        text: (isMore ? "+" : MINUS) + size,
        icon: isMore ? "fa-arrow-up" : "fa-arrow-down",
        ...judge(is_more_better, isMore),
    };
}

/** Shares and days change by so much, all other numbers by so many percent where there is something to divide by. */
function describeSize(size, unit, changePercent, currencyId) {
    if (unit === "percent") {
        return _t("%s points", formatNumber(size, 1));
    }
    if (unit === "days") {
        return _t("%s days", formatNumber(size, 1));
    }
    if (changePercent === false) {
        return formatValue(size, unit, currencyId);
    }
    return `${formatNumber(Math.abs(changePercent), 1)}${nbsp}%`;
}

function judge(isMoreBetter, isMore) {
    if (isMoreBetter === null) {
        return { verdict: "", className: "text-muted" };
    }
    return isMoreBetter === isMore
        ? { verdict: _t("better"), className: "text-success" }
        : { verdict: _t("worse"), className: "text-danger" };
}

/**
 * @param {string|false} from 'YYYY-MM-DD'
 * @param {string|false} to likewise, included
 * @returns {string}
 */
export function formatDays(from, to) {
    const [first, last] = [from, to].map((day) => day && formatDate(deserializeDate(day)));
    if (first && last) {
        return first === last ? first : `${first} ${DASH} ${last}`;
    }
    if (first) {
        return _t("since %s", first);
    }
    return last ? _t("until %s", last) : _t("All time");
}
