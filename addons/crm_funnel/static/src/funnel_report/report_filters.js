import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { _t } from "@web/core/l10n/translation";

import { Component, useState } from "@odoo/owl";

import { PeriodSelect } from "../period_select/period_select";
import { isComparable } from "./report_query";

const FOLDED = ["teamIds", "sourceIds", "tagIds"];

/** The bar above a report: what is asked of it. */
export class ReportFilters extends Component {
    static template = "crm_funnel.ReportFilters";
    static components = { MultiRecordSelector, PeriodSelect };
    static props = {
        query: Object,
        processes: Array,
        processId: [Number, Boolean],
        hasUsers: Boolean,
        hasCompare: { type: Boolean, optional: true },
        onChange: Function,
    };

    setup() {
        this.state = useState({ isOpen: this.foldedCount > 0 });
    }

    get comparisons() {
        const isOpenPeriod = !isComparable(this.props.query);
        return [
            { name: "", label: _t("Compare with nothing") },
            { name: "previous", label: _t("The period before"), isDisabled: isOpenPeriod },
            { name: "year", label: _t("The year before"), isDisabled: isOpenPeriod },
            { name: "custom", label: _t("Other days…") },
        ];
    }

    /** Nothing is before all of the past. */
    get compare() {
        const { compare } = this.props.query;
        return compare === "custom" || isComparable(this.props.query) ? compare || "" : "";
    }

    get userSelector() {
        return {
            name: "userIds",
            resModel: "res.users",
            label: _t("Managers"),
            placeholder: _t("All managers"),
            domain: [["share", "=", false]],
        };
    }

    get foldedSelectors() {
        return [
            { name: "teamIds", resModel: "crm.team", label: _t("Channels"), placeholder: _t("All channels") },
            { name: "sourceIds", resModel: "utm.source", label: _t("Sources"), placeholder: _t("All sources") },
            { name: "tagIds", resModel: "crm.tag", label: _t("Tags"), placeholder: _t("All tags") },
        ];
    }

    get foldedCount() {
        return FOLDED.filter((name) => this.props.query[name].length).length;
    }

    toggle() {
        this.state.isOpen = !this.state.isOpen;
    }

    onCompareChange(ev) {
        this.props.onChange({ compare: ev.target.value || false });
    }

    onProcessChange(ev) {
        this.props.onChange({ processId: Number(ev.target.value) });
    }
}
