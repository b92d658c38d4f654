import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred, mockDate, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    defineActions,
    defineModels,
    editFavoriteName,
    fields,
    getFacetTexts,
    getService,
    makeServerError,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    removeFacet,
    saveFavorite,
    serverState,
    switchView,
    toggleMenuItem,
    toggleSaveFavorite,
    toggleSearchBarMenu,
} from "@web/../tests/web_test_helpers";
import { router, startRouter } from "@web/core/browser/router";
import { redirect } from "@web/core/utils/urls";
import { WebClient } from "@web/webclient/webclient";

import { readLink, writeLink } from "@crm_funnel/pyramid_view/pyramid_link_service";
import { PyramidController } from "@crm_funnel/pyramid_view/pyramid_controller";

import { getPyramid } from "./pyramid_test_helpers";

const ARCH = `<pyramid basis="created" period="this_month" measure="count"/>`;
const SEARCH = /* xml */ `
    <search>
        <filter name="mine" string="Mine" domain="[('user_id', '=', uid)]"/>
        <filter name="sites" string="Sites" domain="[('name', 'ilike', 'site')]"/>
    </search>`;
const JANUARY = { process_id: false, basis: "created", date_from: "2026-01-01", date_to: "2026-01-20" };

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    user_id = fields.Many2one({ relation: "res.users" });

    _records = [{ id: 1, name: "Site", user_id: serverState.userId }];
    _views = {
        pyramid: ARCH,
        list: `<list><field name="name"/></list>`,
        form: `<form><field name="name"/></form>`,
        search: SEARCH,
    };
}

defineMailModels();
defineModels([Lead]);
defineActions([
    {
        id: 1,
        name: "Sales Pyramid",
        path: "sales-pyramid",
        res_model: "crm.lead",
        views: [
            [false, "pyramid"],
            [false, "list"],
            [false, "search"],
        ],
    },
    {
        id: 2,
        name: "My Pyramid",
        path: "my-pyramid",
        res_model: "crm.lead",
        context: { search_default_mine: 1 },
        views: [
            [false, "pyramid"],
            [false, "search"],
        ],
    },
]);

describe.current.tags("desktop");

let asked;
beforeEach(() => {
    mockDate("2026-01-20 12:00:00");
    asked = [];
    onRpc("crm.lead", "get_pyramid", ({ args: [domain, options] }) => {
        asked.push({ domain, options });
        return getPyramid({ basis: options.basis });
    });
    onRpc("res.users", "has_group", () => true);
});

const last = () => asked.at(-1);
const mountPyramid = (params = {}) =>
    mountView({ type: "pyramid", resModel: "crm.lead", arch: ARCH, searchViewArch: SEARCH, ...params });
const choosePeriod = async (preset) => {
    await contains(".o_period_button").click();
    await contains(`.o_period_menu [data-preset=${preset}]`).click();
};

async function openPyramid(query = "", path = "sales-pyramid") {
    redirect(`/odoo/${path}${query}`);
    startRouter();
    await mountWithCleanup(WebClient);
    await animationFrame();
    await animationFrame();
}

async function getLink() {
    await runAllTimers();
    return readLink(router.current.pyramid);
}

describe("toolbar", () => {
    test("begins with what the view says", async () => {
        await mountPyramid({ domain: [["name", "!=", "x"]] });
        expect(asked).toEqual([{ domain: [["name", "!=", "x"]], options: JANUARY }]);
        expect(".o_pyramid_bases .active").toHaveText(/^Deals created in it/);
        expect(".o_pyramid_measures .active").toHaveText("Number");
        expect(".o_pyramid_process").toHaveCount(0, { message: "there is one process only" });
        expect(queryAllTexts(".o_pyramid_bases small")).toHaveLength(2);
    });

    test("every choice asks the server for the right thing", async () => {
        await mountPyramid();
        await choosePeriod("last_year");
        expect(last().options).toEqual({ ...JANUARY, date_from: "2025-01-01", date_to: "2025-12-31" });
        await contains("[data-basis=results]").click();
        expect(last().options.basis).toBe("results");
        expect(last().options.date_from).toBe("2025-01-01", { message: "the period stays" });
        await choosePeriod("all");
        expect(last().options).toEqual({ ...JANUARY, basis: "results", date_from: false, date_to: false });
    });

    test("number or amount", async () => {
        await mountPyramid();
        await contains("[data-measure=amount]").click();
        expect("tbody .o_pyramid_passed:last").toHaveText(/100,000/);
    });

    test("one of several processes", async () => {
        const processes = [
            { id: 1, name: "Sale" },
            { id: 5, name: "Partners" },
        ];
        onRpc("crm.lead", "get_pyramid", () => getPyramid({ processes }));
        await mountPyramid();
        await contains(".o_pyramid_process").select("5");
        onRpc("crm.lead", "get_pyramid", ({ args: [, options] }) => expect.step(`process ${options.process_id}`));
        await contains("[data-basis=results]").click();
        expect.verifySteps(["process 5"]);
    });

    test("what the server refuses is not taken over", async () => {
        expect.errors(1);
        await mountPyramid();
        onRpc("crm.lead", "get_pyramid", () => {
            throw makeServerError({ message: "The period ends before it begins." });
        });
        await contains("[data-basis=results]").click();
        await animationFrame();
        expect(".o_error_dialog").toHaveCount(1);
        expect(".o_pyramid_bases .active").toHaveText(/^Deals created in it/, { message: "the former picture stays" });
        expect("tbody .o_pyramid_row").toHaveCount(4);
        expect.verifyErrors(["The period ends before it begins."]);
    });

    test("only the last of several answers is shown", async () => {
        await mountPyramid();
        const answers = [];
        onRpc("crm.lead", "get_pyramid", () => new Promise((resolve) => answers.push(resolve)));
        click("[data-basis=results]");
        await animationFrame();
        click("[data-basis=created]");
        await animationFrame();
        answers[1](getPyramid({ worst: false, rows: getPyramid().rows.slice(0, 2) }));
        await animationFrame();
        answers[0](getPyramid());
        await animationFrame();
        expect("tbody .o_pyramid_row").toHaveCount(2);
        expect(".o_pyramid_bases .active").toHaveText(/^Deals created in it/);
    });

    test("choices made while the server still works are all taken", async () => {
        await mountPyramid();
        const answers = [];
        onRpc("crm.lead", "get_pyramid", () => {
            const answer = new Deferred();
            answers.push(answer);
            return answer;
        });
        await toggleSearchBarMenu();
        await toggleMenuItem("Sites");
        await contains("[data-basis=results]").click();
        await contains("[data-measure=amount]").click();
        expect(answers).toHaveLength(3);
        for (const answer of answers) {
            answer.resolve(getPyramid({ basis: "results" }));
        }
        await animationFrame();
        await animationFrame();
        expect("[data-basis=results]").toHaveClass("active");
        expect("[data-measure=amount]").toHaveClass("active");
        expect(getFacetTexts()).toEqual(["Sites"]);
    });

    test("downloads say what is on the screen", async () => {
        const files = [];
        patchWithCleanup(PyramidController.prototype, {
            fetchFile: (url, what) => files.push([url, what]),
        });
        await mountPyramid({ domain: [["name", "!=", "x"]] });
        await contains("[data-measure=amount]").click();
        await contains(".o_pyramid_download").click();
        expect(queryAllTexts(".o-dropdown--menu .dropdown-item")).toEqual(["PNG", "SVG", "PDF", "Print"]);
        await contains(".o-dropdown--menu .dropdown-item:contains(SVG)").click();
        const what = { kind: "pyramid", domain: [["name", "!=", "x"]], options: JANUARY, measure: "amount" };
        expect(files).toEqual([["/crm_funnel/chart/svg", what]]);
    });
});

describe("empty", () => {
    const mountEmpty = (values) => {
        onRpc("crm.lead", "get_pyramid", ({ args: [, { basis }] }) =>
            getPyramid({ basis, worst: false, rows: [], ...values }),
        );
        return mountPyramid();
    };

    test("without a process", async () => {
        await mountEmpty({ processes: [] });
        expect(".o_nocontent_help").toHaveText(/Start a business process first/);
        expect(".o_pyramid_chart, .o_pyramid_download").toHaveCount(0);
    });

    test("without deals", async () => {
        await mountEmpty();
        expect(".o_nocontent_help").toHaveText(/No deals were created in this period/);
        await contains("[data-basis=results]").click();
        expect(".o_nocontent_help").toHaveText(/No results were recorded in this period/);
    });
});

describe("search", () => {
    test("filters of the search bar", async () => {
        await mountPyramid();
        await toggleSearchBarMenu();
        await toggleMenuItem("Sites");
        expect(last()).toEqual({ domain: [["name", "ilike", "site"]], options: JANUARY });
        await removeFacet("Sites");
        expect(last().domain).toEqual([]);
        expect(".o_group_by_menu").toHaveCount(0, { message: "there is nothing to group" });
    });

    test("a favourite keeps the toolbar", async () => {
        onRpc("create_filter", ({ args: [irFilter] }) => {
            expect.step(irFilter.context);
            return [7];
        });
        await mountPyramid();
        await choosePeriod("last_year");
        await contains("[data-basis=results]").click();
        await contains("[data-measure=amount]").click();
        await toggleSearchBarMenu();
        await toggleSaveFavorite();
        await editFavoriteName("Year by results");
        await saveFavorite();
        expect.verifySteps([
            {
                group_by: [],
                pyramid_basis: "results",
                pyramid_measure: "amount",
                pyramid_period: { preset: "last_year" },
                pyramid_process: false,
            },
        ]);
    });

    test("and brings it back", async () => {
        const irFilters = [
            {
                id: 7,
                name: "Year by results",
                user_ids: [],
                sort: "[]",
                domain: "[('name', 'ilike', 'site')]",
                context: `{'pyramid_basis': 'results', 'pyramid_measure': 'amount', 'pyramid_period': {'preset': 'last_year'}}`,
            },
        ];
        await mountPyramid({ irFilters });
        expect(last().options).toEqual(JANUARY);
        await toggleSearchBarMenu();
        await toggleMenuItem("Year by results");
        expect(last()).toEqual({
            domain: [["name", "ilike", "site"]],
            options: { ...JANUARY, basis: "results", date_from: "2025-01-01", date_to: "2025-12-31" },
        });
        expect(".o_pyramid_measures .active").toHaveText("Amount");
        await contains("[data-basis=created]").click();
        await toggleSearchBarMenu();
        await toggleMenuItem("Sites");
        expect(last().options.basis).toBe("created", { message: "another filter does not bring back the favourite" });
    });

    test("a default favourite, and one with nonsense", async () => {
        const context = `{'pyramid_basis': 'nonsense', 'pyramid_measure': 'amount', 'pyramid_period': 'x', 'pyramid_process': 'y'}`;
        const favorite = { id: 7, name: "Mine", user_ids: [2], is_default: true, sort: "[]", domain: "[]", context };
        await mountPyramid({ irFilters: [favorite] });
        expect(last().options).toEqual(JANUARY);
        expect(".o_pyramid_measures .active").toHaveText("Amount");
    });
});

describe("address", () => {
    test("follows the picture", async () => {
        await openPyramid();
        expect((await getLink()).settings).toEqual({
            basis: "created",
            measure: "count",
            period: { preset: "this_month", from: false, to: false },
            processId: false,
        });
        await contains("[data-basis=results]").click();
        await toggleSearchBarMenu();
        await toggleMenuItem("Mine");
        const { settings, filters } = await getLink();
        expect(settings.basis).toBe("results");
        expect(filters).toEqual([["Mine", [["user_id", "=", serverState.userId]]]], {
            message: "mine are mine for a colleague, too",
        });
    });

    test("opens the same pyramid", async () => {
        const settings = {
            basis: "results",
            measure: "amount",
            period: { preset: "custom", from: "2025-05-01", to: "2025-05-31" },
            processId: 1,
        };
        const link = writeLink(settings, [["Big ones", [["name", "ilike", "big"]]]], {});
        await openPyramid(`?pyramid=${encodeURIComponent(link)}`);
        expect(asked).toHaveLength(1);
        expect(last()).toEqual({
            domain: [["name", "ilike", "big"]],
            options: { process_id: 1, basis: "results", date_from: "2025-05-01", date_to: "2025-05-31" },
        });
        expect(getFacetTexts()).toEqual(["Big ones"]);
        expect(".o_pyramid_measures .active").toHaveText("Amount");
        expect(await getLink()).toEqual({ settings, filters: [["Big ones", [["name", "ilike", "big"]]]], choices: {} });
    });

    test("replaces the default filters", async () => {
        await openPyramid(
            `?pyramid=${encodeURIComponent(`{"f":[["Big ones",[["name","ilike","big"]]]]}`)}`,
            "my-pyramid",
        );
        expect(getFacetTexts()).toEqual(["Big ones"]);
        await removeFacet("Big ones");
        expect(last().domain).toEqual([]);
        await getService("action").doAction(2, { clearBreadcrumbs: true });
        await animationFrame();
        expect(getFacetTexts()).toEqual(["Mine"]);
    });

    test("rubbish opens the plain pyramid", async () => {
        for (const text of [
            "rubbish",
            "5",
            "null",
            "[]",
            `{"p":5,"b":["x"],"m":{},"w":"x","f":[1,["a"],["a",["b"]],[2,[]]],"s":7}`,
            `{"f":{},"p":{"preset":"custom","from":"x"}}`,
        ]) {
            const link = readLink(text);
            expect(link && [link.settings, link.filters, link.choices]).toEqual(text.startsWith("{") && [{}, [], {}]);
        }
        await openPyramid("?pyramid=%7Brubbish");
        expect(last()).toEqual({ domain: [], options: JANUARY });
    });

    test("what the server cannot read opens the plain pyramid, with a word", async () => {
        onRpc("crm.lead", "get_pyramid", ({ args: [domain] }) => {
            if (domain.length) {
                throw makeServerError({ message: "Invalid field" });
            }
        });
        await openPyramid(`?pyramid=${encodeURIComponent(`{"f":[["Old",[["no_such","=",1]]]]}`)}`);
        expect("tbody .o_pyramid_row").toHaveCount(4);
        expect(getFacetTexts()).toEqual([]);
        expect(".o_notification").toHaveText(/The link cannot be shown/);
    });

    test("the menu opens the plain pyramid again", async () => {
        await openPyramid(`?pyramid=${encodeURIComponent(`{"b":"results"}`)}`);
        expect(last().options.basis).toBe("results");
        await getService("action").doAction(1, { clearBreadcrumbs: true });
        await animationFrame();
        expect(last().options.basis).toBe("created");
    });
});

describe("to the deals and back", () => {
    test("a row opens its list, the breadcrumb the same pyramid", async () => {
        onRpc("crm.lead", "get_pyramid_action", ({ args }) => {
            expect.step(args);
            return {
                type: "ir.actions.act_window",
                name: "Called: now",
                res_model: "crm.lead",
                views: [[false, "list"]],
            };
        });
        await openPyramid();
        await contains("[data-basis=results]").click();
        await contains("[data-measure=amount]").click();
        await toggleSearchBarMenu();
        await toggleMenuItem("Sites");
        await contains(`.o_pyramid_row[data-number="1"] .o_pyramid_name`).click();
        expect.verifySteps([[[["name", "ilike", "site"]], { ...JANUARY, basis: "results" }, 1, true]]);
        expect(".o_list_view").toHaveCount(1);
        await contains(".o_breadcrumb a, .breadcrumb-item a").click();
        expect(last()).toEqual({ domain: [["name", "ilike", "site"]], options: { ...JANUARY, basis: "results" } });
        expect(".o_pyramid_measures .active").toHaveText("Amount");
        expect(getFacetTexts()).toEqual(["Sites"]);
    });

    test("another view keeps the filters", async () => {
        onRpc("crm.lead", "web_search_read", ({ kwargs }) => expect.step(kwargs.domain));
        await openPyramid();
        await contains("[data-basis=results]").click();
        await toggleSearchBarMenu();
        await toggleMenuItem("Sites");
        await switchView("list");
        expect.verifySteps([[["name", "ilike", "site"]]]);
        await switchView("pyramid");
        expect(last()).toEqual({ domain: [["name", "ilike", "site"]], options: { ...JANUARY, basis: "results" } });
    });

    test("the passed number opens all that passed", async () => {
        onRpc(
            "crm.lead",
            "get_pyramid_action",
            ({ args }) => expect.step(args.slice(2)) || { type: "ir.actions.act_window_close" },
        );
        mockService("action", { doAction: () => expect.step("open") });
        await mountPyramid();
        await contains(`.o_pyramid_row[data-number="2"] .o_pyramid_passed`).click();
        expect.verifySteps([[2, false], "open"]);
    });
});
