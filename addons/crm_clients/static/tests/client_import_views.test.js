import { startBusService } from "@bus/../tests/bus_test_helpers";
import { defineMailModels, startServer } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { runAllTimers, waitFor, waitForNone } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, defineModels, fields, models, mountView, onRpc, serverState } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class ClientImport extends models.Model {
    _name = "crm.client.import";

    name = fields.Char();
    created_count = fields.Integer();

    _records = [
        { id: 1, name: "first.xlsx", created_count: 10 },
        { id: 2, name: "second.xlsx", created_count: 20 },
    ];
}

defineMailModels();
defineModels([ClientImport]);

const FORM = /* xml */ `
    <form js_class="client_import_form"><field name="name"/><field name="created_count" readonly="1"/></form>`;
const LIST = /* xml */ `
    <list js_class="client_import_list"><field name="name"/><field name="created_count"/></list>`;

/** Open a view with the bus running; return the server. */
async function open(view) {
    const pyEnv = await startServer();
    await mountView({ resModel: "crm.client.import", ...view });
    await startBusService();
    return pyEnv;
}

/** What the server does in a committed step: it writes, and tells the user. */
function commitStep(pyEnv, id, createdCount) {
    pyEnv["crm.client.import"].write([id], { created_count: createdCount });
    pyEnv["bus.bus"]._sendone(serverState.partnerId, "crm_clients.import_progress", {
        id,
        state: "running",
        progress: 50,
    });
}

test("the form of an import moves by itself", async () => {
    const pyEnv = await open({ type: "form", resId: 1, arch: FORM });
    expect(".o_field_widget[name=created_count]").toHaveText("10");
    commitStep(pyEnv, 1, 500);
    await waitFor(".o_field_widget[name=created_count]:contains(500)");
});

test("another import does not reload the form", async () => {
    onRpc("crm.client.import", "web_read", ({ args }) => expect.step(args[0]));
    const pyEnv = await open({ type: "form", resId: 1, arch: FORM });
    expect.verifySteps([[1]]);
    commitStep(pyEnv, 2, 500);
    await runAllTimers();
    await animationFrame();
    expect.verifySteps([]);
});

test("what is being typed stays", async () => {
    const pyEnv = await open({ type: "form", resId: 1, arch: FORM });
    await contains(".o_field_widget[name=name] input").edit("my list");
    commitStep(pyEnv, 1, 500);
    await runAllTimers();
    await animationFrame();
    expect(".o_field_widget[name=name] input").toHaveValue("my list");
    expect(".o_field_widget[name=created_count]").toHaveText("10");
});

test("the list of imports moves by itself", async () => {
    const pyEnv = await open({ type: "list", arch: LIST });
    commitStep(pyEnv, 2, 500);
    await waitFor(".o_data_row:eq(1) .o_data_cell[name=created_count]:contains(500)");
    expect(".o_data_row:eq(0) .o_data_cell[name=created_count]").toHaveText("10");
});

test("the user is told on any page that an import is done", async () => {
    const pyEnv = await open({ type: "list", arch: LIST });
    pyEnv["bus.bus"]._sendone(serverState.partnerId, "crm_clients.import_finished", {
        id: 1,
        name: "first.xlsx",
        message: "Import finished: 10 created.",
    });
    await waitFor(".o_notification:contains(Import finished: 10 created.)");
    await contains(".o_notification button:contains(Open)").click();
    await waitForNone(".o_notification");
});
