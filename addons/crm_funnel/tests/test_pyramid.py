from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import FunnelCommon


class PyramidCommon(FunnelCommon):
    """Deals that are put on the steps of the process of the cast as if they had come there long ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        (cls.deal_dnipro | cls.deal_karpaty).process_id = False
        cls.lead = cls.env["crm.lead"].with_user(cls.head).with_context(lang="en_US")
        cls.options = {"process_id": cls.process.id}

    @classmethod
    def _put_deals(cls, count, step=None, *, silent_days=0.0, status="pending", step_days=None, user=None):
        """Make deals that stand on a step; with ``step_days`` they have a result that took them there."""
        deals = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Put {number}",
                    "type": "opportunity",
                    "team_id": cls.channel.id,
                    "user_id": user and user.id,
                    "expected_revenue": 10,
                }
                for number in range(count)
            ]
        )
        if step_days is not None:
            deals._append_results([cls._prepare_arrival(deal, step) for deal in deals])
            deals.result_ids.sudo().step_days = step_days
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET process_step_id = %s, silent_since = %s, won_status = %s, active = %s WHERE id IN %s",
            (
                step and step.id,
                cls.now - timedelta(days=silent_days, seconds=1),
                *(status, status != "lost", tuple(deals.ids)),
            ),
        )
        cls.env.invalidate_all()
        return deals

    @classmethod
    def _prepare_arrival(cls, deal, step):
        return {**deal._prepare_result(step.kind, "button", step=step), "step_before_id": False}

    def _get_rows(self, **options):
        return self.lead.get_pyramid([], {**self.options, **options})["rows"]

    def _count_queries(self, method, *args):
        # twice: the first time may fill what is remembered of rules and users
        for __ in range(2):
            method(*args)
            self.env.flush_all()
            self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        method(*args)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestPyramid(PyramidCommon):
    """The rows, what a wrong question gets, who is refused, and how many queries it takes."""

    def test_rows(self):
        self._put_deals(3)
        self._put_deals(1, self.step_call, silent_days=6)
        self._put_deals(1, self.step_call, silent_days=2)
        self._put_deals(4, self.step_offer, status="lost")
        self._put_deals(1, self.step_meeting)
        self._put_deals(2, self.step_meeting, status="won")
        rows = self._get_rows()
        self.assertEqual(
            [(row["name"], row["passed"], row["now"], row["lost"], row["late"]) for row in rows],
            [
                ("Opportunities", 12, 3, 0, 0),
                ("Called", 9, 2, 0, 1),
                ("Offer sent", 7, 0, 4, 0),
                ("Meeting held", 3, 1, 0, 0),
                ("Contract signed", 2, 0, 0, 0),
            ],
        )
        self.assertEqual([row["conversion"] for row in rows], [False, 75, 77.78, 42.86, 66.67])
        self.assertEqual([row["passed_amount"] for row in rows], [120, 90, 70, 30, 20])
        self.assertEqual([row["expected_days"] for row in rows], [0, 0, 3, 5, 0])
        self.assertEqual([row["waiting_days"] for row in rows], [0, 4, 0, 0, 0])
        self.assertTrue(rows[-1]["is_top"])

    def test_empty_filter(self):
        self._put_deals(3, self.step_call)
        for basis in ("created", "results"):
            pyramid = self.lead.get_pyramid([("id", "=", False)], {**self.options, "basis": basis})
            self.assertEqual([row["passed"] for row in pyramid["rows"]], [0] * 5)
            self.assertEqual([row["conversion"] for row in pyramid["rows"]], [False] * 5)
            self.assertFalse(pyramid["worst"])

    def test_defaults(self):
        self.assertEqual(self.lead.get_pyramid([], {})["basis"], "created")
        first = self.env["crm.process"].search([("state", "=", "running")])[0]
        self.assertEqual(self.lead.get_pyramid([], {})["process_id"], first.id)

    def test_no_process(self):
        processes = self.env["crm.process"].search([])
        processes.action_back_to_draft()
        pyramid = self.lead.get_pyramid([], {})
        self.assertEqual((pyramid["process_id"], pyramid["processes"], pyramid["rows"]), (False, [], []))
        self.assertIn("crm.process(", str(processes))
        pyramid = self.lead.get_pyramid([], self.options)
        self.assertEqual([process["id"] for process in pyramid["processes"]], [self.process.id], "the one shown")

    def test_expected_conversion_of_the_top(self):
        self.step_won.write({"conversion": 40, "days": 9})
        self._create_steps({"name": "Paid", "kind": "won", "stage_id": self.stage_won.id, "conversion": 5, "days": 1})
        top = self._get_rows()[-1]
        self.assertEqual(
            (top["name"], top["expected_conversion"], top["expected_days"]), ("Contract signed / Paid", 40, 9)
        )

    def test_wrong_questions(self):
        action = self.lead.get_pyramid_action
        for method, *args in (
            (self.lead.get_pyramid, [], {"basis": "written"}),
            (self.lead.get_pyramid, [], {"process_id": 2**30}),
            (self.lead.get_pyramid, [], {"process_id": "seven"}),
            (self.lead.get_pyramid, [], {"date_from": "soon"}),
            (self.lead.get_pyramid, [], {"date_from": "2026-02-01", "date_to": "2026-01-31"}),
            (action, [], self.options, 5),
            (action, [], self.options, -1),
            (action, [], {**self.options, "basis": "written"}, 1),
            (action, [], {"process_id": 2**30}, 1),
        ):
            with self.subTest(args=args), self.assertRaises(UserError) as caught:
                method(*args)
            self.assertIs(type(caught.exception), UserError)

    def test_action(self):
        self._put_deals(2, self.step_call)
        action = self.lead.get_pyramid_action([("expected_revenue", ">", 0)], self.options, 1, True)
        self.assertEqual(action["name"], "Called: now")
        self.assertEqual(self.lead.get_pyramid_action([], self.options, 1)["name"], "Called: passed")
        self.assertEqual(action["res_model"], "crm.lead")
        found = self.lead.with_context(active_test=False).search(action["domain"])
        self.assertEqual(len(found), 2)

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_refused(self):
        portal = new_test_user(self.env, "py_portal", "base.group_portal")
        internal = new_test_user(self.env, "py_internal", "base.group_user")
        for user in (portal, internal, self.clerk):
            lead = self.env["crm.lead"].with_user(user)
            report = self.env["crm.funnel.report"].with_user(user)
            for method, *args in (
                (lead.get_pyramid, [], self.options),
                (report.get_report, self.options),
                (report.get_process_report, self.options),
            ):
                with self.subTest(user=user.login, method=method.__name__), self.assertRaises(AccessError):
                    method(*args)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_list_is_refused(self):
        """Who learns the filter of a list learns nothing of the deals."""
        action = self.env["crm.lead"].with_user(self.clerk).get_pyramid_action([], self.options, 1)
        with self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(self.clerk).search(action["domain"])

    def test_salesperson_counts_his_own(self):
        self._put_deals(2, self.step_call, user=self.olena)
        self._put_deals(3, self.step_call, user=self.taras)
        counts = [
            self.env["crm.lead"].with_user(user).get_pyramid([], self.options)["rows"][1]["passed"]
            for user in (self.head, self.olena, self.taras)
        ]
        self.assertEqual(counts, [5, 2, 3])

    # ------------------------------------------------------------
    # QUERIES
    # ------------------------------------------------------------

    def test_queries_do_not_grow(self):
        report = self.env["crm.funnel.report"].with_user(self.head)
        year = {**self.options, "date_from": "2020-01-01", "date_to": "2029-12-31", "compare": "year"}
        calls = [
            (self.lead.get_pyramid, [], self.options),
            (self.lead.get_pyramid, [], {**self.options, "basis": "results"}),
            (report.get_report, year),
            (report.get_process_report, self.options),
        ]
        self._put_some_everywhere(1)
        few = [self._count_queries(*call) for call in calls]
        self._put_some_everywhere(30)
        self.assertEqual([self._count_queries(*call) for call in calls], few)
        self._create_steps(
            *({"name": f"More {number}", "stage_id": self.stage_call.id} for number in range(5)),
        )
        self.assertEqual([self._count_queries(*call) for call in calls], few)

    def _put_some_everywhere(self, count):
        for step in (self.step_call, self.step_offer, self.step_meeting):
            self._put_deals(count, step, step_days=2, user=self.olena)
        lost = self._put_deals(count, self.step_offer, status="lost", step_days=3)
        lost.result_ids.sudo().write({"won_status": "lost", "kind": "refusal", "lost_reason_id": self.reason_price.id})
        self._put_deals(count, self.step_won, status="won", step_days=3).source_id = self.source


@tagged("post_install", "-at_install")
class TestBottleneck(PyramidCommon):
    """When a row is a bottleneck, to the last deal and day. The offer expects 80 % of the calls within 3 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.step_offer.write({"conversion": 80, "days": 4})

    def _get_offer(self):
        return self._get_rows()[2]

    def _assert_bottleneck(self, expected):
        self.assertEqual(self._get_offer()["bottleneck"], expected)

    def test_too_few_cases(self):
        self._put_deals(4, self.step_call, status="lost")
        self._assert_bottleneck(False)
        self._put_deals(1, self.step_call, status="lost")
        self._assert_bottleneck("conversion")

    def test_chance(self):
        """The interval of 4 of 8 ends at 78.5 %, that of 5 of 8 at 86.3 %."""
        self._put_deals(4, self.step_call, status="lost")
        self._put_deals(4, self.step_offer)
        self._assert_bottleneck("conversion")
        self.step_offer.conversion = 78.4
        self._assert_bottleneck(False)

    def test_chance_of_five(self):
        self._put_deals(3, self.step_call, status="lost")
        self._put_deals(5, self.step_offer)
        self._assert_bottleneck(False)
        self.step_offer.conversion = 86.5
        self._assert_bottleneck("conversion")

    def test_nothing_expected(self):
        self.step_offer.write({"conversion": 0, "days": 0})
        self._put_deals(30, self.step_call, status="lost")
        self._put_deals(5, self.step_offer, step_days=90)
        self._assert_bottleneck(False)

    def test_who_waits_in_time_may_still_come(self):
        self._put_deals(9, self.step_call, silent_days=4.99)
        self._assert_bottleneck(False)
        self._put_deals(5, self.step_call, silent_days=5)
        self.assertEqual(self._get_rows()[1]["late"], 5)
        self._assert_bottleneck("conversion")

    def test_any_time_is_in_time(self):
        self.step_offer.days = 0
        self._put_deals(30, self.step_call, silent_days=300)
        self._assert_bottleneck(False)

    def test_slow(self):
        """Half of them took more than one and a half times the expected days."""
        self._put_deals(4, self.step_offer, step_days=6.01)
        self._assert_bottleneck(False)
        self._put_deals(1, self.step_offer, step_days=6)
        self._assert_bottleneck("days")

    def test_just_in_time(self):
        self._put_deals(3, self.step_offer, step_days=6)
        self._put_deals(2, self.step_offer, step_days=50)
        self._assert_bottleneck(False)
        row = self._get_offer()
        self.assertEqual((row["days"], row["days_90"]), (6, 50))

    def test_sentences(self):
        self._put_deals(20, self.step_call, silent_days=10)
        self._put_deals(5, self.step_call, silent_days=1)
        self.assertEqual(
            self._get_offer()["explanation"],
            "Called → Offer sent: 0 % of 80 % expected, 25 deals wait 8 days on average",
        )
        self._put_deals(6, self.step_offer, step_days=11.6)
        row = self._get_offer()
        self.assertEqual(row["bottleneck"], "both")
        self.assertEqual(
            row["explanation"],
            "Called → Offer sent: 19 % of 80 % expected, 12 days instead of 4, 25 deals wait 8 days on average",
        )

    def test_sentence_of_slow_ones(self):
        self._put_deals(6, self.step_offer, step_days=11.6)
        self.assertEqual(self._get_offer()["explanation"], "Called → Offer sent: 12 days instead of 4")

    def test_worst(self):
        """The row where most deals are missing or wait too long, not the one with the worst percentage."""
        self.step_won.write({"conversion": 90})
        self._put_deals(10, self.step_meeting, status="lost")
        self.assertEqual(self.lead.get_pyramid([], self.options)["worst"], 4)
        self._put_deals(30, self.step_call, status="lost")
        self._put_deals(5, self.step_offer, status="lost")
        pyramid = self.lead.get_pyramid([], self.options)
        self.assertEqual(
            [row["bottleneck"] for row in pyramid["rows"]], [False, False, "conversion", False, "conversion"]
        )
        self.assertEqual(pyramid["worst"], 2)

    def test_worst_of_those_that_wait(self):
        self._put_deals(5, self.step_offer, step_days=90)
        self.step_meeting.write({"conversion": 50, "days": 2})
        self._put_deals(7, self.step_offer, silent_days=5)
        pyramid = self.lead.get_pyramid([], self.options)
        self.assertEqual([row["bottleneck"] for row in pyramid["rows"]], [False, False, "days", "conversion", False])
        self.assertEqual(pyramid["worst"], 3)

    def test_worst_counts_those_that_wait_too_long(self):
        self.step_offer.conversion = 0
        self._put_deals(20, self.step_call, silent_days=10)
        self._put_deals(5, self.step_offer, step_days=90)
        self.step_won.conversion = 90
        self._put_deals(10, self.step_meeting, status="lost")
        pyramid = self.lead.get_pyramid([], self.options)
        self.assertEqual([row["bottleneck"] for row in pyramid["rows"]], [False, False, "days", False, "conversion"])
        self.assertEqual(pyramid["worst"], 2, "20 wait there, 9 are missing above")

    def test_no_bottleneck_of_more_work_than_below(self):
        """In the results of a period more may come past a row than past the one below."""
        self._put_deals(8, self.step_offer, step_days=1)
        self.env["crm.process.result"].search([]).sudo().write({"step_before_id": self.step_call.id})
        rows = self._get_rows(basis="results")
        self.assertEqual([row["passed"] for row in rows], [8, 0, 8, 0, 0])
        self.assertEqual([row["conversion"] for row in rows], [False, 0, False, 0, False])
        self.assertFalse(rows[2]["bottleneck"])
