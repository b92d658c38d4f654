from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_inquiry_entry import InquiryCommon

DNIPRO_PHONE = "044 200 00 01"
KARPATY_PHONE = "032 200 00 02"


@tagged("post_install", "-at_install")
class TestInquiryClient(InquiryCommon):
    """A known client is recognised, and nobody learns more about a foreign one than its manager."""

    def _cards(self, user, **vals):
        return self._take_inquiry(user, **vals).inquiry_match

    # ------------------------------------------------------------
    # OWN CLIENTS
    # ------------------------------------------------------------

    def test_recognised_by_phone_while_typing(self):
        form = self._entry_form(self.olena)
        self.assertFalse(form.inquiry_match)
        form.phone = DNIPRO_PHONE
        [card] = form.inquiry_match
        self.assertEqual(card["state"], "known")
        self.assertEqual((card["client"], card["person"], card["manager"]), ("Dnipro LLC", False, "Olena"))
        self.assertEqual([deal["name"] for deal in card["deals"]], ["Dnipro deal"])
        self.assertEqual(card["deal_count"], 1)

    def test_contact_person_recognised_by_email(self):
        self.dnipro.client_level_id = self.level_regular
        self.petro.profession_id = self.profession
        [card] = self._cards(self.olena, email_from="PETRO@dnipro.example")
        self.assertEqual((card["client"], card["person"]), ("Dnipro LLC", "Petro"))
        self.assertEqual((card["level"], card["profession"]), (self.level_regular.name, "Chief beekeeper"))
        self.assertEqual(card["partner"]["id"], self.petro.id)

    def test_accepting_keeps_what_was_said(self):
        self.petro.phone = "+380 67 111 22 33"
        lead = self._take_inquiry(self.olena, phone="050 999 88 77", email_from="petro@dnipro.example")
        lead.partner_id = self.petro
        self.assertEqual(lead.phone, "050 999 88 77")
        self.assertEqual((lead.contact_name, lead.partner_name), ("Petro", "Dnipro LLC"))
        self.assertEqual(lead.inquiry_match[0]["state"], "linked")
        lead.phone = "050 999 88 78"
        self.assertEqual(self.petro.phone, "+380 67 111 22 33", "the card is not written while an inquiry is taken")

    def test_another_person_of_the_company_is_linked_to_the_company(self):
        self.petro.phone = self.dnipro.phone
        [card] = self._cards(self.olena, phone=DNIPRO_PHONE, contact_name="Anna")
        self.assertEqual(card["partner"]["id"], self.dnipro.id)
        [card] = self._cards(self.olena, phone=DNIPRO_PHONE, contact_name=" petro ")
        self.assertEqual(card["partner"]["id"], self.petro.id)
        [card] = self._cards(self.olena, phone=DNIPRO_PHONE)
        self.assertEqual(card["partner"]["id"], self.petro.id)

    def test_somebody_else(self):
        self.assertFalse(self._cards(self.olena, phone=DNIPRO_PHONE, is_new_client=True))

    def test_archived_clients_are_not_proposed(self):
        self.petro.active = False
        self.assertFalse(self._cards(self.olena, email_from="petro@dnipro.example"))

    def test_won_and_foreign_deals_are_not_listed_as_open(self):
        self.deal_dnipro.action_set_won()
        self._create_deal("Deal of Taras", self.petro, self.taras)
        [card] = self._cards(self.olena, phone=DNIPRO_PHONE)
        self.assertEqual(card["deals"], [])

    def test_several_clients_with_one_phone(self):
        other = self._create_client("Desna LLC", self.olena, phone=self.dnipro.phone)
        cards = self._cards(self.olena, phone=DNIPRO_PHONE)
        self.assertEqual({card["client_id"] for card in cards}, {self.dnipro.id, other.id})
        lead = self._take_inquiry(self.olena, phone=DNIPRO_PHONE, contact_name="Anna")
        with self.assertRaisesRegex(UserError, "Desna LLC"):
            lead.action_make_deal()

    def test_strange_input(self):
        for phone in ("?", "0" * 300, "+", "44", "тел. немає"):
            self.assertFalse(self._cards(self.olena, phone=phone, email_from="no@", contact_name="%_\\"))

    # ------------------------------------------------------------
    # CLIENTS OF COLLEAGUES
    # ------------------------------------------------------------

    def test_foreign_client_shows_its_manager_and_nothing_else(self):
        expected = [{"state": "foreign", "manager": "Taras"}]
        self.assertEqual(self._cards(self.olena, phone=KARPATY_PHONE), expected)
        self.assertEqual(self._cards(self.olena, email_from="oksana@karpaty.example"), expected)

    def test_foreign_client_is_described_to_whoever_sees_all(self):
        [card] = self._cards(self.ivan, phone=KARPATY_PHONE)
        self.assertEqual((card["state"], card["client"]), ("known", "Karpaty LLC"))

    def test_nothing_is_said_if_the_company_wants_it_so(self):
        self.env["ir.config_parameter"].set_param("crm_clients.tell_foreign_manager", "False")
        lead = self._take_inquiry(self.olena, phone=KARPATY_PHONE, contact_name="Oksana")
        self.assertFalse(lead.inquiry_match)
        with self.assertRaisesRegex(UserError, "No client of another manager"):
            lead.action_pass_on()
        lead.action_make_deal()
        self.assertNotEqual(lead.partner_id.client_id, self.karpaty)

    def test_foreign_client_makes_no_deal(self):
        lead = self._take_inquiry(self.olena, phone=KARPATY_PHONE, contact_name="Oksana")
        with self.assertRaisesRegex(UserError, "client of another manager"):
            lead.action_make_deal()
        lead.is_new_client = True
        lead.action_make_deal()
        self.assertEqual(lead.partner_id.client_id.user_id, self.olena)

    def test_pass_on(self):
        lead = self._take_inquiry(self.olena, email_from="oksana@karpaty.example", phone="050 123 45 67")
        action = lead.action_pass_on()
        self.assertIn("Taras", action["params"]["message"])
        self.assertFalse(lead.with_user(self.olena).has_access("read"))
        self.assertFalse(self.env["crm.lead"].with_user(self.olena).search([("id", "=", lead.id)]))
        lead = lead.with_user(self.taras)
        self.assertEqual((lead.user_id, lead.partner_id), (self.taras, self.oksana))
        self.assertEqual(lead.phone, "050 123 45 67")
        self.assertFalse(self.oksana.phone)
        self.assertIn("Olena", "".join(lead.message_ids.mapped("body")))
        lead.action_make_deal()
        self.assertEqual(lead.type, "opportunity")

    def test_pass_on_of_a_client_without_manager(self):
        self.karpaty.user_id = False
        lead = self._take_inquiry(self.olena, phone=KARPATY_PHONE)
        self.assertEqual(lead.inquiry_match, [{"state": "foreign", "manager": False}])
        lead.action_pass_on()
        self.assertFalse(lead.sudo().user_id)
        self.assertTrue(lead.with_user(self.head).has_access("read"))
        self.assertFalse(lead.with_user(self.olena).has_access("read"))

    def test_pass_on_of_an_own_client_is_refused(self):
        lead = self._take_inquiry(self.olena, phone=DNIPRO_PHONE)
        with self.assertRaises(UserError):
            lead.action_pass_on()
        self.assertEqual(lead.user_id, self.olena)

    # ------------------------------------------------------------
    # SPEED
    # ------------------------------------------------------------

    def test_one_search_for_many_inquiries(self):
        leads = self.env["crm.lead"].concat(
            *(self._take_inquiry(self.olena, phone=f"050 000 {number:04}") for number in range(40))
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            leads.mapped("inquiry_match")
