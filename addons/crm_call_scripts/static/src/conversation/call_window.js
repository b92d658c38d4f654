import { browser } from "@web/core/browser/browser";

const NAME = "crm_call_scripts.window";
const ALIVE = "crm_call_scripts.alive/";
const BEAT = 3_000;
const GONE_AFTER = 10_000;

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

/**
 * Tells the other windows of this browser that this one is open. A browser may let a hidden window sleep, which then seems
 * gone: what it has not sent is sent by another one, and again by itself, and saved once.
 *
 * @returns {() => void} ends it
 */
export function keepAlive(name) {
    const beat = () => store(() => browser.localStorage.setItem(ALIVE + name, Date.now()));
    const stop = () => store(() => browser.localStorage.removeItem(ALIVE + name));
    const timer = browser.setInterval(beat, BEAT);
    browser.addEventListener("pagehide", stop);
    browser.addEventListener("pageshow", beat);
    beat();
    return () => {
        browser.clearInterval(timer);
        browser.removeEventListener("pagehide", stop);
        browser.removeEventListener("pageshow", beat);
        stop();
    };
}

export const isAlive = (name) => Date.now() - Number(browser.localStorage.getItem(ALIVE + name)) <= GONE_AFTER;

function store(change) {
    try {
        change();
    } catch {
        // a browser without room: the other windows believe that this one is gone, which does no harm, see keepAlive
    }
}
