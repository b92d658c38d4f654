import { PeriodSelect } from "@crm_funnel/period_select/period_select";

import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

/** The bar above the figures of scripts: which script, which of its versions, when and whose calls. */
export class FiguresFilters extends Component {
    static template = "crm_call_scripts.FiguresFilters";
    static components = { MultiRecordSelector, PeriodSelect };
    static props = {
        query: Object,
        scripts: Array,
        scriptId: [Number, Boolean],
        versionId: Number,
        hasUsers: Boolean,
        onChange: Function,
    };

    get versions() {
        return this.props.scripts.find(({ id }) => id === this.props.scriptId)?.versions || [];
    }

    get versionChoices() {
        const versions = this.versions.map(({ id, number, is_published }) => ({
            id,
            name: is_published ? _t("Version %s, in use", number) : _t("Version %s", number),
        }));
        return versions.length > 1 ? [...versions, { id: 0, name: _t("All versions") }] : versions;
    }

    get compareChoices() {
        return this.versions
            .filter(({ id }) => id !== this.props.versionId)
            .map(({ id, number }) => ({ id, name: _t("Compare with version %s", number) }));
    }

    get canCompare() {
        return this.props.versionId !== 0 && this.compareChoices.length > 0;
    }

    get selectors() {
        const teams = {
            name: "teamIds",
            resModel: "crm.team",
            label: _t("Channels"),
            placeholder: _t("All channels"),
        };
        const users = {
            name: "userIds",
            resModel: "res.users",
            label: _t("Managers"),
            placeholder: _t("All managers"),
            domain: [["share", "=", false]],
        };
        return this.props.hasUsers ? [users, teams] : [teams];
    }

    onScriptChange(ev) {
        this.props.onChange({ scriptId: Number(ev.target.value), versionId: false, compareId: false, tab: false });
    }

    onVersionChange(ev) {
        const versionId = Number(ev.target.value);
        const { compareId } = this.props.query;
        this.props.onChange({ versionId, compareId: versionId && compareId !== versionId ? compareId : false });
    }

    onCompareChange(ev) {
        this.props.onChange({ compareId: Number(ev.target.value) || false });
    }
}
