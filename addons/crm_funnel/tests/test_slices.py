from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FunnelCommon

REPORTS = ("crm.deal.report", "crm.process.result", "crm.task.report")
TODAY = "2026-03-16"


class SlicesCommon(FunnelCommon):
    def _read(self, model, user, domain, groupby=(), measures=("count:sum",)):
        """Return the groups of a pivot as a user sees them: values of the measures by values of the dimensions."""
        self.env.flush_all()
        self.env.invalidate_all()
        groups = self.env[model].with_user(user).formatted_read_group(domain, list(groupby), list(measures))
        return {
            tuple(group[name][0] if isinstance(group[name], tuple) else group[name] for name in groupby): tuple(
                group[measure] for measure in measures
            )
            for group in groups
        }


@tagged("post_install", "-at_install")
class TestDealReport(SlicesCommon):
    """One row per deal, with what the deal says, for whoever sees the deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals = cls.deal_dnipro | cls.deal_karpaty
        cls.tag_big, cls.tag_new = cls.env["crm.tag"].create([{"name": "Slices: big"}, {"name": "Slices: new"}])
        cls.deal_dnipro.write({"expected_revenue": 1000, "tag_ids": [(6, 0, (cls.tag_big | cls.tag_new).ids)]})
        cls.deal_karpaty.write({"expected_revenue": 500, "source_id": cls.source.id})
        cls.domain = [("lead_id", "in", cls.deals.ids)]

    def _get_row(self, deal, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crm.deal.report"].with_user(user or self.head).search([("lead_id", "=", deal.id)])

    def _count(self, user, domain=()):
        self.env.flush_all()
        return self.env["crm.deal.report"].with_user(user).search_count([*self.domain, *domain])

    # ------------------------------------------------------------
    # DIMENSIONS
    # ------------------------------------------------------------

    def test_row_says_what_the_deal_says(self):
        self._press(self.deal_karpaty, self.step_call)
        deal, row = self.deal_karpaty, self._get_row(self.deal_karpaty)
        for name in ("user_id", "team_id", "company_id", "process_id", "process_step_id", "stage_id", "source_id"):
            self.assertEqual(row[name].id, deal[name].id, name)
        for name in ("create_date", "last_result_date", "silent_since", "won_status", "date_deadline"):
            self.assertEqual(row[name], deal[name], name)
        self.assertEqual(row.process_step_id, self.step_call)
        self.assertEqual(row.result_count, 1)
        self.assertEqual(row.amount, 500)
        self.assertEqual(row.weighted_amount, deal.prorated_revenue)
        self.assertEqual(row.currency_id, self.env.company.currency_id)

    def test_client_of_a_contact_person(self):
        """The deal is with Oksana, the pivot says Karpaty and what is known of it."""
        industry = self.env["res.partner.industry"].create({"name": "Timber"})
        region = self.env["res.country.state"].search([], limit=1)
        self.karpaty.write({"industry_id": industry.id, "country_id": region.country_id.id, "state_id": region.id})
        self.deal_karpaty.write({"country_id": False, "state_id": False})
        row = self._get_row(self.deal_karpaty)
        self.assertEqual(row.client_id, self.karpaty)
        self.assertEqual(row.client_type_id, self.type_client)
        self.assertEqual(row.client_level_id, self.karpaty.client_level_id)
        self.assertEqual((row.industry_id, row.country_id, row.state_id), (industry, region.country_id, region))

    def test_a_deal_counts_under_each_of_its_tags(self):
        groups = self._read("crm.deal.report", self.head, self.domain, ["tag_ids"], ["amount:sum"])
        self.assertEqual(groups, {(self.tag_big.id,): (1000,), (self.tag_new.id,): (1000,), (False,): (500,)})
        self.assertEqual(self._count(self.head, [("tag_ids", "in", self.tag_big.ids)]), 1)

    def test_products_of_interest(self):
        self.deal_dnipro.inquiry_service_ids = self.service
        groups = self._read("crm.deal.report", self.head, self.domain, ["product_ids"])
        self.assertEqual(groups, {(self.service.id,): (1,), (False,): (1,)})

    def test_every_dimension_can_be_grouped_by(self):
        for model in REPORTS:
            described = self.env[model].with_user(self.head).fields_get(attributes=["groupable", "type", "name"])
            for name, field in described.items():
                if field["groupable"] and name != "id":
                    groupby = f"{name}:month" if field["type"] in ("date", "datetime") else name
                    self.env[model].with_user(self.head).formatted_read_group([], [groupby], ["__count"])
        described = self.env["crm.deal.report"].fields_get(attributes=["groupable"])
        for name in ("user_id", "client_id", "tag_ids", "product_ids", "industry_id", "won_status", "create_date"):
            self.assertTrue(described[name]["groupable"], name)

    def test_first_deal_of_the_client(self):
        second = self._create_deal("Again", self.petro, self.olena)
        nobodys = self._create_deal("Nobody", self.env["res.partner"], self.olena)
        self.assertTrue(self._get_row(self.deal_dnipro).is_first_deal)
        self.assertFalse(self._get_row(second).is_first_deal, "the contact person is of the same client")
        self.assertFalse(self._get_row(nobodys).is_first_deal)

    def test_clients_are_counted_once(self):
        second = self._create_deal("Again", self.petro, self.olena)
        domain = [("lead_id", "in", (self.deals | second).ids)]
        measures = ["count:sum", "client_count:count_distinct"]
        self.assertEqual(self._read("crm.deal.report", self.head, domain, [], measures), {(): (3, 2)})

    # ------------------------------------------------------------
    # MEASURES
    # ------------------------------------------------------------

    def test_win_rate_of_a_group(self):
        third, fourth = (self._create_deal(f"Deal {number}", self.dnipro, self.olena) for number in range(2))
        self._press(self.deal_dnipro, self.step_won)
        self._press(third, self.step_refusal, lost_reason=self.reason_price)
        domain = [("lead_id", "in", (self.deals | third | fourth).ids)]
        measures = ["win_rate:avg", "won_count:sum", "lost_count:sum", "won_amount:sum", "count:sum"]
        groups = self._read("crm.deal.report", self.head, domain, ["user_id"], measures)
        self.assertEqual(groups[self.olena.id,], (50.0, 1, 1, 1000, 3))
        win_rate, *counts = groups[self.taras.id,]
        self.assertFalse(win_rate, "nothing is decided yet")
        self.assertEqual(counts, [0, 0, 0, 1])

    def test_days(self):
        created = datetime(2026, 3, 1, 12)
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id IN %s", (created, tuple(self.deals.ids)))
        self.env.invalidate_all()
        with freeze_time(created + timedelta(days=5)):
            self._press(self.deal_karpaty, self.step_call)
            self._press(self.deal_dnipro, self.step_won)
        with freeze_time(created + timedelta(days=9, hours=23)):
            won, waiting = self._get_row(self.deal_dnipro), self._get_row(self.deal_karpaty)
            self.assertAlmostEqual(won.days_until_won, 5, 2)
            self.assertEqual(waiting.silent_days, 4)
            self.assertEqual(self.deal_karpaty.result_silent_days, 4, "as the card of the deal says")
            groups = self._read(
                "crm.deal.report", self.head, self.domain, [], ["days_until_won:avg", "silent_days:avg"]
            )
        self.assertAlmostEqual(groups[()][0], 5, 2, "an open deal has no days until won")
        self.assertEqual(groups[()][1], 4, "a won deal does not wait")

    def test_revoked_result_is_not_counted(self):
        deal = self.deal_dnipro.with_user(self.olena)
        result = self._press(deal, self.step_call)
        self.assertEqual(self._get_row(deal).result_count, 1)
        deal.action_revoke_result(result.id)
        self.assertEqual(self._get_row(deal).result_count, 0)

    def test_deal_without_company_has_the_currency_of_the_reader(self):
        currency = self.env["res.currency"].create({"name": "FNS", "symbol": "s"})
        company = self.env["res.company"].create({"name": "Second", "currency_id": currency.id})
        self.head.company_ids |= company
        self.deal_dnipro.write({"team_id": False, "user_id": False})
        self.deal_dnipro.company_id = False
        row = self._get_row(self.deal_dnipro).with_context(allowed_company_ids=company.ids)
        self.env.invalidate_all()
        self.assertEqual(row.currency_id, currency)

    # ------------------------------------------------------------
    # WHICH DEALS, AND WHO SEES THEM
    # ------------------------------------------------------------

    def test_which_deals(self):
        lost = self._create_deal("Lost", self.dnipro, self.olena)
        lost.action_set_lost(lost_reason_id=self.reason_price.id)
        away = self._create_deal("Put away", self.dnipro, self.olena)
        away.action_archive()
        away.write({"probability": 10})
        inquiry = self._create_deal("Inquiry", self.dnipro, self.olena, type="lead")
        free = self._create_deal("Free", self.dnipro, self.olena)
        free.process_id = False
        self.env.flush_all()
        deals = lost | away | inquiry | free | self.deals
        rows = self.env["crm.deal.report"].with_user(self.head).search([("lead_id", "in", deals.ids)])
        self.assertEqual(away.won_status, "pending")
        self.assertEqual(rows.lead_id, lost | self.deals)

    def test_who_sees_what(self):
        nobodys = self._create_deal("Nobody's", self.env["res.partner"], self.env["res.users"])
        deals = self.deals | nobodys
        self.env.flush_all()
        for user in (self.head, self.olena, self.taras, self.ivan):
            seen = self.env["crm.lead"].with_user(user).search([("id", "in", deals.ids)])
            rows = self.env["crm.deal.report"].with_user(user).search([("lead_id", "in", deals.ids)])
            self.assertEqual(rows.lead_id, seen, user.name)
        self.assertEqual(self._count(self.olena), 1)
        self.assertEqual(self._count(self.head), 2)

    def test_foreign_client_of_one_who_sees_all_deals(self):
        self.env.ref("sales_team.group_sale_salesman_all_leads").user_ids |= self.olena
        self.assertEqual(self._count(self.olena), 1, "Karpaty is not hers")

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.deal_dnipro.write({"team_id": False, "user_id": False, "company_id": company.id})
        self.assertEqual(self._count(self.head), 1)

    def test_clerk_refused(self):
        for model in ("crm.deal.report", "crm.task.report"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.clerk).search([])
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.head).create({})

    def test_row_opens_its_deal(self):
        action = self._get_row(self.deal_dnipro, self.olena).action_open_deal()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", self.deal_dnipro.id))

    def test_views(self):
        for name in (
            "crm_deal_report_action",
            "crm_process_result_action_analysis",
            "crm_task_report_action",
        ):
            action = self.env.ref(f"crm_funnel.{name}")
            self.env[action.res_model].with_user(self.olena).get_views([*action.views, (False, "search")])


@tagged("post_install", "-at_install")
class TestResultSlices(SlicesCommon):
    """The log by what its deal knows, and by the clock of the reader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal_dnipro.source_id = cls.source
        # a Sunday evening in New York is a Monday morning in Kyiv
        with freeze_time("2026-03-16 03:30:00"):
            cls.result = cls.deal_dnipro.with_user(cls.olena)._record_result(cls.step_call, last_result_id=False)
        cls.domain = [("lead_id", "=", cls.deal_dnipro.id)]

    def _read_at(self, timezone, groupby, domain=()):
        self.env.flush_all()
        results = self.env["crm.process.result"].with_user(self.head).with_context(tz=timezone)
        groups = results.formatted_read_group([*self.domain, *domain], groupby, ["__count"])
        return [(*(group[name] for name in groupby), group["__count"]) for group in groups]

    def test_hour_and_weekday_of_the_reader(self):
        self.assertEqual(self._read_at("Europe/Kyiv", ["weekday", "hour"]), [("1", "05", 1)])
        self.assertEqual(self._read_at("America/New_York", ["weekday", "hour"]), [("7", "23", 1)])

    def test_same_as_on_the_record(self):
        for timezone in ("Europe/Kyiv", "America/New_York", "Asia/Almaty"):
            result = self.result.with_context(tz=timezone)
            self.assertEqual(self._read_at(timezone, ["weekday", "hour"]), [(result.weekday, result.hour, 1)])

    def test_click_on_a_cell_finds_its_results(self):
        results = self.env["crm.process.result"].with_user(self.head).with_context(tz="Europe/Kyiv")
        [group] = results.formatted_read_group(self.domain, ["weekday", "hour"], ["__count"])
        found = results.search([*self.domain, *group["__extra_domain"]])
        self.assertEqual(found, self.result)
        for domain in (
            [("weekday", "=", "2")],
            [("hour", "in", ["06", "07"])],
            [("weekday", "!=", "1")],
            [("hour", "=", False)],
        ):
            self.assertFalse(results.search([*self.domain, *domain]), domain)
        self.assertEqual(results.search([*self.domain, ("weekday", "!=", "3"), ("hour", "!=", False)]), self.result)

    def test_names_of_the_days(self):
        field = self.env["crm.process.result"].fields_get(["weekday", "hour"], ["selection"])
        self.assertEqual([value for value, name in field["weekday"]["selection"]], list("1234567"))
        self.assertEqual(dict(field["weekday"]["selection"])["1"], "Monday")
        self.assertEqual(len(field["hour"]["selection"]), 24)

    def test_slices_of_the_deal(self):
        for name, value in (
            ("source_id", self.source),
            ("client_type_id", self.type_client),
            ("client_id", self.dnipro),
            ("salesperson_id", self.olena),
        ):
            groups = self._read("crm.process.result", self.head, self.domain, [name], ["__count"])
            self.assertEqual(groups, {(value.id,): (1,)}, name)

    def test_averages(self):
        self._press(self.deal_dnipro.with_user(self.olena), self.step_offer)
        results = self._results(self.deal_dnipro)
        [(step_days, wait_days, count)] = self._read(
            "crm.process.result", self.head, self.domain, [], ["step_days:avg", "wait_days:avg", "__count"]
        ).values()
        self.assertAlmostEqual(step_days, sum(results.mapped("step_days")) / 2, 1)
        self.assertAlmostEqual(wait_days, sum(results.mapped("wait_days")) / 2, 1)
        self.assertEqual(count, 2)

    def test_foreign_results(self):
        self.assertTrue(self._read("crm.process.result", self.olena, self.domain, ["hour"], ["__count"]))
        self.assertFalse(self._read("crm.process.result", self.taras, self.domain, ["hour"], ["__count"]))
        with self.assertRaises(AccessError):
            self._read("crm.process.result", self.clerk, self.domain, ["hour"], ["__count"])


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 10:00:00")
class TestTaskReport(SlicesCommon):
    """One row per task, open or done, by how its deadline was kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = cls.dnipro | cls.karpaty
        cls.domain = [("client_id", "in", cls.clients.ids)]
        cls.env["mail.activity"].search([("client_id", "in", cls.clients.ids)]).unlink()

    def _plan(self, record, days, user=None, **vals):
        return record.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=fields.Date.to_date(TODAY) + timedelta(days=days),
            user_id=(user or self.olena).id,
            **vals,
        )

    def _do(self, record, days):
        task = self._plan(record, days)
        task.with_user(self.olena).action_feedback(feedback="Done")
        return task

    def _get_row(self, task, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crm.task.report"].with_user(user or self.head).browse(task.id)

    def _get_states(self, user):
        return {
            state: count for (state,), (count,) in self._read("crm.task.report", user, self.domain, ["state"]).items()
        }

    def test_states(self):
        for days, state, days_late, kept in (
            (-3, "overdue", 3, 0),
            (0, "today", 0, False),
            (2, "planned", 0, False),
        ):
            row = self._get_row(self._plan(self.deal_dnipro, days))
            self.assertEqual((row.state, row.days_late, row.kept_rate), (state, days_late, kept), state)
        for days, state, days_late, kept in (
            (-2, "done_late", 2, 0),
            (0, "done_in_time", 0, 100),
            (5, "done_in_time", 0, 100),
        ):
            row = self._get_row(self._do(self.dnipro, days))
            self.assertEqual((row.state, row.days_late, row.kept_rate), (state, days_late, kept), state)
            self.assertEqual(row.date_done, date.fromisoformat(TODAY))
        self.assertEqual(
            self._get_states(self.head), {"overdue": 1, "today": 1, "planned": 1, "done_late": 1, "done_in_time": 2}
        )

    def test_kept_in_time(self):
        self._plan(self.deal_dnipro, -4)
        self._plan(self.deal_dnipro, 1)
        self._do(self.deal_dnipro, 1)
        groups = self._read("crm.task.report", self.head, self.domain, [], ["kept_rate:avg", "days_late:avg"])
        self.assertEqual(groups[()], (50.0, 2.0), "what is not due yet is neither kept nor late")

    def test_today_of_the_reader(self):
        """At 20:00 in London it is tomorrow in Almaty."""
        task = self._plan(self.deal_dnipro, 0)
        with freeze_time(f"{TODAY} 20:00:00"):
            row = self._get_row(task)
            self.assertEqual(row.with_context(tz="Europe/London").state, "today")
            self.env.invalidate_all()
            self.assertEqual(row.with_context(tz="Asia/Almaty").state, "overdue")

    def test_row_says_what_the_task_says(self):
        row = self._get_row(self._plan(self.deal_karpaty, 1, self.taras, summary="Ask"))
        self.assertEqual((row.lead_id, row.client_id, row.team_id), (self.deal_karpaty, self.karpaty, self.channel))
        self.assertEqual((row.user_id, row.summary, row.company_id), (self.taras, "Ask", self.deal_karpaty.company_id))
        self.assertEqual(row.activity_type_id, self.env.ref("mail.mail_activity_data_call"))

    def test_cancelled_and_foreign_tasks(self):
        """A cancelled task counts nowhere, and neither does one on something else."""
        self._plan(self.deal_dnipro, 1).unlink()
        other = self.olena.partner_id.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        self.env.flush_all()
        self.assertFalse(self._get_states(self.head))
        self.assertFalse(self.env["crm.task.report"].search([("id", "=", other.id)]))

    def test_who_sees_what(self):
        self._plan(self.deal_dnipro, 1)
        self._plan(self.deal_karpaty, 1, self.taras)
        self._plan(self.deal_karpaty, 1, self.ivan)
        for user, count in ((self.head, 3), (self.olena, 1), (self.taras, 1), (self.ivan, 1)):
            self.assertEqual(self._get_states(user), {"planned": count}, user.name)

    def test_task_on_a_client_that_was_handed_over(self):
        self._plan(self.deal_dnipro, 1)
        self.dnipro.user_id = self.taras
        self.assertFalse(self._get_states(self.olena))

    def test_row_opens_its_record(self):
        for record in (self.deal_dnipro, self.dnipro):
            action = self._get_row(self._plan(record, 1), self.olena).action_open_record()
            self.assertEqual((action["res_model"], action["res_id"]), (record._name, record.id))
