import { pick } from "@web/core/utils/objects";

/**
 * What a pyramid shows beside its filters.
 *
 * @typedef {Object} PyramidSettings
 * @property {"created"|"results"} basis what the period means
 * @property {{preset: string, from: string|false, to: string|false}} period
 * @property {"count"|"amount"} measure
 * @property {number|false} processId false: the first process in use
 */

const isPeriod = (period) => typeof period?.preset === "string";
const isDay = (day) => !day || (typeof day === "string" && luxon.DateTime.fromISO(day).isValid);

const CHECKS = {
    basis: (basis) => ["created", "results"].includes(basis),
    period: (period) => isPeriod(period) && isDay(period.from) && isDay(period.to),
    measure: (measure) => ["count", "amount"].includes(measure),
    processId: (id) => id === false || Number.isInteger(id),
};

/** Returns the settings that make sense, from a link or a favourite that anybody may have written. */
export function checkSettings(settings) {
    const names = Object.keys(CHECKS).filter((name) => settings && CHECKS[name](settings[name]));
    const checked = pick(settings || {}, ...names);
    if (checked.period) {
        checked.period = { from: false, to: false, ...checked.period };
    }
    return checked;
}

/** A period is kept by its name, which goes with the calendar; only a custom one by its days. */
export function packPeriod({ preset, from, to }) {
    return preset === "custom" ? { preset, from, to } : { preset };
}

/** @returns {Object} the keys of the settings in the context of a favourite */
export function toContext({ basis, period, measure, processId }) {
    return {
        pyramid_basis: basis,
        pyramid_period: packPeriod(period),
        pyramid_measure: measure,
        pyramid_process: processId,
    };
}

export function fromContext(context) {
    return checkSettings({
        basis: context.pyramid_basis,
        period: context.pyramid_period,
        measure: context.pyramid_measure,
        processId: context.pyramid_process,
    });
}
