from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestResultCompanies(FunnelCommon):
    """Two companies with a currency and a calendar each, and one process for both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.company
        cls.currency = cls.env["res.currency"].create({"name": "FNL", "symbol": "f", "rounding": 0.01})
        # works on Saturdays only
        calendar = cls.env["resource.calendar"].create({"name": "Market day", "tz": "UTC"})
        calendar.attendance_ids.filtered(lambda hours: hours.dayofweek != "4").unlink()
        calendar.attendance_ids.dayofweek = "5"
        cls.there = cls.env["res.company"].create(
            {"name": "There", "currency_id": cls.currency.id, "resource_calendar_id": calendar.id}
        )
        cls.stranger = cls._create_user("fc_stranger", cls.there)
        cls.traveller = cls._create_user("fc_traveller", cls.here | cls.there)
        cls.deal_there = cls._create_deal(
            "Deal there", cls.env["res.partner"], cls.stranger, company_id=cls.there.id, expected_revenue=100
        )

    @classmethod
    def _create_user(cls, login, companies):
        groups = "base.group_user,sales_team.group_sale_manager"
        values = {"company_id": companies[-1].id, "company_ids": [(6, 0, companies.ids)]}
        user = new_test_user(cls.env, login, groups, **values)
        cls.channel.member_ids |= user
        return user

    def _as(self, user, record, companies):
        return record.with_user(user).with_context(allowed_company_ids=companies.ids)

    # ------------------------------------------------------------
    # COMPANIES
    # ------------------------------------------------------------

    def test_one_process_for_both(self):
        self.assertEqual((self.deal_there.process_id, self.deal_there.company_id), (self.process, self.there))
        for user, deal in ((self.olena, self.deal_dnipro), (self.stranger, self.deal_there)):
            names = [button["name"] for button in deal.with_user(user).get_result_buttons()["buttons"]]
            self.assertIn("Offer sent", names)
        self.assertEqual(self.process.with_user(self.stranger).name, "Funnel process")

    def test_log_and_tasks_of_the_other_company_are_unseen(self):
        Result, Task = self.env["crm.process.result"], self.env["mail.activity"]
        here = self._press(self.deal_dnipro.with_user(self.olena), self.step_call)
        there = self._press(self.deal_there.with_user(self.stranger), self.step_call)
        both = here | there
        tasks = both.next_activity_id
        cases = [
            (self.head, self.here, here),
            (self.stranger, self.there, there),
            (self.traveller, self.here, here),
            (self.traveller, self.there, there),
            (self.traveller, self.here | self.there, both),
        ]
        for user, companies, expected in cases:
            with self.subTest(user=user.login, companies=companies.mapped("name")):
                results = self._as(user, Result, companies).search([("id", "in", both.ids)])
                self.assertEqual(results.sorted("id"), expected)
                seen = self._as(user, Task, companies).search([("id", "in", tasks.ids)])
                self.assertEqual(seen.sorted("id"), expected.next_activity_id)
        with self.assertRaises(AccessError):
            there.with_user(self.head).read(["comment"])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_result_in_the_other_company_is_refused(self):
        deals = [(self.head, self.here, self.deal_there), (self.stranger, self.there, self.deal_dnipro)]
        for user, companies, deal in [*deals, (self.traveller, self.here, self.deal_there)]:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._as(user, deal, companies).action_record_result(self.step_call.id, False)
        self.assertFalse((self.deal_there | self.deal_dnipro).result_ids)

    def test_amount_is_in_the_currency_of_the_deal(self):
        self.step_offer.demands_amount = True
        deal = self._as(self.traveller, self.deal_there, self.here | self.there)
        deal.expected_revenue = 0
        action = deal.action_record_result(self.step_offer.id, False)
        with Form(deal.env[action["res_model"]].with_context(**action["context"])) as form:
            self.assertEqual(form.company_currency, self.currency)
            form.amount = 1234.5
        form.record.action_record()
        self.assertEqual(self.deal_there.expected_revenue, 1234.5, "as it was entered, not converted")
        self.assertEqual(self.deal_there.company_currency, self.currency)

    @freeze_time("2026-03-04 10:00:00")
    def test_working_days_of_the_company_of_the_deal(self):
        self.step_call.write({"activity_delay": 1, "activity_delay_unit": "working_days"})
        deal = self._as(self.traveller, self.deal_there, self.here | self.there)
        self.assertEqual(deal.env.company, self.here)
        task = self._press(deal, self.step_call).next_activity_id
        self.assertEqual(task.date_deadline, date(2026, 3, 7), "a Saturday")

    def test_nobodys_company_is_seen_by_both(self):
        deal = self._create_deal("Anywhere", self.env["res.partner"], self.env["res.users"])
        deal.company_id = False
        result = self._press(deal, self.step_call)
        for user, company in ((self.head, self.here), (self.stranger, self.there)):
            self.assertTrue(self._as(user, result, company).has_access("read"), user.login)

    def test_log_follows_the_deal_to_another_company(self):
        result = self._press(self.deal_there, self.step_call)
        self.deal_there.write({"user_id": False, "company_id": self.here.id})
        self.env.flush_all()
        self.assertTrue(self._as(self.head, result, self.here).has_access("read"))
        self.assertFalse(self._as(self.stranger, result, self.there).has_access("read"))


@tagged("post_install", "-at_install")
class TestResultMissing(FunnelCommon):
    """A result on deals that lack something: the client, the salesperson, the stage."""

    def test_archived_client(self):
        (self.petro | self.dnipro).active = False
        deal = self.deal_dnipro.with_user(self.olena)
        result = self._press(deal, self.step_offer)
        self.assertEqual(result.client_id, self.dnipro)
        self.assertEqual(self.dnipro.client_level_id, self.level_potential, "archived, he keeps his history")
        deal.action_revoke_result(result.id)
        self.assertEqual((deal.stage_id, deal.process_step_id.id), (self.stage_new, False))

    def test_archived_salesperson(self):
        self.olena.active = False
        result = self._press(self.deal_dnipro.with_user(self.head), self.step_call)
        self.assertEqual((result.salesperson_id, result.user_id), (self.olena, self.head))
        self.assertEqual(result.next_activity_id.user_id, self.head)

    def test_without_client(self):
        deal = self._create_deal("No client", self.env["res.partner"], self.olena).with_user(self.olena)
        deal.action_start_sale()
        result = self._press(deal, self.step_offer)
        self.assertFalse(result.client_id or result.level_id)
        self.assertFalse(result.next_activity_id.client_id)
        self._press(deal, self.step_won)
        self.assertEqual((deal.won_status, deal.probability), ("won", 100))

    def test_contact_outside_the_directory(self):
        visitor = self.env["res.partner"].create({"name": "Visitor"})
        deal = self._create_deal("Visit", visitor, self.olena).with_user(self.olena)
        result = self._press(deal, self.step_offer)
        self.assertFalse(result.client_id or result.level_id)
        self.assertFalse(visitor.client_level_id, "a result puts nobody into the directory")
        self.assertEqual(result.next_activity_id.contact_id, visitor)

    def test_without_salesperson(self):
        deal = self._create_deal("Nobody's", self.env["res.partner"], self.env["res.users"])
        deal.user_id = False
        result = self._press(deal.with_user(self.olena), self.step_call)
        self.assertFalse(result.salesperson_id)
        self.assertEqual(result.next_activity_id.user_id, self.olena, "who records goes on with it")
        self.assertFalse(deal.user_id)

    def test_without_stage(self):
        """A deal of the column “Undefined” comes back into the funnel by its result."""
        deal = self.deal_dnipro.with_user(self.olena)
        deal.stage_id = False
        self.assertFalse(deal.process_step_id)
        neutral = self._press(deal, self.step_no_answer)
        self.assertFalse(neutral.stage_before_id or neutral.stage_id or deal.stage_id)
        result = self._press(deal, self.step_offer)
        self.assertEqual((result.stage_before_id.id, result.stage_id), (False, self.stage_offer))
        self.assertEqual(deal.stage_id, self.stage_offer)
        deal.action_revoke_result(result.id)
        self.assertFalse(deal.stage_id or deal.process_step_id)

    def test_without_channel(self):
        everywhere = self.process.copy({"team_ids": [(5, 0, 0)], "sequence": -1})
        everywhere.step_ids.stage_id.team_ids = False
        everywhere.action_start_using()
        deal = self._create_deal("No channel", self.dnipro, self.olena, team_id=False)
        deal.team_id = False
        self.assertEqual(deal.process_id, everywhere)
        result = self._press(deal.with_user(self.olena), everywhere.step_ids[1])
        self.assertFalse(result.team_id)
        self.assertEqual((deal.process_step_id, deal.stage_id), (everywhere.step_ids[1], self.stage_offer))
