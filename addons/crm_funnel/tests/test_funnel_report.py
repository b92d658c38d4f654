from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import FunnelCommon

MARCH = {"date_from": "2030-03-01", "date_to": "2030-03-31"}


@tagged("post_install", "-at_install")
class TestFunnelReport(FunnelCommon):
    """The indicators of a few deals whose dates lie on the edges of March 2030."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head.tz = "Europe/Kyiv"
        (cls.deal_dnipro | cls.deal_karpaty).process_id = False
        cls.report = cls.env["crm.funnel.report"].with_user(cls.head).with_context(lang="en_US", tz="Europe/Kyiv")
        cls.tag = cls.env["crm.tag"].create({"name": "Report tag"})

    @classmethod
    def _put_deal(cls, created, closed=None, status="pending", *, amount=100, user=None, active=None, **vals):
        """Make a deal that was created and closed at these moments in UTC."""
        deal = cls.env["crm.lead"].create(
            {
                "name": f"{created} {closed} {status}",
                "type": "opportunity",
                "team_id": cls.channel.id,
                "user_id": user and user.id,
                "expected_revenue": amount,
                **vals,
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_closed = %s, won_status = %s, active = %s WHERE id = %s",
            (created, closed, status, status != "lost" if active is None else active, deal.id),
        )
        cls.env.invalidate_all()
        return deal

    def _get_values(self, **options):
        options = {"team_ids": self.channel.ids, **options}
        return {line["name"]: line["value"] for line in self.report.get_report(options)["indicators"]}

    def _get_report(self, **options):
        return self.report.get_report({**MARCH, "team_ids": self.channel.ids, **options})

    def _get_list(self, indicator="worked", **options):
        action = self.report.get_deals_action({"team_ids": self.channel.ids, **options}, indicator)
        return self.env["crm.lead"].with_context(active_test=False).search(action["domain"], order="id")

    def _assert_list(self, deals, indicator="worked", **options):
        self.assertEqual(self._get_list(indicator, **options), deals)
        self.assertEqual(self._get_values(**options)[indicator], len(deals))

    # ------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------

    def test_new(self):
        """March begins at 22:00 of the last of February in UTC, and ends in summer time at 21:00."""
        self._put_deal("2030-02-28 21:59:59")
        inside = self._put_deal("2030-02-28 22:00:00") + self._put_deal("2030-03-31 20:59:59")
        self._put_deal("2030-03-31 21:00:00")
        self._assert_list(inside, "new", **MARCH)

    def test_closed(self):
        for status in ("won", "lost"):
            self._put_deal("2030-01-01 10:00:00", "2030-02-28 21:59:59", status)
            inside = self._put_deal("2030-01-01 10:00:00", "2030-02-28 22:00:00", status)
            inside += self._put_deal("2030-01-01 10:00:00", "2030-03-31 20:59:59", status)
            self._put_deal("2030-01-01 10:00:00", "2030-03-31 21:00:00", status)
            # reopened since: no date counts
            self._put_deal("2030-01-01 10:00:00", "2030-03-10 10:00:00", "pending")
            self._assert_list(inside, status, **MARCH)

    def test_worked(self):
        self._put_deal("2030-01-01 10:00:00", "2030-02-28 21:59:59", "won")
        worked = self._put_deal("2030-01-01 10:00:00", "2030-02-28 22:00:00", "lost")
        worked += self._put_deal("2030-01-01 10:00:00", "2030-05-01 10:00:00", "won")
        worked += self._put_deal("2030-03-31 20:59:59")
        self._put_deal("2030-03-31 21:00:00")
        worked += self._put_deal("2020-01-01 10:00:00")
        self._assert_list(worked, **MARCH)

    def test_closed_without_a_date(self):
        """It was closed when it was created; on which day it was won or lost nobody knows."""
        self._put_deal("2030-02-10 10:00:00", None, "lost")
        worked = self._put_deal("2030-03-10 10:00:00", None, "lost")
        self._assert_list(worked, **MARCH)
        self._assert_list(worked.browse(), "lost", **MARCH)
        self._assert_list(worked.browse(), "lost")

    def test_put_away(self):
        self._put_deal("2030-03-10 10:00:00", active=False)
        won = self._put_deal("2030-03-10 10:00:00", "2030-03-11 10:00:00", "won", active=False)
        for indicator in ("worked", "new", "won"):
            self._assert_list(won, indicator, **MARCH)

    def test_open_periods(self):
        early = self._put_deal("2020-01-01 10:00:00", "2030-01-01 10:00:00", "won")
        late = self._put_deal("2040-01-01 10:00:00")
        self.assertLessEqual(early | late, self._get_list())
        self._assert_list(early, date_to="2035-12-31")
        self._assert_list(late, date_from="2031-01-01")

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def _put_some(self):
        self._put_deal("2030-03-01 10:00:00", "2030-03-03 10:00:00", "won", amount=100, user=self.olena)
        self._put_deal("2030-03-01 10:00:00", "2030-03-04 22:00:00", "won", amount=50, user=self.taras)
        self._put_deal("2030-02-01 10:00:00", "2030-03-03 10:00:00", "won", amount=0.5, source_id=self.source.id)
        self._put_deal("2030-03-01 10:00:00", "2030-03-03 10:00:00", "lost", amount=7, user=self.olena)
        self._put_deal("2030-02-01 10:00:00", "2030-05-03 10:00:00", "won", amount=9, user=self.taras)
        self._put_deal("2030-03-01 10:00:00", tag_ids=[(6, 0, self.tag.ids)])
        self._put_deal("2030-02-05 10:00:00", "2030-02-06 10:00:00", "won", amount=400, user=self.ivan)

    def test_values(self):
        self._put_some()
        values = {
            "worked": 6,
            "new": 4,
            "won": 3,
            "lost": 1,
            "won_amount": 150.5,
            "average_deal": 50.17,
            "conversion": 50,
            "win_rate": 75,
            "cycle_days": 11.83,
            "cycle_median": 3.5,
        }
        self.assertEqual(self._get_values(**MARCH), values)

    def test_nothing(self):
        """A share of nothing is no number, and neither is an average."""
        values = self._get_values(date_from="1990-01-01", date_to="1990-01-31")
        zero = dict.fromkeys(("worked", "new", "won", "lost"), 0)
        self.assertEqual({name: values[name] for name in zero}, zero)
        self.assertEqual(values["won_amount"], 0)
        for name in ("average_deal", "conversion", "win_rate", "cycle_days", "cycle_median"):
            self.assertIs(values[name], False)

    def test_win_on_the_day_before_the_creation(self):
        """Clocks of two servers: no negative days."""
        self._put_deal("2030-03-10 10:00:00", "2030-03-09 10:00:00", "won")
        values = self._get_values(**MARCH)
        self.assertEqual((values["cycle_days"], values["cycle_median"]), (0, 0))

    def test_change(self):
        self._put_some()
        report = self._get_report(compare="previous")
        self.assertEqual((report["compare_from"], report["compare_to"]), ("2030-02-01", "2030-02-28"))
        lines = {line["name"]: line for line in report["indicators"]}
        for name, *expected in (
            ("won", 3, 1, 2, 200),
            ("lost", 1, 0, 1, False),
            ("won_amount", 150.5, 400, -249.5, -62.4),
            ("average_deal", 50.17, 400, -349.83, -87.5),
            ("win_rate", 75, 100, -25, -25),
            ("cycle_median", 3.5, 1, 2.5, 250),
        ):
            line = lines[name]
            self.assertEqual([line[key] for key in ("value", "before", "change", "change_percent")], expected, name)
        self.assertEqual(
            [(line["name"], line["unit"], line["is_more_better"]) for line in report["indicators"]][:5],
            [
                ("worked", "count", None),
                ("new", "count", True),
                ("won", "count", True),
                ("lost", "count", False),
                ("won_amount", "amount", True),
            ],
        )

    def test_no_change_of_nothing(self):
        self._put_some()
        report = self._get_report(compare="custom", compare_from="1990-01-01", compare_to="1990-01-31")
        lines = {line["name"]: line for line in report["indicators"]}
        self.assertEqual(
            (lines["won"]["before"], lines["won"]["change"], lines["won"]["change_percent"]), (0, 3, False)
        )
        for name in ("average_deal", "win_rate", "cycle_days", "cycle_median"):
            self.assertEqual([lines[name][key] for key in ("before", "change", "change_percent")], [False] * 3)

    def test_not_compared(self):
        self._put_some()
        report = self._get_report()
        self.assertEqual((report["compare_from"], report["compare_to"]), (False, False))
        for line in report["indicators"]:
            self.assertEqual([line[key] for key in ("before", "change", "change_percent")], [False] * 3)
        self.assertEqual({line["before"] for line in report["users"]}, {False})

    def test_year_before(self):
        self._put_deal("2029-03-31 20:59:59")
        self._put_deal("2029-03-31 21:00:00")
        report = self._get_report(compare="year")
        self.assertEqual((report["compare_from"], report["compare_to"]), ("2029-03-01", "2029-03-31"))
        self.assertEqual(report["indicators"][1]["before"], 1)

    # ------------------------------------------------------------
    # BY MANAGER AND SOURCE
    # ------------------------------------------------------------

    def test_managers(self):
        """The most won first; who has deals in one of the two periods only is there too."""
        self._put_some()
        report = self._get_report(compare="previous")
        lines = [
            (line["id"], line["name"], line["values"]["won_amount"], line["before"]["won_amount"])
            for line in report["users"]
        ]
        self.assertEqual(
            lines,
            [
                (self.olena.id, "Olena", 100, 0),
                (self.taras.id, "Taras", 50, 0),
                (False, "None", 0.5, 0),
                (self.ivan.id, "Ivan", 0, 400),
            ],
        )
        self.assertEqual(report["users"][0]["values"]["win_rate"], 50)

    def test_sources(self):
        self._put_some()
        report = self._get_report()
        lines = [(line["id"], line["name"], line["values"]["worked"]) for line in report["sources"]]
        self.assertEqual(lines, [(False, "None", 5), (self.source.id, "Exhibition in Lviv", 1)])

    def test_salesperson_sees_his_own(self):
        self._put_some()
        report = self.env["crm.funnel.report"].with_user(self.taras).get_report(MARCH)
        names = {line["id"] for line in report["users"]}
        self.assertEqual(names, {self.taras.id, False})

    def test_filters(self):
        self._put_some()
        for options, worked in (
            ({"user_ids": [self.olena.id]}, 2),
            ({"user_ids": [self.olena.id, self.taras.id]}, 4),
            ({"user_ids": [self.olena.id, 0]}, 4),
            ({"user_ids": [0]}, 2),
            ({"user_ids": []}, 6),
            ({"source_ids": [self.source.id]}, 1),
            ({"source_ids": [0]}, 5),
            ({"tag_ids": [self.tag.id]}, 1),
            ({"tag_ids": [0], "user_ids": [0]}, 1),
            ({"team_ids": [self.channel.id]}, 6),
            ({"team_ids": [0]}, 0),
        ):
            with self.subTest(options=options):
                self.assertEqual(self._get_values(**MARCH, **options)["worked"], worked)
                self.assertEqual(len(self._get_list(**MARCH, **options)), worked)

    # ------------------------------------------------------------
    # WRONG QUESTIONS
    # ------------------------------------------------------------

    def test_wrong_questions(self):
        deals, figures = self.report.get_deals_action, self.report.get_process_report
        for method, *args in (
            (self.report.get_report, {**MARCH, "compare": "yesterday"}),
            (self.report.get_report, {"compare": "previous"}),
            (self.report.get_report, {"date_from": "2030-03-01", "compare": "year"}),
            (self.report.get_report, {**MARCH, "compare": "custom", "compare_from": "never"}),
            (self.report.get_report, {"date_from": "2030-04-01", "date_to": "2030-03-01"}),
            (self.report.get_report, {"process_id": 2**30}),
            (deals, MARCH, "conversion"),
            (deals, MARCH, "happy"),
            (deals, {"date_to": "2030-02-30"}, "won"),
            (figures, {"process_id": 2**30}),
            (figures, {"date_from": "2030-02-30"}),
            (self.report.get_results_action, {"process_id": 2**30}),
        ):
            with self.subTest(args=args), self.assertRaises(UserError) as caught:
                method(*args)
            self.assertIs(type(caught.exception), UserError)

    def test_names_of_lists(self):
        names = [self.report.get_deals_action(MARCH, name)["name"] for name in ("worked", "new", "won", "lost")]
        self.assertEqual(names, ["Clients in Work", "New Deals", "Won Deals", "Lost Deals"])
