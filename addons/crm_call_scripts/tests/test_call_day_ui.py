from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from odoo.addons.crm_clients.tests.hoot import HootCase

from .common import CallCast

CALL_WITH_ONE_CLICK = """
    const wait = (find) => new Promise((resolve) => {
        const look = () => (find() ? resolve(find()) : setTimeout(look, 50));
        look();
    });
    (async () => {
        (await wait(() => document.querySelector(".o_call_start"))).click();
        await wait(() => !document.querySelector(".o_call_day"));
        console.log("test successful");
    })();
"""
NO_ANSWER_AND_UNDO = """
    const wait = (find) => new Promise((resolve) => {
        const look = () => (find() ? resolve(find()) : setTimeout(look, 50));
        look();
    });
    (async () => {
        (await wait(() => document.querySelector(".o_call_no_answer"))).click();
        (await wait(() => document.querySelector(".o_notification_buttons button"))).click();
        await wait(() => !document.querySelector(".o_notification"));
        await wait(() => document.querySelector(".o_call_no_answer:not([disabled])"));
        console.log("test successful");
    })();
"""


@tagged("post_install", "-at_install")
class TestCallDayHoot(HootCase):
    @no_retry
    def test_call_day(self):
        self._run_hoot("@crm_call_scripts/call_day")


@tagged("post_install", "-at_install")
class TestCallDayInBrowser(CallCast, HttpCase):
    """The list of the day in the web client, with the real server behind it, as a salesperson with own clients."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.olena.odoobot_state = "disabled"
        cls.task = cls.deal_dnipro.activity_schedule(
            "mail.mail_activity_data_call", fields.Date.today(), summary="Call them", user_id=cls.olena.id
        )

    def test_one_click_to_call(self):
        self.browser_js(
            "/odoo/calls-today",
            CALL_WITH_ONE_CLICK,
            "!!document.querySelector('.o_call_row')",
            login=self.olena.login,
        )
        call = self.env["crm.call"].search([("activity_id", "=", self.task.id)])
        self.assertEqual((call.state, call.user_id), ("open", self.olena))

    def test_no_answer_taken_back(self):
        self.browser_js(
            "/odoo/calls-today",
            NO_ANSWER_AND_UNDO,
            "!!document.querySelector('.o_call_row')",
            login=self.olena.login,
        )
        self.assertTrue(self.task.active)
        self.assertFalse(self.env["crm.call"].search([("lead_id", "=", self.deal_dnipro.id)]))
