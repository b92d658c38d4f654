import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, formatDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { getPresetGroups, resolvePeriod } from "./period";

export { resolvePeriod };

/** Choice of the days of a report: by a name that goes with the calendar, or any days. */
export class PeriodSelect extends Component {
    static template = "crm_funnel.PeriodSelect";
    static components = { DateTimeInput, Dropdown, DropdownItem };
    static props = {
        period: { type: Object, shape: { preset: String, "*": true } },
        onChange: Function,
        title: { type: String, optional: true },
    };

    get groups() {
        return getPresetGroups();
    }

    get period() {
        return resolvePeriod(this.props.period);
    }

    get isCustom() {
        return this.period.preset === "custom";
    }

    get title() {
        return this.props.title || _t("Period");
    }

    get label() {
        return this.groups.flat().find(({ preset }) => preset === this.period.preset).label;
    }

    /** The days that the name means, as the user writes dates; nothing for all of the past. */
    get daysText() {
        const { from, to } = this.period;
        const days = [from, to].map((day) => day && formatDate(deserializeDate(day)));
        if (!from || !to || from === to) {
            return days[0] || days[1] || "";
        }
        return days.join(" – ");
    }

    getValue(name) {
        const day = this.period[name];
        return day && deserializeDate(day);
    }

    /** Other days begin with those that are shown. */
    choose(preset) {
        const { from, to } = this.period;
        this.props.onChange(resolvePeriod({ preset, from, to }));
    }

    /** The days stay in order: whoever sets the first behind the last means that one day. */
    setDay(name, value) {
        const period = { ...this.period, [name]: Boolean(value) && serializeDate(value) };
        if (period.from && period.to && period.from > period.to) {
            period.from = period.to = period[name];
        }
        this.props.onChange(period);
    }
}
