from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_inquiry_entry import InquiryCommon


@tagged("post_install", "-at_install")
class TestInquiryDeal(InquiryCommon):
    """One press makes the deal, the client, its contact person; nothing is typed twice and nothing overwritten."""

    def _take_full_inquiry(self, user, **vals):
        return self._take_inquiry(
            user,
            **{
                "phone": "050 123 45 67",
                "email_from": "anna@bees.example",
                "contact_name": "Anna",
                "contact_profession_id": self.profession.id,
                "partner_name": "Bees Ltd",
                "source_id": self.source.id,
                "inquiry_purpose_id": self.purpose_price.id,
                "inquiry_service_ids": [Command.set(self.service.ids)],
                **vals,
            },
        )

    # ------------------------------------------------------------
    # NEW CLIENTS
    # ------------------------------------------------------------

    def test_new_company_with_its_contact_person(self):
        lead = self._take_full_inquiry(self.olena)
        action = lead.action_make_deal()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
        self.assertEqual(lead.type, "opportunity")
        self.assertTrue(lead.is_inquiry)
        person = lead.partner_id
        self.assertEqual((person.name, person.profession_id), ("Anna", self.profession))
        self.assertEqual((person.phone_sanitized, person.email), ("+380501234567", "anna@bees.example"))
        client = person.parent_id
        self.assertEqual(person.client_id, client)
        self.assertFalse(person.client_type_id)
        self.assertRecordValues(
            client,
            [
                {
                    "name": "Bees Ltd",
                    "is_company": True,
                    "client_type_id": self.env.ref("crm_clients.crm_client_type_potential").id,
                    "client_source_id": self.source.id,
                    "client_service_ids": self.service.ids,
                    "user_id": self.olena.id,
                }
            ],
        )
        self.assertTrue(lead.with_user(self.olena).has_access("write"))
        self.assertFalse(lead.with_user(self.taras).has_access("read"))

    def test_new_person(self):
        lead = self._take_full_inquiry(self.olena, partner_name=False)
        lead.action_make_deal()
        client = lead.partner_id
        self.assertEqual((client.client_id, client.is_company, client.name), (client, False, "Anna"))
        self.assertEqual(client.client_service_ids, self.service)

    def test_company_alone(self):
        lead = self._take_full_inquiry(self.olena, contact_name=False, email_from=False)
        lead.action_make_deal()
        self.assertEqual((lead.partner_id.name, lead.partner_id.is_company), ("Bees Ltd", True))
        self.assertFalse(lead.partner_id.child_ids)

    def test_nobody_knows_who_asks(self):
        lead = self._take_inquiry(self.olena, phone="050 123 45 67")
        with self.assertRaisesRegex(UserError, "Who is asking"):
            lead.action_make_deal()

    def test_pressed_twice(self):
        lead = self._take_full_inquiry(self.olena)
        first = lead.action_make_deal()
        partners = self.env["res.partner"].search_count([])
        messages = len(lead.partner_id.message_ids)
        self.assertEqual(lead.action_make_deal(), first)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertEqual(len(lead.partner_id.message_ids), messages)

    def test_pressed_twice_notes_once(self):
        lead = self._take_full_inquiry(self.olena, partner_id=self.petro.id, contact_name="Petro")
        lead.action_make_deal()
        lead.action_make_deal()
        notes = self.petro.message_ids.filtered(lambda message: "gave also" in (message.body or ""))
        self.assertEqual(len(notes), 1)

    def test_lost_inquiry_is_restored_first(self):
        lead = self._take_full_inquiry(self.olena)
        lead.action_set_lost()
        with self.assertRaisesRegex(UserError, "Restore"):
            lead.action_make_deal()

    def test_type_of_new_clients(self):
        self.env.ref("crm_clients.crm_client_type_potential").active = False
        lead = self._take_full_inquiry(self.olena)
        lead.action_make_deal()
        self.assertEqual(lead.partner_id.client_id.client_type_id, self.type_new)

    def test_inquiry_without_salesperson_becomes_the_users(self):
        lead = self._take_full_inquiry(self.olena, user_id=False)
        lead.action_make_deal()
        self.assertEqual(lead.user_id, self.olena)
        self.assertEqual(lead.partner_id.client_id.user_id, self.olena)

    def test_inquiry_for_a_colleague(self):
        group_all_leads = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.olena.group_ids |= group_all_leads
        self.olena.group_ids -= self.env.ref("crm_clients.crm_clients_group_all")
        lead = self._take_full_inquiry(self.olena, user_id=self.taras.id)
        action = lead.action_make_deal()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(lead.with_user(self.olena).has_access("read"))
        lead = lead.with_user(self.taras)
        self.assertEqual((lead.type, lead.partner_id.client_id.user_id), ("opportunity", self.taras))

    def test_deal_at_once_where_leads_are_not_qualified(self):
        """As `crm_channels` does in a channel without leads, which turns them into deals when they are created."""
        lead = self._take_full_inquiry(self.olena)
        lead.convert_opportunity(self.env["res.partner"])
        self.assertFalse(lead.partner_id)
        lead.action_make_deal()
        self.assertTrue(lead.is_inquiry)
        self.assertEqual(lead.partner_id.parent_id.name, "Bees Ltd")

    # ------------------------------------------------------------
    # KNOWN CLIENTS
    # ------------------------------------------------------------

    def test_new_contact_person_of_a_known_client(self):
        lead = self._take_full_inquiry(self.olena, phone="044 200 00 01", partner_name=False)
        lead.action_make_deal()
        self.assertEqual(lead.partner_id.parent_id, self.dnipro)
        self.assertEqual((lead.partner_id.name, lead.partner_id.profession_id), ("Anna", self.profession))
        self.assertEqual(lead.email_from, "anna@bees.example")
        self.assertEqual(self.dnipro.email, "office@dnipro.example")

    def test_known_contact_person(self):
        persons = self.dnipro.child_ids
        lead = self._take_full_inquiry(self.olena, phone="044 200 00 01", contact_name="PETRO")
        lead.action_make_deal()
        self.assertEqual(lead.partner_id, self.petro)
        self.assertEqual(self.dnipro.child_ids, persons)

    def test_accepted_client_without_person(self):
        lead = self._take_full_inquiry(self.olena, partner_id=self.dnipro.id, contact_name=False)
        lead.action_make_deal()
        self.assertEqual(lead.partner_id, self.dnipro)

    def test_nothing_is_overwritten(self):
        self.dnipro.write({"client_source_id": self.env["utm.source"].create({"name": "First source"}).id})
        self.dnipro.client_service_ids = self.other_service
        before = self.dnipro.read(["name", "phone", "email", "client_type_id", "client_source_id", "user_id"])
        self.petro.write({"phone": False, "email": "petro@dnipro.example"})
        lead = self._take_full_inquiry(self.olena, partner_id=self.petro.id, contact_name="Petro")
        lead.action_make_deal()
        self.assertEqual(
            self.dnipro.read(["name", "phone", "email", "client_type_id", "client_source_id", "user_id"]), before
        )
        self.assertEqual(self.dnipro.client_service_ids, self.service | self.other_service)
        self.assertEqual(self.petro.email, "petro@dnipro.example")
        self.assertEqual(self.petro.phone, "050 123 45 67", "what was empty is filled")
        self.assertEqual(self.petro.profession_id, self.profession)
        self.assertIn("anna@bees.example", self.petro.message_ids[0].body, "what differs is noted")
        self.assertEqual(lead.email_from, "anna@bees.example")

    def test_client_recognised_by_its_exact_name(self):
        lead = self._take_full_inquiry(self.olena, partner_name="Dnipro LLC")
        lead.action_make_deal()
        self.assertEqual(lead.partner_id.parent_id, self.dnipro)

    def test_foreign_name_is_a_new_client(self):
        """A name alone proves nothing, and must not give away that a colleague has such a client."""
        lead = self._take_full_inquiry(self.olena, partner_name="Karpaty LLC")
        lead.action_make_deal()
        self.assertNotEqual(lead.partner_id.parent_id, self.karpaty)

    def test_partner_outside_the_directory_comes_into_it(self):
        company = self.env["res.partner"].create({"name": "Shop", "is_company": True})
        lead = self._take_full_inquiry(self.olena, partner_id=company.id, contact_name=False)
        lead.action_make_deal()
        self.assertTrue(company.client_type_id)
        self.assertEqual((company.user_id, company.client_source_id), (self.olena, self.source))

    # ------------------------------------------------------------
    # ODOO'S OWN WIZARD
    # ------------------------------------------------------------

    def _convert(self, user, lead, **vals):
        wizard = self.env["crm.lead2opportunity.partner"].with_user(user)
        wizard.with_context(active_model="crm.lead", active_id=lead.id, active_ids=lead.ids).create(
            {"name": "convert", **vals}
        ).action_apply()

    def test_stock_wizard_makes_a_client(self):
        lead = self._take_full_inquiry(self.olena)
        self._convert(self.olena, lead, action="create")
        client = lead.partner_id.client_id
        self.assertEqual(
            (client.name, client.user_id, client.client_service_ids), ("Bees Ltd", self.olena, self.service)
        )
        self.assertEqual(lead.partner_id.profession_id, self.profession)
        lead.action_make_deal()
        self.assertEqual(lead.partner_id.client_id, client)

    def test_stock_wizard_for_a_colleague_still_works(self):
        lead = self._take_full_inquiry(self.olena)
        self._convert(self.olena, lead, action="create", user_id=self.taras.id)
        self.assertEqual((lead.type, lead.user_id), ("opportunity", self.taras))

    def test_stock_wizard_without_inquiry_stays_as_it_was(self):
        deal = self.env["crm.lead"].create({"name": "Plain", "type": "opportunity", "partner_name": "Plain Ltd"})
        deal._handle_partner_assignment()
        self.assertFalse(deal.partner_id.client_type_id)
