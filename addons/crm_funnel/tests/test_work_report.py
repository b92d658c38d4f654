from collections import Counter
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestWorkReport(FunnelCommon):
    """One row for each thing done, seen by whom it concerns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = cls.dnipro | cls.karpaty
        cls.env.flush_all()

    def _get_rows(self, user, domain=()):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crm.work.report"].with_user(user).search([("client_id", "in", self.clients.ids), *domain])

    def _count(self, user, **by):
        """Return the number of things by kind."""
        rows = self._get_rows(user, [(name, "=", value) for name, value in by.items()])
        return dict(Counter(rows.mapped("kind")))

    def _do_task(self, record, user, activity_type):
        task = record.activity_schedule(activity_type_id=self.env.ref(activity_type).id, user_id=user.id)
        task.with_user(user).action_feedback(feedback="Done")
        return task

    # ------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------

    def test_tasks_by_category(self):
        self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        self._do_task(self.dnipro, self.olena, "mail.mail_activity_data_email")
        self._do_task(self.petro, self.olena, "mail.mail_activity_data_todo")
        self.dnipro.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        self.assertEqual(self._count(self.head), {"call": 1, "mail": 1, "task": 1}, "and not the notes of these tasks")

    def test_result_and_its_task(self):
        deal = self.deal_dnipro.with_user(self.olena)
        deal.action_start_sale()
        self._press(deal, self.step_call)
        rows = self._get_rows(self.head, [("kind", "in", ("result", "call"))])
        self.assertEqual(sorted(rows.mapped("kind")), ["call", "result", "result"], "the start, the call, its result")
        self.assertIn("Called", rows.mapped("summary"))
        self.assertEqual(rows.user_id, self.olena)
        self.assertEqual(rows.team_id, self.channel)

    def test_result_without_a_task_is_one_thing(self):
        """The line that it leaves in the history is no note of its own."""
        self._press(self.deal_dnipro.with_user(self.olena), self.step_call, comment="Glad to hear from us")
        self.assertEqual(self._count(self.head, lead_id=self.deal_dnipro.id), {"result": 1})

    def test_revoked_result_is_left_out(self):
        deal = self.deal_dnipro.with_user(self.olena)
        result = self._press(deal, self.step_call)
        self.assertEqual(self._count(self.head, kind="result"), {"result": 1})
        deal.action_revoke_result(result.id)
        self.assertFalse(self._count(self.head, kind="result"))

    def test_mails_and_notes(self):
        deal = self.deal_dnipro.with_user(self.olena)
        deal.message_post(body="Said yes", subtype_xmlid="mail.mt_note", message_type="comment")
        deal.message_post(body="Dear Petro", subtype_xmlid="mail.mt_comment", message_type="comment")
        deal.message_post(body="A letter", message_type="email_outgoing", subtype_xmlid="mail.mt_comment")
        deal.message_post(body="From Petro", message_type="email", author_id=self.petro.id)
        deal.message_post(body="Odoo says", message_type="notification")
        self.assertEqual(self._count(self.head), {"note": 1, "mail": 2})

    def test_meetings_held(self):
        start = fields.Datetime.now() - timedelta(days=1)
        events = self.env["calendar.event"].create(
            [
                {"start": start, "stop": start + timedelta(days=3), "user_id": self.olena.id, **vals}
                for vals in (
                    {"name": "On the deal", "opportunity_id": self.deal_dnipro.id},
                    {"name": "With Petro", "partner_ids": [(6, 0, self.petro.ids)]},
                    {"name": "Among us", "partner_ids": [(6, 0, self.olena.partner_id.ids)]},
                    {"name": "Tomorrow", "partner_ids": [(6, 0, self.petro.ids)], "start": start + timedelta(days=2)},
                    {"name": "Secret", "partner_ids": [(6, 0, self.petro.ids)], "privacy": "private"},
                )
            ]
        )
        rows = self._get_rows(self.head, [("kind", "=", "meeting")])
        self.assertEqual(set(rows.mapped("res_id")), set((events[:2] | events[4]).ids))
        self.assertNotIn("Secret", rows.mapped("summary"))

    def test_files(self):
        files = self.env["ir.attachment"].with_user(self.olena)
        files.create({"name": "offer.txt", "raw": b"1", "res_model": "crm.lead", "res_id": self.deal_dnipro.id})
        self.dnipro.image_1920 = False
        self.env["ir.attachment"].create(
            {
                "name": "photo",
                "raw": b"1",
                "res_model": "res.partner",
                "res_id": self.dnipro.id,
                "res_field": "image_1920",
            }
        )
        rows = self._get_rows(self.head, [("kind", "=", "file")])
        self.assertEqual(rows.mapped("summary"), ["offer.txt"])
        self.assertEqual(rows.user_id, self.olena)

    def test_follows_the_client(self):
        """Work counts for the client that the deal has now."""
        self.deal_dnipro.with_user(self.olena).message_post(
            body="Spoke", subtype_xmlid="mail.mt_note", message_type="comment"
        )
        self.deal_dnipro.partner_id = self.karpaty
        self.assertEqual(self._get_rows(self.head, [("kind", "=", "note")]).client_id, self.karpaty)

    def test_rows_have_ids_of_their_own(self):
        self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        self.deal_dnipro.with_user(self.olena).message_post(
            body="Spoke", subtype_xmlid="mail.mt_note", message_type="comment"
        )
        self._press(self.deal_dnipro.with_user(self.olena), self.step_call)
        rows = self._get_rows(self.head)
        self.assertEqual(len(rows), len(set(rows.ids)))
        for row in rows:
            self.assertEqual(self.env["crm.work.report"].browse(row.id).summary, row.summary)

    # ------------------------------------------------------------
    # WHO SEES IT
    # ------------------------------------------------------------

    def test_own_work_and_everybodys(self):
        self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        self._do_task(self.deal_karpaty, self.taras, "mail.mail_activity_data_call")
        self.assertEqual(self._get_rows(self.olena).user_id, self.olena)
        self.assertEqual(self._get_rows(self.taras).user_id, self.taras)
        self.assertEqual(self._get_rows(self.head).user_id, self.olena | self.taras)

    def test_foreign_clients(self):
        """Who sees everybody's work, but is limited to own clients, sees none on foreign clients."""
        self.env.ref("sales_team.group_sale_salesman_all_leads").user_ids |= self.olena
        self.assertTrue(self.olena._has_own_clients_only())
        self._do_task(self.deal_dnipro, self.ivan, "mail.mail_activity_data_call")
        self._do_task(self.deal_karpaty, self.taras, "mail.mail_activity_data_call")
        rows = self._get_rows(self.olena)
        self.assertEqual(rows.client_id, self.dnipro)
        groups = (
            self.env["crm.work.report"]
            .with_user(self.olena)
            .formatted_read_group([("client_id", "in", self.clients.ids)], ["client_id"], ["count:sum"])
        )
        self.assertEqual([group["client_id"][0] for group in groups], self.dnipro.ids)

    def test_client_handed_over(self):
        """His own work on a client that he had does not open that client again."""
        self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        self.dnipro.user_id = self.taras
        self.assertFalse(self._get_rows(self.olena))
        self.assertTrue(self._get_rows(self.head))

    def test_archived_manager(self):
        self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        self.olena.active = False
        self.assertEqual(self._get_rows(self.head).user_id, self.olena)

    def test_two_companies(self):
        company = self.env["res.company"].create({"name": "Second"})
        self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        self.deal_dnipro.write({"team_id": False, "user_id": False, "company_id": company.id})
        self.assertFalse(self._get_rows(self.head))
        self.head.company_ids |= company
        self.env.flush_all()
        rows = self.env["crm.work.report"].with_user(self.head).with_context(allowed_company_ids=company.ids)
        self.assertTrue(rows.search([("client_id", "=", self.dnipro.id)]))

    def test_clerk_refused(self):
        with self.assertRaises(AccessError):
            self.env["crm.work.report"].with_user(self.clerk).search([])
        with self.assertRaises(AccessError):
            self.env["crm.work.report"].with_user(self.olena).create({"summary": "Worked hard"})

    # ------------------------------------------------------------
    # SCREEN
    # ------------------------------------------------------------

    def test_pivot_by_day(self):
        self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        self.env.flush_all()
        groups = (
            self.env["crm.work.report"]
            .with_user(self.head)
            .formatted_read_group([("client_id", "=", self.dnipro.id)], ["user_id", "kind", "date:day"], ["count:sum"])
        )
        self.assertEqual(
            [(group["user_id"][0], group["kind"], group["count:sum"]) for group in groups], [(self.olena.id, "call", 1)]
        )

    def test_task_stands_on_its_day(self):
        task = self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        row = self._get_rows(self.head)
        self.assertEqual(row.date, datetime.combine(task.date_done, datetime.min.time()) + timedelta(hours=12))

    def test_opens_its_record(self):
        self._do_task(self.deal_dnipro, self.olena, "mail.mail_activity_data_call")
        action = self._get_rows(self.olena).action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", self.deal_dnipro.id))

    def test_views(self):
        views = self.env.ref("crm_funnel.crm_work_report_action").views
        self.env["crm.work.report"].with_user(self.olena).get_views([*views, (False, "search")])

    def test_another_addon_adds_a_part(self):
        report = self.env.registry["crm.work.report"]
        original = report._get_parts
        self.patch(report, "_get_parts", lambda records: {**original(records), 15: records._get_part_files()})
        self.env["ir.attachment"].create(
            {"name": "a", "raw": b"1", "res_model": "crm.lead", "res_id": self.deal_dnipro.id}
        )
        rows = self._get_rows(self.head, [("kind", "=", "file")])
        self.assertEqual(len(rows), 2)
        self.assertEqual({row_id % 16 for row_id in rows.ids}, {5, 15})
