import logging
from contextlib import ExitStack
from tempfile import TemporaryDirectory, TemporaryFile

from odoo import api, fields, models
from odoo.tools.misc import format_datetime

from ..tools.workbook import ReportWorkbook, get_currency_format
from .crm_funnel_report import INDICATORS

_logger = logging.getLogger(__name__)

# kind of cell by unit of an indicator
KINDS = {"count": "number", "amount": "amount", "percent": "percent", "days": "days"}
CHART_COLOR = "#71639e"


class CrmFunnelReport(models.AbstractModel):
    """The funnel report as Excel workbook: the indicators, the chart, and every client."""

    _inherit = "crm.funnel.report"

    # ------------------------------------------------------------
    # FILE
    # ------------------------------------------------------------

    @api.model
    def _make_workbook(self, options):
        """Return the workbook of a report, in a temporary file that is gone as soon as it is closed.

        :param dict options: as of `get_report`
        :return: name of the file, the open file at its beginning, its size in bytes
        :raises UserError: if an option makes no sense
        """
        self.env["crm.lead"].check_access("read")
        report = self.get_report(options)
        with TemporaryDirectory(prefix="crm_funnel") as folder, ExitStack() as stack:
            file = stack.enter_context(TemporaryFile())
            self._write_workbook(ReportWorkbook(file, folder), report, options)
            size = file.seek(0, 2)
            file.seek(0)
            stack.pop_all()  # whoever sends the file closes it
        return self._get_file_name(self.env._("Funnel Report"), report, "xlsx"), file, size

    @api.model
    def _write_workbook(self, book, report, options):
        """Write all sheets of a report.

        :param ReportWorkbook book: to be written; is closed
        :param dict report: as `get_report` returns it
        """
        currency = self.env["res.currency"].browse(report["currency_id"])
        self._write_indicators(book, report, options, get_currency_format(currency))
        self._write_chart_sheet(book, report["pyramid"], get_currency_format(currency))
        if self._is_export_allowed():
            count = self._write_clients(book, options)
            _logger.info("User %s exported %s deals with the funnel report %s", self.env.uid, count, options)
        book.close()

    @api.model
    def _is_export_allowed(self):
        """Return whether the user may take the list of clients away: who may export, and the head of sales."""
        user = self.env.user
        return user.has_group("base.group_allow_export") or user.has_group("sales_team.group_sale_manager")

    # ------------------------------------------------------------
    # INDICATORS
    # ------------------------------------------------------------

    @api.model
    def _write_indicators(self, book, report, options, amount_format):
        sheet = book.add_sheet(self.env._("Indicators"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 2 * len(INDICATORS), 15)
        sheet.freeze_panes(0, 1)
        row = self._write_head_lines(book, sheet, report, options)
        labels = [self.env._("Indicator"), self.env._("Value"), self.env._("Before")]
        book.write_header(sheet, row, [*labels, self.env._("Difference"), self.env._("Difference, %")])
        for indicator in report["indicators"]:
            row += 1
            self._write_indicator(book, sheet, row, indicator, amount_format)
        for label, lines in ((self.env._("By Manager"), report["users"]), (self.env._("By Source"), report["sources"])):
            row = self._write_group_lines(book, sheet, row + 3, label, lines, amount_format)

    @api.model
    def _write_head_lines(self, book, sheet, report, options):
        """Write what the report is about; return the row where the figures begin."""
        sheet.write_string(0, 0, self.env._("Funnel Report"), book.get_title_format())
        lines = [
            f"{self.env.company.name} · {self._describe_days(report['date_from'], report['date_to'])}",
            report["compare_from"] and self._describe_comparison(report),
            "; ".join(self._describe_domain(self._get_filter_domain(options))),
            self.env._("Printed on %(date)s", date=format_datetime(self.env, fields.Datetime.now())),
            not self._is_export_allowed() and self.env._("The list of clients is for those who may export data."),
        ]
        texts = [line for line in lines if line]
        for row, text in enumerate(texts, 1):
            book.write_cell(sheet, row, 0, "text", text)
        return len(texts) + 2

    @api.model
    def _describe_comparison(self, report):
        days = self._describe_days(report["compare_from"], report["compare_to"])
        return self.env._("Compared with %(days)s", days=days)

    @api.model
    def _write_indicator(self, book, sheet, row, indicator, amount_format):
        book.write_cell(sheet, row, 0, "text", indicator["label"])
        for column, name in enumerate(("value", "before", "change"), 1):
            self._write_figure(book, sheet, row, column, indicator["unit"], indicator[name], amount_format)
        self._write_figure(book, sheet, row, 4, "percent", indicator["change_percent"], amount_format)

    @api.model
    def _write_figure(self, book, sheet, row, column, unit, value, amount_format):
        """Write a figure with the format of its unit; False is a figure that does not exist."""
        if value is not False and unit == "percent":
            value /= 100
        book.write_cell(sheet, row, column, KINDS[unit], value, amount_format)

    @api.model
    def _write_group_lines(self, book, sheet, row, label, lines, amount_format):
        """Write the indicators of managers or sources, and beside them those before; return the last row."""
        names = [name for name in self._get_labels() if any(name in line["values"] for line in lines)]
        labels = [self._get_labels()[name] for name in names]
        parts = ["values", "before"] if any(line["before"] for line in lines) else ["values"]
        if "before" in parts:
            labels += [self.env._("%(indicator)s, before", indicator=label) for label in labels]
        book.write_header(sheet, row, [label, *labels])
        for line in lines:
            row += 1
            book.write_cell(sheet, row, 0, "text", line["name"])
            for column, (part, name) in enumerate(((part, name) for part in parts for name in names), 1):
                unit = INDICATORS[name][0]
                self._write_figure(book, sheet, row, column, unit, line[part][name], amount_format)
        return row

    # ------------------------------------------------------------
    # CHART
    # ------------------------------------------------------------

    @api.model
    def _get_chart_columns(self):
        """Return the columns of the rows of the pyramid: (label, key of the row, kind of cell)."""
        return [
            (self.env._("Step"), "name", "text"),
            (self.env._("Passed"), "passed", "number"),
            (self.env._("There now"), "now", "number"),
            (self.env._("Lost Here"), "lost", "number"),
            (self.env._("Conversion"), "conversion", "percent"),
            (self.env._("Expected Conversion"), "expected_conversion", "percent"),
            (self.env._("Days, Median"), "days", "days"),
            (self.env._("Days of Nine in Ten"), "days_90", "days"),
            (self.env._("Expected Days"), "expected_days", "days"),
            (self.env._("Days without a Result"), "waiting_days", "days"),
            (self.env._("Waiting too Long"), "late", "number"),
            (self.env._("Passed, Amount"), "passed_amount", "amount"),
            (self.env._("There now, Amount"), "now_amount", "amount"),
            (self.env._("Bottleneck"), "explanation", "text"),
        ]

    @api.model
    def _write_chart_sheet(self, book, pyramid, amount_format):
        """Write the rows of the pyramid, the base first, and a chart that Excel draws from these cells."""
        sheet, columns = book.add_sheet(self.env._("Chart")), self._get_chart_columns()
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, len(columns) - 2, 12)
        sheet.set_column(len(columns) - 1, len(columns) - 1, 60)
        # what stands left of a bar, so that all bars have one middle
        book.write_header(sheet, 0, [*(label for label, *__ in columns), self.env._("Left of the Bar")])
        rows = pyramid["rows"]
        widest = max((row["passed"] for row in rows), default=0)
        for number, row in enumerate(rows, 1):
            self._write_chart_row(book, sheet, number, row, amount_format)
            formula = f"=(MAX(B$2:B${len(rows) + 1})-B{number + 1})/2"
            sheet.write_formula(number, len(columns), formula, None, (widest - row["passed"]) / 2)
        sheet.freeze_panes(1, 1)
        if rows:
            sheet.insert_chart(len(rows) + 2, 0, self._prepare_excel_chart(book.book, sheet.name, rows, len(columns)))

    @api.model
    def _write_chart_row(self, book, sheet, number, row, amount_format):
        for column, (__, name, kind) in enumerate(self._get_chart_columns()):
            # no norm is an empty cell, not a norm of 0
            value = (row[name] or False) if name in ("expected_conversion", "expected_days") else row[name]
            if kind == "percent" and value is not False:
                value /= 100
            book.write_cell(sheet, number, column, kind, value, amount_format)

    @api.model
    def _prepare_excel_chart(self, book, sheet_name, rows, left_column):
        """Return stacked bars around one middle: the first series, that pushes the second one there, is not seen."""
        chart, last_row = book.add_chart({"type": "bar", "subtype": "stacked"}), len(rows)
        # the names as well: those cells are on the disk already, and the chart would take them for numbers
        names = {"categories": [sheet_name, 1, 0, last_row, 0], "categories_data": [row["name"] for row in rows]}
        chart.add_series(
            {
                "values": [sheet_name, 1, left_column, last_row, left_column],
                **names,
                "fill": {"none": True},
                "border": {"none": True},
                "gap": 12,
            }
        )
        chart.add_series(
            {
                "name": [sheet_name, 0, 1],
                "values": [sheet_name, 1, 1, last_row, 1],
                **names,
                "fill": {"color": CHART_COLOR},
                "data_labels": {"value": True, "position": "inside_base", "font": {"bold": True, "color": "#ffffff"}},
            }
        )
        chart.set_title({"name": self.env._("Sales Pyramid")})
        chart.set_legend({"none": True})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_y_axis({"line": {"none": True}, "major_tick_mark": "none"})
        chart.set_size({"width": 900, "height": 120 + 42 * last_row})
        return chart

    # ------------------------------------------------------------
    # CLIENTS
    # ------------------------------------------------------------

    @api.model
    def _write_clients(self, book, options):
        """Write the full list of clients in work; return their number."""
        currencies = self.env["res.currency"].with_context(active_test=False).search_fetch([])
        formats = {currency.id: get_currency_format(currency) for currency in currencies}
        columns = self._get_client_columns()
        return book.write_list(self.env._("Clients"), columns, self._fetch_clients(options, columns), formats)
