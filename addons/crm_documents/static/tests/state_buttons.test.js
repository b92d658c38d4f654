import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { contains, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { BACK, CrmDocument, defineDocumentModels, REJECTED, SIGNED, stepCalls, TO_SIGN } from "./document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();

const BUTTON = ".o_document_state_button";

async function mountForm(resId = 1) {
    await mountView({
        type: "form",
        resModel: "crm.document",
        resId,
        arch: /* xml */ `
            <form>
                <header><widget name="document_state_buttons"/></header>
                <field name="name"/>
            </form>`,
    });
}

const setDocument = (values) => Object.assign(CrmDocument._records[0], values);

describe("what is shown", () => {
    test("the first change forward is the main button, a rejection is told by its sign too", async () => {
        await mountForm();
        expect(queryAllTexts(BUTTON)).toEqual(["Out for signature", "Rejected…"]);
        expect(`${BUTTON}:eq(0)`).toHaveClass("btn-primary");
        expect(`${BUTTON}:eq(1)`).toHaveClass("btn-outline-danger");
        expect(`${BUTTON}:eq(1) i`).toHaveClass("fa-times");
    });

    test("what leads back is never the main button", async () => {
        setDocument({ state_category: "to_sign", state_buttons: [BACK, SIGNED] });
        await mountForm();
        expect(`${BUTTON}:contains(Draft)`).toHaveClass("btn-secondary");
        expect(`${BUTTON}:contains(Signed)`).toHaveClass("btn-primary");
    });

    test("from a rejected document nothing is forward", async () => {
        setDocument({ state_category: "rejected", state_buttons: [BACK] });
        await mountForm();
        expect(`${BUTTON}.btn-primary`).toHaveCount(0);
        expect(BUTTON).toHaveText("Draft…");
    });

    test("a new document has no buttons", async () => {
        await mountForm(false);
        expect(BUTTON).toHaveCount(0);
    });

    test("a change that waits for an approval cannot be pressed, it can be asked for", async () => {
        setDocument({ state_buttons: [{ ...TO_SIGN, needs_approval: true }] });
        await mountForm();
        expect(queryAllTexts(`${BUTTON} span:first-of-type`)).toEqual(["Ask for Approval", "Out for signature"]);
        expect(`${BUTTON}:contains(Ask)`).toHaveClass("btn-primary");
        expect(`${BUTTON}:contains(Out for)`).not.toBeEnabled();
    });

    test("who asked sees that others have to answer", async () => {
        setDocument({ approval_state: "requested", state_buttons: [{ ...TO_SIGN, needs_approval: true }] });
        await mountForm();
        expect(".o_document_waiting").toHaveText("Waits for approval");
        expect(`${BUTTON}:contains(Ask)`).toHaveCount(0);
    });

    test("who may approve is asked to", async () => {
        setDocument({ approval_state: "requested", can_approve: true });
        await mountForm();
        expect(queryAllTexts(BUTTON)).toEqual(["Approve", "Refuse…", "Out for signature", "Rejected…"]);
        expect(".o_document_waiting").toHaveCount(0);
    });

    test("an approved document asks no more", async () => {
        setDocument({ approval_state: "approved", can_approve: true });
        await mountForm();
        expect(queryAllTexts(BUTTON)).toEqual(["Out for signature", "Rejected…"]);
    });
});

describe("what happens", () => {
    test("one press moves, after what was typed is saved, and the document is read again", async () => {
        stepCalls();
        onRpc("web_save", ({ args }) => expect.step(`save ${args[1].name}`));
        await mountForm();
        onRpc("web_read", () => expect.step("read"));
        await contains(".o_field_widget[name=name] input").edit("C/1a", { confirm: false });
        await contains(`${BUTTON}:contains(Out for)`).click();
        await animationFrame();
        expect.verifySteps(["save C/1a", "action_change_state 1 2", "read"]);
    });

    test("a second press meanwhile does nothing", async () => {
        const answered = new Deferred();
        onRpc("action_change_state", async () => {
            expect.step("move");
            await answered;
            return true;
        });
        await mountForm();
        await contains(`${BUTTON}:contains(Out for)`).click();
        expect(`${BUTTON}:contains(Rejected)`).not.toBeEnabled();
        answered.resolve();
        await animationFrame();
        expect.verifySteps(["move"]);
    });

    test("a reason is asked for; without one nothing can be confirmed", async () => {
        stepCalls();
        await mountForm();
        await contains(`${BUTTON}:contains(Rejected)`).click();
        expect(".modal-title").toHaveText("Rejected");
        expect(".modal .btn-primary").not.toBeEnabled();
        await contains(".modal textarea").edit("   ", { confirm: false });
        expect(".modal .btn-primary").not.toBeEnabled();
        await contains(".modal textarea").edit("Too dear", { confirm: false });
        await contains(".modal .btn-primary").click();
        await animationFrame();
        expect(".modal").toHaveCount(0);
        expect.verifySteps(["action_change_state 1 4 Too dear"]);
    });

    test("the keyboard is enough: the text has the focus, Enter confirms", async () => {
        stepCalls();
        await mountForm();
        await contains(`${BUTTON}:contains(Rejected)`).click();
        expect(".modal textarea").toBeFocused();
        await contains(".modal textarea").edit("Too dear", { confirm: false });
        await press("Enter");
        await animationFrame();
        await animationFrame();
        expect.verifySteps(["action_change_state 1 4 Too dear"]);
    });

    test("who thinks twice changes nothing and may press again", async () => {
        stepCalls();
        await mountForm();
        await contains(`${BUTTON}:contains(Rejected)`).click();
        await contains(".modal .btn-secondary").click();
        await animationFrame();
        expect.verifySteps([]);
        expect(`${BUTTON}:contains(Out for)`).toBeEnabled();
    });

    test("approval: asked, given, refused with a reason", async () => {
        stepCalls();
        setDocument({ state_buttons: [{ ...REJECTED, needs_approval: true }] });
        await mountForm();
        await contains(`${BUTTON}:contains(Ask)`).click();
        expect.verifySteps(["action_request_approval 1"]);
    });

    test("the approver approves, or refuses with a reason", async () => {
        stepCalls();
        setDocument({ approval_state: "requested", can_approve: true });
        await mountForm();
        await contains(`${BUTTON}:contains(Approve)`).click();
        expect.verifySteps(["action_approve 1"]);
        await contains(`${BUTTON}:contains(Refuse)`).click();
        expect(".modal .btn-primary").not.toBeEnabled();
        await contains(".modal textarea").edit("The discount is too high", { confirm: false });
        await contains(".modal .btn-primary").click();
        await animationFrame();
        expect.verifySteps(["action_refuse 1 The discount is too high"]);
    });
});
