import { checkRainbowmanMessage } from "@crm/views/check_rainbowman_message";

/** Event on the main bus: a result has been recorded outside of the views that show the deal. Detail: {dealId}. */
export const RESULT_RECORDED = "CRM_FUNNEL:RESULT-RECORDED";

const LOOKS = {
    progress: { class: "btn-outline-primary", icon: "fa-arrow-right" },
    won: { class: "btn-outline-success", icon: "fa-trophy" },
    neutral: { class: "btn-secondary", icon: "fa-repeat" },
    refusal: { class: "btn-outline-danger", icon: "fa-times" },
};

/**
 * What a button of the server shows: its kind is told by icon and place, not by the colour alone.
 *
 * @param {{step_id: number, name: string, kind: string, asks: boolean, hint: string|false}} button
 */
export function describeButton(button) {
    return {
        ...LOOKS[button.kind],
        key: `step_${button.step_id}`,
        kind: button.kind,
        label: button.asks ? `${button.name}…` : button.name,
        hint: button.hint,
    };
}

/** Opens an action in a dialog and waits until it is closed, by whatever button. */
export function openAndWait(actionService, action) {
    return new Promise((resolve, reject) => {
        actionService.doAction(action, { onClose: resolve }).catch(reject);
    });
}

/**
 * Records the result of a button; asks in a dialog for what its step demands.
 *
 * @param {{action: Object, effect: Object, orm: Object}} services
 * @param {number} dealId
 * @param {Object} button as the server describes it
 * @param {number|false} lastResultId the result that the buttons on the screen follow
 * @param {{comment?: string, activity_id?: number}} [given]
 */
export async function recordResult({ action, effect, orm }, dealId, button, lastResultId, given = {}) {
    const args = [[dealId], button.step_id, lastResultId];
    const form = await orm.call("crm.lead", "action_record_result", args, given);
    if (form) {
        await openAndWait(action, form);
    }
    if (button.kind === "won") {
        await checkRainbowmanMessage(orm, effect, dealId);
    }
}
