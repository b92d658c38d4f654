from datetime import datetime, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import FunnelCommon

NOW = datetime(2026, 3, 16, 9)
KPIS = ("new", "won", "won_amount", "lost", "win_rate", "results", "waiting")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDigest(FunnelCommon):
    """The figures of the funnel in Odoo's digest: really composed mails, as each recipient gets them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Digest company"})
        for user in cls.head | cls.olena | cls.taras | cls.ivan:
            user.write({"company_ids": [(4, cls.company.id)], "company_id": cls.company.id})
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Department",
                "periodicity": "weekly",
                "company_id": cls.company.id,
                **{f"kpi_funnel_{name}": True for name in KPIS},
            }
        )
        cls.stranger = new_test_user(
            cls.env, "fd_stranger", company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)]
        )

    def _make_deal(self, days_ago, user=None, **vals):
        """A deal of the digest's company that was created so many days ago."""
        user = user or self.olena
        partner = self.dnipro if user == self.olena else self.karpaty
        deal = self._create_deal("Digest", partner, user, team_id=False, company_id=self.company.id, **vals)
        deal.process_id = self.process
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %(date)s, silent_since = %(date)s WHERE id = %(id)s",
            {"date": NOW - timedelta(days=days_ago), "id": deal.id},
        )
        self.env.invalidate_all()
        return deal

    def _close(self, deal, step, days_ago, **given):
        with freeze_time(NOW - timedelta(days=days_ago)):
            self._press(deal, step, **given)
        return deal

    def _set_up_week(self):
        """Two won and one lost in this week, one won in the week before; one waits since long ago."""
        self._close(self._make_deal(20, expected_revenue=1000), self.step_won, 2)
        self._close(self._make_deal(4, self.taras, expected_revenue=250), self.step_won, 3)
        self._close(self._make_deal(5), self.step_refusal, 3, lost_reason=self.reason_price)
        self._close(self._make_deal(15, expected_revenue=4000), self.step_won, 9)
        self._close(self._make_deal(30), self.step_call, 25)

    def _get_figures(self, user, column=2):
        """Return the values of a column of the mail by KPI: 1 for 24 hours, 2 for 7 days, 3 for 30."""
        self.env.flush_all()
        self.env.invalidate_all()
        kpis = self.digest._compute_kpis(user.company_id, user)
        return {kpi["kpi_name"].removeprefix("kpi_funnel_"): kpi[f"kpi_col{column}"]["value"] for kpi in kpis}

    def _send(self, user):
        """Send the digest to a user and return the mail's text, one line for each piece."""
        before = self.env["mail.mail"].search([("email_to", "=", user.email_formatted)])
        self.digest._action_send_to_user(user, tips_count=0)
        mail = self.env["mail.mail"].search([("email_to", "=", user.email_formatted)]) - before
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.subject, "Digest company: Department")
        return [text.strip() for text in html.fromstring(mail.body_html).itertext() if text.strip()], mail

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def test_week(self):
        self._set_up_week()
        figures = self._get_figures(self.head)
        amount = figures.pop("won_amount")
        self.assertIn("1.2", amount)
        self.assertIn(self.company.currency_id.symbol, amount)
        self.assertEqual(figures, {"new": 2, "won": 2, "lost": 1, "win_rate": "66.67", "results": 3, "waiting": 1})

    def test_month_and_day(self):
        self._set_up_week()
        month = self._get_figures(self.head, 3)
        self.assertEqual((month["new"], month["won"], month["results"], month["waiting"]), (4, 3, 5, 1))
        self.assertEqual(month["win_rate"], "75.00")
        day = self._get_figures(self.head, 1)
        self.assertEqual((day["new"], day["won"], day["win_rate"], day["results"]), (0, 0, "0.00", 0))
        self.assertEqual(day["waiting"], 1, "who waits, waits now")

    def test_change_against_the_week_before(self):
        self._set_up_week()
        kpis = {kpi["kpi_name"]: kpi for kpi in self.digest._compute_kpis(self.company, self.head)}
        self.assertEqual(kpis["kpi_funnel_won"]["kpi_col2"]["margin"], 100, "two after one")

    def test_revoked_result_is_not_counted(self):
        deal = self._make_deal(1).with_user(self.olena)
        with freeze_time(NOW - timedelta(minutes=30)):
            result = self._press(deal, self.step_call)
            deal.action_revoke_result(result.id)
        self.assertEqual(self._get_figures(self.head)["results"], 0)

    def test_same_as_the_pyramid(self):
        self._set_up_week()
        pyramid = (
            self.env["crm.lead"]
            .with_user(self.head)
            .get_pyramid([("company_id", "=", self.company.id)], {"process_id": self.process.id})
        )
        self.assertEqual(sum(row["late"] for row in pyramid["rows"]), 1)

    def test_other_company_is_left_out(self):
        self._set_up_week()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.head.company_ids |= other
        self.digest.company_id = other
        figures = self._get_figures(self.head)
        self.assertEqual((figures["new"], figures["won"], figures["results"], figures["waiting"]), (0, 0, 0, 0))

    # ------------------------------------------------------------
    # WHO GETS WHAT
    # ------------------------------------------------------------

    def test_manager_gets_his_own_figures(self):
        self._set_up_week()
        figures = self._get_figures(self.taras)
        self.assertEqual((figures["new"], figures["won"], figures["lost"], figures["results"]), (1, 1, 0, 1))
        self.assertIn("250", figures["won_amount"])

    def test_stranger_gets_none_of_them(self):
        self._set_up_week()
        self.digest.kpi_mail_message_total = True
        self.assertEqual(list(self._get_figures(self.stranger)), ["kpi_mail_message_total"])
        texts, __ = self._send(self.stranger)
        self.assertNotIn("Won Deals", texts)
        self.assertNotIn("66.67", texts)
        with self.assertRaises(AccessError):
            self.digest.with_user(self.stranger).with_context(
                start_datetime=NOW - timedelta(days=7), end_datetime=NOW
            ).mapped("kpi_funnel_waiting_value")

    def test_mail_to_the_head(self):
        self._set_up_week()
        texts, mail = self._send(self.head)
        for label, value in (("New Deals", "2"), ("Won Deals", "2"), ("Win Rate (%)", "66.67"), ("Lost Deals", "1")):
            self.assertIn(label, texts)
            following = texts[texts.index(label) :]
            self.assertIn(value, following[: 1 + following.index("Last 30 Days")], label)
        self.assertIn("/odoo/action-crm_funnel.crm_deal_report_action?menu_id=", mail.body_html)
        self.assertIn("/odoo/action-crm_funnel.crm_lead_action_pyramid?menu_id=", mail.body_html)
        self.assertEqual(mail.state, "outgoing")

    def test_links_lead_somewhere(self):
        for action in self.digest._compute_kpis_actions(self.company, self.head).values():
            self.assertTrue(self.env.ref(action.split("?")[0]))

    # ------------------------------------------------------------
    # THE SHIPPED DIGEST
    # ------------------------------------------------------------

    def test_shipped_digest(self):
        digest = self.env.ref("crm_funnel.digest_digest_sales_department")
        self.assertEqual((digest.periodicity, digest.state), ("weekly", "activated"))
        self.assertEqual(
            digest.available_fields.split(", "), [f"kpi_funnel_{name}_value" for name in KPIS], "nothing but ours"
        )
        self.assertTrue(digest.next_run_date)

    def test_head_subscribes_himself(self):
        digest = self.env.ref("crm_funnel.digest_digest_sales_department")
        self.assertNotIn(self.head, digest.user_ids)
        digest.with_user(self.head).action_subscribe()
        self.assertIn(self.head, digest.user_ids)
        arch = digest.with_user(self.head).get_views([(False, "form")])["views"]["form"]["arch"]
        self.assertIn("action_unsubscribe", arch)
        self.assertIn("kpi_funnel_waiting", arch)
        with self.assertRaises(AccessError):
            digest.with_user(self.head).kpi_funnel_won = False
        digest.with_user(self.head).action_unsubscribe()
        self.assertNotIn(self.head, digest.user_ids)
        arch = digest.with_user(self.stranger).get_views([(False, "form")])["views"]["form"]["arch"]
        self.assertNotIn("kpi_funnel_waiting", arch)
