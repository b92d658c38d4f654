import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";

const UNDO_DELAY = 30000;

/**
 * What can be done with a whole column of the funnel. Each action asks once, with the number of deals, and offers to
 * undo it for half a minute.
 *
 * It outlives the header of the column, which a deletion takes away: hence the services of the environment.
 */
export class StageColumn {
    constructor(env, group, list) {
        this.services = env.services;
        this.group = group;
        this.list = list;
    }

    // ------------------------------------------------------------------------
    // Actions
    // ------------------------------------------------------------------------

    async askDelete() {
        const args = [[this.group.value]];
        const { deals } = await this.orm.call("crm.stage", "get_delete_info", args);
        this.ask({
            title: _t("Delete the column “%s”?", this.group.displayName),
            body: deals ? _t("Deals that go to the column “Undefined”: %s", deals) : _t("There are no deals in it."),
            confirmLabel: _t("Delete Column"),
            confirmClass: "btn-danger",
            confirm: () => this.run("crm.stage", "action_delete_column", args),
        });
    }

    async askArchive() {
        this.askAll("archive_stage_deals", await this.countDeals(true), {
            title: _t("Archive all deals of “%s”?", this.group.displayName),
            body: (deals) => _t("Deals to archive: %s", deals),
            nothing: _t("There are no deals to archive in this column."),
            confirmLabel: _t("Archive All"),
        });
    }

    async askRestore() {
        this.askAll("restore_stage_deals", await this.countDeals(false), {
            title: _t("Restore all deals of “%s”?", this.group.displayName),
            body: (deals) => _t("Archived and lost deals to restore: %s", deals),
            nothing: _t("There are no archived or lost deals in this column."),
            confirmLabel: _t("Restore All"),
        });
    }

    // ------------------------------------------------------------------------
    // How
    // ------------------------------------------------------------------------

    get orm() {
        return this.services.orm;
    }

    /** The deals of the column as it is filtered now. */
    get domain() {
        return this.group.list.domain;
    }

    countDeals(active) {
        const domain = Domain.and([this.domain, [["active", "=", active]]]).toList();
        return this.orm.searchCount("crm.lead", domain);
    }

    askAll(method, deals, { title, body, nothing, confirmLabel }) {
        if (!deals) {
            this.services.notification.add(nothing, { type: "info" });
            return;
        }
        const confirm = () => this.run("crm.lead", method, [this.domain]);
        this.ask({ title, body: body(deals), confirmLabel, confirm });
    }

    ask(props) {
        this.services.dialog.add(ConfirmationDialog, { cancel: () => {}, ...props });
    }

    async run(model, method, args) {
        const { message, undo_id: undoId } = await this.orm.call(model, method, args);
        await this.reload();
        this.tell(message, undoId);
    }

    tell(message, undoId) {
        const undo = () => {
            close();
            return this.undo(undoId);
        };
        const close = this.services.notification.add(message, {
            type: "success",
            autocloseDelay: UNDO_DELAY,
            buttons: undoId ? [{ name: _t("Undo"), icon: "fa-undo", onClick: undo }] : [],
        });
    }

    async undo(undoId) {
        const { message } = await this.orm.call("crm.stage.undo", "action_undo", [[undoId]]);
        this.services.notification.add(message, { type: "success" });
        await this.reload();
    }

    reload() {
        const { root } = this.list.model;
        // else a column that is gone would stay as an empty one
        delete root.config.currentGroups;
        return root.load();
    }
}
