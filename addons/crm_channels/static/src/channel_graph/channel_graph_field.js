import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import {
    formatFullMoney,
    formatShortMoney,
    formatShortNumber,
    formatWholeMoney,
    getAxisBounds,
    getChange,
    isRightToLeft,
} from "../channel_format";
import { keepButtonKeys } from "../channel_keyboard";

import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

/** Same width on every card, so that the plots of a column of cards stand exactly above each other. */
const Y_AXIS_WIDTH = 40;
const CHARACTER_WIDTH = 7;
/** A line through more points than this is drawn thin. */
const MANY_POINTS = 100;

const EMPTY_MESSAGES = {
    pipeline: {
        title: _t("No deals expected to close in this period"),
        hint: _t("Give an open deal an expected closing date to see it here."),
    },
    sales: {
        title: _t("No confirmed orders in this period"),
        hint: _t("Confirm a quotation to see it here."),
    },
    invoices: {
        title: _t("No posted invoices in this period"),
        hint: _t("Post an invoice of this channel to see it here."),
    },
};

/** Dashed line at the target, across the whole plot. */
const targetLine = {
    id: "channelTargetLine",
    afterDatasetsDraw(chart, args, { target, color }) {
        if (!target) {
            return;
        }
        const { ctx, chartArea, scales } = chart;
        // half a pixel: a crisp line instead of a blurred one
        const y = Math.round(scales.y.getPixelForValue(target)) + 0.5;
        ctx.save();
        ctx.beginPath();
        ctx.setLineDash([5, 4]);
        ctx.lineWidth = 1.5;
        ctx.strokeStyle = color;
        ctx.moveTo(chartArea.left, y);
        ctx.lineTo(chartArea.right, y);
        ctx.stroke();
        ctx.restore();
    },
};

/**
 * Figures of a sales channel in a period, beside those of the period before.
 * The value is the dictionary described at `crm.team.dashboard_graph`.
 */
export class ChannelGraphField extends Component {
    static template = "crm_channels.ChannelGraphField";
    static props = { ...standardFieldProps };

    setup() {
        this.keepButtonKeys = keepButtonKeys;
        this.action = useService("action");
        this.orm = useService("orm");
        this.canvasRef = useRef("canvas");
        this.chart = null;
        this.hovered = null;
        this.isOpening = false;
        // the bar the keyboard is at, null while the graph has no focus
        this.cursor = useState({ index: null, previous: false });

        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.renderChart();
                return () => this.destroyChart();
            },
            () => [this.canvasRef.el, JSON.stringify(this.data)],
        );
    }

    // ------------------------------------------------------------------------
    // What the template shows
    // ------------------------------------------------------------------------

    get data() {
        return this.props.record.data[this.props.name];
    }

    get hasChart() {
        return this.data.access && !this.data.empty;
    }

    get hasPrevious() {
        return this.data.previous.length > 0;
    }

    get change() {
        return this.data.access ? getChange(this.data.total, this.data.previous_total) : null;
    }

    get changeIcon() {
        return { up: "fa-arrow-up", down: "fa-arrow-down", same: "" }[this.change.direction];
    }

    get changeClass() {
        return { up: "text-success", down: "text-danger", same: "text-muted" }[this.change.direction];
    }

    get changeTitle() {
        return _t("%(change)s against %(period)s", {
            change: this.change.label,
            period: this.data.previous_label,
        });
    }

    get emptyMessage() {
        return EMPTY_MESSAGES[this.data.content] || EMPTY_MESSAGES.sales;
    }

    get total() {
        return formatWholeMoney(this.data.total, this.data.currency_id);
    }

    get totalTitle() {
        return formatFullMoney(this.data.total, this.data.currency_id);
    }

    get previousTotal() {
        return formatShortMoney(this.data.previous_total, this.data.currency_id);
    }

    get previousTotalTitle() {
        return _t("Previous period, %(period)s: %(amount)s", {
            period: this.data.previous_label,
            amount: formatFullMoney(this.data.previous_total, this.data.currency_id),
        });
    }

    get target() {
        return _t("Target %s", formatShortMoney(this.data.target, this.data.currency_id));
    }

    get targetTitle() {
        return _t("Target: %s", formatFullMoney(this.data.target, this.data.currency_id));
    }

    get description() {
        const { content_label: content, current_label: period } = this.data;
        const current = _t("%(content)s, %(period)s: %(amount)s.", {
            content,
            period,
            amount: this.totalTitle,
        });
        return this.hasPrevious ? `${current} ${this.previousTotalTitle}.` : current;
    }

    /** What the bar at the cursor says, for those who hear the page. */
    get cursorDescription() {
        const { index, previous } = this.cursor;
        if (index === null) {
            return "";
        }
        return this.describe(index, previous);
    }

    // ------------------------------------------------------------------------
    // Opening the records behind a bar
    // ------------------------------------------------------------------------

    /** A channel that is new or being changed has no saved figures to open yet. */
    get isClickable() {
        const { record } = this.props;
        return Boolean(record.resId) && !record.dirty;
    }

    async openBar(index, previous) {
        const key = this.data.keys[index];
        const { record } = this.props;
        if (key === undefined || !this.isClickable || this.isOpening) {
            return;
        }
        this.isOpening = true;
        try {
            // what is typed in a field of the form and not yet taken over
            if (await record.isDirty()) {
                return;
            }
            const action = await this.orm.call(
                record.resModel,
                "action_open_dashboard_bar",
                [[record.resId], key, previous],
                { context: record.context },
            );
            await this.action.doAction(action);
        } finally {
            this.isOpening = false;
        }
    }

    // ------------------------------------------------------------------------
    // Keyboard
    // ------------------------------------------------------------------------

    onFocus() {
        this.moveCursor(this.cursor.index ?? 0, this.cursor.previous);
    }

    onBlur() {
        this.cursor.index = null;
        this.highlight([]);
    }

    onKeydown(ev) {
        const last = this.data.keys.length - 1;
        const { index, previous } = this.cursor;
        const moves = {
            ArrowRight: [Math.min(index + 1, last), previous],
            ArrowLeft: [Math.max(index - 1, 0), previous],
            ArrowUp: [index, false],
            ArrowDown: [index, this.hasPrevious],
            Home: [0, previous],
            End: [last, previous],
        };
        if (ev.key in moves) {
            ev.preventDefault();
            ev.stopPropagation();
            this.moveCursor(...moves[ev.key]);
        }
    }

    onCursorClick() {
        this.openBar(this.cursor.index ?? 0, this.cursor.previous);
    }

    moveCursor(index, previous) {
        Object.assign(this.cursor, { index, previous });
        this.hovered = { index, previous };
        this.highlight([{ datasetIndex: this.getDatasetIndex(previous), index }]);
    }

    /** Lights up elements of the chart and shows their tooltip, as the mouse would. */
    highlight(elements) {
        if (!this.chart) {
            return;
        }
        const [first] = elements;
        let position = { x: 0, y: 0 };
        let tooltipElements = [];
        if (first) {
            const element = this.chart.getDatasetMeta(first.datasetIndex).data[first.index];
            position = { x: element.x, y: element.y };
            tooltipElements = this.chart.data.datasets.map((dataset, datasetIndex) => ({
                datasetIndex,
                index: first.index,
            }));
        }
        this.chart.setActiveElements(elements);
        this.chart.tooltip.setActiveElements(tooltipElements, position);
        this.chart.update();
    }

    getDatasetIndex(previous) {
        return this.chart.data.datasets.findIndex((dataset) => dataset.isPrevious === previous);
    }

    // ------------------------------------------------------------------------
    // Chart
    // ------------------------------------------------------------------------

    destroyChart() {
        this.chart?.destroy();
        this.chart = null;
    }

    renderChart() {
        this.destroyChart();
        if (this.canvasRef.el) {
            this.chart = new Chart(this.canvasRef.el, this.getChartConfig());
        }
    }

    /** The page's own colours, whichever scheme it is drawn in. */
    getColors() {
        const style = getComputedStyle(this.canvasRef.el);
        const scheme = cookie.get("color_scheme");
        return {
            current: style.getPropertyValue("--ChannelGraph-current").trim(),
            currentHover: style.getPropertyValue("--ChannelGraph-current-hover").trim(),
            currentArea: style.getPropertyValue("--ChannelGraph-current-area").trim(),
            previous: style.getPropertyValue("--ChannelGraph-previous").trim(),
            previousHover: style.getPropertyValue("--ChannelGraph-previous-hover").trim(),
            target: style.getPropertyValue("--ChannelGraph-target").trim(),
            label: getCustomColor(scheme, "#6c757d", "#adb5bd"),
            grid: getCustomColor(scheme, "rgba(0, 0, 0, .07)", "rgba(255, 255, 255, .1)"),
            axis: getCustomColor(scheme, "rgba(0, 0, 0, .25)", "rgba(255, 255, 255, .3)"),
        };
    }

    getChartConfig() {
        const colors = this.getColors();
        const isLine = this.data.type === "line";
        return {
            type: isLine ? "line" : "bar",
            data: {
                labels: this.data.labels,
                datasets: isLine ? this.getLineDatasets(colors) : this.getBarDatasets(colors),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                layout: { padding: { top: 4, right: isLine ? 4 : 0 } },
                hover: { mode: "nearest", axis: "x", intersect: false },
                onClick: (ev, elements) => this.onChartClick(ev, elements),
                onHover: (ev, elements) => this.onChartHover(ev, elements),
                scales: this.getScales(colors),
                plugins: {
                    legend: { display: false },
                    tooltip: this.getTooltipOptions(),
                    channelTargetLine: { target: this.data.target, color: colors.target },
                },
            },
            plugins: [targetLine],
        };
    }

    getBarDatasets(colors) {
        const style = {
            borderRadius: 2,
            borderSkipped: "start",
            maxBarThickness: 28,
            // few bars with air between them, many bars without
            categoryPercentage: this.data.keys.length > 20 ? 1 : 0.8,
            barPercentage: 0.95,
        };
        const current = {
            ...style,
            isPrevious: false,
            data: this.data.values,
            backgroundColor: colors.current,
            hoverBackgroundColor: colors.currentHover,
        };
        const previous = {
            ...style,
            isPrevious: true,
            data: this.data.previous,
            backgroundColor: colors.previous,
            hoverBackgroundColor: colors.previousHover,
        };
        return this.hasPrevious ? [previous, current] : [current];
    }

    getLineDatasets(colors) {
        const style = {
            // a lone point would draw no line at all
            pointRadius: this.data.keys.length === 1 ? 4 : 0,
            pointHoverRadius: 4,
            pointHitRadius: 8,
            tension: 0,
            borderWidth: this.data.keys.length > MANY_POINTS ? 1 : 2,
        };
        const current = {
            ...style,
            isPrevious: false,
            order: 0,
            data: this.data.values,
            borderColor: colors.current,
            pointBackgroundColor: colors.current,
            backgroundColor: colors.currentArea,
            fill: "origin",
        };
        const previous = {
            ...style,
            isPrevious: true,
            order: 1,
            data: this.data.previous,
            borderColor: colors.previous,
            pointBackgroundColor: colors.previousHover,
            fill: false,
        };
        return this.hasPrevious ? [previous, current] : [current];
    }

    getScales(colors) {
        const { values, previous, scale_max: scaleMax, target } = this.data;
        const figures = [...values, ...previous];
        const bounds = getAxisBounds(Math.min(...figures, 0), Math.max(...figures, scaleMax || 0, target || 0));
        const hasNames = !this.data.on_time_axis;
        const shortenLabel = this.shortenLabel.bind(this);
        return {
            x: {
                grid: { display: false },
                border: { color: colors.axis },
                ticks: {
                    color: colors.label,
                    font: { size: 11 },
                    maxRotation: 0,
                    // names of people or stages are cut, dates are left out
                    autoSkip: !hasNames,
                    autoSkipPadding: 8,
                    callback(value, index) {
                        const label = this.getLabelForValue(value);
                        return hasNames ? shortenLabel(label, this.chart.width) : label;
                    },
                },
            },
            y: {
                min: bounds.min,
                max: bounds.max,
                afterFit: (scale) => {
                    scale.width = Y_AXIS_WIDTH;
                },
                grid: { color: colors.grid, drawTicks: false },
                border: { display: false },
                ticks: {
                    color: colors.label,
                    font: { size: 11 },
                    padding: 6,
                    stepSize: bounds.step,
                    callback: (value) => formatShortNumber(value),
                },
            },
        };
    }

    /** Cuts a label so that each of its neighbours finds room beside it. */
    shortenLabel(label, chartWidth) {
        const room = (chartWidth - Y_AXIS_WIDTH) / this.data.labels.length;
        const length = Math.max(Math.floor(room / CHARACTER_WIDTH), 2);
        return label.length > length ? `${label.slice(0, length - 1).trimEnd()}…` : label;
    }

    getTooltipOptions() {
        return {
            mode: "index",
            intersect: false,
            position: "nearest",
            rtl: isRightToLeft(),
            textDirection: isRightToLeft() ? "rtl" : "ltr",
            caretSize: 0,
            callbacks: {
                title: (items) => (items.length ? this.getTooltipTitle(items[0].dataIndex) : ""),
                label: (item) => this.describe(item.dataIndex, item.dataset.isPrevious, true),
                labelColor: ({ dataset }) => {
                    const color = dataset.pointBackgroundColor || dataset.backgroundColor;
                    return { backgroundColor: color, borderColor: color };
                },
                footer: () => this.getTooltipFooter(),
            },
        };
    }

    /** People and stages have the same bars in both periods: these are told apart by the periods. */
    isSharedTitle(index) {
        return this.data.titles[index] === this.data.previous_titles[index];
    }

    getTooltipTitle(index) {
        return this.isSharedTitle(index) ? this.data.titles[index] : this.data.content_label;
    }

    getBarTitle(index, previous) {
        return (previous ? this.data.previous_titles : this.data.titles)[index];
    }

    getPeriodLabel(previous) {
        return previous ? this.data.previous_label : this.data.current_label;
    }

    describe(index, previous, isInTooltip = false) {
        const amount = formatFullMoney(
            (previous ? this.data.previous : this.data.values)[index] || 0,
            this.data.currency_id,
        );
        const isShared = this.isSharedTitle(index);
        const title = isShared ? this.getPeriodLabel(previous) : this.getBarTitle(index, previous);
        return isShared && !isInTooltip ? `${this.data.titles[index]}, ${title}: ${amount}` : `${title}: ${amount}`;
    }

    getTooltipFooter() {
        if (!this.hovered || !this.isClickable) {
            return "";
        }
        const { index, previous } = this.hovered;
        const title = this.isSharedTitle(index) ? this.getPeriodLabel(previous) : this.getBarTitle(index, previous);
        return _t("Click to open: %s", title);
    }

    /** Of the elements in the pointer's column the one nearest to it; the lines of a line chart share theirs. */
    pickElement(ev, elements) {
        const distance = ({ element }) => Math.abs(element.y - ev.y);
        const [nearest] = [...elements].sort((a, b) => distance(a) - distance(b));
        return nearest
            ? {
                  index: nearest.index,
                  previous: this.chart.data.datasets[nearest.datasetIndex].isPrevious,
              }
            : null;
    }

    onChartHover(ev, elements) {
        this.hovered = this.pickElement(ev, elements);
        this.canvasRef.el.style.cursor = this.hovered && this.isClickable ? "pointer" : "";
    }

    onChartClick(ev, elements) {
        const picked = this.pickElement(ev, elements);
        if (picked) {
            this.openBar(picked.index, picked.previous);
        }
    }
}

export const channelGraphField = {
    component: ChannelGraphField,
    displayName: _t("Sales Channel Graph"),
    supportedTypes: ["json"],
};

registry.category("fields").add("channel_graph", channelGraphField);
