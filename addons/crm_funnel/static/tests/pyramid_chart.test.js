import { describe, expect, test } from "@odoo/hoot";
import { click, keyDown, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";

import { PyramidChart } from "@crm_funnel/pyramid_chart/pyramid_chart";
import { getHalf, getScale, WIDTH } from "@crm_funnel/pyramid_chart/pyramid_geometry";

import { getPyramid, pyramidRow } from "./pyramid_test_helpers";

defineMailModels();

async function mountChart(values = {}, props = {}) {
    await mountWithCleanup(PyramidChart, {
        props: {
            data: getPyramid(values),
            measure: "count",
            onRowClick: (number, onlyNow) => expect.step(`row ${number} ${onlyNow ? "now" : "all"}`),
            ...props,
        },
    });
}

const row = (number) => `tbody .o_pyramid_row[data-number="${number}"]`;

/** The width of a bar at its bottom. */
function getWidth(number) {
    const xs = queryOne(`${row(number)} .o_pyramid_all`)
        .getAttribute("points")
        .split(" ")
        .map((point) => Number(point.split(",")[0]));
    return Math.max(...xs) - Math.min(...xs);
}

describe("what is shown", () => {
    test("deals on top, opportunities at the bottom, as wide as they are many", async () => {
        await mountChart();
        expect(queryAllTexts("tbody .o_pyramid_name")).toEqual([
            "Contract signed",
            "Offer sent",
            "Called",
            "Opportunities",
        ]);
        expect(queryAllTexts("tbody .o_pyramid_passed")).toEqual(["5", "11", "60", "100"]);
        expect(queryAllTexts("tbody .o_pyramid_now")).toEqual(["(0)", "(6)", "(20)", "(40)"]);
        expect([0, 1, 2, 3].map(getWidth)).toEqual([1000, 600, 110, 50]);
        expect(`${row(1)} .o_pyramid_lost`).toHaveText("29 lost here");
        expect(`${row(2)} .o_pyramid_lost`).toHaveCount(0);
    });

    test("actual against expected", async () => {
        await mountChart();
        expect(`${row(2)} td.o_pyramid_conversion`).toHaveText(/18\s%\s+of 40\s%/);
        expect(`${row(2)} td.o_pyramid_days`).toHaveText(/5 days\s+of 3/);
        expect(`${row(1)} td.o_pyramid_waiting`).toHaveText(/6 days\s+7 too long/);
        for (const column of ["conversion", "days"]) {
            expect(`${row(0)} td.o_pyramid_${column}`).toHaveText("", { message: "the base is compared with nothing" });
        }
        expect(`${row(3)} td.o_pyramid_waiting`).toHaveText("", { message: "nobody waits" });
    });

    test("the worst gap is said on top, the others below", async () => {
        await mountChart();
        expect(".o_pyramid_verdict").toHaveText(/^Called → Offer sent: 18 % of 40 % expected/);
        expect(queryAllTexts(".o_pyramid_others li")).toEqual(["Opportunities → Called: 9 days instead of 3"]);
    });

    test("a pyramid without a bottleneck says so", async () => {
        await mountChart({ worst: false, rows: [pyramidRow(0, "Opportunities", 9, 4), pyramidRow(1, "Deals", 5, 0)] });
        expect(".o_pyramid_verdict").toHaveText(/^No bottleneck/);
        expect(".o_pyramid_others").toHaveCount(0);
        expect(".o_pyramid_hatch").toHaveCount(0);
    });

    test("a bottleneck is told without colours", async () => {
        await mountChart();
        expect(queryAll(".o_pyramid_hatch").map((bar) => bar.closest("tr").dataset.number)).toEqual(["2", "1"]);
        expect(queryAllTexts(".o_pyramid_mark")).toEqual(["Bottleneck: losses", "Bottleneck: time"]);
        expect(".o_pyramid_mark .fa-exclamation-triangle").toHaveCount(2);
        const getStroke = (number) =>
            parseFloat(getComputedStyle(queryOne(`${row(number)} .o_pyramid_outline`)).strokeWidth);
        expect(getStroke(2)).toBeGreaterThan(getStroke(3));
        const [, id] = queryOne(`${row(2)} .o_pyramid_hatch`)
            .getAttribute("fill")
            .match(/url\(#(.*)\)/);
        expect(`pattern#${id}`).toHaveCount(1, { message: "the hatch exists" });
    });

    test("what stands there now is drawn inside the bar", async () => {
        await mountChart();
        expect(queryAll(".o_pyramid_standing").map((bar) => bar.closest("tr").dataset.number)).toEqual(["2", "1", "0"]);
        const xs = (selector) =>
            queryOne(selector)
                .getAttribute("points")
                .split(" ")
                .map((point) => parseFloat(point));
        const [left] = xs(`${row(0)} .o_pyramid_standing`);
        expect(left).toBe(300, { message: "40 of 100, in the middle" });
    });

    test("amounts", async () => {
        await mountChart({}, { measure: "amount" });
        expect(`${row(0)} .o_pyramid_passed`).toHaveText(/100,000/);
        expect(`${row(0)} .o_pyramid_now`).toHaveText(/\(.*40,000.*\)/);
        expect(`${row(1)} .o_pyramid_lost`).toHaveText(/29,000.*lost here/);
    });

    test("names are text, never markup", async () => {
        await mountChart({ worst: false, rows: [pyramidRow(0, "<b>All</b>", 9, 4)] });
        expect(`${row(0)} .o_pyramid_name`).toHaveText("<b>All</b>");
    });
});

describe("a very wide base", () => {
    const WIDE = {
        worst: false,
        rows: [
            pyramidRow(0, "Opportunities", 5000, 4800),
            pyramidRow(1, "Called", 200, 10),
            pyramidRow(2, "Deals", 100, 0),
        ],
    };

    test("is drawn cut, with the true number", async () => {
        await mountChart(WIDE);
        expect(`${row(0)} .o_pyramid_break`).toHaveCount(2);
        expect(`${row(0)} .o_pyramid_cut_note`).toHaveCount(1);
        expect(`${row(0)} .o_pyramid_passed`).toHaveText("5,000");
        expect(getWidth(0)).toBe(WIDTH);
        expect(getWidth(1)).toBe(550, { message: "the others can be read" });
        expect(getWidth(2)).toBe(275, { message: "and compared with each other" });
        expect(`${row(1)} .o_pyramid_break`).toHaveCount(0);
    });

    test("only from more than four times the second widest", () => {
        expect(getScale([400, 100]).cut).toBe(false);
        expect(getScale([401, 100]).cut).toBe(401);
        expect(getScale([100, 401, 50]).cut).toBe(401, { message: "whichever row it is" });
        expect(getScale([9, 0]).cut).toBe(false, { message: "nothing to compare with" });
    });

    test("a single deal is seen, none is not", () => {
        const scale = getScale([100000, 90000, 1]);
        expect(getHalf(1, scale)).toBeGreaterThan(0);
        expect(getHalf(0, scale)).toBe(0);
        expect(getHalf(0, getScale([]))).toBe(0);
    });
});

describe("opening the clients of a row", () => {
    test("by a click on its numbers, or anywhere", async () => {
        await mountChart();
        await click(`${row(1)} .o_pyramid_passed`);
        await click(`${row(1)} .o_pyramid_now`);
        await click(`${row(2)} .o_pyramid_name`);
        await click(`${row(2)} svg`);
        expect.verifySteps(["row 1 all", "row 1 now", "row 2 now", "row 2 now"]);
    });

    test("where nobody stands, to all that passed", async () => {
        await mountChart();
        await click(`${row(3)} .o_pyramid_name`);
        expect.verifySteps(["row 3 all"]);
        expect(`${row(3)} button.o_pyramid_now`).toHaveCount(0);
    });

    test("by the keyboard", async () => {
        await mountChart();
        queryOne(row(1)).focus();
        await keyDown("ArrowUp");
        expect(row(2)).toBeFocused();
        await keyDown("Enter");
        await keyDown("ArrowDown");
        await keyDown("ArrowDown");
        expect(row(0)).toBeFocused();
        await keyDown("ArrowDown");
        expect(row(0)).toBeFocused({ message: "the base is the last one" });
        await keyDown(" ");
        expect.verifySteps(["row 2 now", "row 0 now"]);
    });

    test("Enter on a number opens once", async () => {
        await mountChart();
        queryOne(`${row(1)} .o_pyramid_passed`).focus();
        await keyDown("Enter");
        await animationFrame();
        expect.verifySteps(["row 1 all"]);
    });

    test("a screen reader hears all of a row in one sentence", async () => {
        await mountChart();
        const label = queryOne(row(2)).getAttribute("aria-label");
        expect(label).toMatch(
            /^Offer sent: passed: 11, there now: 6, conversion: 18\s% of 40\s% expected, time: 5 days of 3 expected/,
        );
        expect(label).toMatch(/Bottleneck: losses$/);
        expect("svg:not([aria-hidden=true])").toHaveCount(0);
        expect("table caption").toHaveCount(1);
    });

    test("without a handler nothing looks clickable", async () => {
        await mountChart({}, { onRowClick: undefined });
        expect("button").toHaveCount(0);
        expect("[tabindex]").toHaveCount(0);
        expect(`${row(1)} .o_pyramid_now`).toHaveText("(20)");
    });
});
