import tempfile
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.crm_funnel.tools.workbook import ReportWorkbook, get_currency_format

from ..tools import plan_sheet

EPOCH = date(1899, 12, 30)  # day 0 of Excel
EXCEL_DATE = 14  # Excel's format of dates, as the user's Excel writes them
MAX_EXPORTED = 100_000


class Column(NamedTuple):
    """A column of the workbook: what it is for the import (or None), its header, kind of cell and width."""

    target: str | None
    label: str
    kind: str
    width: int


class PlanWorkbook(ReportWorkbook):
    """A workbook that knows days as well."""

    def get_cell_format(self, kind, amount_format=None):
        if kind == "date":
            return self.get_format(num_format=EXCEL_DATE)
        return super().get_cell_format(kind, amount_format)


class CrmPlanLine(models.Model):
    """The plan as a workbook: it can be edited and imported again."""

    _inherit = "crm.plan.line"

    @api.model
    def _get_workbook_columns(self):
        label = self.env._
        return [
            Column(plan_sheet.LINE, label("Plan Line"), "number", 10),
            Column(plan_sheet.CLIENT, label("Client"), "text", 32),
            Column(plan_sheet.TAX, label("Tax Number"), "text", 16),
            Column(plan_sheet.CONTRACT, label("Contract"), "text", 16),
            Column(plan_sheet.SERVICE, label("Service"), "text", 24),
            Column(plan_sheet.DATE, label("Planned Day"), "date", 13),
            Column(plan_sheet.AMOUNT, label("Planned"), "amount", 16),
            Column(plan_sheet.CURRENCY, label("Currency"), "text", 9),
            Column(None, label("Received"), "amount", 16),
            Column(None, label("Left to Pay"), "amount", 16),
            Column(None, label("State"), "text", 14),
            Column(None, label("Manager"), "text", 20),
            Column(plan_sheet.NOTE, label("Note"), "text", 30),
        ]

    @api.model
    def _get_workbook_labels(self):
        """Return what the headers of the user's own workbook mean to the import."""
        return {column.label: column.target for column in self._get_workbook_columns() if column.target}

    def _make_plan_workbook(self):
        """Return (name, content) of the workbook of these lines."""
        currencies = self.currency_id
        formats = {currency.id: get_currency_format(currency) for currency in currencies}
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
            book = PlanWorkbook(file, folder)
            title = self.env._("Financial Plan")
            book.write_list(title, self._get_workbook_columns(), self._get_workbook_rows(), formats)
            book.close()
            file.seek(0)
            content = file.read()
        return f"{title} {fields.Date.context_today(self)}.xlsx", content

    def _get_workbook_rows(self):
        """Yield the values of each line, and the key of its currency's format."""
        states = dict(self._fields["state"]._description_selection(self.env))
        overdue = self.env._("Overdue")
        for line in self:
            client, contract = line.partner_id, line.contract_id.sudo()  # sudo: the number of a contract is no secret
            values = (
                line.id,
                client.complete_name or client.name,
                client.vat or client.company_registry,
                contract.name or contract.display_name,
                line.service_id.name,
                (line.date - EPOCH).days,
                line.amount,
                line.currency_id.name,
                line.fact_amount,
                line.left_amount,
                overdue if line.is_overdue else states.get(line.state),
                line.user_id.name,
                line.note,
                line.currency_id.id,
            )
            yield tuple("" if value is False else value for value in values)
