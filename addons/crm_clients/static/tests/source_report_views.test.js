import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, defineModels, fields, mockService, models, mountView } from "@web/../tests/web_test_helpers";
import { restrictToMeasure } from "@crm_clients/source_report/source_report_views";

class Lead extends models.Model {
    _name = "test.lead";

    name = fields.Char();

    _records = [
        { id: 1, name: "First" },
        { id: 2, name: "Second" },
    ];
}

class SourceReport extends models.Model {
    _name = "crm.source.report";

    source = fields.Char({ groupable: true });
    lead_id = fields.Many2one({ relation: "test.lead" });
    cost_id = fields.Many2one({ relation: "test.lead" });
    inquiries = fields.Integer({ aggregator: "sum" });
    won = fields.Integer({ aggregator: "sum" });
    cost = fields.Float({ aggregator: "sum" });

    _records = [
        { id: 1, source: "Fair", lead_id: 1, inquiries: 1, won: 1, cost: 0 },
        { id: 2, source: "Fair", lead_id: 2, inquiries: 1, won: 0, cost: 0 },
        { id: 3, source: "Fair", cost_id: 1, inquiries: 0, won: 0, cost: 5 },
    ];
    _views = { search: "<search/>" };
}

describe.current.tags("desktop");
defineMailModels();
defineModels([Lead, SourceReport]);

test("a number of the pivot opens as many records as it says", async () => {
    mockService("action", {
        doAction({ domain, res_model }) {
            expect.step([res_model, ...domain.filter(Array.isArray).map((leaf) => leaf.join(" "))].join("; "));
        },
    });
    await mountView({
        type: "pivot",
        resModel: "crm.source.report",
        arch: /* xml */ `
            <pivot js_class="crm_source_pivot">
                <field name="source" type="row"/>
                <field name="inquiries" type="measure"/>
                <field name="won" type="measure"/>
                <field name="cost" type="measure"/>
            </pivot>`,
    });
    expect(queryAllTexts(".o_pivot_cell_value").slice(3)).toEqual(["2", "1", "5.00"]);
    for (const index of [3, 4, 5]) {
        await contains(`.o_pivot_cell_value:eq(${index})`).click();
    }
    expect.verifySteps([
        "crm.source.report; source = Fair; lead_id != false",
        "crm.source.report; source = Fair; won = 1",
        "crm.source.report; source = Fair; cost_id != false",
    ]);
});

test("other measures open all rows", () => {
    expect(restrictToMeasure([["source", "=", "Fair"]], "__count")).toEqual([["source", "=", "Fair"]]);
    expect(restrictToMeasure([], "cost")).toEqual([["cost_id", "!=", false]]);
    expect(restrictToMeasure([], "profit")).toEqual(["|", ["won", "=", 1], ["cost_id", "!=", false]]);
});
