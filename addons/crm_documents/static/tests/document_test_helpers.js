import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect } from "@odoo/hoot";
import { defineModels, fields, models, onRpc } from "@web/../tests/web_test_helpers";

const change = (id, name, category, values = {}) => ({
    id,
    name,
    category,
    needs_reason: false,
    needs_approval: false,
    ...values,
});

/** What the table of contracts allows from the draft. */
export const TO_SIGN = change(2, "Out for signature", "to_sign");
export const SIGNED = change(3, "Signed", "signed");
export const REJECTED = change(4, "Rejected", "rejected", { needs_reason: true });
export const BACK = change(1, "Draft", "planned", { needs_reason: true });

export class CrmDocumentType extends models.Model {
    _name = "crm.document.type";

    name = fields.Char();
    kind = fields.Char();
    state_ids = fields.One2many({ relation: "crm.document.state", relation_field: "type_id" });
    transition_ids = fields.One2many({ relation: "crm.document.transition", relation_field: "type_id" });

    _records = [
        { id: 1, name: "Contract", kind: "contract", state_ids: [1, 2, 3, 4], transition_ids: [1, 2] },
        { id: 2, name: "Letter", kind: "other" },
    ];
}

export class CrmDocumentState extends models.Model {
    _name = "crm.document.state";

    name = fields.Char();
    type_id = fields.Many2one({ relation: "crm.document.type" });

    _records = ["Draft", "Out for signature", "Signed", "Rejected"].map((name, index) => ({
        id: index + 1,
        name,
        type_id: 1,
    }));
}

export class CrmDocumentTransition extends models.Model {
    _name = "crm.document.transition";

    type_id = fields.Many2one({ relation: "crm.document.type" });
    sequence = fields.Integer();
    from_state_id = fields.Many2one({ relation: "crm.document.state" });
    to_state_id = fields.Many2one({ relation: "crm.document.state" });
    needs_reason = fields.Boolean();
    needs_approval = fields.Boolean();

    _records = [
        { id: 1, type_id: 1, from_state_id: 1, to_state_id: 2 },
        { id: 2, type_id: 1, from_state_id: 2, to_state_id: 3, needs_approval: true },
    ];
}

export class CrmDocumentFile extends models.Model {
    _name = "crm.document.file";

    document_id = fields.Many2one({ relation: "crm.document" });
    number = fields.Integer();
    filename = fields.Char();
    comment = fields.Char();
    content = fields.Char();
    user_id = fields.Many2one({ relation: "res.users" });
    date = fields.Datetime();
}

export class CrmDocument extends models.Model {
    _name = "crm.document";

    name = fields.Char();
    type_id = fields.Many2one({ relation: "crm.document.type" });
    parent_id = fields.Many2one({ relation: "crm.document" });
    child_ids = fields.One2many({ relation: "crm.document", relation_field: "parent_id" });
    state_id = fields.Many2one({ relation: "crm.document.state" });
    state_category = fields.Selection({
        selection: ["planned", "to_sign", "signed", "rejected"].map((value) => [value, value]),
        readonly: true,
    });
    state_buttons = fields.Json();
    approval_state = fields.Char({ default: "none" });
    can_approve = fields.Boolean();
    is_overdue = fields.Boolean();
    file_ids = fields.One2many({ relation: "crm.document.file", relation_field: "document_id" });

    _records = [
        {
            id: 1,
            name: "C/1",
            type_id: 1,
            state_id: 1,
            state_category: "planned",
            state_buttons: [TO_SIGN, REJECTED],
            approval_state: "none",
        },
        {
            id: 2,
            name: "C/2",
            type_id: 1,
            parent_id: 1,
            state_id: 2,
            state_category: "to_sign",
            state_buttons: [SIGNED, BACK, REJECTED],
            approval_state: "none",
            is_overdue: true,
        },
    ];
}

export function defineDocumentModels() {
    defineMailModels();
    defineModels([CrmDocumentType, CrmDocumentState, CrmDocumentTransition, CrmDocumentFile, CrmDocument]);
}

/** Steps of the methods of the document that are called, with their arguments. */
export function stepCalls() {
    const methods = ["action_change_state", "action_request_approval", "action_approve", "action_refuse"];
    for (const method of methods) {
        onRpc("crm.document", method, ({ args, kwargs }) => {
            const reason = kwargs.reason ? [kwargs.reason] : [];
            expect.step([method, ...args.flat(), ...reason].join(" "));
            return true;
        });
    }
}
