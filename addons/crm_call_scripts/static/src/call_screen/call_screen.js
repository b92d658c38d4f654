import { browser } from "@web/core/browser/browser";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, markRaw, onMounted, onWillStart, onWillUnmount, useExternalListener, useState } from "@odoo/owl";

import { getWindowName, keepAlive, makeKey } from "../conversation/call_window";
import { Conversation, ConversationError, MOVING } from "../conversation/conversation";
import { isNetworkError, Outbox } from "../conversation/outbox";
import { CallAside } from "./call_aside";
import { CallTalk } from "./call_talk";
import { CallTimer } from "./call_timer";
import { CallWho } from "./call_who";
import { FinishPanel } from "./finish_panel";

const MODEL = "crm.call";
const NOTE_PAUSE = 1_500;

/** One call from its first word to its outcome. What is said is kept in the browser first and sent then. */
export class CallScreen extends Component {
    static template = "crm_call_scripts.CallScreen";
    static components = { CallAside, CallTalk, CallTimer, CallWho, FinishPanel, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.window = getWindowName();
        this.callId = Number(this.props.action.params?.call_id || this.props.resId) || false;
        this.state = useState({
            data: null,
            talk: null,
            // what was said, by key of its event, for the list of answers
            events: [],
            note: "",
            unsaved: 0,
            isOffline: false,
            refused: [],
            outcomeId: false,
            isFinishing: false,
            next: null,
            message: "",
        });
        onWillStart(() => this.callId && this.open());
        onMounted(() => this.props.updateActionState?.({ resId: this.callId }));
        onWillUnmount(() => this.leave());
        useExternalListener(window, "online", () => this.outbox?.flush());
        useExternalListener(window, "pagehide", () => this.saveNote());
        useExternalListener(window, "beforeunload", (ev) => this.state.unsaved && ev.preventDefault());
        useHotkey("control+e", () => this.finish(), { bypassEditableProtection: true });
        useHotkey("escape", () => this.closeFinish());
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get data() {
        return this.state.data;
    }

    get isDone() {
        return this.data?.call.state === "done";
    }

    get isLocked() {
        return !this.data?.session_ok || this.isDone;
    }

    get scriptName() {
        return this.data.graph ? this.data.graph.name : "";
    }

    get canChooseScript() {
        return !this.isLocked && !this.state.events.some((event) => MOVING.has(event.kind));
    }

    get unsavedText() {
        return _t(
            "Not saved yet: %s. It is kept in this browser and sent as soon as the network is back.",
            this.state.unsaved,
        );
    }

    get doneText() {
        return this.state.message || _t("This call is finished.");
    }

    get holderText() {
        return _t("This call goes on in another window: %s.", this.data.holder);
    }

    get noAnswer() {
        return this.data.outcomes.find((outcome) => outcome.kind === "no_answer");
    }

    get later() {
        return this.data.outcomes.find((outcome) => outcome.kind === "later");
    }

    /** The outcome that the script proposes where the conversation is. */
    get proposedOutcomeId() {
        return this.state.outcomeId || this.state.talk.node?.outcome_id || false;
    }

    // ------------------------------------------------------------------------
    // Server
    // ------------------------------------------------------------------------

    call(method, ...args) {
        return this.orm.silent.call(MODEL, method, [[this.callId], this.window, ...args]);
    }

    async open() {
        this.show(await this.call("open_screen"));
        this.outbox ||= new Outbox({
            place: `crm_call_scripts/${session.db}/${user.userId}/${this.callId}`,
            window: this.window,
            send: (events) => this.call("save_lines", events),
            onSaved: (answer) => this.onSaved(answer),
            onRefused: (error, events) => this.onRefused(error, events),
            onChange: () => this.onOutbox(),
        });
        this.stopAlive ||= keepAlive(this.window);
        if (this.isLocked) {
            this.recall();
            this.onOutbox();
        } else {
            await this.goOn();
        }
    }

    /** What a window could not send any more was said after what the server knows. */
    async goOn() {
        this.outbox.adopt();
        this.recall();
        this.onOutbox();
        await this.outbox.flush();
    }

    show(data) {
        const talk = new Conversation(data.graph);
        talk.replay(data.lines);
        const notes = data.lines.filter((line) => line.kind === "note");
        Object.assign(this.state, { data: markRaw(data), talk, events: [...data.lines] });
        this.state.note = this.savedNote = notes.at(-1)?.value || data.call.note || "";
        this.stepStart = Date.now();
    }

    recall() {
        const known = new Set(this.state.events.map((event) => event.key));
        for (const event of this.outbox.events.filter((one) => !known.has(one.key))) {
            try {
                this.state.talk.apply(event);
                this.state.events.push(event);
            } catch (error) {
                if (!(error instanceof ConversationError)) {
                    throw error;
                }
                // the server decides about what does not fit here: it refuses it, and its words are shown
            }
            if (event.kind === "note") {
                this.state.note = this.savedNote = event.value;
            }
        }
    }

    onOutbox() {
        this.state.unsaved = this.outbox?.count || 0;
        this.state.isOffline = Boolean(this.outbox?.isOffline);
    }

    onSaved(answer) {
        if (answer.is_done) {
            this.state.data = markRaw({ ...this.data, call: { ...this.data.call, state: "done" } });
        } else if (answer.is_moved) {
            this.state.data = markRaw({ ...this.data, session_ok: false });
        }
    }

    async onRefused(error, events) {
        this.notification.add(error.data?.message || error.message, { type: "danger", sticky: true });
        this.state.refused.push(...events.map((event) => this.describe(event)).filter(Boolean));
        try {
            this.show(await this.call("open_screen"));
        } catch (failure) {
            if (!isNetworkError(failure)) {
                throw failure;
            }
        }
    }

    /** What of an event would be lost with it, in words. */
    describe(event) {
        const node = this.state.talk.nodes[event.node_id];
        const chosen = [event.answer_id, ...(event.answer_ids || [])];
        const names = node?.answers.filter((answer) => chosen.includes(answer.id)).map((answer) => answer.name) || [];
        const text = names.join(", ") || event.value;
        return text ? `${node?.name ? `${node.name}: ` : ""}${text}` : "";
    }

    async takeOver() {
        this.show(await this.call("take_over"));
        await this.goOn();
    }

    async setScript(value) {
        this.show(await this.call("set_script", Number(value) || false));
    }

    // ------------------------------------------------------------------------
    // What is said
    // ------------------------------------------------------------------------

    onEvent(event) {
        const seconds = Math.round((Date.now() - this.stepStart) / 1000);
        const sent = { ...event, key: makeKey(), seconds };
        try {
            this.state.talk.apply(sent);
        } catch (error) {
            if (!(error instanceof ConversationError)) {
                throw error;
            }
            this.notification.add(_t("The script does not lead there."), { type: "warning" });
            return;
        }
        this.stepStart = Date.now();
        this.state.events.push(sent);
        this.outbox.push(sent);
    }

    jump(nodeId) {
        if (!this.isLocked) {
            this.onEvent({ kind: "jump", node_id: this.state.talk.nodeId, to_node_id: nodeId });
        }
    }

    onNote(text) {
        this.state.note = text;
        browser.clearTimeout(this.noteTimer);
        this.noteTimer = browser.setTimeout(() => this.saveNote(), NOTE_PAUSE);
    }

    saveNote() {
        browser.clearTimeout(this.noteTimer);
        if (this.data && !this.isLocked && this.state.note !== this.savedNote) {
            this.savedNote = this.state.note;
            const node_id = this.state.talk.nodeId;
            const event = { key: makeKey(), kind: "note", node_id, value: this.state.note, seconds: 0 };
            this.state.events.push(event);
            this.outbox.push(event);
        }
    }

    // ------------------------------------------------------------------------
    // End
    // ------------------------------------------------------------------------

    async finish(outcome) {
        if (this.isLocked) {
            return;
        }
        this.saveNote();
        this.state.outcomeId = outcome?.id || false;
        await this.outbox.flush();
        this.state.isFinishing = true;
    }

    /** What was entered in the panel stays with it: nothing is lost by a second Escape. */
    closeFinish() {
        this.state.isFinishing = false;
    }

    prepareFinish(...chosen) {
        return this.call("prepare_finish", ...chosen);
    }

    async planMeeting() {
        await this.action.doAction(await this.orm.call(MODEL, "action_plan_meeting", [[this.callId]]));
    }

    async conclude(values) {
        await this.outbox.flush();
        const answer = await this.call("finish", this.outbox.events, { ...values, note: this.state.note });
        if (answer.is_moved) {
            this.onSaved(answer);
            return;
        }
        this.outbox.remove(this.outbox.events);
        this.state.isFinishing = false;
        this.state.message = answer.message;
        this.onSaved({ is_done: true });
        this.state.next = await this.orm.silent.call("crm.call.day", "get_next", [this.callId]);
    }

    async callNext() {
        const method = "action_start_call";
        const action = await this.orm.call("mail.activity", method, [[this.state.next.activity_id]]);
        await this.action.doAction(action, { stackPosition: "replaceCurrentAction" });
    }

    async discard() {
        this.saveNote();
        await this.outbox.flush();
        await this.orm.call(MODEL, "discard", [[this.callId], this.window]);
        this.outbox.stop();
        this.back();
    }

    back() {
        this.env.config.historyBack();
    }

    openCard(model, resId) {
        const views = [[false, "form"]];
        return this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: resId, views });
    }

    leave() {
        this.saveNote();
        this.outbox?.stop();
        this.stopAlive?.();
    }
}

registry.category("actions").add("crm_call_screen", CallScreen);
