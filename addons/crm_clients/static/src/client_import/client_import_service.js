import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

export const FINISHED = "crm_clients.import_finished";

/** Tells the user, on whatever page he is, that an import of his is done. */
export const clientImportService = {
    dependencies: ["action", "bus_service", "notification"],

    start(env, { action, bus_service: bus, notification }) {
        bus.subscribe(FINISHED, ({ id, name, message }) => {
            const close = notification.add(message, {
                title: name,
                type: "info",
                // whoever is not looking finds it in the inbox
                autocloseDelay: 10000,
                buttons: [
                    {
                        name: _t("Open"),
                        primary: true,
                        onClick: () => {
                            close();
                            action.doAction({
                                type: "ir.actions.act_window",
                                res_model: "crm.client.import",
                                res_id: id,
                                views: [[false, "form"]],
                            });
                        },
                    },
                ],
            });
        });
        bus.start();
    },
};

registry.category("services").add("crm_clients.client_import", clientImportService);
