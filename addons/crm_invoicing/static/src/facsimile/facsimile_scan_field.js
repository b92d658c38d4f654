import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { FacsimileEditor } from "./facsimile_editor";

/**
 * The scan of a facsimile: seen by those who may use it, replaced by those who may set it.
 *
 * The picture is no field; it is asked for by a method that checks the right each time.
 */
export class FacsimileScanField extends Component {
    static template = "crm_invoicing.FacsimileScanField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({ scan: false });
        onWillStart(() => this.loadScan(this.props));
        onWillUpdateProps((nextProps) => this.loadScan(nextProps));
    }

    get data() {
        return this.props.record.data;
    }

    get figures() {
        const { scan_width, scan_height, print_resolution } = this.data;
        return _t("%(width)s x %(height)s px, %(dpi)s dpi on paper.", {
            width: scan_width,
            height: scan_height,
            dpi: print_resolution,
        });
    }

    async loadScan({ record, name }) {
        const key = [record.resId, record.data[name], record.data.can_use, String(record.data.scan_date)].join();
        if (key === this.loadedKey) {
            return;
        }
        this.loadedKey = key;
        const isSeen = record.resId && record.data[name] && record.data.can_use;
        this.state.scan = isSeen && (await this.orm.call("crm.facsimile", "get_scan_preview", [record.resId]));
    }

    async openEditor() {
        // the scan belongs to a record, and its width may have been typed a moment ago
        if (!(await this.props.record.save())) {
            return;
        }
        this.dialog.add(FacsimileEditor, {
            widthMm: this.data.width_mm,
            save: (scan) => this.saveScan(scan),
        });
    }

    async saveScan({ original, turn, crop, threshold, widthMm }) {
        const { record } = this.props;
        await this.orm.call("crm.facsimile", "action_set_scan", [record.resId, original], {
            turn,
            crop,
            threshold,
            width_mm: widthMm,
        });
        await record.load();
        this.notification.add(_t("The scan is saved. Only those who may use it see it."), { type: "success" });
    }

    clear() {
        this.dialog.add(ConfirmationDialog, {
            body: _t("Delete the scan? It cannot be brought back; papers will be printed with an empty line."),
            confirmLabel: _t("Delete the Scan"),
            confirm: async () => {
                await this.orm.call("crm.facsimile", "action_clear_scan", [[this.props.record.resId]]);
                await this.props.record.load();
            },
            cancel: () => {},
        });
    }
}

export const facsimileScanField = {
    component: FacsimileScanField,
    supportedTypes: ["boolean"],
    fieldDependencies: [
        { name: "can_use", type: "boolean" },
        { name: "can_set_scan", type: "boolean" },
        { name: "scan_date", type: "datetime" },
        { name: "scan_width", type: "integer" },
        { name: "scan_height", type: "integer" },
        { name: "print_resolution", type: "integer" },
        { name: "width_mm", type: "integer" },
    ],
};

registry.category("fields").add("facsimile_scan", facsimileScanField);
