import { describe, expect, test } from "@odoo/hoot";
import { press, queryAll, queryAllTexts, queryRect } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { defineWorkModels, Line, Report } from "./work_test_helpers";

describe.current.tags("desktop");
defineWorkModels();

const TAB = ".o_work_tab";
const TABS = `${TAB} .text-truncate`;

async function mountReport(params = {}) {
    await mountView({
        type: "form",
        resModel: "test.report",
        resId: 1,
        arch: /* xml */ `
            <form>
                <field name="line_ids" widget="work_tabs" mode="form">
                    <form>
                        <field name="name" invisible="1"/>
                        <field name="status" invisible="1"/>
                        <field name="is_editable" invisible="1"/>
                        <div class="o_test_closed" invisible="is_editable">Closed</div>
                        <field name="is_under_way" readonly="not is_editable"/>
                        <field name="date_deadline" readonly="not is_editable" required="is_under_way"/>
                    </form>
                </field>
            </form>`,
        ...params,
    });
}

describe("what is shown", () => {
    test("a tab per line with a sign and a word of its status, the first one is open", async () => {
        await mountReport();
        expect(queryAllTexts(TABS)).toEqual(["Website promotion", "Web design", "Advertising"]);
        expect(`${TAB}.active`).toHaveAttribute("data-id", "1");
        expect(`${TAB}:eq(0) i`).toHaveClass("fa-exclamation-circle");
        expect(`${TAB}:eq(0) .visually-hidden`).toHaveText(": Late");
        expect(`${TAB}:eq(1) .visually-hidden`).toHaveText(": Not begun");
    });

    test("a line follows its modifiers: read only, with the sentence why", async () => {
        await mountReport();
        expect(".o_test_closed").toHaveCount(1);
        expect(".o_field_widget[name=is_under_way] input").not.toBeEnabled();
        await contains(`${TAB}:eq(1)`).click();
        expect(".o_test_closed").toHaveCount(0);
        expect(".o_field_widget[name=is_under_way] input").toBeEnabled();
    });

    test("every tab is in sight, however many there are", async () => {
        Line._records = [...Array(12).keys()].map((index) => ({
            id: index + 1,
            name: `Installation and commissioning of device ${index}`,
            is_editable: true,
        }));
        Report._records[0].line_ids = Line._records.map((line) => line.id);
        await mountReport();
        const { right } = queryRect(".o_work_tabs .nav");
        expect(queryAll(TAB).filter((tab) => tab.getBoundingClientRect().right > right + 1)).toHaveLength(0);
    });

    test("a report without lines is empty, and no error", async () => {
        Line._records = [];
        Report._records[0].line_ids = [];
        await mountReport();
        expect(TAB).toHaveCount(0);
        expect(".o_work_tab_content").toHaveCount(0);
    });
});

describe("what happens", () => {
    test("what is changed on several tabs is saved at once, and nothing of the others", async () => {
        onRpc("web_save", ({ args }) => {
            expect.step(args[1].line_ids.map(([, id, values]) => [id, values]));
        });
        await mountReport();
        await contains(`${TAB}:eq(1)`).click();
        await contains(".o_field_widget[name=date_deadline] input").edit("04/01/2019", { confirm: "blur" });
        await contains(`${TAB}:eq(2)`).click();
        await contains(".o_field_widget[name=date_deadline] input").edit("04/02/2019", { confirm: "blur" });
        await contains(`${TAB}:eq(1)`).click();
        expect(".o_field_widget[name=date_deadline] button").toHaveText(/Apr 1/);
        await contains(".o_form_button_save").click();
        expect.verifySteps([
            [
                [2, { date_deadline: "2019-04-01" }],
                [3, { date_deadline: "2019-04-02" }],
            ],
        ]);
    });

    test("after saving the tab that was open stays open, and can be edited", async () => {
        await mountReport();
        await contains(`${TAB}:eq(2)`).click();
        await contains(".o_field_widget[name=date_deadline] input").edit("04/02/2019", { confirm: "blur" });
        await contains(".o_form_button_save").click();
        await animationFrame();
        expect(`${TAB}.active`).toHaveAttribute("data-id", "3");
        await contains(".o_field_widget[name=is_under_way] input").click();
        expect(".o_field_widget[name=is_under_way] input").toBeChecked();
    });

    test("a tab that lacks something is marked and opened, nothing is saved", async () => {
        onRpc("web_save", () => expect.step("save"));
        await mountReport();
        await contains(`${TAB}:eq(1)`).click();
        await contains(".o_field_widget[name=is_under_way] input").click();
        await contains(`${TAB}:eq(2)`).click();
        expect(".o_work_tab_invalid").toHaveCount(0);
        await contains(".o_form_button_save").click();
        await animationFrame();
        expect(`${TAB}:eq(1) .o_work_tab_invalid`).toHaveCount(1);
        expect(`${TAB}.active`).toHaveAttribute("data-id", "2");
        expect(".o_work_tab_content .o_field_widget[name=date_deadline]").toHaveClass("o_field_invalid");
        expect.verifySteps([]);
        await contains(".o_field_widget[name=date_deadline] input").edit("04/01/2019", { confirm: "blur" });
        expect(".o_work_tab_invalid").toHaveCount(0);
        await contains(".o_form_button_save").click();
        expect.verifySteps(["save"]);
    });

    test("the keyboard is enough: arrows go round", async () => {
        await mountReport();
        await contains(`${TAB}:eq(0)`).focus();
        await press("ArrowRight");
        await animationFrame();
        expect(`${TAB}:eq(1)`).toBeFocused();
        expect(`${TAB}.active`).toHaveAttribute("data-id", "2");
        await press("ArrowLeft");
        await press("ArrowLeft");
        await animationFrame();
        expect(`${TAB}:eq(2)`).toBeFocused();
        expect(`${TAB}.active`).toHaveAttribute("data-id", "3");
        expect(`${TAB}:eq(0)`).toHaveAttribute("tabindex", "-1");
    });
});
