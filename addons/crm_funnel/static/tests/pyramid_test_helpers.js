/** A row of what `crm.lead.get_pyramid` returns. */
export const pyramidRow = (number, name, passed, now, values = {}) => ({
    number,
    name,
    is_top: false,
    passed,
    now,
    lost: 0,
    passed_amount: passed * 1000,
    now_amount: now * 1000,
    lost_amount: 0,
    conversion: number ? 50 : false,
    expected_conversion: number ? 40 : 0,
    days: number ? 4.6 : false,
    days_90: number ? 9.2 : false,
    expected_days: number ? 3 : 0,
    waiting_days: now ? 6.2 : 0,
    late: 0,
    bottleneck: false,
    explanation: false,
    ...values,
});

const GAP = "Called → Offer sent: 18 % of 40 % expected, 20 deals wait 6 days on average";
const LATE = "Opportunities → Called: 9 days instead of 3";

/** 100 opportunities, 60 called, 11 offers, 5 deals; offers are the worst bottleneck, calls a smaller one. */
export function getPyramid(values = {}) {
    return {
        process_id: 1,
        processes: [{ id: 1, name: "Sale" }],
        basis: "created",
        date_from: "2026-01-01",
        date_to: "2026-01-31",
        currency_id: 1,
        worst: 2,
        rows: [
            pyramidRow(0, "Opportunities", 100, 40),
            pyramidRow(1, "Called", 60, 20, {
                lost: 29,
                lost_amount: 29000,
                late: 7,
                bottleneck: "days",
                explanation: LATE,
            }),
            pyramidRow(2, "Offer sent", 11, 6, { conversion: 18.33, bottleneck: "conversion", explanation: GAP }),
            pyramidRow(3, "Contract signed", 5, 0, { conversion: 45.45, is_top: true }),
        ],
        ...values,
    };
}
