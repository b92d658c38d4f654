import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryAllValues } from "@odoo/hoot-dom";
import { mockDate, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeMockEnv,
    makeServerError,
    mockService,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { router } from "@web/core/browser/router";
import { download } from "@web/core/network/download";
import { WebClient } from "@web/webclient/webclient";

import { CallFigures } from "@crm_call_scripts/call_figures/call_figures";
import { formatPercent, formatSeconds } from "@crm_call_scripts/call_figures/figures_format";
import { fromLink, toLink, toOptions } from "@crm_call_scripts/call_figures/figures_query";
import { TrendChart } from "@crm_call_scripts/call_figures/trend_chart";

class CrmTeam extends models.Model {
    _name = "crm.team";
    name = fields.Char();
    _records = [{ id: 3, name: "Shop" }];
}

defineMailModels();
defineModels([CrmTeam]);

const NBSP = "\u00a0";
const DASH = "\u2013";
const MINUS = "\u2212";
const ACTION = { type: "ir.actions.client", tag: "crm_call_figures", id: 78, name: "Call Scripts" };
const TOTALS = {
    calls: 120,
    reached: 100,
    completed: 60,
    success: 25,
    deals: 40,
    forward: 10,
    completed_rate: 60,
    success_rate: 25,
    success_low: 17.55,
    success_high: 34.3,
    forward_rate: 25,
    seconds: 85.4,
};
const side = (values) => ({
    reached: 0,
    left: 0,
    seconds: false,
    left_rate: false,
    reached_rate: 0,
    passed: 0,
    ...values,
});
const NODES = [
    {
        key: "hello",
        name: "Hello",
        kind: "say",
        kind_name: "Text to say",
        is_objection: false,
        sides: [side({ reached: 100, left: 4, left_rate: 4, reached_rate: 100, seconds: 9.6, answers: [] })],
    },
    {
        key: "budget",
        name: "<b>Budget</b>",
        kind: "question",
        kind_name: "Question with answers",
        is_objection: false,
        sides: [
            side({
                reached: 80,
                left: 25,
                left_rate: 31.25,
                reached_rate: 80,
                seconds: 65,
                passed: 55,
                answers: [
                    { key: "yes", name: "Yes", count: 44, rate: 80, success_rate: 50 },
                    { key: "no", name: "No", count: 11, rate: 20, success_rate: false },
                ],
            }),
        ],
    },
];
const WORST = "Budget: 31 % of 80 conversations end here.";

const getFigures = (values = {}) => ({
    script_id: 1,
    date_from: "2026-02-13",
    date_to: "2026-05-13",
    sides: [{ version_id: 12, name: "Version 2", totals: TOTALS }],
    users: [{ id: 7, name: "Olena", totals: TOTALS }],
    nodes: NODES,
    worst: { key: "budget", text: WORST },
    comparison: false,
    ...values,
});

const getCompared = () =>
    getFigures({
        sides: [
            { version_id: 12, name: "Version 2", totals: TOTALS },
            { version_id: 11, name: "Version 1", totals: { ...TOTALS, calls: 50, success_rate: 10 } },
        ],
        nodes: NODES.map((node, index) => ({ ...node, sides: [node.sides[0], index ? false : node.sides[0]] })),
        comparison: [
            {
                name: "success",
                label: "Successes",
                difference: 15,
                low: 4.4,
                high: 24,
                verdict: "better",
                text: "Version 2 succeeds more often.",
            },
            {
                name: "completed",
                label: "Led to the end",
                difference: -1,
                low: -14,
                high: 12,
                verdict: "unknown",
                text: "No difference can be told yet.",
            },
        ],
    });

const ANSWERS = {
    script_id: 2,
    conversations: 10,
    unit: "month",
    questions: [
        {
            key: "likely",
            name: "How likely",
            text: "How likely is it that you recommend us?",
            kind: "number",
            passed: 10,
            answered: 8,
            bars: [
                { key: "0", name: "3", count: 2, rate: 20 },
                { key: "1", name: "10", count: 6, rate: 60 },
            ],
            average: 8.25,
            nps: { score: 50, promoters: 75, passives: 0, detractors: 25 },
            texts: [],
            text_count: 0,
            trend: [
                {
                    key: "likely",
                    name: "How likely",
                    points: [
                        { date: "2026-03-01", value: 7 },
                        { date: "2026-04-01", value: 9 },
                    ],
                },
            ],
        },
        {
            key: "missing",
            name: "What is missing",
            text: "",
            kind: "text",
            passed: 10,
            answered: 12,
            bars: [],
            average: false,
            nps: false,
            texts: [{ call_id: 55, client: "Dnipro", date: "2026-04-01 10:00:00", text: "<script>more</script>" }],
            text_count: 12,
            trend: [],
        },
    ],
};

const CHOICES = {
    scripts: [
        {
            id: 1,
            name: "Cold call",
            is_feedback: false,
            published_id: 12,
            versions: [
                { id: 12, number: 2, is_published: true },
                { id: 11, number: 1, is_published: false },
            ],
        },
        {
            id: 2,
            name: "Interview",
            is_feedback: true,
            published_id: 21,
            versions: [{ id: 21, number: 1, is_published: true }],
        },
    ],
    users: false,
};

/** What the server is asked, in its order. */
let asked;

beforeEach(() => {
    mockDate("2026-05-13 10:00:00");
    asked = [];
    const record = (get) => (request) => {
        asked.push([request.method, ...request.args]);
        return get(request.args[0]);
    };
    const window = { type: "ir.actions.act_window", name: "Calls", res_model: "crm.call", views: [[false, "list"]] };
    onRpc("crm.call.figures", "get_choices", () => CHOICES);
    onRpc(
        "crm.call.figures",
        "get_figures",
        record(({ script_id, compare_id }) =>
            compare_id ? getCompared() : getFigures(script_id === 2 ? { script_id: 2, worst: false } : {}),
        ),
    );
    onRpc(
        "crm.call.figures",
        "get_answers",
        record(() => ANSWERS),
    );
    onRpc(
        "crm.call.figures",
        "get_calls_action",
        record(() => window),
    );
    onRpc(
        "crm.call.figures",
        "get_answers_action",
        record(() => window),
    );
});

const getAsked = (name) => asked.filter(([method]) => method === name).map(([, ...args]) => args);

async function open(query = {}, action = ACTION) {
    router.pushState(query, { replace: true, sync: true });
    await mountWithCleanup(WebClient);
    await getService("action").doAction(action);
    // the address follows a moment later: the next test would begin with it
    await runAllTimers();
}

/** Catches what is opened after the page. */
function catchActions() {
    const opened = [];
    patchWithCleanup(CallFigures.prototype, {
        setup() {
            super.setup();
            this.actionService = { ...this.actionService, doAction: (action) => opened.push(action) };
        },
    });
    return opened;
}

describe("query", () => {
    test("what a link says comes back as it was", () => {
        const link = { script: "4", version: "7", vs: "6", period: "this_year", managers: "1-2", tab: "answers" };
        expect(JSON.parse(JSON.stringify(toLink(fromLink(link))))).toEqual(link);
    });

    test("what is usual is not in the link", () => {
        expect(JSON.parse(JSON.stringify(toLink(fromLink({}))))).toEqual({});
        expect(fromLink({}).period.preset).toBe("last_90_days");
        expect(toLink(fromLink({ period: "last_30_days" })).period).toBe("last_30_days");
    });

    test("nonsense is the default", () => {
        const usual = fromLink({});
        expect(fromLink({ script: "x", version: "-1", vs: "1.5", period: "never", tab: "secret" })).toEqual(usual);
    });

    test("all versions are compared with none", () => {
        const options = toOptions(fromLink({ version: "all", vs: "6" }));
        expect([options.version_id, options.compare_id]).toEqual([0, false]);
        expect(options).toMatchObject({ script_id: false, date_from: "2026-02-13", date_to: "2026-05-13" });
    });
});

describe("format", () => {
    test("seconds as on a clock", () => {
        expect([0, 9.6, 59.6, 85, 3600].map(formatSeconds)).toEqual(["0:00", "0:10", "1:00", "1:25", "60:00"]);
        expect(formatSeconds(false)).toBe(DASH);
    });

    test("whole percent", async () => {
        await makeMockEnv();
        expect(formatPercent(31.25)).toBe(`31${NBSP}%`);
        expect(formatPercent(0)).toBe(`0${NBSP}%`);
        expect(formatPercent(false)).toBe(DASH);
    });
});

describe("course", () => {
    test("headline, worst place and figures of each text", async () => {
        await open();
        expect(queryAllTexts(".o_figures_cards .o_report_value")).toEqual([
            "120",
            "100",
            "60 %",
            "25 %",
            "1:25",
            "25 %",
        ]);
        expect("[data-name=success] .o_figures_note").toHaveText("most likely 18 % to 34 %");
        expect(".o_figures_worst_text").toHaveText(WORST);
        expect(queryAllTexts(".o_figures_nodes tbody tr th")).toEqual(["Hello", "<b>Budget</b>", "Yes", "No"]);
        expect("tr[data-key=budget] .o_figures_left").toHaveText("2531 %");
        // told by a sign with words, and once
        expect(".o_figures_worst").toHaveCount(1);
        expect("tr[data-key=budget] .o_figures_worst").toHaveAttribute("aria-label");
        expect("tr[data-key='budget/no'] td:last").toHaveText(DASH);
        expect(queryAllTexts(".o_figures_users tbody tr[data-id='7'] td:first-of-type")).toEqual(["120"]);
    });

    test("numbers open their calls", async () => {
        const opened = catchActions();
        await open();
        await contains("[data-name=success] button").click();
        await contains("tr[data-key=budget] .o_figures_came button").click();
        await contains("tr[data-key=budget] .o_figures_left button").click();
        await contains("tr[data-key='budget/yes'] button").click();
        await contains(".o_figures_users tr[data-id='7'] button:first").click();
        expect(getAsked("get_calls_action").map(([, filters]) => filters)).toEqual([
            { figure: "success" },
            { node_key: "budget", side: 0 },
            { left_key: "budget", side: 0 },
            { node_key: "budget", answer_key: "yes", side: 0 },
            { figure: "calls", user_id: 7 },
        ]);
        expect(opened).toHaveLength(5);
    });

    test("two versions beside each other", async () => {
        await open();
        expect(queryAllTexts(".o_figures_version option")).toEqual(["Version 2, in use", "Version 1", "All versions"]);
        await contains(".o_figures_compare").select("11");
        expect(getAsked("get_figures").at(-1)[0]).toMatchObject({ version_id: false, compare_id: 11 });
        expect(queryAllTexts(".o_figures_comparison li")).toEqual([
            "Successes+15 points (+4 to +24)Version 2 succeeds more often.",
            `Led to the end${MINUS}1 points (${MINUS}14 to +12)No difference can be told yet.`,
        ]);
        expect("li[data-name=success] i").toHaveClass("fa-arrow-up");
        expect("li[data-name=completed] i").toHaveClass("fa-question");
        expect("[data-name=calls] .o_figures_other").toHaveText("Version 150");
        expect("tr[data-key=budget]").toHaveText(/not in this version/);
        await contains(".o_figures_version").select("0");
        expect(".o_figures_compare").toHaveCount(1);
        expect(getAsked("get_figures").at(-1)[0]).toMatchObject({ version_id: 0, compare_id: false });
    });

    test("nothing was said yet", async () => {
        const nothing = Object.fromEntries(Object.keys(TOTALS).map((name) => [name, 0]));
        onRpc("crm.call.figures", "get_figures", () =>
            getFigures({ sides: [{ version_id: 12, name: "Version 2", totals: nothing }], worst: false }),
        );
        await open();
        expect(".o_view_nocontent_smiling_face").toHaveText("No calls by this script in this period");
        expect(".o_figures_nodes").toHaveCount(0);
    });

    test("no script yet", async () => {
        onRpc("crm.call.figures", "get_choices", () => ({ scripts: [], users: false }));
        onRpc("crm.call.figures", "get_figures", () =>
            getFigures({ script_id: false, nodes: [], users: [], worst: false }),
        );
        await open();
        expect(".o_view_nocontent_smiling_face").toHaveText("Publish a call script first");
    });

    test("a refusal keeps what was shown", async () => {
        await open();
        onRpc("crm.call.figures", "get_figures", () => {
            throw makeServerError({ message: "The period ends before it begins." });
        });
        await contains(".o_figures_version").select("11");
        expect(".o_report_error").toHaveText("The period ends before it begins.");
        expect(".o_figures_nodes").toHaveCount(1);
        expect(".o_report_figures").toHaveClass("o_report_dimmed");
    });

    test("a link that makes no sense is told and left", async () => {
        onRpc("crm.call.figures", "get_figures", ({ args }) => {
            if (args[0].script_id === 99) {
                throw makeServerError({ message: "No such script." });
            }
            return getFigures();
        });
        const told = [];
        mockService("notification", { add: (message) => told.push(String(message)) });
        await open({ script: 99 });
        expect(told).toEqual(["The link cannot be shown. This is the report without it."]);
        expect(".o_figures_nodes").toHaveCount(1);
    });

    test("the workbook is of what is shown", async () => {
        let file;
        patchWithCleanup(download, { _download: (options) => (file = options) });
        await open();
        await contains(".o_figures_xlsx").click();
        expect(file.url).toBe("/crm_call_scripts/figures/xlsx");
        expect(JSON.parse(file.data.data).options).toEqual(getAsked("get_figures")[0][0]);
    });

    test("opened from a script", async () => {
        await open({}, { ...ACTION, params: { script_id: 2 } });
        expect(".o_figures_script").toHaveValue("2");
        expect(queryAllValues(".o_figures_script")).toEqual(["2"]);
    });
});

describe("answers", () => {
    test("an interview opens with its answers", async () => {
        await open({ script: 2 });
        expect(".nav-link.active").toHaveText("Answers");
        expect("[data-key=likely] .o_question_average").toHaveText("8.3");
        expect("[data-key=likely] .o_question_nps").toHaveText("50");
        expect(queryAllTexts("[data-key=likely] .o_question_bars th")).toEqual(["3", "10"]);
        expect("[data-key=likely] .o_trend polyline").toHaveCount(2);
        // what clients say is text, whatever it looks like
        expect("[data-key=missing] .o_question_said").toHaveText("<script>more</script>");
        expect("[data-key=missing] .o_trend").toHaveCount(0);
    });

    test("from a text to its call, from a question to its list", async () => {
        const opened = catchActions();
        await open({ script: 2 });
        await contains("[data-key=missing] .o_question_texts button").click();
        expect(opened[0]).toMatchObject({ res_model: "crm.call", res_id: 55 });
        await contains("[data-key=missing] .o_question_list").click();
        expect(getAsked("get_answers_action")[0][1]).toBe("missing");
    });

    test("answers are fetched when they are looked at", async () => {
        await open();
        expect(getAsked("get_answers")).toHaveLength(0);
        await contains(".nav-link[data-name=answers]").click();
        expect(getAsked("get_answers")).toHaveLength(1);
        expect(".o_question").toHaveCount(2);
    });

    test("lines differ in more than their colour", async () => {
        const points = [
            { date: "2026-03-01", value: 0 },
            { date: "2026-04-01", value: 100 },
        ];
        const trend = ["a", "b", "c"].map((key) => ({ key, name: key, points }));
        await mountWithCleanup(TrendChart, { props: { trend, unit: "month", isNumber: false } });
        const dashes = [...document.querySelectorAll(".o_trend svg[role=img] polyline")].map((line) =>
            line.getAttribute("stroke-dasharray"),
        );
        expect(new Set(dashes).size).toBe(3);
        expect(queryAllTexts(".o_trend li")).toEqual(["By month, the last:", "a100 %", "b100 %", "c100 %"]);
    });
});
