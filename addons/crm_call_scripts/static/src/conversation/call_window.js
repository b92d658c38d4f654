import { browser } from "@web/core/browser/browser";

const NAME = "crm_call_scripts.window";

export const makeKey = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

let windowName;

/**
 * The name of this window: the same after a reload, another one in a second tab. A window that is open keeps it to itself
 * and leaves it in the browser only while it reloads: a tab that was duplicated finds none and takes a new one.
 */
export function getWindowName() {
    if (!windowName) {
        windowName = browser.sessionStorage.getItem(NAME) || makeKey();
        browser.sessionStorage.removeItem(NAME);
        browser.addEventListener("pagehide", () => browser.sessionStorage.setItem(NAME, windowName));
    }
    return windowName;
}
