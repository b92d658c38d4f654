from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ClientCommon

ENTRY_FORM = "crm_clients.crm_lead_view_form_inquiry"


class InquiryCommon(ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ua")
        cls.purpose_price = cls.env.ref("crm_clients.crm_inquiry_purpose_price")
        cls.profession = cls.env["crm.profession"].create({"name": "Chief beekeeper"})

    @classmethod
    def _take_inquiry(cls, user, **vals):
        """Create an inquiry as the entry form does it."""
        Lead = cls.env["crm.lead"].with_user(user).with_context(inquiry_entry=True, default_type="lead")
        return Lead.create(vals)

    @classmethod
    def _entry_form(cls, user):
        Lead = cls.env["crm.lead"].with_user(user).with_context(inquiry_entry=True, default_type="lead")
        return Form(Lead, ENTRY_FORM)


@tagged("post_install", "-at_install")
class TestInquiryEntry(InquiryCommon):
    def test_lead_is_an_inquiry_for_good(self):
        lead = self.env["crm.lead"].with_user(self.olena).create({"name": "By mail", "type": "lead"})
        self.assertTrue(lead.is_inquiry)
        lead.convert_opportunity(self.env["res.partner"])
        self.assertEqual(lead.type, "opportunity")
        self.assertTrue(lead.is_inquiry)
        self.assertEqual(self.env["crm.lead"].search([("id", "=", lead.id), ("is_inquiry", "=", True)]), lead)

    def test_deal_is_no_inquiry(self):
        self.assertFalse(self.deal_dnipro.is_inquiry)
        self.assertFalse(self.deal_dnipro.copy().is_inquiry)

    def test_copy_of_an_inquiry_that_became_a_deal_is_none(self):
        lead = self._take_inquiry(self.olena, contact_name="Anna")
        lead.convert_opportunity(self.env["res.partner"])
        self.assertFalse(lead.copy().is_inquiry)

    def test_title_is_made_of_who_and_what_for(self):
        lead = self._take_inquiry(
            self.olena, contact_name="Anna", partner_name="Bees Ltd", inquiry_purpose_id=self.purpose_price.id
        )
        self.assertEqual(lead.name, "Bees Ltd: Asks for the price")
        self.assertEqual(self._take_inquiry(self.olena, phone="+380501234567").name, "+380501234567")
        self.assertEqual(self._take_inquiry(self.olena, description="called").name, "Inquiry")
        self.assertEqual(self._take_inquiry(self.olena, name="My own", contact_name="Anna").name, "My own")
        self.assertEqual(self._take_inquiry(self.olena, partner_id=self.petro.id).name, "Dnipro LLC, Petro")

    def test_entry_form_asks_for_nothing_twice(self):
        with self._entry_form(self.olena) as form:
            form.phone = "050 123 45 67"
            self.assertEqual(form.phone, "+380 50 123 4567")
            form.contact_name = "Anna"
            form.inquiry_purpose_id = self.purpose_price
            form.inquiry_service_ids.add(self.service)
            form.source_id = self.source
        lead = form.record
        self.assertTrue(lead.is_inquiry)
        self.assertEqual(lead.user_id, self.olena)
        self.assertEqual(lead.inquiry_service_ids, self.service)
        self.assertAlmostEqual(lead.inquiry_date, fields.Datetime.now(), delta=timedelta(minutes=5))

    def test_merge_keeps_the_inquiry(self):
        first = self._take_inquiry(
            self.olena,
            contact_name="Anna",
            inquiry_service_ids=[Command.set(self.service.ids)],
            inquiry_purpose_id=self.purpose_price.id,
        )
        first.inquiry_date = "2026-01-05 10:00:00"
        deal = self._create_deal("Older deal", self.petro, self.olena, inquiry_date="2025-01-01 00:00:00")
        deal.inquiry_service_ids = self.other_service
        merged = (first | deal).with_user(self.head).merge_opportunity()
        self.assertTrue(merged.is_inquiry)
        self.assertEqual(merged.inquiry_purpose_id, self.purpose_price)
        self.assertEqual(merged.inquiry_service_ids, self.service | self.other_service)
        self.assertEqual(merged.inquiry_date, fields.Datetime.to_datetime("2026-01-05 10:00:00"))

    def test_purposes_are_the_heads(self):
        self.env["crm.inquiry.purpose"].with_user(self.head).create({"name": "Wants a job"})
        with self.assertRaises(AccessError):
            self.env["crm.inquiry.purpose"].with_user(self.olena).create({"name": "Wants a job too"})

    def test_lost_with_a_reason(self):
        lead = self._take_inquiry(self.olena, phone="+380501234567")
        reason = self.env["crm.lost.reason"].create({"name": "Wrong number"})
        self.env["crm.lead.lost"].with_user(self.olena).create(
            {"lead_ids": [Command.set(lead.ids)], "lost_reason_id": reason.id}
        ).action_lost_reason_apply()
        self.assertEqual((lead.won_status, lead.lost_reason_id), ("lost", reason))
        self.assertTrue(lead.is_inquiry)
