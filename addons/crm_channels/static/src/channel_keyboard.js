/**
 * Keeps Enter and Space for the focused button: in a kanban they are hotkeys of the cards, which would swallow them.
 *
 * @param {KeyboardEvent} ev
 */
export function keepButtonKeys(ev) {
    if (["Enter", " "].includes(ev.key)) {
        ev.stopPropagation();
    }
}
