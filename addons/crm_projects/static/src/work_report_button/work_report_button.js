import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

import { getTickRefusal, useOwnerAction } from "../work_status/work_status";

/** The button *Work Report* of a client's card: active if a service is ticked, also a moment ago; if not, it says why. */
export class WorkReportButton extends Component {
    static template = "crm_projects.WorkReportButton";
    static props = standardWidgetProps;

    setup() {
        this.run = useOwnerAction();
    }

    get refusal() {
        return this.props.record.data.client_service_ids.currentIds.length ? "" : getTickRefusal();
    }

    open() {
        return this.run(this.props.record, "action_work_report");
    }
}

registry.category("view_widgets").add("work_report_button", { component: WorkReportButton });
