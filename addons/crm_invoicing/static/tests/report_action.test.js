import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, waitFor } from "@odoo/hoot-dom";
import {
    defineActions,
    defineModels,
    getService,
    makeServerError,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

import { download } from "@web/core/network/download";
import { WebClient } from "@web/webclient/webclient";

class Paper extends models.Model {
    _name = "paper";
    _records = [];
    _views = { form: `<form><field name="display_name"/></form>` };
}

describe.current.tags("desktop");

defineMailModels();
defineModels([Paper]);

const REPORT = { type: "ir.actions.report", report_type: "qweb-pdf", name: "Some form" };

defineActions([
    { ...REPORT, id: 7, report_name: "some_form", pdf_engine: "weasyprint" },
    { ...REPORT, id: 8, report_name: "stock_report", pdf_engine: "odoo" },
    { ...REPORT, id: 9, report_name: "closing", pdf_engine: "weasyprint", close_on_report_download: true },
    { id: 5, name: "A form", res_model: "paper", target: "new", views: [[false, "form"]] },
]);

/** Let the downloads be steps, on a server without wkhtmltopdf. */
function patchDownload(result = () => Promise.resolve()) {
    patchWithCleanup(download, {
        _download: ({ url, data }) => {
            expect.step(`${url} ${JSON.parse(data.data)[0]}`);
            expect.step(JSON.parse(data.context).active_ids || "no ids");
            return result();
        },
    });
    onRpc("/report/check_wkhtmltopdf", () => {
        expect.step("check");
        return "install";
    });
}

test("a printed form is downloaded without wkhtmltopdf", async () => {
    patchDownload();
    await mountWithCleanup(WebClient);
    getService("ui").bus.addEventListener("BLOCK", () => expect.step("block"));
    getService("ui").bus.addEventListener("UNBLOCK", () => expect.step("unblock"));
    const onClose = () => expect.step("closed");
    await getService("action").doAction(7, { additionalContext: { active_ids: [3, 4] }, onClose });
    expect.verifySteps(["block", "/report/download /report/pdf/some_form/3,4", [3, 4], "unblock", "closed"]);
    expect(".o_content iframe").toHaveCount(0);
});

test("the dialog that printed is closed", async () => {
    patchDownload();
    await mountWithCleanup(WebClient);
    await getService("action").doAction(5);
    await waitFor(".o_technical_modal .o_form_view");
    await getService("action").doAction(9);
    expect.verifySteps(["/report/download /report/pdf/closing", "no ids"]);
    await animationFrame();
    expect(".o_technical_modal").toHaveCount(0);
});

test("the page is free again after a failure", async () => {
    patchDownload(() => Promise.reject(makeServerError({ message: "No library" })));
    await mountWithCleanup(WebClient);
    getService("ui").bus.addEventListener("UNBLOCK", () => expect.step("unblock"));
    await expect(getService("action").doAction(7)).rejects.toThrow("No library");
    expect.verifySteps(["/report/download /report/pdf/some_form", "no ids", "unblock"]);
});

test("stock reports ask for wkhtmltopdf as ever", async () => {
    patchDownload();
    await mountWithCleanup(WebClient);
    await getService("action").doAction(8);
    expect.verifySteps(["check"]);
    expect(".o_content iframe").toHaveCount(1);
});
