import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";

import { onWillStart } from "@odoo/owl";

/**
 * The documents of a client or a deal: a button per type begins a new one, a row opens the document itself and not a
 * dialog of it.
 */
export class DocumentListField extends X2ManyField {
    static template = "crm_documents.DocumentListField";
    static props = { ...X2ManyField.props, hasNew: { type: Boolean, optional: true } };

    setup() {
        super.setup();
        this.orm = useService("orm");
        onWillStart(async () => {
            this.types = this.props.hasNew
                ? await this.orm.cache().searchRead("crm.document.type", [], ["name", "kind"])
                : [];
        });
    }

    /** The list is only looked at: adding, changing and deleting are done in the register. */
    get rendererProps() {
        const props = super.rendererProps;
        const activeActions = { ...props.activeActions, create: false, delete: false, onDelete: undefined };
        return { ...props, activeActions, readonly: true, editable: false };
    }

    async openRecord(record) {
        await this.openDocument({ resId: record.resId });
    }

    async openNew(type) {
        await this.openDocument({ type });
    }

    async openDocument({ resId, type }) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const action = resId
            ? { type: "ir.actions.act_window", res_model: "crm.document", res_id: resId, views: [[false, "form"]] }
            : await this.orm.call(record.resModel, "action_new_document", [[record.resId]], { kind: type.kind });
        if (type) {
            // of several types of a kind the one that was pressed
            action.context = { ...action.context, default_type_id: type.id };
        }
        await this.action.doAction(action);
    }
}

export const documentListField = {
    ...x2ManyField,
    component: DocumentListField,
    displayName: _t("Documents"),
    supportedTypes: ["one2many"],
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...x2ManyField.extractProps(fieldInfo, dynamicInfo),
        hasNew: !fieldInfo.options.no_new,
    }),
};

registry.category("fields").add("document_list", documentListField);
