import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { contains, MockServer, mountView, onRpc, toggleKanbanColumnActions } from "@web/../tests/web_test_helpers";

import { CrmLead, defineFunnelModels, FORM, stepDialogs } from "./funnel_test_helpers";

describe.current.tags("desktop");
defineFunnelModels();

const CARD = /* xml */ `
    <t t-name="card">
        <field name="name"/>
        <field name="probability" widget="deal_probability"/>
        <field name="result_silent_days" widget="result_age" options="{'compact': True}"/>
        <field name="result_card" widget="result_buttons" options="{'compact': True}"/>
    </t>`;

async function mountFunnel({ attributes = "", card = CARD, groupBy = ["stage_id"] } = {}) {
    onRpc("crm.lead", "get_rainbowman_message", () => false);
    await mountView({
        type: "kanban",
        resModel: "crm.lead",
        groupBy,
        domain: [["active", "in", [true]]],
        arch: `<kanban js_class="crm_kanban" ${attributes}><templates>${card}</templates></kanban>`,
    });
}

const dragToColumn = (name, number) =>
    contains(`.o_kanban_record:contains(${name})`).dragAndDrop(`.o_kanban_group:nth-child(${number})`);
const cardsOf = (number) => queryAllTexts(`.o_kanban_group:nth-child(${number}) .o_kanban_record span:first`);

describe("card", () => {
    test("the probability tells where it comes from", async () => {
        Object.assign(CrmLead._records[0], { probability: 40.4, probability_source: "stage" });
        await mountFunnel();
        expect(".o_kanban_record:contains(Site) .o_deal_probability").toHaveText("40 %");
        expect(".o_kanban_record:contains(Site) .o_deal_probability i").toHaveAttribute(
            "aria-label",
            "Probability of the stage",
        );
        expect(".o_kanban_record:contains(Blog) .o_deal_probability i").toHaveCount(0);
    });

    for (const [lateness, className, icon] of [
        ["in_time", "text-muted", "fa-clock-o"],
        ["late", "text-warning-emphasis", "fa-clock-o"],
        ["very_late", "text-danger", "fa-exclamation-circle"],
    ]) {
        test(`the days since the last result: ${lateness}`, async () => {
            Object.assign(CrmLead._records[0], { result_silent_days: 12, result_lateness: lateness });
            await mountFunnel();
            const age = ".o_kanban_record:contains(Site) .o_result_age";
            expect(age).toHaveClass(className);
            expect(`${age} i`).toHaveClass(icon);
            expect(age).toHaveText(/12 d/);
        });
    }
});

describe("drag", () => {
    test("where nothing is demanded the deal moves as ever", async () => {
        onRpc("crm.lead", "get_demanding_stage_ids", () => {
            expect.step("read once");
            return [3];
        });
        onRpc("crm.lead", "web_save", ({ args }) => expect.step(`moved ${args[0]} to ${args[1].stage_id}`));
        await mountFunnel();
        expect.verifySteps([]);
        await dragToColumn("Site", 2);
        await dragToColumn("Blog", 1);
        expect.verifySteps(["read once", "moved 1 to 2", "moved 3 to 1"]);
    });

    test("the deal stays until the form is closed, then it stands where the server says", async () => {
        const closed = new Deferred();
        stepDialogs(closed);
        onRpc("crm.lead", "get_demanding_stage_ids", () => [2]);
        onRpc("crm.lead", "get_move_form", ({ args }) => {
            expect.step(`form for ${args.flat().join(" to ")}`);
            return FORM;
        });
        onRpc("crm.lead", "web_save", () => expect.step("moved"));
        await mountFunnel();
        await dragToColumn("Site", 2);
        expect.verifySteps(["form for 1 to 2", "open crm.process.result.entry"]);
        expect(cardsOf(1)).toEqual(["Site"]);
        MockServer.env["crm.lead"].write([1], { stage_id: 2 });
        closed.resolve();
        await animationFrame();
        await animationFrame();
        expect(".o_kanban_group:nth-child(2) .o_kanban_record").toHaveCount(2);
        expect.verifySteps([]);
    });

    test("a discarded form moves nothing", async () => {
        stepDialogs();
        onRpc("crm.lead", "get_demanding_stage_ids", () => [2]);
        onRpc("crm.lead", "get_move_form", () => FORM);
        onRpc("crm.lead", "web_save", () => expect.step("moved"));
        await mountFunnel();
        await dragToColumn("Site", 2);
        await animationFrame();
        expect.verifySteps(["open crm.process.result.entry"]);
        expect(cardsOf(1)).toEqual(["Site"]);
    });

    test("a demanding stage that asks nothing of this deal", async () => {
        onRpc("crm.lead", "get_demanding_stage_ids", () => [2]);
        onRpc("crm.lead", "get_move_form", () => false);
        onRpc("crm.lead", "web_save", () => expect.step("moved"));
        await mountFunnel();
        await dragToColumn("Site", 2);
        expect.verifySteps(["moved"]);
    });

    test("other groups and cards without the buttons are left alone", async () => {
        onRpc("crm.lead", "get_demanding_stage_ids", () => expect.step("asked"));
        onRpc("crm.lead", "web_save", () => expect.step("moved"));
        await mountFunnel({ card: `<t t-name="card"><field name="name"/></t>` });
        await dragToColumn("Site", 2);
        expect.verifySteps(["moved"]);
    });
});

describe("column", () => {
    const undoAnswer = { undo_id: 8, deals: 1, message: "Archived deals: 1" };

    test("what the gear offers", async () => {
        await mountFunnel();
        await toggleKanbanColumnActions(0);
        expect(queryAllTexts(".o-dropdown--menu .dropdown-item")).toEqual([
            "Fold",
            "Edit",
            "Archive All",
            "Restore All",
            "Delete",
        ]);
    });

    test("who may not define stages does not delete them", async () => {
        await mountFunnel({ attributes: `group_delete="0" group_edit="0"` });
        await toggleKanbanColumnActions(0);
        expect(queryAllTexts(".o-dropdown--menu .dropdown-item")).toEqual(["Fold", "Archive All", "Restore All"]);
    });

    test("who may not change deals does nothing with them", async () => {
        await mountFunnel({ attributes: `edit="0" group_delete="0" group_edit="0"` });
        await toggleKanbanColumnActions(0);
        expect(queryAllTexts(".o-dropdown--menu .dropdown-item")).toEqual(["Fold"]);
    });

    test("a column of anything else is left alone", async () => {
        await mountFunnel({ groupBy: ["name"] });
        await toggleKanbanColumnActions(0);
        expect(".o_group_archive_deals").toHaveCount(0);
    });

    test("the Undefined column is archived, but neither edited nor deleted", async () => {
        CrmLead._records[0].stage_id = false;
        await mountFunnel();
        await contains(".o_kanban_group.o_column_folded").click();
        await toggleKanbanColumnActions(0);
        expect(queryAllTexts(".o-dropdown--menu .dropdown-item")).toEqual(["Fold", "Archive All", "Restore All"]);
    });

    test("archive asks with the number, and offers to undo", async () => {
        onRpc("crm.lead", "archive_stage_deals", ({ args }) => {
            expect.step("archive");
            expect(JSON.stringify(args[0])).toInclude("stage_id");
            MockServer.env["crm.lead"].write([1], { active: false });
            return undoAnswer;
        });
        onRpc("crm.stage.undo", "action_undo", ({ args }) => {
            expect.step(`undo ${args.flat()}`);
            MockServer.env["crm.lead"].write([1], { active: true });
            return { message: "Undone" };
        });
        await mountFunnel();
        const clickItem = await toggleKanbanColumnActions(0);
        await clickItem("Archive All");
        await animationFrame();
        expect(".modal-body").toHaveText("Deals to archive: 1");
        await contains(".modal .btn-primary").click();
        expect.verifySteps(["archive"]);
        expect(".o_notification_content").toHaveText("Archived deals: 1");
        expect(".o_kanban_record:contains(Site)").toHaveCount(0);
        await contains(".o_notification_buttons button").click();
        await animationFrame();
        expect.verifySteps(["undo 8"]);
        expect(".o_kanban_record:contains(Site)").toHaveCount(1);
    });

    test("who thinks twice changes nothing", async () => {
        onRpc("crm.lead", "archive_stage_deals", () => expect.step("archive"));
        await mountFunnel();
        const clickItem = await toggleKanbanColumnActions(0);
        await clickItem("Archive All");
        await contains(".modal .btn-secondary").click();
        expect.verifySteps([]);
    });

    test("where nothing is archived there is nothing to ask", async () => {
        await mountFunnel();
        const clickItem = await toggleKanbanColumnActions(1);
        await clickItem("Restore All");
        await animationFrame();
        expect(".modal").toHaveCount(0);
        expect(".o_notification_content").toHaveText("There are no archived or lost deals in this column.");
    });

    test("delete tells how many deals become Undefined", async () => {
        onRpc("crm.stage", "get_delete_info", ({ args }) => {
            expect.step(`info ${args.flat()}`);
            return { deals: 7 };
        });
        onRpc("crm.stage", "action_delete_column", ({ args }) => {
            expect.step(`delete ${args.flat()}`);
            MockServer.env["crm.lead"].write([1], { stage_id: 2 });
            return { undo_id: 8, deals: 7, message: "Deleted" };
        });
        onRpc("crm.stage", "unlink", () => expect.step("never as in stock"));
        await mountFunnel();
        const clickItem = await toggleKanbanColumnActions(0);
        await clickItem("Delete");
        await animationFrame();
        expect(".modal-body").toHaveText("Deals that go to the column “Undefined”: 7");
        await contains(".modal .btn-danger").click();
        expect.verifySteps(["info 1", "delete 1"]);
        expect(".o_column_title:contains(New)").toHaveCount(0, { message: "it does not stay as an empty column" });
        expect(".o_notification_buttons button").toHaveText("Undo");
    });
});
