import { deserializeDate, getStartOfLocalWeek, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

import { Component, useState } from "@odoo/owl";

import { formatDays, formatValue } from "./report_format";

const WIDTH = 1000;
const HEIGHT = 160;
const GAP = 0.15;
// more bars than these would be hairs: then a bar is a week, and at last a month
const MAX_DAYS = 62;
const MAX_WEEKS = 62;

const STARTS = { day: (day) => day, week: getStartOfLocalWeek, month: (day) => day.startOf("month") };

/**
 * Sum up days by day, week or month, with nothing left out between the first and the last.
 *
 * @param {{date: string, count: number}[]} days in their order
 * @returns {{unit: "day"|"week"|"month", bars: {from: string, to: string, count: number}[]}}
 */
export function getBars(days) {
    if (!days.length) {
        return { unit: "day", bars: [] };
    }
    const [first, last] = [days[0], days.at(-1)].map(({ date }) => deserializeDate(date));
    const length = last.diff(first, "days").days + 1;
    const unit = length <= MAX_DAYS ? "day" : length <= 7 * MAX_WEEKS ? "week" : "month";
    const counts = {};
    for (const { date, count } of days) {
        const key = serializeDate(STARTS[unit](deserializeDate(date)));
        counts[key] = (counts[key] || 0) + count;
    }
    const bars = [];
    for (let start = STARTS[unit](first); start <= last; start = start.plus({ [`${unit}s`]: 1 })) {
        const end = start.plus({ [`${unit}s`]: 1 }).minus({ days: 1 });
        const from = serializeDate(start);
        bars.push({ from, to: serializeDate(end), count: counts[from] || 0 });
    }
    return { unit, bars };
}

/** Results by day as bars: one stop of the Tab key, then the arrow keys. */
export class DayChart extends Component {
    static template = "crm_funnel.DayChart";
    static props = { days: Array, onOpen: Function };

    setup() {
        this.viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
        this.state = useState({ current: 0 });
    }

    get unitText() {
        return { day: _t("A bar is a day."), week: _t("A bar is a week."), month: _t("A bar is a month.") }[this.unit];
    }

    get unit() {
        return getBars(this.props.days).unit;
    }

    get bars() {
        const { bars } = getBars(this.props.days);
        const largest = Math.max(1, ...bars.map(({ count }) => count));
        const step = WIDTH / bars.length;
        return bars.map((bar, index) => {
            const height = (HEIGHT * bar.count) / largest;
            return {
                ...bar,
                x: step * (index + GAP / 2),
                y: HEIGHT - height,
                width: step * (1 - GAP),
                height,
                title: _t("%(days)s: %(count)s results", {
                    days: formatDays(bar.from, bar.to),
                    count: formatValue(bar.count, "count"),
                }),
            };
        });
    }

    get largestText() {
        const largest = Math.max(0, ...getBars(this.props.days).bars.map(({ count }) => count));
        return _t("highest bar: %s", formatValue(largest, "count"));
    }

    get ends() {
        return [this.props.days[0], this.props.days.at(-1)].map(({ date }) => formatDays(date, date));
    }

    get currentIndex() {
        return Math.min(this.state.current, this.bars.length - 1);
    }

    onKeydown(ev, index) {
        const moves = { ArrowLeft: -1, ArrowRight: 1 };
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.props.onOpen(this.bars[index]);
        } else if (ev.key in moves) {
            ev.preventDefault();
            const bars = [...ev.currentTarget.parentElement.children];
            this.state.current = Math.max(0, Math.min(index + moves[ev.key], bars.length - 1));
            bars[this.state.current].focus();
        }
    }
}
