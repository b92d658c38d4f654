import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllAttributes, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred, mockDate, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeMockEnv,
    makeServerError,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { router } from "@web/core/browser/router";
import { download } from "@web/core/network/download";
import { WebClient } from "@web/webclient/webclient";

import { getBars } from "@crm_funnel/funnel_report/day_chart";
import { formatDays, formatValue, getChange } from "@crm_funnel/funnel_report/report_format";
import { ReportPage } from "@crm_funnel/funnel_report/report_page";
import { fromLink, getDefaultQuery, toLink, toOptions } from "@crm_funnel/funnel_report/report_query";

import { getPyramid } from "./pyramid_test_helpers";

class CrmLead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();

    _records = [
        { id: 1, name: "Site" },
        { id: 2, name: "Shop" },
    ];
    _views = { "list,5": `<list><field name="name"/></list>` };
}

class CrmTeam extends models.Model {
    _name = "crm.team";
    _records = [{ id: 3, name: "Shop" }];
    name = fields.Char();
}

class CrmTag extends models.Model {
    _name = "crm.tag";
    name = fields.Char();
}

class UtmSource extends models.Model {
    _name = "utm.source";
    name = fields.Char();
}

defineMailModels();
defineModels([CrmLead, CrmTeam, CrmTag, UtmSource]);

const MINUS = "\u2212";
const NBSP = "\u00a0";
const ACTION = { type: "ir.actions.client", tag: "crm_funnel_report", id: 77, name: "Funnel Report" };
const indicator = (name, value, before, values = {}) => ({
    name,
    label: name,
    unit: "count",
    is_more_better: true,
    value,
    before,
    change: value === false || before === false ? false : value - before,
    change_percent: before ? (100 * (value - before)) / before : false,
    ...values,
});

function getReport(values = {}) {
    return {
        date_from: "2026-05-01",
        date_to: "2026-05-13",
        compare_from: "2026-04-01",
        compare_to: "2026-04-13",
        currency_id: 1,
        indicators: [
            indicator("worked", 12, 10, { is_more_better: null }),
            indicator("lost", 3, 2, { is_more_better: false }),
            indicator("average_deal", false, 50, { unit: "amount" }),
        ],
        users: [
            { id: 7, name: "Olena", values: { worked: 5, lost: 0 }, before: { worked: 4, lost: 2 } },
            { id: 8, name: "Taras", values: { worked: 7, lost: 3 }, before: { worked: 6, lost: 0 } },
            { id: false, name: "None", values: { worked: 0, lost: 0 }, before: { worked: 0, lost: 0 } },
        ],
        sources: [],
        pyramid: getPyramid(),
        deal_count: 2,
        ...values,
    };
}

const DEALS = {
    type: "ir.actions.act_window",
    name: "Clients in Work",
    res_model: "crm.lead",
    views: [
        [5, "list"],
        [false, "form"],
    ],
    domain: [],
    context: {},
};

/** What the server is asked, in its order. */
let asked;

beforeEach(() => {
    mockDate("2026-05-13 10:00:00");
    asked = [];
    const record =
        (result) =>
        ({ args, method }) => {
            asked.push([method, ...args]);
            return result;
        };
    onRpc("crm.funnel.report", "get_report", record(getReport()));
    onRpc("crm.funnel.report", "get_deals_action", record(DEALS));
    onRpc("crm.funnel.report", "get_pyramid_row_action", record(DEALS));
    onRpc("crm.funnel.report", "get_choices", () => ({ users: true }));
});

const getAsked = (name) => asked.filter(([method]) => method === name).map(([, ...args]) => args);

async function open(query = {}) {
    router.pushState(query, { replace: true, sync: true });
    await mountWithCleanup(WebClient);
    await getService("action").doAction(ACTION);
    // the address follows a moment later: the next test would begin with it
    await runAllTimers();
}

/** Catches what is opened after the page. */
function catchActions() {
    const opened = [];
    patchWithCleanup(ReportPage.prototype, {
        setup() {
            super.setup();
            this.actionService = { doAction: (action) => opened.push(action) };
        },
    });
    return opened;
}

describe("query", () => {
    test("the default needs no words in the address", () => {
        expect(Object.values(toLink(getDefaultQuery())).filter(Boolean)).toEqual([]);
        expect(fromLink({})).toEqual(getDefaultQuery());
    });

    test("what is asked survives the address", () => {
        const query = {
            period: { preset: "custom", from: "2026-01-10", to: false },
            compare: "custom",
            comparePeriod: { preset: "last_year", from: false, to: false },
            userIds: [5, 6],
            teamIds: [1],
            sourceIds: [],
            tagIds: [3],
            processId: 4,
            measure: "amount",
        };
        const link = toLink(query);
        expect(link).toEqual({
            period: "2026-01-10_",
            vs: "last_year",
            managers: "5-6",
            channels: "1",
            sources: undefined,
            tags: "3",
            process: "4",
            measure: "amount",
        });
        expect(fromLink(link)).toEqual(query);
        // the router makes numbers of what looks like them
        expect(fromLink({ ...link, channels: 1, tags: 3, process: 4 })).toEqual(query);
    });

    test("rubbish is the default", () => {
        const link = {
            period: "2026-05-10_2026-05-01",
            vs: "constructor",
            managers: "1-x",
            channels: "-1",
            tags: "0",
            process: "1.5",
            measure: "weight",
        };
        expect(fromLink(link)).toEqual(getDefaultQuery());
        expect(fromLink({ period: 12, vs: false, managers: "5--6" })).toEqual(getDefaultQuery());
    });

    test("options of the server have days", () => {
        const query = { ...getDefaultQuery(), userIds: [5], processId: 4 };
        expect(toOptions(query)).toEqual({
            date_from: "2026-04-14",
            date_to: "2026-05-13",
            compare: "previous",
            process_id: 4,
            user_ids: [5],
            team_ids: [],
            source_ids: [],
            tag_ids: [],
        });
        const compared = toOptions({ ...query, compare: "custom", comparePeriod: { preset: "last_month" } });
        expect(compared.compare_from).toBe("2026-04-01");
        expect(compared.compare_to).toBe("2026-04-30");
    });

    test("nothing is before all of the past", () => {
        const query = { ...getDefaultQuery(), period: { preset: "all" } };
        expect(toOptions(query).compare).toBe(false);
        expect(toOptions({ ...query, compare: "custom" }).compare).toBe("custom");
    });
});

describe("format", () => {
    beforeEach(() => makeMockEnv());

    test("a change has a sign, and a verdict in words", () => {
        expect(getChange(indicator("won", 12, 10))).toEqual({
            text: `+20${NBSP}%`,
            verdict: "better",
            icon: "fa-arrow-up",
            className: "text-success",
        });
        const worse = getChange(indicator("lost", 12, 10, { is_more_better: false }));
        expect([worse.text, worse.verdict]).toEqual([`+20${NBSP}%`, "worse"]);
        const fewer = getChange(indicator("lost", 5, 10, { is_more_better: false }));
        expect([fewer.text, fewer.verdict, fewer.icon]).toEqual([`${MINUS}50${NBSP}%`, "better", "fa-arrow-down"]);
        expect(getChange(indicator("worked", 12, 10, { is_more_better: null })).verdict).toBe("");
        expect(getChange(indicator("won", 10, 10)).text).toBe("no change");
    });

    test("shares change by points, and what was nothing by a number", () => {
        expect(getChange(indicator("win_rate", 7.5, 10, { unit: "percent" })).text).toBe(`${MINUS}2.5 points`);
        expect(getChange(indicator("cycle_days", 12, 10, { unit: "days" })).text).toBe("+2 days");
        expect(getChange(indicator("won", 3, 0)).text).toBe("+3");
        expect(getChange(indicator("won", false, 10))).toBe(false);
    });

    test("nothing to say is a dash", () => {
        expect(formatValue(false, "percent")).toBe("–");
        expect(formatValue(0, "count")).toBe("0");
        expect(formatValue(1234567, "count")).toBe("1,234,567");
        expect(formatValue(33.333, "percent")).toBe(`33.3${NBSP}%`);
        expect(formatValue(33.333, "days")).toBe("33.3");
    });

    test("days that are open on a side", () => {
        expect(formatDays("2026-05-01", "2026-05-13")).toBe("05/01/2026 – 05/13/2026");
        expect(formatDays("2026-05-01", "2026-05-01")).toBe("05/01/2026");
        expect(formatDays("2026-05-01", false)).toBe("since 05/01/2026");
        expect(formatDays(false, false)).toBe("All time");
    });

    test("long periods are drawn by week or month, empty ones included", () => {
        const days = (...dates) => dates.map((date) => ({ date, count: 2 }));
        const short = getBars(days("2026-05-01", "2026-05-03"));
        expect([short.unit, short.bars.map(({ count }) => count)]).toEqual(["day", [2, 0, 2]]);
        const year = getBars(days("2026-01-07", "2026-01-08", "2026-12-30"));
        expect(year.unit).toBe("week");
        expect(year.bars[0]).toEqual({ from: "2026-01-04", to: "2026-01-10", count: 4 });
        const long = getBars(days("2024-01-31", "2026-03-01"));
        expect([long.unit, long.bars.length]).toEqual(["month", 27]);
        expect(long.bars.at(-1)).toEqual({ from: "2026-03-01", to: "2026-03-31", count: 2 });
        expect(getBars([]).bars).toEqual([]);
    });
});

describe("page", () => {
    test("cards tell value, change and what was", async () => {
        await open();
        expect(queryAllTexts(".o_report_card .o_report_value")).toEqual(["12", "3", "–"]);
        expect(queryAllTexts(".o_report_change .fw-bold")).toEqual(["+20 %", "+50 % worse"]);
        expect(queryAllTexts(".o_report_change .text-nowrap")).toEqual(["was 10", "was 2", "was $ 50"]);
        expect(".o_report_card[data-name=worked] button").toHaveCount(1);
        expect(".o_report_card[data-name=average_deal] button").toHaveCount(0);
        expect(queryAllTexts("h2:first > *")).toEqual([
            "05/01/2026 – 05/13/2026",
            "compared with 04/01/2026 – 04/13/2026",
        ]);
    });

    test("numbers open what they count under the same filters", async () => {
        const opened = catchActions();
        await open({ period: "this_month", managers: "7-8" });
        const [options] = getAsked("get_report")[0];
        expect([options.date_from, options.user_ids]).toEqual(["2026-05-01", [7, 8]]);
        await contains(".o_report_card[data-name=lost] button").click();
        await contains("tr:contains(Taras) td[data-name=lost] button").click();
        await contains('.o_pyramid_row[data-number="1"] .o_pyramid_passed').click();
        expect(getAsked("get_deals_action").slice(1)).toEqual([
            [options, "lost"],
            [{ ...options, user_ids: [8] }, "lost"],
        ]);
        expect(getAsked("get_pyramid_row_action")).toEqual([[options, 1, false]]);
        expect(opened).toHaveLength(3);
        expect("tr:contains(Olena) td[data-name=lost] button").toHaveCount(0);
    });

    test("tables are sorted by any column", async () => {
        await open();
        const getNames = () => queryAllTexts(".o_report_table:first tbody th");
        expect(getNames()).toEqual(["Olena", "Taras", "None"]);
        await contains(".o_report_sort[data-sort=worked]").click();
        expect(getNames()).toEqual(["Taras", "Olena", "None"]);
        expect(queryAllAttributes(".o_report_table:first thead th", "aria-sort")).toEqual([
            "none",
            "descending",
            "none",
        ]);
        await contains(".o_report_sort[data-sort=worked]").click();
        expect(getNames()).toEqual(["None", "Olena", "Taras"]);
        await contains(".o_report_sort[data-sort=name]").click();
        expect(getNames()).toEqual(["None", "Olena", "Taras"]);
    });

    test("the address follows, and restores what was asked", async () => {
        await open({ period: "last_month", vs: "year", channels: "3" });
        const [options] = getAsked("get_report")[0];
        expect([options.date_from, options.compare, options.team_ids]).toEqual(["2026-04-01", "year", [3]]);
        expect(".o_report_compare").toHaveValue("year");
        expect(".o_report_more").toHaveAttribute("aria-expanded", "true");
        await contains(".o_report_compare").select("");
        await animationFrame();
        expect(router.current.vs).toBe("nothing");
        expect(router.current.period).toBe("last_month");
        expect(getAsked("get_report").at(-1)[0].compare).toBe(false);
    });

    test("figures on their way leave the former ones dimmed, and an error keeps them", async () => {
        await open();
        const deferred = new Deferred();
        onRpc("crm.funnel.report", "get_report", () => deferred);
        await contains(".o_report_compare").select("year");
        expect(".o_report_figures").toHaveClass("o_report_dimmed");
        expect(".o_report_figures").toHaveAttribute("aria-busy", "true");
        deferred.reject(makeServerError({ type: "UserError", message: "The period ends before it begins." }));
        await animationFrame();
        await animationFrame();
        expect(".o_report_error").toHaveText("The period ends before it begins.");
        expect(queryAllTexts(".o_report_card .o_report_value")).toEqual(["12", "3", "–"]);
        onRpc("crm.funnel.report", "get_report", () => getReport({ indicators: [indicator("worked", 1, 1)] }));
        await contains(".o_report_compare").select("previous");
        await animationFrame();
        expect(".o_report_error").toHaveCount(0);
        expect(".o_report_figures").not.toHaveClass("o_report_dimmed");
        expect(queryAllTexts(".o_report_card .o_report_value")).toEqual(["1"]);
    });

    test("who sees nobody else has no choice of managers", async () => {
        onRpc("crm.funnel.report", "get_choices", () => ({ users: false }));
        await open();
        expect(".o_report_filters").toHaveCount(1);
        expect(".o_report_selector[data-name=userIds]").toHaveCount(0);
    });

    test("the clients are listed on the page", async () => {
        const opened = catchActions();
        await open();
        expect(".o_report_clients .o_data_row").toHaveCount(2);
        expect(".o_report_clients_count").toHaveText("2 clients, the longest waiting first");
        await contains(".o_report_clients .o_data_row:first .o_data_cell").click();
        await contains(".o_report_all_clients").click();
        expect(opened.map(({ res_model, res_id }) => [res_model, res_id])).toEqual([
            ["crm.lead", 1],
            ["crm.lead", undefined],
        ]);
    });

    test("files are made of what is shown", async () => {
        const files = [];
        patchWithCleanup(download, {
            _download: ({ url, data }) => files.push([url, JSON.parse(data.data)]),
        });
        await open({ period: "this_month" });
        const [options] = getAsked("get_report")[0];
        await contains(".o_report_excel").click();
        await contains(".o_report_download").click();
        await contains(".dropdown-item:contains(PDF)").click();
        expect(files).toEqual([
            ["/crm_funnel/report/xlsx", { options }],
            ["/crm_funnel/chart/pdf", { options, kind: "report", measure: "count" }],
        ]);
    });
});

describe("favorites", () => {
    const saved = (id, context, user_ids = []) => ({ id, name: `Favorite ${id}`, context, user_ids });

    test("a favorite keeps what is asked, and opens it again", async () => {
        const created = [];
        onRpc("ir.filters", "get_filters", ({ args }) => {
            expect.step(args);
            return [
                saved(1, "{'crm_funnel_report': {'period': 'last_year', 'managers': '7'}}", [3]),
                saved(2, "{'group_by': ['stage_id']}"),
                saved(3, "not python ("),
            ];
        });
        onRpc("ir.filters", "create_filter", ({ args }) => {
            created.push(args[0]);
            return [9];
        });
        await open({ period: "this_month" });
        await contains(".o_report_favorites").click();
        expect.verifySteps([["crm.lead", 77]]);
        expect(queryAllTexts(".o_report_favorite")).toEqual(["Favorite 1"]);
        await contains(".o_report_favorite .dropdown-item:first").click();
        await animationFrame();
        const [options] = getAsked("get_report").at(-1);
        expect([options.date_from, options.user_ids]).toEqual(["2025-01-01", [7]]);
        await contains(".o_report_favorites").click();
        await contains(".o_report_favorite_new input[type=text]").edit("Olena's year", { confirm: false });
        await contains(".o_report_favorite_new .form-check-input").click();
        await contains(".o_report_favorite_save").click();
        expect.verifySteps([["crm.lead", 77]]);
        expect(created).toEqual([
            {
                name: "Olena's year",
                model_id: "crm.lead",
                action_id: 77,
                context: `{"crm_funnel_report":{"period":"last_year","managers":"7"}}`,
                user_ids: [],
            },
        ]);
        expect(".o_notification").toHaveText("“Olena's year” is among the favorites now.");
    });

    test("a favorite needs a name", async () => {
        onRpc("ir.filters", "get_filters", () => []);
        await open();
        await contains(".o_report_favorites").click();
        await contains(".o_report_favorite_save").click();
        expect(".o_notification").toHaveText("Give the favorite a name.");
    });
});
