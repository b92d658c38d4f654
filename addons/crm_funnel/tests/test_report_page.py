from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import FunnelCast, FunnelCommon


@tagged("post_install", "-at_install")
class TestReportPage(FunnelCommon):
    """The records behind the numbers of the report pages: exactly those that were counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["crm.funnel.report"]
        cls.fair, cls.friend = cls.env["utm.source"].create([{"name": "Trade fair"}, {"name": "Friend"}])
        (cls.deal_dnipro | cls.deal_karpaty).source_id = cls.fair
        cls.deals = cls.deal_dnipro | cls.deal_karpaty
        for number in range(3):
            cls.deals |= cls._create_deal(
                f"Deal {number}", cls.dnipro, cls.olena, process_id=cls.process.id, source_id=cls.friend.id
            )
        cls.options = {"process_id": cls.process.id, "source_ids": (cls.fair | cls.friend).ids}

    def _record(self, deal, *steps, **given):
        for step in steps:
            self._press(deal, step, **given)

    def _find(self, action):
        return self.env[action["res_model"]].with_context(active_test=False).search(action["domain"])

    # ------------------------------------------------------------
    # Pyramid
    # ------------------------------------------------------------

    def test_row_opens_the_counted_deals(self):
        dnipro, karpaty, first, second, __ = self.deals
        self._record(dnipro, self.step_call, self.step_offer)
        self._record(karpaty, self.step_call)
        self._record(first, self.step_call, self.step_refusal, lost_reason=self.reason_price)
        second.action_set_won()
        for options in (self.options, {**self.options, "source_ids": self.friend.ids}):
            for row in self.report.get_report(options)["pyramid"]["rows"]:
                passed = self._find(self.report.get_pyramid_row_action(options, row["number"]))
                now = self._find(self.report.get_pyramid_row_action(options, row["number"], True))
                self.assertEqual((len(passed), len(now)), (row["passed"], row["now"]), row["name"])
        offers = self.report.get_pyramid_row_action(self.options, 2)
        self.assertEqual(self._find(offers), dnipro | second)
        self.assertEqual(self._find(self.report.get_pyramid_row_action(self.options, 2, True)), dnipro)

    def test_row_that_does_not_exist(self):
        with self.assertRaisesRegex(UserError, "no such row"):
            self.report.get_pyramid_row_action(self.options, 99)

    def test_own_deals_only(self):
        self._record(self.deal_karpaty, self.step_call)
        own = self.report.with_user(self.olena)
        found = self._find(own.get_pyramid_row_action(self.options, 0))
        self.assertEqual(found.with_user(self.olena)._filtered_access("read"), self.deals - self.deal_karpaty)
        self.assertEqual(own.get_report(self.options)["pyramid"]["rows"][0]["passed"], 4)

    # ------------------------------------------------------------
    # Results
    # ------------------------------------------------------------

    def test_losses_open_the_counted_results(self):
        dnipro, karpaty, first, second, third = self.deals
        self._record(dnipro, self.step_call, self.step_refusal, lost_reason=self.reason_price)
        self._record(karpaty, self.step_refusal, lost_reason=self.reason_price)
        self._record(first, self.step_call, self.step_offer, self.step_refusal, lost_reason=self.reason_unreachable)
        self._record(second, self.step_call)
        second.action_set_lost()
        third.action_set_won()
        third.write({"stage_id": self.stage_call.id, "probability": 0, "active": False})
        losses = self.report.get_process_report(self.options)["losses"]
        self.assertEqual(len(losses), 5)
        for loss in losses:
            filters = {"loss_row": loss["number"], "lost_reason_id": loss["reason_id"]}
            found = self._find(self.report.get_results_action(self.options, filters))
            self.assertEqual(len(found), loss["count"], loss)
            self.assertEqual(set(found.mapped("won_status")), {"lost"})
        of_calls = self.report.get_results_action(self.options, {"loss_row": 1, "lost_reason_id": self.reason_price.id})
        self.assertEqual(self._find(of_calls).lead_id, dnipro)

    def test_people_and_hours_open_the_counted_results(self):
        self.env.user.tz = "Europe/Kyiv"
        with freeze_time("2026-03-01 21:30:00"):
            self._record(self.deal_dnipro.with_user(self.olena), self.step_call)
        with freeze_time("2026-03-01 22:30:00"):
            self._record(self.deal_karpaty.with_user(self.taras), self.step_call, self.step_offer)
        options = {**self.options, "date_from": "2026-03-01", "date_to": "2026-03-02"}
        report = self.report.get_process_report(options)
        moments = {(line["weekday"], line["hour"]): line["count"] for line in report["hours"]}
        self.assertEqual(moments, {(7, 23): 1, (1, 0): 2}, "Sunday and Monday in Kyiv")
        for key, count in moments.items():
            filters = dict(zip(("weekday", "hour"), key, strict=True))
            self.assertEqual(len(self._find(self.report.get_results_action(options, filters))), count)
        for line in report["people"]:
            filters = {name: line[name] for name in ("user_id", "step_id")}
            found = self._find(self.report.get_results_action(options, filters))
            self.assertEqual((len(found), found.user_id.id), (line["count"], line["user_id"]))

    # ------------------------------------------------------------
    # Choices
    # ------------------------------------------------------------

    def test_who_may_choose_managers(self):
        salesman_all = "base.group_user,sales_team.group_sale_salesman_all_leads"
        documents = f"{salesman_all},crm_clients.crm_clients_group_all"
        users = {
            self.olena: False,  # own clients only
            self.head: True,
            new_test_user(self.env, "rp_all", documents): True,
            new_test_user(self.env, "rp_own_clients", salesman_all): False,
            new_test_user(self.env, "rp_own_deals", "base.group_user,sales_team.group_sale_salesman"): False,
        }
        for user, expected in users.items():
            self.assertEqual(self.report.with_user(user).get_choices(), {"users": expected}, user.login)


@tagged("post_install", "-at_install")
class TestReportTours(FunnelCast, HttpCase):
    """Journeys through the reports, as the head of sales and as a manager who may see only his own deals."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be pressed
        (cls.head | cls.olena).odoobot_state = "disabled"
        cls.env["crm.process"].search([("id", "!=", cls.process.id)]).write({"active": False})
        cls._press(cls, cls.deal_dnipro.with_user(cls.olena), cls.step_call)
        cls._press(cls, cls.deal_dnipro.with_user(cls.olena), cls.step_offer)
        cls._press(cls, cls.deal_karpaty.with_user(cls.taras), cls.step_call)
        cls._press(cls, cls.deal_karpaty.with_user(cls.taras), cls.step_refusal, lost_reason=cls.reason_price)
        cls.env.flush_all()

    def test_head_reads_the_funnel_report(self):
        url = f"/odoo/funnel-report?process={self.process.id}&period=this_year&managers={self.olena.id}-{self.taras.id}"
        self.start_tour(url, "crm_funnel_report_head", login=self.head.login)
        favorite = self.env["ir.filters"].search([("name", "=", "Olena and Taras")])
        self.assertEqual((favorite.model_id, favorite.user_ids), ("crm.lead", self.head))
        self.assertEqual(favorite.action_id.id, self.env.ref("crm_funnel.crm_funnel_report_action").id)

    def test_manager_reads_about_his_own_deals(self):
        url = f"/odoo/funnel-report?process={self.process.id}&period=this_year"
        self.start_tour(url, "crm_funnel_report_manager", login=self.olena.login)

    def test_head_reads_the_process_report(self):
        url = f"/odoo/process-report?process={self.process.id}&period=this_year"
        self.start_tour(url, "crm_funnel_process_report_head", login=self.head.login)

    def test_link_with_rubbish(self):
        url = "/odoo/funnel-report?process=987654321&period=tomorrow&vs=never&managers=me&sources=1-x"
        self.start_tour(url, "crm_funnel_report_rubbish", login=self.head.login)
