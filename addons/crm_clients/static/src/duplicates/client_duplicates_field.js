import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Who is already there with the same phone, e-mail or tax number, while one types.
 *
 * The value is a list of {id, name, manager, archived, reason, can_merge}; a client that the user may not see has no id
 * and no name, only its manager.
 */
export class ClientDuplicatesField extends Component {
    static template = "crm_clients.ClientDuplicatesField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get duplicates() {
        return this.props.record.data[this.props.name] || [];
    }

    foreignText(duplicate) {
        return duplicate.manager
            ? _t("This is already a client of %(manager)s", { manager: duplicate.manager })
            : _t("This is already a client, without a responsible manager: ask your head of sales");
    }

    /** What is the same, and who looks after the client: his name stands in the text of a foreign one already. */
    details(duplicate) {
        return [duplicate.reason, duplicate.id && duplicate.manager].filter(Boolean).join(", ");
    }

    /** A new card stays as it is under the dialog: leaving it would save it, the duplicate included. */
    open(duplicate) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: duplicate.id,
            views: [[false, "form"]],
            target: this.props.record.isNew ? "new" : "current",
        });
    }

    async merge(duplicate) {
        const { record } = this.props;
        if (await record.save()) {
            await this.action.doAction("crm_clients.crm_client_merge_action", {
                additionalContext: {
                    active_model: "res.partner",
                    active_id: record.resId,
                    active_ids: [record.resId, duplicate.id],
                },
            });
        }
    }
}

export const clientDuplicatesField = {
    component: ClientDuplicatesField,
    supportedTypes: ["json"],
};

registry.category("fields").add("client_duplicates", clientDuplicatesField);
