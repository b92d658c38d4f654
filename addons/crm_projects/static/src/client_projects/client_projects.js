import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

export const STATUS_CLASSES = {
    late: "text-bg-danger",
    this_week: "text-bg-warning",
    under_way: "text-bg-info",
    planned: "text-bg-light border",
    done: "text-bg-success",
    cancelled: "text-bg-light text-muted border",
};

/**
 * The projects of a client or a deal with their works, as far as the user may know.
 *
 * Loaded when the tab is shown, so that a card costs nothing as long as nobody looks here.
 */
export class ClientProjects extends Component {
    static template = "crm_projects.ClientProjects";
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((next) => this.load(next.record));
    }

    async load(record) {
        this.state.data = record.resId
            ? await this.orm.call(record.resModel, "get_client_projects", [[record.resId]])
            : null;
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get data() {
        return this.state.data;
    }

    get isEmpty() {
        return !this.data.projects.length && !this.data.works.length;
    }

    get hasMore() {
        return this.data.project_count > this.data.projects.length;
    }

    get allProjectsLabel() {
        return _t("All %s projects", this.data.project_count);
    }

    getStatusClass(entry) {
        return STATUS_CLASSES[entry.status];
    }

    getDeadline(entry) {
        return entry.deadline ? formatDate(deserializeDateTime(entry.deadline)) : "";
    }

    getLateness(work) {
        if (work.status !== "late") {
            return "";
        }
        return work.days_late ? _t("%s days late", work.days_late) : _t("late since today");
    }

    // ------------------------------------------------------------------------
    // What happens
    // ------------------------------------------------------------------------

    async run(model, method, id) {
        const action = await this.orm.call(model, method, [[id]]);
        await this.action.doAction(action, { onClose: () => this.load(this.props.record) });
    }

    /** What was just ticked or typed on the card counts: it is saved first. */
    async runHere(method) {
        const { record } = this.props;
        if (await record.save()) {
            await this.run(record.resModel, method, record.resId);
        }
    }

    openProject(project) {
        return this.run("crm.client.project", "action_open", project.id);
    }

    openWork(work) {
        return this.run("crm.work", "action_open", work.id);
    }
}

registry.category("view_widgets").add("client_projects", { component: ClientProjects });
