import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { CheckBox } from "@web/core/checkbox/checkbox";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { evaluateExpr } from "@web/core/py_js/py";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

import { Component, useState } from "@odoo/owl";

const MODEL = "crm.lead";
/** Key of the context of a favourite that says what the report is asked. */
export const CONTEXT_KEY = "crm_funnel_report";

/** The favourites of a report: Odoo's own (`ir.filters`), so that they are listed and shared as all others. */
export class ReportFavorites extends Component {
    static template = "crm_funnel.ReportFavorites";
    static components = { CheckBox, Dropdown, DropdownItem };
    static props = {
        actionId: { type: Number, optional: true },
        link: Object,
        onSelect: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.dropdown = useDropdownState();
        this.state = useState({ favorites: [], name: "", isShared: false });
    }

    async load() {
        const filters = await this.orm.call("ir.filters", "get_filters", [MODEL, this.props.actionId || false]);
        this.state.favorites = filters.map(read).filter(({ link }) => link);
    }

    async save() {
        const { name, isShared } = this.state;
        if (!name.trim()) {
            this.notification.add(_t("Give the favorite a name."), { type: "danger" });
            return;
        }
        // only what is asked differently: JSON of texts is Python as well
        const link = JSON.parse(JSON.stringify(this.props.link));
        await this.orm.call("ir.filters", "create_filter", [
            {
                name: name.trim(),
                model_id: MODEL,
                action_id: this.props.actionId || false,
                context: JSON.stringify({ [CONTEXT_KEY]: link }),
                user_ids: isShared ? [] : [user.userId],
            },
        ]);
        Object.assign(this.state, { name: "", isShared: false });
        this.dropdown.close();
        this.notification.add(_t("“%s” is among the favorites now.", name.trim()), { type: "success" });
    }

    onKeydown(ev) {
        // the menu would take the arrows and Enter for its own
        ev.stopPropagation();
        if (ev.key === "Enter") {
            this.save();
        } else if (ev.key === "Escape") {
            this.dropdown.close();
        }
    }

    remove(favorite) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Delete the favorite?"),
            body: favorite.isShared
                ? _t("“%s” is shared: it disappears for everybody.", favorite.name)
                : _t("“%s” disappears from your favorites.", favorite.name),
            confirmLabel: _t("Delete"),
            confirm: () => this.orm.unlink("ir.filters", [favorite.id]),
            cancel: () => {},
        });
    }
}

function read({ id, name, context, user_ids }) {
    let link;
    try {
        link = evaluateExpr(context)[CONTEXT_KEY];
    } catch {
        // a favourite that somebody has written by hand
        link = false;
    }
    const isShared = !user_ids.length;
    return { id, name, link, isShared, title: isShared ? _t("Shared with everybody") : _t("Only mine") };
}
