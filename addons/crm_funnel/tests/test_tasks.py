from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestTasks(FunnelCommon):
    """What a task knows: its deal, the person to talk to, the client; and who may see it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")

    def _plan(self, record, user, days=0, summary="Call them", **vals):
        return record.activity_schedule(
            activity_type_id=self.call_type.id,
            summary=summary,
            date_deadline=self.today + timedelta(days=days),
            user_id=user.id,
            **vals,
        )

    def _get_my_day(self, user):
        domain = [("user_id", "=", user.id), "|", ("lead_id", "!=", False), ("contact_id", "!=", False)]
        return self.env["mail.activity"].with_user(user).search(domain, order="date_deadline, id")

    # ------------------------------------------------------------
    # WHAT A TASK BELONGS TO
    # ------------------------------------------------------------

    def test_deal_of_a_task_is_not_written(self):
        """Which deal and client a task belongs to follows from its document: no link of one's own leads to a foreign one."""
        foreign = {"lead_id": self.deal_karpaty.id, "contact_id": self.oksana.id, "client_id": self.karpaty.id}
        vals = {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.deal_dnipro.id,
            "activity_type_id": self.call_type.id,
        }
        tasks = self.env["mail.activity"].with_user(self.olena)
        defaults = {f"default_{name}": value for name, value in foreign.items()}
        for task in (tasks.create({**vals, **foreign}), tasks.with_context(**defaults).create(vals)):
            task.write(foreign)
            self.assertEqual((task.lead_id, task.contact_id.client_id), (self.deal_dnipro, self.dnipro))
            self.assertEqual(task.client_id, self.dnipro)

    def test_task_of_deal(self):
        task = self._plan(self.deal_karpaty, self.taras)
        self.assertEqual(task.lead_id, self.deal_karpaty)
        self.assertEqual(task.contact_id, self.oksana)
        self.assertEqual(task.client_id, self.karpaty)
        self.assertEqual(task.lead_team_id, self.channel)

    def test_task_of_client_and_contact_person(self):
        on_client, on_person = self._plan(self.dnipro, self.olena), self._plan(self.petro, self.olena)
        self.assertEqual((on_client | on_person).client_id, self.dnipro)
        self.assertEqual(on_person.contact_id, self.petro)
        self.assertFalse((on_client | on_person).lead_id)

    def test_task_of_something_else(self):
        task = self.env["mail.activity"].create({"user_id": self.ivan.id, "summary": "Mine alone"})
        self.assertFalse(task.lead_id or task.contact_id or task.client_id)

    def test_follows_deal_to_another_contact(self):
        task = self._plan(self.deal_dnipro, self.olena)
        done = self._plan(self.deal_dnipro, self.olena)
        done.action_feedback(feedback="Spoke")
        self.deal_dnipro.partner_id = self.karpaty
        self.assertEqual(task.client_id, self.karpaty)
        self.assertEqual(done.client_id, self.karpaty, "what was done follows, too")

    def test_follows_contacts_in_bulk(self):
        persons = self.petro | self.oksana
        tasks = self._plan(self.petro, self.olena) | self._plan(self.deal_karpaty, self.taras)
        persons.parent_id = self._create_client("Poltava LLC", self.ivan)
        self.assertEqual(tasks.client_id.name, "Poltava LLC")

    def test_follows_merged_clients(self):
        tasks = self._plan(self.karpaty, self.taras) | self._plan(self.deal_karpaty, self.taras)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.dnipro | self.karpaty).ids, self.dnipro, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(tasks.client_id, self.dnipro)
        self.assertEqual(tasks[0].contact_id, self.dnipro)

    def test_follows_merged_deals(self):
        other = self._create_deal("Second", self.karpaty, self.taras)
        task = self._plan(other, self.taras)
        (self.deal_karpaty | other)._merge_opportunity(user_id=False, team_id=False, max_length=0)
        self.assertEqual(task.lead_id, self.env[task.res_model].browse(task.res_id))

    def test_leaves_directory(self):
        task = self._plan(self.dnipro, self.olena)
        self.dnipro.client_type_id = False
        self.assertFalse(task.client_id)
        self.assertEqual(task.contact_id, self.dnipro)

    def test_filled_at_installation(self):
        tasks = self._plan(self.deal_karpaty, self.taras) | self._plan(self.petro, self.olena)
        tasks[0].action_feedback(feedback="Spoke")
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_activity SET lead_id = NULL, contact_id = NULL, client_id = NULL")
        self.env.invalidate_all()
        self.assertFalse(tasks.client_id)
        with self.assertQueryCount(2):
            self.env["mail.activity"]._fill_task_clients()
        self.assertEqual(tasks.mapped("client_id"), self.karpaty | self.dnipro)
        self.assertEqual(tasks.mapped("contact_id"), self.oksana | self.petro)
        self.assertEqual(tasks.lead_id, self.deal_karpaty)

    def test_creating_costs_no_update(self):
        """The three values are part of the one INSERT, at the price of one query for the contact's client at most."""
        values = {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.deal_karpaty.id,
            "activity_type_id": self.call_type.id,
            "user_id": self.env.uid,
        }
        self.env["mail.activity"].create(values)
        names = ("lead_id", "contact_id", "client_id")
        counts = []
        for stock in (True, False):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            # given values are not computed: so much does Odoo need alone
            given = {"lead_id": False, "contact_id": False, "client_id": False} if stock else {}
            task = self.env["mail.activity"].create({**values, **given})
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertTrue(all(task[name] for name in names))
        self.assertLessEqual(counts[1], counts[0] + 1)

    # ------------------------------------------------------------
    # WHO SEES IT
    # ------------------------------------------------------------

    def test_my_day_in_order_of_deadline(self):
        later = self._plan(self.deal_dnipro, self.olena, days=2)
        overdue = self._plan(self.dnipro, self.olena, days=-3)
        today = self._plan(self.petro, self.olena)
        self._plan(self.deal_karpaty, self.taras)
        self.env["mail.activity"].create({"user_id": self.olena.id, "summary": "Buy milk"})
        self.assertEqual(self._get_my_day(self.olena).ids, (overdue + today + later).ids)
        self.assertEqual((overdue + today + later).mapped("state"), ["overdue", "today", "planned"])

    def test_foreign_clients_stay_hidden(self):
        """A manager limited to own clients finds no foreign one through tasks: by list, by group, by name."""
        self._plan(self.deal_karpaty, self.taras, summary="Secret of Karpaty")
        self._plan(self.deal_dnipro, self.olena)
        tasks = self.env["mail.activity"].with_user(self.olena)
        domain = [("contact_id", "!=", False)]
        self.assertEqual(tasks.search(domain).client_id, self.dnipro)
        groups = tasks.formatted_read_group(domain, ["client_id"], ["__count"])
        self.assertEqual([group["client_id"][0] for group in groups], self.dnipro.ids)
        self.assertFalse(tasks.search([("client_id.name", "ilike", "Karpaty")]))
        self.assertFalse(tasks.search([("lead_id.name", "ilike", "Karpaty")]))

    def test_phone_of_hidden_deal(self):
        """Odoo lets anybody be given a task: whoever may not open its deal gets no number with it."""
        task = self._plan(self.deal_karpaty, self.olena)
        self.assertEqual(task.with_user(self.head).contact_phone, self.deal_karpaty.phone or self.karpaty.phone)
        self.env.invalidate_all()
        self.assertFalse(task.with_user(self.olena).contact_phone)

    def test_today_by_the_users_clock(self):
        self.olena.tz = "Pacific/Auckland"
        with freeze_time("2026-03-10 20:00:00"):
            task = self.deal_dnipro.activity_schedule(
                activity_type_id=self.call_type.id, date_deadline="2026-03-11", user_id=self.olena.id
            )
            tasks = self.env["mail.activity"].with_user(self.olena).with_context(tz="Pacific/Auckland")
            self.assertEqual(task.state, "today", "in Auckland it is the 11th already")
            self.assertEqual(tasks.search([("date_deadline", "=", "today"), ("lead_id", "!=", False)]), task)
            tasks = tasks.with_context(tz="Europe/Kyiv")
            self.assertFalse(tasks.search([("date_deadline", "=", "today"), ("lead_id", "!=", False)]))

    def test_group_by_channel(self):
        self._plan(self.deal_karpaty, self.taras)
        tasks = self.env["mail.activity"].with_user(self.head)
        groups = tasks.formatted_read_group([("lead_id", "!=", False)], ["lead_team_id"], ["__count"])
        self.assertIn(
            (self.channel.id, 1),
            [(group["lead_team_id"] and group["lead_team_id"][0], group["__count"]) for group in groups],
        )

    # ------------------------------------------------------------
    # THE HEAD CHANGES TASKS
    # ------------------------------------------------------------

    def _open_change(self, tasks, user, **vals):
        action = tasks.with_user(user).action_change_tasks()
        return self.env["crm.task.change"].with_user(user).with_context(**action["context"]).create(vals)

    def test_head_edits_one_task(self):
        """“If the work brings no result the head can change the state and content of a task.”"""
        task = self._plan(self.deal_dnipro, self.olena, days=-1).with_user(self.head)
        with Form(task, view="crm_funnel.mail_activity_view_form") as form:
            form.activity_type_id = self.todo
            form.summary = "Offer a discount"
            form.note = "Up to 10 %"
            form.date_deadline = self.today + timedelta(days=1)
        self.assertEqual(task.summary, "Offer a discount")
        self.assertEqual(task.state, "planned")
        task.action_cancel()
        self.assertFalse(task.exists())

    def test_head_reassigns_and_moves(self):
        tasks = self._plan(self.deal_dnipro, self.olena) | self._plan(self.dnipro, self.olena)
        day = self.today + timedelta(days=5)
        change = self._open_change(tasks, self.head, user_id=self.ivan.id, date_deadline=day, summary="Urgent")
        self.assertEqual(change.task_count, 2)
        self.deal_dnipro.user_id = False
        change.action_apply()
        self.assertEqual(tasks.user_id, self.ivan)
        self.assertEqual(set(tasks.mapped("date_deadline")), {day})
        self.assertEqual(set(tasks.mapped("summary")), {"Urgent"})
        self.assertEqual(tasks.activity_type_id, self.call_type, "what is left empty stays")

    def test_refused_if_new_manager_sees_nothing(self):
        tasks = self._plan(self.deal_dnipro, self.olena) | self._plan(self.dnipro, self.olena)
        change = self._open_change(tasks, self.head, user_id=self.taras.id)
        self.assertEqual(change.hidden_count, 2)
        with self.assertRaisesRegex(UserError, "Dnipro"):
            change.action_apply()
        self.assertEqual(tasks.user_id, self.olena)

    def test_hands_clients_over(self):
        tasks = self._plan(self.deal_dnipro, self.olena) | self._plan(self.dnipro, self.olena)
        self._open_change(tasks, self.head, user_id=self.taras.id, hands_over=True).action_apply()
        self.assertEqual(tasks.user_id, self.taras)
        self.assertEqual(self.dnipro.user_id, self.taras)
        self.assertEqual(self.deal_dnipro.user_id, self.taras)
        self.assertEqual(self._get_my_day(self.taras), tasks)

    def test_archived_manager_refused(self):
        tasks = self._plan(self.deal_dnipro, self.olena)
        self.taras.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            self._open_change(tasks, self.head, user_id=self.taras.id).action_apply()
        with self.assertRaisesRegex(UserError, "archived"):
            tasks.with_user(self.head).write({"user_id": self.taras.id})
        portal = new_test_user(self.env, "fn_portal", "base.group_portal")
        with self.assertRaisesRegex(UserError, "no employee"):
            tasks.with_user(self.head).write({"user_id": portal.id})
        self.assertEqual(tasks.user_id, self.olena)

    def test_all_or_nothing(self):
        """A manager changes his own tasks; a foreign one among them stops the change of all."""
        own, foreign = self._plan(self.deal_dnipro, self.olena), self._plan(self.deal_karpaty, self.taras)
        with self.assertRaisesRegex(UserError, "none is changed"):
            (own | foreign).with_user(self.olena).action_change_tasks()
        change = self._open_change(own, self.olena, date_deadline=self.today + timedelta(days=1))
        change.sudo().task_ids = own | foreign
        with self.assertRaises(UserError):
            change.action_apply()
        self.assertEqual(own.date_deadline, self.today)
        with self.assertRaises(AccessError):
            (own | foreign).with_user(self.olena).write({"summary": "Mine now"})
        self.assertEqual(own.summary, "Call them")

    def test_done_and_empty_refused(self):
        task = self._plan(self.deal_dnipro, self.olena)
        change = self._open_change(task, self.head)
        with self.assertRaisesRegex(UserError, "Fill in"):
            change.action_apply()
        task.action_feedback(feedback="Spoke")
        with self.assertRaisesRegex(UserError, "done already"):
            task.with_user(self.head).action_change_tasks()

    def test_limited_manager_cannot_hand_over(self):
        task = self._plan(self.deal_dnipro, self.olena)
        with self.assertRaises(AccessError):
            self._open_change(task, self.olena, user_id=self.taras.id, hands_over=True).action_apply()
        self.assertEqual(self.dnipro.user_id, self.olena)

    def test_reassigning_costs_no_more_for_more_tasks(self):
        few = self.env["mail.activity"].union(*[self._plan(self.dnipro, self.olena) for _number in range(2)])
        many = self.env["mail.activity"].union(*[self._plan(self.dnipro, self.olena) for _number in range(20)])
        counts = []
        for tasks in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            change = self._open_change(tasks, self.head, date_deadline=self.today + timedelta(days=1))
            change.action_apply()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    # ------------------------------------------------------------
    # MENUS AND NEW TASKS
    # ------------------------------------------------------------

    def test_menus(self):
        def visible(user):
            return self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()

        my_day = self.env.ref("crm_funnel.mail_activity_menu_my_day")
        all_tasks = self.env.ref("crm_funnel.mail_activity_menu_all_tasks")
        self.assertIn(my_day.id, visible(self.olena))
        self.assertNotIn(all_tasks.id, visible(self.olena))
        self.assertIn(all_tasks.id, visible(self.head))
        self.assertNotIn(my_day.parent_id.id, visible(self.clerk))

    def test_new_task_for_a_manager(self):
        form = Form(self.env["crm.quick.task"].with_user(self.head), view="crm_funnel.crm_quick_task_view_form_new")
        form.partner_id = self.karpaty
        form.lead_id = self.deal_karpaty
        form.user_id = self.taras
        form.summary = "Visit the plant"
        form.save().action_plan()
        self.assertIn("Visit the plant", self._get_my_day(self.taras).mapped("summary"))

    def test_result_finishes_the_task(self):
        """The buttons of the deal are where the result of a task is recorded: it leaves the day of the manager."""
        self.deal_dnipro.with_user(self.olena).action_start_sale()
        task = self._get_my_day(self.olena)
        self.assertEqual(task.summary, "Cold call")
        self._press(self.deal_dnipro.with_user(self.olena), self.step_call)
        self.assertFalse(task.active)
        self.assertEqual(task.feedback, "Called")

    def test_views_of_every_kind(self):
        for action in ("mail_activity_action_my_day", "mail_activity_action_all_tasks"):
            views = self.env.ref(f"crm_funnel.{action}").views
            for user in (self.olena, self.head):
                self.env["mail.activity"].with_user(user).get_views([*views, (False, "search")])
