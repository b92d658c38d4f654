import { _t } from "@web/core/l10n/translation";

import { StateDialog } from "./state_dialog";

/**
 * Opens a dialog and waits for the answer.
 *
 * @param {Object} dialog service
 * @param {Object} props of the StateDialog without its functions
 * @returns {Promise<{choice: Object, reason: string}|false>} false if it was closed without an answer
 */
export function askState(dialog, props) {
    return new Promise((resolve) => {
        dialog.add(
            StateDialog,
            { ...props, confirm: (choice, reason) => resolve({ choice, reason }) },
            { onClose: () => resolve(false) },
        );
    });
}

/**
 * Moves a document to one of several states that the table of its type allows; asks what is not clear: which one,
 * and why. What is missing otherwise, such as an approval, the server says.
 *
 * @param {{dialog: Object, orm: Object}} services
 * @param {number} documentId
 * @param {Array<Object>} changes possible ones, as in `crm.document.state_buttons`
 * @returns {Promise<boolean>} whether it has moved
 */
export async function moveDocument({ dialog, orm }, documentId, changes) {
    let answer = { choice: changes[0], reason: false };
    if (changes.length > 1 || changes[0].needs_reason) {
        answer = await askState(dialog, {
            title: changes.length > 1 ? _t("What becomes of it?") : changes[0].name,
            choices: changes,
            confirmLabel: _t("Change State"),
            placeholder: _t("The history keeps the reason."),
        });
    }
    if (answer) {
        const { choice, reason } = answer;
        await orm.call("crm.document", "action_change_state", [[documentId], choice.id], { reason: reason || false });
    }
    return Boolean(answer);
}
