import { Component } from "@odoo/owl";

import { getKindIcon, getKindName, getNowhere, getOutcomeClass, getTitle } from "./builder_words";
import { getExit, getHeight, WIDTH } from "./script_arrows";
import { getPorts } from "./script_model";

/** One text or question in the picture, with a port for each way that leaves it. */
export class NodeCard extends Component {
    static template = "crm_call_scripts.NodeCard";
    static props = {
        node: Object,
        x: Number,
        y: Number,
        isStart: Boolean,
        isSelected: Boolean,
        isReadonly: Boolean,
        /** Whether what leads nowhere leads back to the conversation. */
        isReturning: Boolean,
        /** Middle of each target, by index of its port, false if there is none. */
        targets: Array,
        problems: Array,
        outcome: { type: [Object, Boolean] },
        onAdd: Function,
        onFocus: Function,
    };

    setup() {
        Object.assign(this, { getKindIcon, getKindName, getNowhere, getOutcomeClass, getTitle });
    }

    get ports() {
        return getPorts(this.props.node);
    }

    get style() {
        const { x, y, node } = this.props;
        return `transform: translate(${x}px, ${y}px); width: ${WIDTH}px; height: ${getHeight(node)}px`;
    }

    get problemText() {
        return this.props.problems.map((problem) => problem.text).join("\n");
    }

    get hasErrors() {
        return this.props.problems.some((problem) => problem.level === "error");
    }

    isLeft(index) {
        const { node, targets } = this.props;
        return targets[index] !== false && getExit(node, index, targets[index]).side < 0;
    }
}
