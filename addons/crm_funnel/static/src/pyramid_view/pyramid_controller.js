import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { useBus, useService } from "@web/core/utils/hooks";
import { useModelWithSampleData } from "@web/model/model";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { standardViewProps } from "@web/views/standard_view_props";

import { Component, onMounted, useRef } from "@odoo/owl";

import { PeriodSelect } from "../period_select/period_select";
import { PyramidChart } from "../pyramid_chart/pyramid_chart";
import { LINK_KEY, writeLink } from "./pyramid_link_service";
import { toContext } from "./pyramid_settings";

export class PyramidController extends Component {
    static template = "crm_funnel.PyramidView";
    static components = { CogMenu, Dropdown, DropdownItem, Layout, PeriodSelect, PyramidChart, SearchBar };
    static props = {
        ...standardViewProps,
        Model: Function,
        modelParams: Object,
    };

    setup() {
        this.actionService = useService("action");
        this.orm = useService("orm");
        this.model = useModelWithSampleData(this.props.Model, this.props.modelParams);
        this.searchBarToggler = useSearchBarToggler();
        useSetupAction({
            rootRef: useRef("root"),
            getLocalState: () => ({ settings: this.model.settings }),
            getContext: () => toContext(this.model.settings),
        });
        onMounted(() => this.updateLink());
        useBus(this.model.bus, "update", () => this.updateLink());
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get bases() {
        return [
            {
                name: "created",
                label: _t("Deals created in it"),
                explanation: _t("A deal counts on the step it has come to."),
            },
            {
                name: "results",
                label: _t("Results recorded in it"),
                explanation: _t("A deal counts on the steps it passed then."),
            },
        ];
    }

    get measures() {
        return [
            { name: "count", label: _t("Number") },
            { name: "amount", label: _t("Amount") },
        ];
    }

    get formats() {
        return ["png", "svg", "pdf"];
    }

    get isEmpty() {
        return !this.model.data.rows.some((row) => row.passed);
    }

    get hasProcess() {
        return Boolean(this.model.data.processes.length);
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    /** The address follows the picture: what is copied from it opens the same one. */
    updateLink() {
        const { searchModel } = this.env;
        const link = writeLink(this.model.settings, searchModel.exportFilters(), searchModel.exportChoices());
        this.props.updateActionState?.({ [LINK_KEY]: link });
    }

    onProcessChange(ev) {
        return this.model.update({ processId: Number(ev.target.value) });
    }

    async openRow(number, onlyNow) {
        const { domain, context } = this.model.shown;
        const action = await this.orm.call(
            this.props.resModel,
            "get_pyramid_action",
            [domain, this.model.options, number, onlyNow],
            { context },
        );
        return this.actionService.doAction(action);
    }

    download(format) {
        const { shown, options, settings } = this.model;
        const what = { kind: "pyramid", domain: shown.domain, options, measure: settings.measure };
        return this.fetchFile(`/crm_funnel/chart/${format}`, what);
    }

    fetchFile(url, what) {
        return download({ url, data: { data: JSON.stringify(what) } });
    }

    print() {
        browser.print();
    }
}
