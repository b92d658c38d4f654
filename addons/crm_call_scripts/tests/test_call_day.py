from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CallCommon

# a Wednesday, 12:00 in Kyiv
NOW = datetime(2026, 5, 13, 9, 0)


@tagged("post_install", "-at_install")
class TestCallDay(CallCommon):
    """The list of the day: what it shows to whom, in which order, and what can be done with its calls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frozen = cls.enterClassContext(freeze_time(NOW))
        (cls.olena | cls.taras | cls.ivan | cls.head).tz = "Europe/Kyiv"
        cls.env.company.resource_calendar_id.tz = "Europe/Kyiv"

    def _plan(self, record, user=None, days=0, **vals):
        task = record.activity_schedule(
            "mail.mail_activity_data_call",
            fields.Date.today() + timedelta(days=days),
            summary="Call them",
            user_id=(user or self.olena).id,
        )
        task.write(vals)
        return task

    def _day(self, user, *args):
        return self.env["crm.call.day"].with_user(user).get_day(*args)

    def _rows(self, user, *args):
        return {row["id"]: row for row in self._day(user, *args)["rows"]}

    # ------------------------------------------------------------
    # WHAT IS SHOWN
    # ------------------------------------------------------------

    def test_row(self):
        self.deal_dnipro.partner_id = self.petro
        task = self._plan(self.deal_dnipro, days=-2, call_script_id=self.script.id)
        row = self._rows(self.olena)[task.id]
        self.assertEqual(row["client"], {"id": self.dnipro.id, "name": "Dnipro LLC"})
        self.assertEqual(row["contact"]["id"], self.petro.id)
        self.assertEqual(row["deal"], {"id": self.deal_dnipro.id, "name": "Dnipro deal"})
        self.assertEqual((row["phone"], row["script"]), ("+380 44 200 0001", "Test script"))
        self.assertEqual((row["days_late"], row["attempt"], row["section"]), (2, 1, "now"))
        self.assertTrue(row["can_call"])

    def test_only_calls_of_these_days(self):
        shown = self._plan(self.deal_dnipro, days=7)
        self._plan(self.deal_dnipro, days=8)
        self._plan(self.deal_karpaty, user=self.taras)
        self.deal_dnipro.activity_schedule("mail.mail_activity_data_todo", user_id=self.olena.id)
        self.assertEqual(list(self._rows(self.olena)), shown.ids)

    def test_order(self):
        later = self._plan(self.dnipro, call_start=NOW + timedelta(hours=2))
        now = self._plan(self.dnipro)
        promised = self._plan(self.dnipro, call_start=NOW + timedelta(minutes=5), is_call_promised=True)
        self.deal_dnipro.priority = "2"
        starred = self._plan(self.deal_dnipro)
        self.assertEqual(list(self._rows(self.olena)), [promised.id, starred.id, now.id, later.id])

    def test_hours_of_the_client(self):
        """Whose hours have not begun is called later today, whose are over not today."""
        hours = self.env["crm.call.hours"].create(
            {"partner_id": self.dnipro.id, "weekday": "2", "hour_from": 14, "hour_to": 16}
        )
        self.dnipro.tz = "Europe/Kyiv"
        task = self._plan(self.deal_dnipro)
        row = self._rows(self.olena)[task.id]
        self.assertEqual((row["section"], row["opens"]), ("later", "2026-05-13 11:00:00"))
        hours.write({"hour_from": 9, "hour_to": 11})
        self.assertEqual(self._rows(self.olena)[task.id]["section"], "closed")
        hours.write({"hour_from": 9, "hour_to": 12.5})
        row = self._rows(self.olena)[task.id]
        self.assertEqual((row["section"], row["closes"]), ("now", "2026-05-13 09:30:00"))

    def test_do_not_call(self):
        """The mark of the company holds for its contact person."""
        self.deal_dnipro.partner_id = self.petro
        task = self._plan(self.deal_dnipro)
        self.dnipro.write({"do_not_call": True, "do_not_call_reason": "Asked us not to"})
        row = self._rows(self.olena)[task.id]
        self.assertEqual(row["section"], "blocked")
        self.assertIn("Asked us not to", row["problem"])

    def test_not_before(self):
        task = self._plan(self.deal_dnipro)
        self.dnipro.call_not_before = NOW + timedelta(hours=3)
        row = self._rows(self.olena)[task.id]
        self.assertEqual((row["section"], row["opens"]), ("later", "2026-05-13 12:00:00"))

    def test_day_on_his_own_clock(self):
        """At 23:00 in Kiritimati it is tomorrow already for whoever works there."""
        self.olena.tz = "Pacific/Kiritimati"
        task = self._plan(self.deal_dnipro, days=1)
        with freeze_time("2026-05-13 11:00:00"):
            day = self._day(self.olena)
        self.assertEqual(day["date"], "2026-05-14")
        self.assertNotEqual(day["rows"][0]["section"], "coming")
        self.assertEqual(day["rows"][0]["id"], task.id)

    def test_progress(self):
        self._plan(self.deal_dnipro)
        second = self._plan(self.dnipro)
        self._plan(self.dnipro, days=3)
        self.env["crm.call.day"].with_user(self.olena).record_no_answer(second.id)
        counts = self._day(self.olena)["counts"]
        self.assertEqual((counts["done"], counts["reached"], counts["left"]), (1, 0, 1))

    def test_interrupted(self):
        task = self._plan(self.deal_dnipro)
        action = task.with_user(self.olena).action_start_call()
        day = self._day(self.olena)
        self.assertEqual([one["call_id"] for one in day["interrupted"]], [action["params"]["call_id"]])
        self.assertNotIn(task.id, [row["id"] for row in day["rows"]])

    def test_two_currencies(self):
        """Money is compared, not numbers."""
        other = self.env.ref("base.EUR") if self.env.company.currency_id.name != "EUR" else self.env.ref("base.USD")
        other.active = True
        company = self.env["res.company"].create({"name": "Abroad", "currency_id": other.id})
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 0.01, "name": "2026-01-01", "company_id": self.env.company.id}
        )
        self.olena.company_ids |= company
        little = self._create_deal("Little", self.dnipro, self.olena, expected_revenue=500)
        much = self._create_deal(
            "Much", self.dnipro, self.olena, expected_revenue=10, team_id=False, company_id=company.id
        )
        tasks = [self._plan(little), self._plan(much)]
        rows = self.env["crm.call.day"].with_user(self.olena).with_company(self.env.company)
        rows = rows.with_context(allowed_company_ids=(self.env.company | company).ids).get_day()["rows"]
        self.assertEqual([row["id"] for row in rows], [tasks[1].id, tasks[0].id])

    def test_number_of_queries(self):
        """Forty calls cost as many queries as four."""
        self._plan_many(4)
        self._day(self.olena)
        few = self._count_queries()
        self._plan_many(40)
        self.assertEqual(self._count_queries(), few)

    def _plan_many(self, count):
        clients = self.env["res.partner"].create(
            [
                {
                    "name": f"Client {number}",
                    "client_type_id": self.type_client.id,
                    "user_id": self.olena.id,
                    "phone": "1",
                    "tz": "Europe/Warsaw",
                }
                for number in range(count)
            ]
        )
        deals = self.env["crm.lead"].create(
            [
                {"name": one.name, "type": "opportunity", "partner_id": one.id, "user_id": self.olena.id}
                for one in clients
            ]
        )
        for deal in deals:
            self._plan(deal)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._day(self.olena)
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------

    def test_another_day_is_for_leaders(self):
        task = self._plan(self.deal_karpaty, user=self.taras)
        with self.assertRaises(AccessError):
            self._day(self.olena, self.taras.id)
        day = self._day(self.head, self.taras.id)
        self.assertEqual((day["user"][0], day["is_mine"]), (self.taras.id, False))
        self.assertEqual([row["id"] for row in day["rows"]], task.ids)
        self.assertIn(self.taras.id, [one["id"] for one in day["users"]])
        self.assertEqual(self._day(self.olena)["users"], [])

    def test_hostile_arguments(self):
        for wrong in ("1", [self.taras.id], {"id": 1}, True, 1.5, -1):
            with self.assertRaises(UserError):
                self._day(self.olena, wrong)
        with self.assertRaises(UserError):
            self._day(self.head, 2**30)

    def test_task_on_a_foreign_client(self):
        """Given to somebody who may not see the client it says nothing of him, and he cannot call."""
        task = self._plan(self.deal_karpaty, user=self.taras)
        task.sudo().user_id = self.olena
        row = self._rows(self.olena)[task.id]
        self.assertFalse(row["client"] or row["contact"] or row["deal"] or row["phone"] or row["can_call"])
        self.assertEqual(row["name"], "Call them")
        with self.assertRaises(AccessError):
            self.env["crm.call.day"].with_user(self.olena).record_no_answer(task.id)

    # ------------------------------------------------------------
    # WHAT CAN BE DONE
    # ------------------------------------------------------------

    def test_no_answer_and_back(self):
        """By the step's rule, with an attempt more; taken back everything is as it was."""
        task = self._plan(self.deal_dnipro)
        day = self.env["crm.call.day"].with_user(self.olena)
        answer = day.record_no_answer(task.id)
        self.assertFalse(task.active)
        self.assertEqual(self.deal_dnipro.last_result_id.step_id, self.step_no_answer)
        again = self.env["crm.call"].browse(answer["call_id"]).next_activity_id
        self.assertEqual(self._rows(self.olena)[again.id]["attempt"], 2)
        day.undo_no_answer(answer["call_id"])
        protocol = self.env.ref("crm_call_scripts.mt_protocol")
        self.assertNotIn(protocol, self.deal_dnipro.message_ids.subtype_id)
        self.assertNotIn(protocol, self.dnipro.message_ids.subtype_id)
        self.assertTrue(task.active)
        self.assertFalse(again.exists())
        self.assertEqual(self.deal_dnipro.last_result_id.kind, "revoke")
        self.assertEqual(self._rows(self.olena)[task.id]["attempt"], 1)

    def test_no_answer_on_a_card(self):
        """A task on the client's card, whose call is about his only deal: the step is recorded, and both are taken back."""
        task = self._plan(self.dnipro)
        day = self.env["crm.call.day"].with_user(self.olena)
        answer = day.record_no_answer(task.id)
        self.assertEqual(self.deal_dnipro.last_result_id.step_id, self.step_no_answer)
        day.undo_no_answer(answer["call_id"])
        self.assertEqual((task.active, self.deal_dnipro.last_result_id.kind), (True, "revoke"))
        self.assertFalse(self.deal_dnipro.activity_ids)

    def test_no_answer_without_a_deal(self):
        self.deal_dnipro.active = False
        task = self._plan(self.dnipro)
        day = self.env["crm.call.day"].with_user(self.olena)
        answer = day.record_no_answer(task.id)
        self.assertFalse(task.active)
        day.undo_no_answer(answer["call_id"])
        self.assertTrue(task.active)
        self.assertEqual(self.dnipro.activity_ids, task)

    def test_no_answer_twice(self):
        task = self._plan(self.deal_dnipro)
        day = self.env["crm.call.day"].with_user(self.olena)
        day.record_no_answer(task.id)
        with self.assertRaises(UserError):
            day.record_no_answer(task.id)

    def test_undo_is_for_the_own_press(self):
        task = self._plan(self.deal_dnipro)
        answer = self.env["crm.call.day"].with_user(self.olena).record_no_answer(task.id)
        for user, wrong in ((self.taras, answer["call_id"]), (self.olena, str(answer["call_id"])), (self.olena, 0)):
            with self.assertRaises(UserError):
                self.env["crm.call.day"].with_user(user).undo_no_answer(wrong)
        with freeze_time(NOW + timedelta(minutes=11)), self.assertRaises(UserError):
            self.env["crm.call.day"].with_user(self.olena).undo_no_answer(answer["call_id"])

    def test_later(self):
        task = self._plan(self.deal_dnipro)
        day = self.env["crm.call.day"].with_user(self.olena)
        slot = day.get_later_slots(task.id)[-1]
        day.postpone(task.id, slot["start"])
        self.assertEqual(fields.Datetime.to_string(task.call_start), slot["start"])
        self.assertGreaterEqual(task.date_deadline, fields.Date.today())

    def test_later_refused(self):
        task = self._plan(self.deal_karpaty, user=self.taras)
        start = "2026-05-14 09:00:00"
        with self.assertRaises(AccessError):
            self.env["crm.call.day"].with_user(self.olena).postpone(task.id, start)
        for wrong in ("2026-05-12 09:00:00", "tomorrow", False, 12, ["2026-05-14"]):
            with self.assertRaises(UserError):
                self.env["crm.call.day"].with_user(self.taras).postpone(task.id, wrong)
        with self.assertRaises(UserError):
            self.env["crm.call.day"].with_user(self.taras).postpone(str(task.id), start)

    def test_next(self):
        first, second = self._plan(self.deal_dnipro, days=-1), self._plan(self.dnipro)
        day = self.env["crm.call.day"].with_user(self.olena)
        self.assertEqual(day.get_next()["activity_id"], first.id)
        call_id = first.with_user(self.olena).action_start_call()["params"]["call_id"]
        self.assertEqual(day.get_next(call_id), {"activity_id": second.id, "name": "Dnipro LLC"})
        second.call_start = NOW + timedelta(hours=4)
        self.assertFalse(day.get_next(call_id))
        self.assertFalse(day.get_next("x"))
