import { formatValue } from "./report_format";

import { Component } from "@odoo/owl";

/** How much colour the largest number has: the text above it stays readable, light or dark. */
const STRONGEST = 55;

/**
 * A table of numbers, the larger the darker. It is read without the colours as well: every number is written.
 *
 * `cells` are {row, column, count, title} with the keys of a row and of a column; what is missing is nothing.
 */
export class HeatTable extends Component {
    static template = "crm_funnel.HeatTable";
    static props = {
        caption: String,
        heading: String,
        totalLabel: String,
        rows: { type: Array, element: { type: Object, shape: { key: [Number, String, Boolean], label: String } } },
        columns: { type: Array, element: { type: Object, shape: { key: [Number, String, Boolean], label: String } } },
        cells: Array,
        isNarrow: { type: Boolean, optional: true },
        onOpen: Function,
    };

    get lines() {
        const { rows, columns, cells } = this.props;
        const largest = Math.max(1, ...cells.map(({ count }) => count));
        const byKeys = new Map(cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
        return rows.map((row) => ({
            ...row,
            total: this.getTotal("row", row.key),
            cells: columns.map(({ key }) => this.describeCell(key, byKeys.get(`${row.key} ${key}`), largest)),
        }));
    }

    describeCell(column, cell, largest) {
        const strength = cell ? Math.round((STRONGEST * cell.count) / largest) : 0;
        return { column, cell, text: cell ? this.format(cell.count) : "", style: `--o-report-heat: ${strength}%` };
    }

    get totals() {
        return this.props.columns.map(({ key }) => ({ key, text: this.format(this.getTotal("column", key)) }));
    }

    get total() {
        return this.format(this.props.cells.reduce((sum, { count }) => sum + count, 0));
    }

    getTotal(side, key) {
        const cells = this.props.cells.filter((cell) => cell[side] === key);
        return cells.reduce((sum, { count }) => sum + count, 0);
    }

    format(count) {
        return formatValue(count, "count");
    }
}
