import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

import { moveDocument } from "../movement/document_movement";

const STATE_FIELDS = { state_id: "id", state_category: "category" };

export class DocumentKanbanModel extends RelationalModel {}

/**
 * A card dropped in another column of states or categories is moved as the buttons of its form would move it. It stays
 * where it was until the reason is given, if one is asked for.
 */
DocumentKanbanModel.DynamicGroupList = class DocumentDynamicGroupList extends RelationalModel.DynamicGroupList {
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        const key = STATE_FIELDS[this.groupByField.name];
        if (!key || dataGroupId === targetGroupId) {
            return super.moveRecord(...arguments);
        }
        const record = this.records.find((record) => record.id === dataRecordId);
        const { value, displayName } = this.groups.find((group) => group.id === targetGroupId);
        await this.moveDocument(record.resId, (change) => change[key] === value, displayName);
    }

    async moveDocument(documentId, isMeant, displayName) {
        const [{ state_buttons: changes, type_id: type }] = await this.model.orm.read(
            "crm.document",
            [documentId],
            ["state_buttons", "type_id"],
        );
        const meant = changes.filter(isMeant);
        if (!meant.length) {
            await this.refuseMove(changes, displayName, type[0]);
            return;
        }
        let isDiscarded = false;
        try {
            isDiscarded = !(await moveDocument(this.model, documentId, meant));
        } finally {
            // also after a refusal of the server: somebody else may have moved it meanwhile
            if (!isDiscarded) {
                await this.model.root.load();
            }
        }
    }

    /** Says what the table allows instead; whoever may change the table gets to it from here. */
    async refuseMove(changes, displayName, typeId) {
        const allowed = changes.map((change) => change.name).join(", ");
        const message = allowed
            ? _t("From here a document does not go to “%(target)s”. Allowed: %(allowed)s.", {
                  target: displayName,
                  allowed,
              })
            : _t("The life of this document has ended: no change leads away from its state.");
        const mayChange = await user.checkAccessRight("crm.document.type", "write");
        const buttons = mayChange ? [{ name: _t("Allowed Changes"), onClick: () => this.openType(typeId) }] : [];
        this.model.notification.add(message, { type: "warning", buttons });
    }

    openType(typeId) {
        return this.model.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.document.type",
            res_id: typeId,
            views: [[false, "form"]],
        });
    }
};

export class DocumentKanbanRenderer extends KanbanRenderer {
    /** The category follows from the state, which is why nobody writes it; a drop there means a state of it. */
    get canMoveRecords() {
        const isCategory = this.props.list.groupByField?.name === "state_category";
        return isCategory ? this.canResequenceRecords : super.canMoveRecords;
    }
}

export const documentKanbanView = { ...kanbanView, Model: DocumentKanbanModel, Renderer: DocumentKanbanRenderer };

registry.category("views").add("document_kanban", documentKanbanView);
