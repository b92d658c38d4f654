import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** How the signatures and the stamp of requisites will stand on a paper, true to scale among themselves. */
export class RequisitesBlock extends Component {
    static template = "crm_invoicing.RequisitesBlock";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ block: null });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps(({ record }) => this.load(record));
    }

    /** The server knows what is saved: it is asked again when the form has been saved or shows another record. */
    async load(record) {
        const { write_date, stamp_id, signatory_ids } = record.data;
        const key = [record.resId, String(write_date), stamp_id?.id, ...signatory_ids.currentIds].join();
        if (!record.resId || key === this.key) {
            return;
        }
        this.key = key;
        this.state.block = await this.orm.call("crm.requisites", "get_block_preview", [record.resId]);
    }

    getSize({ width_mm, height_mm }) {
        return `width: ${width_mm || 45}mm; height: ${height_mm || 15}mm;`;
    }
}

registry.category("view_widgets").add("requisites_block", {
    component: RequisitesBlock,
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
});
