import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { contains, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { defineWorkModels, DONE, LATE, PANEL, PROJECT, stepActions, tick } from "./work_test_helpers";

describe.current.tags("desktop");
defineWorkModels();

const CLIENT_ARCH = /* xml */ `
    <form>
        <sheet>
            <field name="name"/>
            <field name="client_service_ids" widget="many2many_checkboxes"/>
            <notebook>
                <page string="First" name="first"><field name="name"/></page>
                <page string="Projects" name="projects"><widget name="client_projects"/></page>
            </notebook>
        </sheet>
    </form>`;
const DEAL_ARCH = /* xml */ `
    <form><field name="name"/><field name="partner_id"/><widget name="client_projects"/></form>`;

async function mountClient(resId = 1, params = {}) {
    mockDate("2019-03-11 12:00:00");
    await mountView({ type: "form", resModel: "test.client", resId, arch: CLIENT_ARCH, ...params });
}

async function mountTab(panel = PANEL, resId = 1) {
    stepActions(panel);
    await mountClient(resId);
    await contains('.nav-link[name="projects"]').click();
    expect.verifySteps([`load ${resId}`]);
}

async function mountDeal(panel, resId = 1) {
    stepActions(panel);
    await mountView({ type: "form", resModel: "crm.lead", resId, arch: DEAL_ARCH });
    expect.verifySteps([`load ${resId}`]);
}

describe("what is shown", () => {
    test("a card whose tab stays closed asks nothing", async () => {
        stepActions();
        await mountClient();
        expect.verifySteps([]);
        await contains('.nav-link[name="projects"]').click();
        expect.verifySteps(["load 1"]);
    });

    test("typing asks nothing again", async () => {
        await mountTab();
        await contains(".o_field_widget[name=name] input").edit("Dnipro");
        await tick(1);
        await animationFrame();
        expect.verifySteps([]);
    });

    test("another record shows its own projects", async () => {
        stepActions();
        await mountClient(1, { resIds: [1, 2] });
        await contains('.nav-link[name="projects"]').click();
        await contains(".o_pager_next").click();
        expect.verifySteps(["load 1", "load 2"]);
    });

    test("a project: state by colour and word, manager, progress, next deadline", async () => {
        await mountTab();
        expect(".o_client_project header .o_work_status").toHaveText("Late");
        expect(".o_client_project header .o_work_status").toHaveClass("text-bg-danger");
        expect(".o_client_project_manager").toHaveText("Delivery");
        expect(".o_client_project header .progress-bar").toHaveStyle({ width: "70%" }, { inline: true });
        expect(".o_client_project header").toHaveText(/Next deadline:\s*03\/07\/2019/);
    });

    test("its works: what is closed comes last, only what is late says so", async () => {
        await mountTab();
        expect(queryAllTexts(".o_client_work_name button")).toEqual(["Promotion of Dnipro", "Web design"]);
        expect(queryAllTexts(".o_client_work_deadline .text-danger")).toEqual(["4 days late"]);
        expect(queryAllTexts(".o_client_work_name div")).toEqual(["Website promotion"], {
            message: "a service that the name says already is not said twice",
        });
        expect(".o_client_work_executors:first").toHaveText("Executor, Delivery");
    });

    test("one day, and less than one", async () => {
        const works = [0, 1].map((days) => ({ ...LATE, id: days + 1, days_late: days }));
        await mountTab({ ...PANEL, projects: [{ ...PROJECT, works }] });
        expect(queryAllTexts(".o_client_work_deadline .text-danger")).toEqual(["less than a day late", "1 day late"]);
    });

    test("names are text, not markup", async () => {
        await mountTab({ ...PANEL, projects: [{ ...PROJECT, name: "<b>Bold</b>", works: [] }] });
        expect(".o_client_project_name").toHaveText("<b>Bold</b>");
        expect(".o_client_project p").toHaveText("No works in this project yet.");
    });

    test("works of no shown project stand under their own heading", async () => {
        await mountTab({ ...PANEL, works: [{ ...DONE, id: 9, name: "Old one" }] });
        expect(".o_client_project:last header").toHaveText("Other works");
        expect(".o_client_project:last .o_client_work_name button").toHaveText("Old one");
    });

    test("more projects than are shown are one press away", async () => {
        await mountTab({ ...PANEL, project_count: 25 });
        expect(".o_client_projects_all").toHaveText("All projects: 25");
        await contains(".o_client_projects_all").click();
        expect.verifySteps(["action_view_client_projects 1"]);
    });

    test("nothing yet: what to do first", async () => {
        await mountTab({ ...PANEL, projects: [], project_count: 0, work_count: 0 });
        expect(".o_client_projects_empty").toHaveText(/Nothing is being delivered yet\s+Add a project/);
        expect(".o_client_projects_add").toHaveClass("btn-primary");
        expect(".o_client_projects_status, .o_client_projects_all").toHaveCount(0);
    });

    test("who may add nothing is not asked to", async () => {
        await mountTab({ ...PANEL, projects: [], may_add: false });
        expect(".o_client_projects_add").toHaveCount(0);
        expect(".o_client_projects_empty").toHaveText("Nothing is being delivered yet");
    });

    test("a card that is not saved asks nothing and says so", async () => {
        stepActions();
        await mountClient(false);
        await contains('.nav-link[name="projects"]').click();
        expect(".o_client_projects_empty").toHaveText("Save the card: its projects stand here then.");
        expect(".o_client_projects button").toHaveCount(0);
        expect.verifySteps([]);
    });
});

describe("the work report", () => {
    test("without a ticked service it says why, and the tick is enough", async () => {
        await mountTab(PANEL, 2);
        expect(".o_client_projects_report").not.toBeEnabled();
        expect(".o_client_projects_refusal").toHaveText(/^Tick the services/);
        await tick(0);
        expect(".o_client_projects_report").toBeEnabled();
        expect(".o_client_projects_refusal").toHaveCount(0);
    });

    test("what was ticked is saved first", async () => {
        await mountTab(PANEL, 2);
        onRpc("web_save", () => expect.step("save"));
        await tick(0);
        await contains(".o_client_projects_report").click();
        await animationFrame();
        expect.verifySteps(["save", "action_work_report 2"]);
    });

    test("of a deal: what the server says", async () => {
        await mountDeal({ ...PANEL, may_report: false, refusal: "By whom?" });
        expect(".o_client_projects_report").not.toBeEnabled();
        expect(".o_client_projects_refusal").toHaveText("By whom?");
    });

    test("of a deal without client: choose one first", async () => {
        await mountDeal({ ...PANEL, projects: [], may_add: false, may_report: false }, 2);
        expect(".o_client_projects_report").not.toBeEnabled();
        expect(".o_client_projects_empty").toHaveText(/Choose the client of the deal/);
    });
});

describe("what happens", () => {
    test("every name opens what it names", async () => {
        await mountTab();
        await contains(".o_client_project_name").click();
        await contains(".o_client_work_name button:first").click();
        expect.verifySteps(["crm.client.project 5", "crm.work 7"]);
    });

    test("adding and the status of works", async () => {
        await mountTab();
        await contains(".o_client_projects_add").click();
        await contains(".o_client_projects_status").click();
        expect.verifySteps(["action_add_project 1", "action_view_works 1"]);
    });
});
