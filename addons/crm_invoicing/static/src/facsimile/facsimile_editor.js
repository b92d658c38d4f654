import { Component, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { getDataURLFromFile } from "@web/core/utils/urls";

import {
    DEFAULT_THRESHOLD,
    WHOLE,
    drawTurned,
    findInk,
    makeTransparent,
    moveCrop,
    proposeThreshold,
    readCrop,
    resizeCrop,
    turnCrop,
} from "./facsimile_image";

// Points of the longer side on the screen; the server takes the file itself
const SIDE = 900;
const STEP = 0.01;
// Millimetres on paper, as the server takes them
const [NARROWEST, WIDEST] = [5, 120];
const MAX_BYTES = 10 * 1024 * 1024;
const TYPES = ["image/png", "image/jpeg"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Dialog in which a scan is chosen, turned, cut and made transparent; nothing leaves it but the file and figures. */
export class FacsimileEditor extends Component {
    static template = "crm_invoicing.FacsimileEditor";
    static components = { Dialog };
    static props = {
        close: Function,
        save: Function,
        widthMm: { type: Number, optional: true },
    };
    static types = TYPES.join(",");
    static handles = ["nw", "ne", "sw", "se"];

    setup() {
        this.state = useState({
            source: null,
            turn: 0,
            crop: { ...WHOLE },
            threshold: DEFAULT_THRESHOLD,
            widthMm: this.props.widthMm || 45,
            problem: "",
            hasInk: true,
            heightMm: 0,
            isSaving: false,
            isDraggedOver: false,
        });
        this.sheetRef = useRef("sheet");
        this.frameRef = useRef("frame");
        this.resultRef = useRef("result");
        this.inputRef = useRef("input");
        this.original = null;
        this.drag = null;
        useEffect(
            (canvas, source, turn) => canvas && source && drawTurned(canvas, source, turn, SIDE),
            () => [this.sheetRef.el, this.state.source, this.state.turn],
        );
        useEffect(
            () => this.drawResult(),
            () => [
                this.state.source,
                this.state.turn,
                this.state.threshold,
                this.state.widthMm,
                ...Object.values(this.state.crop),
            ],
        );
        onWillUnmount(() => this.state.source?.close?.());
    }

    get frameStyle() {
        const { left, top, right, bottom } = this.state.crop;
        const percent = (part) => `${(100 * part).toFixed(3)}%`;
        return (
            `left: ${percent(left)}; top: ${percent(top)}; ` +
            `width: ${percent(right - left)}; height: ${percent(bottom - top)};`
        );
    }

    // ------------------------------------------------------------
    // THE FILE
    // ------------------------------------------------------------

    onFileChosen(ev) {
        const [file] = ev.target.files;
        // the same file may be chosen again
        ev.target.value = "";
        return this.open(file);
    }

    onDrop(ev) {
        this.state.isDraggedOver = false;
        return this.open(ev.dataTransfer.files[0]);
    }

    async open(file) {
        if (!file) {
            return;
        }
        this.state.problem = this.findProblem(file);
        if (this.state.problem) {
            return;
        }
        try {
            const source = await createImageBitmap(file);
            this.original = (await getDataURLFromFile(file)).split(",")[1];
            Object.assign(this.state, { source, turn: 0, crop: { ...WHOLE } });
            const canvas = document.createElement("canvas");
            drawTurned(canvas, source, 0, 300);
            this.state.threshold = proposeThreshold(readCrop(canvas, WHOLE));
        } catch {
            this.state.problem = _t("This is no picture that can be read: choose a PNG or JPEG file.");
        }
    }

    findProblem(file) {
        if (!TYPES.includes(file.type)) {
            return _t("This is no picture that can be read: choose a PNG or JPEG file.");
        }
        return file.size > MAX_BYTES ? _t("The file is larger than 10 MB: scan at 300 dpi.") : "";
    }

    // ------------------------------------------------------------
    // TURN AND CUT
    // ------------------------------------------------------------

    turn() {
        this.state.turn = (this.state.turn + 90) % 360;
        this.state.crop = turnCrop(this.state.crop);
    }

    takeAll() {
        this.state.crop = { ...WHOLE };
    }

    onPointerDown(ev) {
        ev.preventDefault();
        this.frameRef.el.focus();
        ev.currentTarget.setPointerCapture(ev.pointerId);
        this.drag = { x: ev.clientX, y: ev.clientY, crop: this.state.crop, handle: ev.target.dataset.handle };
    }

    onPointerMove(ev) {
        if (!this.drag) {
            return;
        }
        const { width, height } = this.sheetRef.el.getBoundingClientRect();
        const [dx, dy] = [(ev.clientX - this.drag.x) / width, (ev.clientY - this.drag.y) / height];
        const { crop, handle } = this.drag;
        this.state.crop = handle ? resizeCrop(crop, handle, dx, dy) : moveCrop(crop, dx, dy);
    }

    onPointerUp() {
        this.drag = null;
    }

    /** Arrows move the frame; with Shift they move its lower right corner, with Alt its upper left one. */
    onKeydown(ev) {
        const arrow = ARROWS[ev.key];
        if (!arrow) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        const [dx, dy] = arrow.map((part) => part * STEP);
        const { crop } = this.state;
        if (ev.shiftKey || ev.altKey) {
            this.state.crop = resizeCrop(crop, ev.shiftKey ? "se" : "nw", dx, dy);
        } else {
            this.state.crop = moveCrop(crop, dx, dy);
        }
    }

    // ------------------------------------------------------------
    // THE RESULT
    // ------------------------------------------------------------

    /** To the right the paper becomes clearer: the slider runs against the luminance. */
    onThreshold(ev) {
        this.state.threshold = 256 - Number(ev.target.value);
    }

    onWidth(ev) {
        const width = Math.round(Number(ev.target.value)) || this.state.widthMm;
        this.state.widthMm = Math.min(WIDEST, Math.max(NARROWEST, width));
        ev.target.value = this.state.widthMm;
    }

    drawResult() {
        const canvas = this.resultRef.el;
        if (!canvas || !this.state.source) {
            return;
        }
        const picture = readCrop(this.sheetRef.el, this.state.crop);
        makeTransparent(picture, this.state.threshold);
        const ink = findInk(picture);
        this.state.hasInk = Boolean(ink);
        this.state.heightMm = ink ? (this.state.widthMm * ink.height) / ink.width : 0;
        if (ink) {
            [canvas.width, canvas.height] = [ink.width, ink.height];
            canvas.getContext("2d").putImageData(picture, -ink.left, -ink.top);
        }
    }

    async save() {
        this.state.isSaving = true;
        const { left, top, right, bottom } = this.state.crop;
        try {
            await this.props.save({
                original: this.original,
                turn: this.state.turn,
                crop: [left, top, right, bottom],
                threshold: this.state.threshold,
                widthMm: this.state.widthMm,
            });
            this.props.close();
        } finally {
            this.state.isSaving = false;
        }
    }
}
