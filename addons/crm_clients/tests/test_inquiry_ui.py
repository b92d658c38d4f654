from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from .common import ClientCast
from .hoot import HootCase


@tagged("post_install", "-at_install")
class TestInquiryWidget(HootCase):
    @no_retry
    def test_client_field(self):
        self._run_hoot("@crm_clients/inquiry_client_field")

    @no_retry
    def test_source_report(self):
        self._run_hoot("@crm_clients/source_report_views")


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
