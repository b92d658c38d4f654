import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, setInputFiles } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mockService, mountView, onRpc, serverState } from "@web/../tests/web_test_helpers";

import { CrmDocumentFile, CrmDocument, defineDocumentModels } from "./document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();

describe("files", () => {
    async function mountFiles(attributes = "", resId = 1) {
        await mountView({
            type: "form",
            resModel: "crm.document",
            resId,
            arch: `<form><field name="name"/><field name="file_ids" widget="document_files" ${attributes}/></form>`,
        });
    }

    function addVersions() {
        CrmDocumentFile._records = [
            {
                id: 8,
                document_id: 1,
                number: 2,
                filename: "contract.pdf",
                comment: "Price changed",
                user_id: serverState.userId,
            },
            { id: 7, document_id: 1, number: 1, filename: "contract.docx", user_id: serverState.userId },
        ];
        CrmDocument._records[0].file_ids = [8, 7];
    }

    test("without files it says what to do", async () => {
        await mountFiles();
        expect(".o_document_no_files").toHaveText(/Drop the file here/);
    });

    test("versions with comment; only what can be shown is offered to be shown", async () => {
        addVersions();
        await mountFiles();
        expect(queryAllTexts(".o_document_version .badge")).toEqual(["2", "1"]);
        expect(".o_document_version:first").toHaveText(/Price changed/);
        expect(".o_document_version:first .o_document_preview").toHaveCount(1);
        expect(".o_document_version:last .o_document_preview").toHaveCount(0);
        expect(".o_document_version:last .o_document_download").toHaveAttribute(
            "href",
            /\/web\/content\/crm\.document\.file\/7\/content\?filename=contract\.docx&download=true$/,
        );
    });

    test("the viewer of Odoo shows a version", async () => {
        addVersions();
        await mountFiles();
        await contains(".o_document_preview").click();
        expect(".o-FileViewer").toHaveCount(1);
        expect(".o-FileViewer iframe").toHaveAttribute("data-src", /crm\.document\.file/);
    });

    test("a chosen file becomes a version at once, with the comment", async () => {
        onRpc("crm.document.file", "create", ({ args }) => {
            const [[values]] = args;
            expect.step([values.document_id, values.filename, atob(values.content), values.comment].join(" "));
            return [9];
        });
        await mountFiles();
        await contains(".o_document_comment").edit("First draft", { confirm: false });
        await contains(".o_document_add").click();
        await setInputFiles([new File(["text"], "draft.txt", { type: "text/plain" })]);
        await animationFrame();
        await animationFrame();
        await expect.waitForSteps(["1 draft.txt text First draft"]);
        await animationFrame();
        expect(".o_document_comment").toHaveValue("");
    });

    test("a new document is saved first", async () => {
        onRpc("crm.document", "web_save", () => expect.step("saved"));
        onRpc("crm.document.file", "create", ({ args }) => {
            expect.step(`file of ${args[0][0].document_id}`);
            return [9];
        });
        await mountFiles("", false);
        await contains(".o_field_widget[name=name] input").edit("C/3", { confirm: false });
        await contains(".o_document_add").click();
        await setInputFiles([new File(["text"], "draft.txt")]);
        await expect.waitForSteps(["saved", "file of 3"]);
    });

    test("who may not change the document may only look", async () => {
        addVersions();
        await mountFiles(`readonly="1"`);
        expect(".o_document_add").toHaveCount(0);
        expect(".o_document_download").toHaveCount(2);
    });
});

describe("list", () => {
    async function mountList(options = "{}") {
        mockService("action", {
            async doAction(action) {
                expect.step(`open ${action.res_id || "new"} ${action.context?.default_type_id || ""}`.trim());
            },
        });
        CrmDocument._records[0].child_ids = [2];
        onRpc("crm.document", "action_new_document", ({ args, kwargs }) => {
            expect.step(`new ${args.flat()} ${kwargs.kind}`);
            return { type: "ir.actions.act_window", context: { default_type_id: 99 } };
        });
        await mountView({
            type: "form",
            resModel: "crm.document",
            resId: 1,
            arch: /* xml */ `
                <form>
                    <field name="child_ids" widget="document_list" options="${options}">
                        <list><field name="name"/></list>
                    </field>
                </form>`,
        });
    }

    test("a button per type begins a document of that very type", async () => {
        await mountList();
        expect(queryAllTexts(".o_document_new button")).toEqual(["Contract", "Letter"]);
        await contains(".o_document_new button:contains(Letter)").click();
        await animationFrame();
        expect.verifySteps(["new 1 other", "open new 2"]);
    });

    test("a row opens the document itself, nothing is added or deleted here", async () => {
        await mountList();
        expect(".o_list_record_remove, .o_field_x2many_list_row_add").toHaveCount(0);
        await contains(".o_data_row .o_data_cell").click();
        await animationFrame();
        expect.verifySteps(["open 2"]);
    });

    test("without the buttons", async () => {
        onRpc("crm.document.type", "search_read", () => expect.step("types"));
        await mountList("{'no_new': True}");
        expect(".o_document_new").toHaveCount(0);
        expect.verifySteps([]);
    });
});

describe("table of allowed changes", () => {
    const cell = (from, to) => `[aria-label='From “${from}” to “${to}”']`;

    async function mountMatrix(attributes = "") {
        await mountView({
            type: "form",
            resModel: "crm.document.type",
            resId: 1,
            arch: /* xml */ `
                <form>
                    <field name="state_ids"><list><field name="name"/></list></field>
                    <field name="transition_ids" widget="document_transitions" ${attributes}/>
                </form>`,
        });
    }

    test("a row per state to leave; ticks where the table allows", async () => {
        await mountMatrix();
        expect(".o_transition_matrix tbody tr").toHaveCount(4);
        expect(".o_transition_allowed").toHaveCount(12, { message: "none from a state to itself" });
        expect(".o_transition_allowed:checked").toHaveCount(2);
        expect(cell("Draft", "Out for signature")).toBeChecked();
        expect("td:has(:checked) .o_transition_approval.btn-primary").toHaveCount(1);
        expect(queryAllTexts("th small")).toEqual(["stays for good", "stays for good"]);
    });

    test("allow, forbid, demand: saved with the form as rows of the table", async () => {
        onRpc("crm.document.type", "web_save", ({ args }) => {
            const said = args[1].transition_ids.map(([code, id, values]) =>
                code === 0
                    ? `add ${values.from_state_id} ${values.to_state_id} ${values.needs_reason}`
                    : `${code} ${id}`,
            );
            expect.step(said.sort().join(", "));
        });
        await mountMatrix();
        await contains(cell("Draft", "Rejected")).click();
        await contains(`td:has(${cell("Draft", "Rejected")}) .o_transition_reason`).click();
        await contains(cell("Out for signature", "Signed")).click();
        await contains(`td:has(${cell("Draft", "Out for signature")}) .o_transition_approval`).click();
        expect(".o_transition_allowed:checked").toHaveCount(2);
        await contains(".o_form_button_save").click();
        expect.verifySteps(["1 1, 2 2, add 1 4 true"]);
    });

    test("only looked at", async () => {
        await mountMatrix(`readonly="1"`);
        expect(".o_transition_allowed:enabled").toHaveCount(0);
        expect(".o_transition_reason:enabled").toHaveCount(0);
    });

    test("before there are states", async () => {
        await mountView({
            type: "form",
            resModel: "crm.document.type",
            arch: /* xml */ `
                <form>
                    <field name="state_ids"><list><field name="name"/></list></field>
                    <field name="transition_ids" widget="document_transitions"/>
                </form>`,
        });
        expect(".o_transition_matrix").toHaveCount(0);
        expect(".o_field_widget[name=transition_ids]").toHaveText(/Save the states first/);
    });
});
