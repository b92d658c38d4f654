from io import BytesIO

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests.common import TransactionCase

from .figures_common import FiguresCast


class AnswersCommon(FiguresCast, TransactionCase):
    """An interview: how likely (number), what was good (choice), what is missing (text), thanks (end)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.script = cls.env["crm.call.script"].create({"name": "Interview", "purpose": "feedback"})
        cls.version = cls.env["crm.call.script.version"].create({"script_id": cls.script.id})
        cls.nodes, cls.answers = {}, {}
        cls._add_node("likely", "number", text="How likely is it that you recommend us, from 0 to 10?")
        cls._add_node("good", "choice", text="What was good?")
        cls._add_node("missing", "text", text="What is missing?")
        cls._add_node("thanks", "end", outcome_id=cls.outcomes["interviewed"].id)
        cls._link("likely", "good")
        cls._link("good", "missing")
        cls._link("missing", "thanks")
        cls._add_answers("good", price=None, speed=None, people=None)
        cls.version.start_node_id = cls.nodes["likely"]
        cls.version.state = "published"
        cls.script.published_id = cls.version

    @classmethod
    def _interview(cls, number=None, good=(), missing="", **vals):
        """Hold an interview of which each question may have been passed without an answer."""
        chosen = [fields.Command.set([cls.answers[name].id for name in good])]
        steps = [
            {"kind": "value", "node": "likely", "value_number": number or 0, "has_value": number is not None},
            {"kind": "value", "node": "good", "answer_ids": chosen},
            {"kind": "value", "node": "missing", "value_text": missing, "has_value": bool(missing)},
        ]
        return cls._hold(steps, "interviewed", at="thanks", **vals)

    def _get_question(self, key, user=None, **options):
        return self._find(self._get_answers(user, **options)["questions"], key)


class TestAnswers(AnswersCommon):
    def test_questions_of_the_script(self):
        self._interview(9)
        answers = self._get_answers()
        self.assertEqual(answers["conversations"], 1)
        self.assertEqual([question["key"] for question in answers["questions"]], ["likely", "good", "missing"])

    def test_numbers(self):
        for number in (10, 9, 9, 8, 3, 0):
            self._interview(number)
        self._interview()
        question = self._get_question("likely")
        self.assertEqual((question["passed"], question["answered"]), (7, 6))
        self.assertEqual(question["average"], 6.5)
        bars = [(bar["name"], bar["count"]) for bar in question["bars"]]
        self.assertEqual(bars, [("0", 1), ("3", 1), ("8", 1), ("9", 2), ("10", 1)])

    def test_net_promoter_score(self):
        for number in (10, 9, 9, 8, 7, 6, 0, 10):
            self._interview(number)
        nps = self._get_question("likely")["nps"]
        self.assertEqual((nps["promoters"], nps["passives"], nps["detractors"], nps["score"]), (50, 25, 25, 25))

    def test_no_scale_no_score(self):
        get_nps = self.env["crm.call.figures"]._get_nps
        for values in ({}, {11: 1, 9: 1}, {9.5: 1}, {-1: 1, 9: 1}, {5: 3, 1: 2}):
            self.assertIs(get_nps(values), False, values)
        self.assertEqual(get_nps({6: 1})["score"], -100)

    def test_many_numbers_in_ranges(self):
        for number in range(0, 1300, 50):
            self._interview(number)
        bars = self._get_question("likely")["bars"]
        self.assertEqual(len(bars), 12)
        self.assertEqual(sum(bar["count"] for bar in bars), 26)
        self.assertEqual((bars[0]["name"], bars[-1]["name"]), ("0 – 104.17", "1145.83 – 1250"))
        self.assertEqual(bars[-1]["count"], 3)

    def test_several_choices(self):
        self._interview(good=["price", "speed"])
        self._interview(good=["speed"])
        self._interview()
        question = self._get_question("good")
        self.assertEqual((question["passed"], question["answered"]), (3, 2))
        self.assertEqual([bar["count"] for bar in question["bars"]], [1, 2, 0])
        self.assertAlmostEqual(question["bars"][1]["rate"], 200 / 3)

    def test_free_texts_the_last_first(self):
        for day in range(12):
            self._interview(missing=f"Text {day} <b>", days_ago=20 - day)
        self._interview()
        question = self._get_question("missing")
        self.assertEqual(question["text_count"], 12)
        self.assertEqual([text["text"] for text in question["texts"][:2]], ["Text 11 <b>", "Text 10 <b>"])
        self.assertEqual(len(question["texts"]), 10)
        self.assertEqual(question["texts"][0]["client"], "Dnipro LLC")

    def test_over_time(self):
        self._interview(10, ["price"]).sudo().start = "2026-01-05 12:00:00"
        self._interview(6, ["price", "speed"]).sudo().start = "2026-01-07 12:00:00"
        self._interview(2, ["speed"]).sudo().start = "2026-02-10 12:00:00"
        options = {"date_from": "2026-01-01", "date_to": "2026-02-28"}
        self.assertEqual(self._get_answers(**options)["unit"], "week")
        trend = self._get_question("likely", **options)["trend"]
        self.assertEqual(
            trend[0]["points"], [{"date": "2026-01-05", "value": 8.0}, {"date": "2026-02-09", "value": 2.0}]
        )
        price = self._find(self._get_question("good", **options)["trend"], "price")
        self.assertEqual([round(point["value"], 1) for point in price["points"]], [66.7, 0])
        self.assertEqual(self._get_answers(date_from="2025-01-01", date_to="2026-02-28")["unit"], "month")
        self.assertEqual(self._get_answers()["unit"], "month")

    def test_what_was_taken_back_is_no_answer(self):
        call = self._interview(10, ["price"], "Nothing")
        call.sudo().line_ids.is_taken_back = True
        for question in self._get_answers()["questions"]:
            self.assertEqual((question["answered"], question["passed"], question["texts"]), (0, 0, []))
            self.assertFalse(any(bar["count"] for bar in question["bars"]))
        self.assertFalse(self.env["crm.call.answer.report"].search([("call_id", "=", call.id)]))

    def test_list_of_answers(self):
        self._interview(9, missing="More")
        self._interview(8, missing="Less", user=self.taras, partner=self.karpaty)
        figures = self.env["crm.call.figures"]
        for user, expected in ((self.head, {"More", "Less"}), (self.olena, {"More"})):
            action = figures.with_user(user).get_answers_action({"script_id": self.script.id}, "missing")
            rows = self.env["crm.call.answer.report"].with_user(user).search(action["domain"])
            self.assertEqual(set(rows.mapped("value_text")), expected)
            self.assertEqual(action["views"][0][1], "list")

    def test_as_many_queries_for_many_answers(self):
        def ask():
            self.env.flush_all()
            self.env.invalidate_all()
            return self._get_answers()

        self._interview(9, ["price"], "More")
        ask()
        with self.assertQueryCount(22):
            ask()
        for __ in range(20):
            self._interview(9, ["price"], "More")
        with self.assertQueryCount(22):
            ask()


class TestAnswersAnalysis(AnswersCommon):
    def test_a_row_for_each_answer(self):
        call = self._interview(9, ["price", "speed"], "More")
        rows = self.env["crm.call.answer.report"].with_user(self.olena).search([("call_id", "=", call.id)])
        self.assertEqual(len(rows), 4)
        self.assertEqual(len(set(rows.ids)), 4)
        self.assertEqual(rows.answer_id, self.answers["price"] | self.answers["speed"])
        self.assertEqual({row.value_number for row in rows if row.node_id == self.nodes["likely"]}, {9})
        self.assertEqual(rows[0].action_open_call()["res_id"], call.id)

    def test_grouped(self):
        self._interview(9)
        self._interview(5)
        groups = self.env["crm.call.answer.report"]._read_group(
            [("script_id", "=", self.script.id)], ["node_id"], ["count:sum", "value_number:avg", "success_rate:avg"]
        )
        self.assertEqual(groups, [(self.nodes["likely"], 2, 7.0, 100.0)])


class TestCallsAnalysis(AnswersCommon):
    def test_shares(self):
        self._interview(9)
        self._hold(outcome="refusal", at="likely")
        self._hold(outcome="no_answer", at="likely")
        groups = (
            self.env["crm.call.report"]
            .with_user(self.head)
            ._read_group(
                [("script_id", "=", self.script.id)],
                [],
                ["count:sum", "reached_count:sum", "reached_rate:avg", "completed_rate:avg", "success_rate:avg"],
            )
        )
        count, reached, reached_rate, *rates = groups[0]
        self.assertEqual((count, reached, rates), (3, 2, [50, 50]))
        self.assertAlmostEqual(reached_rate, 200 / 3)

    def test_hour_and_weekday_of_the_reader(self):
        call = self._interview(9)
        call.sudo().start = "2026-03-02 23:30:00"  # Monday evening in UTC
        report = self.env["crm.call.report"].browse(call.id)
        self.assertEqual((report.with_context(tz="UTC").weekday, report.with_context(tz="UTC").hour), ("1", "23"))
        self.env.invalidate_all()
        report = report.with_context(tz="Asia/Tokyo")
        self.assertEqual((report.weekday, report.hour), ("2", "08"))

    def test_moved_the_deal(self):
        call = self._interview(9)
        deal = self.deal_dnipro
        call.sudo().write({"lead_id": deal.id, "result_id": self._press(deal, self.step_call).id})
        self.assertTrue(call.with_user(self.olena).is_forward)
        self.assertEqual(self.env["crm.call.report"].browse(call.id).forward_rate, 100)
        self.assertEqual(self.env["crm.call.report"].browse(call.id).action_open_call()["res_id"], call.id)

    def test_ready_reports_open(self):
        self._interview(9)
        for model, expected in (("crm.call.report", 3), ("crm.call.answer.report", 1)):
            filters = self.env["ir.filters"].with_user(self.olena).get_filters(model, self._get_action(model))
            self.assertEqual(len(filters), expected)
            for favorite in filters:
                domain = self.env["ir.filters"].browse(favorite["id"])._get_eval_domain()
                self.assertTrue(self.env[model].search_count(domain), favorite["name"])

    def _get_action(self, model):
        return self.env.ref(f"crm_call_scripts.{model.replace('.', '_')}_action").id

    def test_names_of_ready_reports(self):
        shipped = {
            favorite.name
            for favorite in self.env["ir.filters"].search(
                [("model_id", "in", ["crm.call.report", "crm.call.answer.report"])]
            )
        }
        self.assertLessEqual(shipped, set(self.env["ir.filters"]._get_report_names()))


class TestFiguresWorkbook(AnswersCommon):
    def _read(self, user, **options):
        options = {"script_id": self.script.id, **options}
        name, content = self.env["crm.call.figures"].with_user(user)._make_workbook(options)
        self.assertTrue(name.endswith(".xlsx"))
        book = load_workbook(BytesIO(content))
        return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}

    def test_figures(self):
        self._interview(9, ["price"], "More")
        self._interview(4, ["price", "speed"])
        sheets = self._read(self.head)
        self.assertEqual(list(sheets), ["Script", "Version 1", "Answers"])
        rows = {row[0]: row for row in sheets["Script"]}
        self.assertEqual(rows["Version 1"][1:6], [2, 2, 1, 2, 1])
        self.assertEqual(rows["Olena"][1:3], [2, 2])
        nodes = {row[0] or row[1]: row for row in sheets["Version 1"]}
        self.assertEqual(nodes["Likely"][2:5], [2, 0, 0])
        self.assertEqual(nodes["Price"][6:], [2, 1, 1])
        answers = {row[0] or row[1]: row for row in sheets["Answers"]}
        self.assertEqual(answers["Likely"][2:], [2, None, 6.5, 0])
        self.assertEqual(answers["Speed"][2:4], [1, 0.5])

    def test_only_what_the_reader_sees_and_no_free_texts(self):
        self._interview(9, missing="A secret")
        self.assertNotIn("A secret", str(self._read(self.head)))
        rows = {row[0]: row for row in self._read(self.taras)["Script"]}
        self.assertEqual(rows["Version 1"][1], None if rows["Version 1"][1] is None else 0)

    def test_two_versions_have_a_sheet_each(self):
        self._interview(9)
        self._add_version()
        options = {"version_id": self.version.id, "compare_id": self.old_version.id}
        self.assertEqual(list(self._read(self.head, **options)), ["Script", "Version 2", "Version 1", "Answers"])

    def test_nonsense_is_refused(self):
        with self.assertRaises(UserError):
            self._read(self.head, version_id=10**6)
