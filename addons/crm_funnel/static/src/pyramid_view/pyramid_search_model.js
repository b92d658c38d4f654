import { Domain } from "@web/core/domain";
import { omit } from "@web/core/utils/objects";
import { SearchModel } from "@web/search/search_model";

const isDefault = (key) => key.startsWith("search_default_") || key.startsWith("searchpanel_default_");

/** The search of a pyramid: it can be written into a link, and read from it. */
export class PyramidSearchModel extends SearchModel {
    /** @override a link replaces what is chosen by default */
    async load(config) {
        this.link = this.env.services["crm_funnel.pyramid_link"].take();
        if (!this.link) {
            return super.load(config);
        }
        this.defaultConfig = config;
        const context = config.context || {};
        await super.load({
            ...omit(config, "state"),
            activateFavorite: false,
            context: {
                ...omit(context, ...Object.keys(context).filter(isDefault)),
                ...this.getPanelDefaults(),
            },
        });
        this.applyLinkFilters();
    }

    /** Show what is chosen by default: what the link asks for cannot be shown. */
    async forgetLink() {
        const config = this.defaultConfig;
        this.link = false;
        this.defaultConfig = null;
        await super.load(config);
    }

    getPanelDefaults() {
        const choices = Object.entries(this.link.choices);
        return Object.fromEntries(choices.map(([name, id]) => [`searchpanel_default_${name}`, id]));
    }

    applyLinkFilters() {
        this.blockNotification = true;
        for (const [description, domain] of this.link.filters) {
            this.createNewFilters([{ description, domain: new Domain(domain).toString(), invisible: "True" }]);
        }
        this.blockNotification = false;
        this._reset();
    }

    // ------------------------------------------------------------------------
    // What a link keeps
    // ------------------------------------------------------------------------

    /** @returns {Array} [words, domain] of each facet; what is mine is written by my number, not by "me" */
    exportFilters() {
        return this.facets
            .filter((facet) => facet.domain)
            .map(({ title, values, separator, domain }) => [
                (title ? `${title}: ` : "") + values.join(` ${separator} `),
                new Domain(domain).toList(this.domainEvalContext),
            ]);
    }

    /** @returns {Object} what is chosen in the panel, by the name of the field */
    exportChoices() {
        const chosen = this.categories.filter((category) => category.activeValueId);
        return Object.fromEntries(chosen.map(({ fieldName, activeValueId }) => [fieldName, activeValueId]));
    }
}
