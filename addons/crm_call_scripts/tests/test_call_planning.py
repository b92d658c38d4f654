from datetime import date, datetime, timedelta
from itertools import pairwise

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CallCommon

# a Wednesday, 8:00 in Kyiv
NOW = datetime(2026, 5, 13, 5, 0)


class PlanningCommon(CallCommon):
    """The cast with six more clients of Olena's and four of Taras'."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(freeze_time(NOW))
        (cls.olena | cls.taras | cls.ivan | cls.head).tz = "Europe/Kyiv"
        cls.env.company.resource_calendar_id.tz = "Europe/Kyiv"
        cls.clients = cls._create_clients(cls.olena, 6) + cls._create_clients(cls.taras, 4)

    @classmethod
    def _create_clients(cls, manager, count):
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Client {number} of {manager.name}",
                    "client_type_id": cls.type_client.id,
                    "user_id": manager.id,
                    "phone": "+380 44 200 0009",
                    "tz": "Europe/Kyiv",
                }
                for number in range(count)
            ]
        )

    def _planning(self, user, records=None, **vals):
        records = self.clients if records is None else records
        context = {"active_model": records._name, "active_ids": records.ids}
        vals = {"summary": "Season", "script_id": self.script.id, **vals}
        return self.env["crm.call.planning"].with_user(user).with_context(**context).create(vals)

    def _preview(self, user, records=None, **vals):
        planning = self._planning(user, records, **vals)
        planning.action_preview()
        return planning

    def _plan(self, user, records=None, **vals):
        action = self._preview(user, records, **vals).action_plan()
        return self.env["crm.call.list"].with_user(user).browse(action["res_id"])

    def _tasks(self, call_list):
        return call_list.sudo().activity_ids


@tagged("post_install", "-at_install")
class TestCallPlanning(PlanningCommon):
    """Calls planned for many clients at once: for whom, by whom and when."""

    # ------------------------------------------------------------
    # BY WHOM
    # ------------------------------------------------------------

    def test_each_clients_own_manager(self):
        tasks = self._tasks(self._plan(self.head))
        self.assertEqual(len(tasks), 10)
        for task in tasks:
            self.assertEqual(task.user_id, task.contact_id.user_id)
        self.assertEqual(tasks.call_script_id, self.script)
        self.assertEqual(set(tasks.mapped("summary")), {"Season"})

    def test_evenly(self):
        """Ivan may call everybody, Taras only his own: he gets no others, and the rest is Ivan's."""
        users = [(6, 0, (self.ivan | self.taras).ids)]
        tasks = self._tasks(self._plan(self.head, spread="even", user_ids=users))
        self.assertEqual(len(tasks), 10)
        of_taras = tasks.filtered(lambda task: task.user_id == self.taras)
        self.assertEqual(of_taras.contact_id.user_id, self.taras)
        self.assertEqual(len(of_taras), 4)
        self.assertEqual(tasks.user_id, self.ivan | self.taras)

    def test_salesperson_plans_for_himself(self):
        """Also when he asks for more: whoever is no leader gets his own clients and gives none away."""
        planning = self._preview(self.olena, self.clients[:6])
        self.assertEqual((planning.spread, planning.user_ids), ("even", self.olena))
        self.assertEqual(planning.line_ids.user_id, self.olena)
        self.assertEqual(self._preview(self.olena, self.clients[:6], spread="own").line_ids.user_id, self.olena)
        with self.assertRaises(UserError):
            self._preview(self.olena, self.clients[:6], user_ids=[(6, 0, self.taras.ids)])
        planning.line_ids[0].user_id = self.ivan
        with self.assertRaises(UserError):
            planning.action_plan()
        self.assertFalse(self.clients.activity_ids)

    def test_foreign_clients_are_refused(self):
        """Ids of clients whom the user may not see are not called, and nothing is said of them."""
        with self.assertRaises(AccessError):
            self._planning(self.olena, self.clients[:1] | self.karpaty)
        planning = self._preview(self.olena, self.clients[:1])
        planning.line_ids.partner_id = self.karpaty.id
        self.env.invalidate_all()
        with self.assertRaises(UserError) as caught:
            planning.action_plan()
        self.assertNotIn("Karpaty", str(caught.exception))
        self.assertFalse(self.karpaty.activity_ids)

    def test_manager_who_may_not_see_the_client(self):
        """Whatever line the leader changes: nobody gets a client whom he may not see."""
        planning = self._preview(self.head)
        line = planning.line_ids.filtered(lambda one: one.user_id == self.olena)[0]
        line.user_id = self.taras
        with self.assertRaisesRegex(UserError, "Taras may not call"):
            planning.action_plan()
        self.assertFalse(self.clients.activity_ids)

    def test_no_access_to_sales(self):
        clerk = self.clerk
        with self.assertRaises(AccessError):
            self._planning(clerk)
        with self.assertRaises(UserError):
            self._preview(self.head, spread="even", user_ids=[(6, 0, clerk.ids)])

    def test_archived_manager(self):
        self.taras.active = False
        planning = self._preview(self.head)
        self.assertEqual(len(planning.line_ids), 6)
        self.assertEqual(len(planning.skipped_ids), 4)

    # ------------------------------------------------------------
    # WHEN
    # ------------------------------------------------------------

    def test_times_do_not_overlap(self):
        tasks = self._tasks(self._plan(self.head, minutes=30))
        for user in tasks.user_id:
            starts = sorted(tasks.filtered(lambda task, user=user: task.user_id == user).mapped("call_start"))
            gaps = [later - earlier for earlier, later in pairwise(starts)]
            self.assertTrue(all(gap >= timedelta(minutes=30) for gap in gaps), starts)

    def test_hours_of_day(self):
        tasks = self._tasks(self._plan(self.head, hour_from=14, hour_to=15))
        for task in tasks:
            local = fields.Datetime.context_timestamp(task.with_context(tz="Europe/Kyiv"), task.call_start)
            self.assertEqual(local.hour, 14)
            self.assertEqual(local.date(), task.date_deadline)

    def test_existing_calls_and_client_hours(self):
        busy = self.dnipro.activity_schedule(
            "mail.mail_activity_data_call", date(2026, 5, 13), user_id=self.olena.id, summary="Other"
        )
        busy.write({"call_start": datetime(2026, 5, 13, 6, 0), "call_minutes": 120})
        self.env["crm.call.hours"].create(
            {"partner_id": self.clients[0].id, "weekday": "4", "hour_from": 10, "hour_to": 11}
        )
        tasks = self._tasks(self._plan(self.olena, self.clients[:6]))
        on_friday = tasks.filtered(lambda task: task.contact_id == self.clients[0])
        self.assertEqual(on_friday.date_deadline, date(2026, 5, 15))
        others = tasks - on_friday
        self.assertTrue(all(task.call_start >= datetime(2026, 5, 13, 8, 0) for task in others))

    def test_limit_of_a_day(self):
        """Calls that are planned already count, too; weekends are left out."""
        self.dnipro.activity_schedule("mail.mail_activity_data_call", date(2026, 5, 15), user_id=self.olena.id)
        for timing in ("slot", "day"):
            vals = {"day_limit": 2, "timing": timing, "date_from": date(2026, 5, 15), "date_to": date(2026, 5, 18)}
            planning = self._preview(self.olena, self.clients[:6], **vals)
            days = sorted(planning.line_ids.mapped("date"))
            self.assertEqual(days, [date(2026, 5, 15)] + [date(2026, 5, 18)] * 2, timing)
            self.assertEqual(set(planning.skipped_ids.mapped("problem")), {"No free time is left in these days."})

    def test_any_time_of_the_day(self):
        tasks = self._tasks(self._plan(self.olena, self.clients[:6], timing="day"))
        self.assertFalse(any(tasks.mapped("call_start")))
        self.assertEqual(set(tasks.mapped("date_deadline")), {date(2026, 5, 13)})

    def test_settings_that_do_not_fit(self):
        for vals in (
            {"date_to": date(2026, 5, 12), "date_from": date(2026, 5, 1)},
            {"date_from": date(2026, 5, 20), "date_to": date(2026, 5, 19)},
            {"date_to": date(2027, 5, 12)},
            {"spread": "even", "user_ids": [(6, 0, [])]},
        ):
            with self.assertRaises(UserError):
                self._preview(self.head, **vals)
        with self.assertRaises(UserError):
            self._preview(self.head, self.clients.browse())

    # ------------------------------------------------------------
    # WHOM NOT
    # ------------------------------------------------------------

    def _get_problem(self, client, **vals):
        planning = self._preview(self.head, **vals)
        return planning.skipped_ids.filtered(lambda line: line.partner_id == client).problem

    def test_skipped(self):
        client = self.clients[0]
        self.assertFalse(self._get_problem(client))
        client.phone = False
        self.assertEqual(self._get_problem(client), "Has no phone number.")
        task = client.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        self.assertIn("planned already", self._get_problem(client))
        self.assertEqual(self._get_problem(client, skip_planned=False), "Has no phone number.")
        task.unlink()
        client.write({"do_not_call": True, "do_not_call_reason": "By letter only"})
        self.assertEqual(self._get_problem(client), "Must not be called. By letter only")
        client.active = False
        self.assertEqual(self._get_problem(client), "The card is archived.")

    def test_called_lately(self):
        """Talked to, that is; whom nobody reached is called again."""
        client = self.clients[0]
        call = self.env["crm.call"].with_user(self.olena)._start(partner=client.with_user(self.olena))
        call.sudo().write({"state": "done", "outcome_id": self.outcomes["no_answer"].id})
        self.assertFalse(self._get_problem(client))
        call.sudo().outcome_id = self.outcomes["success"]
        self.assertIn("called lately", self._get_problem(client))
        self.assertFalse(self._get_problem(client, skip_days=0))
        call.sudo().start = NOW - timedelta(days=15)
        self.assertFalse(self._get_problem(client))

    def test_contact_of_a_called_client(self):
        """A call planned with the company holds for its contact person."""
        self.dnipro.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        planning = self._preview(self.head, self.petro)
        self.assertIn("planned already", planning.skipped_ids.problem)

    def test_deals(self):
        lost = self._create_deal("Lost", self.clients[1], self.olena)
        twice = self._create_deal("Twice", self.dnipro, self.olena)
        lost.action_set_lost()
        deals = self.deal_dnipro | twice | lost | self.deal_karpaty
        call_list = self._plan(self.head, deals)
        tasks = self._tasks(call_list)
        self.assertEqual(tasks.lead_id, self.deal_dnipro | self.deal_karpaty)
        self.assertEqual(tasks.user_id, self.olena | self.taras)

    def test_taken_in_by_hand(self):
        """A client who was skipped for want of a number is called if somebody says so; who must not be, is not."""
        self.clients[0].phone = False
        planning = self._preview(self.head)
        line = planning.skipped_ids
        line.write({"is_included": True, "date": date(2026, 5, 14)})
        self.assertEqual(planning.planned_count, 10)
        self.clients[0].do_not_call = True
        with self.assertRaisesRegex(UserError, "Must not be called"):
            planning.action_plan()
        self.clients[0].do_not_call = False
        self.assertEqual(planning.action_plan()["res_model"], "crm.call.list")
        self.assertEqual(self.clients[0].activity_ids.date_deadline, date(2026, 5, 14))

    # ------------------------------------------------------------
    # ALL OR NOTHING
    # ------------------------------------------------------------

    def test_left_out(self):
        planning = self._preview(self.head)
        planning.line_ids[0].is_included = False
        self.assertEqual((planning.planned_count, planning.skipped_count), (9, 1))
        self.assertEqual(sum(row["total"] for row in planning.summary_table["rows"]), 9)
        planning.action_plan()
        self.assertEqual(len(self.clients.activity_ids), 9)

    def test_planned_by_somebody_meanwhile(self):
        first, second = self._preview(self.head), self._preview(self.olena, self.clients[:6])
        second.action_plan()
        with self.assertRaisesRegex(UserError, "Nothing was planned"):
            first.action_plan()
        self.assertFalse(self.clients[6:].activity_ids)

    def test_time_is_over(self):
        planning = self._preview(self.head)
        with freeze_time(NOW + timedelta(days=1)), self.assertRaisesRegex(UserError, "The time is over"):
            planning.action_plan()

    def test_double_click(self):
        planning = self._preview(self.head)
        planning.action_plan()
        with self.assertRaises(UserError):
            planning.action_plan()
        self.assertEqual(len(self.clients.activity_ids), 10)

    def test_number_of_queries(self):
        """Sixty clients cost as many queries of planning as six; what Odoo asks for each new task is not counted."""
        self._preview(self.head)
        few = self._count_queries(self.clients[:6])
        many = self._create_clients(self.olena, 60)
        self.assertLessEqual(self._count_queries(many, day_limit=400, date_to=date(2026, 5, 29)), few)

    def _count_queries(self, records, **vals):
        planning = self._planning(self.head, records, **vals)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        planning._prepare_lines()
        return self.env.cr.sql_log_count - before

    def test_two_companies(self):
        """A list belongs to the company in which it was planned."""
        company = self.env["res.company"].create({"name": "Second"})
        self.head.company_ids |= company
        call_list = self._plan(self.head)
        other = new_test_user(
            self.env,
            "second_head",
            "base.group_user,sales_team.group_sale_manager",
            company_ids=[(6, 0, company.ids)],
            company_id=company.id,
        )
        self.assertFalse(self.env["crm.call.list"].with_user(other).search([("id", "=", call_list.id)]))
