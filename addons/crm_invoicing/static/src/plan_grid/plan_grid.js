import { reloadOnClose } from "@crm_clients/dialogs/reload_on_close";
import { getCurrency } from "@web/core/currency";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { RPCError } from "@web/core/network/rpc";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { KeepLast, Mutex } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useRef, useState } from "@odoo/owl";

import { addUp, formatAmount, formatDifference, parseAmount, placeBlock, readBlock } from "./plan_cells";

const { DateTime } = luxon;
const MODEL = "crm.plan.line";
const ROW = ["user_id", "partner_id", "contract_id", "service_id", "currency_id"];
const EMPTY = { plan: 0, fact: 0, count: 0, is_overdue: false };
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The financial plan by months: what is planned is typed into the cells, what has come stands below it. */
export class PlanGrid extends Component {
    static template = "crm_invoicing.PlanGrid";
    static components = { Layout, RecordSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.actionService = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.keepLast = new KeepLast();
        this.mutex = new Mutex();
        this.root = useRef("root");
        this.state = useState({ query: this.props.state?.query || this.getDefaultQuery(), isLoading: false, undo: [] });
        // figures are replaced as a whole
        this.data = false;
        // what stands in an input and is not saved yet: figures that come meanwhile must not wipe it
        this.typed = new Map();
        useSetupAction({ rootRef: this.root, getLocalState: () => ({ query: { ...this.state.query } }) });
        onWillStart(() => this.start());
    }

    getDefaultQuery() {
        const today = DateTime.local();
        const [unit, months] = this.ui.isSmall ? ["month", 1] : ["year", 12];
        const filters = { user_id: false, client_id: false, is_overdue: false };
        return { month: serializeDate(today.startOf(unit)), months, ...filters };
    }

    // ------------------------------------------------------------------------
    // Figures
    // ------------------------------------------------------------------------

    async start() {
        const [choices] = await Promise.all([this.orm.call("crm.funnel.report", "get_choices"), this.load()]);
        this.hasUsers = choices.users;
    }

    async load() {
        this.state.isLoading = true;
        try {
            this.data = await this.keepLast.add(this.orm.call(MODEL, "get_plan_grid", [{ ...this.state.query }]));
        } finally {
            this.state.isLoading = false;
        }
    }

    /** What was typed before is saved first, so that it is seen. */
    async update(changes) {
        Object.assign(this.state.query, changes);
        await this.mutex.exec(() => this.load());
    }

    setLength(months) {
        const unit = { 1: "month", 3: "quarter", 12: "year" }[months];
        const from = this.state.query.months > months ? DateTime.local() : deserializeDate(this.state.query.month);
        return this.update({ months, month: serializeDate(from.startOf(unit)) });
    }

    move(direction) {
        const { month, months } = this.state.query;
        return this.update({ month: serializeDate(deserializeDate(month).plus({ months: direction * months })) });
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get lengths() {
        return [
            { months: 12, label: _t("Year") },
            { months: 3, label: _t("Quarter") },
            { months: 1, label: _t("Month") },
        ];
    }

    get periodText() {
        const { month, months } = this.state.query;
        const first = deserializeDate(month);
        if (months === 12) {
            return first.toFormat("yyyy");
        }
        const last = first.plus({ months: months - 1 });
        const text = last.toFormat("LLLL yyyy");
        return months === 1 ? text : `${first.toFormat("LLLL")} \u2013 ${text}`;
    }

    get columns() {
        const pattern = this.data.months.length > 3 ? "LLL" : "LLLL";
        return this.data.months.map((month) => ({
            month,
            label: deserializeDate(month).toFormat(pattern),
            isCurrent: month === this.data.this_month,
        }));
    }

    /** The rows in groups of a manager each; a single one needs no heading. */
    get groups() {
        const groups = [];
        this.data.rows.forEach((row, index) => {
            const [id, name] = row.user_id || [0, _t("No manager")];
            if (groups.at(-1)?.id !== id) {
                groups.push({ id, name, rows: [] });
            }
            groups.at(-1).rows.push({ ...this.describeRow(row), index });
        });
        return groups;
    }

    /** Sums of a manager's rows in the company's currency; rows in another one are left to the line of all totals. */
    getGroupTotals({ rows }) {
        const own = rows.filter(({ currency }) => !currency);
        return this.data.months.map((month) => {
            const cells = own.map(({ row }) => row.cells[month] || EMPTY);
            return { month, ...this.describeTotal(addUp(cells)) };
        });
    }

    describeRow(row) {
        const cells = this.data.months.map((month, column) => this.describeCell(row, month, column));
        const details = [row.contract_id, row.service_id].filter(Boolean).map(([, name]) => name);
        return {
            row,
            key: ROW.map((name) => row[name] && row[name][0]).join("-"),
            details: details.join(" \u00b7 "),
            currency: row.currency_id[0] === this.data.currency_id ? "" : row.currency_id[1],
            cells,
            total: this.describeTotal(addUp(cells.map(({ cell }) => cell))),
        };
    }

    describeCell(row, month, column) {
        const cell = row.cells[month] || EMPTY;
        const name = [row.partner_id[1], deserializeDate(month).toFormat("LLLL yyyy")].join(", ");
        const plan = formatAmount(cell.plan);
        return {
            month,
            column,
            cell,
            plan,
            text: this.typed.get(this.getCellKey(row, month)) ?? plan,
            label: cell.is_overdue ? _t("%s, overdue", name) : name,
            ...this.describeTotal(cell),
        };
    }

    /** The difference is told where something has come, or should have. */
    describeTotal({ plan, fact, is_overdue: isOverdue }) {
        const hasDifference = fact || isOverdue;
        return {
            planText: formatAmount(plan),
            fact: formatAmount(fact) || (hasDifference ? "" : "\u2026"),
            difference: hasDifference && fact !== plan ? formatDifference(fact - plan) : "",
            isOverdue,
            isDone: plan > 0 && fact >= plan,
        };
    }

    get footer() {
        const lines = [
            { name: "plan", label: _t("Planned") },
            { name: "fact", label: _t("Of it received") },
            { name: "received", label: _t("Money received in the month") },
            { name: "forecast", label: _t("Forecast of open deals") },
        ];
        return lines.map(({ name, label }) => {
            const amounts = this.data.months.map((month) => this.data.totals[month]?.[name] || 0);
            const total = amounts.reduce((sum, amount) => sum + amount, 0);
            return { name, label, cells: amounts.map(formatAmount), total: formatAmount(total) };
        });
    }

    get currencyName() {
        const currency = getCurrency(this.data.currency_id);
        return currency?.symbol || "";
    }

    get hiddenCount() {
        return this.data.row_count - this.data.rows.length;
    }

    // ------------------------------------------------------------------------
    // Keyboard
    // ------------------------------------------------------------------------

    getInput(row, column) {
        return this.root.el.querySelector(`input[data-row="${row}"][data-column="${column}"]`);
    }

    onFocus(ev) {
        ev.target.select();
    }

    /** Arrows move, Enter goes down and Tab to the right; inside a text the arrows stay in it until its ends. */
    onKeydown(ev, item, cell) {
        const input = ev.target;
        if (ev.key === "Escape") {
            this.typed.delete(this.getCellKey(item.row, cell.month));
            input.value = cell.plan;
            input.select();
            return;
        }
        if (ev.key.toLowerCase() === "z" && (ev.ctrlKey || ev.metaKey) && input.value === cell.plan) {
            ev.preventDefault();
            this.undo();
            return;
        }
        const step = ev.key === "Enter" ? [ev.shiftKey ? -1 : 1, 0] : STEPS[ev.key];
        if (!step || !this.isLeaving(input, step[1])) {
            return;
        }
        ev.preventDefault();
        const next = this.getInput(item.index + step[0], cell.column + step[1]);
        (next || input).focus();
        if (!next) {
            // at the edge Enter takes the amount all the same
            input.blur();
            input.focus();
        }
    }

    isLeaving(input, sideways) {
        const { selectionStart: start, selectionEnd: end, value } = input;
        const isAll = start === 0 && end === value.length;
        return !sideways || isAll || (start === end && start === (sideways < 0 ? 0 : value.length));
    }

    // ------------------------------------------------------------------------
    // Changes
    // ------------------------------------------------------------------------

    getCellKey(row, month) {
        return JSON.stringify([this.toIds(row), month]);
    }

    toIds(row) {
        return Object.fromEntries(ROW.map((name) => [name, row[name] && row[name][0]]));
    }

    onInput(ev, { row }, { month, plan }) {
        const key = this.getCellKey(row, month);
        if (ev.target.value === plan) {
            this.typed.delete(key);
        } else {
            this.typed.set(key, ev.target.value);
        }
    }

    async onChange(ev, { row }, { month, plan }) {
        const amount = parseAmount(ev.target.value);
        if (amount === false) {
            this.notification.add(_t("%s is no amount.", ev.target.value), { type: "warning" });
            this.typed.delete(this.getCellKey(row, month));
            ev.target.value = plan;
            return;
        }
        const isSaved = await this.save([{ row, month, amount, text: ev.target.value }]);
        if (!isSaved) {
            ev.target.value = formatAmount(row.cells[month]?.plan || 0);
        }
    }

    onPaste(ev, item, cell) {
        const block = readBlock(ev.clipboardData.getData("text/plain"));
        if (block.length === 1 && block[0].length === 1) {
            return;
        }
        ev.preventDefault();
        const start = { row: item.index, column: cell.column };
        const { cells, bad, outside } = placeBlock(block, start, this.data.rows, this.data.months);
        if (bad.length) {
            this.notification.add(_t("Nothing was pasted: %s is no amount.", bad[0]), { type: "warning" });
            return;
        }
        if (outside) {
            this.notification.add(_t("%s cells lie outside the grid and were left out.", outside), { type: "info" });
        }
        this.save(cells);
    }

    /** Save cells one after another; the server refuses what a colleague has changed meanwhile. */
    save(cells) {
        return this.mutex.exec(async () => {
            const changes = cells.map(({ row, month, amount }) => ({
                row: this.toIds(row),
                month,
                amount,
                shown: this.getShown(row, month),
            }));
            try {
                const undo = await this.orm.call(MODEL, "set_plan_cells", [changes]);
                this.state.undo.push(undo);
                return true;
            } catch (error) {
                this.tell(error);
                return false;
            } finally {
                this.forgetTyped(cells);
                await this.load();
            }
        });
    }

    /** Saved or refused, the figures are the truth again, unless the cell was typed into once more; a paste wins. */
    forgetTyped(cells) {
        for (const { row, month, text } of cells) {
            const key = this.getCellKey(row, month);
            if (text === undefined || this.typed.get(key) === text) {
                this.typed.delete(key);
            }
        }
    }

    /** What the grid shows by now: an earlier change of the same cell may have been saved since. */
    getShown(row, month) {
        const ids = JSON.stringify(this.toIds(row));
        const now = this.data.rows.find((other) => JSON.stringify(this.toIds(other)) === ids);
        return now?.cells[month]?.plan || 0;
    }

    undo() {
        return this.mutex.exec(async () => {
            const change = this.state.undo.pop();
            if (!change) {
                return;
            }
            try {
                await this.orm.call(MODEL, "undo_plan_cells", [change]);
            } catch (error) {
                this.tell(error);
            }
            await this.load();
        });
    }

    tell(error) {
        if (!(error instanceof RPCError)) {
            throw error;
        }
        this.notification.add(error.data?.message || error.message, { type: "danger" });
    }

    // ------------------------------------------------------------------------
    // Other pages
    // ------------------------------------------------------------------------

    async openCell({ row }, { month }) {
        this.actionService.doAction(await this.orm.call(MODEL, "get_plan_cell_action", [this.toIds(row), month]));
    }

    openClient({ row }) {
        this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: row.partner_id[0],
            views: [[false, "form"]],
        });
    }

    addLine() {
        const { user_id, client_id } = this.state.query;
        const context = { default_partner_id: client_id, ...(user_id && { default_user_id: user_id }) };
        this.dialog.add(FormViewDialog, {
            resModel: MODEL,
            title: _t("Plan a Payment"),
            context,
            onRecordSaved: () => this.update({}),
        });
    }

    downloadWorkbook() {
        const options = { ...this.state.query };
        return download({ url: "/crm_invoicing/plan/xlsx", data: { data: JSON.stringify({ options }) } });
    }

    importWorkbook() {
        this.actionService.doAction("crm_invoicing.crm_plan_import_action", {
            onClose: reloadOnClose(() => this.update({})),
        });
    }
}

registry.category("actions").add("crm_plan_grid", PlanGrid);
