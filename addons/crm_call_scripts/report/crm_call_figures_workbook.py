from io import BytesIO
from tempfile import TemporaryDirectory

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import format_datetime

from odoo.addons.crm_funnel.tools.workbook import ReportWorkbook

# figures of some calls that are shares; the others are numbers
PERCENT = ("completed_rate", "success_rate", "success_low", "success_high", "forward_rate")


class CrmCallFigures(models.AbstractModel):
    """The figures of a script as Excel workbook."""

    _inherit = "crm.call.figures"

    @api.model
    def _make_workbook(self, options):
        """Return the workbook of the figures: name of the file, content.

        Free texts are not in it: they are exported from the list of answers, by those who may export.

        :param dict options: as of `get_figures`
        :raises UserError: if an option makes no sense
        """
        figures, answers, file = self.get_figures(options), self.get_answers(options), BytesIO()
        with TemporaryDirectory(prefix="crm_call_figures") as folder:
            book = ReportWorkbook(file, folder)
            self._write_totals(book, figures)
            for number, side in enumerate(figures["sides"]):
                self._write_nodes(book, figures["nodes"], number, side["name"])
            self._write_questions(book, answers["questions"])
            book.close()
        script = self.env["crm.call.script"].browse(figures["script_id"])
        name = f"{self.env._('Figures of Call Scripts')}, {script.name or ''} {fields.Date.context_today(self)}.xlsx"
        return name, file.getvalue()

    # ------------------------------------------------------------
    # TOTALS
    # ------------------------------------------------------------

    @api.model
    def _get_total_labels(self):
        """Return the labels of the figures of some calls, by their key."""
        return {
            "calls": self.env._("Calls"),
            "reached": self.env._("Conversations"),
            "completed_rate": self.env._("Led to the End"),
            "success": self.env._("Successes"),
            "success_rate": self.env._("Success"),
            "success_low": self.env._("Success, at Least"),
            "success_high": self.env._("Success, at Most"),
            "seconds": self.env._("Seconds of Talking, Average"),
            "forward_rate": self.env._("Moved the Deal"),
        }

    @api.model
    def _write_totals(self, book, figures):
        sheet = book.add_sheet(self.env._("Script"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 9, 14)
        script = self.env["crm.call.script"].browse(figures["script_id"])
        sheet.write_string(0, 0, script.name or "", book.get_title_format())
        texts = [self._describe_days(figures), *self._get_sentences(figures)]
        texts.append(self.env._("Printed on %(date)s", date=format_datetime(self.env, fields.Datetime.now())))
        for row, text in enumerate(texts, 1):
            book.write_cell(sheet, row, 0, "text", text)
        row = len(texts) + 2
        row = self._write_table(book, sheet, row, self.env._("Version"), figures["sides"])
        self._write_table(book, sheet, row + 2, self.env._("Manager"), figures["users"])

    @api.model
    def _describe_days(self, figures):
        first, last = (format_date(self.env, figures[name]) for name in ("date_from", "date_to"))
        return " – ".join(filter(None, (first, last))) or self.env._("All of the past")

    @api.model
    def _get_sentences(self, figures):
        worst, comparison = figures["worst"], figures["comparison"] or []
        return [*([worst["text"]] if worst else []), *(row["text"] for row in comparison)]

    @api.model
    def _write_table(self, book, sheet, row, label, lines):
        """Write totals under a header; return the row after them."""
        labels = self._get_total_labels()
        book.write_header(sheet, row, [label, *labels.values()])
        for line in lines:
            row += 1
            book.write_cell(sheet, row, 0, "text", line["name"])
            for column, name in enumerate(labels, 1):
                kind = "percent" if name in PERCENT else "number"
                self._write_figure(book, sheet, row, column, kind, line["totals"][name])
        return row + 1

    @api.model
    def _write_figure(self, book, sheet, row, column, kind, value):
        """Write a figure; False is one that does not exist, zero does."""
        if value is not False and kind == "percent":
            value /= 100
        book.write_cell(sheet, row, column, kind, value if value is not False else None)

    # ------------------------------------------------------------
    # TEXTS AND QUESTIONS
    # ------------------------------------------------------------

    @api.model
    def _write_nodes(self, book, nodes, number, name):
        sheet = book.add_sheet(name)
        sheet.set_column(0, 1, 34)
        sheet.set_column(2, 8, 14)
        labels = [self.env._("Text or Question"), self.env._("Answer"), self.env._("Came Here")]
        labels += [self.env._("Left Here"), self.env._("Left, %"), self.env._("Seconds"), self.env._("Answered")]
        book.write_header(sheet, 0, [*labels, self.env._("Answered, %"), self.env._("Success")])
        row = 0
        for node in nodes:
            side = node["sides"][number]
            if side:
                row = self._write_node(book, sheet, row + 1, node, side)

    @api.model
    def _write_node(self, book, sheet, row, node, side):
        """Write a node and its answers; return the last row."""
        book.write_cell(sheet, row, 0, "text", node["name"])
        for column, (name, kind) in enumerate(
            (("reached", "number"), ("left", "number"), ("left_rate", "percent"), ("seconds", "number")), 2
        ):
            self._write_figure(book, sheet, row, column, kind, side[name])
        for answer in side["answers"]:
            row += 1
            book.write_cell(sheet, row, 1, "text", answer["name"])
            for column, (name, kind) in enumerate(
                (("count", "number"), ("rate", "percent"), ("success_rate", "percent")), 6
            ):
                self._write_figure(book, sheet, row, column, kind, answer[name])
        return row

    @api.model
    def _write_questions(self, book, questions):
        sheet, row = book.add_sheet(self.env._("Answers")), 0
        sheet.set_column(0, 1, 34)
        sheet.set_column(2, 5, 14)
        labels = [self.env._("Question"), self.env._("Answer"), self.env._("Number"), self.env._("Share")]
        book.write_header(sheet, 0, [*labels, self.env._("Average"), "NPS"])
        for question in questions:
            row += 1
            book.write_cell(sheet, row, 0, "text", question["name"])
            self._write_figure(book, sheet, row, 2, "number", question["answered"])
            self._write_figure(book, sheet, row, 4, "amount", question["average"])
            if question["nps"]:
                self._write_figure(book, sheet, row, 5, "number", question["nps"]["score"])
            for bar in question["bars"]:
                row += 1
                book.write_cell(sheet, row, 1, "text", bar["name"])
                self._write_figure(book, sheet, row, 2, "number", bar["count"])
                self._write_figure(book, sheet, row, 3, "percent", bar["rate"])
