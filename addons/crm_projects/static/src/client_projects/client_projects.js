import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

import {
    CLOSED_STATUSES,
    describeDelay,
    formatDeadline,
    getTickRefusal,
    STATUS_LOOKS,
    useOwnerAction,
} from "../work_status/work_status";

const NOTHING = { projects: [], works: [], project_count: 0, work_count: 0 };

/**
 * The newest projects of a client or deal with their works, and what can be begun.
 *
 * It asks the server once it is shown: a card whose tab stays closed costs nothing.
 */
export class ClientProjects extends Component {
    static template = "crm_projects.ClientProjects";
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.run = useOwnerAction();
        this.looks = STATUS_LOOKS;
        this.formatDeadline = formatDeadline;
        this.describeDelay = describeDelay;
        this.state = useState({ resId: undefined, panel: NOTHING });
        useRecordObserver((record) => this.load(record.resModel, record.resId));
    }

    /** Load once per record: the observer also tells of what is typed. */
    async load(resModel, resId) {
        if (resId !== this.state.resId) {
            this.state.resId = resId;
            this.state.panel = resId ? await this.orm.call(resModel, "get_client_projects", [[resId]]) : NOTHING;
        }
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get panel() {
        return this.state.panel;
    }

    get isEmpty() {
        return !this.panel.projects.length && !this.panel.works.length;
    }

    get isDealWithoutClient() {
        const { resModel, data } = this.props.record;
        return resModel === "crm.lead" && !data.partner_id;
    }

    /** Why there is no work report now; on the client's card the ticks that were just made count. */
    get refusal() {
        const services = this.props.record.data.client_service_ids;
        if (!services) {
            return this.panel.refusal;
        }
        return services.currentIds.length ? "" : getTickRefusal();
    }

    get mayReport() {
        return !this.isDealWithoutClient && !this.refusal;
    }

    get groups() {
        const { projects, works } = this.panel;
        const groups = projects.map((project) => ({ ...project, works: this.sortWorks(project.works) }));
        return works.length ? [...groups, { id: 0, works: this.sortWorks(works) }] : groups;
    }

    /** What is delivered or cancelled comes last. */
    sortWorks(works) {
        const isClosed = (work) => CLOSED_STATUSES.includes(work.status);
        return [...works.filter((work) => !isClosed(work)), ...works.filter(isClosed)];
    }

    get hasMore() {
        return this.panel.project_count > this.panel.projects.length;
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    runOwner(method) {
        return this.run(this.props.record, method);
    }

    async open(resModel, id) {
        await this.action.doAction(await this.orm.call(resModel, "action_open", [[id]]));
    }
}

registry.category("view_widgets").add("client_projects", { component: ClientProjects });
