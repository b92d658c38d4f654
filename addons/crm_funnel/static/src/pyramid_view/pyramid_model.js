import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { pick } from "@web/core/utils/objects";
import { Model } from "@web/model/model";

import { resolvePeriod } from "../period_select/period_select";
import { fromContext } from "./pyramid_settings";

/** Reads the figures of a pyramid. Settings that the server refuses are not taken over: the former picture stays. */
export class PyramidModel extends Model {
    static services = ["orm", "notification"];

    /**
     * @param {Object} params
     * @param {string} params.resModel
     * @param {import("./pyramid_settings").PyramidSettings} params.settings of the view, or as they were left
     * @param {boolean} params.isRestored they were left so: neither a link nor a favourite changes them
     */
    setup({ resModel, settings, isRestored }, { notification }) {
        this.notification = notification;
        this.keepLast = new KeepLast();
        this.resModel = resModel;
        this.settings = settings;
        this.isRestored = isRestored;
        this.data = null;
    }

    async load({ domain, context }) {
        const settings = { ...this.settings, ...this.takeChosen(context) };
        try {
            await this.read(domain, context, settings);
        } catch (error) {
            if (this.data || !this.env.searchModel.link) {
                throw error;
            }
            await this.loadWithoutLink();
        }
    }

    /** The link asks for what is no more, or never was. */
    async loadWithoutLink() {
        const { searchModel } = this.env;
        await searchModel.forgetLink();
        await this.read(searchModel.domain, searchModel.context, this.settings);
        this.notification.add(_t("The link cannot be shown. This is the pyramid without it."), { type: "warning" });
    }

    /** @param {Partial<PyramidSettings>} changes */
    async update(changes) {
        const { domain, context } = this.searched;
        await this.read(domain, context, { ...this.settings, ...changes });
        this.notify();
    }

    get options() {
        return this.getOptions(this.settings);
    }

    // ------------------------------------------------------------------------
    // Helpers
    // ------------------------------------------------------------------------

    /** What a favourite that has just been chosen asks for, or at first the link. */
    takeChosen(context) {
        const chosen = JSON.stringify(
            pick(context, "pyramid_basis", "pyramid_period", "pyramid_measure", "pyramid_process"),
        );
        const isNew = chosen !== this.chosen;
        const isFirst = this.chosen === undefined;
        this.chosen = chosen;
        if (!isNew || (isFirst && this.isRestored)) {
            return {};
        }
        const link = isFirst && this.env.searchModel.link;
        return link ? link.settings : fromContext(context);
    }

    getOptions({ processId, basis, period }) {
        const { from, to } = resolvePeriod(period);
        return { process_id: processId, basis, date_from: from, date_to: to };
    }

    async read(domain, context, settings) {
        const options = this.getOptions(settings);
        const data = await this.keepLast.add(
            this.orm.call(this.resModel, "get_pyramid", [domain, options], { context }),
        );
        Object.assign(this, { data, settings, searched: { domain, context } });
    }
}
