import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

/** The button *Work Report* of a client's card: waits until a service is ticked, and says so. */
export class WorkReportButton extends Component {
    static template = "crm_projects.WorkReportButton";
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get refusal() {
        const services = this.props.record.data.client_service_ids;
        return services?.count ? "" : _t("Tick the services that the client buys first");
    }

    /** What was just ticked counts: the card is saved first. */
    async open() {
        const { record } = this.props;
        if (await record.save()) {
            const action = await this.orm.call(record.resModel, "action_work_report", [[record.resId]]);
            await this.action.doAction(action, { onClose: () => record.model.root.load() });
        }
    }
}

registry.category("view_widgets").add("work_report_button", {
    component: WorkReportButton,
    fieldDependencies: [{ name: "client_service_ids", type: "many2many" }],
});
