from odoo.exceptions import AccessError
from odoo.tests.common import TransactionCase

from .figures_common import FiguresCast


class TestFiguresAccess(FiguresCast, TransactionCase):
    """Everybody counts the calls that he sees, and no other ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.call_olena = cls._hold_agreed(user=cls.olena)
        cls.call_taras = cls._hold_agreed(user=cls.taras, partner=cls.karpaty)
        cls.call_ivan = cls._hold_refused(user=cls.ivan)

    def _count(self, user):
        figures = self._get_figures(user)
        return figures["sides"][0]["totals"]["calls"], [row["name"] for row in figures["users"]]

    def test_head_counts_all(self):
        self.assertEqual(self._count(self.head), (3, ["Ivan", "Olena", "Taras"]))

    def test_salespersons_count_their_own_and_those_of_their_clients(self):
        self.assertEqual(self._count(self.olena), (2, ["Ivan", "Olena"]))
        self.assertEqual(self._count(self.taras), (1, ["Taras"]))

    def test_all_clients_are_not_all_calls(self):
        self.assertEqual(self._count(self.ivan), (1, ["Ivan"]))

    def test_the_call_list_of_each_agrees(self):
        for user in (self.head, self.olena, self.taras, self.ivan):
            expected, mine = self._count(user)[0], [("script_id", "=", self.script.id)]
            self.assertEqual(self.env["crm.call"].with_user(user).search_count(mine), expected)
            self.assertEqual(self.env["crm.call.report"].with_user(user).search_count(mine), expected)
            given = [("kind", "in", ("answer", "value")), ("call_id.script_id", "=", self.script.id)]
            lines = self.env["crm.call.line"].with_user(user).search(given)
            self.assertEqual(len(self.env["crm.call.answer.report"].with_user(user).search(mine)), len(lines))

    def test_a_client_who_went_to_a_colleague(self):
        self.dnipro.user_id = self.taras
        self.assertEqual(self._count(self.olena)[0], 0)
        self.assertEqual(self._count(self.taras)[0], 3)

    def test_answers_of_others_are_not_listed(self):
        budget = self._find(self._get_answers(self.taras)["questions"], "budget")
        self.assertEqual(budget["answered"], 1)

    def test_company_that_is_not_chosen(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.head.company_ids |= company
        self.call_olena.sudo().company_id = company
        mine = self.env.company
        for companies, expected in ((mine, 2), (mine | company, 3), (company, 1)):
            env = self.env(user=self.head, context={"allowed_company_ids": companies.ids})
            figures = env["crm.call.figures"].get_figures({"script_id": self.script.id})
            self.assertEqual(figures["sides"][0]["totals"]["calls"], expected)
            by_script = [("script_id", "=", self.script.id)]
            self.assertEqual(env["crm.call.report"].search_count(by_script), expected)
            self.assertEqual(len(env["crm.call.answer.report"].search(by_script).call_id), expected)

    def test_clerk_is_refused(self):
        figures = self.env["crm.call.figures"].with_user(self.clerk)
        options = {"script_id": self.script.id}
        for ask in (
            figures.get_choices,
            lambda: figures.get_figures(options),
            lambda: figures.get_answers(options),
            lambda: figures.get_calls_action(options),
            lambda: figures.get_answers_action(options, "budget"),
            lambda: figures._make_workbook(options),
        ):
            with self.assertRaises(AccessError):
                ask()
        for model in ("crm.call.report", "crm.call.answer.report"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.clerk).search_count([])

    def test_script_of_a_company_that_is_not_chosen(self):
        self.script.company_id = self.env["res.company"].create({"name": "Other"})
        scripts = self.env["crm.call.figures"].with_user(self.olena).get_choices()["scripts"]
        self.assertNotIn(self.script.id, [script["id"] for script in scripts])
