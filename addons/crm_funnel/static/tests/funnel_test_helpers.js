import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect } from "@odoo/hoot";
import { defineModels, fields, mockService, models, onRpc } from "@web/../tests/web_test_helpers";

const button = (step_id, name, kind, values = {}) => ({ step_id, name, kind, asks: false, hint: false, ...values });

/** What the server tells of a deal in the middle of its process. */
export const BUTTONS = {
    last_result_id: 70,
    can_start: false,
    buttons: [
        button(1, "Offer sent", "progress"),
        button(2, "Meeting held", "progress", { asks: true }),
        button(3, "Contract signed", "won"),
        button(4, "No answer", "neutral", { hint: "2 of 3 in a row" }),
        button(5, "Call back", "neutral"),
        button(6, "Refused", "refusal", { asks: true }),
    ],
    revoke: { result_id: 70, name: "Called" },
};
export const FRESH = { ...BUTTONS, last_result_id: false, can_start: true, revoke: false };
export const FORM = { type: "ir.actions.act_window", res_model: "crm.process.result.entry", target: "new" };

export class CrmStage extends models.Model {
    _name = "crm.stage";

    name = fields.Char();

    _records = [
        { id: 1, name: "New" },
        { id: 2, name: "Offer" },
        { id: 3, name: "Meeting" },
    ];
}

export class CrmLead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    active = fields.Boolean({ default: true });
    probability = fields.Float();
    stage_id = fields.Many2one({ relation: "crm.stage" });
    result_buttons = fields.Json();
    result_card = fields.Char();
    result_silent_days = fields.Integer();
    result_lateness = fields.Char();
    probability_source = fields.Char();

    _records = [
        {
            id: 1,
            name: "Site",
            stage_id: 1,
            result_buttons: BUTTONS,
            result_card: JSON.stringify(BUTTONS),
            result_lateness: "in_time",
        },
        {
            id: 2,
            name: "Shop",
            stage_id: 1,
            result_buttons: BUTTONS,
            result_card: JSON.stringify(BUTTONS),
            result_lateness: "in_time",
            active: false,
        },
        {
            id: 3,
            name: "Blog",
            stage_id: 2,
            result_buttons: BUTTONS,
            result_card: JSON.stringify(BUTTONS),
            result_lateness: "in_time",
        },
    ];
}

export function defineFunnelModels(...others) {
    defineMailModels();
    defineModels([CrmStage, CrmLead, ...others]);
}

/** Steps of what the buttons call; the result is `answer`, or what it returns for the call. */
export function stepResults(answer = false) {
    for (const method of ["action_record_result", "action_revoke_result", "action_start_sale"]) {
        onRpc("crm.lead", method, ({ args, kwargs }) => {
            const given = ["comment", "activity_id"].filter((name) => name in kwargs).map((name) => kwargs[name]);
            expect.step([method, ...args.flat(), ...given].join(" "));
            return typeof answer === "function" ? answer() : answer;
        });
    }
    onRpc("crm.lead", "get_rainbowman_message", () => {
        expect.step("rainbow man");
        return "Well done";
    });
}

/** Steps of the dialogs that are opened; each is closed when `close` says so, at once without it. */
export function stepDialogs(close = Promise.resolve()) {
    mockService("action", {
        async doAction({ res_model }, { onClose } = {}) {
            expect.step(`open ${res_model}`);
            close.then(() => onClose?.());
        },
    });
}
