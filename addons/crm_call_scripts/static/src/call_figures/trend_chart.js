import { formatDays, formatValue } from "@crm_funnel/funnel_report/report_format";

import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { formatPercent } from "./figures_format";

const WIDTH = 600;
const HEIGHT = 120;
const MARGIN = 6;
// lines are told apart by their dashes as well as by their colours
const DASHES = ["", "8 4", "2 4", "12 4 2 4", "4 2", "16 6"];

/** How the answers to a question change by week or month: a line for each of them. */
export class TrendChart extends Component {
    static template = "crm_call_scripts.TrendChart";
    static props = { trend: Array, unit: String, isNumber: Boolean };

    setup() {
        this.viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get dates() {
        return [...new Set(this.props.trend.flatMap(({ points }) => points.map(({ date }) => date)))].sort();
    }

    /** Percent go from 0 to 100, numbers from 0, or from the lowest if that is less, to the highest. */
    get limits() {
        const values = this.props.trend.flatMap(({ points }) => points.map(({ value }) => value));
        return this.props.isNumber ? [Math.min(0, ...values), Math.max(1, ...values)] : [0, 100];
    }

    get lines() {
        const { dates, limits } = this;
        const [low, high] = limits;
        const first = Date.parse(dates[0]);
        const length = Date.parse(dates.at(-1)) - first || 1;
        const getX = (date) => MARGIN + ((WIDTH - 2 * MARGIN) * (Date.parse(date) - first)) / length;
        const getY = (value) => HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * (value - low)) / (high - low);
        return this.props.trend.slice(0, DASHES.length).map(({ key, name, points }, index) => {
            const places = points.map(({ date, value }) => ({
                key: date,
                x: getX(date),
                y: getY(value),
                title: `${name}, ${formatDays(date, date)}: ${this.formatPoint(value)}`,
            }));
            return {
                key,
                name,
                places,
                dash: DASHES[index],
                className: `o_trend_${index}`,
                path: places.map(({ x, y }) => `${x},${y}`).join(" "),
                lastText: this.formatPoint(points.at(-1).value),
            };
        });
    }

    formatPoint(value) {
        return this.props.isNumber ? formatValue(value, "days") : formatPercent(value);
    }

    get unitText() {
        return this.props.unit === "week" ? _t("By week, the last:") : _t("By month, the last:");
    }

    get ends() {
        return [this.dates[0], this.dates.at(-1)].map((date) => formatDays(date, date));
    }
}
