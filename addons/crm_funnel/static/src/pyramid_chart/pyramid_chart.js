import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { nbsp } from "@web/core/utils/strings";

import { Component } from "@odoo/owl";

import { getBarPoints, getBreakPoints, getHalf, getScale, HEIGHT, WIDTH } from "./pyramid_geometry";

let nextId = 1;

const round = (number) => formatFloat(number, { digits: [false, 0] });
const percent = (number) => `${round(number)}${nbsp}%`;
const withNorm = (text, norm) => (norm ? _t("%(actual)s %(norm)s expected", { actual: text, norm }) : text);

/**
 * The picture of the sales pyramid: the deals on top, the opportunities at the bottom, the bottlenecks marked.
 *
 * `data` is what `crm.lead.get_pyramid` returns. `onRowClick(number, onlyNow)` opens the clients of a row: those that
 * stand on it now, or all that passed it; without it nothing can be opened. Colours never tell anything alone: a
 * bottleneck has an icon, words, a hatch and a thick border, and what stands now is dark against the pale others.
 */
export class PyramidChart extends Component {
    static template = "crm_funnel.PyramidChart";
    static props = {
        data: Object,
        measure: { validate: (measure) => ["count", "amount"].includes(measure) },
        onRowClick: { type: Function, optional: true },
    };

    setup() {
        this.hatchId = `o_pyramid_hatch_${nextId++}`;
        this.viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
        this.breaks = getBreakPoints();
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get rows() {
        const { rows } = this.props.data;
        const scale = getScale(rows.map((row) => this.getValue(row, "passed")));
        const halves = rows.map((row) => getHalf(this.getValue(row, "passed"), scale));
        const lines = rows.map((row, index) => ({
            ...this.describeRow(row),
            ...this.drawRow(row, halves[index], halves[index + 1] || 0),
            isCut: Boolean(scale.cut) && this.getValue(row, "passed") === scale.cut,
        }));
        return lines.map((line) => ({ ...line, label: this.getLabel(line) })).reverse();
    }

    get worst() {
        const { rows, worst } = this.props.data;
        return worst ? rows[worst] : false;
    }

    get otherBottlenecks() {
        const { rows, worst } = this.props.data;
        return rows.filter((row) => row.bottleneck && row.number !== worst).reverse();
    }

    get hasDeals() {
        return this.props.data.rows.some((row) => row.passed);
    }

    get isClickable() {
        return Boolean(this.props.onRowClick);
    }

    /** @param {"passed"|"now"|"lost"} kind */
    getValue(row, kind) {
        return this.props.measure === "amount" ? row[`${kind}_amount`] : row[kind];
    }

    format(row, kind) {
        const value = this.getValue(row, kind);
        if (this.props.measure === "amount") {
            return formatCurrency(value, this.props.data.currency_id, { digits: [false, 0] });
        }
        return round(value);
    }

    describeRow(row) {
        return {
            ...row,
            passedText: this.format(row, "passed"),
            nowText: this.format(row, "now"),
            lostText: row.lost ? _t("%s lost here", this.format(row, "lost")) : "",
            isWorst: row.number === this.props.data.worst && Boolean(row.bottleneck),
            isLosing: ["conversion", "both"].includes(row.bottleneck),
            isSlow: ["days", "both"].includes(row.bottleneck),
            bottleneckText: this.getBottleneckText(row),
            ...this.describeConversion(row),
            ...this.describeTime(row),
        };
    }

    getBottleneckText({ bottleneck }) {
        return {
            conversion: _t("Bottleneck: losses"),
            days: _t("Bottleneck: time"),
            both: _t("Bottleneck: time, losses"),
        }[bottleneck];
    }

    describeConversion({ conversion, expected_conversion: expected }) {
        return {
            conversionText: conversion === false ? "" : percent(conversion),
            conversionNorm: expected ? _t("of %s", percent(expected)) : "",
        };
    }

    describeTime({ days, days_90: days90, expected_days: expected, now, late, waiting_days: waiting }) {
        return {
            daysText: days === false ? "" : _t("%s days", round(days)),
            daysNorm: expected ? _t("of %s", round(expected)) : "",
            daysTitle:
                days === false
                    ? ""
                    : _t("Half of the deals came within %(days)s days, nine of ten within %(days_90)s.", {
                          days: round(days),
                          days_90: round(days90),
                      }),
            waitingText: now ? _t("%s days", round(waiting)) : "",
            lateText: late ? _t("%s too long", round(late)) : "",
        };
    }

    drawRow(row, half, above) {
        const passed = this.getValue(row, "passed");
        const share = passed ? Math.min(this.getValue(row, "now") / passed, 1) : 0;
        return {
            barPoints: half && getBarPoints(half, above),
            nowPoints: half && share && getBarPoints(half, above, share),
        };
    }

    /** What a screen reader says of a row: all of it, in one sentence. */
    getLabel(line) {
        const parts = [
            _t("passed: %s", line.passedText),
            _t("there now: %s", line.nowText),
            line.lostText,
            line.conversionText && _t("conversion: %s", withNorm(line.conversionText, line.conversionNorm)),
            line.daysText && _t("time: %s", withNorm(line.daysText, line.daysNorm)),
            line.waitingText && _t("without a result: %s on average", line.waitingText),
            line.bottleneckText,
        ];
        return `${line.name}: ${parts.filter(Boolean).join(", ")}`;
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    open(row, onlyNow) {
        this.props.onRowClick?.(row.number, onlyNow);
    }

    /** The row itself leads to those that can still be helped; where nobody stands, to all. */
    openRow(row) {
        this.open(row, row.now > 0);
    }

    onKeydown(ev, row) {
        if (ev.target !== ev.currentTarget) {
            return;
        }
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.openRow(row);
        } else if (ev.key === "ArrowUp" || ev.key === "ArrowDown") {
            ev.preventDefault();
            const { previousElementSibling, nextElementSibling } = ev.currentTarget;
            (ev.key === "ArrowUp" ? previousElementSibling : nextElementSibling)?.focus();
        }
    }
}
