import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";
import { listView } from "@web/views/list/list_view";
import { ListController } from "@web/views/list/list_controller";

import { onWillUnmount } from "@odoo/owl";

export const PROGRESS = "crm_clients.import_progress";

/**
 * Call a function whenever the server has committed a step of one of the user's imports. While one call lasts, further
 * steps are answered by one more call after it.
 *
 * @param {(payload: { id: number, state: string, progress: number }) => Promise<void>} callback
 */
export function useImportProgress(callback) {
    const bus = useService("bus_service");
    let isBusy = false;
    let waiting = null;
    let isGone = false;
    const onProgress = async (payload) => {
        if (isBusy) {
            waiting = payload;
            return;
        }
        isBusy = true;
        try {
            await callback(payload);
        } finally {
            isBusy = false;
        }
        if (waiting && !isGone) {
            const next = waiting;
            waiting = null;
            onProgress(next);
        }
    };
    bus.subscribe(PROGRESS, onProgress);
    onWillUnmount(() => {
        isGone = true;
        bus.unsubscribe(PROGRESS, onProgress);
    });
}

/** The form of an import: what is on it moves by itself. */
export class ClientImportFormController extends FormController {
    setup() {
        super.setup();
        useImportProgress((payload) => this.showProgress(payload));
    }

    async showProgress({ id }) {
        const { root } = this.model;
        // what somebody is typing at the moment stays
        if (root.resId === id && !(await root.isDirty())) {
            await root.load();
        }
    }
}

/** The list of imports: the bars move by themselves. */
export class ClientImportListController extends ListController {
    setup() {
        super.setup();
        useImportProgress((payload) => this.showProgress(payload));
    }

    async showProgress({ id }) {
        const { root } = this.model;
        const record = !root.isGrouped && root.records.find((candidate) => candidate.resId === id);
        if (record && !root.editedRecord) {
            await record.load();
        }
    }
}

registry.category("views").add("client_import_form", { ...formView, Controller: ClientImportFormController });
registry.category("views").add("client_import_list", { ...listView, Controller: ClientImportListController });
