import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { mockDate } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { contains, mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";

import { PeriodSelect, resolvePeriod } from "@crm_funnel/period_select/period_select";

defineMailModels();

const resolve = (preset) => {
    const { from, to } = resolvePeriod({ preset });
    return [from, to];
};

/** @returns the last period that was chosen */
async function mount(period) {
    const chosen = {};
    class Page extends Component {
        static components = { PeriodSelect };
        static props = {};
        static template = xml`<PeriodSelect period="state.period" onChange="(period) => this.choose(period)"/>`;
        state = useState({ period });
        choose(newPeriod) {
            this.state.period = chosen.period = newPeriod;
        }
    }
    await mountWithCleanup(Page);
    return chosen;
}

test("a period that goes on ends today", () => {
    mockDate("2026-05-13 10:00:00");
    expect(resolve("today")).toEqual(["2026-05-13", "2026-05-13"]);
    expect(resolve("this_month")).toEqual(["2026-05-01", "2026-05-13"]);
    expect(resolve("this_quarter")).toEqual(["2026-04-01", "2026-05-13"]);
    expect(resolve("this_year")).toEqual(["2026-01-01", "2026-05-13"]);
});

test("a period that is over has all of its days", () => {
    mockDate("2026-01-31 10:00:00");
    expect(resolve("last_month")).toEqual(["2025-12-01", "2025-12-31"]);
    expect(resolve("last_quarter")).toEqual(["2025-10-01", "2025-12-31"]);
    expect(resolve("last_year")).toEqual(["2025-01-01", "2025-12-31"]);
    mockDate("2026-03-31 10:00:00");
    expect(resolve("last_month")).toEqual(["2026-02-01", "2026-02-28"]);
});

test("the quarter turns at midnight", () => {
    mockDate("2026-06-30T20:59:00Z", "Europe/Kyiv");
    expect(resolve("this_quarter")).toEqual(["2026-04-01", "2026-06-30"]);
    expect(resolve("last_quarter")).toEqual(["2026-01-01", "2026-03-31"]);
    mockDate("2026-06-30T21:01:00Z", "Europe/Kyiv");
    expect(resolve("this_quarter")).toEqual(["2026-07-01", "2026-07-01"]);
    expect(resolve("last_quarter")).toEqual(["2026-04-01", "2026-06-30"]);
});

test("so many days are counted with today", () => {
    mockDate("2026-03-02 10:00:00");
    expect(resolve("last_30_days")).toEqual(["2026-02-01", "2026-03-02"]);
    expect(resolve("last_90_days")).toEqual(["2025-12-03", "2026-03-02"]);
    expect(resolve("last_365_days")).toEqual(["2025-03-03", "2026-03-02"]);
});

test("a week begins on the day of the user's language", () => {
    mockDate("2026-05-17 10:00:00"); // a Sunday
    patchWithCleanup(localization, { weekStart: 1 });
    expect(resolve("this_week")).toEqual(["2026-05-11", "2026-05-17"]);
    expect(resolve("last_week")).toEqual(["2026-05-04", "2026-05-10"]);
    patchWithCleanup(localization, { weekStart: 7 });
    expect(resolve("this_week")).toEqual(["2026-05-17", "2026-05-17"]);
    expect(resolve("last_week")).toEqual(["2026-05-10", "2026-05-16"]);
});

test("the day is that of the user's time zone", () => {
    mockDate("2026-05-31T22:30:00Z", "Europe/London");
    expect(resolve("today")).toEqual(["2026-05-31", "2026-05-31"]);
    mockDate("2026-05-31T22:30:00Z", "Europe/Kyiv");
    expect(resolve("today")).toEqual(["2026-06-01", "2026-06-01"]);
});

test("what is no period is all of the past", () => {
    expect(resolve("all")).toEqual([false, false]);
    expect(resolvePeriod({ preset: "rubbish" }).preset).toBe("all");
    expect(resolvePeriod({ preset: "constructor" }).preset).toBe("all");
    expect(resolvePeriod({ preset: "custom", from: "2026-02-31", to: 7 })).toEqual({
        preset: "custom",
        from: false,
        to: false,
    });
});

test("a name is chosen, and its days are shown", async () => {
    mockDate("2026-05-13 10:00:00");
    const chosen = await mount({ preset: "this_month", from: false, to: false });
    expect(".o_period_name").toHaveText("This month");
    expect(".o_period_days").toHaveText("05/01/2026 – 05/13/2026");
    await contains(".o_period_button").click();
    expect(".o_period_menu .selected").toHaveText("This month");
    await contains(".o_period_menu [data-preset=last_quarter]").click();
    expect(chosen.period).toEqual({ preset: "last_quarter", from: "2026-01-01", to: "2026-03-31" });
    expect(queryAllTexts(".o_period_name, .o_period_days")).toEqual(["Last quarter", "01/01/2026 – 03/31/2026"]);
});

test("other days begin with those that were shown, and stay in order", async () => {
    mockDate("2026-05-13 10:00:00");
    const chosen = await mount({ preset: "this_month", from: false, to: false });
    await contains(".o_period_button").click();
    await contains(".o_period_menu [data-preset=custom]").click();
    expect(chosen.period).toEqual({ preset: "custom", from: "2026-05-01", to: "2026-05-13" });
    expect(".o_period_from input").toHaveValue("05/01/2026");
    await contains(".o_period_from input").edit("05/10/2026", { confirm: "enter" });
    expect(chosen.period).toEqual({ preset: "custom", from: "2026-05-10", to: "2026-05-13" });
    await contains(".o_period_to input").edit("05/02/2026", { confirm: "enter" });
    expect(chosen.period).toEqual({ preset: "custom", from: "2026-05-02", to: "2026-05-02" });
});
