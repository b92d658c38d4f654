import { checkRainbowmanMessage } from "@crm/views/check_rainbowman_message";
import { CrmKanbanDynamicGroupList, CrmKanbanModel } from "@crm/views/crm_kanban/crm_kanban_model";
import { CrmKanbanRenderer } from "@crm/views/crm_kanban/crm_kanban_renderer";
import { _t } from "@web/core/l10n/translation";
import { useBus } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

import { openAndWait, RESULT_RECORDED } from "../result_buttons/result_recording";
import { StageColumn } from "./stage_column";

// Patched and not extended: the forecast and the views of other addons build on the same classes.

patch(CrmKanbanRenderer.prototype, {
    setup() {
        super.setup(...arguments);
        useBus(this.env.bus, RESULT_RECORDED, () => this.props.list.model.root.load());
    },
});

/** The gear of a column: its deals together, and a deletion that tells where its deals go. */
patch(CrmKanbanRenderer.components.KanbanHeader.prototype, {
    get configMenuProps() {
        const props = super.configMenuProps;
        if (this.group.groupByField.name === "stage_id" && this.group.groupByField.relation === "crm.stage") {
            props.configItems = this.getStageItems(props.configItems);
        }
        return props;
    },

    getStageItems(items) {
        const column = new StageColumn(this.env, this.group, this.props.list);
        const canEdit = this.props.activeActions.edit && !this.props.list.model.useSampleModel;
        const own = [
            {
                key: "archive_deals",
                label: _t("Archive All"),
                icon: "fa-archive",
                isVisible: () => canEdit && this.group.count > 0,
                method: () => column.askArchive(),
            },
            {
                key: "restore_deals",
                label: _t("Restore All"),
                icon: "fa-folder-open-o",
                isVisible: () => canEdit,
                method: () => column.askRestore(),
            },
        ].map(({ key, ...item }) => [key, { ...item, class: `o_group_${key}` }]);
        const stock = items.map(([key, item]) =>
            key === "delete_group" ? [key, { ...item, method: () => column.askDelete() }] : [key, item],
        );
        const isDelete = ([key]) => key === "delete_group";
        return [...stock.filter((item) => !isDelete(item)), ...own, ...stock.filter(isDelete)];
    },
});

patch(CrmKanbanModel.prototype, {
    /** Stages to which a step leads that demands something; read once, when a card is dropped for the first time. */
    getDemandingStageIds() {
        this.demandingStageIds ??= this.orm.call("crm.lead", "get_demanding_stage_ids", []);
        return this.demandingStageIds;
    },
});

/**
 * A deal that is dropped where something is demanded stays where it was until that is given; on cards that show the
 * result buttons, which ask for the same.
 */
patch(CrmKanbanDynamicGroupList.prototype, {
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        const record = this.records.find((record) => record.id === dataRecordId);
        const form = dataGroupId !== targetGroupId && record && (await this.getMoveForm(record, targetGroupId));
        if (!form) {
            return super.moveRecord(...arguments);
        }
        const { action, effect, orm } = this.model;
        await openAndWait(action, form);
        // recorded or discarded: a dialog does not tell, the server knows
        await checkRainbowmanMessage(orm, effect, record.resId);
        await this.model.root.load();
    },

    async getMoveForm(record, targetGroupId) {
        const { groupByField, value: stageId } = this.groups.find((group) => group.id === targetGroupId);
        if (!("result_card" in record.data) || groupByField.name !== "stage_id" || !stageId) {
            return false;
        }
        const demanding = await this.model.getDemandingStageIds();
        return (
            demanding.includes(stageId) && this.model.orm.call("crm.lead", "get_move_form", [[record.resId], stageId])
        );
    },
});
