import { formatDays, formatValue } from "@crm_funnel/funnel_report/report_format";

import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";

import { FigureCards } from "./figure_cards";
import { FiguresFilters } from "./figures_filters";
import { getFigures } from "./figures_format";
import { fromLink, toLink, toOptions } from "./figures_query";
import { NodeTable } from "./node_table";
import { QuestionAnswers } from "./question_answers";

const MODEL = "crm.call.figures";
const SIGNS = { 1: "+", "-1": "\u2212" };
const VERDICTS = {
    better: { icon: "fa-arrow-up", className: "text-success" },
    worse: { icon: "fa-arrow-down", className: "text-danger" },
    unknown: { icon: "fa-question", className: "text-muted" },
};

/**
 * The figures of a call script: where conversations lead and where they break off, and what clients answered. The
 * address says what is asked; when the server refuses it, the former figures stay, dimmed.
 */
export class CallFigures extends Component {
    static template = "crm_call_scripts.CallFigures";
    static components = { FigureCards, FiguresFilters, Layout, NodeTable, QuestionAnswers };
    static props = { ...standardActionServiceProps };

    setup() {
        this.actionService = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.state = useState({ query: this.getFirstQuery(), isLoading: false, error: "" });
        // figures are replaced as a whole
        this.data = false;
        this.answers = false;
        this.shown = toOptions(this.state.query);
        useSetupAction({ rootRef: useRef("root"), getLocalState: () => ({ query: { ...this.state.query } }) });
        onWillStart(() => this.start());
        onMounted(() => this.updateLink());
    }

    /** A script that the page is opened for, else what it showed before, else the address. */
    getFirstQuery() {
        const { script_id: scriptId } = this.props.action?.params || {};
        return this.props.state?.query || fromLink(scriptId ? { script: scriptId } : router.current);
    }

    // ------------------------------------------------------------------------
    // Figures
    // ------------------------------------------------------------------------

    async start() {
        this.choices = await this.call("get_choices");
        await this.load();
        if (!this.data) {
            this.notification.add(_t("The link cannot be shown. This is the report without it."), { type: "warning" });
            this.state.query = fromLink({});
            await this.load();
        }
    }

    call(method, ...args) {
        return this.orm.call(MODEL, method, args);
    }

    async load() {
        const options = toOptions(this.state.query);
        const hasAnswers = this.tab === "answers";
        this.state.isLoading = true;
        try {
            const asked = [this.call("get_figures", options), hasAnswers && this.call("get_answers", options)];
            [this.data, this.answers] = await this.keepLast.add(Promise.all(asked));
            this.shown = options;
            this.state.error = "";
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.error = error.data?.message || error.message;
        } finally {
            this.state.isLoading = false;
        }
    }

    /** @param {Partial<import("./figures_query").FiguresQuery>} changes */
    async update(changes) {
        Object.assign(this.state.query, changes);
        this.updateLink();
        await this.load();
    }

    updateLink() {
        this.props.updateActionState?.(toLink(this.state.query));
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    /** The script that is asked for: an interview is opened with its answers. */
    get script() {
        const { scripts } = this.choices;
        return scripts.find(({ id }) => id === this.state.query.scriptId) || scripts[0];
    }

    get tab() {
        return this.state.query.tab || (this.script?.is_feedback ? "answers" : "script");
    }

    get tabs() {
        return [
            { name: "script", label: _t("Course of the Conversation") },
            { name: "answers", label: _t("Answers") },
        ];
    }

    get sides() {
        return this.data.sides;
    }

    get hasCalls() {
        return this.sides.some(({ totals }) => totals.calls);
    }

    get isDimmed() {
        return this.state.isLoading || Boolean(this.state.error);
    }

    get daysText() {
        return formatDays(this.data.date_from, this.data.date_to);
    }

    get comparison() {
        return (this.data.comparison || []).map((row) => ({
            ...row,
            ...VERDICTS[row.verdict],
            differenceText: row.difference === false ? "" : this.formatPoints(row),
        }));
    }

    /** The difference with its range; its sign says which way it goes. */
    formatPoints({ difference, low, high }) {
        const [value, from, to] = [difference, low, high].map((points) => {
            const rounded = Math.round(points);
            return (SIGNS[Math.sign(rounded)] || "") + formatValue(Math.abs(rounded), "count");
        });
        return _t("%(value)s points (%(from)s to %(to)s)", { value, from, to });
    }

    get userColumns() {
        return getFigures(this.sides[0].totals).map(({ name, label }) => ({ name, label }));
    }

    get users() {
        return this.data.users.map(({ id, name, totals }) => ({ id, name, figures: getFigures(totals) }));
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    /** Open the calls behind a number: what the server has counted, even if other filters are being chosen. */
    async openCalls(filters) {
        return this.actionService.doAction(await this.call("get_calls_action", this.shown, filters));
    }

    async openAnswers(key) {
        return this.actionService.doAction(await this.call("get_answers_action", this.shown, key));
    }

    openCall(callId) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.call",
            res_id: callId,
            views: [[false, "form"]],
        });
    }

    download() {
        return download({
            url: "/crm_call_scripts/figures/xlsx",
            data: { data: JSON.stringify({ options: this.shown }) },
        });
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("crm_call_figures", CallFigures);
