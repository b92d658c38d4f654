import { localization } from "@web/core/l10n/localization";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";

const NBSP = "\u00a0";

/**
 * Amount without its fraction, for headlines: `$ 12,346`.
 *
 * @param {number} value
 * @param {number} currencyId
 * @returns {string}
 */
export function formatWholeMoney(value, currencyId) {
    return formatMonetary(value, { currencyId, digits: [16, 0] });
}

/**
 * Amount to its last digit, for tooltips: `$ 12,345.60`.
 *
 * @param {number} value
 * @param {number} currencyId
 * @returns {string}
 */
export function formatFullMoney(value, currencyId) {
    return formatMonetary(value, { currencyId });
}

/**
 * Number in the fewest characters that tell it from its neighbours: `950`, `12k`, `1.5M`.
 *
 * @param {number} value
 * @returns {string}
 */
export function formatShortNumber(value) {
    return formatFloat(value, { humanReadable: true, decimals: getShortDecimals(value) });
}

/**
 * Amount in the fewest characters, with its currency: `$ 12k`.
 *
 * @param {number} value
 * @param {number} currencyId
 * @returns {string}
 */
export function formatShortMoney(value, currencyId) {
    const digits = [16, getShortDecimals(value)];
    return formatMonetary(value, { currencyId, digits, humanReadable: true });
}

function getShortDecimals(value) {
    const size = Math.abs(value);
    if (size < 1000) {
        return 0;
    }
    const unit = 1000 ** Math.floor(Math.log10(size) / 3);
    // "120k", not "120.0k"
    return Math.round((size / unit) * 10) % 10 ? 1 : 0;
}

/**
 * @param {number} ratio 1 is 100 %
 * @returns {string}
 */
export function formatPercent(ratio) {
    const percent = Math.abs(ratio) * 100;
    const digits = [16, percent < 10 && Math.round(percent * 10) % 10 ? 1 : 0];
    const sign = ratio < 0 && formatFloat(percent, { digits }) !== "0" ? "-" : "";
    return `${sign}${formatFloat(percent, { digits })}${NBSP}%`;
}

/**
 * Change from one amount to another, always with its sign: `+12 %`.
 *
 * @param {number} value
 * @param {number} previous
 * @returns {{direction: "up"|"down"|"same", label: string}|null} null when there is nothing to compare with
 */
export function getChange(value, previous) {
    if (!previous) {
        return null;
    }
    const ratio = (value - previous) / Math.abs(previous);
    if (Math.abs(ratio) < 0.0005) {
        return { direction: "same", label: formatPercent(0) };
    }
    return ratio > 0
        ? { direction: "up", label: `+${formatPercent(ratio)}` }
        : { direction: "down", label: formatPercent(ratio) };
}

/**
 * Round bounds and step of an axis. They depend on nothing but the extremes, so that charts drawn with the same
 * extremes can be compared at a glance.
 *
 * @param {number} min
 * @param {number} max
 * @param {number} [intervals] how many steps to aim at
 * @returns {{min: number, max: number, step: number}}
 */
export function getAxisBounds(min, max, intervals = 4) {
    const low = Math.min(0, min);
    const high = Math.max(0, max);
    const rough = (high - low || intervals) / intervals;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
    return { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step, step };
}

/**
 * @returns {boolean} whether the user reads from right to left
 */
export function isRightToLeft() {
    return localization.direction === "rtl";
}
