import io
import os
import tempfile
from contextlib import closing
from datetime import datetime
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_funnel.models.crm_lead_result import RECORDING
from odoo.addons.crm_funnel.report import crm_funnel_workbook
from odoo.addons.crm_funnel.tools import workbook
from odoo.addons.crm_funnel.tools.workbook import ReportWorkbook, clean_text, get_currency_format

from .common import FunnelCommon

HEADERS = [
    "Client",
    "Deal",
    "Manager",
    "Channel",
    "Source",
    "Medium",
    "Last Step",
    "Stage",
    "Won or Lost",
    "Lost Reason",
    "Expected Revenue",
    "Currency",
    "Probability",
    "Created on",
    "Closed on",
    "Last Result on",
    "Days since the Last Result",
    "Phone",
    "Email",
]


class WorkbookCommon(FunnelCommon):
    """The cast with a few more deals: won, lost, of nobody, archived; read as one of them with his rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olena.group_ids |= cls.env.ref("base.group_allow_export")
        (cls.head | cls.olena).tz = "Europe/Kyiv"
        cls.deal_dnipro.write({"expected_revenue": 1200.5, "source_id": cls.source.id})
        cls.deal_karpaty.expected_revenue = 300
        recording = cls.env["crm.lead"].with_context(**{RECORDING: True})
        cls.deal_won = cls._create_deal("Won deal", cls.dnipro, cls.olena, expected_revenue=500)
        cls.deal_lost = cls._create_deal("Lost deal", cls.karpaty, cls.taras, expected_revenue=70)
        cls.deal_archived = cls._create_deal("Archived deal", cls.dnipro, cls.olena)
        deals = cls.deal_won | cls.deal_lost | cls.deal_archived
        deals.with_context(**{RECORDING: True}).write({"process_id": cls.process.id, "stage_id": cls.stage_new.id})
        recording.browse(cls.deal_won.id).action_set_won()
        recording.browse(cls.deal_lost.id).action_set_lost(lost_reason_id=cls.reason_price.id)
        cls.deal_archived.with_context(**{RECORDING: True}).active = False
        cls.options = {"date_from": False, "date_to": False, "team_ids": cls.channel.ids}
        cls.env.flush_all()

    def _report(self, user, **context):
        return self.env["crm.funnel.report"].with_user(user).with_context(tz=user.tz, **context)

    def _open(self, user, options=None, **context):
        """The workbook of a user, as openpyxl reads it."""
        __, file, size = self._report(user, **context)._make_workbook({**self.options, **(options or {})})
        with closing(file):
            content = file.read()
        self.assertEqual(len(content), size)
        return load_workbook(io.BytesIO(content))

    def _read_list(self, sheet):
        """The list of clients as dicts by header."""
        header, *rows = sheet.iter_rows()
        labels = [cell.value for cell in header]
        return [dict(zip(labels, row, strict=True)) for row in rows]

    def _set_dates(self, deal, **dates):
        for name, moment in dates.items():
            self.env.cr.execute(f"UPDATE crm_lead SET {name} = %s WHERE id = %s", [moment, deal.id])
        deal.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestFunnelWorkbookClients(WorkbookCommon):
    """The sheet with the full list of clients."""

    def _get_names(self, book):
        return [row["Deal"].value for row in self._read_list(book["Clients"])]

    def test_same_deals_in_same_order_as_the_list(self):
        for user in (self.head, self.olena):
            action = self._report(user).get_deals_action(self.options)
            deals = self.env["crm.lead"].with_user(user).with_context(active_test=False)
            expected = deals.search(action["domain"], order="silent_since, id").mapped("name")
            self.assertEqual(self._get_names(self._open(user)), expected, user.name)

    def test_a_manager_gets_his_own_only(self):
        self.assertEqual(set(self._get_names(self._open(self.olena))), {"Dnipro deal", "Won deal"})
        self.assertEqual(
            set(self._get_names(self._open(self.head))), {"Dnipro deal", "Won deal", "Karpaty deal", "Lost deal"}
        )

    def test_filters_and_period_hold(self):
        self.assertEqual(
            set(self._get_names(self._open(self.head, {"user_ids": self.taras.ids}))), {"Karpaty deal", "Lost deal"}
        )
        for deal in (self.deal_won, self.deal_lost):
            self._set_dates(deal, create_date="2020-01-01 10:00:00", date_closed="2020-02-01 10:00:00")
        book = self._open(self.head, {"date_from": "2020-02-02"})
        self.assertEqual(set(self._get_names(book)), {"Dnipro deal", "Karpaty deal"})

    def test_every_column(self):
        self._press(self.deal_dnipro.with_user(self.olena), self.step_offer)
        self.env.flush_all()
        self._set_dates(
            self.deal_dnipro,
            create_date="2026-01-31 22:30:15",
            last_result_date="2026-03-29 00:30:00",
            silent_since="2026-03-29 00:30:00",
        )
        self.deal_dnipro.medium_id = self.env["utm.medium"].create({"name": "Phone call"})
        self.env.flush_all()
        sheet = self._open(self.olena)["Clients"]
        self.assertEqual([cell.value for cell in sheet[1]], HEADERS)
        row = {name: cell.value for name, cell in self._read_list(sheet)[0].items()}
        deal = self.deal_dnipro
        days = row.pop("Days since the Last Result")
        self.assertEqual(days, deal.result_silent_days)
        self.assertEqual(
            row,
            {
                "Client": "Dnipro LLC",
                "Deal": "Dnipro deal",
                "Manager": "Olena",
                "Channel": "Funnel channel",
                "Source": "Exhibition in Lviv",
                "Medium": "Phone call",
                "Last Step": "Offer sent",
                "Stage": "Funnel Offer",
                "Won or Lost": "Pending",
                "Lost Reason": None,
                "Expected Revenue": 1200.5,
                "Currency": self.env.company.currency_id.name,
                "Probability": deal.probability / 100,
                # the night in Kyiv, in winter and after the change of the clocks that happens in it
                "Created on": datetime(2026, 2, 1, 0, 30, 15),
                "Closed on": None,
                "Last Result on": datetime(2026, 3, 29, 2, 30),
                "Phone": deal.phone,
                "Email": "office@dnipro.example",
            },
        )

    def test_lost_and_won(self):
        rows = {row["Deal"].value: row for row in self._read_list(self._open(self.head)["Clients"])}
        self.assertEqual(rows["Lost deal"]["Won or Lost"].value, "Lost")
        self.assertEqual(rows["Lost deal"]["Lost Reason"].value, "Funnel: price")
        self.assertEqual(rows["Won deal"]["Won or Lost"].value, "Won")
        self.assertTrue(rows["Won deal"]["Closed on"].is_date)

    def test_typed_cells(self):
        sheet = self._open(self.head)["Clients"]
        row = self._read_list(sheet)[0]
        kinds = {name: cell.data_type for name, cell in row.items() if cell.value is not None}
        self.assertEqual(kinds["Expected Revenue"], "n")
        self.assertEqual(kinds["Days since the Last Result"], "n")
        self.assertEqual(kinds["Created on"], "d")
        self.assertEqual(kinds["Deal"], "s")
        self.assertEqual(row["Probability"].number_format, "0.00 %")
        self.assertEqual(row["Days since the Last Result"].number_format, "#,##0")
        self.assertEqual(sheet.freeze_panes, "B2")
        self.assertEqual(sheet.auto_filter.ref, "A1:S5")
        self.assertGreater(sheet.column_dimensions["A"].width, 30)

    def test_two_currencies(self):
        currency = self.env["res.currency"].create(
            {"name": "FUN", "symbol": "F$", "position": "before", "rounding": 1, "rate_ids": []}
        )
        company = self.env["res.company"].create({"name": "Funnel Europe", "currency_id": currency.id})
        self.head.company_ids |= company
        self.channel.company_id = False
        self.deal_karpaty.with_context(**{RECORDING: True}).write({"user_id": self.head.id, "company_id": company.id})
        self.env.flush_all()
        companies = (self.env.company | company).ids
        rows = {
            row["Deal"].value: row
            for row in self._read_list(self._open(self.head, allowed_company_ids=companies)["Clients"])
        }
        self.assertEqual(rows["Karpaty deal"]["Currency"].value, "FUN")
        self.assertEqual(rows["Karpaty deal"]["Expected Revenue"].value, 300)
        self.assertEqual(rows["Karpaty deal"]["Expected Revenue"].number_format, '"F$" #,##0')
        own = get_currency_format(self.env.company.currency_id)
        self.assertEqual(rows["Dnipro deal"]["Expected Revenue"].number_format, own)
        names = self._get_names(self._open(self.head, allowed_company_ids=self.env.company.ids))
        self.assertNotIn("Karpaty deal", names, "of a company that is switched off")

    def test_formulas_and_signs_are_texts(self):
        name = '=HYPERLINK("http://evil.example")\x07 \ud7ff'
        self.env.cr.execute(
            "UPDATE crm_lead SET name = %s, phone = %s, email_from = %s WHERE id = %s",
            [name, "+380 44 200", "@SUM(1+1)", self.deal_dnipro.id],
        )
        self.env.invalidate_all()
        row = self._read_list(self._open(self.olena)["Clients"])[0]
        self.assertEqual(row["Deal"].value, name.replace("\x07", ""))
        for label in ("Deal", "Phone", "Email"):
            self.assertEqual(row[label].data_type, "s", label)
            self.assertFalse(row[label].hyperlink, label)

    def test_long_texts_are_cut(self):
        self.env.cr.execute("UPDATE crm_lead SET name = repeat('Я', 40000) WHERE id = %s", [self.deal_dnipro.id])
        self.env.invalidate_all()
        row = self._read_list(self._open(self.olena)["Clients"])[0]
        self.assertEqual(row["Deal"].value, "Я" * 32767)

    def test_more_rows_than_a_sheet_has(self):
        with patch.object(workbook, "MAX_ROWS", 3):
            book = self._open(self.head)
        self.assertEqual(book.sheetnames, ["Indicators", "Chart", "Clients", "Clients 2"])
        names = [row["Deal"].value for sheet in book.worksheets[2:] for row in self._read_list(sheet)]
        self.assertEqual(names, self._get_names(self._open(self.head)))
        self.assertEqual(book["Clients 2"].auto_filter.ref, "A1:S3")
        self.assertEqual(book["Clients 2"].freeze_panes, "B2")

    def test_batches_lose_nothing(self):
        with patch("odoo.addons.crm_funnel.report.crm_funnel_clients.BATCH", 3):
            self.assertEqual(len(self._get_names(self._open(self.head))), 4)

    def test_queries_do_not_grow_with_the_rows(self):
        self._open(self.head)
        before = self.env.cr.sql_log_count
        self._open(self.head)
        few = self.env.cr.sql_log_count - before
        for number in range(30):
            deal = self._create_deal(f"More {number}", self.dnipro, self.olena)
            deal.with_context(**{RECORDING: True}).process_id = self.process
        self.env.flush_all()
        self._open(self.head)
        before = self.env.cr.sql_log_count
        self.assertEqual(len(self._get_names(self._open(self.head))), 34)
        self.assertLessEqual(self.env.cr.sql_log_count - before, few)

    def test_who_may_not_export_gets_no_list(self):
        self.olena.group_ids -= self.env.ref("base.group_allow_export")
        book = self._open(self.olena)
        self.assertEqual(book.sheetnames, ["Indicators", "Chart"])
        texts = [cell.value for cell in book["Indicators"]["A"]]
        self.assertIn("The list of clients is for those who may export data.", texts)
        self.assertNotIn(
            "The list of clients is for those who may export data.",
            [cell.value for cell in self._open(self.head)["Indicators"]["A"]],
        )

    def test_export_is_logged(self):
        with patch.object(crm_funnel_workbook._logger, "info") as log:
            self._open(self.olena)
        self.assertEqual(log.call_args.args[1:3], (self.olena.id, 2))

    def test_names_in_the_language_of_the_user(self):
        self._press(self.deal_karpaty, self.step_offer)
        for code in ("uk_UA", "ru_RU"):
            self.env["res.lang"]._activate_lang(code)
            self.stage_new.with_context(lang=code).name = f"Нова стадія {code}"
            self.step_offer.with_context(lang=code).name = f"Пропозицію надіслано {code}"
            self.deal_dnipro.with_context(**{RECORDING: True}).stage_id = self.stage_new
            self.env.flush_all()
            book = self._open(self.head, lang=code)
            values = {cell.value for sheet in book.worksheets[2:] for row in sheet.iter_rows() for cell in row}
            self.assertIn(f"Нова стадія {code}", values)
            self.assertIn(f"Пропозицію надіслано {code}", values)


@tagged("post_install", "-at_install")
class TestFunnelWorkbookFigures(WorkbookCommon):
    """The sheets with the indicators and the chart."""

    def _read_table(self, sheet, label):
        """The lines under the header that begins with a label, up to an empty one: values by first cell."""
        lines, found = {}, False
        for row in sheet.iter_rows():
            if found and row[0].value is None:
                return lines
            if found:
                lines[row[0].value] = row[1:]
            found = found or row[0].value == label
        return lines

    def _check(self, cell, unit, value, text):
        expected = None if value is False else value / 100 if unit == "percent" else value
        if expected is None:
            self.assertIsNone(cell.value, text)
        else:
            self.assertAlmostEqual(cell.value, expected, 6, text)
            formats = {"count": "#,##0", "percent": "0.00 %", "days": "#,##0.0"}
            amounts = get_currency_format(self.env.company.currency_id)
            self.assertEqual(cell.number_format, formats.get(unit, amounts), text)

    def test_indicators_are_those_of_the_report(self):
        self._set_dates(self.deal_won, create_date="2026-01-10 10:00:00", date_closed="2026-02-03 10:00:00")
        self._set_dates(self.deal_lost, create_date="2026-02-10 10:00:00", date_closed="2026-02-20 10:00:00")
        options = {**self.options, "date_from": "2026-02-01", "date_to": "2026-02-28", "compare": "previous"}
        report = self._report(self.head).get_report(options)
        lines = self._read_table(self._open(self.head, options)["Indicators"], "Indicator")
        self.assertEqual(list(lines), [indicator["label"] for indicator in report["indicators"]])
        for indicator in report["indicators"]:
            cells = lines[indicator["label"]]
            for cell, name in zip(cells, ("value", "before", "change"), strict=False):
                self._check(cell, indicator["unit"], indicator[name], (indicator["name"], name))
            self._check(cells[3], "percent", indicator["change_percent"], indicator["name"])
        self.assertEqual(lines["Won Deals"][0].value, 1)
        self.assertEqual(lines["Won Amount"][0].value, 500)

    def test_managers_and_sources_are_those_of_the_report(self):
        report = self._report(self.head).get_report(self.options)
        sheet = self._open(self.head)["Indicators"]
        for label, lines in (("By Manager", report["users"]), ("By Source", report["sources"])):
            table = self._read_table(sheet, label)
            self.assertEqual(list(table), [line["name"] for line in lines])
            for line in lines:
                cells = [cell.value for cell in table[line["name"]]]
                self.assertEqual(cells[0], line["values"]["worked"])
                self.assertEqual(cells[2], line["values"]["won"])
                self.assertEqual(cells[4], line["values"]["won_amount"])

    def test_managers_of_both_periods(self):
        options = {**self.options, "date_from": "2026-02-01", "date_to": "2026-02-28", "compare": "year"}
        for deal, closed in ((self.deal_won, "2026-02-03 10:00:00"), (self.deal_lost, "2025-02-03 10:00:00")):
            self._set_dates(deal, create_date="2025-01-10 10:00:00", date_closed=closed)
        sheet = self._open(self.head, options)["Indicators"]
        header = next(row for row in sheet.iter_rows() if row[0].value == "By Manager")
        labels = [cell.value for cell in header[1:]]
        taras = dict(zip(labels, [cell.value for cell in self._read_table(sheet, "By Manager")["Taras"]], strict=False))
        self.assertEqual((taras["Lost Deals"], taras["Lost Deals, before"]), (0, 1))

    def test_what_it_is_about(self):
        options = {
            **self.options,
            "date_from": "2026-02-01",
            "date_to": "2026-02-28",
            "compare": "year",
            "user_ids": [self.olena.id, 0],
        }
        texts = [cell.value for cell in self._open(self.head, options)["Indicators"]["A"]]
        self.assertEqual(texts[0], "Funnel Report")
        self.assertIn(f"{self.env.company.name} · 02/01/2026 – 02/28/2026", texts)
        self.assertIn("Compared with 02/01/2025 – 02/28/2025", texts)
        self.assertIn("Manager: Olena, None; Channel: Funnel channel", texts)

    def test_chart_is_drawn_from_the_rows_of_the_pyramid(self):
        pyramid = self._report(self.head).get_report({**self.options, "process_id": self.process.id})["pyramid"]
        sheet = self._open(self.head, {"process_id": self.process.id})["Chart"]
        rows = list(sheet.iter_rows(min_row=2, max_row=1 + len(pyramid["rows"])))
        for cells, row in zip(rows, pyramid["rows"], strict=True):
            self.assertEqual(cells[0].value, row["name"])
            self.assertEqual([cells[1].value, cells[2].value, cells[3].value], [row["passed"], row["now"], row["lost"]])
            self._check(cells[4], "percent", row["conversion"], row["name"])
            self._check(cells[5], "percent", row["expected_conversion"] or False, row["name"])
            self._check(cells[8], "days", row["expected_days"] or False, row["name"])
            self._check(cells[11], "amount", row["passed_amount"], row["name"])
        (chart,) = sheet._charts
        hidden, passed = chart.series
        last = 1 + len(rows)
        self.assertEqual(passed.val.numRef.f, f"Chart!$B$2:$B${last}")
        self.assertEqual(passed.cat.strRef.f, f"Chart!$A$2:$A${last}")
        self.assertEqual(hidden.val.numRef.f, f"Chart!$O$2:$O${last}")
        self.assertTrue(hidden.spPr.noFill, "what pushes the bars to the middle is not seen")
        self.assertEqual((chart.barDir, chart.grouping), ("bar", "stacked"))
        self.assertEqual(rows[-1][14].value, f"=(MAX(B$2:B${last})-B{last})/2")

    def test_empty_report(self):
        book = self._open(self.head, {"date_from": "1990-01-01", "date_to": "1990-01-31", "compare": "previous"})
        self.assertEqual(self._read_list(book["Clients"]), [])
        self.assertEqual(book["Clients"].auto_filter.ref, "A1:S1")
        lines = self._read_table(book["Indicators"], "Indicator")
        self.assertEqual(lines["In Work"][0].value, 0)
        self.assertIsNone(lines["Average Deal"][0].value, "nothing is not zero")
        self.assertEqual(book["Chart"]["B2"].value, 0)

    def test_no_process_at_all(self):
        self.env["crm.process"].search([("state", "=", "running")]).state = "draft"
        self.env.flush_all()
        self.assertIsNone(self._open(self.head)["Chart"]["A2"].value)

    def test_name_of_the_file(self):
        for options, name in (
            ({}, "Funnel Report.xlsx"),
            ({"date_from": "2026-02-01"}, "Funnel Report 2026-02-01.xlsx"),
            ({"date_from": "2026-02-01", "date_to": "2026-02-28"}, "Funnel Report 2026-02-01 - 2026-02-28.xlsx"),
        ):
            result = self._report(self.head)._make_workbook({**self.options, **options})
            result[1].close()
            self.assertEqual(result[0], name)

    def test_refusals(self):
        clerk = new_test_user(self.env, "fw_clerk", "base.group_user,base.group_allow_export")
        portal = new_test_user(self.env, "fw_portal", "base.group_portal")
        for user in (clerk, portal):
            with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
                self._report(user)._make_workbook(self.options)
        with self.assertRaises(UserError):
            self._report(self.head)._make_workbook({"date_from": "2026-02-01", "date_to": "2026-01-01"})

    def test_nothing_stays_behind_after_an_error(self):
        with tempfile.TemporaryDirectory() as folder, patch.object(tempfile, "tempdir", folder):
            with (
                patch.object(ReportWorkbook, "write_list", side_effect=ZeroDivisionError),
                self.assertRaises(ZeroDivisionError),
            ):
                self._open(self.head)
            self.assertEqual(os.listdir(folder), [])
            self._open(self.head)
            self.assertEqual(os.listdir(folder), [])


@tagged("post_install", "-at_install")
class TestWorkbookTool(TransactionCase):
    """The workbook without a report."""

    def setUp(self):
        super().setUp()
        self.file = io.BytesIO()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.book = ReportWorkbook(self.file, folder.name)

    def _close(self):
        self.book.close()
        return load_workbook(self.file)

    def test_names_of_sheets(self):
        long = "Дуже довга назва аркуша, яка не вміститься"
        names = [self.book.add_sheet(name).name for name in ("A/B: [1]?", "Clients", "clients", "'", long, long)]
        self.assertEqual(names[:4], ["A B   1", "Clients", "clients 2", "-"])
        self.assertEqual(names[4:], [long[:31], f"{long[:29]} 2"])
        self.assertEqual(self._close().sheetnames, names)

    def test_texts(self):
        self.assertEqual(clean_text("a\x00b\x0bc\ufffe\td\n"), "abc\td\n")
        self.assertEqual(len(clean_text("x" * 40000)), 32767)

    def test_formats_of_currencies(self):
        for position, symbol, rounding, expected in (
            ("after", "₴", 0.01, '#,##0.00 "₴"'),
            ("before", "$", 0.01, '"$" #,##0.00'),
            ("before", '"q', 1, '"q" #,##0'),
        ):
            currency = self.env["res.currency"].new(
                {"name": "TST", "symbol": symbol, "position": position, "rounding": rounding}
            )
            self.assertEqual(get_currency_format(currency), expected)

    def test_empty_values_are_empty_cells(self):
        sheet = self.book.add_sheet("Empty")
        for column, value in enumerate((None, False, "", 0)):
            self.book.write_cell(sheet, 0, column, "number", value)
        cells = self._close()["Empty"][1]
        self.assertEqual([cell.value for cell in cells], [None, None, None, 0][-len(cells) :])
