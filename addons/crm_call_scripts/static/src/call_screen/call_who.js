import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { formatLocalTime, formatMoment } from "../call_day/call_times";

/** Who is on the phone, and whether he may be called now. */
export class CallWho extends Component {
    static template = "crm_call_scripts.CallWho";
    static props = { who: Object, onOpen: Function };

    get cards() {
        const { client, contact, deal } = this.props.who;
        return [
            client && { ...client, model: "res.partner", icon: "fa-building-o" },
            contact && { ...contact, model: "res.partner", icon: "fa-user-o" },
            deal && { ...deal, model: "crm.lead", icon: "fa-star-o" },
        ]
            .filter(Boolean)
            .map((card) => ({ ...card, label: this.shorten(card.name) }));
    }

    /** The name of a card without that of the client, which stands beside it. */
    shorten(name) {
        const beginning = `${this.props.who.client?.name}, `;
        return name.startsWith(beginning) ? name.slice(beginning.length) : name;
    }

    get phoneLink() {
        return `tel:${this.props.who.phone.replace(/[^0-9+*#,;]/g, "")}`;
    }

    get localTime() {
        const time = formatLocalTime(this.props.who.tz);
        return time && _t("It is %s there", time);
    }

    get until() {
        const { callable_until, is_callable_now } = this.props.who;
        return is_callable_now && callable_until ? _t("May be called until %s", formatMoment(callable_until)) : "";
    }
}
