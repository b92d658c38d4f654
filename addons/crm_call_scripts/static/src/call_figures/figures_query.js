import * as funnel from "@crm_funnel/funnel_report/report_query";

/**
 * What the figures of a script are asked.
 *
 * @typedef {Object} FiguresQuery
 * @property {import("@crm_funnel/period_select/period").Period} period
 * @property {number|false} scriptId false: the first
 * @property {number|false} versionId false: the one in use, 0: all
 * @property {number|false} compareId another version, beside the first one
 * @property {number[]} userIds
 * @property {number[]} teamIds
 * @property {"script"|"answers"|false} tab false: as the script is meant
 */

// a quarter: conversations by one version of a script are few
const DEFAULT_PERIOD = { preset: "last_90_days", from: false, to: false };
const TABS = ["script", "answers"];

const readId = (text) => {
    const id = Number(text);
    return Number.isInteger(id) && id > 0 ? id : false;
};

/** The periods are those of the funnel's reports, but for the default; what is no period there, is its default. */
function readPeriod(text) {
    const { period } = funnel.fromLink({ period: text });
    const isDefault = period.preset === funnel.getDefaultQuery().period.preset;
    return isDefault && text !== period.preset ? { ...DEFAULT_PERIOD } : period;
}

/**
 * @param {Object} link as of `toLink`, or whatever somebody typed; what makes no sense is the default
 * @returns {FiguresQuery}
 */
export function fromLink(link) {
    const { userIds, teamIds } = funnel.fromLink(link);
    return {
        period: readPeriod(link.period),
        userIds,
        teamIds,
        scriptId: readId(link.script),
        versionId: link.version === "all" ? 0 : readId(link.version),
        compareId: readId(link.vs),
        tab: TABS.includes(link.tab) && link.tab,
    };
}

/**
 * @param {FiguresQuery} query
 * @returns {Object} short keys and texts of what differs from the default; undefined where it does not
 */
export function toLink({ scriptId, versionId, compareId, tab, ...asked }) {
    const { managers, channels, period } = funnel.toLink({ ...funnel.getDefaultQuery(), ...asked });
    const preset = period || funnel.getDefaultQuery().period.preset;
    return {
        script: scriptId ? String(scriptId) : undefined,
        version: versionId === 0 ? "all" : versionId ? String(versionId) : undefined,
        vs: compareId ? String(compareId) : undefined,
        period: preset === DEFAULT_PERIOD.preset ? undefined : preset,
        managers,
        channels,
        tab: tab || undefined,
    };
}

/**
 * @param {FiguresQuery} query
 * @returns {Object} options of `crm.call.figures`
 */
export function toOptions({ scriptId, versionId, compareId, ...asked }) {
    const { date_from, date_to, user_ids, team_ids } = funnel.toOptions({ ...funnel.getDefaultQuery(), ...asked });
    return {
        date_from,
        date_to,
        user_ids,
        team_ids,
        script_id: scriptId,
        version_id: versionId,
        compare_id: versionId !== 0 && compareId,
    };
}
