import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { RPCError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";

import { ReportFavorites } from "./report_favorites";
import { ReportFilters } from "./report_filters";
import { fromLink, getDefaultQuery, toLink, toOptions } from "./report_query";

const MODEL = "crm.funnel.report";

/**
 * A report of the funnel: a filter bar above figures. The address says what is asked; while new figures are on their
 * way, and when the server refuses what is asked, the former ones stay, dimmed.
 */
export class ReportPage extends Component {
    static components = { Layout, ReportFavorites, ReportFilters };
    static props = { ...standardActionServiceProps };
    /** Method of the server that returns the figures. */
    static method = "";

    setup() {
        this.actionService = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({
            query: this.props.state?.query || fromLink(router.current),
            isLoading: false,
            error: "",
        });
        // figures are replaced as a whole
        this.data = false;
        this.shown = toOptions(this.state.query);
        useSetupAction({ rootRef: useRef("root"), getLocalState: () => ({ query: { ...this.state.query } }) });
        onWillStart(() => this.start());
        onMounted(() => this.updateLink());
    }

    // ------------------------------------------------------------------------
    // Figures
    // ------------------------------------------------------------------------

    async start() {
        const [choices] = await Promise.all([this.call("get_choices"), this.load()]);
        this.choices = choices;
        if (!this.data) {
            this.notification.add(_t("The link cannot be shown. This is the report without it."), { type: "warning" });
            this.state.query = getDefaultQuery();
            await this.load();
        }
    }

    call(method, ...args) {
        return this.orm.call(MODEL, method, args);
    }

    /** What the page needs from the server; `shown` is what it has been asked. */
    async fetch(options) {
        return this.call(this.constructor.method, options);
    }

    async load() {
        const options = toOptions(this.state.query);
        this.state.isLoading = true;
        try {
            this.data = await this.keepLast.add(this.fetch(options));
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

    /** @param {Partial<import("./report_query").ReportQuery>} changes */
    async update(changes) {
        Object.assign(this.state.query, changes);
        this.updateLink();
        await this.load();
    }

    /** A favourite replaces all that was asked. */
    openLink(link) {
        return this.update(fromLink(link));
    }

    updateLink() {
        this.props.updateActionState?.(this.link);
    }

    get link() {
        return toLink(this.state.query);
    }

    /** Whether the report compares two periods. */
    get hasCompare() {
        return false;
    }

    get processes() {
        return this.data.processes;
    }

    get processId() {
        return this.data.process_id;
    }

    get isDimmed() {
        return this.state.isLoading || Boolean(this.state.error);
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    /** Open the records behind a number: what the server has counted, even if other filters are being chosen. */
    async open(method, ...args) {
        return this.actionService.doAction(await this.call(method, ...args));
    }

    download(url, values) {
        return download({ url, data: { data: JSON.stringify({ options: this.shown, ...values }) } });
    }

    print() {
        window.print();
    }
}
