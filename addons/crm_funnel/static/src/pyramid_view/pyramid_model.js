import { _t } from "@web/core/l10n/translation";
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
        this.resModel = resModel;
        this.settings = settings;
        this.isRestored = isRestored;
        this.data = null;
        // what has been asked for last: whoever asks for a change builds on it, even before it is here
        this.wanted = { settings };
    }

    async load({ domain, context }) {
        const settings = { ...this.wanted.settings, ...this.takeChosen(context) };
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
        const { domain, context, settings } = this.wanted;
        await this.read(domain, context, { ...settings, ...changes });
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

    /** Ends when the latest picture is here, also if that is one that somebody has asked for meanwhile. */
    read(domain, context, settings) {
        this.wanted = { domain, context, settings };
        this.latest = this.fetch(this.wanted);
        return this.latest;
    }

    async fetch(wanted) {
        const { domain, context, settings } = wanted;
        let data;
        try {
            data = await this.orm.call(this.resModel, "get_pyramid", [domain, this.getOptions(settings)], { context });
        } catch (error) {
            if (wanted === this.wanted) {
                this.wanted = this.shown || { settings: this.settings };
                throw error;
            }
        }
        if (wanted !== this.wanted) {
            return this.latest;
        }
        Object.assign(this, { data, settings, shown: wanted });
    }
}
