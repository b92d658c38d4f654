from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestStartSale(FunnelCommon):
    """*Start sale* and *Quick task*, on the deal and on the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.deal_dnipro.with_user(cls.olena)
        cls.new_client = cls._create_client("New LLC", cls.olena).with_user(cls.olena)

    # ------------------------------------------------------------
    # START SALE
    # ------------------------------------------------------------

    def test_deal_gets_its_first_task(self):
        self.deal.action_start_sale()
        start = self.deal.last_result_id
        self.assertEqual((start.kind, start.user_id), ("start", self.olena))
        self.assertRecordValues(
            start.next_activity_id,
            [{"summary": "Cold call", "user_id": self.olena.id, "activity_type_id": self.call_type.id}],
        )
        self.assertFalse(self.deal.get_result_buttons()["can_start"])

    def test_pressed_twice_starts_once(self):
        self.deal.action_start_sale()
        self.deal.action_start_sale()
        self.assertEqual(len(self._results(self.deal)), 1)
        self.assertEqual(len(self.deal.activity_ids), 1)

    def test_closed_deal_is_refused(self):
        self.deal.action_set_lost()
        with self.assertRaisesRegex(UserError, "is closed"):
            self.deal.action_start_sale()

    def test_channel_without_process_is_told(self):
        self.env["crm.process"].search([("state", "=", "running")]).action_back_to_draft()
        with self.assertRaisesRegex(UserError, "no business process in use"):
            self.deal.action_start_sale()

    def test_foreign_deal_is_refused(self):
        with self.assertRaises(AccessError):
            self.deal_karpaty.with_user(self.olena).action_start_sale()

    def test_client_gets_a_deal(self):
        action = self.new_client.action_start_sale()
        deal = self.env["crm.lead"].browse(action["res_id"])
        self.assertRecordValues(
            deal,
            [
                {
                    "name": "New LLC",
                    "type": "opportunity",
                    "partner_id": self.new_client.id,
                    "user_id": self.olena.id,
                    "team_id": self.channel.id,
                    "stage_id": self.stage_new.id,
                }
            ],
        )
        self.assertEqual(deal.last_result_id.kind, "start")
        self.assertEqual(deal.activity_ids.summary, "Cold call")

    def test_client_pressed_twice_gets_one_deal(self):
        first = self.new_client.action_start_sale()["res_id"]
        self.assertEqual(self.new_client.action_start_sale()["res_id"], first)

    def test_client_with_a_sale_under_way_gets_a_second_one(self):
        self._press(self.deal, self.step_offer)
        action = self.dnipro.with_user(self.olena).action_start_sale()
        self.assertNotEqual(action["res_id"], self.deal.id)

    def test_contact_person_starts_a_sale_to_the_client(self):
        petro = self.petro.with_user(self.olena)
        self.deal_dnipro.action_set_lost()
        deal = self.env["crm.lead"].browse(petro.action_start_sale()["res_id"])
        self.assertEqual(deal.partner_id, self.petro)
        self.assertEqual(deal.name, "Dnipro LLC")

    def test_partner_outside_the_directory_is_told(self):
        partner = self.env["res.partner"].create({"name": "Nobody"}).with_user(self.olena)
        with self.assertRaisesRegex(UserError, "not in the client directory"):
            partner.action_start_sale()

    def test_foreign_client_is_refused(self):
        with self.assertRaises(AccessError):
            self.karpaty.with_user(self.olena).action_start_sale()

    def test_head_starts_a_sale_for_the_responsible_manager(self):
        action = self.new_client.with_user(self.head).action_start_sale()
        deal = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual(deal.user_id, self.olena)
        self.assertEqual(deal.activity_ids.user_id, self.olena)
        self.assertEqual(deal.last_result_id.user_id, self.head)

    # ------------------------------------------------------------
    # QUICK TASK
    # ------------------------------------------------------------

    def _quick_task(self, record):
        action = record.action_quick_task()
        return Form(self.env["crm.quick.task"].with_user(self.olena).with_context(**action["context"]))

    @freeze_time("2026-03-02 10:00:00")
    def test_task_on_the_leading_deal(self):
        form = self._quick_task(self.dnipro.with_user(self.olena))
        self.assertEqual(form.lead_id, self.deal)
        self.assertEqual(form.activity_type_id, self.call_type)
        for when, days in (("today", 0), ("tomorrow", 1), ("week", 7)):
            form.when = when
            self.assertEqual(form.date_deadline, date(2026, 3, 2) + timedelta(days=days))
        form.when = "date"
        form.date_deadline = date(2026, 4, 1)
        form.summary = "Ask about the budget"
        form.save().action_plan()
        self.assertRecordValues(
            self.deal.activity_ids,
            [{"summary": "Ask about the budget", "date_deadline": date(2026, 4, 1), "user_id": self.olena.id}],
        )

    def test_task_starts_the_process_without_its_first_task(self):
        self._quick_task(self.deal).save().action_plan()
        self.assertEqual(self.deal.last_result_id.kind, "start")
        self.assertEqual(len(self.deal.activity_ids), 1)

    def test_task_of_a_client_without_deal_makes_one(self):
        form = self._quick_task(self.new_client)
        self.assertFalse(form.lead_id)
        form.save().action_plan()
        deal = self.new_client.client_deal_id
        self.assertEqual(deal.name, "New LLC")
        self.assertEqual(len(deal.activity_ids), 1)

    def test_task_for_a_colleague(self):
        form = self._quick_task(self.deal)
        form.user_id = self.ivan
        form.save().action_plan()
        self.assertEqual(self.deal.activity_ids.user_id, self.ivan)

    def test_task_on_a_foreign_deal_is_refused(self):
        task = self.env["crm.quick.task"].with_user(self.olena)
        with self.assertRaises(AccessError):
            task.create(
                {"lead_id": self.deal_karpaty.id, "date_deadline": fields.Date.today(), "user_id": self.olena.id}
            ).action_plan()
        self.assertFalse(self.deal_karpaty.activity_ids)
