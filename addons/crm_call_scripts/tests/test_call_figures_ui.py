import json
from io import BytesIO

from openpyxl import load_workbook

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from odoo.addons.crm_clients.tests.hoot import HootCase

from .figures_common import FiguresCast

LOOK_AT_FIGURES = """
    const wait = (find) => new Promise((resolve) => {
        const look = () => (find() ? resolve(find()) : setTimeout(look, 50));
        look();
    });
    const click = async (selector) => (await wait(() => document.querySelector(selector))).click();
    (async () => {
        const worst = await wait(() => document.querySelector(".o_figures_worst_text"));
        if (!worst.textContent.includes("Interest: 33 % of 12")) {
            throw new Error(worst.textContent);
        }
        await click("tr[data-key=interest] .o_figures_left button");
        await wait(() => document.querySelectorAll(".o_list_view .o_data_row").length === 4);
        history.back();
        await click(".nav-link[data-name=answers]");
        const average = await wait(() => document.querySelector("[data-key=budget] .o_question_average"));
        if (!/1.?000/.test(average.textContent)) {
            throw new Error(average.textContent);
        }
        console.log("test successful");
    })();
"""


@tagged("post_install", "-at_install")
class TestCallFiguresHoot(HootCase):
    @no_retry
    def test_call_figures(self):
        self._run_hoot("@crm_call_scripts/call_figures")


@tagged("post_install", "-at_install")
class TestCallFiguresInBrowser(FiguresCast, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.olena.odoobot_state = "disabled"

    def test_from_the_worst_place_to_its_calls(self):
        for __ in range(8):
            self._hold_agreed()
        for __ in range(4):
            self._hold_broken_off()
        url = f"/odoo/call-figures?script={self.script.id}"
        self.browser_js(url, LOOK_AT_FIGURES, login=self.olena.login, timeout=120)

    def test_button_of_the_script(self):
        action = self.script.with_user(self.olena).action_view_figures()
        self.assertEqual((action["tag"], action["params"]), ("crm_call_figures", {"script_id": self.script.id}))

    # ------------------------------------------------------------
    # WORKBOOK
    # ------------------------------------------------------------

    def _download(self, login, data):
        self.authenticate(login, login)
        data = {"data": data, "csrf_token": Request.csrf_token(self)}
        return self.url_open("/crm_call_scripts/figures/xlsx", data=data)

    def test_workbook(self):
        self._hold_agreed()
        response = self._download(self.olena.login, json.dumps({"options": {"script_id": self.script.id}}))
        self.assertEqual(response.status_code, 200)
        self.assertIn(".xlsx", response.headers["Content-Disposition"])
        self.assertEqual(load_workbook(BytesIO(response.content)).sheetnames, ["Script", "Version 1", "Answers"])

    def test_workbook_of_nonsense(self):
        for data in ("{", "[]", "{}", "7", '{"options": {"user_ids": "x"}}', '{"options": {"script_id": 99999999}}'):
            with self.subTest(data=data):
                self.assertGreaterEqual(self._download(self.olena.login, data).status_code, 400)

    def test_clerk_gets_no_workbook(self):
        response = self._download(self.clerk.login, json.dumps({"options": {"script_id": self.script.id}}))
        self.assertGreaterEqual(response.status_code, 400)
        self.assertNotIn("spreadsheet", response.headers.get("Content-Type", ""))
