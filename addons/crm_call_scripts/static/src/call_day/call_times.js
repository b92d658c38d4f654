import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/**
 * A length as people say it: "1 h 10 min".
 *
 * @param {number} seconds
 */
export function formatLength(seconds) {
    const minutes = Math.round(seconds / 60);
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    return hours ? _t("%(hours)s h %(minutes)s min", { hours, minutes: rest }) : _t("%s min", minutes);
}

/** The time of a moment, without seconds, on the clock of its own zone. */
function formatTime(moment) {
    return moment.toLocaleString(DateTime.TIME_SIMPLE);
}

/**
 * A moment on the clock of the user: the time today, the day and time else.
 *
 * @param {string} text UTC, as the server has it
 */
export function formatMoment(text) {
    const moment = deserializeDateTime(text);
    const isToday = moment.hasSame(DateTime.local().setZone(moment.zone), "day");
    return isToday ? formatTime(moment) : toLocaleDateTimeString(moment);
}

/**
 * Whether a moment is so near that it matters which call comes first.
 *
 * @param {string} text UTC, as the server has it
 */
export function isSoon(text) {
    return deserializeDateTime(text).diffNow("minutes").minutes <= 60;
}

/**
 * The time it is now in another zone; nothing where the clocks agree.
 *
 * @param {string|false} tz
 */
export function formatLocalTime(tz) {
    const [here, there] = [DateTime.local(), DateTime.local().setZone(tz || "local")];
    return there.isValid && there.offset !== here.offset ? formatTime(there) : "";
}
