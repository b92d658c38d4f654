from ast import literal_eval
from collections import Counter
from datetime import date, timedelta
from xml.etree import ElementTree

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import file_open
from odoo.tools.safe_eval import safe_eval

from .figures import Ledger, Reader
from .random_funnel import RandomFunnelCommon
from .test_slices import REPORTS, SlicesCommon


@tagged("post_install", "-at_install")
class TestShippedReports(SlicesCommon):
    """The favorites for everybody: each loads, shows what it says, and says it in the user's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = cls.env["ir.model.data"].search([("module", "=", "crm_funnel"), ("model", "=", "ir.filters")])
        cls.filters = cls.env["ir.filters"].browse(names.mapped("res_id"))
        cls._press(cls, cls.deal_karpaty, cls.step_call)
        cls._press(cls, cls.deal_karpaty, cls.step_refusal, lost_reason=cls.reason_price)
        cls._press(cls, cls.deal_dnipro.with_user(cls.olena), cls.step_won)
        cls.open = cls._create_deal("Open", cls.petro, cls.olena, expected_revenue=300, date_deadline="2030-01-15")
        cls.open.activity_schedule(
            "mail.mail_activity_data_call", date_deadline=date.today() - timedelta(days=3), user_id=cls.olena.id
        )
        cls.open.activity_schedule(
            "mail.mail_activity_data_email", date_deadline=date.today(), user_id=cls.olena.id
        ).with_user(cls.olena).action_feedback()
        cls.env.flush_all()

    def _load(self, favorite, user):
        """Return the groups that the pivot asks for when somebody chooses a favorite."""
        context = safe_eval(favorite.context)
        model = self.env[favorite.model_id].with_user(user)
        measures = [
            name if name == "__count" else f"{name}:{model._fields[name].aggregator}"
            for name in context["pivot_measures"]
        ]
        groupby = context["pivot_row_groupby"] + context["pivot_column_groupby"]
        domain = Domain(literal_eval(favorite.domain)) & Domain("client_id", "in", [self.dnipro.id, self.karpaty.id])
        return model.formatted_read_group(domain, groupby, measures), groupby, measures

    def test_each_shows_groups(self):
        self.assertGreaterEqual(len(self.filters), 16)
        for favorite in self.filters:
            with self.subTest(favorite=favorite.name):
                groups, groupby, measures = self._load(favorite, self.head)
                self.assertTrue(groups)
                self.assertLessEqual({*groupby, *measures}, groups[0].keys())
                self.assertTrue(any(group[measure] for group in groups for measure in measures))

    def test_figures(self):
        xmlid = "crm_funnel.crm_deal_report_filter_"
        [won] = self._load(self.env.ref(f"{xmlid}won_by_month"), self.head)[0]
        self.assertEqual((won["user_id"][0], won["won_count:sum"]), (self.olena.id, 1))
        [lost] = self._load(self.env.ref(f"{xmlid}lost_by_reason"), self.head)[0]
        self.assertEqual(
            (lost["lost_reason_id"][0], lost["process_step_id"][0]), (self.reason_price.id, self.step_call.id)
        )
        [open_deals] = self._load(self.env.ref(f"{xmlid}open_deals"), self.head)[0]
        self.assertEqual((open_deals["count:sum"], open_deals["amount:sum"]), (1, 300))
        [overdue] = self._load(self.env.ref("crm_funnel.crm_task_report_filter_overdue"), self.head)[0]
        self.assertEqual((overdue["count:sum"], overdue["days_late:avg"]), (1, 3))
        [refusal] = self._load(self.env.ref("crm_funnel.crm_process_result_filter_refusals"), self.head)[0]
        self.assertEqual((refusal["step_before_id"][0], refusal["__count"]), (self.step_call.id, 1))

    def test_manager_gets_them_too_with_what_is_his(self):
        [won] = self._load(self.env.ref("crm_funnel.crm_deal_report_filter_won_by_month"), self.olena)[0]
        self.assertEqual(won["won_count:sum"], 1)
        self.assertFalse(self._load(self.env.ref("crm_funnel.crm_deal_report_filter_won_by_month"), self.taras)[0])

    def test_everybody_has_them_on_their_action_only(self):
        for model in REPORTS:
            shipped = self.filters.filtered(lambda favorite, model=model: favorite.model_id == model)
            [action] = shipped.action_id
            found = self.env["ir.filters"].with_user(self.olena).get_filters(model, action.id)
            self.assertLessEqual(set(shipped.ids), {favorite["id"] for favorite in found})
            self.assertFalse(any(shipped.mapped("is_default")))
            elsewhere = self.env["ir.filters"].with_user(self.olena).get_filters(model)
            self.assertFalse(set(shipped.ids) & {favorite["id"] for favorite in elsewhere})

    def test_every_name_can_be_translated(self):
        names = self.env["ir.filters"]._get_report_names()
        with file_open("crm_funnel/data/ir_filters_data.xml") as data:
            shipped = [field.text for field in ElementTree.parse(data).iter("field") if field.get("name") == "name"]
        self.assertEqual(sorted(names), sorted(shipped))
        self.assertEqual(max(Counter(names).values()), 1)

    def test_names_in_the_language_of_the_user(self):
        filters = self.env["ir.filters"]
        self.patch(
            self.env.registry["ir.filters"],
            "_get_report_names",
            lambda records: ["Перемоги" if records.env.lang == "uk_UA" else "Won by Month"],
        )
        self.env["res.lang"]._activate_lang("uk_UA")
        self.olena.lang = "uk_UA"
        favorite = self.env.ref("crm_funnel.crm_deal_report_filter_won_by_month")
        action = favorite.action_id.id

        def get_name():
            found = filters.with_user(self.olena).with_context(lang="uk_UA").get_filters("crm.deal.report", action)
            return {line["id"]: line["name"] for line in found}[favorite.id]

        self.assertEqual(get_name(), "Перемоги")
        favorite.name = "Наші перемоги"
        self.assertEqual(get_name(), "Наші перемоги", "who renames it has said what it is called")


@tagged("post_install", "-at_install", "funnel_figures")
class TestSlicesRandom(RandomFunnelCommon):
    """The pivot of deals beside the funnel report, to the unit, on half a year by chance."""

    seed = 3
    PERIODS = [(False, False), ("2025-11-02", "2026-01-31"), ("2026-03-08", "2026-03-29")]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both, one = cls.here | cls.there, {cls.here: 1, cls.there: 1 / 4, cls.here.browse(): 1}
        cls.readers = [
            Reader(cls.head, both, "Europe/Kyiv", one),
            Reader(cls.olena, both, "Asia/Almaty", one),
            Reader(cls.ivan, cls.here, "America/New_York", one),
        ]

    def _get_model(self, model, reader):
        context = {"tz": reader.timezone, "allowed_company_ids": reader.companies.ids, "lang": "en_US"}
        return self.env[model].with_user(reader.user).with_context(**context)

    def _read_pivot(self, reader, date_field, period, domain=(), groupby=()):
        model = self._get_model("crm.deal.report", reader)
        leads = self._get_model("crm.lead", reader)
        dated = leads._get_period_domain(date_field, leads._get_period(*period))
        measures = ["count:sum", "won_count:sum", "lost_count:sum", "win_rate:avg", "days_until_won:avg"]
        measures.append("won_amount:sum_currency")
        groups = model.formatted_read_group(Domain(domain) & dated, list(groupby), measures)
        return {group[groupby[0]] and group[groupby[0]][0] if groupby else None: group for group in groups}

    def _assert_same(self, values, new, closed):
        self.assertEqual(values["new"], new["count:sum"])
        self.assertEqual(values["won"], closed["won_count:sum"] or 0)
        self.assertEqual(values["lost"], closed["lost_count:sum"] or 0)
        for name, measure in (
            ("won_amount", "won_amount:sum_currency"),
            ("win_rate", "win_rate:avg"),
            ("cycle_days", "days_until_won:avg"),
        ):
            self.assertAlmostEqual(values[name] or 0, float(closed[measure] or 0), delta=0.0051, msg=name)

    def test_same_figures_as_the_funnel_report(self):
        decided = [("date_closed", "!=", False)]
        seen = Counter()
        for reader in self.readers:
            for period in self.PERIODS:
                with self.subTest(user=reader.user.login, period=period):
                    options = {"date_from": period[0], "date_to": period[1]}
                    report = self._get_model("crm.funnel.report", reader).get_report(options)
                    values = {line["name"]: line["value"] for line in report["indicators"]}
                    new = self._read_pivot(reader, "create_date", period)
                    closed = self._read_pivot(reader, "date_closed", period, decided)
                    self._assert_same(values, new[None], closed[None])
                    seen.update({name: values[name] for name in ("new", "won", "lost")})
                    self._assert_groups(reader, period, report)
        self.assertTrue(all(seen[name] > 5 for name in ("new", "won", "lost")), seen)

    def _assert_groups(self, reader, period, report):
        nothing = Counter()
        for name, field_name in (("users", "user_id"), ("sources", "source_id")):
            new = self._read_pivot(reader, "create_date", period, groupby=[field_name])
            closed = self._read_pivot(reader, "date_closed", period, [("date_closed", "!=", False)], [field_name])
            for line in report[name]:
                self._assert_same(line["values"], new.get(line["id"], nothing), closed.get(line["id"], nothing))

    def test_same_deals_as_plain_loops(self):
        for reader in self.readers:
            ledger = Ledger(reader, self.env.cr.now())
            rows = self._get_model("crm.deal.report", reader).search([])
            self.assertEqual(set(rows.ids), {deal.id for deal in ledger.deals})
            for row in rows:
                deal = self.env["crm.lead"].browse(row.id)
                standing = [r for r in deal.result_ids if not r.is_revoked and r.kind != "revoke"]
                self.assertEqual(row.result_count, len(standing))
                # the cast was there before the clock was set
                if deal.won_status == "pending" and deal in self.made:
                    self.assertEqual(row.silent_days, int(ledger.get_silence(deal)))

    def test_same_hours_as_the_process_report(self):
        reader, process = self.readers[0], self.processes[2]
        report = self._get_model("crm.funnel.report", reader).get_process_report({"process_id": process.id})
        results = self._get_model("crm.process.result", reader)
        domain = [("process_id", "=", process.id), ("lead_id.process_id", "=", process.id)]
        domain += [("is_revoked", "=", False), ("kind", "!=", "revoke"), ("lead_id", "in", self._get_counted(reader))]
        groups = results.formatted_read_group(domain, ["weekday", "hour"], ["__count"])
        found = {(int(group["weekday"]), int(group["hour"])): group["__count"] for group in groups}
        self.assertEqual(found, {(line["weekday"], line["hour"]): line["count"] for line in report["hours"]})

    def _get_counted(self, reader):
        return self._get_model("crm.deal.report", reader).search([]).ids
