import { Component, onMounted, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";

import { NodeCard } from "./node_card";
import { getBox, getExit, route, toPath, WIDTH } from "./script_arrows";
import { getPorts } from "./script_model";
import { findReturning } from "./script_places";

const MIN_ZOOM = 0.2;
const MAX_ZOOM = 1.5;
/** A script is opened no smaller than this: what does not fit is panned to. */
const READABLE = 0.6;
const EDGE = 32;
/** A press that moves less is a click. */
const SLACK = 4;

/** The graph as cards and arrows that can be moved, connected and zoomed. Changes nothing itself. */
export class BuilderPicture extends Component {
    static template = "crm_call_scripts.BuilderPicture";
    static components = { NodeCard };
    static props = {
        graph: Object,
        outcomes: Object,
        problems: Object,
        selectedKey: { type: [String, Boolean] },
        isReadonly: Boolean,
        onSelect: Function,
        onOpen: Function,
        onMove: Function,
        onConnect: Function,
        onAdd: Function,
    };

    setup() {
        this.root = useRef("root");
        this.view = useState({ x: EDGE, y: EDGE, zoom: 1 });
        // what the pointer does: kind (pan, move, connect), where it began, where it is
        this.gesture = useState({ kind: "", key: false, dx: 0, dy: 0, to: false });
        onMounted(() => this.fit(READABLE));
        useExternalListener(window, "pointermove", (ev) => this.onPointerMove(ev));
        useExternalListener(window, "pointerup", (ev) => this.onPointerUp(ev));
        useExternalListener(window, "pointercancel", () => this.endGesture());
        useEffect(
            (key) => this.reveal(key),
            () => [this.props.selectedKey],
        );
    }

    // ------------------------------------------------------------------------
    // What is drawn
    // ------------------------------------------------------------------------

    get worldStyle() {
        return `transform: translate(${this.view.x}px, ${this.view.y}px) scale(${this.view.zoom})`;
    }

    /** The nodes where they are seen: one of them may be on its way. */
    get nodes() {
        const { kind, key, dx, dy } = this.gesture;
        return this.props.graph.nodes.map((node) =>
            kind === "move" && node.key === key ? { ...node, x: node.x + dx, y: node.y + dy } : node,
        );
    }

    get cards() {
        const nodes = this.nodes;
        const byKey = Object.fromEntries(nodes.map((node) => [node.key, node]));
        const returning = findReturning(this.props.graph);
        return this.props.graph.nodes.map((node, index) => ({
            node,
            isReturning: returning.has(node.key),
            x: nodes[index].x,
            y: nodes[index].y,
            targets: getPorts(node).map(({ target }) => (byKey[target] ? byKey[target].x + WIDTH / 2 : false)),
        }));
    }

    get arrows() {
        const nodes = this.nodes;
        const byKey = Object.fromEntries(nodes.map((node) => [node.key, node]));
        const boxes = nodes.map(getBox);
        return nodes.flatMap((node) =>
            getPorts(node)
                .map((port, index) => ({ ...port, index, to: byKey[port.target] }))
                .filter(({ to }) => to)
                .map(({ answerKey, index, to }) => ({
                    id: `${node.key}/${answerKey}`,
                    path: toPath(route(node, index, to, boxes)),
                    isLit: [node.key, to.key].includes(this.props.selectedKey),
                })),
        );
    }

    /** The arrow that is being drawn. */
    get drawnPath() {
        const { kind, port, to } = this.gesture;
        if (kind !== "connect" || !to) {
            return "";
        }
        const node = this.props.graph.nodes.find((one) => one.key === port.nodeKey);
        const index = getPorts(node).findIndex((one) => (one.answerKey || "") === port.answerKey);
        const exit = getExit(node, index, to.x);
        return `M${exit.x} ${exit.y}L${to.x} ${to.y}`;
    }

    // ------------------------------------------------------------------------
    // Pointer
    // ------------------------------------------------------------------------

    onPointerDown(ev) {
        if (ev.button || ev.target.closest("button")) {
            return;
        }
        const dot = ev.target.closest(".o_builder_dot");
        const card = ev.target.closest(".o_builder_card");
        this.origin = { x: ev.clientX, y: ev.clientY, viewX: this.view.x, viewY: this.view.y };
        const canEdit = !this.props.isReadonly;
        Object.assign(this.gesture, {
            kind: "press",
            becomes: dot && canEdit ? "connect" : card && canEdit ? "move" : "pan",
            key: card?.dataset.key || false,
            port: dot && { nodeKey: dot.dataset.node, answerKey: dot.dataset.answer },
            dx: 0,
            dy: 0,
            to: false,
        });
    }

    onPointerMove(ev) {
        const { gesture, origin } = this;
        if (!gesture.kind) {
            return;
        }
        const [dx, dy] = [ev.clientX - origin.x, ev.clientY - origin.y];
        if (gesture.kind === "press") {
            if (Math.hypot(dx, dy) < SLACK) {
                return;
            }
            gesture.kind = gesture.becomes;
        }
        if (gesture.kind === "pan") {
            Object.assign(this.view, { x: origin.viewX + dx, y: origin.viewY + dy });
        } else if (gesture.kind === "connect") {
            gesture.to = this.toWorld(ev);
        } else {
            Object.assign(gesture, { dx: dx / this.view.zoom, dy: dy / this.view.zoom });
        }
    }

    onPointerUp(ev) {
        const { kind, key, dx, dy, port } = this.gesture;
        this.endGesture();
        if (kind === "press") {
            if (key) {
                this.props.onOpen(key);
            } else {
                this.props.onSelect(false);
            }
        } else if (kind === "move") {
            const node = this.props.graph.nodes.find((one) => one.key === key);
            this.props.onMove(key, { x: Math.round(node.x + dx), y: Math.round(node.y + dy) });
        } else if (kind === "connect") {
            const target = this.findCard(this.toWorld(ev));
            if (target) {
                this.props.onConnect({ ...port, answerKey: port.answerKey || false }, target.key);
            }
        }
    }

    endGesture() {
        this.gesture.kind = "";
    }

    toWorld(ev) {
        const rect = this.root.el.getBoundingClientRect();
        const { x, y, zoom } = this.view;
        return { x: (ev.clientX - rect.left - x) / zoom, y: (ev.clientY - rect.top - y) / zoom };
    }

    findCard({ x, y }) {
        return this.props.graph.nodes.findLast((node) => {
            const box = getBox(node);
            return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
        });
    }

    // ------------------------------------------------------------------------
    // View
    // ------------------------------------------------------------------------

    onWheel(ev) {
        if (ev.ctrlKey || ev.metaKey) {
            const rect = this.root.el.getBoundingClientRect();
            this.zoomTo(this.view.zoom * Math.exp(-ev.deltaY / 400), ev.clientX - rect.left, ev.clientY - rect.top);
        } else {
            const [dx, dy] = ev.shiftKey ? [ev.deltaY, 0] : [ev.deltaX, ev.deltaY];
            Object.assign(this.view, { x: this.view.x - dx, y: this.view.y - dy });
        }
    }

    zoomBy(factor) {
        const { clientWidth, clientHeight } = this.root.el;
        this.zoomTo(this.view.zoom * factor, clientWidth / 2, clientHeight / 2);
    }

    /** Zooms so that what is at this point of the page stays there. */
    zoomTo(wanted, x, y) {
        const zoom = Math.min(Math.max(wanted, MIN_ZOOM), MAX_ZOOM);
        const factor = zoom / this.view.zoom;
        Object.assign(this.view, { zoom, x: x - (x - this.view.x) * factor, y: y - (y - this.view.y) * factor });
    }

    /** Shows everything, or its beginning if that would be smaller than the least zoom. */
    fit(least = MIN_ZOOM) {
        const boxes = this.props.graph.nodes.map(getBox);
        if (!boxes.length) {
            return;
        }
        const left = Math.min(...boxes.map((box) => box.left));
        const top = Math.min(...boxes.map((box) => box.top));
        const width = Math.max(...boxes.map((box) => box.right)) - left;
        const height = Math.max(...boxes.map((box) => box.bottom)) - top;
        const { clientWidth, clientHeight } = this.root.el;
        const wanted = Math.min((clientWidth - 2 * EDGE) / width, (clientHeight - 2 * EDGE) / height, 1);
        const zoom = Math.max(wanted, least);
        const x = Math.max((clientWidth - width * zoom) / 2, EDGE) - left * zoom;
        Object.assign(this.view, { zoom, x, y: EDGE - top * zoom });
    }

    /** Pans as little as needed to see a card whole. */
    reveal(key) {
        const node = this.props.graph.nodes.find((one) => one.key === key);
        if (!node) {
            return;
        }
        const box = getBox(node);
        const { x, y, zoom } = this.view;
        const { clientWidth, clientHeight } = this.root.el;
        const shift = (from, to, size) => Math.max(Math.min(0, size - EDGE - to), EDGE - from);
        const dx = shift(box.left * zoom + x, box.right * zoom + x, clientWidth);
        const dy = shift(box.top * zoom + y, box.bottom * zoom + y, clientHeight);
        const isCut = (from, to, size) => from < 0 || to > size;
        if (isCut(box.left * zoom + x, box.right * zoom + x, clientWidth)) {
            this.view.x += dx;
        }
        if (isCut(box.top * zoom + y, box.bottom * zoom + y, clientHeight)) {
            this.view.y += dy;
        }
    }
}
