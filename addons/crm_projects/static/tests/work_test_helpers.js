import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect } from "@odoo/hoot";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { contains, defineModels, fields, mockService, models, onRpc } from "@web/../tests/web_test_helpers";

export const LATE = {
    id: 7,
    name: "Promotion of Dnipro",
    service: "Website promotion",
    status: "late",
    status_label: "Late",
    progress: 40,
    deadline: "2019-03-07 12:00:00",
    days_late: 4,
    executors: ["Executor", "Delivery"],
};
export const DONE = { ...LATE, id: 8, name: "Web design", service: "Web design", status: "done", status_label: "Done" };
export const PROJECT = {
    id: 5,
    name: "Delivery to Dnipro",
    active: true,
    manager: "Delivery",
    status: "late",
    status_label: "Late",
    progress: 70,
    deadline: "2019-03-07 12:00:00",
    works: [DONE, LATE],
};
export const PANEL = {
    projects: [PROJECT],
    works: [],
    project_count: 1,
    work_count: 2,
    may_add: true,
    may_report: true,
    refusal: "",
};

export class Service extends models.Model {
    _name = "test.service";

    name = fields.Char();

    _records = [
        { id: 1, name: "Website promotion" },
        { id: 2, name: "Web design" },
    ];
}

export class Client extends models.Model {
    _name = "test.client";

    name = fields.Char();
    client_service_ids = fields.Many2many({ relation: "test.service" });

    _records = [
        { id: 1, name: "Dnipro LLC", client_service_ids: [1] },
        { id: 2, name: "Karpaty LLC", client_service_ids: [] },
    ];
}

export class CrmLead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    partner_id = fields.Many2one({ relation: "test.client" });

    _records = [
        { id: 1, name: "Site", partner_id: 1 },
        { id: 2, name: "Nobody's", partner_id: false },
    ];
}

export class Report extends models.Model {
    _name = "test.report";

    line_ids = fields.One2many({ relation: "test.line", relation_field: "report_id" });

    _records = [{ id: 1, line_ids: [1, 2, 3] }];
}

export class Line extends models.Model {
    _name = "test.line";

    report_id = fields.Many2one({ relation: "test.report" });
    name = fields.Char();
    is_under_way = fields.Boolean();
    date_deadline = fields.Date();
    is_editable = fields.Boolean();
    status = fields.Selection({
        selection: [
            ["late", "Late"],
            ["planned", "Planned"],
        ],
    });

    _records = [
        { id: 1, name: "Website promotion", status: "late", is_editable: false, date_deadline: "2019-03-07" },
        { id: 2, name: "Web design", is_editable: true },
        { id: 3, name: "Advertising", is_editable: true },
    ];
}

export function defineWorkModels() {
    defineMailModels();
    defineModels([Service, Client, CrmLead, Report, Line]);
}

/** Steps of the methods that are called and of the actions that are done; each method returns its own name. */
export function stepActions(panel = PANEL) {
    onRpc("get_client_projects", ({ args }) => {
        expect.step(`load ${args[0]}`);
        return panel;
    });
    for (const method of [
        "action_add_project",
        "action_work_report",
        "action_view_works",
        "action_view_client_projects",
    ]) {
        onRpc(method, ({ args }) => `${method} ${args[0]}`);
    }
    onRpc("action_open", ({ model, args }) => `${model} ${args[0]}`);
    mockService("action", { doAction: (action) => expect.step(action) });
}

/** Tick or un-tick a service of the card; Odoo waits a moment for more ticks. */
export async function tick(index) {
    await contains(`.o_field_widget[name=client_service_ids] input:eq(${index})`).click();
    await runAllTimers();
    await animationFrame();
}
