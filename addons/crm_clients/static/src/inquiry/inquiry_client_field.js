import { isMacOS } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useExternalListener } from "@odoo/owl";

/**
 * Who is calling, as far as we know: the clients recognised by the phone or the e-mail typed so far, or the client
 * that the inquiry is linked to. The value is a list of the cards described at `crm.lead._describe_client`.
 */
export class InquiryClientField extends Component {
    static template = "crm_clients.InquiryClientField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.modifier = isMacOS() ? "Control" : "Alt";
        useExternalListener(window, "focusin", this.rememberFocus);
    }

    get cards() {
        return this.props.record.data[this.props.name] || [];
    }

    get isOpen() {
        return this.props.record.data.won_status === "pending" && !this.props.record.data.is_deal_made;
    }

    get hasKnown() {
        return this.cards.some((card) => card.state !== "linked");
    }

    get keys() {
        const keys = [
            { key: "V", label: _t("make a deal") },
            { key: "S", label: _t("save") },
            { key: "C", label: _t("next inquiry") },
        ];
        return this.isOpen ? keys : keys.slice(1);
    }

    getDealsLabel(card) {
        return card.deal_count ? _t("Open deals: %s", card.deal_count) : _t("No open deals");
    }

    getManagerLabel(card) {
        return card.manager ? _t("Manager: %s", card.manager) : _t("Nobody is responsible");
    }

    getContactLabel(card) {
        return card.last_contact ? _t("Last contact: %s", card.last_contact) : _t("No contact yet");
    }

    // ------------------------------------------------------------------------
    // Focus: an answer given by key takes its button away, the typing goes on where it was
    // ------------------------------------------------------------------------

    rememberFocus({ target }) {
        if (target.closest(".o_inquiry_form .o_field_widget") && !target.closest(".o_inquiry_client")) {
            this.lastFocused = target;
        }
    }

    async answer(values) {
        await this.props.record.update(values);
        this.lastFocused?.focus();
    }

    // ------------------------------------------------------------------------
    // Answers
    // ------------------------------------------------------------------------

    link(card) {
        return this.answer({ partner_id: card.partner });
    }

    declareNew() {
        return this.answer({ is_new_client: true });
    }

    async unlink() {
        const { phone, email_from } = this.props.record.data;
        await this.props.record.update({ partner_id: false, is_new_client: true });
        // Odoo empties what came from the partner; the number that calls is still the caller's own
        await this.answer({ phone, email_from });
    }

    async passOn() {
        const { record } = this.props;
        if (await record.save()) {
            const { context, resId, resModel } = record;
            await this.action.doAction(await this.orm.call(resModel, "action_pass_on", [[resId]], { context }));
        }
    }

    open(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }
}

export const inquiryClientField = {
    component: InquiryClientField,
    displayName: _t("Known Client of an Inquiry"),
    supportedTypes: ["json"],
};

registry.category("fields").add("inquiry_client", inquiryClientField);
