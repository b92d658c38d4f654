import math
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# what makes a row of the grid
ROW = ("user_id", "partner_id", "contract_id", "service_id", "currency_id")
MAX_ROWS = 200
MAX_MONTHS = 12


class CrmPlanLine(models.Model):
    """The plan as a grid: a row per manager, client, contract, service and currency, a column per month.

    The fact of a cell is what has come of its lines, whenever it came; beneath the rows stands what came in each month,
    planned or not, and the forecast of the deals. The grid is of the current company.
    """

    _inherit = "crm.plan.line"

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_plan_grid(self, options):
        """Return the plan of some months.

        :param dict options: ``month`` ('YYYY-MM-DD', any day of the first one), ``months`` (1 to 12), and to see less:
            ``user_id``, ``client_id`` (ids or False) and ``is_overdue``
        :return: dict with ``months``, ``rows`` (see `_get_grid_row`), ``row_count`` of all rows, ``totals`` by month,
            ``currency_id`` of the totals and ``can_edit``
        """
        first, count = self._read_grid_period(options)
        days = [first + relativedelta(months=number) for number in range(count)]
        rows = self._get_grid_rows(self._get_options_domain(options))
        ordered = sorted(rows.items(), key=lambda item: [record.display_name or "" for record in item[0]])
        return {
            "months": [str(day) for day in days],
            "this_month": str(fields.Date.context_today(self).replace(day=1)),
            "rows": [self._get_grid_row(key, cells) for key, cells in ordered[:MAX_ROWS]],
            "row_count": len(rows),
            "totals": self._get_grid_totals(rows, first, days[-1] + relativedelta(months=1), options),
            "currency_id": self.env.company.currency_id.id,
            "can_edit": self.has_access("write"),
        }

    @api.model
    def _read_grid_period(self, options):
        try:
            day, count = fields.Date.to_date(options["month"]), int(options.get("months", MAX_MONTHS))
        except (KeyError, TypeError, ValueError):
            day, count = None, 0
        if not day or not 1 <= count <= MAX_MONTHS:
            raise UserError(self.env._("The grid shows one to twelve months from a day on."))
        return day.replace(day=1), count

    @api.model
    def _get_options_domain(self, options):
        """Return the domain of the lines that the options of `get_plan_grid` show."""
        first, count = self._read_grid_period(options)
        return self._get_grid_domain(first, first + relativedelta(months=count), options)

    @api.model
    def _get_grid_domain(self, first, stop, options):
        """Return the domain of the lines from a day until before another one."""
        domain = (
            Domain("company_id", "=", self.env.company.id) & Domain("date", ">=", first) & Domain("date", "<", stop)
        )
        if options.get("user_id"):
            domain &= Domain("user_id", "=", options["user_id"])
        if options.get("client_id"):
            domain &= Domain("partner_id", "=", options["client_id"])
        return domain & self._get_overdue_domain() if options.get("is_overdue") else domain

    @api.model
    def _get_grid_rows(self, domain):
        """Return {row: {first day of the month: cell}}; a row is a tuple of the records of `ROW`."""
        rows, groups = {}, [*ROW, "date:month"]
        for *key, month, plan, fact, count in self._read_group(
            domain, groups, ["amount:sum", "fact_amount:sum", "__count"]
        ):
            cell = {"plan": plan, "fact": fact, "count": count, "is_overdue": False}
            rows.setdefault(tuple(key), {})[str(month)] = cell
        for *key, month in self._read_group(domain & self._get_overdue_domain(), groups):
            rows[tuple(key)][str(month)]["is_overdue"] = True
        return rows

    @api.model
    def _get_grid_row(self, key, cells):
        """Return a row as the web client takes it: (id, name) of each part, and the cells by month."""
        # sudo: the name of a contract or service of a plan one may see is no secret
        names = {
            name: [record.id, record.sudo().display_name] if record else False
            for name, record in zip(ROW, key, strict=True)
        }
        return {**names, "cells": cells}

    @api.model
    def _get_grid_totals(self, rows, first, stop, options):
        """Return by month what the cells add up to, what came in, and the forecast, in the company's currency."""
        company, today, totals = self.env.company, fields.Date.context_today(self), {}

        def add(month, name, amount):
            total = totals.setdefault(month, {"plan": 0, "fact": 0, "received": 0, "forecast": 0})
            total[name] += amount

        for (*_key, currency), cells in rows.items():
            for month, cell in cells.items():
                for name in ("plan", "fact"):
                    add(month, name, currency._convert(cell[name], company.currency_id, company, today))
        for kinds, name, measure in (
            (("payment", "by_hand"), "received", "fact_amount"),
            (("forecast",), "forecast", "forecast_amount"),
        ):
            domain = self._get_grid_report_domain(kinds, first, stop, options)
            for month, amount in self.env["crm.plan.report"]._read_group(domain, ["date:month"], [f"{measure}:sum"]):
                add(str(month), name, amount)
        return totals

    @api.model
    def _get_grid_report_domain(self, kinds, first, stop, options):
        domain = Domain("kind", "in", kinds) & Domain("date", ">=", first) & Domain("date", "<", stop)
        domain &= Domain("company_id", "=", self.env.company.id)
        for name in ("user_id", "client_id"):
            if options.get(name):
                domain &= Domain(name, "=", options[name])
        return domain

    @api.model
    @api.readonly
    def get_plan_cell_action(self, row, month):
        """Return the action of the lines in a cell.

        :param dict row: ids by name of `ROW`, False where there is none
        :param str month: first day, 'YYYY-MM-DD'
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.crm_plan_line_action")
        defaults = {f"default_{name}": row.get(name) for name in ROW}
        action.update(domain=list(self._get_cell_domain(row, month)), context={**defaults, "default_date": month})
        return action

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    @api.model
    def set_plan_cell(self, row, month, amount, shown=None):
        """Set the planned amount of one cell, see `set_plan_cells`."""
        return self.set_plan_cells([{"row": row, "month": month, "amount": amount, "shown": shown}])

    @api.model
    def set_plan_cells(self, changes):
        """Set the planned amounts of cells, all or none.

        * An empty cell gets a line on the last day of the month.
        * With one line in the cell, its amount changes.
        * With several, the difference goes to the last one; what cannot be taken from it is taken from the one before.
          Days, invoices and results by hand stay as they are. No line is deleted: a plan withdrawn is zero.

        :param list changes: dicts with ``row`` (ids by name of `ROW`), ``month`` (its first day), ``amount`` and, to be
            refused if a colleague was faster, ``shown``: the amount that the user has changed
        :return: list to give to `undo_plan_cells`
        :raises UserError: if an amount is negative, or is not ``shown`` any more
        """
        return [self._set_plan_cell(**change) for change in changes]

    @api.model
    def undo_plan_cells(self, undo):
        """Take back what `set_plan_cells` has returned ``undo`` for: the newest change first."""
        for change in reversed(undo):
            if change["created"]:
                self.browse(change["created"]).exists().unlink()
            for line_id, amount in change["amounts"]:
                self.browse(line_id).exists().amount = amount

    @api.model
    def _set_plan_cell(self, row, month, amount, shown=None):
        if not isinstance(amount, (int, float)) or not math.isfinite(amount) or amount < 0:
            raise UserError(self.env._("A planned amount is zero or more."))
        lines = self.search(self._get_cell_domain(row, month), order="date, id")
        currency = self.env["res.currency"].browse(row["currency_id"])
        planned = sum(lines.mapped("amount"))
        if shown is not None and currency.compare_amounts(planned, shown):
            raise UserError(
                self.env._(
                    "This plan has been changed meanwhile: it is %(amount)s now. Look at it again before you change it.",
                    amount=currency.format(planned),
                )
            )
        amount = currency.round(amount)
        if not lines:
            return {"created": self._fill_empty_cell(row, month, amount).id, "amounts": []}
        before = [(line.id, line.amount) for line in lines]
        lines._change_planned(amount - planned)
        return {"created": False, "amounts": before}

    @api.model
    def _fill_empty_cell(self, row, month, amount):
        """Return the new line of an empty cell, none for zero."""
        if not amount:
            return self.browse()
        line = self.create(self._prepare_cell_line(row, month, amount))
        # There was no line that two users could fight for, so they fight for the client: his row is written as it is.
        # The transaction of the second one is repeated then, and finds the line of the first.
        self.env.execute_query(
            SQL("UPDATE res_partner SET write_date = write_date WHERE id = %s RETURNING id", line.partner_id.id)
        )
        return line

    @api.model
    def _get_cell_domain(self, row, month):
        first = self._read_grid_period({"month": month, "months": 1})[0]
        domain = self._get_grid_domain(first, first + relativedelta(months=1), {})
        return Domain.AND([domain, *(Domain(name, "=", row.get(name) or False) for name in ROW)])

    @api.model
    def _prepare_cell_line(self, row, month, amount):
        first = self._read_grid_period({"month": month, "months": 1})[0]
        last_day = first + relativedelta(months=1) - timedelta(days=1)
        return {**{name: row.get(name) for name in ROW}, "date": last_day, "amount": amount}

    def _change_planned(self, difference):
        """Add to the last line; take from the last one, then from the one before, none below zero."""
        for line in reversed(self):
            amount = max(line.amount + difference, 0)
            difference -= amount - line.amount
            line.amount = line.currency_id.round(amount)
            if line.currency_id.is_zero(difference):
                break
