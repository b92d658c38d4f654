import io
from datetime import date

from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_clients.tests.import_files import encode, make_csv, make_xlsx, save

from ..tools.plan_sheet import read_amount, read_date, read_month
from .plan_common import PlanCommon

HEADERS = ("Client", "Contract", "Service", "Planned day", "Amount", "Currency", "Note")


@tagged("post_install", "-at_install")
class TestPlanWorkbook(PlanCommon):
    """The plan as a workbook, and a workbook as the plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._create_contract(cls.dnipro, cls.olena, "C-17")
        cls.dnipro.company_registry = "00012345"

    def _import(self, rows, headers=HEADERS, user=None, apply=True, content=None):
        content = content or make_xlsx(rows, headers)
        record = self.env["crm.plan.import"].with_user(user or self.olena).create({"file": encode(content)})
        record.action_check()
        if apply:
            record.action_import()
        return record

    def _lines(self):
        return self.env["crm.plan.line"].search(
            [("partner_id", "in", (self.dnipro | self.karpaty).ids)], order="date, id"
        )

    def _counts(self, record):
        return (record.created_count, record.updated_count, record.same_count, record.failed_count)

    def _sheet(self, lines, user=None):
        _name, content = lines.with_user(user or self.olena)._make_plan_workbook()
        return load_workbook(io.BytesIO(content))

    # ------------------------------------------------------------
    # OUT
    # ------------------------------------------------------------

    def test_workbook(self):
        line = self._plan(self.dnipro, 1234.5, "2026-05-31", contract_id=self.contract.id, note="=1+1")
        self._enter(line, 200)
        sheet = self._sheet(line).active
        header, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
        values = dict(zip(header, row, strict=True))
        self.assertEqual(values["Plan Line"], line.id)
        self.assertEqual(
            (values["Client"], values["Tax Number"], values["Contract"]), ("Dnipro LLC", "00012345", "C-17")
        )
        self.assertEqual(values["Planned Day"].date(), date(2026, 5, 31))
        self.assertEqual((values["Planned"], values["Received"], values["Left to Pay"]), (1234.5, 200, 1034.5))
        self.assertEqual((values["State"], values["Note"]), ("Overdue", "=1+1"))

    def test_edited_and_imported_again(self):
        """The whole way: export, change a cell, import; the second time nothing changes."""
        line, other = self._plan(self.dnipro, 100, "2026-05-31"), self._plan(self.dnipro, 200, "2026-06-30")
        book = self._sheet(line | other)
        self.assertEqual(self._counts(self._import((), content=save(book))), (0, 0, 2, 0))
        sheet = book.active
        sheet["G2"], sheet["F3"] = 150, date(2026, 7, 15)
        content = save(book)
        record = self._import((), content=content, apply=False)
        self.assertEqual(self._counts(record), (0, 2, 0, 0))
        self.assertEqual((line.amount, str(other.date)), (100, "2026-06-30"))
        self.assertEqual(record.row_ids.mapped("before"), [100, 200])
        record.action_import()
        self.assertEqual((line.amount, str(other.date), other.amount), (150, "2026-07-15", 200))
        self.assertEqual(self._counts(self._import((), content=content)), (0, 0, 2, 0))
        self.assertEqual(self._lines(), line | other)

    # ------------------------------------------------------------
    # IN
    # ------------------------------------------------------------

    def test_new_lines_once(self):
        rows = [
            ("Dnipro LLC", "C-17", "Design of a page", "31.05.2026", "1 200,50", "", "first"),
            ("dnipro llc", "", "", "2026-06-30", 300, self.foreign.name, ""),
            ("Dnipro LLC", "", "", "2026-06-30", 10, "", ""),
            ("Dnipro LLC", "", "", "2026-06-30", 20, "", ""),
        ]
        record = self._import(rows)
        self.assertEqual(self._counts(record), (4, 0, 0, 0))
        lines = self._lines()
        self.assertEqual(lines.mapped("amount"), [1200.5, 300, 10, 20])
        first = lines[0]
        self.assertEqual((first.contract_id, first.service_id), (self.contract, self.design.product_tmpl_id))
        self.assertEqual((first.note, first.user_id), ("first", self.olena))
        self.assertEqual(lines[1].currency_id, self.foreign)
        self.assertEqual(self._counts(self._import(rows)), (0, 0, 4, 0))
        self.assertEqual(self._lines(), lines)
        rows[3] = (*rows[3][:4], 25, "", "")
        self.assertEqual(self._counts(self._import(rows)), (0, 1, 3, 0))
        self.assertEqual(self._lines().mapped("amount"), [1200.5, 300, 10, 25])

    def test_by_tax_number(self):
        record = self._import([("00012345", "2026-05-31", 5)], ("ЄДРПОУ", "Дата", "Сума"))
        self.assertEqual(self._counts(record), (1, 0, 0, 0))
        self.assertEqual(self._lines().partner_id, self.dnipro)

    def test_months(self):
        """A column per month sets the cells of the grid; the same file again changes nothing."""
        self._plan(self.dnipro, 30, "2026-05-10")
        headers, rows = ("Клиент", "2026-05", "06.2026", "07.2026"), [("Dnipro LLC", 100, 200, "")]
        record = self._import(rows, headers, apply=False)
        self.assertEqual(self._counts(record), (1, 1, 0, 0))
        record.action_import()
        self.assertEqual(
            [(str(line.date), line.amount) for line in self._lines()], [("2026-05-10", 100), ("2026-06-30", 200)]
        )
        self.assertEqual(self._counts(self._import(rows, headers)), (0, 0, 2, 0))

    def test_text_table(self):
        record = self._import((), content=make_csv([("Dnipro LLC", "31.05.2026", "5,5")], ("Client", "Date", "Amount")))
        self.assertEqual(self._counts(record), (1, 0, 0, 0))
        self.assertEqual(self._lines().amount, 5.5)

    def test_rows_with_errors(self):
        """Each says what is wrong, the others are taken, and the bad ones come back as a workbook."""
        rows = [
            ("Dnipro LLC", "", "", "2026-05-31", 5, "", ""),
            ("Karpaty LLC", "", "", "2026-05-31", 5, "", ""),
            ("Dnipro LLC", "C-99", "", "2026-05-31", 5, "", ""),
            ("Dnipro LLC", "", "No such service", "soon", "much", "", ""),
            ("Dnipro LLC", "", "", "2026-05-31", 5, "QQQ", ""),
            ("", "", "", "2026-05-31", 5, "", ""),
        ]
        record = self._import(rows)
        self.assertEqual(self._counts(record), (1, 0, 0, 5))
        messages = {row.number: row.message for row in record.row_ids if row.action == "error"}
        self.assertIn("not one of yours", messages[3])
        self.assertIn("no contract C-99", messages[4])
        for text in ("no service No such service", "is no date", "much is no number"):
            self.assertIn(text, messages[5])
        self.assertIn("currency QQQ", messages[6])
        self.assertIn("names no client", messages[7])
        name, content = record._make_rows_to_correct()
        self.assertTrue(name.endswith(".xlsx"))
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        self.assertEqual(sheet.max_row, 6)
        self.assertEqual([cell.value for cell in sheet[1]][:3], ["Reason", "Client", "Contract"])
        sheet["B2"] = "Dnipro LLC"
        sheet["E2"] = "2026-08-31"
        corrected = self._import((), content=content)
        self.assertEqual(corrected.failed_count, 5)

    def test_a_client_with_two_cards(self):
        self._create_client("Dnipro LLC", self.olena)
        record = self._import([("Dnipro LLC", "", "", "2026-05-31", 5, "", "")])
        self.assertIn("give the tax number", record.row_ids.message)

    def test_a_line_of_a_colleague(self):
        line = self._plan(self.karpaty, 100)
        record = self._import([(line.id, "Karpaty LLC", "2026-05-31", 1)], ("Plan Line", "Client", "Date", "Amount"))
        self.assertEqual(self._counts(record), (0, 0, 0, 1))
        self.assertEqual(line.amount, 100)
        record = self._import([(line.id, 1)], ("Plan Line", "Amount"), user=self.head)
        self.assertEqual(line.amount, 1)

    def test_no_table(self):
        for content, message in (
            (b"%PDF-1.4 nothing", "PDF"),
            (make_xlsx([("x",)], ("Nothing",)), "names the columns"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self._import((), content=content)

    def test_another_ones_import(self):
        record = self._import([("Dnipro LLC", "", "", "2026-05-31", 5, "", "")])
        self.assertFalse(self.env["crm.plan.import"].with_user(self.taras).search([("id", "=", record.id)]))

    # ------------------------------------------------------------
    # CELLS
    # ------------------------------------------------------------

    def test_amounts(self):
        for text, point, amount in (
            ("1234.5", ".", 1234.5),
            ("1 234,50", ".", 1234.5),
            ("1.234,50", ".", 1234.5),
            ("1,234.50", ",", 1234.5),
            ("1,234", ".", 1234),
            ("1,234", ",", 1.234),
            ("$ 12", ".", 12),
            ("-3", ".", -3),
            ("", ".", None),
            ("much", ".", None),
            ("1-2", ".", None),
        ):
            with self.subTest(text=text, point=point):
                self.assertEqual(read_amount(text, point), amount)

    def test_days_and_months(self):
        self.assertEqual(read_date("31.12.2026"), date(2026, 12, 31))
        self.assertEqual(read_date("2026-12-31 00:00"), date(2026, 12, 31))
        self.assertEqual(read_date("12/31/2026", "%m/%d/%Y"), date(2026, 12, 31))
        self.assertIsNone(read_date("31.13.2026"))
        self.assertEqual(read_month("2026-5"), date(2026, 5, 1))
        self.assertIsNone(read_month("13.2026"))
        self.assertIsNone(read_month("2026-05-17"))
