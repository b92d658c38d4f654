import { _t } from "@web/core/l10n/translation";

import { Component, useState } from "@odoo/owl";

import { DEAL_INDICATORS } from "./indicator_cards";
import { formatValue } from "./report_format";

/** The indicators of each manager or source, to be sorted by any of them. */
export class IndicatorTable extends Component {
    static template = "crm_funnel.IndicatorTable";
    static props = {
        caption: String,
        heading: String,
        indicators: Array,
        lines: Array,
        currencyId: [Number, Boolean],
        onOpen: Function,
    };

    setup() {
        // as the server sends them: the most won first
        this.state = useState({ sortedBy: "", isDescending: false });
    }

    /** Some indicators are there for all deals together only. */
    get columns() {
        const [line] = this.props.lines;
        return this.props.indicators.filter(({ name }) => line && name in line.values);
    }

    get lines() {
        const lines = this.props.lines.map((line) => ({ ...line, cells: this.getCells(line) }));
        const { sortedBy, isDescending } = this.state;
        if (!sortedBy) {
            return lines;
        }
        const sorted = lines.sort((a, b) => this.compare(a, b, sortedBy));
        return isDescending ? sorted.reverse() : sorted;
    }

    getCells({ values, before }) {
        const { currencyId } = this.props;
        return this.columns.map(({ name, unit }) => ({
            name,
            text: formatValue(values[name], unit, currencyId),
            beforeText: before && _t("was %s", formatValue(before[name], unit, currencyId)),
            isOpenable: DEAL_INDICATORS.includes(name) && values[name] > 0,
        }));
    }

    /** What cannot be said is less than anything. */
    compare(a, b, name) {
        if (name === "name") {
            return a.name.localeCompare(b.name);
        }
        const [value, other] = [a, b].map(({ values }) => (values[name] === false ? -Infinity : values[name]));
        return value === other ? 0 : value - other;
    }

    getSort(name) {
        if (this.state.sortedBy !== name) {
            return "none";
        }
        return this.state.isDescending ? "descending" : "ascending";
    }

    /** Numbers begin with the largest, names with A. */
    sort(name) {
        const isDescending = this.state.sortedBy === name ? !this.state.isDescending : name !== "name";
        Object.assign(this.state, { sortedBy: name, isDescending });
    }
}
