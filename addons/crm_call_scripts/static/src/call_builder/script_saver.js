import { browser } from "@web/core/browser/browser";

import { isNetworkError } from "../conversation/outbox";

const PAUSE = 1_000;
const RETRY = 5_000;

/**
 * Saves by itself a moment after a change. `state` is one of: saved, waiting, saving, offline (tried again), refused (the
 * next change tries again) and conflict (nothing is saved until somebody decides).
 */
export class ScriptSaver {
    /**
     * @param {Object} params
     * @param {Function} params.save sends what there is now
     * @param {Function} params.isConflict async (): whether somebody else has saved since
     * @param {Function} params.onState gets the state and the message of the server
     */
    constructor({ save, isConflict, onState }) {
        Object.assign(this, { save, isConflict, onState });
        this.state = "saved";
        this.changes = 0;
    }

    get isSaved() {
        return this.state === "saved";
    }

    touch() {
        this.changes++;
        if (this.state !== "conflict") {
            this.plan(PAUSE);
            this.show(this.running ? "saving" : "waiting");
        }
    }

    plan(pause) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.flush(), pause);
    }

    show(state, message = "") {
        this.state = state;
        this.onState(state, message);
    }

    /** Saves now what is not saved, and returns whether everything is. One request is under way at a time. */
    async flush() {
        browser.clearTimeout(this.timer);
        await this.running;
        if (!this.isSaved && this.state !== "conflict") {
            this.running = this.send();
            await this.running;
            this.running = null;
        }
        return this.isSaved;
    }

    async send() {
        const { changes } = this;
        this.show("saving");
        try {
            await this.save();
        } catch (error) {
            await this.onError(error);
            return;
        }
        if (changes === this.changes) {
            this.show("saved");
        } else {
            this.show("waiting");
            this.plan(PAUSE);
        }
    }

    async onError(error) {
        if (isNetworkError(error)) {
            this.show("offline");
            this.plan(RETRY);
            return;
        }
        const message = error.data?.message || error.message;
        const isConflict = await this.isConflict().catch(() => false);
        this.show(isConflict ? "conflict" : "refused", message);
    }

    stop() {
        browser.clearTimeout(this.timer);
    }
}
