import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { View } from "@web/views/view";

import { PyramidChart } from "../pyramid_chart/pyramid_chart";
import { IndicatorCards } from "./indicator_cards";
import { IndicatorTable } from "./indicator_table";
import { formatDays } from "./report_format";
import { ReportPage } from "./report_page";

/** Rows of the list of clients on the page; the whole list is a click away. */
const CLIENTS_LIMIT = 80;

/** The indicators of any period beside those of another one, the pyramid, and the clients behind them. */
export class FunnelReport extends ReportPage {
    static template = "crm_funnel.FunnelReport";
    static components = {
        ...ReportPage.components,
        Dropdown,
        DropdownItem,
        IndicatorCards,
        IndicatorTable,
        PyramidChart,
        View,
    };
    static method = "get_report";

    async fetch(options) {
        const [report, clientsAction] = await Promise.all([
            super.fetch(options),
            this.call("get_deals_action", options),
        ]);
        return { ...report, clientsAction };
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get hasCompare() {
        return true;
    }

    get processes() {
        return this.data.pyramid.processes;
    }

    get processId() {
        return this.data.pyramid.process_id;
    }

    get daysText() {
        return formatDays(this.data.date_from, this.data.date_to);
    }

    get comparedText() {
        const { compare_from, compare_to } = this.data;
        return this.isCompared ? _t("compared with %s", formatDays(compare_from, compare_to)) : "";
    }

    get isCompared() {
        return Boolean(this.shown.compare);
    }

    get measures() {
        return [
            { name: "count", label: _t("Number") },
            { name: "amount", label: _t("Amount") },
        ];
    }

    get hasPyramid() {
        return this.data.pyramid.rows.some((row) => row.passed);
    }

    get formats() {
        return ["png", "svg", "pdf"];
    }

    get clientsCountText() {
        const { deal_count: count } = this.data;
        return count > CLIENTS_LIMIT
            ? _t("%(limit)s of %(count)s clients, the longest waiting first", { limit: CLIENTS_LIMIT, count })
            : _t("%s clients, the longest waiting first", count);
    }

    /** Another list is another component: it begins with its own order and its first page. */
    get clientsKey() {
        return JSON.stringify(this.data.clientsAction.domain);
    }

    get clientsProps() {
        const { res_model: resModel, views, domain, context } = this.data.clientsAction;
        const [viewId] = views.find(([, type]) => type === "list");
        return {
            type: "list",
            resModel,
            views: [[viewId, "list"]],
            domain,
            context: typeof context === "string" ? { active_test: false } : context,
            display: { controlPanel: false },
            limit: CLIENTS_LIMIT,
            allowSelectors: false,
            className: "o_report_clients_list",
            selectRecord: (resId) => this.openDeal(resId),
        };
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    /** The figures of both measures are there already. */
    setMeasure(measure) {
        this.state.query.measure = measure;
        this.updateLink();
    }

    openDeals(indicator, values = {}) {
        return this.open("get_deals_action", { ...this.shown, ...values }, indicator);
    }

    /** Without an id they are those without a manager or source, for which the server takes 0. */
    openGroup(option, id, indicator) {
        return this.openDeals(indicator, { [option]: [id || 0] });
    }

    openRow(number, onlyNow) {
        return this.open("get_pyramid_row_action", this.shown, number, onlyNow);
    }

    openClients() {
        return this.actionService.doAction(this.data.clientsAction);
    }

    openDeal(resId) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: this.data.clientsAction.res_model,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    downloadWorkbook() {
        return this.download("/crm_funnel/report/xlsx", {});
    }

    downloadChart(format) {
        const { measure } = this.state.query;
        return this.download(`/crm_funnel/chart/${format}`, { kind: "report", measure });
    }
}

registry.category("actions").add("crm_funnel_report", FunnelReport);
