from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from odoo.addons.crm_clients.tests.hoot import HootCase

from .plan_common import PlanCast

TYPE_INTO_THE_GRID = """
    const wait = (find) => new Promise((resolve) => {
        const look = () => (find() ? resolve(find()) : setTimeout(look, 50));
        look();
    });
    const input = (row, column) => document.querySelector(`input[data-row="${row}"][data-column="${column}"]`);
    const type = async (element, text) => {
        element.focus();
        element.value = text;
        element.dispatchEvent(new Event("input", {bubbles: true}));
        element.dispatchEvent(new Event("change", {bubbles: true}));
    };
    (async () => {
        const first = await wait(() => input(0, 4));
        await type(first, "1 250,50");
        await wait(() => !document.querySelector(".o_plan_undo").disabled && input(0, 4).value.includes("250"));
        await type(input(0, 5), "300");
        await wait(() => document.querySelector("tbody .o_plan_total").textContent.includes("550"));
        document.querySelector(".o_plan_undo").click();
        await wait(() => input(0, 5).value === "");
        console.log("test successful");
    })();
"""


@tagged("post_install", "-at_install")
class TestPlanHoot(HootCase):
    @no_retry
    def test_plan_grid(self):
        self._run_hoot("@crm_invoicing/plan_grid")


@tagged("post_install", "-at_install")
class TestPlanInBrowser(PlanCast, HttpCase):
    """The grid in the web client, with the real server behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.olena.odoobot_state = "disabled"

    def test_typed_by_a_salesperson(self):
        line = self._plan(self.dnipro, 100, "2026-05-31")
        self.browser_js(
            "/odoo/plan-by-months",
            TYPE_INTO_THE_GRID,
            "!!document.querySelector('.o_plan_table')",
            login=self.olena.login,
        )
        self.assertEqual(line.amount, 1250.5)
        self.assertEqual(self.env["crm.plan.line"].search_count([("partner_id", "=", self.dnipro.id)]), 1)

    def test_files(self):
        """The workbook of the grid, the template, and nothing of a colleague."""
        self._plan(self.dnipro, 100, "2026-05-31")
        self.authenticate(self.olena.login, self.olena.login)
        options = '{"options": {"month": "2026-01-01", "months": 12}}'
        for url, data in (("/crm_invoicing/plan/xlsx", {"data": options}), ("/crm_invoicing/plan/template", None)):
            with self.subTest(url=url):
                response = self.url_open(url, data=data and {**data, "csrf_token": Request.csrf_token(self)})
                self.assertEqual((response.status_code, response.content[:2]), (200, b"PK"))
        for wrong in ("{}", "nonsense", '{"options": {"month": "soon"}}'):
            with self.subTest(data=wrong):
                response = self.url_open(
                    "/crm_invoicing/plan/xlsx", data={"data": wrong, "csrf_token": Request.csrf_token(self)}
                )
                self.assertNotEqual(response.content[:2], b"PK")
        self.assertEqual(self.url_open("/crm_invoicing/plan/999999/rows").status_code, 404)
