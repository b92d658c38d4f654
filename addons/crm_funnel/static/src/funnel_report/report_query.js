import { isDay, resolvePeriod } from "../period_select/period";

/**
 * What a report is asked: the days, what they are compared with, and the filters.
 *
 * @typedef {Object} ReportQuery
 * @property {import("../period_select/period").Period} period
 * @property {false|"previous"|"year"|"custom"} compare
 * @property {import("../period_select/period").Period} comparePeriod of "custom"
 * @property {number[]} userIds
 * @property {number[]} teamIds
 * @property {number[]} sourceIds
 * @property {number[]} tagIds
 * @property {number|false} processId false: the first process in use
 * @property {"count"|"amount"} measure of the chart
 */

// list of ids in the query: [key of the address, option of the server]
export const LISTS = {
    userIds: ["managers", "user_ids"],
    teamIds: ["channels", "team_ids"],
    sourceIds: ["sources", "source_ids"],
    tagIds: ["tags", "tag_ids"],
};
const COMPARISONS = ["previous", "year"];

/** @returns {ReportQuery} what is shown until somebody asks otherwise */
export function getDefaultQuery() {
    const period = { preset: "last_30_days", from: false, to: false };
    return {
        period,
        compare: "previous",
        comparePeriod: { ...period, preset: "last_year" },
        userIds: [],
        teamIds: [],
        sourceIds: [],
        tagIds: [],
        processId: false,
        measure: "count",
    };
}

// ----------------------------------------------------------------------------
// Address and favourites
// ----------------------------------------------------------------------------

/** @returns {string} the name of a period, or its days: `2026-01-01_2026-01-31`, each may be missing */
function writePeriod({ preset, from, to }) {
    return preset === "custom" ? `${from || ""}_${to || ""}` : preset;
}

/** @returns {import("../period_select/period").Period|undefined} undefined for what is no period */
function readPeriod(text) {
    const days = String(text).split("_");
    if (days.length === 2 && days.every((day) => !day || isDay(day))) {
        const [from, to] = days.map((day) => day || false);
        const isOrdered = !from || !to || from <= to;
        return isOrdered ? { preset: "custom", from, to } : undefined;
    }
    return resolvePeriod({ preset: text }).preset === text ? { preset: text, from: false, to: false } : undefined;
}

function readIds(text) {
    const ids = String(text ?? "")
        .split("-")
        .map(Number);
    return ids.every((id) => Number.isInteger(id) && id > 0) ? ids : [];
}

function writeCompare({ compare, comparePeriod }) {
    return compare === "custom" ? writePeriod(comparePeriod) : compare || "nothing";
}

/** What is not a comparison by name is a period; the two share no name. */
function readCompare(text) {
    if (text === "nothing") {
        return { compare: false };
    }
    if (COMPARISONS.includes(text)) {
        return { compare: text };
    }
    const comparePeriod = readPeriod(text);
    return comparePeriod ? { compare: "custom", comparePeriod } : {};
}

/**
 * @param {ReportQuery} query
 * @returns {Object} short keys and texts of what differs from the default; undefined where it does not
 */
export function toLink(query) {
    const write = (asked) => ({
        period: writePeriod(asked.period),
        vs: writeCompare(asked),
        ...Object.fromEntries(Object.entries(LISTS).map(([name, [key]]) => [key, asked[name].join("-")])),
        process: asked.processId ? String(asked.processId) : "",
        measure: asked.measure,
    });
    const usual = write(getDefaultQuery());
    const link = Object.entries(write(query));
    return Object.fromEntries(link.map(([key, text]) => [key, text === usual[key] ? undefined : text]));
}

/**
 * @param {Object} link as of `toLink`, or whatever somebody typed; what makes no sense is the default
 * @returns {ReportQuery}
 */
export function fromLink(link) {
    const query = getDefaultQuery();
    query.period = readPeriod(link.period) || query.period;
    Object.assign(query, readCompare(link.vs));
    for (const [name, [key]] of Object.entries(LISTS)) {
        query[name] = readIds(link[key]);
    }
    query.processId = readIds(link.process)[0] || false;
    query.measure = link.measure === "amount" ? "amount" : "count";
    return query;
}

// ----------------------------------------------------------------------------
// Options of the server
// ----------------------------------------------------------------------------

/** @returns {boolean} whether anything can have been before the period */
export function isComparable({ period }) {
    const { from, to } = resolvePeriod(period);
    return Boolean(from && to);
}

/**
 * @param {ReportQuery} query
 * @returns {Object} options of `crm.funnel.report`
 */
export function toOptions(query) {
    const { from, to } = resolvePeriod(query.period);
    const options = { date_from: from, date_to: to, compare: false, process_id: query.processId };
    for (const [name, [, option]] of Object.entries(LISTS)) {
        options[option] = [...query[name]];
    }
    if (query.compare === "custom") {
        const compared = resolvePeriod(query.comparePeriod);
        Object.assign(options, { compare: "custom", compare_from: compared.from, compare_to: compared.to });
    } else if (isComparable(query)) {
        options.compare = query.compare;
    }
    return options;
}
