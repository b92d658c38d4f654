from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from odoo.addons.crm_clients.tests.hoot import HootCase

from .common import CallCast

BY_KEYBOARD = """
    const wait = (find) => new Promise((resolve) => {
        const look = () => (find() ? resolve(find()) : setTimeout(look, 50));
        look();
    });
    const press = (key, more = {}) =>
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
    const says = (text) => wait(() => document.querySelector(".o_call_text")?.textContent.includes(text));
    (async () => {
        await says("Good day");
        press("Enter");
        await says("be of use");
        press("2");
        await says("Good bye");
        press("Enter");
        (await wait(() => document.querySelector(".o_call_step"))).value = "";
        document.querySelector(".o_call_step").dispatchEvent(new Event("change", { bubbles: true }));
        await wait(() => {
            document.querySelector(".o_call_do_finish:not([disabled])")?.click();
            return document.querySelector(".o_call_done");
        });
        console.log("test successful");
    })();
"""


@tagged("post_install", "-at_install")
class TestCallScreenHoot(HootCase):
    @no_retry
    def test_conversation(self):
        self._run_hoot("@crm_call_scripts/conversation")

    @no_retry
    def test_call_screen(self):
        self._run_hoot("@crm_call_scripts/call_screen")

    @no_retry
    def test_call_input(self):
        self._run_hoot("@crm_call_scripts/call_input")

    @no_retry
    def test_activity_call(self):
        self._run_hoot("@crm_call_scripts/activity_call")

    @no_retry
    def test_finish_panel(self):
        self._run_hoot("@crm_call_scripts/finish_panel")


@tagged("post_install", "-at_install")
class TestCallScreenInBrowser(CallCast, HttpCase):
    """The screen of a call in the web client, with the real server behind it, as a salesperson with own clients."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.olena.odoobot_state = "disabled"

    def test_held_from_its_address(self):
        action = self.deal_dnipro.with_user(self.olena).action_start_call()
        call = self.env["crm.call"].browse(action["params"]["call_id"])
        self.browser_js(
            f"/odoo/call/{call.id}",
            BY_KEYBOARD,
            "!!document.querySelector('.o_call_text')",
            login=self.olena.login,
        )
        self.assertEqual((call.state, call.outcome_id, call.is_completed), ("done", self.outcomes["refusal"], True))
        self.assertEqual(call.line_ids.mapped("kind"), ["next", "answer"])

    def test_buttons_for_a_salesperson(self):
        """The buttons are in the views that a salesperson gets; a colleague's client is refused."""
        for model, button in (("res.partner", "action_start_call"), ("crm.lead", "action_view_calls")):
            with self.subTest(model=model):
                arch = self.env[model].with_user(self.olena).get_view(view_type="form")["arch"]
                self.assertIn(f'name="{button}"', arch)

    def test_called_from_a_card(self):
        """One press on the card of a deal, and of a client, as on their forms."""
        self.dnipro.client_level_id = self.env.ref("crm_clients.crm_client_level_possible")
        for path, tour, record in (
            ("action-crm.crm_lead_action_pipeline", "crm_call_from_deal_card", self.deal_dnipro),
            ("my-clients", "crm_call_from_client_card", self.dnipro),
        ):
            with self.subTest(tour=tour):
                self.start_tour(f"/odoo/{path}", tour, login=self.olena.login)
                call = self.env["crm.call"].search([("user_id", "=", self.olena.id)], order="id DESC", limit=1)
                self.assertEqual(call.user_id, self.olena)
                self.assertIn(record, (call.lead_id, call.client_id))

    def test_finished_with_a_file(self):
        """The file of a result is uploaded at the end of the call, and belongs to the deal."""
        self.step_call.demands_file = True
        action = self.deal_dnipro.with_user(self.olena).action_start_call()
        call = self.env["crm.call"].browse(action["params"]["call_id"])
        self.start_tour(f"/odoo/call/{call.id}", "crm_call_with_file", login=self.olena.login)
        file = call.result_id.attachment_ids
        self.assertEqual((file.name, file.raw), ("offer.txt", b"Offer"))
        self.assertEqual((file.res_model, file.res_id), ("crm.lead", self.deal_dnipro.id))
