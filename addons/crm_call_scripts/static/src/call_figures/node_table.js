import { formatValue } from "@crm_funnel/funnel_report/report_format";

import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { formatPercent, formatSeconds } from "./figures_format";

const ICONS = {
    say: "fa-comment-o",
    question: "fa-question-circle-o",
    text: "fa-pencil",
    number: "fa-hashtag",
    date: "fa-calendar-o",
    choice: "fa-check-square-o",
    end: "fa-flag-checkered",
};

/** The texts and questions of a script in their order: who came, who was left, how long it took, what was answered. */
export class NodeTable extends Component {
    static template = "crm_call_scripts.NodeTable";
    static props = { nodes: Array, sides: Array, worstKey: [String, Boolean], onOpen: Function };

    get isCompared() {
        return this.props.sides.length > 1;
    }

    get columns() {
        return [
            { name: "came", label: _t("Came Here") },
            { name: "left", label: _t("Left Here") },
            { name: "time", label: _t("Average Time") },
            { name: "success", label: _t("Then Success") },
        ];
    }

    get rows() {
        return this.props.nodes.flatMap((node) => [this.getNodeRow(node), ...this.getAnswerRows(node)]);
    }

    getNodeRow(node) {
        return {
            key: node.key,
            name: node.name,
            kindName: node.is_objection ? _t("Objection") : node.kind_name,
            icon: node.is_objection ? "fa-bolt" : ICONS[node.kind],
            isAnswer: false,
            isWorst: node.key === this.props.worstKey,
            cells: node.sides.map((side, index) => side && this.getNodeCell(node, side, index)),
        };
    }

    getNodeCell(node, side, index) {
        const isWorst = node.key === this.props.worstKey && index === 0;
        return {
            came: formatValue(side.reached, "count"),
            cameShare: formatPercent(side.reached_rate),
            cameWidth: `${side.reached_rate || 0}%`,
            cameFilters: { node_key: node.key, side: index },
            left: node.kind === "end" ? "" : formatValue(side.left, "count"),
            leftShare: formatPercent(side.left_rate),
            leftWidth: `${side.left_rate || 0}%`,
            leftFilters: { left_key: node.key, side: index },
            time: formatSeconds(side.seconds),
            success: "",
            isWorst,
        };
    }

    /** The answers of all sides, each once: what the first version lacks stands at the end. */
    getAnswerRows(node) {
        const names = new Map(
            node.sides.flatMap((side) => (side ? side.answers : [])).map(({ key, name }) => [key, name]),
        );
        return [...names].map(([key, name]) => ({
            key: `${node.key}/${key}`,
            name,
            isAnswer: true,
            cells: node.sides.map((side, index) => {
                const answer = side && side.answers.find((one) => one.key === key);
                return answer && this.getAnswerCell(node, answer, index);
            }),
        }));
    }

    getAnswerCell(node, answer, index) {
        return {
            came: formatValue(answer.count, "count"),
            cameShare: formatPercent(answer.rate),
            cameWidth: `${answer.rate || 0}%`,
            cameFilters: { node_key: node.key, answer_key: answer.key, side: index },
            left: "",
            time: "",
            success: formatPercent(answer.success_rate),
        };
    }
}
