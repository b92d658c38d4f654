import { localization } from "@web/core/l10n/localization";
import { formatFloat } from "@web/core/utils/numbers";
import { InvalidNumberError, parseFloat } from "@web/views/fields/parsers";

const MINUS = "\u2212";
const SPACES = /[\s\u00a0\u202f']/g;
const CURRENCY = /^[^\d,.\u2212-]+|[^\d,.]+$/g;

/**
 * @param {number} amount
 * @returns {string} as the user writes numbers, with two decimals or none; nothing for zero
 */
export function formatAmount(amount) {
    const rounded = Math.round(amount * 100) / 100;
    return rounded ? formatFloat(rounded, { digits: [16, Number.isInteger(rounded) ? 0 : 2] }) : "";
}

/** @returns {string} with its sign, which is never told by the colour alone */
export function formatDifference(amount) {
    const text = formatAmount(Math.abs(amount)) || "0";
    return amount < 0 ? MINUS + text : `+${text}`;
}

/**
 * @param {string} text as somebody types it, or a spreadsheet copies it: with spaces, or with the currency
 * @returns {number|false} zero or more, 0 for an empty text; false if it is none
 */
export function parseAmount(text) {
    const digits = text.trim().replace(CURRENCY, "").replace(SPACES, "").replace(MINUS, "-");
    if (!digits) {
        return text.trim() ? false : 0;
    }
    try {
        // a comma or full stop with one or two digits behind it is decimal in every language
        const isPlain = /^\d+[.,]\d{1,2}$/.test(digits);
        const amount = parseFloat(isPlain ? digits.replace(/[.,]/, localization.decimalPoint) : digits);
        return amount >= 0 ? amount : false;
    } catch (error) {
        if (error instanceof InvalidNumberError) {
            return false;
        }
        throw error;
    }
}

/**
 * @param {string} text of the clipboard: a block of cells of a spreadsheet
 * @returns {string[][]} its rows
 */
export function readBlock(text) {
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    return lines.map((line) => line.split("\t"));
}

/**
 * What a pasted block changes.
 *
 * @param {string[][]} block
 * @param {{row: number, column: number}} start where it is pasted
 * @param {Object[]} rows of the grid
 * @param {string[]} months its columns
 * @returns {{cells: {row: Object, month: string, amount: number}[], bad: string[], outside: number}} empty cells and
 *      texts change nothing; `outside` is how many filled cells lie beyond the grid
 */
export function placeBlock(block, start, rows, months) {
    const result = { cells: [], bad: [], outside: 0 };
    block.forEach((texts, down) =>
        texts.forEach((text, right) => {
            const [row, month] = [rows[start.row + down], months[start.column + right]];
            if (!text.trim()) {
                return;
            }
            const amount = parseAmount(text);
            if (!row || !month) {
                result.outside++;
            } else if (amount === false) {
                result.bad.push(text.trim());
            } else {
                result.cells.push({ row, month, amount });
            }
        }),
    );
    return result;
}

/** @returns {{plan: number, fact: number}} sums of cells */
export function addUp(cells) {
    const total = { plan: 0, fact: 0 };
    for (const { plan, fact } of cells) {
        total.plan += plan;
        total.fact += fact;
    }
    return total;
}
