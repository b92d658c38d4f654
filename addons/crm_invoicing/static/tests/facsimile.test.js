import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { manuallyDispatchProgrammaticEvent, press, queryFirst, queryOne, setInputFiles, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

import {
    DEFAULT_THRESHOLD,
    WHOLE,
    drawTurned,
    findInk,
    getAlpha,
    makeTransparent,
    moveCrop,
    proposeThreshold,
    readCrop,
    resizeCrop,
    turnCrop,
} from "@crm_invoicing/facsimile/facsimile_image";

const PREVIEW =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const BOX = { left: 0.2, top: 0.4, right: 0.6, bottom: 0.8 };

class CrmFacsimile extends models.Model {
    _name = "crm.facsimile";

    name = fields.Char();
    // computed on the server: nothing that a form could write
    has_scan = fields.Boolean({ readonly: true });
    can_use = fields.Boolean();
    can_set_scan = fields.Boolean();
    scan_date = fields.Datetime();
    scan_width = fields.Integer();
    scan_height = fields.Integer();
    print_resolution = fields.Integer();
    width_mm = fields.Integer();

    _records = [{ id: 1, name: "Hand", can_set_scan: true, width_mm: 45 }];
}

class CrmRequisites extends models.Model {
    _name = "crm.requisites";

    name = fields.Char();
    write_date = fields.Datetime();
    stamp_id = fields.Many2one({ relation: "crm.facsimile" });
    signatory_ids = fields.Many2many({ relation: "crm.facsimile" });

    _records = [{ id: 1, name: "Main account" }];
}

describe.current.tags("desktop");
defineMailModels();
defineModels([CrmFacsimile, CrmRequisites]);

/** A canvas of white paper with a block of dark ink. */
function drawSheet(width = 40, height = 20, ink = [10, 5, 20, 10]) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    context.fillStyle = "#faf8f0";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#182896";
    context.fillRect(...ink);
    return canvas;
}

const asFile = (canvas, name = "scan.png", type = "image/png") =>
    new Promise((resolve) => canvas.toBlob((blob) => resolve(new File([blob], name, { type })), type));

const round = (crop) => Object.values(crop).map((part) => Math.round(part * 1000) / 1000);

async function mountField(values = {}) {
    Object.assign(CrmFacsimile._records[0], values);
    await mountView({
        type: "form",
        resModel: "crm.facsimile",
        resId: 1,
        arch: /* xml */ `<form><field name="name"/><field name="has_scan" widget="facsimile_scan"/></form>`,
    });
}

async function openEditor() {
    await mountField();
    await contains(".o_facsimile_upload").click();
    await contains(".o_facsimile_file", { visible: false }).click();
    await setInputFiles([await asFile(drawSheet(400, 200, [100, 50, 200, 100]))]);
    await waitFor(".o_facsimile_frame");
    await animationFrame();
}

describe("figures", () => {
    test("a frame stays inside the picture when it is moved", () => {
        expect(round(moveCrop(BOX, 0.1, -0.1))).toEqual([0.3, 0.3, 0.7, 0.7]);
        expect(round(moveCrop(BOX, 5, 5))).toEqual([0.6, 0.6, 1, 1]);
        expect(round(moveCrop(BOX, -5, -5))).toEqual([0, 0, 0.4, 0.4]);
    });

    test("a handle moves its edges and no others", () => {
        expect(round(resizeCrop(BOX, "nw", -0.1, -0.1))).toEqual([0.1, 0.3, 0.6, 0.8]);
        expect(round(resizeCrop(BOX, "se", 0.1, 0.1))).toEqual([0.2, 0.4, 0.7, 0.9]);
        expect(round(resizeCrop(BOX, "e", 5, 5))).toEqual([0.2, 0.4, 1, 0.8]);
        expect(round(resizeCrop(BOX, "w", 5, 0))).toEqual([0.58, 0.4, 0.6, 0.8]);
    });

    test("a frame turns with the picture", () => {
        expect(round(turnCrop(BOX))).toEqual([0.2, 0.2, 0.6, 0.6]);
        const four = turnCrop(turnCrop(turnCrop(turnCrop(BOX))));
        expect(round(four)).toEqual(round(BOX));
    });

    test("the edge of the ink fades as on the server", () => {
        const alphas = [255, 200, 190, 180, 160, 0].map((luminance) => getAlpha(luminance, 200));
        expect(alphas).toEqual([0, 0, 64, 128, 255, 255]);
    });

    test("paper becomes transparent and the ink is found", () => {
        const picture = readCrop(drawSheet(), WHOLE);
        makeTransparent(picture, DEFAULT_THRESHOLD);
        expect(findInk(picture)).toEqual({ left: 10, top: 5, width: 20, height: 10 });
        expect(picture.data[3]).toBe(0);
        makeTransparent(picture, 1);
        expect(findInk(picture)).toBe(null);
    });

    test("the proposed transparency parts ink from grey paper", () => {
        const canvas = drawSheet();
        const context = canvas.getContext("2d");
        context.fillStyle = "#969696";
        context.fillRect(0, 0, 40, 20);
        context.fillStyle = "#202020";
        context.fillRect(10, 5, 20, 10);
        const picture = readCrop(canvas, WHOLE);
        makeTransparent(picture, proposeThreshold(picture));
        expect(findInk(picture)).toEqual({ left: 10, top: 5, width: 20, height: 10 });
    });

    test("an empty sheet gets the usual transparency", () => {
        expect(proposeThreshold(readCrop(drawSheet(40, 20, [0, 0, 0, 0]), WHOLE))).toBe(DEFAULT_THRESHOLD);
    });

    test("turned by 90 degrees the picture stands upright", () => {
        const canvas = document.createElement("canvas");
        drawTurned(canvas, drawSheet(40, 20, [0, 0, 5, 20]), 90, 900);
        expect([canvas.width, canvas.height]).toEqual([20, 40]);
        const picture = readCrop(canvas, WHOLE);
        makeTransparent(picture, DEFAULT_THRESHOLD);
        expect(findInk(picture)).toEqual({ left: 0, top: 0, width: 20, height: 5 });
    });

    test("a large picture is drawn smaller", () => {
        const canvas = document.createElement("canvas");
        drawTurned(canvas, drawSheet(400, 200), 0, 100);
        expect([canvas.width, canvas.height]).toEqual([100, 50]);
    });
});

describe("field", () => {
    test("without a scan", async () => {
        await mountField();
        expect(".o_facsimile_none").toHaveCount(1);
        expect(".o_facsimile_upload").toHaveText("Add a Scan");
        expect(".o_facsimile_clear").toHaveCount(0);
    });

    test("seen by those who may use it", async () => {
        onRpc("crm.facsimile", "get_scan_preview", () => PREVIEW);
        await mountField({ has_scan: true, can_use: true, can_set_scan: false, scan_width: 600, scan_height: 200 });
        expect(".o_facsimile_paper img").toHaveCount(1);
        expect(".o_facsimile_upload").toHaveCount(0);
    });

    test("others do not even ask", async () => {
        onRpc("crm.facsimile", "get_scan_preview", () => expect.step("asked"));
        await mountField({ has_scan: true, can_use: false });
        expect(".o_facsimile_paper").toHaveCount(0);
        expect(".o_facsimile_hidden").toHaveCount(1);
        expect(".o_facsimile_upload").toHaveText("Replace the Scan");
        expect.verifySteps([]);
    });

    test("deleted after a question", async () => {
        onRpc("crm.facsimile", "action_clear_scan", ({ args }) => expect.step(args[0]) || true);
        await mountField({ has_scan: true });
        await contains(".o_facsimile_clear").click();
        expect.verifySteps([]);
        await contains(".modal-footer .btn-primary").click();
        expect.verifySteps([[1]]);
    });
});

describe("editor", () => {
    test("nothing can be saved without a file", async () => {
        await mountField();
        await contains(".o_facsimile_upload").click();
        expect(".o_facsimile_save").not.toBeEnabled();
        expect(".o_facsimile_choose").toHaveCount(1);
    });

    test("another kind of file is refused", async () => {
        await mountField();
        await contains(".o_facsimile_upload").click();
        await contains(".o_facsimile_file", { visible: false }).click();
        await setInputFiles([new File(["%PDF"], "scan.pdf", { type: "application/pdf" })]);
        await waitFor(".o_facsimile_editor .alert-danger");
        expect(".o_facsimile_frame").toHaveCount(0);
    });

    test("a damaged picture is refused", async () => {
        await mountField();
        await contains(".o_facsimile_upload").click();
        await contains(".o_facsimile_file", { visible: false }).click();
        await setInputFiles([new File(["no picture"], "scan.png", { type: "image/png" })]);
        await waitFor(".o_facsimile_editor .alert-danger");
        expect(".o_facsimile_save").not.toBeEnabled();
    });

    test("the file and the figures are sent, not the picture of the screen", async () => {
        onRpc("crm.facsimile", "action_set_scan", ({ args, kwargs }) => {
            expect(args[0]).toBe(1);
            expect(atob(args[1]).slice(1, 4)).toBe("PNG");
            expect.step([kwargs.turn, kwargs.crop, kwargs.threshold, kwargs.width_mm]);
            return true;
        });
        await openEditor();
        await contains(".o_facsimile_turn").click();
        await contains(".o_facsimile_threshold").edit(76, { instantly: true });
        await contains(".o_facsimile_width").edit(50);
        await contains(".o_facsimile_save").click();
        await animationFrame();
        expect.verifySteps([[90, [0, 0, 1, 1], 180, 50]]);
        expect(".o_facsimile_editor").toHaveCount(0);
    });

    test("the result is cut to the ink", async () => {
        await openEditor();
        const canvas = queryOne(".o_facsimile_checkers canvas");
        expect([canvas.width, canvas.height]).toEqual([200, 100]);
        expect(".o_facsimile_editor:contains(23 mm)").toHaveCount(1);
    });

    test("arrows move the frame and change its size", async () => {
        await openEditor();
        queryFirst(".o_facsimile_frame").focus();
        await press(["shift", "ArrowLeft"]);
        await press(["alt", "ArrowDown"]);
        await animationFrame();
        const { style } = queryFirst(".o_facsimile_frame");
        expect([style.left, style.top, style.width, style.height]).toEqual(["0%", "1%", "99%", "99%"]);
        await press("ArrowRight");
        await animationFrame();
        expect(queryFirst(".o_facsimile_frame").style.left).toBe("1%");
        await contains(".o_facsimile_all").click();
        expect(queryFirst(".o_facsimile_frame").style.width).toBe("100%");
    });

    test("a corner is pulled by pointer", async () => {
        await openEditor();
        const sheet = queryFirst(".o_facsimile_sheet canvas").getBoundingClientRect();
        const frame = queryFirst(".o_facsimile_frame");
        frame.setPointerCapture = () => {};
        const at = (x, y) => ({ clientX: x, clientY: y, pointerId: 1 });
        await manuallyDispatchProgrammaticEvent(queryFirst(".o_facsimile_se"), "pointerdown", at(500, 500));
        await manuallyDispatchProgrammaticEvent(
            frame,
            "pointermove",
            at(500 - sheet.width / 4, 500 - sheet.height / 2),
        );
        await manuallyDispatchProgrammaticEvent(frame, "pointerup", at(0, 0));
        await animationFrame();
        expect([Math.round(parseFloat(frame.style.width)), Math.round(parseFloat(frame.style.height))]).toEqual([
            75, 50,
        ]);
    });

    test("without ink nothing is saved", async () => {
        await openEditor();
        await contains(".o_facsimile_threshold").edit(255, { instantly: true });
        await animationFrame();
        expect(".o_facsimile_no_ink").toHaveCount(1);
        expect(".o_facsimile_save").not.toBeEnabled();
    });
});

describe("block", () => {
    const ARCH = /* xml */ `
        <form>
            <field name="name"/>
            <field name="stamp_id"/>
            <field name="signatory_ids" widget="many2many_tags"/>
            <widget name="requisites_block"/>
        </form>`;
    const unseen = { scan: false, has_scan: true, width_mm: 40, height_mm: 40 };

    test("what one may see, and that there is more", async () => {
        onRpc("crm.requisites", "get_block_preview", () => ({
            signatories: [{ ...unseen, id: 1, name: "O. P. Kovalenko", position: "Director", scan: PREVIEW }],
            stamp: unseen,
        }));
        await mountView({ type: "form", resModel: "crm.requisites", resId: 1, arch: ARCH });
        expect(".o_requisites_signatory img").toHaveCount(1);
        expect(".o_requisites_name").toHaveText("O. P. Kovalenko");
        expect(".o_requisites_stamp img").toHaveCount(0);
        expect(".o_requisites_stamp .o_requisites_hidden").toHaveCount(1);
    });

    test("nobody signs yet", async () => {
        onRpc("crm.requisites", "get_block_preview", () => ({ signatories: [], stamp: { has_scan: false } }));
        await mountView({ type: "form", resModel: "crm.requisites", resId: 1, arch: ARCH });
        expect(".o_requisites_block").toHaveText("Nobody signs yet.");
    });

    test("asked again when the form was saved", async () => {
        onRpc("crm.requisites", "get_block_preview", () => {
            expect.step("asked");
            return { signatories: [], stamp: { has_scan: false } };
        });
        await mountView({ type: "form", resModel: "crm.requisites", resId: 1, arch: ARCH });
        await contains(".o_field_widget[name=name] input").edit("Second account");
        expect.verifySteps(["asked"]);
    });
});
