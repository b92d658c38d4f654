from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from .common import ClientCast

HOOT_URL = "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}"


def hoot_id(name):
    """Identifier that hoot gives to a suite or test of this name, as in `web/tests/test_js.py`."""
    result = 0
    for char in name:
        result = (result << 5) - result + ord(char) & 0xFFFFFFFF
    return f"{result:08x}"


@tagged("post_install", "-at_install")
class TestInquiryWidget(HttpCase):
    def _run_suite(self, name):
        self.browser_js(
            HOOT_URL.format(suite=hoot_id(f"@crm_clients/{name}")),
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    @no_retry
    def test_client_field(self):
        self._run_suite("inquiry_client_field")

    @no_retry
    def test_source_report(self):
        self._run_suite("source_report_views")


@tagged("post_install", "-at_install")
class TestInquiryTours(ClientCast, HttpCase):
    """Calls taken by the manager with the fewest rights, with the keyboard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.env.company.country_id = cls.env.ref("base.ua")
        cls.env["crm.profession"].create({"name": "Chief beekeeper"})
        # welcome messages would cover what is to be pressed
        cls.olena.odoobot_state = "disabled"

    def _take_call(self, tour):
        before = self.env["crm.lead"].search([])
        self.start_tour("/odoo", tour, login=self.olena.login)
        return self.env["crm.lead"].search([]) - before

    def test_new_client(self):
        lead = self._take_call("crm_clients_inquiry_new_client")
        self.assertRecordValues(
            lead,
            [
                {
                    "type": "opportunity",
                    "is_inquiry": True,
                    "user_id": self.olena.id,
                    "source_id": self.source.id,
                    "inquiry_purpose_id": self.env.ref("crm_clients.crm_inquiry_purpose_price").id,
                    "phone": "+380 50 123 4567",
                }
            ],
        )
        person = lead.partner_id
        self.assertRecordValues(
            person,
            [{"name": "Anna", "email": "anna@bees.example", "phone_sanitized": "+380501234567", "is_company": False}],
        )
        self.assertEqual(person.profession_id.name, "Chief beekeeper")
        self.assertRecordValues(
            person.parent_id,
            [
                {
                    "name": "Bees Ltd",
                    "client_type_id": self.env.ref("crm_clients.crm_client_type_potential").id,
                    "client_source_id": self.source.id,
                    "client_service_ids": lead.inquiry_service_ids.ids,
                    "user_id": self.olena.id,
                }
            ],
        )
        self.assertEqual(lead.inquiry_service_ids.mapped("name"), ["Website promotion"])

    def test_known_client(self):
        lead = self._take_call("crm_clients_inquiry_known_client")
        self.assertEqual(
            (lead.type, lead.partner_id.name, lead.partner_id.parent_id), ("opportunity", "Anna", self.dnipro)
        )
        self.assertEqual(self.dnipro.child_ids, self.petro | lead.partner_id)

    def test_foreign_client(self):
        lead = self._take_call("crm_clients_inquiry_foreign_client")
        self.assertEqual((lead.type, lead.user_id, lead.partner_id), ("lead", self.taras, self.karpaty))
        self.assertFalse(lead.with_user(self.olena).has_access("read"))
