import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** How each status of a work looks; its word always stands beside it. */
export const STATUS_LOOKS = {
    late: { badge: "text-bg-danger", text: "text-danger", icon: "fa-exclamation-circle" },
    this_week: { badge: "text-bg-warning", text: "text-warning", icon: "fa-clock-o" },
    under_way: { badge: "text-bg-info", text: "text-info", icon: "fa-play-circle" },
    planned: { badge: "text-bg-300", text: "text-muted", icon: "fa-circle-o" },
    done: { badge: "text-bg-success", text: "text-success", icon: "fa-check-circle" },
    cancelled: { badge: "text-bg-300", text: "text-muted", icon: "fa-ban" },
};

/** The statuses of works that nobody works on any more. */
export const CLOSED_STATUSES = ["done", "cancelled"];

/** Why there is no work report of a client without a ticked service. */
export function getTickRefusal() {
    return _t("Tick the services that the client buys: a work report has a tab for each of them.");
}

/** The day of a deadline that the server gave in UTC, as the user writes days; an empty text without one. */
export function formatDeadline(deadline) {
    return deadline ? formatDate(deserializeDateTime(deadline)) : "";
}

/** @param {number} days whole days; 0: less than one */
export function describeDelay(days) {
    switch (days) {
        case 0:
            return _t("less than a day late");
        case 1:
            return _t("1 day late");
        default:
            return _t("%s days late", days);
    }
}

/**
 * Gives a function that saves the card of a client or deal, so that what was just ticked counts, and then does what one
 * of its methods says.
 */
export function useOwnerAction() {
    const orm = useService("orm");
    const action = useService("action");
    return async (record, method) => {
        if (await record.save()) {
            await action.doAction(await orm.call(record.resModel, method, [[record.resId]]));
        }
    };
}
