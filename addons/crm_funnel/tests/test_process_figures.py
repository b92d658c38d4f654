from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .test_standing import FIRST, StandingCommon

MARCH = {"date_from": "2030-03-01", "date_to": "2030-03-31"}


@tagged("post_install", "-at_install")
class TestProcessFigures(StandingCommon):
    """What was recorded, how long it took and where deals died, as real presses leave it in the log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.deal_karpaty.with_user(cls.taras)
        cls._set_created(cls.other, FIRST)
        cls.report = cls.env["crm.funnel.report"].with_user(cls.head).with_context(lang="en_US", tz="Europe/Kyiv")
        cls.options = {**MARCH, "process_id": cls.process.id}

    def _get_report(self, **options):
        return self.report.get_process_report({**self.options, **options})

    # ------------------------------------------------------------
    # TIME
    # ------------------------------------------------------------

    def test_steps(self):
        """From the step before: what was tried in between does not count, what was skipped is no case."""
        self._press_on(2, self.step_call)
        self._press_on(3, self.step_no_answer)
        self._press_on(6, self.step_meeting, comment="Skipped the offer")
        self._press_on(1, self.step_call, self.other)
        self._press_on(4, self.step_won, self.other)
        lines = [
            (
                line["name"],
                line["cases"],
                line["average"],
                line["median"],
                round(line["days_90"], 2),
                line["expected_days"],
            )
            for line in self._get_report()["steps"]
        ]
        self.assertEqual(
            lines,
            [
                ("Called", 2, 1.5, 1.5, 1.9, 0),
                ("Offer sent", 0, False, False, 0, 3),
                ("Meeting held", 1, 4, 4, 4, 5),
                ("Contract signed", 1, 3, 3, 3, 0),
            ],
        )

    def test_revoked_results_do_not_count(self):
        self._press_on(2, self.step_call)
        self._revoke_on(2)
        report = self._get_report()
        self.assertEqual([line["cases"] for line in report["steps"]], [0, 0, 0, 0])
        self.assertEqual((report["people"], report["hours"], report["days"]), ([], [], []))

    def test_way_back_is_no_case(self):
        self._press_on(2, self.step_offer)
        self._on(3, self.deal.write, {"stage_id": self.stage_call.id})
        self._press_on(5, self.step_offer)
        self.assertEqual(
            [(line["cases"], line["average"]) for line in self._get_report()["steps"][:2]], [(0, False), (2, 2)]
        )

    def test_results_of_the_period(self):
        """Those of the first and the last moment of a day in the user's time zone."""
        for moment in ("2030-03-04 21:59:59", "2030-03-04 22:00:00", "2030-03-05 21:59:59", "2030-03-05 22:00:00"):
            with freeze_time(moment):
                self._press(self.deal, self.step_call_back, task_date=fields.Date.today())
        report = self._get_report(date_from="2030-03-05", date_to="2030-03-05")
        self.assertEqual(report["days"], [{"date": "2030-03-05", "count": 2}])
        # Tuesday, the first and the last hour
        hours = [(line["weekday"], line["hour"], line["count"]) for line in report["hours"]]
        self.assertEqual(hours, [(2, 0, 1), (2, 23, 1)])

    def test_hours_follow_summer_time(self):
        for moment in ("2030-03-30 07:30:00", "2030-03-31 06:30:00"):
            with freeze_time(moment):
                self._press(self.deal, self.step_call_back, task_date=fields.Date.today())
        hours = [(line["weekday"], line["hour"]) for line in self._get_report()["hours"]]
        self.assertEqual(hours, [(6, 9), (7, 9)])

    # ------------------------------------------------------------
    # WHERE DEALS DIE
    # ------------------------------------------------------------

    def _get_losses(self, **options):
        return [
            (line["number"], line["row"], line["reason"], line["count"], line["amount"])
            for line in self._get_report(**options)["losses"]
        ]

    def test_losses(self):
        (self.deal | self.other).sudo().expected_revenue = 30
        self._press_on(1, self.step_offer)
        self._press_on(2, self.step_refusal, lost_reason=self.reason_price)
        self._on(2, self.other.action_set_lost)
        self.assertEqual(
            self._get_losses(), [(0, "Opportunities", "No reason", 1, 30), (2, "Offer sent", "Funnel: price", 1, 30)]
        )

    def test_lost_twice(self):
        self._press_on(1, self.step_offer)
        for day in (2, 4):
            self._press_on(day, self.step_refusal, lost_reason=self.reason_price)
            self._on(day + 1, self.deal.action_restore)
        self.assertEqual(
            [line[:4] for line in self._get_losses()],
            # restored it stands in the stage of the offer again
            [(2, "Offer sent", "Funnel: price", 2)],
        )
        self.assertEqual(self._get_losses(date_from="2030-03-05")[0][3], 1)

    def test_lost_deal_in_another_column_is_not_lost_again(self):
        self._press_on(1, self.step_offer)
        self._press_on(2, self.step_refusal, lost_reason=self.reason_price)
        self._on(3, self.deal.write, {"stage_id": self.stage_call.id})
        self.assertEqual(self.deal.last_result_id.won_status, "lost")
        self.assertEqual([line[3] for line in self._get_losses()], [1])

    def test_loss_that_was_taken_back(self):
        self._press_on(1, self.step_refusal, lost_reason=self.reason_price)
        self._revoke_on(1)
        self.assertEqual(self._get_losses(), [])

    def test_most_deals_first(self):
        self._press_on(1, self.step_call)
        self._press_on(2, self.step_refusal, lost_reason=self.reason_price)
        for deal in (self.other, self._create_deal("Third", self.dnipro, self.olena)):
            self._press_on(1, self.step_offer, deal)
            self._press_on(2, self.step_refusal, deal, lost_reason=self.reason_price)
        self.assertEqual([line[::3] for line in self._get_losses()], [(2, 2), (1, 1)])

    def test_losses_take_one_query(self):
        """The names of all reasons are read together."""
        self._press_on(1, self.step_refusal, lost_reason=self.reason_price)
        few = self._count_queries()
        reasons = self.env["crm.lost.reason"].create([{"name": f"Reason {number}"} for number in range(6)])
        for reason in reasons:
            deal = self._create_deal(reason.name, self.dnipro, self.olena)
            self._press_on(1, self.step_refusal, deal, lost_reason=reason)
        self.assertEqual(self._count_queries(), few)

    def _count_queries(self):
        for __ in range(2):
            self._get_report()
            self.env.flush_all()
            self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._get_report()
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def test_people(self):
        self._on(1, self.deal.action_start_sale)
        for day in (2, 3):
            self._press_on(day, self.step_no_answer)
        self._press_on(2, self.step_no_answer, self.other)
        lines = [(line["user"], line["step"], line["count"]) for line in self._get_report()["people"]]
        self.assertEqual(
            lines, [("Olena", "No answer", 2), ("Olena", "Started or moved", 1), ("Taras", "No answer", 1)]
        )

    def test_lists_of_results(self):
        self._on(1, self.deal.action_start_sale)
        self._press_on(2, self.step_no_answer)
        self._press_on(2, self.step_call, self.other)
        for filters, expected in (
            ({"user_id": self.olena.id, "step_id": False}, self._results(self.deal)[0]),
            ({"user_id": self.olena.id}, self._results(self.deal)),
            ({"step_id": self.step_call.id}, self._results(self.other)),
            (None, self._results(self.deal) | self._results(self.other)),
        ):
            action = self.report.get_results_action(self.options, filters)
            found = self.env["crm.process.result"].search(action["domain"], order="id")
            self.assertEqual(found, expected.sorted("id"))

    def test_own_only(self):
        self._press_on(2, self.step_call)
        self._press_on(2, self.step_call, self.other)
        report = self.report.with_user(self.taras).get_process_report(self.options)
        self.assertEqual([line["user"] for line in report["people"]], ["Taras"])

    def test_colleague_on_my_deal(self):
        """His name is on the deal that I see, though I may know nothing else of him."""
        self._press_on(2, self.step_call, self.deal.with_user(self.head))
        self.head.sudo().active = False
        report = self.report.with_user(self.olena).get_process_report(self.options)
        self.assertEqual([line["user"] for line in report["people"]], ["Head"])

    def test_nothing_recorded(self):
        with freeze_time(FIRST + timedelta(days=1)):
            report = self._get_report()
        self.assertEqual([report[name] for name in ("losses", "people", "hours", "days")], [[], [], [], []])
        self.assertEqual([line["median"] for line in report["steps"]], [False] * 4)
