import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

import { askState, moveDocument } from "../movement/document_movement";

const RANKS = { planned: 0, to_sign: 1, signed: 2, completed: 3 };
const METHODS = { ask: "action_request_approval", approve: "action_approve" };

/**
 * What can be done with a document now: the changes of state that the table of its type allows, and its approval.
 *
 * The first change that leads forward is the main button, unless an approval has to come first.
 */
export class DocumentStateButtons extends Component {
    static template = "crm_documents.DocumentStateButtons";
    static props = standardWidgetProps;

    setup() {
        this.services = { dialog: useService("dialog"), orm: useService("orm") };
        this.state = useState({ isBusy: false });
    }

    get data() {
        return this.props.record.data;
    }

    get changes() {
        return this.data.state_buttons || [];
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get entries() {
        if (!this.props.record.resId) {
            return [];
        }
        const entries = [...this.approvalEntries, ...this.changes.map((change) => this.describeChange(change))];
        const main = entries.find((entry) => entry.isForward && !entry.isBlocked);
        return entries.map((entry) => ({ ...entry, class: this.getClass(entry, main) }));
    }

    get approvalEntries() {
        const { approval_state: approval, can_approve: canApprove } = this.data;
        if (approval === "requested") {
            return canApprove ? [this.describeAnswer("approve"), this.describeRefusal()] : [];
        }
        const isWaiting = this.changes.some((change) => change.needs_approval);
        return approval !== "approved" && isWaiting ? [this.describeAnswer("ask")] : [];
    }

    describeAnswer(key) {
        const labels = { ask: _t("Ask for Approval"), approve: _t("Approve") };
        const icons = { ask: "fa-hand-paper-o", approve: "fa-thumbs-o-up" };
        const run = () => this.services.orm.call("crm.document", METHODS[key], [[this.props.record.resId]]);
        return { key, label: labels[key], icon: icons[key], isForward: true, run };
    }

    describeRefusal() {
        return { key: "refuse", label: _t("Refuse…"), icon: "fa-thumbs-o-down", run: () => this.refuse() };
    }

    describeChange(change) {
        const isRejecting = change.category === "rejected";
        const isBlocked = change.needs_approval;
        const isForward = !isRejecting && RANKS[change.category] >= (RANKS[this.data.state_category] ?? Infinity);
        return {
            key: `state_${change.id}`,
            label: change.needs_reason ? _t("%s…", change.name) : change.name,
            icon: (isBlocked && "fa-lock") || (isRejecting && "fa-times") || (isForward ? "fa-arrow-right" : "fa-undo"),
            hint: isBlocked ? _t("Has to be approved first") : false,
            isRejecting,
            isBlocked,
            isForward,
            run: () => moveDocument(this.services, this.props.record.resId, [change]),
        };
    }

    getClass(entry, main) {
        if (entry.key === main?.key) {
            return "btn-primary";
        }
        return entry.isRejecting ? "btn-outline-danger" : "btn-secondary";
    }

    /** A question that somebody else has to answer. */
    get isWaitingForOthers() {
        return this.data.approval_state === "requested" && !this.data.can_approve;
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    /** One press at a time, on what the form says; whatever comes of it, the document is read again. */
    async press(entry) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            if (await this.props.record.save()) {
                await entry.run().finally(() => this.props.record.model.root.load());
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    async refuse() {
        const answer = await askState(this.services.dialog, {
            title: _t("Refuse the approval"),
            choices: [{ id: 0, name: "", needs_reason: true }],
            confirmLabel: _t("Refuse"),
            placeholder: _t("What has to be mended?"),
        });
        if (answer) {
            const args = [[this.props.record.resId], answer.reason];
            await this.services.orm.call("crm.document", "action_refuse", args);
        }
    }
}

export const documentStateButtons = {
    component: DocumentStateButtons,
    fieldDependencies: [
        { name: "state_buttons", type: "json", readonly: true },
        { name: "state_category", type: "selection", readonly: true },
        { name: "approval_state", type: "selection", readonly: true },
        { name: "can_approve", type: "boolean", readonly: true },
    ],
};

registry.category("view_widgets").add("document_state_buttons", documentStateButtons);
