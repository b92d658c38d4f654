from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import WorkCommon

FIGURES = {"client_project_count", "work_count", "late_work_count"}


@tagged("post_install", "-at_install")
class TestWorkPanel(WorkCommon):
    """What the card of a client and of a deal shows of projects and works, to whom, and at which price."""

    def _get_form(self, record, user):
        """Return the form of ``record`` as ``user`` gets it: its arch and the names of its fields."""
        arch = record.with_user(user).get_view(view_type="form")["arch"]
        nodes = etree.fromstring(arch).xpath("//field[not(ancestor::field)]")
        return arch, {node.get("name") for node in nodes}

    def _count_queries(self, function):
        """Return how many queries ``function`` needs once the caches of rules and groups are filled."""
        counts = []
        for _time in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            function()
            counts.append(self.cr.sql_log_count - before)
        return min(counts)

    def _panel(self, record, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(user).get_client_projects()

    def _figures(self, record, user):
        record.invalidate_recordset(FIGURES)
        record = record.with_user(user)
        return record.client_project_count, record.work_count, record.late_work_count

    # ------------------------------------------------------------
    # WHO GETS WHAT
    # ------------------------------------------------------------

    def test_those_who_sell_and_those_who_deliver_have_it_on_their_cards(self):
        for user in (self.olena, self.delivery, self.executor):
            arch, names = self._get_form(self.dnipro, user)
            self.assertIn('name="client_projects"', arch)
            self.assertIn('name="work_report_button"', arch)
            self.assertLessEqual(FIGURES, names)

    def test_others_have_nothing_of_it(self):
        arch, names = self._get_form(self.dnipro, self.clerk)
        for name in ("client_projects", "work_report_button", "action_view_works"):
            self.assertNotIn(f'name="{name}"', arch)
        self.assertFalse(FIGURES & names)
        self.assertEqual(self._figures(self.dnipro, self.clerk), (0, 0, 0))
        with self.assertRaises(AccessError):
            self._panel(self.dnipro, self.clerk)

    def test_a_deal_has_it_too(self):
        arch, names = self._get_form(self.deal_dnipro, self.olena)
        for name in ("client_projects", "action_start_works", "action_view_works", "action_view_client_projects"):
            self.assertIn(f'name="{name}"', arch)
        self.assertLessEqual(FIGURES | {"proposed_service_ids"}, names)

    def test_a_foreign_card_tells_nothing(self):
        for method in ("get_client_projects", "action_add_project", "action_work_report"):
            with self.assertRaises(AccessError):
                getattr(self.dnipro.with_user(self.taras), method)()
        self.assertEqual(self._figures(self.dnipro, self.taras), (0, 0, 0))

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def test_figures_of_the_buttons_are_those_of_the_lists(self):
        self.work_dnipro.date_deadline = self._days(-3)
        self.env.flush_all()
        self.assertEqual(self._figures(self.dnipro, self.olena), (1, 1, 1))
        for method, expected in (("action_view_works", 1), ("action_view_client_projects", 1)):
            action = getattr(self.dnipro.with_user(self.olena), method)()
            found = self.env[action["res_model"]].with_user(self.olena).search_count(action["domain"])
            self.assertEqual(found, expected)

    def test_another_company_has_its_own(self):
        company = self.env["res.company"].create({"name": "Second company"})
        starter = self.env["crm.work.starter"]
        project = starter._create_project(self.dnipro, {"name": "Elsewhere", "company_id": company.id})
        starter._create_work(self.dnipro, self.other_service, project, {})
        self.env.flush_all()
        self.assertEqual(self._figures(self.dnipro, self.olena), (1, 1, 0))
        self.assertNotIn("Elsewhere", [one["name"] for one in self._panel(self.dnipro, self.olena)["projects"]])
        self.olena.company_ids |= company
        both = (self.env.company | company).ids
        card = self.dnipro.with_user(self.olena).with_context(allowed_company_ids=both)
        self.assertEqual(card.get_client_projects()["project_count"], 2)

    def test_a_project_says_the_most_urgent_of_its_works(self):
        self.work_dnipro.date_deadline = self._days(-3)
        project = self._panel(self.dnipro, self.olena)["projects"][0]
        self.assertEqual((project["status"], project["status_label"]), ("late", "Late"))
        self.assertEqual(project["works"][0]["days_late"], 3)
        self.work_dnipro.unlink()
        project = self._panel(self.dnipro, self.olena)["projects"][0]
        self.assertEqual((project["status"], project["status_label"]), (False, ""))

    def test_states_are_said_in_the_language_of_the_user(self):
        for code in ("uk_UA", "ru_RU"):
            self.env["res.lang"]._activate_lang(code)
            self.olena.lang = code
            card = self.dnipro.with_user(self.olena).with_context(lang=code)
            work = card.get_client_projects()["projects"][0]["works"][0]
            labels = dict(card.env["crm.work"].fields_get(["status"])["status"]["selection"])
            self.assertEqual(work["status_label"], labels[work["status"]])

    def test_an_archived_project_takes_its_works_along(self):
        self.project_dnipro.active = False
        panel = self._panel(self.dnipro, self.olena)
        self.assertFalse(panel["projects"] or panel["works"])
        self.assertEqual(self._figures(self.dnipro, self.olena), (0, 0, 0))

    # ------------------------------------------------------------
    # PRICE
    # ------------------------------------------------------------

    def test_a_card_costs_one_query_more_at_most(self):
        for record in (self.dnipro, self.deal_dnipro):
            names = self._get_form(record, self.olena)[1]
            card = record.with_user(self.olena)
            without, with_figures = (
                self._count_queries(lambda card=card, names=some: card.web_read({name: {} for name in names}))
                for some in (names - FIGURES, names)
            )
            self.assertLessEqual(with_figures, without + 1)

    def test_the_tab_costs_the_same_for_many_projects(self):
        few = self._count_queries(self.dnipro.with_user(self.olena).get_client_projects)
        for _number in range(9):
            self._create_delivery(self.dnipro, date_deadline=self._days(-2))
        many = self._count_queries(self.dnipro.with_user(self.olena).get_client_projects)
        self.assertEqual(len(self._panel(self.dnipro, self.olena)["projects"]), 10)
        self.assertLessEqual(many, few)
