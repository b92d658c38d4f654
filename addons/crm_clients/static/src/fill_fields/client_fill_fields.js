import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Button that fills the empty fields of a card, also of one not yet saved, from another card.
 *
 * The wizard shows what would change and hands the values back: they land in the form, where the user sees them once
 * more and saves or discards them.
 */
export class ClientFillFields extends Component {
    static template = "crm_clients.ClientFillFields";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    async fill() {
        const { record } = this.props;
        const names = await this.orm.call("crm.client.fill", "get_fill_fields", []);
        const current = {};
        for (const name of names.filter((name) => name in record.activeFields)) {
            const value = record.data[name];
            current[name] =
                name === "bank_ids" ? value.records.map((bank) => bank.data.acc_number) : value?.id || value;
        }
        await this.action.doAction("crm_clients.crm_client_fill_action", {
            additionalContext: {
                default_partner_id: record.resId || false,
                default_current_values: current,
            },
            onClose: async (infos) => {
                if (infos?.client_fill_values) {
                    await record.update(infos.client_fill_values);
                }
            },
        });
    }
}

registry.category("view_widgets").add("client_fill_fields", { component: ClientFillFields });
