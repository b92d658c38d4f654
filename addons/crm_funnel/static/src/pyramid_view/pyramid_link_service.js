import { router, routerBus } from "@web/core/browser/router";
import { Domain } from "@web/core/domain";
import { registry } from "@web/core/registry";

import { checkSettings, packPeriod } from "./pyramid_settings";

/**
 * The key of the address that keeps a pyramid, so that a copied link opens the same one.
 *
 * {b: basis, p: period, m: measure, w: id of the process, f: [[words, domain], ...] of the search bar,
 * s: {name of a field: id} of the panel beside the picture}
 */
export const LINK_KEY = "pyramid";

/** @returns {string} */
export function writeLink({ basis, period, measure, processId }, filters, choices) {
    return JSON.stringify({ b: basis, p: packPeriod(period), m: measure, w: processId, f: filters, s: choices });
}

/** @returns {{settings: Object, filters: Array, choices: Object}|false} false for what nobody has written */
export function readLink(text) {
    const link = parse(text);
    if (!link) {
        return false;
    }
    const { b: basis, p: period, m: measure, w: processId, f: filters, s: choices } = link;
    return {
        settings: checkSettings({ basis, period, measure, processId }),
        filters: Array.isArray(filters) ? filters.filter(isFilter) : [],
        choices: Object.fromEntries(Object.entries(choices || {}).filter(([, id]) => Number.isInteger(id))),
    };
}

function parse(text) {
    try {
        const link = JSON.parse(text);
        return typeof link === "object" && !Array.isArray(link) && link;
    } catch {
        return false;
    }
}

function isFilter(filter) {
    if (!Array.isArray(filter) || typeof filter[0] !== "string" || !Array.isArray(filter[1])) {
        return false;
    }
    try {
        return Boolean(new Domain(filter[1]).toList({}));
    } catch {
        return false;
    }
}

/**
 * Only a page that is loaded, or gone back to, shows what its address says: whoever chooses the menu while a pyramid is
 * open wants the plain one.
 */
export const pyramidLinkService = {
    start() {
        let text = router.current[LINK_KEY];
        routerBus.addEventListener("ROUTE_CHANGE", () => (text = router.current[LINK_KEY]));
        return {
            /** @returns what `readLink` returns, once */
            take() {
                const link = readLink(text);
                text = false;
                return link;
            },
        };
    },
};

registry.category("services").add("crm_funnel.pyramid_link", pyramidLinkService);
