/**
 * What a dialog does when it closes: the screen behind it reads anew, unless another one takes its place.
 *
 * The dialog waits for whatever `onClose` returns, and a component that is gone by then never answers: it would stay for
 * ever. So nothing is returned.
 *
 * @param {() => Promise} reload of the screen behind the dialog
 */
export function reloadOnClose(reload) {
    return (infos) => {
        if (!infos?.noReload) {
            reload();
        }
    };
}
