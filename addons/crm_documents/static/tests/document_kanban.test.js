import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, MockServer, mockService, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { CrmDocument, CrmDocumentState, defineDocumentModels, stepCalls } from "./document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();

async function mountKanban(groupBy) {
    onRpc("crm.document", "web_save", () => expect.step("never written past the table"));
    await mountView({
        type: "kanban",
        resModel: "crm.document",
        groupBy: [groupBy],
        arch: /* xml */ `
            <kanban js_class="document_kanban">
                <templates>
                    <t t-name="card"><field name="name" class="o_document_name"/><field name="is_overdue" widget="overdue_sign"/></t>
                </templates>
            </kanban>`,
    });
}

const drag = (name, column) =>
    contains(`.o_kanban_record:contains(${name})`).dragAndDrop(
        `.o_kanban_group:has(.o_column_title:contains(${column}))`,
    );
const cardsIn = (column) => queryAllTexts(`.o_kanban_group:has(.o_column_title:contains(${column})) .o_document_name`);

/** A third and fourth column, so that there is somewhere to drop. */
function fillColumns() {
    CrmDocument._records.push(
        { id: 3, name: "C/3", type_id: 1, state_id: 3, state_category: "signed", state_buttons: [] },
        { id: 4, name: "C/4", type_id: 1, state_id: 4, state_category: "rejected", state_buttons: [] },
    );
}

test("an overdue card has a sign beside the colour", async () => {
    await mountKanban("state_id");
    expect(".o_kanban_record:contains(C/1) .o_overdue_sign").toHaveCount(0);
    expect(".o_kanban_record:contains(C/2) .o_overdue_sign i").toHaveAttribute("aria-label", "Overdue");
});

test("a drop moves the document by its method", async () => {
    stepCalls();
    await mountKanban("state_id");
    MockServer.env["crm.document"].write([1], { state_id: 2 });
    await drag("C/1", "Out for");
    await animationFrame();
    expect.verifySteps(["action_change_state 1 2"]);
    expect(cardsIn("Out for")).toHaveLength(2);
});

test("a drop that needs a reason asks for it, and the card waits", async () => {
    stepCalls();
    fillColumns();
    await mountKanban("state_id");
    await drag("C/1", "Rejected");
    await animationFrame();
    expect(cardsIn("Draft")).toEqual(["C/1"]);
    await contains(".modal textarea").edit("Too dear", { confirm: false });
    await contains(".modal .btn-primary").click();
    await animationFrame();
    expect.verifySteps(["action_change_state 1 4 Too dear"]);
});

test("discarded, the card is where it was", async () => {
    stepCalls();
    fillColumns();
    await mountKanban("state_id");
    await drag("C/1", "Rejected");
    await contains(".modal .btn-secondary").click();
    await animationFrame();
    expect.verifySteps([]);
    expect(cardsIn("Draft")).toEqual(["C/1"]);
});

test("a drop that the table does not allow says what it allows", async () => {
    stepCalls();
    fillColumns();
    onRpc("has_access", () => false);
    await mountKanban("state_id");
    await drag("C/1", "Signed");
    await animationFrame();
    expect(".o_notification_content").toHaveText(
        "From here a document does not go to “Signed”. Allowed: Out for signature, Rejected.",
    );
    expect(".o_notification_buttons").toHaveCount(0);
    await drag("C/3", "Draft");
    await animationFrame();
    expect(".o_notification_content:contains(has ended)").toHaveCount(1);
    expect.verifySteps([]);
});

test("the head gets from there to the table of allowed changes", async () => {
    fillColumns();
    onRpc("has_access", () => true);
    mockService("action", {
        async doAction({ res_model, res_id }) {
            expect.step(`open ${res_model} ${res_id}`);
        },
    });
    await mountKanban("state_id");
    await drag("C/1", "Signed");
    await animationFrame();
    await contains(".o_notification_buttons button:contains(Allowed Changes)").click();
    expect.verifySteps(["open crm.document.type 1"]);
});

test("by category: one state of it is meant without a question", async () => {
    stepCalls();
    fillColumns();
    await mountKanban("state_category");
    await drag("C/1", "to_sign");
    await animationFrame();
    expect.verifySteps(["action_change_state 1 2"]);
});

test("by category: of several states the dialog lets choose", async () => {
    stepCalls();
    fillColumns();
    CrmDocumentState._records.push({ id: 5, name: "Sent by post", type_id: 1 });
    const [document] = CrmDocument._records;
    const byPost = { ...document.state_buttons[0], id: 5, name: "Sent by post" };
    document.state_buttons = [document.state_buttons[0], byPost];
    await mountKanban("state_category");
    await drag("C/1", "to_sign");
    await animationFrame();
    expect(queryAllTexts(".o_document_choice")).toEqual(["Out for signature", "Sent by post"]);
    await contains(".o_document_choice:contains(post)").click();
    expect(".o_document_choice:contains(post)").toHaveAttribute("aria-checked", "true");
    await contains(".modal .btn-primary:last").click();
    await animationFrame();
    expect.verifySteps(["action_change_state 1 5"]);
});

test("other groups are as in any kanban", async () => {
    onRpc("crm.document", "web_save", ({ args }) => expect.step(`saved ${args[1].parent_id}`));
    onRpc("crm.document", "action_change_state", () => expect.step("moved"));
    await mountView({
        type: "kanban",
        resModel: "crm.document",
        groupBy: ["parent_id"],
        arch: `<kanban js_class="document_kanban"><templates><t t-name="card"><field name="name"/></t></templates></kanban>`,
    });
    await contains(".o_kanban_group.o_column_folded").click();
    await drag("C/2", "None");
    await animationFrame();
    expect.verifySteps(["saved false"]);
});
