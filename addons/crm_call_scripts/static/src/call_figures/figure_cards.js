import { Component } from "@odoo/owl";

import { getFigures } from "./figures_format";

/** The headline of a script: each figure large, and beneath it the same of the version that it is compared with. */
export class FigureCards extends Component {
    static template = "crm_call_scripts.FigureCards";
    static props = { sides: Array, onOpen: Function };

    get cards() {
        const [mine, other] = this.props.sides.map(({ totals }) => getFigures(totals));
        return mine.map((card, index) => ({ ...card, other: other?.[index] }));
    }

    get otherName() {
        return this.props.sides[1]?.name;
    }
}
