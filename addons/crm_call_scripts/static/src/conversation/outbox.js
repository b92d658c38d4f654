import { browser } from "@web/core/browser/browser";
import { ConnectionAbortedError, ConnectionLostError } from "@web/core/network/rpc";

import { isAlive } from "./call_window";

/** How many events are sent at once; the server takes 500. */
const BATCH = 100;
const PAUSES = [1_000, 2_000, 5_000, 10_000, 30_000];

export const isNetworkError = (error) =>
    error instanceof ConnectionLostError || error instanceof ConnectionAbortedError;

/**
 * What was said in a call and the server does not have yet. Kept in the browser before it is sent, sent in its order by
 * one request at a time; while the network is away it waits here.
 */
export class Outbox {
    /**
     * @param {Object} params
     * @param {string} params.place where the browser keeps what waits: of this database, user and call
     * @param {string} params.window name of this window: each has a box of its own
     * @param {(events: Object[]) => Promise<{saved: string[]}>} params.send
     * @param {(answer: Object) => void} params.onSaved
     * @param {(error: Error, events: Object[]) => void} params.onRefused the server will never take these
     * @param {() => void} params.onChange
     */
    constructor({ place, window: windowName, send, onSaved, onRefused, onChange }) {
        Object.assign(this, { place: `${place}/`, send, onSaved, onRefused, onChange });
        this.name = this.place + windowName;
        this.events = this.read(this.name);
        this.isOffline = false;
        this.failures = 0;
        this.sending = null;
    }

    get count() {
        return this.events.length;
    }

    push(event) {
        this.events.push(event);
        this.store();
        this.flush();
    }

    /** Sends what waits. Resolves when nothing waits any more, or when it cannot be sent now. */
    flush() {
        browser.clearTimeout(this.timer);
        this.sending ||= this.sendAll().finally(() => {
            this.sending = null;
            this.onChange();
        });
        return this.sending;
    }

    async sendAll() {
        while (this.events.length && !this.isStopped) {
            const events = this.events.slice(0, BATCH);
            try {
                const answer = await this.send(events);
                this.isOffline = false;
                this.failures = 0;
                this.remove(events);
                this.onSaved(answer);
            } catch (error) {
                this.fail(error, events);
                return;
            }
        }
    }

    fail(error, events) {
        if (isNetworkError(error)) {
            this.isOffline = true;
            const pause = PAUSES[Math.min(this.failures++, PAUSES.length - 1)];
            this.timer = browser.setTimeout(() => this.flush(), pause);
        } else {
            this.remove(events);
            this.onRefused(error, events);
        }
    }

    remove(events) {
        const keys = new Set(events.map((event) => event.key));
        this.events = this.events.filter((event) => !keys.has(event.key));
        this.store();
    }

    /** No more is sent from here; what waits stays in the browser. */
    stop() {
        this.isStopped = true;
        browser.clearTimeout(this.timer);
    }

    // ------------------------------------------------------------------------
    // In the browser
    // ------------------------------------------------------------------------

    /** Takes over what windows could not send that are gone. One that is open sends for itself, as what was said there. */
    adopt() {
        const names = this.findOthers().filter((name) => !isAlive(name.slice(this.place.length)));
        if (names.length) {
            const known = new Set(this.events.map((event) => event.key));
            const left = names.flatMap((name) => this.read(name)).filter((event) => !known.has(event.key));
            this.events = [...left, ...this.events];
            this.store();
            names.forEach((name) => browser.localStorage.removeItem(name));
        }
    }

    findOthers() {
        const { localStorage } = browser;
        const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index));
        return names.filter((name) => name.startsWith(this.place) && name !== this.name);
    }

    read(name) {
        try {
            const events = JSON.parse(browser.localStorage.getItem(name) || "[]");
            return Array.isArray(events) ? events : [];
        } catch {
            return [];
        }
    }

    store() {
        try {
            if (this.events.length) {
                browser.localStorage.setItem(this.name, JSON.stringify(this.events));
            } else {
                browser.localStorage.removeItem(this.name);
            }
        } catch {
            // a browser without room: what waits is in this window alone, which asks before it is closed
        }
        this.onChange();
    }
}
