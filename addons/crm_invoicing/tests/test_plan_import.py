import io

from openpyxl import load_workbook

from odoo.tests import tagged

from odoo.addons.crm_clients.tests.import_files import encode, make_xlsx

from ..tools.plan_sheet import read_amount
from .plan_common import PlanCommon

HEADERS = ("Client", "Planned day", "Amount", "Note")


@tagged("post_install", "-at_install")
class TestPlanImport(PlanCommon):
    """Workbooks as people make them: wrong sums, foreign clients, what is archived, headers twice, many rows."""

    def _prepare(self, rows, headers=HEADERS, user=None):
        imports = self.env["crm.plan.import"].with_user(user or self.olena)
        return imports.create({"file": encode(make_xlsx(rows, headers))})

    def _check(self, *args, **kwargs):
        record = self._prepare(*args, **kwargs)
        record.action_check()
        return record

    def _lines(self, client=None):
        return self.env["crm.plan.line"].search([("partner_id", "=", (client or self.dnipro).id)], order="date, id")

    def _counts(self, record):
        return [record[f"{name}_count"] for name in ("created", "updated", "same", "failed")]

    def test_looking_changes_nothing(self):
        line = self._plan(self.dnipro, 10, "2026-05-31")
        record = self._check([("Dnipro LLC", "2026-05-31", 15, ""), ("Dnipro LLC", "2026-06-30", 20, "")])
        self.assertEqual(self._counts(record), [1, 1, 0, 0])
        self.assertEqual((self._lines(), line.amount), (line, 10))
        record.action_import()
        record.action_import()
        self.assertEqual(self._lines().mapped("amount"), [15, 20], "pressed twice, done once")

    def test_the_plan_moved_on_between_look_and_import(self):
        """What is done follows from the plan of that moment, not from what was shown."""
        record = self._check([("Dnipro LLC", "2026-05-31", 15, "")])
        line = self._plan(self.dnipro, 40, "2026-05-31")
        record.action_import()
        self.assertEqual((self._lines(), line.amount), (line, 15))

    def test_wrong_sums(self):
        """A sum that is not plainly one is asked back, never guessed."""
        wrong = ("1O0", "1e5", "12abc34", "-5", "--5", "1,2,3", "5 or 6", "31.05.2026")
        record = self._check([("Dnipro LLC", f"2026-05-{day:02}", text, "") for day, text in enumerate(wrong, 1)])
        self.assertEqual(self._counts(record), [0, 0, 0, len(wrong)])
        for row, text in zip(record.row_ids, wrong, strict=True):
            self.assertIn(f"The planned amount {text} is no number", row.message)

    def test_sums_with_their_currency(self):
        for text in ("1 234,50 грн.", "1 234,50 руб.", "1234.50 USD", "₴ 1'234.50", "€1.234,50", "1\u00a0234,5"):
            with self.subTest(text=text):
                self.assertEqual(read_amount(text), 1234.5)

    def test_bad_rows_come_back_and_go_in_again(self):
        """The workbook of the rows to correct holds each bad row as it was, with its reasons; corrected it is taken."""
        rows = [("Dnipro LLC", "2026-05-31", 5, "good"), ("Nobody", "soon", "much", "by phone"), ("", "", "", "a note")]
        record = self._check(rows)
        record.action_import()
        self.assertEqual(self._counts(record), [1, 0, 0, 2])
        _name, content = record._make_rows_to_correct()
        book = load_workbook(io.BytesIO(content))
        header, *bad = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
        self.assertEqual(header, ["Reason", *HEADERS])
        self.assertEqual(
            [row[1:] for row in bad], [["Nobody", "soon", "much", "by phone"], [None, None, None, "a note"]]
        )
        for reason in ("no client Nobody", "no date", "much is no number"):
            self.assertIn(reason, bad[0][0])
        corrected = [["", "Dnipro LLC", "2026-06-30", 7, bad[0][4]], ["", "Dnipro LLC", "2026-07-31", 8, bad[1][4]]]
        again = self._check(corrected, header)
        again.action_import()
        self.assertEqual(self._counts(again), [2, 0, 0, 0])
        self.assertEqual(self._lines().mapped("note"), ["good", "by phone", "a note"])

    def test_a_client_of_a_colleague(self):
        """Neither by his name, nor his number, nor in a column of months; the head takes the same row."""
        self.karpaty.company_registry = "00076543"
        for row, headers in (
            (("Karpaty LLC", "2026-05-31", 5), HEADERS[:3]),
            (("00076543", "2026-05-31", 5), ("Tax number", *HEADERS[1:3])),
            (("Karpaty LLC", 5), ("Client", "2026-05")),
        ):
            with self.subTest(headers=headers):
                record = self._check([row], headers)
                record.action_import()
                self.assertEqual(self._counts(record), [0, 0, 0, 1])
                self.assertIn("not one of yours", record.row_ids.message)
                self.assertFalse(record.row_ids.partner_id)
                self.assertEqual(self._counts(self._check([row], headers, self.head)), [1, 0, 0, 0])
        self.assertFalse(self._lines(self.karpaty))

    def test_what_is_archived(self):
        """An archived client or service is planned no more; what is planned for it stays and can be changed."""
        line = self._plan(self.dnipro, 10, "2026-05-31", service_id=self.design.product_tmpl_id.id)
        headers = ("Client", "Service", "Planned day", "Amount")
        self.design.product_tmpl_id.active = False
        record = self._check([("Dnipro LLC", self.design.name, "2026-06-30", 5)], headers)
        self.assertIn(f"no service {self.design.name}", record.row_ids.message)
        self.deal_dnipro.active = False
        self.dnipro.active = False
        record = self._check([("Dnipro LLC", "2026-06-30", 5, "")])
        self.assertIn("no client Dnipro LLC", record.row_ids.message)
        record = self._check([(line.id, "2026-06-15", 12)], ("Plan Line", "Planned day", "Amount"))
        record.action_import()
        self.assertRecordValues(line, [{"amount": 12, "partner_id": self.dnipro.id}])
        self.assertEqual(self._report(self.olena, [("line_id", "=", line.id)], measure="plan_amount"), 12)

    def test_a_header_twice(self):
        """The first of two equal columns counts, in the look as in the import."""
        record = self._check([("Dnipro LLC", "2026-05-31", 5, 500)], (*HEADERS[:3], "Amount"))
        record.action_import()
        self.assertEqual(self._lines().amount, 5)

    def test_months_of_a_line(self):
        """A line's number beside columns of months: it says whose months they are."""
        line = self._plan(self.dnipro, 10, "2026-05-31")
        record = self._check([(line.id, 30, 20)], ("Plan Line", "2026-05", "06.2026"))
        record.action_import()
        self.assertEqual(self._counts(record), [1, 1, 0, 0])
        self.assertEqual(self._lines().mapped("amount"), [30, 20])

    def test_numbers_of_lines_that_are_none(self):
        for text in ("²", "x", "-1", "9" * 30, "1.5"):
            with self.subTest(text=text):
                record = self._check([(text, "Dnipro LLC", "2026-05-31", 5)], ("Plan Line", *HEADERS[:3]))
                self.assertIn("Your plan has no line", record.row_ids.message)

    def test_two_thousand_rows(self):
        """Each 500 rows cost the same queries, whatever stands above them."""
        costs = []
        for count in (500, 2000):
            rows = [("Dnipro LLC", "2026-05-31", 1 + number, f"row {number}") for number in range(count)]
            record = self._prepare(rows)
            before = self.env.cr.sql_log_count
            record.action_check()
            costs.append((self.env.cr.sql_log_count - before) * 500 / count)
            self.assertEqual(record.created_count, count)
        self.assertLessEqual(costs[1], costs[0] * 1.05 + 5)
        self.assertLessEqual(costs[1], 60, "the plan of a client is read once, not for each of his rows")
