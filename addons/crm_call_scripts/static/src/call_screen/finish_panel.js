import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { FileInput } from "@web/core/file_input/file_input";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDate, deserializeDateTime, serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { parseFloat } from "@web/views/fields/parsers";

import { Component, onMounted, useRef, useState } from "@odoo/owl";

import { isNetworkError } from "../conversation/outbox";

const EMPTY = { comment: "", lost_reason: "", amount: "", closing_date: false, task_date: false };
const CALL_MINUTES = 15;

/** What the call came to, and what will follow from it, shown before it happens. */
export class FinishPanel extends Component {
    static template = "crm_call_scripts.FinishPanel";
    static components = { DateTimeInput, FileInput };
    static props = {
        outcomes: Array,
        outcomeId: [Number, Boolean],
        who: Object,
        prepare: Function,
        onFinish: Function,
        onClose: Function,
        onPlanMeeting: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.root = useRef("root");
        this.state = useState({
            outcomeId: false,
            info: null,
            // the results that the call can have with this outcome
            steps: [],
            stepId: false,
            given: { ...EMPTY },
            files: [],
            writes: {},
            task: false,
            slots: [],
            conflicts: [],
            problem: "",
            isBusy: false,
            // the server is asked what another result demands
            isAsking: false,
        });
        onMounted(() => {
            this.root.el.focus();
            if (this.props.outcomeId) {
                this.choose(this.props.outcomeId);
            }
        });
        useHotkey("enter", () => this.finish(), {
            isAvailable: (target) => !target?.closest?.("button, a, select, textarea"),
        });
        this.outcomes.slice(0, 9).forEach((outcome, index) => {
            useHotkey(String(index + 1), () => this.choose(outcome.id));
        });
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    /** The proposed one first. */
    get outcomes() {
        const isProposed = (outcome) => outcome.id === this.props.outcomeId;
        return [...this.props.outcomes].sort((a, b) => isProposed(b) - isProposed(a));
    }

    get step() {
        return this.state.steps.find((step) => step.step_id === this.state.stepId) || false;
    }

    asks(name) {
        return Boolean(this.step && this.step.asks.includes(name));
    }

    get labels() {
        return {
            comment: _t("a comment"),
            lost_reason: _t("the reason of the loss"),
            amount: _t("the amount"),
            closing_date: _t("the closing date"),
            task_date: _t("the day of the next task"),
            file: _t("a file"),
        };
    }

    get missing() {
        const given = { ...this.state.given, file: this.state.files.length };
        const asks = this.step ? this.step.asks : [];
        return asks.filter((name) => !given[name]);
    }

    get missingText() {
        return _t("Missing: %s", this.missing.map((name) => this.labels[name]).join(", "));
    }

    get canFinish() {
        return Boolean(this.state.info) && !this.missing.length && !this.state.isBusy && !this.state.isAsking;
    }

    // ------------------------------------------------------------------------
    // What is chosen
    // ------------------------------------------------------------------------

    async choose(outcomeId) {
        Object.assign(this.state, { outcomeId, info: null, isAsking: false });
        const info = await this.guard(() => this.props.prepare(outcomeId));
        // an answer that comes late is not of the outcome chosen meanwhile
        if (info && this.state.outcomeId === outcomeId) {
            this.state.steps = this.mergeSteps(info, []);
            this.state.stepId = info.step ? info.step.step_id : false;
            this.state.writes = Object.fromEntries(info.writes.map((row) => [row.key, row.is_allowed]));
            this.show(info);
        }
    }

    /** Another result demands other things and plans another task; what was entered so far stays. */
    async chooseStep(value) {
        const { outcomeId } = this.state;
        const stepId = Number(value) || false;
        Object.assign(this.state, { stepId, isAsking: true });
        const info = await this.guard(() => this.props.prepare(outcomeId, stepId));
        if (this.state.stepId !== stepId || this.state.outcomeId !== outcomeId) {
            return;
        }
        this.state.isAsking = false;
        if (info) {
            this.state.steps = this.mergeSteps(info, this.state.steps);
            this.show(info);
        } else {
            // what this result asks for is not known: it cannot be recorded
            this.state.info = null;
        }
    }

    /** The result that is recorded and the others, each once, where they stood before. */
    mergeSteps(info, before) {
        const steps = [...before, info.step, ...info.buttons].filter(Boolean);
        return [...new Map(steps.map((step) => [step.step_id, step])).values()];
    }

    show(info) {
        const { next_task: task } = info;
        this.state.info = info;
        this.state.task = task && { ...task, date: deserializeDate(task.date_deadline), start: false, isWanted: true };
        this.state.slots = [];
        this.state.conflicts = [];
    }

    get partnerId() {
        const { client, contact } = this.props.who;
        return (contact || client || { id: false }).id;
    }

    async proposeTimes() {
        const { user_id: userId, date } = this.state.task;
        const after = serializeDateTime(luxon.DateTime.max(date.startOf("day"), luxon.DateTime.now()));
        const args = [userId, this.partnerId, CALL_MINUTES, after];
        this.state.slots = (await this.guard(() => this.orm.call("crm.free.time", "get_slots", args))) || [];
    }

    async setStart(start) {
        const { task } = this.state;
        Object.assign(task, { start, date: start ? start.startOf("day") : task.date });
        const args = start && [task.user_id, this.partnerId, serializeDateTime(start), CALL_MINUTES];
        const conflicts = args && (await this.guard(() => this.orm.call("crm.free.time", "get_conflicts", args)));
        this.state.conflicts = conflicts || [];
    }

    chooseSlot(slot) {
        this.state.slots = [];
        return this.setStart(deserializeDateTime(slot.start));
    }

    /** They belong to the deal once the result is recorded. */
    addFiles(files) {
        this.state.problem = files.find(({ error }) => error)?.error || "";
        this.state.files.push(...files.filter(({ error }) => !error));
    }

    removeFile(id) {
        this.state.files = this.state.files.filter((file) => file.id !== id);
    }

    // ------------------------------------------------------------------------
    // End
    // ------------------------------------------------------------------------

    /** What was entered stays, whatever the server or the network says. */
    async guard(work) {
        this.state.problem = "";
        try {
            return await work();
        } catch (error) {
            this.state.problem = isNetworkError(error)
                ? _t("There is no connection. Nothing is lost: try again in a moment.")
                : error.data?.message || error.message;
        }
    }

    async finish() {
        if (!this.canFinish) {
            return;
        }
        this.state.isBusy = true;
        await this.guard(() => this.props.onFinish(this.prepareValues()));
        this.state.isBusy = false;
    }

    prepareValues() {
        const { given, info, outcomeId, stepId, writes } = this.state;
        return {
            outcome_id: outcomeId,
            step_id: stepId,
            last_result_id: info.last_result_id,
            comment: given.comment,
            lost_reason_id: Number(given.lost_reason) || false,
            amount: given.amount ? parseFloat(given.amount) : false,
            closing_date: given.closing_date && serializeDate(given.closing_date),
            task_date: given.task_date && serializeDate(given.task_date),
            task: this.prepareTask(),
            file_ids: this.asks("file") ? this.state.files.map(({ id }) => id) : [],
            writes: Object.keys(writes).filter((key) => writes[key]),
        };
    }

    prepareTask() {
        const { task } = this.state;
        if (!task || !task.isWanted) {
            return false;
        }
        return {
            activity_type_id: task.activity_type_id,
            summary: task.summary,
            date_deadline: task.date && serializeDate(task.date),
            call_start: task.start && serializeDateTime(task.start),
            user_id: task.user_id,
        };
    }
}
