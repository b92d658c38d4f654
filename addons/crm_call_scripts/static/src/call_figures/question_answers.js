import { formatValue } from "@crm_funnel/funnel_report/report_format";

import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { formatPercent } from "./figures_format";
import { TrendChart } from "./trend_chart";

/** What was answered to one question: bars, the average and the score of numbers, the last free texts, and how it goes on. */
export class QuestionAnswers extends Component {
    static template = "crm_call_scripts.QuestionAnswers";
    static components = { TrendChart };
    static props = { question: Object, unit: String, onOpen: Function, onOpenCall: Function, onOpenList: Function };

    get isNumber() {
        return this.props.question.kind === "number";
    }

    get countText() {
        const { answered, passed } = this.props.question;
        return _t("%(answered)s of %(passed)s answered", {
            answered: formatValue(answered, "count"),
            passed: formatValue(passed, "count"),
        });
    }

    get averageText() {
        return formatValue(this.props.question.average, "days");
    }

    get scoreText() {
        return formatValue(Math.round(this.props.question.nps.score), "count");
    }

    get bars() {
        const largest = Math.max(1, ...this.props.question.bars.map(({ count }) => count));
        return this.props.question.bars.map((bar) => ({
            ...bar,
            text: formatValue(bar.count, "count"),
            share: formatPercent(bar.rate),
            // numbers have no calls of their own: the list shows them
            canOpen: !this.isNumber && bar.count > 0,
            // bars of answers show their share, those of numbers the shape of the distribution
            width: this.isNumber ? `${(100 * bar.count) / largest}%` : `${bar.rate || 0}%`,
        }));
    }

    get scores() {
        const { promoters, passives, detractors } = this.props.question.nps;
        return [
            { name: "detractors", label: _t("Detractors, 0 to 6"), share: detractors },
            { name: "passives", label: _t("Passives, 7 and 8"), share: passives },
            { name: "promoters", label: _t("Promoters, 9 and 10"), share: promoters },
        ].map((part) => ({ ...part, text: formatPercent(part.share), width: `${part.share}%` }));
    }

    get texts() {
        return this.props.question.texts.map((text) => ({
            ...text,
            day: formatDate(deserializeDateTime(text.date)),
        }));
    }

    get moreText() {
        const { text_count: count, texts } = this.props.question;
        return count > texts.length ? _t("All %s answers", formatValue(count, "count")) : "";
    }

    /** A line needs two points. */
    get hasTrend() {
        return this.props.question.trend.some(({ points }) => points.length > 1);
    }
}
