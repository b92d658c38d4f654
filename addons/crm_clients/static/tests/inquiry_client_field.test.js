import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, defineModels, fields, mockService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

const KNOWN = {
    state: "known",
    partner: { id: 7, display_name: "Dnipro LLC, Petro" },
    client: "Dnipro LLC",
    client_id: 5,
    person: "Petro",
    profession: "Director",
    level: "Regular",
    manager: "Olena",
    last_contact: "11/20/2026",
    deal_count: 4,
    deals: [{ id: 3, name: "Site", stage: "New", amount: "$ 100.00" }],
};
const STRANGER = { ...KNOWN, client: "Desna <b>LLC</b>", client_id: 6, person: false, profession: false, deals: [] };

class Client extends models.Model {
    _name = "test.client";

    name = fields.Char();

    _records = [{ id: 7, name: "Petro" }];
}

class CrmLead extends models.Model {
    _name = "crm.lead";

    phone = fields.Char();
    email_from = fields.Char();
    partner_id = fields.Many2one({ relation: "test.client" });
    is_new_client = fields.Boolean();
    is_deal_made = fields.Boolean();
    won_status = fields.Char();
    inquiry_match = fields.Json();

    _records = [{ id: 1, phone: "044", won_status: "pending", inquiry_match: [KNOWN] }];
}

describe.current.tags("desktop");
defineMailModels();
defineModels([Client, CrmLead]);

const ARCH = /* xml */ `
    <form class="o_inquiry_form">
        <field name="phone"/>
        <field name="email_from"/>
        <field name="partner_id" invisible="1"/>
        <field name="is_new_client" invisible="1"/>
        <field name="is_deal_made" invisible="1"/>
        <field name="won_status" invisible="1"/>
        <field name="inquiry_match" widget="inquiry_client"/>
    </form>`;

async function mountInquiry(values = {}) {
    Object.assign(CrmLead._records[0], values);
    await mountView({ type: "form", resModel: "crm.lead", resId: 1, arch: ARCH });
}

test("a known client is described", async () => {
    await mountInquiry();
    const [text] = queryAllTexts(".o_inquiry_known");
    for (const part of ["Dnipro LLC", "Petro", "Director", "Regular", "Olena", "11/20/2026", "4", "Site", "100.00"]) {
        expect(text).toInclude(part);
    }
    expect(".o_inquiry_foreign").toHaveCount(0);
});

test("names are text", async () => {
    await mountInquiry({ inquiry_match: [STRANGER] });
    expect(queryAllTexts(".o_inquiry_known")[0]).toInclude("Desna <b>LLC</b>");
    expect(".o_inquiry_known b").toHaveCount(0);
});

test("nothing known, nothing linked", async () => {
    await mountInquiry({ inquiry_match: false });
    expect(".o_inquiry_client .alert").toHaveCount(0);
    expect(".o_inquiry_new").toHaveCount(0);
    expect(".o_inquiry_keys").toHaveCount(1);
});

test("one key links the client and gives the focus back", async () => {
    onRpc("crm.lead", "web_save", ({ args }) => expect.step(args[1].partner_id));
    await mountInquiry();
    await contains(".o_field_widget[name=email_from] input").focus();
    await press(["alt", "k"]);
    await animationFrame();
    await animationFrame();
    expect(".o_field_widget[name=email_from] input").toBeFocused();
    await contains(".o_form_button_save").click();
    expect.verifySteps([7]);
});

test("with two clients the key is the first's", async () => {
    await mountInquiry({ inquiry_match: [KNOWN, STRANGER] });
    expect(".o_inquiry_link").toHaveCount(2);
    expect(".o_inquiry_link[data-hotkey]").toHaveCount(1);
    expect(".o_inquiry_known:first .o_inquiry_link[data-hotkey=k]").toHaveCount(1);
});

test("somebody else", async () => {
    onRpc("crm.lead", "web_save", ({ args }) => expect.step(args[1]));
    await mountInquiry();
    await contains(".o_inquiry_new").click();
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ is_new_client: true }]);
});

test("taking a link back keeps what the caller gave", async () => {
    onRpc("crm.lead", "web_save", ({ args }) => expect.step([args[1].partner_id, args[1].is_new_client]));
    await mountInquiry({ partner_id: 7, inquiry_match: [{ ...KNOWN, state: "linked" }] });
    expect(".o_inquiry_new").toHaveCount(0);
    await contains(".o_inquiry_unlink").click();
    expect(".o_field_widget[name=phone] input").toHaveValue("044");
    await contains(".o_form_button_save").click();
    expect.verifySteps([[false, true]]);
});

test("a foreign client shows its manager and is passed on", async () => {
    onRpc("crm.lead", "action_pass_on", ({ args }) => {
        expect.step(`pass on ${args[0]}`);
        return { type: "ir.actions.act_window_close" };
    });
    mockService("action", {
        doAction(action) {
            expect.step(action.type);
        },
    });
    await mountInquiry({ inquiry_match: [{ state: "foreign", manager: "Taras" }] });
    expect(queryAllTexts(".o_inquiry_foreign span")[0]).toInclude("Taras");
    await contains(".o_inquiry_pass_on").click();
    await animationFrame();
    expect.verifySteps(["pass on 1", "ir.actions.act_window_close"]);
});

test("a client nobody is responsible for", async () => {
    await mountInquiry({ inquiry_match: [{ state: "foreign", manager: false }] });
    expect(queryAllTexts(".o_inquiry_foreign")[0]).toInclude("nobody is responsible");
});

test("when the deal is made there is nothing to decide", async () => {
    await mountInquiry({ is_deal_made: true, inquiry_match: [{ ...KNOWN, state: "linked" }] });
    expect(".o_inquiry_unlink").toHaveCount(0);
    expect(queryAllTexts(".o_inquiry_keys")[0]).not.toInclude("make a deal");
});

test("client and deals open", async () => {
    mockService("action", {
        doAction({ res_model, res_id }) {
            expect.step(`${res_model} ${res_id}`);
        },
    });
    await mountInquiry();
    await contains(".o_inquiry_known button:contains(Dnipro)").click();
    await contains(".o_inquiry_known button:contains(Site)").click();
    expect.verifySteps(["res.partner 5", "crm.lead 3"]);
});
