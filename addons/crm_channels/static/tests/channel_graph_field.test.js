import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, press, queryAll, queryOne } from "@odoo/hoot-dom";
import { contains, defineModels, fields, mockService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

const GRAPH = {
    content: "sales",
    content_label: "Sales",
    access: true,
    type: "bar",
    keys: ["2026-10-01", "2026-11-01"],
    labels: ["Oct", "Nov"],
    titles: ["October 2026", "November 2026"],
    previous_titles: ["August 2026", "September 2026"],
    values: [1000, 2500.5],
    previous: [800, 1200],
    total: 3500.5,
    previous_total: 2000,
    current_label: "1 Oct – 22 Nov",
    previous_label: "1 Aug – 22 Sep",
    currency_id: 1,
    scale_max: 9000,
    target: null,
    empty: false,
    on_time_axis: true,
};

class CrmTeam extends models.Model {
    _name = "crm.team";

    name = fields.Char();
    dashboard_graph = fields.Json();

    _records = [{ id: 1, name: "Website", dashboard_graph: GRAPH }];
}

function setGraph(values) {
    CrmTeam._records[0].dashboard_graph = { ...GRAPH, ...values };
}

describe.current.tags("desktop");
defineMailModels();
defineModels([CrmTeam]);

const KANBAN = /* xml */ `
    <kanban can_open="0">
        <templates>
            <t t-name="card">
                <field name="name"/>
                <field name="dashboard_graph" widget="channel_graph"/>
            </t>
        </templates>
    </kanban>`;

const FORM = /* xml */ `
    <form>
        <field name="name"/>
        <field name="dashboard_graph" widget="channel_graph"/>
    </form>`;

const getChart = () => window.Chart.getChart(queryOne(".o_channel_graph canvas"));
const getDataset = (isPrevious) => getChart().data.datasets.find((dataset) => dataset.isPrevious === isPrevious);

function mountKanban() {
    return mountView({ type: "kanban", resModel: "crm.team", arch: KANBAN });
}

function mountForm(resId = 1) {
    return mountView({ type: "form", resModel: "crm.team", resId, arch: FORM });
}

/** Steps "<key> <previous>" when a bar is opened, and what the action opens. */
function watchOpening() {
    onRpc("crm.team", "action_open_dashboard_bar", ({ args }) => {
        const [ids, key, previous] = args;
        expect.step(`${ids} ${key} ${previous}`);
        return { type: "ir.actions.act_window", name: "Records" };
    });
    mockService("action", {
        doAction(action) {
            expect.step(action.name);
        },
    });
}

async function pressKeepsDefault(key) {
    const events = await press(key);
    return !events.find((ev) => ev.type === "keydown").defaultPrevented;
}

async function clickBar(isPrevious, index) {
    const chart = getChart();
    const datasetIndex = chart.data.datasets.indexOf(getDataset(isPrevious));
    const { x, y } = chart.getDatasetMeta(datasetIndex).data[index];
    await contains(".o_channel_graph canvas").click({ position: { x, y }, relative: true });
    await animationFrame();
}

test("says content, period, totals and the change between them", async () => {
    await mountKanban();
    expect(".o_channel_graph_content").toHaveText("Sales");
    expect(".o_channel_graph_period").toHaveText("1 Oct – 22 Nov");
    expect(queryOne(".o_channel_graph_total").textContent).toMatch(/3,501/);
    expect(queryOne(".o_channel_graph_total").title).toMatch(/3,500\.50/);
    expect(queryOne(".o_channel_graph_former").textContent).toMatch(/2k.*1 Aug – 22 Sep/);
    expect(queryOne(".o_channel_graph_change").textContent.trim()).toBe("+75\u00a0%");
    expect(".o_channel_graph_change .fa-arrow-up").toHaveCount(1);
    expect(".o_channel_graph_target").toHaveCount(0);
});

test("a fall has an arrow and a sign of its own, no former period has neither", async () => {
    setGraph({ total: 1000 });
    await mountKanban();
    expect(queryOne(".o_channel_graph_change").textContent.trim()).toBe("-50\u00a0%");
    expect(".o_channel_graph_change .fa-arrow-down").toHaveCount(1);
});

test("nothing to compare with", async () => {
    setGraph({ previous: [], previous_titles: [], previous_total: 0 });
    await mountKanban();
    expect(".o_channel_graph_change").toHaveCount(0);
    expect(".o_channel_graph_key_previous").toHaveCount(0);
    expect(getChart().data.datasets).toHaveLength(1);
});

test("bars: former period beside the current one, on the common scale", async () => {
    await mountKanban();
    const chart = getChart();
    expect(chart.config.type).toBe("bar");
    expect(getDataset(false).data).toEqual([1000, 2500.5]);
    expect(getDataset(true).data).toEqual([800, 1200]);
    expect(chart.scales.y.min).toBe(0);
    expect(chart.scales.y.max).toBe(10000);
    expect(chart.scales.y.ticks.map((tick) => tick.label)).toEqual(["0", "2.5k", "5k", "7.5k", "10k"]);
});

test("line, target and negative amounts", async () => {
    setGraph({ type: "line", values: [-1500, 500], target: 2000, scale_max: 1200 });
    await mountKanban();
    const chart = getChart();
    expect(chart.config.type).toBe("line");
    expect(chart.options.plugins.channelTargetLine.target).toBe(2000);
    expect(chart.scales.y.min).toBe(-2000);
    expect(chart.scales.y.max).toBe(2000);
    expect(queryOne(".o_channel_graph_target").textContent).toMatch(/Target.*2k/);
});

test("long names are cut to their room, and whole in the tooltip", async () => {
    const names = ["Oleksandra Nechyporenko-Bondarenko with a very long name", "Jan"];
    setGraph({ labels: names, titles: names, previous_titles: names, on_time_axis: false });
    await mountKanban();
    const chart = getChart();
    const [first, second] = chart.scales.x.ticks.map((tick) => tick.label);
    expect(first).toMatch(/^Oleksandra.*…$/);
    expect(second).toBe("Jan");
    queryOne(".o_channel_graph_cursor").focus();
    await animationFrame();
    expect(chart.tooltip.title).toEqual([names[0]]);
    expect(chart.tooltip.body[0].lines[0]).toMatch(/^1 Aug – 22 Sep: .*800\.00/);
    expect(chart.tooltip.body[1].lines[0]).toMatch(/^1 Oct – 22 Nov: .*1,000\.00/);
});

test("the picture is described in words", async () => {
    await mountKanban();
    expect("canvas").toHaveAttribute("role", "img");
    const description = queryOne("canvas").getAttribute("aria-label");
    expect(description).toMatch(/^Sales, 1 Oct – 22 Nov: .*3,500\.50.*\. Previous period, 1 Aug – 22 Sep: .*2,000\.00/);
});

test("a click on a bar opens its records", async () => {
    watchOpening();
    await mountKanban();
    await clickBar(false, 1);
    expect.verifySteps(["1 2026-11-01 false", "Records"]);
    await clickBar(true, 0);
    expect.verifySteps(["1 2026-10-01 true", "Records"]);
});

test("bars can be reached with the keyboard", async () => {
    watchOpening();
    await mountKanban();
    queryOne(".o_channel_graph_cursor").focus();
    await animationFrame();
    expect(queryOne("[aria-live]").textContent).toMatch(/^October 2026: .*1,000\.00/);
    await press("ArrowRight");
    await animationFrame();
    expect(queryOne("[aria-live]").textContent).toMatch(/^November 2026: .*2,500\.50/);
    // the kanban leaves the key to the button, of which a browser makes a click
    expect(await pressKeepsDefault("Enter")).toBe(true);
    queryOne(".o_channel_graph_cursor").click();
    await expect.waitForSteps(["1 2026-11-01 false", "Records"]);
    await press("ArrowDown");
    await press("Home");
    await animationFrame();
    expect(queryOne("[aria-live]").textContent).toMatch(/^August 2026: .*800\.00/);
    // the kanban leaves the key to the button, of which a browser makes a click
    expect(await pressKeepsDefault("Enter")).toBe(true);
    queryOne(".o_channel_graph_cursor").click();
    await expect.waitForSteps(["1 2026-10-01 true", "Records"]);
});

test("an empty period says what to do first, in the height of the graph", async () => {
    const empty = { values: [0, 0], previous: [0, 0], total: 0, previous_total: 0, empty: true };
    CrmTeam._records.push({ id: 2, name: "Shop", dashboard_graph: { ...GRAPH, ...empty } });
    await mountKanban();
    const [graph, message] = queryAll(".o_channel_graph");
    expect(message.offsetHeight).toBe(graph.offsetHeight);
    expect(".o_channel_graph_message:contains(No confirmed orders in this period)").toHaveCount(1);
});

test("no access: a lock, no figures", async () => {
    setGraph({ ...GRAPH, access: false, keys: [], labels: [], titles: [], values: [], previous: [], total: 0 });
    await mountKanban();
    expect(".o_channel_graph_message .fa-lock").toHaveCount(1);
    expect(".o_channel_graph_message").toHaveText("You have no access to these figures");
    expect("canvas").toHaveCount(0);
    expect(".o_channel_graph_total").toHaveCount(0);
    expect(".o_channel_graph_change").toHaveCount(0);
});

test("form preview: opens records until something is changed", async () => {
    watchOpening();
    await mountForm();
    await clickBar(false, 0);
    expect.verifySteps(["1 2026-10-01 false", "Records"]);
    await contains(".o_field_widget[name=name] input").edit("Shop");
    await animationFrame();
    expect(".o_channel_graph_cursor").toHaveCount(0);
    await clickBar(false, 0);
    expect.verifySteps([]);
});

test("form preview follows the settings as they change", async () => {
    CrmTeam._onChanges.name = (record) => {
        record.dashboard_graph = { ...GRAPH, type: "line", values: [5, 7], total: 12 };
    };
    await mountForm();
    expect(getChart().config.type).toBe("bar");
    await contains(".o_field_widget[name=name] input").edit("Shop");
    await animationFrame();
    expect(getChart().config.type).toBe("line");
    expect(getDataset(false).data).toEqual([5, 7]);
    // the former chart is gone with its listeners
    expect(Object.keys(window.Chart.instances)).toHaveLength(1);
});
