import { browser } from "@web/core/browser/browser";

import { Component, onMounted, onWillUnmount, useState, xml } from "@odoo/owl";

/** How long the call has taken, going on from the seconds of before it was interrupted. */
export class CallTimer extends Component {
    static template = xml`<span class="o_call_timer" role="timer" t-out="text" />`;
    static props = { seconds: Number, isRunning: Boolean };

    setup() {
        this.begun = Date.now();
        this.state = useState({ seconds: this.props.seconds });
        onMounted(() => {
            this.timer = browser.setInterval(() => this.tick(), 1_000);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    get text() {
        const { seconds } = this.state;
        return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }

    tick() {
        if (this.props.isRunning) {
            this.state.seconds = this.props.seconds + Math.floor((Date.now() - this.begun) / 1000);
        }
    }
}
