import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { formatValue, getChange } from "./report_format";

/** Indicators that are a number of deals: they open them. */
export const DEAL_INDICATORS = ["worked", "new", "won", "lost"];

/** The indicators at a glance: the value, and what it was in the compared period. */
export class IndicatorCards extends Component {
    static template = "crm_funnel.IndicatorCards";
    static props = {
        indicators: Array,
        currencyId: [Number, Boolean],
        isCompared: Boolean,
        onOpen: Function,
    };

    get cards() {
        const { indicators, currencyId, isCompared } = this.props;
        return indicators.map((indicator) => ({
            ...indicator,
            isOpenable: DEAL_INDICATORS.includes(indicator.name) && indicator.value > 0,
            text: formatValue(indicator.value, indicator.unit, currencyId),
            change: isCompared && getChange(indicator, currencyId),
            beforeText: isCompared && _t("was %s", formatValue(indicator.before, indicator.unit, currencyId)),
        }));
    }
}
