import { reloadOnClose } from "@crm_clients/dialogs/reload_on_close";
import { browser } from "@web/core/browser/browser";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";

import { CallRow } from "./call_row";
import { formatLength } from "./call_times";
import { LaterDialog } from "./later_dialog";

const MODEL = "crm.call.day";
const REFRESH_EVERY = 60_000;
/** Sections of `tools/call_order.py` that are folded until somebody wants to see them. */
const FOLDED = ["coming", "blocked"];

function getFormAction(model, resId) {
    return { type: "ir.actions.act_window", res_model: model, res_id: resId, views: [[false, "form"]] };
}

/** The calls of a manager's day, the best one to make next on top. */
export class CallDay extends Component {
    static template = "crm_call_scripts.CallDay";
    static components = { CallRow, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.root = useRef("root");
        this.state = useState({
            data: null,
            userId: this.props.action?.params?.user_id || false,
            selectedId: false,
            isBusy: false,
            open: {},
        });
        onWillStart(() => this.load());
        onMounted(() => {
            this.timer = browser.setInterval(() => this.refresh(), REFRESH_EVERY);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
        useExternalListener(window, "focus", () => this.refresh());
        this.setupKeys();
    }

    /** A key that a control of the page understands itself is left to it. */
    setupKeys() {
        const isFree = (selector) => (target) => !target?.closest?.(selector);
        const options = { isAvailable: isFree("select") };
        const moves = { arrowdown: 1, j: 1, arrowup: -1, k: -1 };
        for (const [key, step] of Object.entries(moves)) {
            useHotkey(key, () => this.move(step), { ...options, allowRepeat: true });
        }
        useHotkey("enter", () => this.withSelected((row) => this.call(row)), {
            isAvailable: isFree("select, button, a, summary"),
        });
        useHotkey("n", () => this.withSelected((row) => this.recordNoAnswer(row)), options);
        useHotkey("l", () => this.withSelected((row) => this.openLater(row)), options);
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get data() {
        return this.state.data;
    }

    get sections() {
        const labels = {
            promised: _t("Promised"),
            now: _t("Call now"),
            later: _t("Later today"),
            closed: _t("Not today"),
            coming: _t("Coming days"),
            blocked: _t("Must not be called"),
        };
        return Object.entries(labels)
            .map(([name, label]) => ({
                name,
                label,
                rows: this.data.rows.filter((row) => row.section === name),
                isOpen: this.isOpen(name),
            }))
            .filter((section) => section.rows.length);
    }

    /** The keyboard moves over what can be seen. */
    get shownRows() {
        return this.sections.flatMap((section) => (section.isOpen ? section.rows : []));
    }

    get selected() {
        return this.shownRows.find((row) => row.id === this.state.selectedId) || this.shownRows[0];
    }

    get total() {
        return this.data.counts.done + this.data.counts.left;
    }

    get percent() {
        return this.total ? Math.round((100 * this.data.counts.done) / this.total) : 0;
    }

    get progressText() {
        const { done, reached, seconds } = this.data.counts;
        return _t("%(done)s of %(total)s done, %(reached)s reached, %(time)s", {
            done,
            total: this.total,
            reached,
            time: formatLength(seconds),
        });
    }

    isOpen(name) {
        return this.state.open[name] ?? !FOLDED.includes(name);
    }

    toggle(name) {
        this.state.open[name] = !this.isOpen(name);
    }

    // ------------------------------------------------------------------------
    // Reading
    // ------------------------------------------------------------------------

    async load() {
        const userId = this.state.userId;
        const data = await this.orm.call(MODEL, "get_day", [userId]);
        // an answer that comes late is not of the manager chosen meanwhile
        if (userId === this.state.userId) {
            this.state.data = data;
        }
    }

    /** By itself and unseen: without the server the list stays as it is, and nothing changes while a press is under way. */
    async refresh() {
        if (this.state.isBusy) {
            return;
        }
        try {
            const data = await this.orm.silent.call(MODEL, "get_day", [this.state.userId]);
            if (!this.state.isBusy && data.user[0] === this.data.user[0]) {
                this.state.data = data;
            }
        } catch {
            // the next minute brings the next try
        }
    }

    async chooseUser(value) {
        this.state.userId = Number(value);
        await this.load();
    }

    // ------------------------------------------------------------------------
    // Keyboard
    // ------------------------------------------------------------------------

    move(step) {
        const rows = this.shownRows;
        if (!rows.length) {
            return;
        }
        const position = rows.indexOf(this.selected) + (this.state.selectedId ? step : Math.min(step, 0));
        const row = rows[Math.min(Math.max(position, 0), rows.length - 1)];
        this.state.selectedId = row.id;
        this.root.el.querySelector(`[data-call="${row.id}"]`)?.scrollIntoView({ block: "nearest" });
    }

    withSelected(work) {
        if (this.selected?.can_call) {
            work(this.selected);
        }
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    /** One press at a time. */
    async press(work) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await work();
        } finally {
            this.state.isBusy = false;
        }
    }

    call(row) {
        return this.press(() => this.open("mail.activity", "action_start_call", row.id));
    }

    resume(call) {
        return this.press(() => this.open("crm.call", "action_open_call", call.call_id));
    }

    async open(model, method, id) {
        await this.action.doAction(await this.orm.call(model, method, [[id]]));
    }

    recordNoAnswer(row) {
        return this.press(async () => {
            const { call_id: callId, message } = await this.orm
                .call(MODEL, "record_no_answer", [row.id])
                .finally(() => this.load());
            const close = this.notification.add(`${row.name}. ${message}`, {
                type: "success",
                buttons: [{ name: _t("Undo"), onClick: () => this.undo(callId, close) }],
            });
        });
    }

    undo(callId, close) {
        close();
        return this.press(() => this.orm.call(MODEL, "undo_no_answer", [callId]).finally(() => this.load()));
    }

    openLater(row) {
        this.dialog.add(LaterDialog, {
            title: row.name,
            load: () => this.orm.call(MODEL, "get_later_slots", [row.id]),
            choose: (slot) => this.postpone(row, slot),
            chooseOther: () => this.openTask(row),
        });
    }

    openTask(row) {
        const action = { ...getFormAction("mail.activity", row.id), target: "new", name: row.name };
        return this.action.doAction(action, { onClose: reloadOnClose(() => this.load()) });
    }

    postpone(row, slot) {
        return this.press(async () => {
            const message = await this.orm.call(MODEL, "postpone", [row.id, slot.start]).finally(() => this.load());
            this.notification.add(`${row.name}. ${message}`, { type: "success" });
        });
    }

    openCard(model, resId) {
        return this.action.doAction(getFormAction(model, resId));
    }
}

registry.category("actions").add("crm_call_day", CallDay);
